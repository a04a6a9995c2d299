package org.sparse4j.bench.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.console.Output;
import org.sparse4j.bench.data.ImageData;
import org.sparse4j.bench.data.ImageSet;
import org.sparse4j.bench.data.PixelScale;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.train.TrainingListener;
import org.sparse4j.train.data.Dataset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the reference experiment and writes what came out. */
@Command(
    name = "reference",
    mixinStandardHelpOptions = true,
    description = {
      "Trains LeNet-300-100 dense, and with static masks, SET and RigL, on paired seeds, and checks"
          + " accuracies against bounds from reference runs.",
      "Without --data: 8,000 bundled images, 98 %% sparsity, 40 epochs. With the 60,000 images of"
          + " Fashion-MNIST in --data: 90, 95 and 98 %%, 20 epochs."
    },
    footer = {
      "",
      "Examples:",
      "  sparse4j reference --seeds 11,12,13",
      "  sparse4j reference --data fashion-mnist --output accuracy-full"
    })
public final class ReferenceCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with the four IDX files of Fashion-MNIST.")
  private @Nullable Path data;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,2,3",
      description = "Seeds, separated by commas. Default: ${DEFAULT-VALUE}.")
  private List<Long> seeds = List.of();

  @Option(names = "--output", paramLabel = "FILE", description = "Writes FILE.md and FILE.json.")
  private @Nullable Path output;

  /** A command with its defaults. */
  public ReferenceCommand() {}

  /**
   * Runs the command alone.
   *
   * @param arguments its options
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ReferenceCommand()).execute(arguments));
  }

  /** Trains, checks, prints and writes. */
  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    boolean fast = data == null;
    // Before minutes of training: whether the result can be kept.
    Path markdown = output == null ? null : result(output, ".md");
    Path json = output == null ? null : result(output, ".json");
    ImageData images = data == null ? ImageData.bundled() : ImageData.read(data, 10);
    Dataset train = dataset(images.train(), images.classes());
    Dataset test = dataset(images.test(), images.classes());
    TrainingListener silent = new TrainingListener() {};
    ReferenceSuite suite =
        fast
            ? ReferenceSuite.fast(train, test, seeds, silent, run -> tell(out, run))
            : ReferenceSuite.full(train, test, seeds, silent, run -> tell(out, run));
    List<ReferenceCheck> checks = fast ? suite.fastChecks() : suite.fullChecks();
    ReferenceReport report = new ReferenceReport(setting(fast, train, test), suite.runs(), checks);
    out.println(report.markdown());
    out.flush();
    if (markdown != null && json != null) {
      Output.write(markdown, report.markdown());
      Output.write(json, report.json());
    }
    return checks.stream().allMatch(ReferenceCheck::holds) ? ExitCode.OK : ExitCode.FAILED;
  }

  private static void tell(PrintWriter out, ReferenceRun run) {
    out.println(
        String.format(
            Locale.ROOT,
            "seed %d, %s%s %.2f: train %.2f, test %.2f, %.1f s",
            run.seed(),
            run.uniform() ? "uniform " : "",
            run.method(),
            run.sparsity(),
            run.train(),
            run.test(),
            run.seconds()));
    out.flush();
  }

  private Map<String, String> setting(boolean fast, Dataset train, Dataset test) {
    Map<String, String> setting = new LinkedHashMap<>();
    setting.put("suite", fast ? "fast" : "full");
    setting.put("training images", Integer.toString(train.size()));
    setting.put("test images", Integer.toString(test.size()));
    setting.put("recipe", (fast ? ReferenceRecipe.FAST : ReferenceRecipe.FULL).words());
    setting.put("kernels", Kernels.best().toString());
    setting.put("java", Runtime.version().toString());
    setting.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    setting.put(
        "command",
        "sparse4j " + String.join(" ", spec.commandLine().getParseResult().originalArgs()));
    return setting;
  }

  static Dataset dataset(ImageSet set, int classes) {
    DenseMatrix samples = DenseMatrix.zeros(set.count(), set.features());
    int[] labels = new int[set.count()];
    float[] row = new float[set.features()];
    for (int i = 0; i < set.count(); i++) {
      for (int p = 0; p < row.length; p++) {
        row[p] = PixelScale.FASHION_MNIST.apply(set.pixel(i, p));
      }
      samples.setRow(i, row, 0);
      labels[i] = set.label(i);
    }
    return Dataset.of(samples, labels, classes);
  }

  private static Path result(Path output, String ending) {
    Path folder = output.toAbsolutePath().getParent();
    if (output.toString().isEmpty() || folder == null) {
      throw Failure.output("cannot write " + output + ending + ": it has no name", null);
    }
    Output.folder(folder);
    return Output.checked(output.resolveSibling(output.getFileName() + ending));
  }
}
