package org.sparse4j.bench.job;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sparse4j.bench.console.ErrorLine;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.console.Output;
import org.sparse4j.bench.console.Progress;
import org.sparse4j.bench.data.DataOptions;
import org.sparse4j.bench.data.ImageData;
import org.sparse4j.bench.data.PixelScale;
import org.sparse4j.bench.race.Machine;
import org.sparse4j.bench.race.RaceSettings;
import org.sparse4j.bench.report.HtmlReport;
import org.sparse4j.bench.report.JobJson;
import org.sparse4j.bench.report.JobResult;
import org.sparse4j.bench.report.Resolution;
import org.sparse4j.bench.report.ResultTable;
import org.sparse4j.bench.report.RunResult;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.WorkerTeam;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains networks, dense and sparse, and shows what sparsity gained. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains LeNet-300-100 (300 and 100 hidden neurons) on images: dense, and at each sparsity"
          + " with each method.",
      "",
      "Prints one table, saves the models, and writes report.html with charts. Equal seeds give"
          + " equal accuracies, to the last digit, for any number of threads."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  sparse4j train",
      "  sparse4j train --sparsity 0.98 --method set,rigl --seed 7",
      "  sparse4j train --data fashion-mnist --epochs 20 --threads 2 --json result.json"
    })
public final class TrainCommand implements Callable<Integer> {
  private static final int ROUNDS = 9;
  private static final int MOST_THREADS = 1024;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      split = ",",
      defaultValue = "0.9,0.95",
      description =
          "Fractions of the weights to drop, separated by commas. Default: ${DEFAULT-VALUE}.")
  private List<Double> sparsities = new ArrayList<>();

  @Option(
      names = "--method",
      paramLabel = "M",
      split = ",",
      defaultValue = "static,set,rigl",
      description =
          "Sparse methods, separated by commas: static (random masks that stay), set, rigl. The"
              + " dense network is always trained. Default: ${DEFAULT-VALUE}.")
  private List<Method> methods = new ArrayList<>();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "40",
      description = "Passes over the training images. Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "128",
      description = "Images a step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      defaultValue = "0.1",
      description =
          "Learning rate of the first step; it falls to 0 along a cosine. Default:"
              + " ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--l2",
      paramLabel = "F",
      defaultValue = "5e-4",
      description =
          "Weight decay: factor of the weights added to their gradient. Default: ${DEFAULT-VALUE}.")
  private double l2;

  @Option(
      names = "--interval",
      paramLabel = "N",
      defaultValue = "100",
      description = "Steps between two changes of the masks. Default: ${DEFAULT-VALUE}.")
  private int interval;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of weights, masks and order. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that compute. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "sparse4j-out",
      description =
          "Folder for models and report; made if it is not there. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("sparse4j-out");

  @Option(
      names = "--json",
      paramLabel = "FILE",
      arity = "0..1",
      fallbackValue = "-",
      description =
          "Write all figures as JSON to this file; '-' or no name is standard output, without the"
              + " table.")
  private @Nullable Path json;

  @Option(names = "--no-progress", description = "Show no progress, only the result.")
  private boolean withoutProgress;

  /** A command with its defaults. */
  public TrainCommand() {}

  @Override
  public Integer call() {
    checkOptions();
    boolean toScreen = json != null && json.toString().equals("-");
    if (json != null && !toScreen) {
      Output.checked(json);
    }
    ImageData images = images();
    if (images.train().count() < batch) {
      throw usage(
          "--batch ("
              + batch
              + ") must be at most "
              + images.train().count()
              + ", the training images");
    }
    Output.folder(out);
    PixelScale scale = data.scale(images);
    JobResult result;
    if (threads == 1) {
      result = run(images, scale, Threads.caller());
    } else {
      try (WorkerTeam team = WorkerTeam.of(threads)) {
        result = run(images, scale, team);
      }
    }
    Path report = out.resolve("report.html");
    Output.write(report, HtmlReport.page(result));
    if (json != null && !toScreen) {
      Output.write(json, JobJson.text(result));
    }
    print(result, report, toScreen);
    return ExitCode.OK;
  }

  private void checkOptions() {
    for (double sparsity : sparsities) {
      if (!(sparsity > 0 && sparsity < 1)) {
        throw usage("--sparsity (" + sparsity + ") must be between 0 and 1, such as 0.9");
      }
    }
    sparsities = List.copyOf(new TreeSet<>(sparsities));
    methods = List.copyOf(new TreeSet<>(methods));
    atLeastOne("--epochs", epochs);
    atLeastOne("--batch", batch);
    atLeastOne("--interval", interval);
    atLeastOne("--threads", threads);
    if (threads > MOST_THREADS) {
      throw usage("--threads (" + threads + ") must be at most " + MOST_THREADS);
    }
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw usage("--learning-rate (" + learningRate + ") must be above 0 and finite");
    }
    if (!(l2 >= 0) || Double.isInfinite(l2)) {
      throw usage("--l2 (" + l2 + ") must be finite and not negative");
    }
  }

  private void atLeastOne(String option, int value) {
    if (value < 1) {
      throw usage(option + " (" + value + ") must be at least 1");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private ImageData images() {
    try {
      return data.read();
    } catch (IOException e) {
      throw Failure.input(ErrorLine.reason(e), e);
    }
  }

  private JobResult run(ImageData images, PixelScale scale, Threads where) {
    Recipe recipe = new Recipe(epochs, batch, learningRate, l2, interval, seed);
    RaceSettings races = new RaceSettings(ROUNDS, .012, .2, 1.5, 0);
    MainJob job = new MainJob(images, scale, recipe, methods, sparsities, where, out, races);
    JobResult.Setting setting = setting(images, scale, recipe);
    PrintWriter err = spec.commandLine().getErr();
    if (!withoutProgress) {
      err.printf(
          "Sparse4J %s, kernels %s, %s; %s, %,d images to train on, %,d to test on%n",
          setting.version(),
          setting.kernels(),
          threads == 1 ? "1 thread" : threads + " threads",
          images.name(),
          images.train().count(),
          images.test().count());
      err.flush();
    }
    long start = System.nanoTime();
    List<RunResult> runs;
    try (Progress progress = Progress.start(err, !withoutProgress, "train", job.steps())) {
      runs = job.run(progress);
    }
    return new JobResult(setting, runs, (System.nanoTime() - start) * 1e-9);
  }

  private JobResult.Setting setting(ImageData images, PixelScale scale, Recipe recipe) {
    String home = System.getProperty("sparse4j.home", "");
    return new JobResult.Setting(
        version(),
        Machine.commit(Path.of(home).toAbsolutePath()),
        command(),
        OffsetDateTime.now(ZoneId.systemDefault())
            .truncatedTo(ChronoUnit.SECONDS)
            .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm xxx", Locale.ROOT)),
        Machine.description(),
        Machine.jdk(),
        Kernels.best().toString(),
        threads,
        seed,
        recipe.words(images.features(), images.classes()),
        epochs,
        batch,
        learningRate,
        new JobResult.Images(
            images.name(),
            images.train().count(),
            images.test().count(),
            images.train().height(),
            images.train().width(),
            scale.toString()));
  }

  /** The command line as a shell takes it. */
  private String command() {
    StringBuilder line = new StringBuilder("sparse4j");
    for (String word : spec.commandLine().getParseResult().originalArgs()) {
      boolean plain = word.matches("[\\w./:=,+@%-]+");
      line.append(' ').append(plain ? word : "'" + word.replace("'", "'\\''") + "'");
    }
    return line.toString();
  }

  /** The first line that every command shows for {@code --version}, less its name. */
  private String version() {
    String[] lines = spec.version();
    return lines.length == 0 ? "" : lines[0].replace("sparse4j ", "");
  }

  private void print(JobResult result, Path report, boolean toScreen) {
    PrintWriter screen = spec.commandLine().getOut();
    if (toScreen) {
      screen.print(JobJson.text(result));
      screen.flush();
      return;
    }
    screen.println();
    screen.println(ResultTable.text(result));
    screen.println();
    screen.println(ResultTable.CAPTION);
    String maskUpdates = ResultTable.maskUpdates(result);
    if (!maskUpdates.isEmpty()) {
      screen.println(maskUpdates);
    }
    new Resolution(result).sentences().forEach(screen::println);
    screen.printf(
        Locale.ROOT,
        "%nDone in %.0f s. Models and report are in %s; open %s%n",
        result.trainingSeconds(),
        out,
        report);
    screen.flush();
  }
}
