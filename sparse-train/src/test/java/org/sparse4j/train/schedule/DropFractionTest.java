package org.sparse4j.train.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DropFractionTest {

  @ParameterizedTest
  @CsvSource({
    "0, .3",
    "18750, .256066",
    "37500, .15",
    "56250, .043934",
    "75000, 0",
    "75001, 0",
    "99999, 0"
  })
  void cosineFallsToZeroAndStaysThere(long step, double fraction) {
    assertEquals(fraction, Cosine.from(.3).at(step, 0, 75000), 1e-6);
  }

  @Test
  void cosineStartsAtBegin() {
    assertEquals(.3, Cosine.from(.3).at(500, 1000, 3000));
    assertEquals(.3, Cosine.from(.3).at(1000, 1000, 3000));
    assertEquals(.15, Cosine.from(.3).at(2000, 1000, 3000), 1e-15);
  }

  @ParameterizedTest
  @CsvSource({"0, 3, .4", "50, 3, .05", "100, 3, 0", "50, 1, .2", "50, 0, .4"})
  void exponentialIsAPowerOfTheTimeLeft(long step, double power, double fraction) {
    assertEquals(fraction, Exponential.from(.4, power).at(step, 0, 100), 1e-15);
  }

  @Test
  void constantStays() {
    assertEquals(.3, Constant.of(.3).at(0, 0, 100));
    assertEquals(.3, Constant.of(.3).at(100, 0, 100));
  }

  @Test
  void oneStepLongScheduleStartsAtItsFirstFraction() {
    assertEquals(.3, Cosine.from(.3).at(5, 5, 5));
    assertEquals(0, Cosine.from(.3).at(6, 5, 5));
  }

  @Test
  void rejectsFractionsOutsideZeroToOne() {
    Throwable cosine = assertThrows(IllegalArgumentException.class, () -> Cosine.from(1.5));
    assertEquals("Cosine: drop fraction (1.5) must be between 0 and 1", cosine.getMessage());
    Throwable constant = assertThrows(IllegalArgumentException.class, () -> Constant.of(-1));
    assertEquals("Constant: drop fraction (-1.0) must be between 0 and 1", constant.getMessage());
    Throwable power = assertThrows(IllegalArgumentException.class, () -> Exponential.from(.3, -2));
    assertEquals("Exponential: power (-2.0) must be at least 0", power.getMessage());
  }
}
