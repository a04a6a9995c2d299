package org.sparse4j.structured;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.testing.Seed;

class MonarchMatrixTest {

  private static MonarchMatrix ofFour() {
    MonarchShape shape = new MonarchShape(2, 2, 2, 2, 2, 2);
    return MonarchMatrix.of(4, 4, shape, Doubles.counting(8, 1), Doubles.counting(8, 1));
  }

  /** The three steps of the definition, on the identity. */
  private static double[][] reference(MonarchMatrix matrix) {
    MonarchShape s = matrix.shape();
    int inputs = (int) s.paddedColumns();
    int middle = (int) s.middle();
    double[][] first = new double[middle][inputs];
    for (int k = 0; k < s.firstBlocks(); k++) {
      for (int q = 0; q < s.firstRows(); q++) {
        for (int p = 0; p < s.firstColumns(); p++) {
          first[k * s.firstRows() + q][k * s.firstColumns() + p] =
              matrix.first().get((k * s.firstRows() + q) * s.firstColumns() + p);
        }
      }
    }
    int l = s.secondBlocks();
    double[][] second = new double[(int) s.paddedRows()][middle];
    for (int b = 0; b < l; b++) {
      for (int i = 0; i < s.secondRows(); i++) {
        for (int r = 0; r < s.secondColumns(); r++) {
          second[i * l + b][r * l + b] =
              matrix.second().get((b * s.secondRows() + i) * s.secondColumns() + r);
        }
      }
    }
    double[][] whole = Doubles.times(second, first, inputs);
    int rows = matrix.isTransposed() ? matrix.columns() : matrix.rows();
    int columns = matrix.isTransposed() ? matrix.rows() : matrix.columns();
    double[][] cut = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(whole[i], 0, cut[i], 0, columns);
    }
    return matrix.isTransposed() ? Doubles.transposed(cut, columns) : cut;
  }

  @Test
  void theExampleOfSizeFourIsAButterfly() {
    MonarchMatrix monarch = ofFour();
    double[][] want = {{1, 2, 10, 12}, {15, 20, 42, 48}, {3, 6, 20, 24}, {21, 28, 56, 64}};
    Doubles.requireEqual(want, Doubles.of(monarch), 0);
    double[] y = new double[4];
    monarch.product().apply(new double[] {1, 2, 3, 4}, y);
    assertArrayEquals(new double[] {83, 373, 171, 501}, y);
    float[] twice = new float[16];
    for (int k = 0; k < 16; k++) {
      twice[k] = k % 8 + 1;
    }
    ButterflyMatrix butterfly = ButterflyMatrix.of(4, 4, 1, true, FloatValues.wrap(twice));
    Doubles.requireEqual(Doubles.of(butterfly), Doubles.of(monarch), 0);
    assertEquals("4x4 monarch ((2, 2, 2) then (2, 2, 2)), 16 parameters", monarch.toString());
    monarch.validate();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1, 1, 1", "0, 5, 2, 3, 1", "5, 0, 2, 3, 1", "1, 1, 1, 1, 1", "1, 1, 3, 2, 2",
    "16, 16, 4, 4, 1", "24, 16, 4, 4, 1", "16, 24, 4, 2, 1", "17, 13, 3, 5, 1", "31, 33, 4, 4, 2",
    "12, 20, 5, 3, 3"
  })
  void everyShapeFollowsTheDefinition(int rows, int columns, int k, int l, int rank) {
    MonarchShape shape = MonarchShape.ofRank(rows, columns, k, l, rank);
    MonarchMatrix matrix = MonarchMatrix.random(rows, columns, shape, 5);
    assertEquals(shape.firstLength() + shape.secondLength(), matrix.parameterCount());
    Doubles.requireEqual(reference(matrix), Doubles.of(matrix), 1e-6);
    MonarchMatrix transposed = matrix.transposed();
    Doubles.requireEqual(reference(transposed), Doubles.of(transposed), 1e-6);
    Doubles.requireEqual(
        Doubles.transposed(Doubles.of(matrix), columns), Doubles.of(transposed), 0);
    assertEquals(matrix, transposed.transposed());
    assertTrue(!matrix.equals(transposed));
  }

  @ParameterizedTest
  @CsvSource({
    "768, 3072, 4, 0.3125",
    "3072, 768, 4, 0.3125",
    "4096, 1024, 4, 0.3125",
    "512, 512, 4, 0.5"
  })
  void layersHaveThePublishedParameterRatios(int rows, int columns, int blocks, double ratio) {
    MonarchShape shape = MonarchShape.linear(rows, columns, blocks);
    long parameters = shape.firstLength() + shape.secondLength();
    assertEquals(ratio, (double) parameters / ((long) rows * columns), 0);
  }

  @ParameterizedTest
  @CsvSource({"10, 7, 4", "7, 10, 4", "9, 9, 3", "1, 5, 4"})
  void layersOfAnySizeArePaddedAndCutOff(int rows, int columns, int blocks) {
    MonarchMatrix matrix = MonarchMatrix.random(rows, columns, blocks, 2);
    int a = (columns + blocks - 1) / blocks;
    int c = (rows + blocks - 1) / blocks;
    int middle = Math.min(a, c);
    assertEquals(new MonarchShape(blocks, middle, a, blocks, c, middle), matrix.shape());
    Doubles.requireEqual(reference(matrix), Doubles.of(matrix), 1e-6);
    assertEquals(matrix, MonarchMatrix.random(rows, columns, blocks, 2));
  }

  @Test
  void startsHaveTheBoundsOfTheirFactors() {
    MonarchMatrix matrix = MonarchMatrix.random(256, 64, 4, 11);
    assertEquals(0.25, largest(matrix.first()), 2e-3);
    assertEquals(0.25, largest(matrix.second()), 2e-3);
    MonarchMatrix narrowing = MonarchMatrix.random(64, 256, 4, 11);
    assertEquals(0.125, largest(narrowing.first()), 2e-3);
    assertEquals(0.25, largest(narrowing.second()), 2e-3);
  }

  private static double largest(FloatValues values) {
    double largest = 0;
    for (float value : values.array()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @Test
  void theIdentityIsAMonarchMatrix() {
    DenseMatrix identity = Doubles.dense(Doubles.identity(16), 16);
    MonarchMatrix matrix = MonarchMatrix.fromDense(identity, 4, 4, 1);
    Doubles.requireEqual(Doubles.identity(16), Doubles.of(matrix), 0);
  }

  @Test
  void theExampleOfAProjection() {
    DenseMatrix dense = DenseMatrix.copyOf(4, 4, Doubles.counting(16, 1).array());
    double[][] got = Doubles.of(MonarchMatrix.fromDense(dense, 2, 2, 1));
    double[][] want = {
      {1.4336, 1.6152, 3.3338, 3.6991},
      {5.2649, 5.7578, 7.2168, 7.7994},
      {8.9304, 10.0618, 10.8979, 12.0920},
      {12.8918, 14.0989, 14.8949, 16.0972}
    };
    Doubles.requireEqual(want, got, 6e-5);
    assertEquals(0.8236341965, Doubles.squaredDistance(Doubles.of(dense), got), 1e-5);
  }

  @ParameterizedTest
  @CsvSource({
    "16, 16, 4, 4, 1",
    "768, 768, 8, 192, 1",
    "20, 30, 5, 4, 1",
    "30, 20, 3, 4, 2",
    "17, 13, 4, 3, 1"
  })
  void projectingAMonarchMatrixGivesItBack(int rows, int columns, int k, int l, int rank) {
    MonarchShape shape = MonarchShape.ofRank(rows, columns, k, l, rank);
    DenseMatrix dense = MonarchMatrix.random(rows, columns, shape, 12).toDense();
    MonarchMatrix again = MonarchMatrix.fromDense(dense, k, l, rank);
    assertEquals(shape, again.shape());
    Doubles.requireEqual(Doubles.of(dense), Doubles.of(again), 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"24, 16, 4, 4, 1", "16, 24, 4, 4, 1", "24, 16, 4, 4, 2", "64, 64, 2, 2, 3"})
  void theErrorIsWhatWasLeftOut(int rows, int columns, int k, int l, int rank) {
    DenseMatrix dense = Doubles.dense(Doubles.random(rows, columns, 13), columns);
    double[][] elements = Doubles.of(dense);
    double left = 0;
    for (int a = 0; a < k; a++) {
      for (int b = 0; b < l; b++) {
        double[][] part = new double[rows / l][columns / k];
        for (int i = 0; i < part.length; i++) {
          System.arraycopy(elements[i * l + b], a * columns / k, part[i], 0, columns / k);
        }
        int all = Math.min(rows / l, columns / k);
        Svd svd = Svd.truncated(part, columns / k, all);
        for (int j = rank; j < all; j++) {
          left += svd.sigma(j) * svd.sigma(j);
        }
      }
    }
    double[][] got = Doubles.of(MonarchMatrix.fromDense(dense, k, l, rank));
    assertEquals(left, Doubles.squaredDistance(elements, got), 1e-5 * (1 + left));
  }

  @Test
  void noSmallChangeOfTheFactorsIsBetter() {
    DenseMatrix dense = Doubles.dense(Doubles.random(12, 12, 14), 12);
    MonarchMatrix best = MonarchMatrix.fromDense(dense, 3, 4, 1);
    double error = Doubles.squaredDistance(Doubles.of(dense), Doubles.of(best));
    SplittableRandom random = new SplittableRandom(Seed.or(15));
    for (int trial = 0; trial < 100; trial++) {
      MonarchMatrix other =
          MonarchMatrix.of(12, 12, best.shape(), best.first().copy(), best.second().copy());
      double step = Math.pow(10, -1 - trial % 3);
      for (FloatValues values : new FloatValues[] {other.first(), other.second()}) {
        for (int k = 0; k < values.length(); k++) {
          values.set(k, (float) (values.get(k) + step * random.nextGaussian()));
        }
      }
      double changed = Doubles.squaredDistance(Doubles.of(dense), Doubles.of(other));
      assertTrue(changed > error - 1e-5, "trial " + trial + ": " + changed + " < " + error);
    }
  }

  /** Where rank r is all that one has, a transform with equal singular values shows the gap. */
  @Test
  void theHadamardMatrixIsAMonarchMatrixAndNotOfLowRank() {
    DenseMatrix hadamard = ButterflyMatrix.hadamard(64).scaled(0.125).toDense();
    double[][] monarch = Doubles.of(MonarchMatrix.fromDense(hadamard, 8, 8, 1));
    assertEquals(0, Doubles.squaredDistance(Doubles.of(hadamard), monarch), 1e-9);
    double[][] low = Doubles.of(LowRankMatrix.fromDense(hadamard, 8));
    assertEquals(
        0.875,
        Doubles.squaredDistance(Doubles.of(hadamard), low) / Doubles.squares(Doubles.of(hadamard)),
        1e-5);
  }

  /** Real and imaginary parts of a rank-one complex block have rank two. */
  @Test
  void thePartsOfTheFourierTransformAreMonarchMatricesOfRankTwo() {
    int n = 64;
    double[][] real = new double[n][n];
    int[] permuted = new int[n];
    PermutationMatrix.transposition(8, 8).sources().get(permuted);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        real[i][j] = Math.cos(2 * Math.PI * i * permuted[j] / n);
      }
    }
    DenseMatrix dense = Doubles.dense(real, n);
    double[][] two = Doubles.of(MonarchMatrix.fromDense(dense, 8, 8, 2));
    assertEquals(0, Doubles.squaredDistance(real, two), 1e-8);
    double[][] one = Doubles.of(MonarchMatrix.fromDense(dense, 8, 8, 1));
    assertTrue(Doubles.squaredDistance(real, one) > 1);
  }

  /** At equal parameters noise is approximated equally badly by both: no gap to expect. */
  @Test
  void noiseIsApproximatedAsWellAsByLowRank() {
    double monarch = 0;
    double low = 0;
    for (int seed = 0; seed < 10; seed++) {
      DenseMatrix dense = Doubles.dense(Doubles.random(64, 64, 100 + seed), 64);
      double[][] elements = Doubles.of(dense);
      double size = Doubles.squares(elements);
      double[][] near = Doubles.of(MonarchMatrix.fromDense(dense, 8, 8, 1));
      monarch += Doubles.squaredDistance(elements, near) / size / 10;
      low +=
          Doubles.squaredDistance(elements, Doubles.of(LowRankMatrix.fromDense(dense, 8)))
              / size
              / 10;
    }
    assertEquals(0.6167, monarch, 0.01);
    assertEquals(0.6213, low, 0.01);
  }

  @Test
  void zerosGiveZeros() {
    MonarchMatrix matrix = MonarchMatrix.fromDense(DenseMatrix.zeros(6, 6), 2, 3, 1);
    assertEquals(FloatValues.zeros(matrix.first().length()), matrix.first());
    assertEquals(FloatValues.zeros(matrix.second().length()), matrix.second());
  }

  @ParameterizedTest
  @CsvSource({"1536, 384, 4, 4", "384, 1536, 4, 4", "1536, 384, 16, 32", "384, 1536, 32, 16"})
  void aLayerOfATransformerIsProjectedQuickly(int rows, int columns, int k, int l) {
    DenseMatrix dense = Doubles.dense(Doubles.random(rows, columns, 16), columns);
    long best = Long.MAX_VALUE;
    for (int repeat = 0; repeat < 3; repeat++) {
      long start = System.nanoTime();
      MonarchMatrix.fromDense(dense, k, l, 1);
      best = Math.min(best, System.nanoTime() - start);
    }
    // The aim is 0.3 s on one idle core; a busy machine must not fail the build.
    assertTrue(best < 3_000_000_000L, best / 1e9 + " s");
  }

  @Test
  void squareSizesAreTheClosestPair() {
    assertEquals(4, MonarchShape.squareBlocks(16));
    assertEquals(3, MonarchShape.squareBlocks(15));
    assertEquals(24, MonarchShape.squareBlocks(768));
    assertEquals(1, MonarchShape.squareBlocks(13));
    assertEquals(1, MonarchShape.squareBlocks(1));
  }

  @Test
  void rejectsWhatDoesNotFit() {
    MonarchShape shape = new MonarchShape(2, 2, 2, 2, 2, 2);
    FloatValues eight = FloatValues.zeros(8);
    requireMessage(
        "MonarchShape: secondBlocks * secondColumns (6) must equal firstBlocks * firstRows (4)",
        () -> new MonarchShape(2, 2, 2, 2, 2, 3));
    requireMessage(
        "MonarchShape: firstBlocks (0) must be at least 1",
        () -> new MonarchShape(0, 2, 2, 2, 2, 2));
    requireMessage(
        "MonarchShape: secondRows (-1) must be at least 0",
        () -> new MonarchShape(2, 2, 2, 2, -1, 2));
    requireMessage(
        "MonarchShape: rank (0) must be at least 1",
        () -> MonarchMatrix.fromDense(DenseMatrix.zeros(4, 4), 2, 2, 0));
    requireMessage(
        "MonarchMatrix: rows (5) must be at most l s (4); the factors are (2, 2, 2) then (2, 2, 2)",
        () -> MonarchMatrix.of(5, 4, shape, eight, eight));
    requireMessage(
        "MonarchMatrix: rows (5) must be at most k p (4); the factors are (2, 2, 2) then (2, 2, 2)",
        () -> MonarchMatrix.of(5, 4, shape, true, eight, eight));
    requireMessage(
        "MonarchMatrix: length of second (7) must equal l s r (8)",
        () -> MonarchMatrix.of(4, 4, shape, eight, FloatValues.zeros(7)));
    DenseMatrix dense = DenseMatrix.zeros(4, 4);
    dense.set(2, 0, Float.NEGATIVE_INFINITY);
    requireMessage(
        "MonarchMatrix.fromDense: elements must be finite; (2, 0) is -Infinity",
        () -> MonarchMatrix.fromDense(dense, 2, 2, 1));
  }

  private static void requireMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
