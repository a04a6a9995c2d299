package org.sparse4j.bench.race;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.console.Output;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Races our kernels against dense and sparse opponents and writes what came out. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Races our kernels against dense and sparse opponents on this machine.",
      "",
      "Contestants take turns in short slices; ratios of one race are what to quote. Opponents come"
          + " from lib/peers, which the build fills with the profile 'peers'; an absent one is"
          + " skipped by name."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int QUICK_ROUNDS = 7;
  private static final int FULL_ROUNDS = 9;

  /** When the last race of a contract starts. */
  private static final Duration CONTRACT_LIMIT = Duration.ofMinutes(29);

  /** Options whose values are paths. */
  private static final Set<String> PLACES =
      Set.of("--json", "--markdown", "--peers", "--resume", "--charts", "--shim");

  /** Java options that say where things lie. */
  private static final List<String> JAVA_PLACES = List.of("-Dsparse4j.home=", "-Dsparse4j.peers=");

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--quick", description = "The most asked-for races only, in about five minutes.")
  private boolean quick;

  @Option(
      names = "--contract",
      description =
          "The races of the contract with their targets, in at most half an hour; a race whose"
              + " probe moved is run again.")
  private boolean contract;

  @Option(
      names = "--grid",
      description =
          "Every operation, format, shape, batch and sparsity that makes sense together; takes"
              + " many hours. --filter and --shape pick some.")
  private boolean grid;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description =
          "Keeps the races of FILE, a --json file of the same machine and Java, and runs the"
              + " others and the void ones.")
  private @Nullable Path resume;

  @Option(
      names = "--charts",
      paramLabel = "DIR",
      description = "Draws speed-ups over the best dense opponent as SVG files in DIR, at the end.")
  private @Nullable Path charts;

  @Option(names = "--training", description = "Races one training step instead of single products.")
  private boolean training;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes all rows to FILE.")
  private @Nullable Path json;

  @Option(names = "--markdown", paramLabel = "FILE", description = "Writes all tables to FILE.")
  private @Nullable Path markdown;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Interleaved rounds per race, 5 to 1000. Default: 7 with --quick, --contract or --grid,"
              + " else 9.")
  private @Nullable Integer rounds;

  @Option(
      names = "--filter",
      paramLabel = "WORDS",
      description =
          "Only races whose line holds every word, such as 'spmm csr n=128 90%%'. --list shows the"
              + " lines.")
  private String filter = "";

  @Option(
      names = "--shape",
      paramLabel = "RxC",
      split = ",",
      description =
          "Only these shapes; one that is not in the list takes the place of the first shape"
              + " there.")
  private List<String> shapes = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Every race with N threads instead of the list's number.")
  private @Nullable Integer threads;

  @Option(
      names = "--peers",
      paramLabel = "DIR",
      description =
          "Folder that holds one folder for each opponent. Default: lib/peers of the application.")
  private @Nullable Path peers;

  @Option(
      names = "--shim",
      paramLabel = "NAME=FILE",
      description =
          "Races a library that you built behind our C interface, such as eigen=libeigen_shim.so."
              + " May be given several times.")
  private Map<String, Path> shims = new LinkedHashMap<>();

  @Option(names = "--list", description = "Prints the races and ends.")
  private boolean list;

  @Option(
      names = "--jmh",
      paramLabel = "PATTERN",
      description = "Runs the JMH benchmarks whose names match instead; options for JMH after --.")
  private @Nullable String jmh;

  @Parameters(paramLabel = "JMH-OPTION", hidden = true)
  private List<String> jmhOptions = new ArrayList<>();

  /** A command with its defaults. */
  public BenchCommand() {}

  @Override
  public Integer call() throws IOException {
    CommandLine line = commandLine();
    if (jmh == null && !jmhOptions.isEmpty()) {
      throw usage("options after -- (" + String.join(" ", jmhOptions) + ") need --jmh");
    }
    PeerFolders folders = folders();
    if (jmh != null) {
      return JmhRun.start(jmh, jmhOptions, json, folders);
    }
    List<RaceSpec> races = races();
    if (list) {
      races.forEach(race -> line.getOut().println(race.label()));
      line.getOut().flush();
      return 0;
    }
    RaceSettings settings = settings();
    requireShims();
    Optional.ofNullable(json).ifPresent(Output::checked);
    Optional.ofNullable(markdown).ifPresent(Output::checked);
    Optional.ofNullable(charts).ifPresent(Output::folder);
    return race(races, settings, folders, line.getOut(), line.getErr());
  }

  private int race(
      List<RaceSpec> races,
      RaceSettings settings,
      PeerFolders folders,
      PrintWriter out,
      PrintWriter err) {
    Path home = PeerFolders.applicationHome().orElse(Path.of("")).toAbsolutePath();
    String command = command();
    Optional<EarlierReport> earlier = earlier(command);
    String here = Machine.commit(home);
    String commit = earlier.map(report -> report.commits(here)).orElse(here);
    RaceRun run =
        new RaceRun(
            out,
            err,
            (rows, report) ->
                write(
                    new BenchReport(
                        Machine.description(), Machine.jdk(), commit, command, rows, report)));
    try (Bench bench = new Bench(folders, absolute(shims), settings)) {
      if (contract) {
        Contract kept = Contract.bundled().within(races);
        long end = System.nanoTime() + CONTRACT_LIMIT.toNanos();
        run.contract(
            race -> bench.run(race, kept.participants(race)),
            kept,
            () -> System.nanoTime() - end > 0);
      } else {
        Participants participants = grid ? Participants.withoutScalar() : Participants.all();
        run.all(
            race -> bench.run(race, participants),
            races,
            earlier.map(EarlierReport::races).orElse(List.of()));
      }
    }
    if (charts != null) {
      int drawn = SpeedupCharts.write(run.races(), charts).size();
      out.println(drawn + " charts in " + charts + (drawn == 0 ? SpeedupCharts.NONE : ""));
      out.flush();
    }
    return 0;
  }

  /** The report to go on with, which must be of this machine. */
  private Optional<EarlierReport> earlier(String command) {
    if (resume == null) {
      return Optional.empty();
    }
    if (contract) {
      throw usage("--resume goes on with races, a contract runs in one go");
    }
    EarlierReport report = EarlierReport.read(resume);
    requireSame("machine", report.machine(), Machine.description());
    requireSame("Java", report.jdk(), Machine.jdk());
    requireSame("Java options", report.options(), EarlierReport.options(command));
    return Optional.of(report);
  }

  private void requireSame(String what, String earlier, String now) {
    if (!earlier.equals(now)) {
      throw Failure.input(
          "--resume (%s): its %s (%s) must be the %s here (%s)"
              .formatted(resume, what, earlier, what, now));
    }
  }

  private void write(BenchReport report) {
    if (json != null) {
      report.writeJson(json);
    }
    if (markdown != null) {
      report.writeMarkdown(markdown);
    }
  }

  /**
   * Returns the command with the Java options that choose kernels, and without the options that say
   * where things lie on this machine.
   */
  private String command() {
    List<String> words = new ArrayList<>();
    boolean place = false;
    for (String word : commandLine().getParseResult().originalArgs()) {
      boolean names = PLACES.contains(word);
      if (!place && !names && PLACES.stream().noneMatch(option -> word.startsWith(option + "="))) {
        words.add(word);
      }
      place = names;
    }
    // As a subcommand it is named in its arguments, alone it is not.
    String start = words.contains("bench") ? "sparse4j" : "sparse4j bench";
    List<String> java =
        WorkerKind.inherited(ManagementFactory.getRuntimeMXBean().getInputArguments()).stream()
            .filter(option -> JAVA_PLACES.stream().noneMatch(option::startsWith))
            .toList();
    String options = String.join(" ", java);
    if (!java.isEmpty()) {
      start = "SPARSE4J_OPTS=" + (java.size() == 1 ? options : "'" + options + "'") + " " + start;
    }
    return start + (words.isEmpty() ? "" : " " + String.join(" ", words));
  }

  private RaceSettings settings() {
    Integer asked = rounds;
    int wanted = asked == null ? (isShort() ? QUICK_ROUNDS : FULL_ROUNDS) : asked;
    if (wanted < RaceSettings.LEAST_ROUNDS || wanted > RaceSettings.MOST_ROUNDS) {
      throw usage(
          "--rounds (%d) must be between %d and %d"
              .formatted(wanted, RaceSettings.LEAST_ROUNDS, RaceSettings.MOST_ROUNDS));
    }
    return isShort() ? RaceSettings.quick(wanted) : RaceSettings.full(wanted);
  }

  private boolean isShort() {
    return quick || contract || grid;
  }

  private PeerFolders folders() {
    if (peers != null && !Files.isDirectory(peers)) {
      throw usage("--peers (" + peers + ") must be a folder");
    }
    return new PeerFolders(
        peers == null ? PeerFolders.besideApplication() : peers.toAbsolutePath(),
        PeerFolders.userCache());
  }

  /** What the user names must be there: a long run is not the place to find a typing error. */
  private void requireShims() {
    for (Map.Entry<String, Path> shim : shims.entrySet()) {
      String name = shim.getKey();
      boolean isTaken =
          Arrays.stream(WorkerKind.values())
              .anyMatch(kind -> kind.label().equals(name) || kind.opponents().contains(name));
      if (isTaken || !name.matches("[a-z][a-z0-9]*")) {
        throw usage(
            "--shim: name ("
                + name
                + ") must be a lower-case word such as eigen, and not the name of another"
                + " opponent");
      }
      if (!Files.isRegularFile(shim.getValue())) {
        throw usage("--shim: " + name + " (" + shim.getValue() + ") must be a file");
      }
    }
  }

  private static Map<String, Path> absolute(Map<String, Path> files) {
    Map<String, Path> result = new LinkedHashMap<>();
    files.forEach((name, file) -> result.put(name, file.toAbsolutePath()));
    return result;
  }

  private List<RaceSpec> races() {
    List<RaceSpec> races = listed();
    Integer count = threads;
    if (count != null) {
      int processors = Runtime.getRuntime().availableProcessors();
      if (count < 1 || count > processors) {
        throw usage(
            "--threads ("
                + count
                + ") must be between 1 and "
                + processors
                + ", the processors here");
      }
      races = races.stream().map(race -> race.withThreads(count)).distinct().toList();
    }
    if (!shapes.isEmpty()) {
      races = withShapes(races);
    }
    List<String> words = List.of(filter.strip().toLowerCase(Locale.ROOT).split("\\s+", -1));
    List<RaceSpec> kept =
        races.stream()
            .filter(race -> {
              List<String> present =
                  List.of(race.label().toLowerCase(Locale.ROOT).split("\\s+", -1));
              return filter.isBlank() || present.containsAll(words);
            })
            .toList();
    if (kept.isEmpty()) {
      throw usage(
          "--filter ("
              + filter
              + ") matches none of "
              + races.size()
              + " races; --list shows them");
    }
    return kept;
  }

  private List<RaceSpec> listed() {
    long sets = Stream.of(quick, contract, grid, training).filter(chosen -> chosen).count();
    if (sets > 1) {
      throw usage("--quick, --contract, --grid and --training exclude each other");
    }
    if (contract) {
      return Contract.bundled().races();
    }
    return RaceList.bundled(
        training
            ? List.of("training")
            : grid ? List.of("grid") : quick ? List.of("quick") : List.of("quick", "full"));
  }

  /**
   * Keeps the wanted shapes; the first shape's races stand in for a shape that is not in the list.
   */
  private List<RaceSpec> withShapes(List<RaceSpec> races) {
    List<RaceSpec> kept = new ArrayList<>();
    String first = races.getFirst().shape();
    for (String shape : shapes) {
      boolean listed = races.stream().anyMatch(race -> race.shape().equals(shape));
      for (RaceSpec race : races) {
        if (race.shape().equals(listed ? shape : first)) {
          try {
            kept.add(race.withShape(shape));
          } catch (IllegalArgumentException failure) {
            throw usage("--shape: " + failure.getMessage());
          }
        }
      }
    }
    return kept;
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("bench: runs as a command only");
    }
    return spec.commandLine();
  }

  private ParameterException usage(String message) {
    return new ParameterException(commandLine(), message);
  }
}
