package org.sparse4j.kernels.scalar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sparse4j.testing.Seed;

/** The chances themselves: every pair is enumerated, no random numbers in the sampler. */
class GroupSamplerTest {

  /** Lower and higher number of the pairs 13, 14, 23, 24, 34. */
  private static final int[][] PAIRS = {{0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}};

  private static double[] chances(double... a) {
    double[] chances = new double[5];
    GroupSampler.pairChances(a[0], a[1], a[2], a[3], chances);
    return chances;
  }

  @Test
  void pairsHaveTheChancesOfTheCases() {
    assertArrayEquals(new double[] {.05, .15, .15, .25, .4}, chances(1, 2, 3, 4), 1e-12);
    assertArrayEquals(
        new double[] {0, .071429, .142857, .214286, .571429}, chances(.1, .5, 1, 1.2), 5e-7);
    assertArrayEquals(new double[] {0, 1. / 6, 0, 1. / 3, .5}, chances(.1, .2, .3, 4), 1e-12);
    assertArrayEquals(new double[] {.25, .25, .25, .25, 0}, chances(1, 1, 1, 1), 1e-12);
    assertArrayEquals(new double[] {0, 0, 0, 0, 1}, chances(0, 0, 1, 2), 1e-12);
  }

  @Test
  void everyPairTogetherIsUnbiased() {
    Random random = new Random(Seed.or(31));
    for (int round = 0; round < 2000; round++) {
      double[] a = random.doubles(4).map(u -> Math.pow(u, 1 + 9 * (u % 0.1))).sorted().toArray();
      double[] pairs = chances(a);
      assertEquals(1, Arrays.stream(pairs).sum(), 1e-12);
      double sum = Arrays.stream(a).sum();
      double rest = sum - a[3];
      double[] kept = new double[4];
      for (int p = 0; p < 5; p++) {
        assertTrue(pairs[p] >= -1e-15, () -> Arrays.toString(a));
        kept[PAIRS[p][0]] += pairs[p];
        kept[PAIRS[p][1]] += pairs[p];
      }
      for (int t = 0; t < 4; t++) {
        // The numbers that the sampler writes for what it keeps.
        double value = 2 * a[3] > sum ? (t == 3 ? a[3] : rest) : sum / 2;
        assertEquals(a[t], kept[t] * value, 1e-12, () -> Arrays.toString(a));
      }
    }
  }

  @Test
  void twoDrawsHaveTheirExactChances() {
    double[] a = {1, 2, 3, 4};
    double[] wanted = {.234524, .441270, .608333, .715873};
    for (int i = 0; i < 4; i++) {
      assertEquals(wanted[i], GroupSampler.drawChance(a, 4, i), 5e-7);
    }
    Random random = new Random(Seed.or(32));
    for (int m : new int[] {2, 3, 4, 9}) {
      double[] x = random.doubles(m, 1e-6, 1).toArray();
      double sum = 0;
      for (int i = 0; i < m; i++) {
        // Enumerated: i first, or j first and then i.
        double chance = x[i] / Arrays.stream(x).sum();
        for (int j = 0; j < m; j++) {
          if (j != i) {
            double all = Arrays.stream(x).sum();
            chance += x[j] / all * x[i] / (all - x[j]);
          }
        }
        assertEquals(chance, GroupSampler.drawChance(x, m, i), 1e-9);
        sum += GroupSampler.drawChance(x, m, i);
      }
      assertEquals(2, sum, 1e-12);
    }
  }
}
