package org.sparse4j.structured;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;

class LowRankMatrixTest {

  @Test
  void isTheProductOfItsFactors() {
    LowRankMatrix matrix =
        LowRankMatrix.of(2, 3, 2, FloatValues.copyOf(1, 2, 3, 4), Doubles.counting(6, 1));
    double[][] want = {{9, 12, 15}, {19, 26, 33}};
    Doubles.requireEqual(want, Doubles.of(matrix), 0);
    Doubles.requireEqual(Doubles.transposed(want, 3), Doubles.of(matrix.transposed()), 0);
    assertEquals(matrix, matrix.transposed().transposed());
    assertEquals("2x3 low-rank (rank 2), 10 parameters", matrix.toString());
    assertEquals(40, matrix.bytes());
    assertEquals(1.2, LowRankMatrix.breakEvenRank(2, 3), 1e-15);
    assertEquals(0, LowRankMatrix.breakEvenRank(0, 0));
    matrix.validate();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 4, 2",
    "4, 0, 2",
    "1, 1, 1",
    "1, 9, 1",
    "9, 1, 3",
    "7, 5, 2",
    "31, 17, 4",
    "17, 31, 17",
    "33, 64, 40",
    "20, 20, 0"
  })
  void fromDenseLeavesTheSmallestSingularValuesOut(int rows, int columns, int rank) {
    double[][] exact = Doubles.random(rows, columns, rows + columns);
    DenseMatrix dense = Doubles.dense(exact, columns);
    LowRankMatrix matrix = LowRankMatrix.fromDense(dense, rank);
    assertEquals((long) rank * (rows + columns), matrix.parameterCount());
    int all = Math.min(rows, columns);
    Svd svd = Svd.truncated(Doubles.of(dense), columns, all);
    double rest = 0;
    for (int k = rank; k < all; k++) {
      rest += svd.sigma(k) * svd.sigma(k);
    }
    double error = Doubles.squaredDistance(Doubles.of(dense), Doubles.of(matrix));
    assertEquals(rest, error, 1e-5 * (1 + rest));
    LowRankMatrix again = LowRankMatrix.fromDense(matrix.toDense(), rank);
    Doubles.requireEqual(Doubles.of(matrix), Doubles.of(again), 1e-5);
  }

  @Test
  void factorsAreBalanced() {
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{4, 0, 0}, {0, 9, 0}});
    LowRankMatrix matrix = LowRankMatrix.fromDense(dense, 1);
    float[] left = matrix.left().array();
    float[] right = matrix.right().array();
    assertEquals(3, Math.abs(left[1]), 1e-6);
    assertEquals(3, Math.abs(right[1]), 1e-6);
    assertEquals(9, left[1] * right[1], 1e-5);
  }

  @Test
  void zerosGiveZeros() {
    LowRankMatrix matrix = LowRankMatrix.fromDense(DenseMatrix.zeros(20, 30), 3);
    assertEquals(FloatValues.zeros(60), matrix.left());
    assertEquals(FloatValues.zeros(90), matrix.right());
  }

  @Test
  void startsHaveTheBoundsOfTheirFactors() {
    LowRankMatrix plain = LowRankMatrix.random(100, 400, 25, 3);
    assertEquals(0.2, largest(plain.left()), 1e-3);
    assertEquals(0.05, largest(plain.right()), 1e-4);
    LowRankMatrix spectral = LowRankMatrix.randomSpectral(40, 30, 4, 3);
    double[][] dense = Doubles.of(spectral);
    Svd svd = Svd.truncated(dense, 30, 5);
    assertEquals(0, svd.sigma(4), 1e-6);
    // The largest singular value of a 40 x 30 matrix with deviation 1/sqrt(90) is near 1.25.
    assertTrue(svd.sigma(0) > 0.9 && svd.sigma(0) < 1.5, "largest " + svd.sigma(0));
    assertEquals(spectral, LowRankMatrix.randomSpectral(40, 30, 4, 3));
  }

  private static double largest(FloatValues values) {
    double largest = 0;
    for (float value : values.array()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @Test
  void rejectsWhatDoesNotFit() {
    requireMessage("LowRankMatrix: length of left (3) must equal rows * rank (4)", 2, 3, 2, 3, 6);
    requireMessage(
        "LowRankMatrix: length of right (5) must equal rank * columns (6)", 2, 3, 2, 4, 5);
    requireMessage("LowRankMatrix: rank (-1) must be at least 0", 2, 3, -1, 4, 6);
    requireMessage("LowRankMatrix: rows (2) and columns (-3) must not be negative", 2, -3, 1, 4, 6);
    DenseMatrix dense = DenseMatrix.zeros(3, 3);
    dense.set(1, 2, Float.NaN);
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> LowRankMatrix.fromDense(dense, 1));
    assertEquals(
        "LowRankMatrix.fromDense: elements must be finite; (1, 2) is NaN", thrown.getMessage());
  }

  private static void requireMessage(
      String message, int rows, int columns, int rank, int left, int right) {
    IllegalArgumentException thrown =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                LowRankMatrix.of(
                    rows, columns, rank, FloatValues.zeros(left), FloatValues.zeros(right)));
    assertEquals(message, thrown.getMessage());
  }

  @Test
  void equalityIsThatOfShapeAndNumbers() {
    LowRankMatrix a = LowRankMatrix.random(6, 4, 2, 1);
    LowRankMatrix same = LowRankMatrix.of(6, 4, 2, a.left().copy(), a.right().copy());
    assertEquals(a, same);
    assertEquals(a.hashCode(), same.hashCode());
    same.left().set(3, 9);
    assertTrue(!a.equals(same) && !a.equals(null) && !Arrays.asList(a).contains(same));
  }
}
