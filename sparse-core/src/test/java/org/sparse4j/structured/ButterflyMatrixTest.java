package org.sparse4j.structured;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.FloatValues;

class ButterflyMatrixTest {

  /** Both factors of size 4 are made of [[1,2],[3,4]] and [[5,6],[7,8]]. */
  private static FloatValues twiddleOfFour() {
    float[] t = new float[16];
    for (int k = 0; k < 16; k++) {
      t[k] = k % 8 + 1;
    }
    return FloatValues.wrap(t);
  }

  /** The product of all factors as dense matrices, each built from the index rule. */
  private static double[][] reference(ButterflyMatrix matrix) {
    int n = matrix.size();
    double[][] result = new double[matrix.rows()][matrix.columns()];
    int at = 0;
    float[] t = matrix.twiddle().array();
    for (int stack = 0; stack < matrix.stacks(); stack++) {
      double[][] product = Doubles.identity(n);
      for (int block = 0; block < matrix.blocks(); block++) {
        for (int level = 0; level < matrix.levels(); level++) {
          int s = matrix.stride(block, level);
          double[][] factor = new double[n][n];
          for (int d = 0; d < n / (2 * s); d++) {
            for (int r = 0; r < s; r++) {
              for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 2; j++) {
                  factor[2 * s * d + s * i + r][2 * s * d + s * j + r] =
                      t[at + 4 * (d * s + r) + 2 * i + j];
                }
              }
            }
          }
          at += 2 * n;
          product = Doubles.times(factor, product, n);
        }
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          int row = matrix.splitsInputs() ? i : stack * n + i;
          int column = matrix.splitsInputs() ? stack * n + j : j;
          if (row < matrix.rows() && column < matrix.columns()) {
            result[row][column] = product[i][j];
          }
        }
      }
    }
    return result;
  }

  @Test
  void theExampleOfSizeFour() {
    ButterflyMatrix increasing = ButterflyMatrix.of(4, 4, 1, true, twiddleOfFour());
    double[][] up = {{1, 2, 10, 12}, {15, 20, 42, 48}, {3, 6, 20, 24}, {21, 28, 56, 64}};
    Doubles.requireEqual(up, Doubles.of(increasing), 0);
    ButterflyMatrix decreasing = ButterflyMatrix.of(4, 4, 1, false, twiddleOfFour());
    double[][] down = {{1, 10, 2, 12}, {3, 20, 6, 24}, {15, 42, 20, 48}, {21, 56, 28, 64}};
    Doubles.requireEqual(down, Doubles.of(decreasing), 0);
    assertEquals(
        "4x4 butterfly (size 4, 1 increasing block, 1 stack), 16 parameters",
        increasing.toString());
    assertNotEquals(increasing, decreasing);
    increasing.validate();
  }

  @Test
  void factorsOfSizeFourAreWhatTheExampleSays() {
    float[] first = twiddleOfFour().array();
    float[] identity = {1, 0, 0, 1, 1, 0, 0, 1};
    System.arraycopy(identity, 0, first, 8, 8);
    double[][] one = {{1, 2, 0, 0}, {3, 4, 0, 0}, {0, 0, 5, 6}, {0, 0, 7, 8}};
    double[][] two = {{1, 0, 2, 0}, {0, 5, 0, 6}, {3, 0, 4, 0}, {0, 7, 0, 8}};
    FloatValues twiddle = FloatValues.wrap(first);
    Doubles.requireEqual(one, Doubles.of(ButterflyMatrix.of(4, 4, 1, true, twiddle)), 0);
    Doubles.requireEqual(two, Doubles.of(ButterflyMatrix.of(4, 4, 1, false, twiddle)), 0);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1", "0, 3, 1", "3, 0, 1", "1, 1, 1", "5, 1, 2", "1, 5, 1", "2, 2, 1", "3, 3, 2",
    "7, 5, 3", "5, 7, 1", "8, 8, 2", "9, 8, 1", "20, 8, 3", "17, 3, 2", "31, 33, 1", "2, 16, 2"
  })
  void everyShapeIsTheProductOfItsFactors(int rows, int columns, int blocks) {
    ButterflyMatrix matrix =
        ButterflyMatrix.random(rows, columns, blocks, ButterflyMatrix.Init.GAUSSIAN, 3);
    assertEquals(
        (long) matrix.stacks() * blocks * matrix.levels() * 2 * matrix.size(),
        matrix.parameterCount());
    assertEquals(matrix.parameterCount(), matrix.multiplications());
    double[][] dense = Doubles.of(matrix);
    Doubles.requireEqual(reference(matrix), dense, 1e-5);
    ButterflyMatrix transposed = matrix.transposed();
    Doubles.requireEqual(Doubles.transposed(dense, columns), Doubles.of(transposed), 0);
    Doubles.requireEqual(reference(transposed), Doubles.of(transposed), 1e-5);
    assertEquals(matrix, transposed.transposed());
    assertEquals(matrix.stacks() != 1, transposed.splitsInputs());
    ButterflyMatrix down = ButterflyMatrix.of(rows, columns, blocks, false, matrix.twiddle());
    Doubles.requireEqual(reference(down), Doubles.of(down), 1e-5);
    Doubles.requireEqual(
        Doubles.transposed(Doubles.of(down), columns), Doubles.of(down.transposed()), 0);
  }

  @Test
  void countsMatchThePaper() {
    ButterflyMatrix.Init init = ButterflyMatrix.Init.IDENTITY;
    assertEquals(48, ButterflyMatrix.random(8, 8, 1, init, 0).parameterCount());
    assertEquals(20_480, ButterflyMatrix.random(1024, 1024, 1, init, 0).parameterCount());
  }

  @Test
  void directionsFlipFromBlockToBlock() {
    ButterflyMatrix matrix = ButterflyMatrix.random(8, 8, 3, ButterflyMatrix.Init.IDENTITY, 0);
    int[][] want = {{1, 2, 4}, {4, 2, 1}, {1, 2, 4}};
    for (int block = 0; block < 3; block++) {
      for (int level = 0; level < 3; level++) {
        assertEquals(want[block][level], matrix.stride(block, level));
      }
    }
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.stride(3, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.stride(0, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 64})
  void hadamardHasSignsByCommonBits(int n) {
    double[][] dense = Doubles.of(ButterflyMatrix.hadamard(n));
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        assertEquals(Integer.bitCount(i & j) % 2 == 0 ? 1 : -1, dense[i][j]);
      }
    }
  }

  @Test
  void scaledHadamardIsOrthogonal() {
    ButterflyMatrix matrix = ButterflyMatrix.hadamard(64).scaled(0.125);
    double[][] dense = Doubles.of(matrix);
    Doubles.requireEqual(
        Doubles.identity(64), Doubles.times(dense, Doubles.transposed(dense, 64), 64), 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"8, 8, 1", "13, 9, 3", "40, 16, 2"})
  void scalingSpreadsOverAllFactors(int rows, int columns, int blocks) {
    ButterflyMatrix matrix =
        ButterflyMatrix.random(rows, columns, blocks, ButterflyMatrix.Init.ORTHOGONAL, 5);
    double[][] want = Doubles.of(matrix);
    for (double[] row : want) {
      for (int j = 0; j < columns; j++) {
        row[j] *= 3;
      }
    }
    Doubles.requireEqual(want, Doubles.of(matrix.scaled(3)), 2e-5);
    Doubles.requireEqual(new double[rows][columns], Doubles.of(matrix.scaled(0)), 0);
    requireMessage(
        "ButterflyMatrix.scaled: factor (-1.0) must be finite and at least 0",
        () -> matrix.scaled(-1));
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 1", "8, 8, 1", "8, 8, 2", "11, 6, 1", "20, 8, 3", "5, 13, 2"})
  void diagonalsFoldIntoTheFirstAndLastFactors(int rows, int columns, int blocks) {
    ButterflyMatrix up =
        ButterflyMatrix.random(rows, columns, blocks, ButterflyMatrix.Init.ORTHOGONAL, 6);
    ButterflyMatrix down = ButterflyMatrix.of(rows, columns, blocks, false, up.twiddle());
    float[] inputs = new float[columns];
    float[] outputs = new float[rows];
    Arrays.setAll(new Object[columns], j -> inputs[j] = 1 + j % 5);
    Arrays.setAll(new Object[rows], i -> outputs[i] = 1 - i % 3);
    for (ButterflyMatrix matrix : new ButterflyMatrix[] {up, down}) {
      requireDiagonals(matrix, inputs, outputs);
      requireDiagonals(matrix.transposed(), outputs, inputs);
    }
  }

  private static void requireDiagonals(ButterflyMatrix matrix, float[] inputs, float[] outputs) {
    double[][] right = Doubles.of(matrix);
    double[][] left = Doubles.of(matrix);
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < matrix.columns(); j++) {
        right[i][j] *= inputs[j];
        left[i][j] *= outputs[i];
      }
    }
    Doubles.requireEqual(right, Doubles.of(matrix.timesDiagonal(inputs)), 2e-5);
    Doubles.requireEqual(left, Doubles.of(matrix.diagonalTimes(outputs)), 2e-5);
  }

  /** Increasing strides: a diagonal in front goes by even and odd, one behind by halves. */
  @Test
  void foldingChangesTheColumnsAndRowsThatTheRuleNames() {
    ButterflyMatrix matrix = ButterflyMatrix.of(4, 4, 1, true, twiddleOfFour());
    float[] front = matrix.timesDiagonal(2, 3, 5, 7).twiddle().array();
    assertEquals(
        FloatValues.copyOf(2, 6, 6, 12, 25, 42, 35, 56, 1, 2, 3, 4, 5, 6, 7, 8),
        FloatValues.wrap(front));
    float[] behind = matrix.diagonalTimes(2, 3, 5, 7).twiddle().array();
    assertEquals(
        FloatValues.copyOf(1, 2, 3, 4, 5, 6, 7, 8, 2, 4, 15, 20, 15, 18, 49, 56),
        FloatValues.wrap(behind));
  }

  @Test
  void orthogonalStartsAreOrthogonalWhereNothingIsCutOff() {
    ButterflyMatrix matrix = ButterflyMatrix.random(32, 32, 2, ButterflyMatrix.Init.ORTHOGONAL, 9);
    double[][] dense = Doubles.of(matrix);
    Doubles.requireEqual(
        Doubles.identity(32), Doubles.times(Doubles.transposed(dense, 32), dense, 32), 1e-5);
    int reflections = 0;
    float[] t = matrix.twiddle().array();
    for (int k = 0; k < t.length; k += 4) {
      double determinant = (double) t[k] * t[k + 3] - (double) t[k + 1] * t[k + 2];
      assertEquals(1, Math.abs(determinant), 1e-6);
      reflections += determinant < 0 ? 1 : 0;
    }
    assertTrue(reflections > 50 && reflections < 110, reflections + " of 160");
  }

  @Test
  void gaussianStartsKeepTheExpectedLength() {
    ButterflyMatrix matrix =
        ButterflyMatrix.random(1024, 1024, 1, ButterflyMatrix.Init.GAUSSIAN, 10);
    double squares = 0;
    for (float value : matrix.twiddle().array()) {
      squares += (double) value * value;
    }
    assertEquals(0.5, squares / 20_480, 0.02);
  }

  @Test
  void identityStartsAreTheIdentity() {
    ButterflyMatrix.Init init = ButterflyMatrix.Init.IDENTITY;
    Doubles.requireEqual(
        Doubles.identity(7), Doubles.of(ButterflyMatrix.random(7, 7, 2, init, 1)), 0);
  }

  /**
   * The Fourier transform in two real channels: decimation in time, unit 2x2 blocks of complex
   * numbers, the layout and the strides of this class, and its bit reversal.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 8, 64})
  void theFourierTransformIsAButterfly(int n) {
    double[][] real = new double[n][n];
    double[][] imaginary = new double[n][n];
    PermutationMatrix reversal = PermutationMatrix.bitReversal(n);
    ButterflyMatrix strides = ButterflyMatrix.hadamard(n);
    for (int column = 0; column < n; column++) {
      double[] re = new double[n];
      double[] im = new double[n];
      for (int i = 0; i < n; i++) {
        re[i] = reversal.sources().get(i) == column ? 1 : 0;
      }
      for (int level = 0; level < strides.levels(); level++) {
        int s = strides.stride(0, level);
        for (int pair = 0; pair < n / 2; pair++) {
          int low = pair / s * 2 * s + pair % s;
          double angle = -Math.PI * (pair % s) / s;
          double wr = Math.cos(angle) * re[low + s] - Math.sin(angle) * im[low + s];
          double wi = Math.cos(angle) * im[low + s] + Math.sin(angle) * re[low + s];
          re[low + s] = re[low] - wr;
          im[low + s] = im[low] - wi;
          re[low] += wr;
          im[low] += wi;
        }
      }
      for (int i = 0; i < n; i++) {
        real[i][column] = re[i];
        imaginary[i][column] = im[i];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        assertEquals(Math.cos(2 * Math.PI * i * j / n), real[i][j], 1e-13);
        assertEquals(-Math.sin(2 * Math.PI * i * j / n), imaginary[i][j], 1e-13);
      }
    }
  }

  @Test
  void aNumberThatIsNoneReachesItsPairOnly() {
    ButterflyMatrix matrix = ButterflyMatrix.random(4, 4, 1, ButterflyMatrix.Init.IDENTITY, 0);
    matrix.twiddle().set(1, Float.NaN);
    assertTrue(Float.isNaN(matrix.toDense().get(0, 1)));
    assertEquals(1, matrix.toDense().get(0, 0));
    assertEquals(1, matrix.toDense().get(3, 3));
    assertFalse(matrix.equals(matrix.transposed()));
  }

  @Test
  void rejectsWhatDoesNotFit() {
    FloatValues twiddle = twiddleOfFour();
    requireMessage(
        "ButterflyMatrix: length of twiddle (16) must equal"
            + " stacks * blocks * log2(size) * size / 2 * 4 (32)",
        () -> ButterflyMatrix.of(5, 4, 1, true, twiddle));
    requireMessage(
        "ButterflyMatrix: blocks (0) must be at least 1",
        () -> ButterflyMatrix.of(4, 4, 0, true, twiddle));
    requireMessage(
        "ButterflyMatrix: rows (-4) and columns (4) must not be negative",
        () -> ButterflyMatrix.of(-4, 4, 1, true, twiddle));
    requireMessage(
        "ButterflyMatrix: size (6) must be a power of two",
        () -> ButterflyMatrix.of(4, 4, 6, 1, true, false, twiddle));
    requireMessage(
        "ButterflyMatrix: columns (5) must be at most size (4)",
        () -> ButterflyMatrix.of(4, 5, 4, 1, true, false, twiddle));
    requireMessage(
        "ButterflyMatrix: rows (5) must be at most size (4)",
        () -> ButterflyMatrix.of(5, 4, 4, 1, true, true, twiddle));
    requireMessage(
        "ButterflyMatrix: size (0) must be a power of two", () -> ButterflyMatrix.hadamard(0));
    requireMessage(
        "ButterflyMatrix.timesDiagonal: length of the diagonal (3) must equal columns (4)",
        () -> ButterflyMatrix.of(4, 4, 1, true, twiddle).timesDiagonal(1, 2, 3));
    requireMessage(
        "ButterflyMatrix.scaled: a butterfly of size 1 has no factors; the matrix is 1x1 butterfly"
            + " (size 1, 1 increasing block, 1 stack), 0 parameters",
        () -> ButterflyMatrix.hadamard(1).scaled(2));
  }

  private static void requireMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
