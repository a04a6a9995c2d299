package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Seed;

class CsrMatrixTest {

  private static CsrMatrix sample() {
    return CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{0, 2, 0}, {1, 0, 3}}));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 5, 0",
    "5, 0, 0",
    "1, 1, 0",
    "1, 1, 1",
    "7, 13, 0",
    "7, 13, 0.01",
    "7, 13, 0.5",
    "7, 13, 1",
    "17, 129, 0.1"
  })
  void denseToCsrToDenseIsIdentity(int rows, int columns, double density) {
    long seed = Seed.or(rows + columns);
    Random random = new Random(seed);
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE};
    DenseMatrix dense = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        if (random.nextDouble() < density) {
          dense.set(i, j, random.nextInt(4) == 0 ? odd[random.nextInt(4)] : random.nextFloat());
        }
      }
    }
    CsrMatrix matrix = CsrMatrix.fromDense(dense);
    assertTrue(matrix.toDense().contentEquals(dense), "seed " + seed);
    assertEquals(matrix.nnz(), matrix.countNonZero());
    matrix.validate();
    assertEquals(matrix, matrix.transposed().transposed());
    DenseMatrix transposed = DenseMatrix.zeros(columns, rows);
    transposed.copyTransposed(dense);
    assertTrue(matrix.transposed().toDense().contentEquals(transposed));
    assertEquals(matrix.mask(), CsrPattern.of(matrix.mask()).mask());
  }

  @Test
  void fromDenseKeepsNanAndDropsZerosOfBothSigns() {
    CsrMatrix matrix =
        CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{0, -0f, Float.NaN, 1}}));
    assertEquals(2, matrix.nnz());
    assertTrue(Float.isNaN(matrix.get(0, 2)));
  }

  @Test
  void maskDecidesWhatIsStoredZerosIncluded() {
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{0, 2, 5}, {1, 0, 3}});
    CsrMatrix matrix = CsrMatrix.fromDense(dense, Mask.of(2, 3, (i, j) -> j < 2));
    assertEquals(4, matrix.nnz());
    assertEquals(2, matrix.countNonZero());
    assertEquals(0, matrix.get(0, 2));
    assertEquals(
        "CsrMatrix.fromDense: shape of the mask (3x2) must equal the shape of the matrix (2x3)",
        assertThrows(
                IllegalArgumentException.class, () -> CsrMatrix.fromDense(dense, Mask.empty(3, 2)))
            .getMessage());
  }

  @Test
  void ofSharesPatternAndValues() {
    CsrMatrix matrix = sample();
    CsrMatrix shared = CsrMatrix.of(matrix.pattern(), matrix.values());
    shared.values().set(0, 8);
    assertEquals(8, matrix.get(0, 1));
    CsrMatrix copy = matrix.copy();
    assertSame(matrix.pattern(), copy.pattern());
    assertNotSame(matrix.floatValues().array(), copy.floatValues().array());
    assertNotSame(matrix.values(), matrix.toCsr().values());
    assertEquals(
        "CsrMatrix: number of values (2) must equal nnz (3)",
        assertThrows(
                IllegalArgumentException.class,
                () -> CsrMatrix.of(matrix.pattern(), FloatValues.zeros(2)))
            .getMessage());
  }

  @Test
  void copyOfCopiesAndChecks() {
    float[] values = {1};
    CsrMatrix matrix = CsrMatrix.copyOf(1, 2, new int[] {0, 1}, new int[] {1}, values);
    values[0] = 5;
    assertEquals(1, matrix.get(0, 1));
    assertEquals(
        "CsrPattern: columnIndices[0] = 2 is not below columns = 2 (row 0)",
        assertThrows(
                IllegalArgumentException.class,
                () -> CsrMatrix.copyOf(1, 2, new int[] {0, 1}, new int[] {2}, values))
            .getMessage());
    assertEquals(
        "CsrMatrix: number of values (3) must equal nnz (1)",
        assertThrows(
                IllegalArgumentException.class,
                () -> CsrMatrix.copyOf(1, 2, new int[] {0, 1}, new int[] {1}, new float[3]))
            .getMessage());
  }

  @Test
  void readsWhatIsStoredAndZeroElsewhere() {
    CsrMatrix matrix = sample();
    assertEquals(2, matrix.get(0, 1));
    assertEquals(0, matrix.get(0, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(2, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(0, 3));
    assertEquals("CSR", matrix.format());
    assertEquals(2, matrix.rows());
    assertEquals(3, matrix.columns());
    assertEquals(0.5, matrix.density());
    assertEquals(0.5, matrix.sparsity());
    assertEquals(4 * (3 + 3 + 3), matrix.bytes());
  }

  @Test
  void dropZerosDropsStoredZerosOnly() {
    CsrMatrix matrix =
        CsrMatrix.copyOf(
            3,
            4,
            new int[] {0, 3, 4, 6},
            new int[] {0, 1, 3, 2, 0, 3},
            new float[] {0, 5, -0f, 0, Float.NaN, 7});
    CsrMatrix dropped = matrix.dropZeros();
    assertEquals(
        CsrMatrix.copyOf(
            3, 4, new int[] {0, 1, 1, 3}, new int[] {1, 0, 3}, new float[] {5, Float.NaN, 7}),
        dropped);
    dropped.validate();
    assertEquals(6, matrix.nnz());
    assertEquals(dropped, dropped.dropZeros());
  }

  @Test
  void transposeMovesValuesWithTheirPositions() {
    CsrMatrix transposed = sample().transposed();
    assertEquals(
        CsrMatrix.copyOf(3, 2, new int[] {0, 1, 2, 3}, new int[] {1, 0, 1}, new float[] {1, 2, 3}),
        transposed);
    CsrMatrix matrix = sample();
    matrix.transposed().values().set(0, 99);
    assertArrayEquals(new float[] {2, 1, 3}, matrix.floatValues().array());
  }

  @Test
  void equalsComparesPositionsAndNumbers() {
    assertEquals(sample(), sample());
    assertEquals(sample().hashCode(), sample().hashCode());
    CsrMatrix other = sample();
    other.values().set(2, 4);
    assertNotEquals(sample(), other);
    assertNotEquals(sample(), sample().transposed());
    assertFalse(sample().equals(new Object()));
  }

  @Test
  void printsShapeSparsityAndTheEntriesOfASmallMatrix() {
    assertEquals(
        "2x3 CSR (nnz 3), 50.0 % sparse: (0, 1) 2.0, (1, 0) 1.0, (1, 2) 3.0", sample().toString());
    assertEquals(
        "100x100 CSR (nnz 17), 99.8 % sparse",
        CsrMatrix.of(CsrPattern.of(Mask.random(100, 100, 17, 1)), FloatValues.zeros(17))
            .toString());
    assertEquals("3x0 CSR (nnz 0), 100.0 % sparse", CsrMatrix.builder(3, 0).build().toString());
  }
}
