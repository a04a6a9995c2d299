package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.console.Failure;

class EarlierReportTest {
  @TempDir private Path folder;

  private static Outcome outcome(String race, double slowProbe) {
    RaceResult result =
        new RaceResult(
            List.of(
                Timing.of(Entry.of("fma-probe", "k", Role.PROBE, 1e6), 1e-3, slowProbe, 1e-3),
                Timing.of(Entry.of("sparse4j-vector", "k", Role.OWN, 1e6), 2e-3, 3e-3),
                Timing.of(new Entry("nd4j", "k", Role.DENSE, "dense", 0, 2e6, 512), 4e-3, 5e-3)),
            Map.of(),
            List.of(),
            false);
    return new Outcome(RaceSpec.parse(race), result, Map.of("ejml", "no folder ejml"));
  }

  private Path write(String command, RaceRows... races) {
    Path file = folder.resolve("report.json");
    new BenchReport("machine", "jdk", "0123", command, List.of(races), Optional.empty())
        .writeJson(file);
    return file;
  }

  @Test
  void reportIsReadBack() {
    RaceRows steady = RaceRows.of(outcome("spmm csr 8x8 4 0.9 1", 1e-3));
    RaceRows restless = RaceRows.of(outcome("mask 2:4 8x8 1 0.5 1", 2e-3));
    EarlierReport report =
        EarlierReport.read(write("SPARSE4J_OPTS=-XX:UseAVX=2 sparse4j bench", steady, restless));
    assertEquals("machine", report.machine());
    assertEquals("jdk", report.jdk());
    assertEquals("0123", report.commits("0123"));
    assertEquals("0123, 4567", report.commits("4567"));
    assertEquals("SPARSE4J_OPTS=-XX:UseAVX=2", report.options());
    assertEquals(List.of(steady, restless), report.races());
    assertTrue(report.races().getLast().isVoid());
  }

  @Test
  void measuredRacesAreKeptAndTheOthersAndTheVoidOnesAreRun() {
    List<RaceRows> earlier =
        List.of(
            RaceRows.of(outcome("spmm csr 8x8 4 0.9 1", 1e-3)),
            RaceRows.of(outcome("spmm csr 8x8 8 0.9 1", 2e-3)),
            RaceRows.of(outcome("spmm csr 4x4 8 0.9 1", 1e-3)));
    List<RaceSpec> races =
        List.of(
            RaceSpec.parse("spmm csr 8x8 4 0.9 1"),
            RaceSpec.parse("spmm csr 8x8 8 0.9 1"),
            RaceSpec.parse("spmm csr 8x8 16 0.9 1"));
    List<String> runs = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    StringWriter out = new StringWriter();
    RaceRun run =
        new RaceRun(
            new PrintWriter(out), new PrintWriter(out), (rows, report) -> kept.add(rows.size()));
    run.all(
        race -> {
          runs.add(race.line());
          return outcome(race.line(), 1e-3);
        },
        races,
        earlier);
    assertEquals(List.of("spmm csr 8x8 8 0.9 1", "spmm csr 8x8 16 0.9 1"), runs);
    assertEquals(List.of(3, 4), kept, "the race of another list stays");
    assertTrue(run.races().stream().noneMatch(RaceRows::isVoid));
    assertTrue(
        out.toString().startsWith("2 races besides 1 of the earlier report, about 16 s"),
        out.toString());
    runs.clear();
    run.all(race -> outcome(race.line(), 1e-3), races, run.races());
    assertEquals(List.of(), runs);
    assertEquals(4, kept.getLast(), "nothing left to run, the report is written all the same");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"rows":[]}                                                                 | 0 races name 0 of its 0 rows
          {"rows":[],"races":[{"race":"spmm csr 8x8 4 0.9 1","rows":2}]}              | race 1 ends at row 2 of 0
          {"rows":[{}],"races":[{"race":"spmm csr 8x8 4 0.9 1","rows":0,"void":true}]} | 1 races name 0 of its 1 rows
          {"rows":[],"races":[{"race":"spmm","rows":0}]}                              | race: words (1) must be 6
          {"rows":[],"races":[{"race":"spmm csr 8x8 4 0.9 1","rows":-1}]}             | race 1 ends at row -1 of 0
          {"rows":[],"races":[{"race":"spmm csr 8x8 4 0.9 1","rows":0}]}              | void () of spmm csr 8x8 n=4 90% 1 thread must be true or false
          {"rows":[{}],"races":[{"race":"spmm csr 8x8 4 0.9 1","rows":1}]}            | row 1: its race (  n=0) must be spmm 8x8 n=4
          hello                                                                       | line 1: Unrecognized token 'hello'
          {"races":[{"                                                                | line 1: Unexpected end-of-input
          {} {}                                                                       | line 1: Trailing token
          """)
  void rejectsWhatIsNoReport(String text, String reason) throws Exception {
    Path file = Files.writeString(folder.resolve("x.json"), text);
    Failure failure = assertThrows(Failure.class, () -> EarlierReport.read(file));
    assertTrue(
        failure.getMessage().startsWith(file + " is no report of races: " + reason),
        failure.getMessage());
    assertEquals(ExitCode.INPUT, failure.exitCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "shape" : "8x8"         | "shape" : "9x8"        | row 1: its race (spmm 9x8 n=4) must be spmm 8x8 n=4
          "n" : 4                 | "n" : "four"           | row 1: its race (spmm 8x8 n=0) must be spmm 8x8 n=4
          "contender" : "nd4j"    | "contender" : null     | row 3: names no contender
          "timeMicros" : 2500.0   | "timeMicros" : "fast"  | row 2: timeMicros ("fast") must be a number that is not negative
          "timeMicros" : 2500.0   | "timeMicros" : -2500.0 | row 2: timeMicros (-2500.0) must be a number that is not negative
          """)
  void rejectsDamagedRows(String written, String damaged, String reason) throws Exception {
    Path file = write("sparse4j bench", RaceRows.of(outcome("spmm csr 8x8 4 0.9 1", 1e-3)));
    String text = Files.readString(file);
    assertTrue(text.contains(written), text);
    Files.writeString(file, text.replace(written, damaged));
    Failure failure = assertThrows(Failure.class, () -> EarlierReport.read(file));
    assertEquals(file + " is no report of races: " + reason, failure.getMessage());
  }

  @Test
  void rejectsARaceThatIsThereTwice() {
    RaceRows race = RaceRows.of(outcome("spmm csr 8x8 4 0.9 1", 1e-3));
    Path file = write("sparse4j bench", race, race);
    Failure failure = assertThrows(Failure.class, () -> EarlierReport.read(file));
    assertEquals(
        file + " is no report of races: race 2 (spmm csr 8x8 n=4 90% 1 thread) was there before",
        failure.getMessage());
  }

  @Test
  void rejectsAMissingFile() {
    Path file = folder.resolve("none.json");
    Failure failure = assertThrows(Failure.class, () -> EarlierReport.read(file));
    assertTrue(failure.getMessage().startsWith("cannot read " + file + ": "), failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"20, 20 s", "89, 1 min", "3600, 60 min", "9000, 2.5 h"})
  void timeLeftIsSaidInWords(double seconds, String words) {
    assertEquals(words, RaceRun.time(seconds));
  }
}
