package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RaceTest {
  private static final RaceSettings SETTINGS = new RaceSettings(5, 0.01, 0.05, 1, 0);

  @Test
  void medianIsTheMiddleRoundOrTheMeanOfTheMiddleTwo() {
    Entry entry = Entry.of("a", "", Role.OWN, 1);
    Timing odd = Timing.of(entry, 5, 1, 9, 2, 3);
    assertEquals(3, odd.median());
    assertEquals(1, odd.low());
    assertEquals(9, odd.high());
    assertEquals(8.0 / 3, odd.spread());
    assertEquals(5, odd.rounds());
    assertEquals(2.5, Timing.of(entry, 4, 1, 2, 3).median());
    assertEquals(9, odd.round(2), "in the order they were run");
  }

  @Test
  void timingNeedsARound() {
    var failure =
        assertThrows(
            IllegalArgumentException.class, () -> Timing.of(Entry.of("a", "", Role.OWN, 1)));
    assertEquals("timing: a ran 0 rounds, a median needs 1", failure.getMessage());
  }

  @Test
  void contestantsTakeTurnsAndOddRoundsGoBackwards() {
    List<String> log = new ArrayList<>();
    Lane a = new FakeLane(Entry.of("a", "", Role.OWN, 1), log, slice -> 0.02);
    Lane b = new FakeLane(Entry.of("b", "", Role.OWN, 1), log, slice -> 0.02);
    new Race(SETTINGS).run(List.of(a, b));
    List<String> rounds = log.subList(log.size() - 10, log.size());
    assertEquals(
        List.of("a 1", "b 1", "b 1", "a 1", "a 1", "b 1", "b 1", "a 1", "a 1", "b 1"), rounds);
  }

  @Test
  void shortCallsFillASliceAfterOneThatWarmsTheCaches() {
    List<String> log = new ArrayList<>();
    Lane lane = new FakeLane(Entry.of("a", "", Role.OWN, 1), log, slice -> 0.001);
    new Race(SETTINGS).run(List.of(lane));
    assertEquals(List.of("a 1", "a 10"), log.subList(log.size() - 2, log.size()));
  }

  @Test
  void warmUpLastsUntilSlicesAgree() {
    // Compiled after 7 slices: the rounds must not see the slow ones.
    FakeLane lane =
        new FakeLane(
            Entry.of("a", "", Role.OWN, 1), new ArrayList<>(), slice -> slice < 7 ? 0.02 : 0.0001);
    RaceResult result = new Race(SETTINGS).run(List.of(lane));
    assertEquals(0.0001, result.timings().getFirst().high(), 1e-9);
    assertTrue(result.unsettled().isEmpty());
  }

  @Test
  void warmUpEndsAtItsLimit() {
    FakeLane lane =
        new FakeLane(
            Entry.of("a", "", Role.OWN, 1), new ArrayList<>(), s -> s % 2 == 0 ? 0.01 : 0.02);
    RaceResult result = new Race(SETTINGS).run(List.of(lane));
    assertEquals(5, result.timings().getFirst().rounds());
    assertTrue(lane.slices() < 120, lane.slices() + " slices");
  }

  @Test
  void steadyRaceRunsOnce() {
    RaceResult result =
        new Race(SETTINGS)
            .run(
                List.of(
                    FakeLane.steady("p", Role.PROBE, 0.01), FakeLane.steady("a", Role.OWN, 0.01)));
    assertFalse(result.repeated());
    assertFalse(result.isVoid());
    assertEquals(1e8, result.probeRate().orElseThrow(), 1);
  }

  @Test
  void raceIsRepeatedOnceWhenTheProbeMoves() {
    // Eight slices of warm-up, five rounds, and five rounds more.
    FakeLane probe =
        new FakeLane(
            Entry.of("p", "", Role.PROBE, 1e6),
            new ArrayList<>(),
            slice -> slice == 10 ? 0.012 : 0.01);
    RaceResult result = new Race(SETTINGS).run(List.of(probe));
    assertTrue(result.repeated());
    assertFalse(result.isVoid());
    assertEquals(0, result.probeSpread().orElseThrow(), 1e-9);
  }

  @Test
  void raceIsVoidButKeptWhenTheProbeMovesTwice() {
    FakeLane probe =
        new FakeLane(
            Entry.of("p", "", Role.PROBE, 1e6),
            new ArrayList<>(),
            slice -> slice % 3 == 0 ? 0.0115 : 0.01);
    FakeLane own = FakeLane.steady("a", Role.OWN, 0.01);
    RaceResult result = new Race(SETTINGS).run(List.of(probe, own));
    assertTrue(result.repeated());
    assertTrue(result.isVoid());
    assertEquals(0.15, result.probeSpread().orElseThrow(), 1e-9);
    assertEquals(2, result.timings().size());
    Outcome outcome = new Outcome(RaceSpec.parse("spmm csr 8x8 4 0.5 1"), result, Map.of());
    assertEquals("void: the probe moved by 15%, limit 10%", outcome.remark());
  }

  @Test
  void roundsFarApartAreCalledUnsettledAfterASecondAttempt() {
    FakeLane lane =
        new FakeLane(
            Entry.of("a", "", Role.OWN, 1), new ArrayList<>(), s -> s % 5 == 0 ? 0.5 : 0.01);
    RaceResult result = new Race(SETTINGS).run(List.of(lane));
    assertTrue(result.repeated());
    assertEquals(List.of("a"), result.unsettled());
  }

  @Test
  void contestantThatBreaksDownLeavesAndTheRaceGoesOn() {
    FakeLane broken =
        new FakeLane(
            Entry.of("b", "", Role.DENSE, 1),
            new ArrayList<>(),
            slice -> {
              if (slice > 7) {
                throw new LaneFailure("b: process ended with status 134");
              }
              return 0.01;
            });
    RaceResult result =
        new Race(SETTINGS).run(List.of(broken, FakeLane.steady("a", Role.OWN, 0.01)));
    assertEquals(Map.of("b", "b: process ended with status 134"), result.failures());
    assertEquals(1, result.timings().size());
    assertEquals("a", result.timings().getFirst().entry().name());
  }

  @Test
  void settingsRejectFewerThanFiveRounds() {
    var failure = assertThrows(IllegalArgumentException.class, () -> RaceSettings.quick(4));
    assertEquals("race: rounds (4) must be between 5 and 1000", failure.getMessage());
  }

  @Test
  void localLaneRunsTheBodyAsOftenAsAsked() {
    int[] calls = {0};
    double seconds = Lane.of(Contender.of("a", 1, () -> calls[0]++)).seconds(17);
    assertEquals(17, calls[0]);
    assertTrue(seconds >= 0);
  }
}
