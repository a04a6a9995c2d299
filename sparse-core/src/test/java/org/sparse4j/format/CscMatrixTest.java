package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparse4j.mask.Mask;

class CscMatrixTest {

  /** {{0, 0, 3}, {4, 0, 0}}, the matrix of the interchange page. */
  private static CscMatrix sample() {
    return CscMatrix.copyOf(2, 3, new int[] {0, 1, 1, 2}, new int[] {1, 0}, new float[] {4, 3});
  }

  private static String refused(int rows, int columns, int[] pointers, int... indices) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> CscPattern.copyOf(rows, columns, pointers, indices))
        .getMessage();
  }

  private static int[] ints(int... numbers) {
    return numbers;
  }

  @Test
  void columnsAreTheArraysOfScipyAndTorch() {
    CscMatrix matrix =
        CscMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{0, 0, 3}, {4, 0, 0}}));
    assertEquals(sample(), matrix);
    assertEquals(IntBuffer.wrap(ints(0, 1, 1, 2)), matrix.pattern().columnPointers());
    assertEquals(IntBuffer.wrap(ints(1, 0)), matrix.pattern().rowIndices());
    assertArrayEquals(new float[] {4, 3}, matrix.floatValues().array());
    assertEquals(1, matrix.pattern().columnStart(2));
    assertEquals(2, matrix.pattern().columnStart(3));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.pattern().columnStart(4));
    assertEquals(4 * (4 + 2) + 8, matrix.bytes());
    List<String> visited = new ArrayList<>();
    matrix.pattern().forEach((k, row, column) -> visited.add(k + ":" + row + "," + column));
    assertEquals(List.of("0:1,0", "1:0,2"), visited);
  }

  @Test
  void convertsFromAndToCsrWithExplicitZeros() {
    CsrMatrix csr = CsrMatrix.copyOf(2, 3, ints(0, 2, 3), ints(0, 2, 0), new float[] {0, -0f, 7});
    CscMatrix csc = CscMatrix.fromCsr(csr);
    assertEquals(
        CscMatrix.copyOf(2, 3, ints(0, 2, 2, 3), ints(0, 1, 0), new float[] {0, 7, -0f}), csc);
    assertEquals(csr, csc.toCsr());
    csc.values().set(0, 5);
    assertEquals(0, csr.get(0, 0));
    assertSame(csc.pattern().csrOrder(), csc.pattern().csrOrder());
  }

  @Test
  void transposeIsTheSameArraysAsCsr() {
    CscMatrix matrix = sample();
    CsrMatrix transposed = matrix.transposedCsr();
    assertEquals(
        CsrMatrix.copyOf(3, 2, ints(0, 1, 1, 2), ints(1, 0), new float[] {4, 3}), transposed);
    transposed.values().set(0, 9);
    assertEquals(9, matrix.get(1, 0));
    assertEquals(CscMatrix.fromCsr(transposed), matrix.transposed());
    assertEquals(matrix.pattern(), matrix.pattern().transposed().transposed());
    matrix.transposed().values().set(0, 1);
    assertEquals(9, matrix.get(1, 0));
  }

  @Test
  void readsWhatIsStoredAndZeroElsewhere() {
    assertEquals(3, sample().get(0, 2));
    assertEquals(0, sample().get(1, 2));
    assertEquals(-1, sample().pattern().indexOf(1, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> sample().get(2, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> sample().get(0, 3));
    assertEquals("2x3 CSC (nnz 2), 66.7 % sparse: (1, 0) 4.0, (0, 2) 3.0", sample().toString());
    assertNotEquals(sample().pattern(), sample().transposedCsr().pattern());
  }

  @Test
  void rejectsEveryBrokenRule() {
    assertEquals(
        "CscPattern: rows (-2) and columns (3) must not be negative", refused(-2, 3, ints(0)));
    assertEquals(
        "CscPattern: length of columnPointers (3) must equal columns + 1 (4)",
        refused(2, 3, ints(0, 1, 1), 0));
    assertEquals("CscPattern: columnPointers[0] (1) must be 0", refused(2, 1, ints(1, 1), 0));
    assertEquals(
        "CscPattern: columnPointers[2] = 0 is below columnPointers[1] = 1",
        refused(2, 2, ints(0, 1, 0), 0));
    assertEquals(
        "CscPattern: columnPointers[1] (2) must equal the length of rowIndices (1)",
        refused(2, 1, ints(0, 2), 0));
    assertEquals(
        "CscPattern: rowIndices[1] = 2 is not below rows = 2 (column 1)",
        refused(2, 2, ints(0, 1, 2), 0, 2));
    assertEquals(
        "CscPattern: rowIndices[0] = -1 is negative (column 0)", refused(2, 1, ints(0, 1), -1));
    assertEquals(
        "CscPattern: rowIndices[1] = 0 is not above its predecessor 1 (column 0)",
        refused(2, 1, ints(0, 2), 1, 0));
    assertEquals(
        "CscMatrix: number of values (1) must equal nnz (2)",
        assertThrows(
                IllegalArgumentException.class,
                () -> CscMatrix.of(sample().pattern(), FloatValues.zeros(1)))
            .getMessage());
    assertEquals(
        "CscMatrix.fromDense: shape of the mask (3x2) must equal the shape of the matrix (2x3)",
        assertThrows(
                IllegalArgumentException.class,
                () -> CscMatrix.fromDense(DenseMatrix.zeros(2, 3), Mask.empty(3, 2)))
            .getMessage());
  }

  @Test
  void copiesItsArraysAndHandsOutReadOnlyOnes() {
    int[] pointers = ints(0, 1);
    int[] indices = ints(1);
    CscPattern pattern = CscPattern.copyOf(2, 1, pointers, indices);
    pointers[1] = 5;
    indices[0] = 5;
    assertEquals(1, pattern.columnStart(1));
    assertEquals(1, pattern.rowIndices().get(0));
    assertThrows(ReadOnlyBufferException.class, () -> pattern.rowIndices().put(0, 0));
    assertThrows(ReadOnlyBufferException.class, () -> pattern.columnPointers().put(0, 0));
  }
}
