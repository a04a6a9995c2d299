package org.sparse4j.train.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparsityScheduleTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "100, 0",
    "110, .2439",
    "125, .520312",
    "150, .7875",
    "175, .885938",
    "190, .8991",
    "200, .9",
    "999, .9"
  })
  void cubicReachesPublishedValues(long step, double sparsity) {
    assertEquals(sparsity, Polynomial.cubicTo(.9).at(step, 100, 200), 5e-7);
  }

  @Test
  void cubicCountingFromOneEqualsTheJaxPort() {
    assertEquals(.4375, Polynomial.cubicTo(.5).countingFromOne().at(9, 0, 20));
    assertEquals(.5, Polynomial.cubicTo(.5).countingFromOne().at(19, 0, 20));
    assertEquals(.5, Polynomial.cubicTo(.5).at(7, 7, 7));
    assertEquals(0, Polynomial.cubicTo(.5).at(6, 7, 7));
  }

  /** Prune once for all: 90 % at step 50,000, while masks change until step 80,000. */
  @Test
  void schedulesMayEndBeforeUpdatesDo() {
    SparsitySchedule schedule = Polynomial.cubicTo(.9).endingAt(50_000);
    assertEquals(0, schedule.at(0, 0, 80_000));
    assertEquals(.4392, schedule.at(10_000, 0, 80_000), 1e-12);
    assertEquals(.7875, schedule.at(25_000, 0, 80_000), 1e-12);
    assertEquals(.9, schedule.at(50_000, 0, 80_000));
    assertEquals(.9, schedule.at(79_000, 0, 80_000));
    assertEquals(.9, schedule.at(10_000, 0, 10_000));
    assertEquals(
        "Polynomial[first=0.0, last=0.9, power=3.0, ahead=0] ending at 50000", schedule.toString());
    assertMessage(
        "SparsitySchedule: end (-1) must not be negative",
        () -> Polynomial.cubicTo(.9).endingAt(-1));
  }

  /** Pruning from a quarter to three quarters leaves a mean density of 1 - .625 S or 1 - .5 S. */
  @Test
  void meanDensitiesOverATraining() {
    assertEquals(1 - .625 * .8, meanDensity(Polynomial.cubicTo(.8)), 1e-4);
    assertEquals(1 - .5 * .8, meanDensity(Polynomial.linearTo(.8)), 1e-4);
  }

  private static double meanDensity(SparsitySchedule schedule) {
    return LongStream.range(0, 40000)
        .mapToDouble(step -> 1 - schedule.at(step, 10000, 30000))
        .average()
        .orElseThrow();
  }

  @Test
  void firstSparsityMayDiffer() {
    assertEquals(.5, Polynomial.linearTo(.9).from(.1).at(50, 0, 100), 1e-12);
    assertMessage(
        "Polynomial: sparsities (0.0, 1.5) must be between 0 and 1", () -> Polynomial.cubicTo(1.5));
    assertMessage(
        "Polynomial: power (-1.0) and steps ahead (0) must be at least 0",
        () -> new Polynomial(0, .5, -1, 0));
  }

  @Test
  void stairsHoldUntilTheNextStep() {
    Stairs stairs = Stairs.of(Map.of(0L, .8, 5L, .4, 10L, 0.));
    assertEquals(.8, stairs.at(4, 0, 0));
    assertEquals(.4, stairs.at(5, 0, 0));
    assertEquals(.4, stairs.at(9, 0, 0));
    assertEquals(0, stairs.at(70, 0, 0));
    assertEquals("stairs {0=0.8, 5=0.4, 10=0.0}", stairs.toString());
    assertEquals("at steps [5, 10]", stairs.updates().toString());
    assertMessage("Stairs: needs at least one step", () -> Stairs.of(Map.of()));
    assertMessage(
        "Stairs: sparsity (2.0) at step 3 must be between 0 and 1",
        () -> Stairs.of(Map.of(3L, 2.)));
  }

  @Test
  void namedStepsFireOnce() {
    AtSteps steps = AtSteps.of(0, 7, 9);
    assertEquals(true, steps.fires(0, UpdateSchedule.NEVER, 100));
    assertEquals(false, steps.fires(0, 0, 100));
    assertEquals(true, steps.fires(7, 0, 100));
    assertEquals(false, steps.fires(8, 7, 100));
    assertEquals(0, steps.begin());
    assertEquals(9, steps.end(100));
    assertEquals(0, AtSteps.of().end(100));
    assertMessage(
        "AtSteps: steps[1] (7) must be ascending and not negative", () -> AtSteps.of(7, 7));
  }

  @Test
  void multiplesAreAbsolute() {
    Multiples every = Multiples.of(5).from(7).untilStep(20);
    long[] fired =
        LongStream.range(0, 40).filter(t -> every.fires(t, UpdateSchedule.NEVER, 40)).toArray();
    assertEquals("[10, 15, 20]", Arrays.toString(fired));
    assertEquals(false, every.fires(15, 15, 40));
    assertEquals(true, Multiples.of(10).until(.5).fires(20, 10, 40));
    assertEquals(false, Multiples.of(10).until(.5).endLeftOut().fires(20, 10, 40));
    assertEquals("at multiples of 5 from 7 until step 20", every.toString());
    assertMessage("Multiples: interval (0) must be at least 1 step", () -> Multiples.of(0));
    assertMessage("Multiples: end (-1) must not be negative", () -> every.untilStep(-1));
    assertMessage(
        "Multiples: end (2.0) must be a fraction of the training between 0 and 1",
        () -> every.until(2));
  }

  /** The published phases of 100 epochs: sparse at 10, 20, ... 70 and 85, dense at 15, ... 75. */
  @Test
  void phasesAlternate() {
    Phases phases =
        Phases.of(
            new long[] {10, 20, 30, 40, 50, 60, 70, 85}, new long[] {15, 25, 35, 45, 55, 65, 75});
    long sparse = LongStream.range(0, 100).filter(phases::isSparse).count();
    assertEquals(7 * 5 + 15, sparse);
    assertEquals(false, phases.isSparse(9));
    assertEquals(true, phases.isSparse(14));
    assertEquals(false, phases.isSparse(15));
    assertEquals(true, phases.fires(15, 10, 100));
    assertEquals(false, phases.fires(15, 15, 100));
    assertEquals(false, phases.fires(16, 15, 100));
    assertEquals(
        "phases sparse 3 dense 5 sparse 6 dense 8 sparse 9",
        Phases.alternating(3, 2, 1, 9).toString());
    assertEquals("phases sparse 3 sparse 4", Phases.alternating(3, 2, 1, 4).toString());
    assertMessage(
        "Phases: step 3 must not be negative nor be named twice",
        () -> Phases.of(new long[] {3}, new long[] {3}));
    assertMessage(
        "Phases: first dense steps (0), sparse (1) and dense (1) must be at least 1, the last start"
            + " (5) at least the first",
        () -> Phases.alternating(0, 1, 1, 5));
  }

  @Test
  void cosineBetweenEndsAboveZero() {
    CosineBetween cosine = new CosineBetween(.5, .005);
    assertEquals(.5, cosine.at(0, 0, 100));
    assertEquals(.2525, cosine.at(50, 0, 100), 1e-12);
    assertEquals(.005, cosine.at(100, 0, 100), 1e-12);
    assertMessage(
        "CosineBetween: drop fraction (1.5) must be between 0 and 1",
        () -> new CosineBetween(.5, 1.5));
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
