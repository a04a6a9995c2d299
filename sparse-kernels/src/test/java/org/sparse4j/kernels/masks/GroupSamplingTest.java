package org.sparse4j.kernels.masks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.kernels.operation.GroupSampling.Method;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.testing.ScoreCases;
import org.sparse4j.testing.Seed;

/** Unbiased sampling: means, chances and variances over many groups of the same numbers. */
@Tag("kernels")
class GroupSamplingTest {

  private static final int DRAWS = 40_000;
  private static final GroupSampling EXACT = GroupSampling.minimumVariance(2, 4);
  private static final GroupSampling DRAWN = new GroupSampling(Method.TWO_DRAWS, 2, 4);

  private final Workspace workspace = Workspace.create();
  private final MaskKernels masks = Kernels.best().masks();

  /** Samples DRAWS groups, one a row, each with the numbers of x. */
  private float[] draws(GroupSampling sampling, long seed, float... x) {
    DenseMatrix many = DenseMatrix.zeros(DRAWS, x.length);
    for (int i = 0; i < DRAWS; i++) {
      many.setRow(i, x, 0);
    }
    masks.sample(workspace, sampling, seed, many, many);
    return many.toArray();
  }

  /** Checks means, chances and the sum of variances within five standard errors. */
  private void requireMoments(
      GroupSampling sampling, double variance, double[] chances, float... x) {
    float[] sampled = draws(sampling, Seed.or(11), x);
    double sumOfSquares = 0;
    for (int t = 0; t < x.length; t++) {
      double sum = 0;
      double squares = 0;
      int kept = 0;
      for (int i = 0; i < DRAWS; i++) {
        float value = sampled[i * x.length + t];
        sum += value;
        squares += (double) value * value;
        kept += value == 0 ? 0 : 1;
      }
      double p = x[t] == 0 ? 0 : chances[t];
      double deviation = p == 0 ? 0 : Math.abs(x[t]) * Math.sqrt((1 - p) / p / DRAWS);
      assertEquals(x[t], sum / DRAWS, 5 * deviation + 1e-6, sampling + ", mean of " + x[t]);
      assertEquals(p, (double) kept / DRAWS, 5 * Math.sqrt(p * (1 - p) / DRAWS) + 1e-9);
      sumOfSquares += squares / DRAWS - (double) x[t] * x[t];
    }
    assertEquals(variance, sumOfSquares, 0.05 * variance + 1e-6, sampling.toString());
  }

  @Test
  void twoOfFourHaveTheLeastVariance() {
    requireMoments(EXACT, 20, new double[] {.2, .4, .6, .8}, 1, -2, 3, 4);
    requireMoments(EXACT, 20, new double[] {.8, .2, .6, .4}, 4, 1, 3, -2);
    requireMoments(
        EXACT, 1.22, new double[] {.071429, .357143, .714286, .857143}, .1f, .5f, -1, 1.2f);
    requireMoments(EXACT, .22, new double[] {1. / 6, 1. / 3, .5, 1}, .1f, .2f, .3f, 4);
    requireMoments(EXACT, 4, new double[] {.5, .5, .5, .5}, 1, 1, 1, -1);
    requireMoments(EXACT, 0, new double[] {0, 0, 1, 1}, 0, 0, 1, 2);
    requireMoments(EXACT, 0, new double[] {0, 0, 1, 0}, 0, 0, -7, 0);
    requireMoments(EXACT, 0, new double[4], 0, 0, 0, 0);
  }

  @Test
  void keptNumbersShareTheSum() {
    for (float value : draws(EXACT, 1, 1, 2, 3, 4)) {
      assertTrue(value == 0 || value == 5, () -> "kept " + value);
    }
  }

  @Test
  void pairsHaveTheirChances() {
    requirePairs(new double[] {0, .05, .15, .15, .25, .4}, 1, 2, 3, 4);
    requirePairs(new double[] {0, 0, .071429, .142857, .214286, .571429}, .1f, .5f, 1, 1.2f);
    requirePairs(new double[] {0, 0, 1. / 6, 0, 1. / 3, .5}, .1f, .2f, .3f, 4);
    requirePairs(new double[] {0, .25, .25, .25, .25, 0}, 1, 1, 1, 1);
  }

  private void requirePairs(double[] chances, float... x) {
    float[] sampled = draws(EXACT, Seed.or(12), x);
    int[] counts = new int[6];
    for (int i = 0; i < DRAWS; i++) {
      int pair = 0;
      for (int a = 0; a < 4; a++) {
        for (int b = a + 1; b < 4; b++, pair++) {
          counts[pair] += sampled[4 * i + a] != 0 && sampled[4 * i + b] != 0 ? 1 : 0;
        }
      }
    }
    for (int pair = 0; pair < 6; pair++) {
      double p = chances[pair];
      assertEquals(p, (double) counts[pair] / DRAWS, 5 * Math.sqrt(p * (1 - p) / DRAWS) + 1e-9);
    }
  }

  @Test
  void twoDrawsComeCloseToTheLeastVariance() {
    requireMoments(DRAWN, 20.4736, new double[] {.234524, .441270, .608333, .715873}, 1, -2, 3, 4);
    requireMoments(DRAWN, 4, new double[] {.5, .5, .5, .5}, 1, 1, 1, 1);
    requireMoments(DRAWN, 0, new double[] {0, 0, 1, 1}, 0, 0, 1, 2);
    requireMoments(DRAWN, 0, new double[] {0, 1, 0, 0}, 0, 5, 0, 0);
    // Variances of the cases whose chances the source does not list.
    requireVariance(1.26189, .1f, .5f, 1, 1.2f);
    requireVariance(.39273, .1f, .2f, .3f, 4);
  }

  private void requireVariance(double variance, float... x) {
    float[] sampled = draws(DRAWN, Seed.or(13), x);
    double sum = 0;
    for (int p = 0; p < sampled.length; p++) {
      double difference = sampled[p] - x[p % 4];
      sum += difference * difference;
    }
    assertEquals(variance, sum / DRAWS, 0.05 * variance);
  }

  @Test
  void oneOfTwoAndAnyGroupKeepInProportion() {
    requireMoments(GroupSampling.minimumVariance(1, 2), 2 * 3.0, new double[] {.25, .75}, 1, -3);
    double[] chances = {.25, .5, 1, .75, .5};
    double variance = 0;
    float[] x = {1, 2, 9, -3, 2};
    for (int t = 0; t < 5; t++) {
      variance += x[t] * x[t] * (1 / chances[t] - 1);
    }
    requireMoments(GroupSampling.minimumVariance(3, 5), variance, chances, x);
  }

  @Test
  void groupsKeepNoMoreThanTheyMay() {
    Random random = new Random(Seed.or(14));
    for (GroupSampling sampling :
        List.of(
            EXACT,
            DRAWN,
            GroupSampling.minimumVariance(1, 1),
            GroupSampling.minimumVariance(1, 2),
            GroupSampling.minimumVariance(4, 8),
            GroupSampling.minimumVariance(7, 64),
            new GroupSampling(Method.TWO_DRAWS, 2, 7))) {
      for (int columns : new int[] {0, 1, 3, 4, 5, 16, 37, 130}) {
        DenseMatrix x = DenseMatrix.zeros(9, columns);
        for (int i = 0; i < 9; i++) {
          for (int j = 0; j < columns; j++) {
            x.set(i, j, i == 0 ? 0 : (float) Math.exp(9 * random.nextGaussian()));
          }
        }
        DenseMatrix y = DenseMatrix.zeros(9, columns);
        masks.sample(workspace, sampling, 3, x, y);
        for (int i = 0; i < 9; i++) {
          int kept = 0;
          for (int j = 0; j < columns; j++) {
            kept = j % sampling.m() == 0 ? 0 : kept;
            kept += y.get(i, j) == 0 ? 0 : 1;
            assertTrue(kept <= sampling.n(), sampling + " column " + j);
            assertTrue(y.get(i, j) == 0 || y.get(i, j) >= x.get(i, j) * 0.999f);
          }
        }
      }
    }
  }

  @Test
  void resultsFollowFromSeedAndPosition() {
    Random random = new Random(Seed.or(15));
    DenseMatrix x = DenseMatrix.zeros(301, 187);
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < x.columns(); j++) {
        x.set(i, j, (float) random.nextGaussian());
      }
    }
    DenseMatrix one = DenseMatrix.zeros(301, 187);
    DenseMatrix other = DenseMatrix.zeros(301, 187);
    for (GroupSampling sampling : List.of(EXACT, DRAWN, GroupSampling.minimumVariance(3, 8))) {
      masks.sample(workspace, sampling, 42, x, one);
      Kernels.scalar().masks().sample(workspace, sampling, 42, x, other);
      assertArrayEquals(one.toArray(), other.toArray(), 0);
      try (WorkerTeam team = WorkerTeam.of(3)) {
        masks.sample(Workspace.on(team), sampling, 42, x, other);
      }
      assertTrue(one.contentEquals(other), sampling.toString());
      masks.sample(workspace, sampling, 43, x, other);
      assertTrue(!one.contentEquals(other), "another seed");
      DenseMatrix top = DenseMatrix.zeros(10, 187);
      masks.sample(workspace, sampling, 42, x.rows(0, 10), top);
      assertTrue(one.rows(0, 10).contentEquals(top), "the first rows alone");
    }
  }

  @ParameterizedTest
  @EnumSource(ScoreCases.class)
  void samplesAreTheSameBitsForAllProviders(ScoreCases kind) {
    Random random = new Random(Seed.or(16));
    for (int columns : new int[] {1, 4, 6, 16, 61, 64, 66, 130, 320}) {
      float[] numbers = kind.scores(40 * columns, random);
      for (int p = 0; p < numbers.length && kind == ScoreCases.NORMAL; p++) {
        // Of many sizes, so that all three kinds of chances occur.
        numbers[p] = (float) (numbers[p] * Math.exp(4 * random.nextGaussian()));
      }
      DenseMatrix x = DenseMatrix.copyOf(40, columns, numbers);
      for (GroupSampling sampling : List.of(EXACT, DRAWN)) {
        DenseMatrix one = DenseMatrix.zeros(40, columns);
        Kernels.scalar().masks().sample(workspace, sampling, 5, x, one);
        DenseMatrix other = DenseMatrix.zeros(40, columns);
        masks.sample(workspace, sampling, 5, x, other);
        assertArrayEquals(bits(one), bits(other), sampling + " of " + columns);
        DenseMatrix same = DenseMatrix.copyOf(40, columns, numbers);
        masks.sample(workspace, sampling, 5, same, same);
        assertArrayEquals(bits(one), bits(same), sampling + " in place, " + columns);
        assertEquals(
            Kernels.best().dense().sum(workspace, DenseMatrix.copyOf(40, columns, one.toArray())),
            Kernels.best().dense().sum(workspace, same),
            "padding");
      }
    }
  }

  private static int[] bits(DenseMatrix x) {
    float[] numbers = x.toArray();
    int[] bits = new int[numbers.length];
    for (int p = 0; p < bits.length; p++) {
      bits[p] = Float.floatToRawIntBits(numbers[p]);
    }
    return bits;
  }

  @Test
  void randomNumbersNeverChange() {
    // Seeds in someone's configuration must mean the same tomorrow.
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4}});
    masks.sample(workspace, EXACT, 42, x, x);
    assertArrayEquals(new float[] {0, 0, 5, 5, 5, 0, 0, 5, 0, 5, 5, 0}, x.toArray());
  }

  @Test
  void groupsThatAreNotFiniteBecomeNan() {
    DenseMatrix x =
        DenseMatrix.copyOf(
            new float[][] {
              {1, 2, Float.NaN, 4, 1, 0, 0, 2}, {1, 0, Float.NEGATIVE_INFINITY, 4, 0, 0, 3, 0}
            });
    masks.sample(workspace, EXACT, 1, x, x);
    float nan = Float.NaN;
    assertArrayEquals(
        new float[] {nan, nan, nan, nan, 1, 0, 0, 2, nan, nan, nan, nan, 0, 0, 3, 0}, x.toArray());
  }

  @Test
  void rejectsRulesThatAreNone() {
    requireMessage(
        "GroupSampling: n (3) must be between 1 and m (2), m at most 64",
        () -> GroupSampling.minimumVariance(3, 2));
    requireMessage(
        "GroupSampling: n (2) must be between 1 and m (65), m at most 64",
        () -> GroupSampling.minimumVariance(2, 65));
    requireMessage(
        "GroupSampling: n (1) must be 2 for two draws",
        () -> new GroupSampling(Method.TWO_DRAWS, 1, 4));
    requireMessage(
        "sample: shape of X (1x4) must equal shape of Y (1x5)",
        () -> masks.sample(workspace, EXACT, 1, DenseMatrix.zeros(1, 4), DenseMatrix.zeros(1, 5)));
  }

  private static void requireMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
