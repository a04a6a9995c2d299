package org.sparse4j.structured;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.mask.Mask;

class SpqrMatrixTest {

  @Test
  void averageBitsAreThoseOfThePaper() {
    assertEquals(3.625, SpqrSettings.standard(3).averageBits(0), 1e-12);
    assertEquals(4.625, SpqrSettings.standard(4).averageBits(0), 1e-12);
    assertEquals(3.945, SpqrSettings.standard(3).averageBits(0.01), 1e-12);
    assertEquals(3.785, SpqrSettings.standard(3).averageBits(0.005), 1e-12);
  }

  @Test
  void theExampleOfATileWord() {
    int[] weights = new int[16];
    for (int k = 0; k < 16; k++) {
      weights[k] = k % 8;
    }
    assertEquals(0x2AFEB1A23EB1A215L, SpqrMatrix.tileWord(5, 2, weights, 0xAB));
  }

  @Test
  void tilesHoldEveryCodeAndConstant() {
    DenseMatrix dense = Doubles.dense(Doubles.random(32, 48, 1), 48);
    SpqrMatrix matrix = SpqrMatrix.encode(dense, SpqrSettings.standard(3), Mask.empty(32, 48));
    long[] tiles = matrix.tiles();
    assertEquals(32 * 3, tiles.length);
    DenseMatrix decoded = matrix.toDense();
    for (int run = 0; run < 2; run++) {
      for (int g = 0; g < 3; g++) {
        int first = (run * 3 + g) * 16;
        float[] constants = new float[4];
        for (int c = 0; c < 4; c++) {
          long low = tiles[first + 4 * c] >>> 54 & 0xff;
          long high = tiles[first + 4 * c + 2] >>> 54 & 0xff;
          assertEquals(low, tiles[first + 4 * c + 1] >>> 54 & 0xff, "each byte is there twice");
          constants[c] = Float.float16ToFloat((short) (low | high << 8));
        }
        for (int k = 0; k < 16; k++) {
          long word = tiles[first + k];
          double s = constants[0] * ((word & 7) - (double) constants[1]);
          double z = constants[2] * ((word >>> 3 & 7) - (double) constants[3]);
          for (int j = 0; j < 16; j++) {
            double want = s * ((word >>> (6 + 3 * j) & 7) - z);
            assertEquals((float) want, decoded.get(16 * run + k, 16 * g + j));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 3",
    "0, 5, 3",
    "5, 0, 3",
    "1, 1, 3",
    "1, 17, 4",
    "17, 1, 4",
    "16, 16, 3",
    "33, 47, 4",
    "20, 64, 8"
  })
  void everyShapeDecodesToWithinItsStep(int rows, int columns, int bits) {
    DenseMatrix dense = Doubles.dense(Doubles.random(rows, columns, 2), columns);
    SpqrSettings settings = new SpqrSettings(bits, 16, 16, 8, 8);
    SpqrMatrix matrix = SpqrMatrix.encode(dense, settings, Mask.empty(rows, columns));
    double[][] got = Doubles.of(matrix);
    // Ranges stay below 8, and the second level adds less than a third of a step at 8 bits.
    double step = 8.0 / ((1 << bits) - 1);
    Doubles.requireEqual(Doubles.of(dense), got, step + 0.05);
    assertEquals(matrix, SpqrMatrix.encode(dense, settings, Mask.empty(rows, columns)));
    assertEquals(0, matrix.parameterCount());
    assertTrue(matrix.bytes() >= (long) rows * columns * bits / 8);
    matrix.validate();
  }

  @Test
  void aGridIsDecodedExactly() {
    float[][] grid = new float[16][16];
    for (int i = 0; i < 16; i++) {
      for (int j = 0; j < 16; j++) {
        grid[i][j] = (j % 8 - 3) * 0.5f;
      }
    }
    DenseMatrix dense = DenseMatrix.copyOf(grid);
    SpqrMatrix matrix = SpqrMatrix.encode(dense, SpqrSettings.standard(3), Mask.empty(16, 16));
    Doubles.requireEqual(Doubles.of(dense), Doubles.of(matrix), 1e-3);
  }

  @Test
  void givenOutliersAreKeptApartAndSpoilNoGroup() {
    double[][] a = Doubles.random(32, 64, 3);
    a[5][7] = 400;
    a[20][63] = -300;
    DenseMatrix dense = Doubles.dense(a, 64);
    Mask outliers = Mask.of(32, 64, (i, j) -> (i == 5 && j == 7) || (i == 20 && j == 63));
    SpqrMatrix matrix = SpqrMatrix.encode(dense, SpqrSettings.standard(4), outliers);
    assertEquals(2, matrix.outliers());
    double[][] got = Doubles.of(matrix);
    assertEquals(400, got[5][7], 0.2);
    assertEquals(-300, got[20][63], 0.2);
    assertEquals(4.625 + 32.0 * 2 / 2048, matrix.averageBits(), 1e-12);
    double kept = Doubles.squaredDistance(Doubles.of(dense), got);
    SpqrMatrix spoiled = SpqrMatrix.encode(dense, SpqrSettings.standard(4), Mask.empty(32, 64));
    assertTrue(Doubles.squaredDistance(Doubles.of(dense), Doubles.of(spoiled)) > 3 * kept);
    assertEquals("32x64 spqr (4 bits, groups of 16), 2 outliers", matrix.toString());
  }

  /** The help of the published tool says the opposite. */
  @Test
  void aLargerThresholdGivesFewerOutliersAndMoreError() {
    double[][] a = Doubles.random(64, 128, 4);
    for (double[] row : a) {
      for (int j = 0; j < 128; j++) {
        row[j] = row[j] * row[j] * row[j]; // heavy tails
      }
    }
    DenseMatrix dense = Doubles.dense(a, 128);
    int before = Integer.MAX_VALUE;
    double error = 0;
    for (double threshold : new double[] {0.02, 0.1, 0.5, Double.POSITIVE_INFINITY}) {
      SpqrMatrix matrix = SpqrMatrix.encode(dense, SpqrSettings.standard(3), threshold);
      assertTrue(matrix.outliers() < before, threshold + ": " + matrix.outliers());
      before = matrix.outliers();
      double now = Doubles.squaredDistance(Doubles.of(dense), Doubles.of(matrix));
      assertTrue(now > error, threshold + ": " + now + " after " + error);
      error = now;
    }
    assertEquals(0, before);
  }

  @Test
  void importantColumnsGetTheOutliers() {
    DenseMatrix dense = Doubles.dense(Doubles.random(64, 32, 5), 32);
    float[] importance = new float[32];
    Arrays.fill(importance, 1e-3f);
    importance[3] = 10;
    SpqrMatrix matrix = SpqrMatrix.encode(dense, SpqrSettings.standard(3), 0.05, importance);
    double[][] got = Doubles.of(matrix);
    double important = 0;
    double others = 0;
    for (int i = 0; i < 64; i++) {
      for (int j = 0; j < 32; j++) {
        double error = got[i][j] - dense.get(i, j);
        if (j == 3) {
          important += error * error;
        } else {
          others += error * error / 31;
        }
      }
    }
    assertTrue(matrix.outliers() > 0);
    assertTrue(important < others / 2, important + " against " + others);
  }

  @Test
  void zerosAndConstantsAreExactEnough() {
    DenseMatrix zeros = DenseMatrix.zeros(20, 20);
    Doubles.requireEqual(
        new double[20][20], Doubles.of(SpqrMatrix.encode(zeros, SpqrSettings.standard(3), 0.2)), 0);
    DenseMatrix sevens = DenseMatrix.zeros(20, 20);
    sevens.fill(-0.7f);
    Doubles.requireEqual(
        Doubles.of(sevens),
        Doubles.of(SpqrMatrix.encode(sevens, SpqrSettings.standard(3), Mask.empty(20, 20))),
        1e-3);
  }

  @Test
  void rejectsWhatDoesNotFit() {
    SpqrSettings settings = SpqrSettings.standard(3);
    requireMessage(
        "SpqrMatrix: columns (65536) must be at most 65535; indices of outliers are 16-bit",
        () -> SpqrMatrix.encode(DenseMatrix.zeros(1, 65_536), settings, Mask.empty(1, 65_536)));
    requireMessage(
        "SpqrMatrix: shape of the mask (2x3) must equal the shape of the matrix (3x2)",
        () -> SpqrMatrix.encode(DenseMatrix.zeros(3, 2), settings, Mask.empty(2, 3)));
    requireMessage(
        "SpqrMatrix: length of importance (1) must equal columns (2)",
        () -> SpqrMatrix.encode(DenseMatrix.zeros(3, 2), settings, 0.2, 1));
    requireMessage(
        "SpqrMatrix: importance 1 (-1.0) must be finite and not negative",
        () -> SpqrMatrix.encode(DenseMatrix.zeros(3, 2), settings, 0.2, 1, -1));
    requireMessage(
        "SpqrMatrix: threshold (NaN) must be at least 0",
        () -> SpqrMatrix.encode(DenseMatrix.zeros(3, 2), settings, Double.NaN));
    requireMessage(
        "SpqrSettings: bits (9) must be between 2 and 8", () -> SpqrSettings.standard(9));
    requireMessage(
        "SpqrSettings: group (0) must be at least 1", () -> new SpqrSettings(3, 0, 16, 3, 3));
    DenseMatrix large = DenseMatrix.zeros(2, 2);
    large.set(1, 0, 1e6f);
    requireMessage(
        "SpqrMatrix: outlier (1, 0) (1000000.0) does not fit into a float16",
        () -> SpqrMatrix.encode(large, settings, Mask.of(2, 2, (i, j) -> i == 1 && j == 0)));
    large.set(0, 1, Float.NaN);
    requireMessage(
        "SpqrMatrix.encode: elements must be finite; (0, 1) is NaN",
        () -> SpqrMatrix.encode(large, settings, Mask.empty(2, 2)));
    SpqrMatrix small = SpqrMatrix.encode(DenseMatrix.zeros(2, 2), settings, Mask.empty(2, 2));
    IllegalStateException thrown = assertThrows(IllegalStateException.class, small::tiles);
    assertEquals(
        "SpqrMatrix.tiles: wants 3-bit codes, groups of 16 and sizes that 16 divides; the matrix is"
            + " 2x2 with SpqrSettings[bits=3, group=16, secondGroup=16, scaleBits=3, zeroBits=3]",
        thrown.getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> small.decodeRow(2, new float[2]));
    assertThrows(IndexOutOfBoundsException.class, () -> small.decodeRow(0, new float[1]));
  }

  private static void requireMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
