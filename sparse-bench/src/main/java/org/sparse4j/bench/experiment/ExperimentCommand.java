package org.sparse4j.bench.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sparse4j.bench.console.ErrorLine;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.console.Output;
import org.sparse4j.bench.console.Progress;
import org.sparse4j.bench.console.TextTable;
import org.sparse4j.bench.race.Machine;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.train.layer.Layer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs named experiments of sparse training and keeps what came out. */
@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    description = {
      "Trains networks by fixed recipes, each method on the same seeds, and tells which of the"
          + " claimed differences are there.",
      "",
      "Results are kept in the file of --json after every run; what is in it already is not run"
          + " again. Equal seeds give equal results, to the last digit, for any number of threads."
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%nParameters:%n",
    footer = {
      "",
      "Examples:",
      "  sparse4j experiment --list",
      "  sparse4j experiment images --seeds 1,2,3 --json training.json --page training.md",
      "  sparse4j experiment images --data fashion-mnist --only 'RigL 98 %%'"
    })
public final class ExperimentCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final int MOST_THREADS = 1024;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Experiments to run, or 'all'. None: only the page is written.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Show all experiments with their variants, and exit.")
  private boolean list;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with the four IDX files of Fashion-MNIST, or with text files (*.txt, UTF-8, in"
              + " the order of their names). Default: the bundled images and the bundled text.")
  private @Nullable Path data;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,2,3",
      description = "Seeds, separated by commas. Default: ${DEFAULT-VALUE}.")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--only",
      paramLabel = "VARIANT",
      description = "Run only variants of this name; can be given several times.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that compute. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Keep results in this file, and go on with those it has.")
  private @Nullable Path json;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Write all results, those of the file included, as Markdown.")
  private @Nullable Path page;

  @Option(
      names = "--times",
      description =
          "Measure the time of a training step of variants that have results in the file, by turns"
              + " with the one that all are compared with, and add it there.")
  private boolean times;

  @Option(names = "--no-progress", description = "Show no progress.")
  private boolean withoutProgress;

  /** A command with its defaults. */
  public ExperimentCommand() {}

  /** Runs what is missing, tells what came out, and writes the page. */
  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (threads < 1 || threads > MOST_THREADS) {
      throw usage("--threads (" + threads + ") must be between 1 and " + MOST_THREADS);
    }
    if (json != null) {
      Output.checked(json);
      if (page != null
          && page.toAbsolutePath().normalize().equals(json.toAbsolutePath().normalize())) {
        throw usage("--page (" + page + ") must be another file than --json");
      }
    }
    if (page != null) {
      Output.checked(page);
    }
    try {
      if (threads == 1) {
        run(out, Threads.caller());
      } else {
        try (WorkerTeam team = WorkerTeam.of(threads)) {
          run(out, team);
        }
      }
    } catch (IOException failure) {
      throw Failure.input(ErrorLine.reason(failure), failure);
    }
    return ExitCode.OK;
  }

  private void run(PrintWriter out, Threads where) throws IOException {
    Laboratory laboratory = new Laboratory(Optional.ofNullable(data), where);
    List<Experiment> all = Experiments.all(laboratory.hasImages());
    if (list) {
      all.forEach(experiment -> show(out, experiment));
      out.flush();
      return;
    }
    List<Experiment> chosen = chosen(all);
    if (chosen.isEmpty() && page == null) {
      throw usage("missing experiment; --list shows them");
    }
    ResultFile results = json == null ? ResultFile.none() : ResultFile.open(json);
    if (times) {
      time(results, chosen, laboratory);
    } else {
      train(out, results, chosen, laboratory);
    }
    for (Experiment experiment : chosen) {
      String name = laboratory.lab(experiment.source()).data();
      out.println(TrainingPage.section(experiment, name, results.rows()));
    }
    out.flush();
    if (page != null) {
      Output.write(page, TrainingPage.text(results.rows()));
    }
  }

  private static void show(PrintWriter out, Experiment experiment) {
    out.println(experiment.name() + ": " + experiment.summary());
    TextTable table = new TextTable(2, List.of("variant", "recipe"));
    experiment.variants().forEach(variant -> table.row(List.of(variant.label(), variant.recipe())));
    out.println(table);
    out.println();
  }

  private List<Experiment> chosen(List<Experiment> all) {
    if (names.contains(ALL)) {
      return all;
    }
    List<Experiment> chosen = new ArrayList<>();
    for (String name : new LinkedHashSet<>(names)) {
      chosen.add(
          all.stream()
              .filter(one -> one.name().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  usage(
                      "unknown experiment "
                          + name
                          + "; there are "
                          + String.join(", ", all.stream().map(Experiment::name).toList()))));
    }
    for (String label : only) {
      if (chosen.stream()
          .flatMap(one -> one.variants().stream())
          .noneMatch(variant -> variant.label().equals(label))) {
        throw usage("--only (" + label + ") is no variant of these experiments");
      }
    }
    return chosen;
  }

  private boolean isWanted(Variant variant) {
    return only.isEmpty() || only.contains(variant.label());
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** One run that the file may have. */
  private record Task(Experiment experiment, Variant variant, Row.Key key) {}

  private void train(
      PrintWriter out, ResultFile results, List<Experiment> chosen, Laboratory laboratory)
      throws IOException {
    List<Task> tasks = new ArrayList<>();
    for (Experiment experiment : chosen) {
      Lab lab = laboratory.lab(experiment.source());
      for (Variant variant : experiment.variants()) {
        for (long seed : seeds) {
          Row.Key key =
              new Row.Key(
                  experiment.name(),
                  variant.method(),
                  variant.setting(),
                  seed,
                  lab.data(),
                  variant.recipe());
          if (isWanted(variant) && !results.has(key)) {
            tasks.add(new Task(experiment, variant, key));
          }
        }
      }
    }
    PrintWriter err = spec.commandLine().getErr();
    try (Progress progress = Progress.start(err, !withoutProgress, "experiment", tasks.size())) {
      for (int t = 0; t < tasks.size(); t++) {
        Task task = tasks.get(t);
        String now = task.key().label() + ", seed " + task.key().seed();
        int done = t;
        progress.at(t, now);
        Optional<Row> equal = results.equalRun(task.key());
        Row row =
            equal.isPresent() ? equal.get() : row(task, laboratory, () -> progress.at(done, now));
        results.put(row);
        progress.say(
            String.format(
                Locale.ROOT,
                "%s, %s: %.4f (trained on: %.4f)",
                task.experiment().name(),
                now,
                row.outcome().value(),
                row.outcome().train()));
      }
      progress.at(tasks.size(), "done");
    }
    out.flush();
  }

  private Row row(Task task, Laboratory laboratory, Runnable alive) throws IOException {
    Lab lab = laboratory.lab(task.experiment().source());
    Notes notes = new Notes(lab, alive);
    Layer model = task.variant().trial().run(notes, task.key().seed());
    return new Row(task.key(), lab.metric(), notes.outcome(model), Optional.empty(), site(task));
  }

  private Row.Site site(Task task) {
    StringBuilder command = new StringBuilder("sparse4j experiment ");
    command.append(task.experiment().name());
    if (data != null) {
      command.append(" --data ").append(data.getFileName());
    }
    command.append(" --only '").append(task.variant().label()).append('\'');
    command.append(" --seeds ").append(task.key().seed());
    return new Row.Site(
        command.toString(),
        LocalDate.now(ZoneOffset.UTC).toString(),
        Machine.description(),
        Machine.jdk(),
        Kernels.best().toString());
  }

  private void time(ResultFile results, List<Experiment> chosen, Laboratory laboratory)
      throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    for (Experiment experiment : chosen) {
      Lab lab = laboratory.lab(experiment.source());
      List<Row> rows =
          results.rows().stream()
              .filter(row ->
                  row.key().experiment().equals(experiment.name())
                      && row.key().data().equals(lab.data()))
              .toList();
      StepTimes steps = new StepTimes(experiment, lab, seeds.getFirst());
      for (Variant variant : experiment.variants()) {
        List<Row> own =
            rows.stream().filter(row -> row.key().label().equals(variant.label())).toList();
        if (isWanted(variant) && !own.isEmpty()) {
          steps
              .of(variant)
              .ifPresent(time -> {
                own.forEach(row -> results.put(row.timed(time)));
                if (!withoutProgress) {
                  err.printf(
                      Locale.ROOT,
                      "%s, %s: %.0f us a step, %.0f us for %s%n",
                      experiment.name(),
                      variant.label(),
                      time.own(),
                      time.reference(),
                      experiment.reference());
                  err.flush();
                }
              });
        }
      }
    }
  }
}
