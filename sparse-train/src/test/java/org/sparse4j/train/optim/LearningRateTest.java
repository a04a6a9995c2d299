package org.sparse4j.train.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LearningRateTest {

  private static void assertRates(LearningRate rate, double... stepsAndRates) {
    for (int i = 0; i < stepsAndRates.length; i += 2) {
      long step = (long) stepsAndRates[i];
      assertEquals(stepsAndRates[i + 1], rate.at(step), 1e-12, "step " + step);
    }
  }

  @Test
  void constant() {
    assertRates(LearningRate.constant(0.3), 0, 0.3, 1e9, 0.3);
    assertEquals(LearningRate.constant(0.3), LearningRate.constant(0.3));
    assertEquals("0.3", LearningRate.constant(0.3).toString());
  }

  @Test
  void cosine() {
    assertRates(LearningRate.cosine(0.2, 12), 0, 0.2, 4, 0.15, 6, 0.1, 8, 0.05, 12, 0, 99, 0);
    assertRates(LearningRate.cosine(1, 0.5, 2), 0, 1, 1, 0.75, 2, 0.5, 3, 0.5);
  }

  @Test
  void linear() {
    assertRates(LearningRate.linear(1, 3, 4), 0, 1, 1, 1.5, 4, 3, 5, 3);
  }

  @Test
  void staircase() {
    assertRates(LearningRate.staircase(1, 0.1, 10), 0, 1, 9, 1, 10, 0.1, 29, 0.01);
  }

  @Test
  void warmUp() {
    assertRates(LearningRate.constant(0.4).warmUp(4), 0, 0.1, 1, 0.2, 3, 0.4, 4, 0.4, 100, 0.4);
  }

  @Test
  void oneAfterTheOther() {
    LearningRate rate = LearningRate.linear(0, 1, 10).then(10, LearningRate.cosine(1, 10));
    assertRates(rate, 0, 0, 5, 0.5, 10, 1, 15, 0.5, 20, 0);
  }

  @Test
  void namesStepsThatAreOutOfRange() {
    assertEquals(
        "LearningRate.cosine: steps (0) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> LearningRate.cosine(1, 0)).getMessage());
    assertEquals(
        "LearningRate.then: steps (-1) must not be negative",
        assertThrows(
                IllegalArgumentException.class,
                () -> LearningRate.constant(1).then(-1, LearningRate.constant(2)))
            .getMessage());
  }

  @Test
  void namesRatesThatAreOutOfRange() {
    assertEquals(
        "LearningRate.constant: rate (NaN) must be finite and not negative",
        assertThrows(IllegalArgumentException.class, () -> Adam.rate(Double.NaN)).getMessage());
    assertEquals(
        "LearningRate.constant: rate (-0.1) must be finite and not negative",
        assertThrows(IllegalArgumentException.class, () -> Sgd.rate(-0.1)).getMessage());
    assertEquals(
        "LearningRate.cosine: first rate (Infinity) must be finite and not negative",
        assertThrows(
                IllegalArgumentException.class,
                () -> LearningRate.cosine(Double.POSITIVE_INFINITY, 5))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> LearningRate.linear(1, -1, 5));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.staircase(1, Double.NaN, 5));
    assertEquals(0, LearningRate.constant(0).at(3));
  }
}
