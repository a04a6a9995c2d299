package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.sparse4j.mask.Mask;

class CooMatrixTest {

  /** {{0, 0, 3}, {}, {4, 0, 5}}. */
  private static CooMatrix sample() {
    return CooMatrix.copyOf(3, 3, new int[] {0, 2, 2}, new int[] {2, 0, 2}, new float[] {3, 4, 5});
  }

  private static int[] ints(int... numbers) {
    return numbers;
  }

  private static String refused(int rows, int columns, int[] i, int... j) {
    return assertThrows(
            IllegalArgumentException.class, () -> CooPattern.copyOf(rows, columns, i, j))
        .getMessage();
  }

  @Test
  void holdsOneRowAndOneColumnForEachNumber() {
    CooMatrix matrix =
        CooMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{0, 0, 3}, {0, 0, 0}, {4, 0, 5}}));
    assertEquals(sample(), matrix);
    assertEquals(IntBuffer.wrap(ints(0, 2, 2)), matrix.pattern().rowIndices());
    assertEquals(IntBuffer.wrap(ints(2, 0, 2)), matrix.pattern().columnIndices());
    assertEquals(3 * 12, matrix.bytes());
    assertEquals(4, matrix.get(2, 0));
    assertEquals(0, matrix.get(2, 1));
    assertEquals(-1, matrix.pattern().indexOf(1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(3, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(0, 3));
    assertEquals(
        "3x3 COO (nnz 3), 66.7 % sparse: (0, 2) 3.0, (2, 0) 4.0, (2, 2) 5.0", matrix.toString());
    assertNotEquals(matrix.pattern(), CooPattern.copyOf(3, 3, ints(0, 2, 2), ints(2, 0, 1)));
    assertNotEquals(matrix.pattern(), CooPattern.copyOf(3, 4, ints(0, 2, 2), ints(2, 0, 2)));
  }

  @Test
  void convertsFromAndToCsr() {
    CsrMatrix csr = CsrMatrix.copyOf(3, 3, ints(0, 1, 1, 3), ints(2, 0, 2), new float[] {3, 4, 5});
    assertEquals(sample(), CooMatrix.fromCsr(csr));
    assertEquals(csr, sample().toCsr());
    CsrMatrix narrow = csr.to(DType.BF16);
    assertEquals(DType.BF16, CooMatrix.fromCsr(narrow).values().dtype());
    CooMatrix copy = CooMatrix.fromCsr(csr);
    copy.values().set(0, 9);
    assertEquals(3, csr.get(0, 2));
  }

  @Test
  void rejectsEveryBrokenRule() {
    assertEquals(
        "CooPattern: rows (-1) and columns (3) must not be negative", refused(-1, 3, ints()));
    assertEquals(
        "CooPattern: length of rowIndices (1) must equal the length of columnIndices (2)",
        refused(3, 3, ints(0), 1, 2));
    assertEquals(
        "CooPattern: rowIndices[1] = 3 is not below rows = 3", refused(3, 3, ints(0, 3), 1, 2));
    assertEquals("CooPattern: rowIndices[0] = -1 is negative", refused(3, 3, ints(-1), 1));
    assertEquals(
        "CooPattern: columnIndices[0] = 4 is not below columns = 4", refused(3, 4, ints(0), 4));
    assertEquals("CooPattern: columnIndices[0] = -2 is negative", refused(3, 4, ints(0), -2));
    assertEquals(
        "CooPattern: position 1 is (0, 2) and not above its predecessor (1, 0)",
        refused(3, 4, ints(1, 0), 0, 2));
    assertEquals(
        "CooPattern: position 2 is (1, 1) and not above its predecessor (1, 1)",
        refused(3, 4, ints(0, 1, 1), 3, 1, 1));
    assertEquals(
        "CooMatrix.fromDense: shape of the mask (3x2) must equal the shape of the matrix (2x3)",
        assertThrows(
                IllegalArgumentException.class,
                () -> CooMatrix.fromDense(DenseMatrix.zeros(2, 3), Mask.empty(3, 2)))
            .getMessage());
  }

  @Test
  void copiesItsArraysAndHandsOutReadOnlyOnes() {
    int[] i = ints(1);
    int[] j = ints(2);
    CooPattern pattern = CooPattern.copyOf(2, 3, i, j);
    i[0] = 9;
    j[0] = 9;
    assertEquals(0, pattern.indexOf(1, 2));
    assertThrows(ReadOnlyBufferException.class, () -> pattern.rowIndices().put(0, 0));
    assertThrows(ReadOnlyBufferException.class, () -> pattern.columnIndices().put(0, 0));
  }
}
