package org.sparse4j.bench.check;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.console.Output;
import org.sparse4j.bench.console.Progress;
import org.sparse4j.bench.report.JsonOption;
import org.sparse4j.kernels.Kernels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares kernels with sums in double on random operands. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Compares products of every format, operation and type of values, dense and structured ones"
          + " and gradients with sums in double, and masks with their rules, on random operands.",
      "",
      "Shapes, densities, numbers, epilogues and threads are drawn from the seed. Integers must be"
          + " right to the bit, other numbers within their bound of rounding, and any number of"
          + " threads must give the same bits. Ends at the first wrong result with exit code 1 and"
          + " the line that repeats it."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  sparse4j check",
      "  sparse4j check --minutes 20 --seed 7 --json check.json",
      "  SPARSE4J_OPTS=-XX:UseAVX=2 sparse4j check",
      "  SPARSE4J_OPTS=-Dsparse4j.kernels=scalar sparse4j check"
    })
public final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--minutes", paramLabel = "N", description = "How long to run. Default: 1.")
  private double minutes = 1;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of the first case; the next has the next number. Default: 1.")
  private long seed = 1;

  @Option(
      names = "--cases",
      paramLabel = "N",
      description = "Stop after so many cases, if time is not over before.")
  private long cases = Long.MAX_VALUE;

  @Option(names = "--no-progress", description = "Show no progress.")
  private boolean withoutProgress;

  @Mixin private JsonOption json = new JsonOption();

  /** A command with its defaults. */
  public CheckCommand() {}

  @Override
  public Integer call() {
    requireOptions();
    json.file().ifPresent(Output::checked);
    Kernels kernels = Kernels.best();
    CheckRun.Result result = run(kernels);
    PrintWriter out = spec.commandLine().getOut();
    json.write(out, () -> tree(kernels, result));
    if (!json.isScreen()) {
      out.println(summary(kernels, result));
      out.flush();
    }
    result.failure().ifPresent(wrong -> spec.commandLine().getErr().println(line(wrong)));
    return result.failure().isPresent() ? ExitCode.FAILED : ExitCode.OK;
  }

  private CheckRun.Result run(Kernels kernels) {
    double seconds = 60 * minutes;
    long steps = Math.max(1, Math.round(1000 * seconds));
    String now = kernels.toString();
    PrintWriter err = spec.commandLine().getErr();
    try (Progress progress = Progress.start(err, !withoutProgress, "check", steps)) {
      return new CheckRun(kernels)
          .run(seed, cases, seconds, nanos -> progress.at(Math.min(steps, nanos / 1_000_000), now));
    }
  }

  private void requireOptions() {
    if (!(minutes > 0 && minutes <= 10_000)) {
      throw usage("--minutes (" + minutes + ") must be above 0 and at most 10000");
    }
    if (cases < 1) {
      throw usage("--cases (" + cases + ") must be at least 1");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private String summary(Kernels kernels, CheckRun.Result result) {
    return String.format(
        Locale.ROOT,
        "%s: %d cases in %.1f s, %.0f a second; %d of %d kinds; %s",
        kernels,
        result.cases(),
        result.seconds(),
        result.cases() / result.seconds(),
        result.kinds(),
        result.allKinds(),
        result.failure().isPresent() ? "the last one is wrong" : "all right");
  }

  private static String line(CheckRun.WrongCase wrong) {
    return "sparse4j check: "
        + wrong.text()
        + ": "
        + wrong.message()
        + "; repeat with: sparse4j check --cases 1 --seed "
        + wrong.seed();
  }

  private ObjectNode tree(Kernels kernels, CheckRun.Result result) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("provider", kernels.provider());
    tree.put("vectorBits", kernels.vectorBits());
    tree.put("seed", seed);
    tree.put("cases", result.cases());
    tree.put("seconds", result.seconds());
    tree.put("kinds", result.kinds());
    tree.put("allKinds", result.allKinds());
    ObjectNode failed = tree.putNull("failedSeed").putNull("failedCase").putNull("failure");
    result
        .failure()
        .ifPresent(wrong ->
            failed
                .put("failedSeed", wrong.seed())
                .put("failedCase", wrong.text())
                .put("failure", wrong.message()));
    return tree;
  }
}
