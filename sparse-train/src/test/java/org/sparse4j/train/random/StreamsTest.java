package org.sparse4j.train.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StreamsTest {

  @Test
  void equalArgumentsGiveEqualNumbers() {
    assertEquals(Streams.bits(1, 2), Streams.bits(1, 2));
    assertEquals(Streams.derive(1, "a"), Streams.derive(1, "a"));
    assertNotEquals(Streams.derive(1, "a"), Streams.derive(1, "b"));
    assertNotEquals(Streams.derive(1, "ab"), Streams.derive(1, "ba"));
    assertNotEquals(Streams.derive(1, 0), Streams.derive(2, 0));
    assertNotEquals(Streams.derive(1, 0), Streams.derive(1, 1));
  }

  /** Fixed numbers: a checkpoint of an older version must resume with the same streams. */
  @Test
  void numbersStayTheSameFromVersionToVersion() {
    assertEquals(BITS, Streams.bits(42, 0));
    assertEquals(DERIVED, Streams.derive(42, 1));
    assertEquals(NAMED, Streams.derive(42, "dropout"));
  }

  private static final long BITS = -4767286540954276203L;
  private static final long DERIVED = -816328817471504299L;
  private static final long NAMED = -6926021695454832256L;

  @Test
  void uniformNumbersAreUniform() {
    double sum = 0;
    int[] counts = new int[10];
    for (int i = 0; i < 20_000; i++) {
      double u = Streams.uniform(7, i);
      assertTrue(u >= 0 && u < 1);
      sum += u;
      counts[Streams.below(8, i, 10)]++;
    }
    assertEquals(0.5, sum / 20_000, 0.01);
    for (int count : counts) {
      assertEquals(2000, count, 200);
    }
  }

  @Test
  void normalNumbersHaveTheMomentsOfTheNormalDistribution() {
    double[] moments = new double[4];
    int n = 40_000;
    for (int i = 0; i < n; i++) {
      double z = Streams.normal(9, i);
      moments[0] += z / n;
      moments[1] += z * z / n;
      moments[2] += z * z * z / n;
      moments[3] += z * z * z * z / n;
    }
    assertEquals(0, moments[0], 0.02);
    assertEquals(1, moments[1], 0.03);
    assertEquals(0, moments[2], 0.06);
    assertEquals(3, moments[3], 0.2);
  }
}
