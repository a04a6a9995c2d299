package org.sparse4j.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.sparse4j.bench.check.CheckCommand;
import org.sparse4j.bench.console.ErrorLine;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.convert.ConvertCommand;
import org.sparse4j.bench.experiment.ExperimentCommand;
import org.sparse4j.bench.experiment.ReferenceCommand;
import org.sparse4j.bench.inspect.InspectCommand;
import org.sparse4j.bench.job.TrainCommand;
import org.sparse4j.bench.plan.PlanCommand;
import org.sparse4j.bench.race.BenchCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code sparse4j} command: parses, runs a subcommand, and ends with its exit code. */
@Command(
    name = "sparse4j",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Makes neural networks sparse and shows what it gained, on this machine.",
      "",
      "Without options, 'sparse4j train' trains a small network on real images, dense and sparse,"
          + " and writes a report."
    },
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all went well",
      "1:the job failed",
      "2:wrong usage: unknown option, missing or wrong value",
      "3:an input file is missing, unreadable, damaged or does not fit",
      "4:a result could not be written"
    },
    footer = {
      "",
      "Examples:",
      "  sparse4j train",
      "  sparse4j train --help",
      "  sparse4j inspect sparse4j-out/rigl-95.safetensors",
      "",
      "Errors are one line on the standard error stream. The environment variable SPARSE4J_OPTS"
          + " holds options for Java, for example SPARSE4J_OPTS=-Xmx4g."
    },
    subcommands = {
      TrainCommand.class,
      ConvertCommand.class,
      InspectCommand.class,
      PlanCommand.class,
      CheckCommand.class,
      BenchCommand.class,
      ExperimentCommand.class,
      ReferenceCommand.class
    })
public final class Main implements Runnable {

  private static final String[] BENCH_EXAMPLES = {
    "",
    "Examples:",
    "  sparse4j bench --quick --json bench.json",
    "  sparse4j bench --filter 'spmm csr n=128 90%%'",
    "  sparse4j bench --contract --json contract.json --markdown contract.md",
    "  sparse4j bench --grid --shape 768x768 --json grid.json --charts charts",
    "  sparse4j bench --training --threads 1"
  };

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "After an error, show where it arose; log more.")
  private boolean verbose;

  /** A command with its defaults. */
  public Main() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param arguments command line
   */
  public static void main(String[] arguments) {
    // Pictures need no display, and asking for one fails on servers.
    System.setProperty("java.awt.headless", "true");
    if (List.of(arguments).contains("--verbose")) {
      System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
    }
    PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    int exitCode = run(out, err, arguments);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /**
   * Runs the command.
   *
   * @param out where results go
   * @param err where progress and errors go
   * @param arguments command line
   * @return one of {@link ExitCode}
   */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    int exitCode;
    try {
      exitCode = commandLine().setOut(out).setErr(err).execute(arguments);
    } catch (OutOfMemoryError e) {
      ErrorLine line = ErrorLine.of(e);
      err.println("sparse4j: " + line.message());
      return line.exitCode();
    }
    if (out.checkError() && exitCode == ExitCode.OK) {
      err.println("sparse4j: cannot write to standard output");
      return ExitCode.OUTPUT;
    }
    return exitCode;
  }

  /** The command with everything it knows, for running it and for describing it. */
  static CommandLine commandLine() {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().versionProvider(new Version());
      if (command.getCommandSpec().userObject() instanceof BenchCommand) {
        command.getCommandSpec().usageMessage().footer(BENCH_EXAMPLES);
      }
    }
    return line.setUsageHelpWidth(100)
        .setUsageHelpLongOptionsMaxWidth(30)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::usageError)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> main.executionError(failure, command));
  }

  /** Without a subcommand there is nothing to do but to say what there is. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "missing command: train, convert, inspect, plan, check, bench, experiment or reference");
  }

  private static int usageError(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    StringBuilder line = new StringBuilder(command.getCommandSpec().qualifiedName()).append(": ");
    String message = String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    line.append(message.substring(0, 1).toLowerCase(Locale.ROOT)).append(message.substring(1));
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      line.append("; did you mean ").append(String.join(" or ", unmatched.getSuggestions()));
      line.append('?');
    }
    line.append("; see ").append(command.getCommandSpec().qualifiedName()).append(" --help");
    command.getErr().println(line);
    return ExitCode.USAGE;
  }

  private int executionError(Exception failure, CommandLine command) {
    ErrorLine line = ErrorLine.of(failure);
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line.message());
    if (verbose) {
      failure.printStackTrace(command.getErr());
    }
    return line.exitCode();
  }

  /** Reads the version from what the build leaves in the jar. */
  static final class Version implements IVersionProvider {
    private static final String FILE = "/META-INF/maven/org.sparse4j/sparse4j-bench/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
      return new String[] {
        "sparse4j " + number(),
        "Java " + Runtime.version() + ", " + System.getProperty("java.vendor"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch")
      };
    }

    static String number() throws IOException {
      try (InputStream in = Main.class.getResourceAsStream(FILE)) {
        if (in == null) {
          return "(development)";
        }
        Properties properties = new Properties();
        properties.load(in);
        return properties.getProperty("version", "(unknown)");
      }
    }
  }
}
