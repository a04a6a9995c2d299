package org.sparse4j.train.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EveryTest {

  /** The step-increment oracles of RigL's own tests: 1 where a weight step was taken. */
  @ParameterizedTest
  @CsvSource({"0, 4, 1, 01010101011", "3, 7, 2, 11101101101", "1, 5, 3, 10111011111"})
  void maskBatchesTakeTheTurnOfAWeightStep(long begin, long end, int interval, String steps) {
    Every schedule = Every.steps(interval).from(begin).untilStep(end);
    long step = 0;
    long last = UpdateSchedule.NEVER;
    StringBuilder taken = new StringBuilder();
    while (taken.length() < steps.length()) {
      if (schedule.fires(step, last, 1000)) {
        last = step;
        taken.append('0');
      } else {
        step++;
        taken.append('1');
      }
    }
    assertEquals(steps, taken.toString());
  }

  @Test
  void endIsAFractionOfTheTraining() {
    Every schedule = Every.steps(100).until(0.75);
    assertEquals(7020, schedule.end(9360));
    assertTrue(schedule.fires(7020, 6920, 9360));
    assertFalse(schedule.fires(7021, 6920, 9360));
    assertEquals(9360, Every.steps(100).end(9360));
  }

  @Test
  void laterSettingOfTheEndWins() {
    assertEquals(500, Every.steps(1).until(.5).end(1000));
    assertEquals(20, Every.steps(1).until(.5).untilStep(20).end(1000));
    assertEquals(500, Every.steps(1).untilStep(20).until(.5).end(1000));
  }

  @Test
  void rejectsWhatIsNoSchedule() {
    assertMessage("Every: interval (0) must be at least 1 step", () -> Every.steps(0));
    assertMessage("Every: begin (-1) must not be negative", () -> Every.steps(1).from(-1));
    assertMessage("Every: end (-5) must not be negative", () -> Every.steps(1).untilStep(-5));
    assertMessage(
        "Every: end (75.0) must be a fraction of the training between 0 and 1",
        () -> Every.steps(1).until(75));
  }

  private static void assertMessage(
      String message, org.junit.jupiter.api.function.Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
