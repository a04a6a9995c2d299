package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.sparse4j.mask.Mask;

class CondensedMatrixTest {

  private static int[] ints(int... numbers) {
    return numbers;
  }

  private static Mask mask(String... rows) {
    return Mask.of(rows.length, rows[0].length(), (i, j) -> rows[i].charAt(j) == '1');
  }

  private static String refused(int rows, int columns, int fanIn, int[] active, int... indices) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> CondensedPattern.copyOf(rows, columns, fanIn, active, indices))
        .getMessage();
  }

  /** Masks that SRigL's update ends with, with and without an ablated neuron. */
  @Test
  void holdsMasksOfSriglWithoutTheAblatedRows() {
    CondensedPattern all = CondensedPattern.of(mask("111000", "011100", "101100", "110001"));
    assertEquals(3, all.fanIn());
    assertEquals(4, all.activeCount());
    CondensedPattern ablated = CondensedPattern.of(mask("111100", "011110", "000000", "111001"));
    assertEquals(4, ablated.fanIn());
    assertEquals(IntBuffer.wrap(ints(0, 1, 3)), ablated.activeRows());
    assertEquals(IntBuffer.wrap(ints(0, 1, 2, 3, 1, 2, 3, 4, 0, 1, 2, 5)), ablated.columnIndices());
    assertEquals(12, ablated.nnz());
    assertEquals(4 * (3 + 12), ablated.bytes());
    assertArrayEquals(ints(0, 4, 8, 12), ablated.valueGroups());
    assertEquals(8, ablated.indexOf(3, 0));
    assertEquals(-1, ablated.indexOf(2, 0));
    assertEquals(-1, ablated.indexOf(3, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> ablated.indexOf(4, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> ablated.indexOf(0, 6));
    assertEquals("4x6 condensed (nnz 12, fan-in 4, 3 active rows)", ablated.toString());
    assertEquals(
        ablated,
        CondensedPattern.copyOf(4, 6, 4, ints(0, 1, 3), ints(0, 1, 2, 3, 1, 2, 3, 4, 0, 1, 2, 5)));
    assertNotEquals(ablated, all);
  }

  @Test
  void maskMustKeepEquallyManyInEveryRowThatIsNotEmpty() {
    assertEquals(
        "CondensedPattern: row 3 keeps 3 positions, row 1 keeps 2; all rows that are not empty"
            + " must keep equally many",
        assertThrows(
                IllegalArgumentException.class,
                () -> CondensedPattern.of(mask("0000", "0110", "1001", "0111", "1000")))
            .getMessage());
    CondensedPattern none = CondensedPattern.of(Mask.empty(3, 4));
    assertEquals(0, none.fanIn());
    assertEquals(0, none.activeCount());
    assertEquals(none, CondensedPattern.copyOf(3, 4, 0, ints(), ints()));
  }

  @Test
  void ruleKeepsTheLargestOfEveryRowAndDropsRowsOfZeros() {
    DenseMatrix dense =
        DenseMatrix.copyOf(
            new float[][] {
              {1, -3, 2, 0}, {0, -0f, 0, 0}, {0, 0, 0, 5}, {2, 2, 2, 2}, {Float.NaN, 1, 9, 0}
            });
    CondensedMatrix matrix = CondensedMatrix.fromDense(dense, 2);
    assertEquals(IntBuffer.wrap(ints(0, 2, 3, 4)), matrix.pattern().activeRows());
    assertEquals(IntBuffer.wrap(ints(1, 2, 0, 3, 0, 1, 0, 2)), matrix.pattern().columnIndices());
    assertArrayEquals(new float[] {-3, 2, 0, 5, 2, 2, Float.NaN, 9}, matrix.floatValues().array());
    assertEquals(5, matrix.get(2, 3));
    assertEquals(0, matrix.get(1, 0));
    assertEquals(
        "CondensedMatrix.fromDense: fanIn (5) must be between 1 and columns (4)",
        assertThrows(IllegalArgumentException.class, () -> CondensedMatrix.fromDense(dense, 5))
            .getMessage());
    assertEquals(
        "CondensedMatrix.fromDense: fanIn (0) must be between 1 and columns (4)",
        assertThrows(IllegalArgumentException.class, () -> CondensedMatrix.fromDense(dense, 0))
            .getMessage());
    assertEquals(
        "CondensedMatrix.fromDense: shape of the mask (4x5) must equal the shape of the matrix"
            + " (5x4)",
        assertThrows(
                IllegalArgumentException.class,
                () -> CondensedMatrix.fromDense(dense, Mask.empty(4, 5)))
            .getMessage());
  }

  @Test
  void convertsFromCsrWithTheTypeOfItsValues() {
    CsrMatrix csr =
        CsrMatrix.copyOf(3, 4, ints(0, 2, 2, 4), ints(0, 3, 1, 2), new float[] {1, 0, 3, 4});
    CondensedMatrix matrix = CondensedMatrix.fromCsr(csr);
    assertEquals(csr, matrix.toCsr());
    assertEquals(4, matrix.nnz());
    CondensedMatrix quantised = CondensedMatrix.fromCsr(csr.to(DType.I8));
    assertEquals(DType.I8, quantised.values().dtype());
    assertTrue(quantised.toDense().contentEquals(csr.to(DType.I8).toDense()));
    matrix.values().set(0, 8);
    assertEquals(1, csr.get(0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            CondensedMatrix.fromCsr(
                CsrMatrix.copyOf(2, 2, ints(0, 2, 3), ints(0, 1, 0), new float[3])));
  }

  @Test
  void rejectsEveryBrokenRule() {
    assertEquals(
        "CondensedPattern: rows (-3) and columns (4) must not be negative",
        refused(-3, 4, 0, ints()));
    assertEquals(
        "CondensedPattern: fanIn (2) must be 0 where no row is active", refused(3, 4, 2, ints()));
    assertEquals(
        "CondensedPattern: fanIn (0) must be at least 1 where rows are active (1)",
        refused(3, 4, 0, ints(1)));
    assertEquals(
        "CondensedPattern: length of columnIndices (3) must equal active rows (2) * fanIn (2)",
        refused(3, 4, 2, ints(0, 1), 0, 1, 2));
    assertEquals(
        "CondensedPattern: activeRows[1] = 3 is not below rows = 3",
        refused(3, 4, 1, ints(0, 3), 0, 1));
    assertEquals(
        "CondensedPattern: activeRows[1] = 0 is not above its predecessor 0",
        refused(3, 4, 1, ints(0, 0), 0, 1));
    assertEquals("CondensedPattern: activeRows[0] = -1 is negative", refused(3, 4, 1, ints(-1), 0));
    assertEquals(
        "CondensedPattern: columnIndices[3] = 4 is not below columns = 4 (row 2)",
        refused(3, 4, 2, ints(0, 2), 0, 1, 2, 4));
    assertEquals(
        "CondensedPattern: columnIndices[1] = 1 is not above its predecessor 1 (row 2)",
        refused(3, 4, 2, ints(2), 1, 1));
    assertEquals(
        "CondensedPattern: columnIndices[0] = -4 is negative (row 2)",
        refused(3, 4, 1, ints(2), -4));
  }

  @Test
  void copiesItsArraysAndHandsOutReadOnlyOnes() {
    int[] active = ints(1);
    int[] indices = ints(2);
    CondensedPattern pattern = CondensedPattern.copyOf(2, 3, 1, active, indices);
    active[0] = 9;
    indices[0] = 9;
    assertEquals(0, pattern.indexOf(1, 2));
    assertThrows(ReadOnlyBufferException.class, () -> pattern.activeRows().put(0, 0));
    assertThrows(ReadOnlyBufferException.class, () -> pattern.columnIndices().put(0, 0));
  }
}
