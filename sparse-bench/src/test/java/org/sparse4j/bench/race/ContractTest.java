package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContractTest {
  private static final String SPMM = "spmm csr 8x8 4 0.9 1";

  private static ContractRow row(String line) {
    return Contract.parse(line).rows().getFirst();
  }

  private static Timing timing(String name, Role role, double... micros) {
    double[] seconds = new double[micros.length];
    for (int i = 0; i < micros.length; i++) {
      seconds[i] = micros[i] * 1e-6;
    }
    return Timing.of(Entry.of(name, "k", role, 1e6), seconds);
  }

  private static Outcome outcome(String race, Timing... timings) {
    return outcome(race, Map.of(), timings);
  }

  private static Outcome outcome(String race, Map<String, String> skipped, Timing... timings) {
    return new Outcome(
        RaceSpec.parse(race),
        new RaceResult(List.of(timings), Map.of(), List.of(), false),
        skipped);
  }

  @Test
  void bundledContractHasEveryClauseOnTwoProblemsAndEveryRaceOnce() {
    Contract contract = Contract.bundled();
    assertTrue(contract.opponents().containsAll(List.of("onednn", "openblas", "mkl", "eigen")));
    Map<String, Set<List<RaceSpec>>> clauses =
        contract.rows().stream()
            .filter(row -> !Double.isNaN(row.target()))
            .collect(
                Collectors.groupingBy(
                    ContractRow::clause,
                    Collectors.mapping(ContractRow::races, Collectors.toSet())));
    clauses.forEach((clause, races) -> assertTrue(races.size() >= 2, clause + " " + races));
    assertEquals(37, clauses.size());
    assertEquals(contract.races().size(), new HashSet<>(contract.races()).size());
    assertTrue(contract.races().size() <= 110, contract.races().size() + " races");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          c spmm csr 8x8 4 0.9 1 dense 2               | contract, line 1: words (9) must be 10: clause operation formats shapes ns sparsities threads against target stretch
          c spmm csr 8x8 4 0.9 1 dense 2 1             | contract, line 1: c: stretch (1.0) must be at least target (2.0)
          c spmm csr 8x8 4 0.9 1 dense - 1             | contract, line 1: c: stretch (1.0) must be at least target (NaN)
          c spmm csr 8x8 4 0.9 1 gigabytes 2 3         | contract, line 1: c: gigabytes are counted for masks only
          c spam csr 8x8 4 0.9 1 dense 2 3             | contract, line 1: race: operation (spam) must be one of spmm, spmmTransposed, sddmm, spmv, linear, gemm, gemmLeftTransposed, gemmRightTransposed, mask, trainingStep
          c spmm csr 8x8 4 0.9 1 dense two 3           | contract, line 1: For input string: "two"
          """)
  void rejects(String text, String message) {
    var failure = assertThrows(IllegalArgumentException.class, () -> Contract.parse(text));
    assertEquals(message, failure.getMessage());
  }

  @Test
  void lineStandsForEveryCombinationAndRowsShareRaces() {
    Contract contract =
        Contract.parse(
            """
            opponents a b # two
            x spmm csr 8x8,4x4 1,2 0.5 1 dense 2 3
            y spmm csr 8x8 2 0.5 1 mkl 2 -
            z gemm dense 8x8 2 0 1 a 0.9 -
            """);
    assertEquals(6, contract.rows().size());
    assertEquals(5, contract.races().size());
    assertEquals(
        Participants.named(List.of("a", "b")), contract.participants(contract.races().getFirst()));
    assertEquals(
        Participants.named(List.of("a")), contract.participants(contract.races().getLast()));
    Contract part = contract.within(List.of(RaceSpec.parse("spmm csr 8x8 2 0.5 1")));
    assertEquals(2, part.rows().size());
  }

  @ParameterizedTest
  @CsvSource({
    "2.0, 1.95, 2, 3, target",
    "2.0, 1.93, 2, 3, missed",
    "1.99, 1.99, 2, 3, missed",
    "3.0, 2.92, 2, 3, stretch",
    "3.5, 2.90, 2, 3, target",
    "9.0, 9.0, 2, NaN, target",
    "2.0, 2.0, NaN, NaN, no target"
  })
  void targetIsReachedByFigureAndLowerBound(
      double figure, double lower, double target, double stretch, String verdict) {
    assertEquals(verdict, Verdict.of(figure, lower, target, stretch).words());
  }

  @Test
  void figureIsTheRatioOfMediansAndItsLowerBoundAQuartileOfTheRounds() {
    ContractFinding finding =
        row("c " + SPMM + " dense 2 3")
            .judge(
                List.of(
                    outcome(
                        SPMM,
                        timing("sparse4j-vector", Role.OWN, 10, 10, 12, 10, 20, 10, 10),
                        timing("slow", Role.DENSE, 90, 90, 90, 90, 90, 90, 90),
                        timing("fast", Role.DENSE, 24, 24, 24, 24, 24, 24, 36))));
    assertEquals(2.4, finding.figure(), 1e-12);
    assertEquals(2.0, finding.lower(), 1e-12, "second smallest of seven");
    assertEquals(Verdict.TARGET, finding.verdict());
    assertEquals("fast", finding.note());
  }

  @ParameterizedTest
  @CsvSource({
    "dense, 3, onednn",
    "peer, 2, mkl",
    "mkl, 2, mkl",
    "eigen, 5, eigen",
    "f32, 4, sparse4j-vector-f32",
    "one-thread, 6, sparse4j-vector-one-thread"
  })
  void comparesWithWhomTheRowNames(String against, double figure, String note) {
    ContractFinding finding =
        row("c " + SPMM + " " + against + " 1 -")
            .judge(
                List.of(
                    outcome(
                        SPMM,
                        timing("fma-probe", Role.PROBE, 1),
                        timing("sparse4j-vector", Role.OWN, 10),
                        timing("sparse4j-vector-f32", Role.OWN, 40),
                        timing("sparse4j-vector-one-thread", Role.OWN, 60),
                        timing("onednn", Role.DENSE, 30),
                        timing("eigen", Role.SPARSE, 50),
                        timing("mkl", Role.SPARSE, 20))));
    assertEquals(figure, finding.figure(), 1e-12);
    assertEquals(note, finding.note());
  }

  @Test
  void rateIsBytesOverTime() {
    String race = "mask 2:4 1000x250 1 0.5 1";
    ContractFinding finding =
        row("c " + race + " gigabytes 19 -")
            .judge(List.of(outcome(race, timing("sparse4j-vector", Role.OWN, 50, 50, 40))));
    assertEquals(20, finding.figure(), 1e-9);
    assertEquals(20, finding.lower(), 1e-9);
    assertEquals(Verdict.TARGET, finding.verdict());
  }

  @Test
  void joinedOperationsAddTheirTimes() {
    ContractRow row = row("c spmm+sddmm csr 8x8 4 0.9 1 dense - -");
    assertEquals("spmm+sddmm csr 8x8 n=4 90% 1 thread", row.label());
    ContractFinding finding =
        row.judge(
            List.of(
                outcome(SPMM, timing("own", Role.OWN, 10), timing("a", Role.DENSE, 30)),
                outcome(
                    "sddmm csr 8x8 4 0.9 1",
                    timing("own", Role.OWN, 20),
                    timing("b", Role.DENSE, 90))));
    assertEquals(4, finding.figure(), 1e-12);
    assertEquals(Verdict.NONE, finding.verdict());
    assertEquals("a, b", finding.note());
  }

  @Test
  void absentOpponentIsNotMeasuredAndSaysWhy() {
    Outcome outcome = outcome(SPMM, Map.of("mkl", "no folder mkl"), timing("own", Role.OWN, 10));
    ContractFinding finding = row("c " + SPMM + " mkl 2 3").judge(List.of(outcome));
    assertEquals(Verdict.NOT_MEASURED, finding.verdict());
    assertEquals("mkl: no folder mkl", finding.note());
    assertEquals(
        "eigen: did not take part", row("c " + SPMM + " eigen 2 3").judge(List.of(outcome)).note());
    assertEquals("the race was not run", row("c " + SPMM + " mkl 2 3").judge(List.of()).note());
    Outcome wrong =
        outcome(SPMM, Map.of("sparse4j-vector", "wrong result"), timing("mkl", Role.SPARSE, 10));
    assertEquals("ours: wrong result", row("c " + SPMM + " mkl 2 3").judge(List.of(wrong)).note());
  }

  @Test
  void restlessMachineMakesARowVoid() {
    ContractFinding finding =
        row("c " + SPMM + " dense 2 3")
            .judge(
                List.of(
                    outcome(
                        SPMM,
                        timing("fma-probe", Role.PROBE, 10, 12),
                        timing("own", Role.OWN, 10, 10),
                        timing("onednn", Role.DENSE, 90, 90))));
    assertEquals(Verdict.VOID, finding.verdict());
    assertEquals(9, finding.figure(), 1e-12);
  }

  private static ContractReport report() {
    Contract contract =
        Contract.parse(
            """
            a spmm csr 8x8,4x4 4 0.9 1 dense 2 3
            b spmm csr 8x8 4 0.9 1 mkl 2 -
            c spmv csr 8x8 1 0.9 1 mkl 0.9 1.1
            d spmm 2:4 8x8 4 0.5 1 dense - -
            """);
    return ContractReport.of(
        contract,
        List.of(
            outcome(SPMM, timing("own", Role.OWN, 10), timing("onednn", Role.DENSE, 40)),
            outcome(
                "spmm csr 4x4 4 0.9 1",
                timing("own", Role.OWN, 10),
                timing("onednn", Role.DENSE, 9)),
            outcome(
                "spmv csr 8x8 1 0.9 1", timing("own", Role.OWN, 10), timing("mkl", Role.SPARSE, 9)),
            outcome(
                "spmm 2:4 8x8 4 0.5 1",
                timing("own", Role.OWN, 10),
                timing("onednn", Role.DENSE, 11))));
  }

  @Test
  void summaryCountsRowsClausesAndWhoIsAhead() {
    assertEquals(
        List.of(
            "at target: 2 of 3 (67%) rows that count",
            "at stretch: 1 of 3 (33%) rows that count",
            "clauses with every row at target: 1 of 2 (50%)",
            "void: 0; not measured: 1; without a target: 1; of 5 rows",
            "an opponent is ahead in: 1 of 3 (33%) sparse races",
            "apart, one vector by CSR at 80% and more: an opponent is ahead in 1 of 1 (100%)"),
        report().summary());
  }

  @Test
  void fileAndPageHoldEveryRow() {
    JsonNode file = report().toJson();
    assertEquals(5, file.path("rows").size());
    JsonNode first = file.path("rows").path(0);
    assertEquals("a", first.path("clause").asText());
    assertEquals(SPMM, first.path("races").asText());
    assertEquals(4.0, first.path("figure").asDouble());
    assertEquals("stretch", first.path("verdict").asText());
    assertTrue(file.path("rows").path(2).path("figure").isNull());
    assertEquals(2, file.path("summary").path("atTarget").asInt());
    assertEquals(2, file.path("summary").path("opponentAhead").size());
    String page = report().markdown();
    assertTrue(
        page.contains(
            "| a | spmm csr 8x8 n=4 90% 1 thread | dense (onednn) | 4.00x | 4.00x | 2.00 | 3.00 |"
                + " stretch |"),
        page);
    assertTrue(page.contains("| not measured: mkl: did not take part |"), page);
    assertTrue(page.contains("- spmm csr 4x4 n=4 90% 1 thread, by onednn (1.11x)"), page);
    assertTrue(report().text().contains("at target: 2 of 3"), report().text());
  }

  @Test
  void racesWhoseProbeMovedAreRunAgain() {
    Contract contract = Contract.parse("a spmm csr 8x8,4x4 4 0.9 1 dense 2 3\n");
    List<String> runs = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    StringWriter out = new StringWriter();
    RaceRun run =
        new RaceRun(
            new PrintWriter(out), new PrintWriter(out), (rows, report) -> kept.add(rows.size()));
    run.contract(
        race -> {
          runs.add(race.shape());
          double slow = race.shape().equals("4x4") && runs.size() < 4 ? 20 : 10;
          return outcome(
              race.line(),
              timing("fma-probe", Role.PROBE, 10, slow, 10),
              timing("own", Role.OWN, 10, 10, 10),
              timing("onednn", Role.DENSE, 40, 40, 40));
        },
        contract,
        () -> false);
    assertEquals(List.of("8x8", "4x4", "4x4", "4x4"), runs);
    assertEquals(List.of(1, 2, 2, 2), kept);
    assertTrue(out.toString().contains("at target: 2 of 2 (100%)"), out.toString());
  }

  @Test
  void noRaceStartsWhenTimeIsUp() {
    Contract contract = Contract.parse("a spmm csr 8x8,4x4 4 0.9 1 dense 2 3\n");
    StringWriter out = new StringWriter();
    List<String> runs = new ArrayList<>();
    new RaceRun(new PrintWriter(out), new PrintWriter(out), (rows, report) -> {})
        .contract(
            race -> {
              runs.add(race.shape());
              return outcome(race.line(), timing("own", Role.OWN, 10));
            },
            contract,
            () -> !runs.isEmpty());
    assertEquals(List.of("8x8"), runs);
    assertTrue(out.toString().contains("not measured: the race was not run"), out.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "onednn-batch-major"})
  void contestantBelongsToItsOpponent(String name) {
    assertTrue(Participants.belongs(name, "onednn"));
    assertTrue(!Participants.belongs("onednnx", "onednn"));
  }

  @Test
  void onlyNamedOpponentsAndOurBestTakePart() {
    Participants some = Participants.named(List.of("mkl"));
    assertTrue(!some.scalar() && !Participants.withoutScalar().scalar());
    assertTrue(Participants.all().scalar());
    assertTrue(some.has("mkl") && some.has(Opponent.OWN) && !some.has("ejml"));
    assertTrue(Participants.withoutScalar().has("ejml"));
  }
}
