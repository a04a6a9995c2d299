package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.VnmStructure;
import org.sparse4j.testing.Samples;

class VnmMatrixTest {

  private static final VnmStructure RULE = new VnmStructure(2, 2, 4);

  static List<Samples.Sample> samples() {
    return Samples.all();
  }

  private static String illegal(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }

  private static int[] ints(IntBuffer buffer) {
    int[] ints = new int[buffer.remaining()];
    buffer.get(ints);
    return ints;
  }

  private static DenseMatrix sample() {
    return DenseMatrix.copyOf(
        new float[][] {
          {1, -2, 3, 0, 9, 1},
          {4, 3, -1, 0, 0, 1},
          {1, 1, 1, 1, 2, 3},
        });
  }

  @Test
  void valuesOfAColumnLieTogether() {
    VnmMatrix matrix = VnmMatrix.fromDense(sample(), RULE);
    assertArrayEquals(new int[] {0, 1, 4, 5, 0, 1, 4, 5}, ints(matrix.pattern().keptColumns()));
    assertArrayEquals(
        new float[] {1, 4, -2, 3, 9, 0, 1, 1, 1, 1, 2, 3}, matrix.floatValues().array());
    assertEquals(2, matrix.pattern().blocks());
    assertEquals(4, matrix.pattern().columnsPerBlock());
    assertEquals(32, matrix.pattern().bytes());
    assertEquals(RULE, matrix.pattern().structure());
    assertArrayEquals(new int[] {0, 8, 12}, matrix.pattern().valueGroups());
    assertArrayEquals(
        new int[] {0, 2, 4, 6, 1, 3, 5, 7, 8, 9, 10, 11},
        ints(matrix.pattern().csrOrder().sources()));
    assertEquals("3x6 V:N:M (nnz 12, 2:2:4)", matrix.pattern().toString());
    assertEquals("V:N:M", matrix.format());
    assertEquals(3, matrix.get(1, 1));
    assertEquals(0, matrix.get(0, 2));
    assertThrows(ReadOnlyBufferException.class, () -> matrix.pattern().keptColumns().put(0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(3, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(0, 6));
  }

  @Test
  void positionsOutsideTheMaskHoldZeroWhateverIsThere() {
    Mask mask = Mask.of(3, 6, (i, j) -> (i == 0 && j == 2) || (i == 1 && j == 5));
    VnmMatrix matrix = VnmMatrix.fromDense(sample(), mask, RULE);
    // The first block shares 2 and 5; 0 and 4 fill up; the last block is all filling.
    assertArrayEquals(new int[] {0, 2, 4, 5, 0, 1, 4, 5}, ints(matrix.pattern().keptColumns()));
    assertArrayEquals(
        new float[] {0, 0, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0}, matrix.floatValues().array());
    assertEquals(matrix, VnmMatrix.fromCsr(CsrMatrix.fromDense(sample(), mask), RULE));
    assertEquals(
        "VnmStructure: rows 0 to 1, group 0 keep 4 columns, 2:2:4 allows 2; apply keepLargest"
            + " first",
        illegal(() -> VnmMatrix.fromDense(sample(), Mask.full(3, 6), RULE)));
    assertEquals(
        "VnmMatrix.fromDense: shape of the mask (6x3) must equal the shape of the matrix (3x6)",
        illegal(() -> VnmMatrix.fromDense(sample(), Mask.empty(6, 3), RULE)));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void csrAndBackIsTheSame(Samples.Sample sample) {
    for (VnmStructure structure :
        new VnmStructure[] {
          RULE, new VnmStructure(8, 1, 4), new VnmStructure(16, 5, 40), new VnmStructure(1, 4, 4)
        }) {
      VnmMatrix matrix = VnmMatrix.fromDense(sample.wild(), structure);
      CsrMatrix csr = matrix.toCsr();
      assertEquals(matrix, VnmMatrix.fromCsr(csr, structure), sample.toString());
      assertTrue(csr.toDense().contentEquals(matrix.toDense()), sample.toString());
      VnmPattern pattern = matrix.pattern();
      assertEquals(
          pattern,
          VnmPattern.copyOf(
              pattern.rows(), pattern.columns(), structure, ints(pattern.keptColumns())));
      pattern.forEach((index, row, column) -> assertEquals(index, pattern.indexOf(row, column)));
      assertEquals(CsrOrder.of(pattern), pattern.csrOrder());
      for (int i = 0; i < matrix.rows(); i++) {
        for (int j = 0; j < matrix.columns(); j++) {
          assertEquals(csr.get(i, j), matrix.get(i, j));
        }
      }
    }
  }

  @Test
  void blocksOfOneRowAreNm() {
    Samples.Sample sample = new Samples.Sample(17, 33, 0.5, 3);
    assertEquals(
        NmMatrix.fromDense(sample.dense(), new NmStructure(2, 4)).toCsr(),
        VnmMatrix.fromDense(sample.dense(), new VnmStructure(1, 2, 4)).toCsr());
  }

  @Test
  void copyOfCopiesAndChecks() {
    int[] kept = {0, 3, 5, 1, 2, 4};
    VnmPattern pattern =
        VnmPattern.copyOf(4, 6, new VnmStructure(3, 2, 4), new int[] {0, 3, 4, 5, 1, 2, 4, 5});
    assertEquals(16, pattern.nnz());
    assertEquals(
        "VnmPattern: length of keptColumns (6) must be 8 for 4x6 at 3:2:4",
        illegal(() -> VnmPattern.copyOf(4, 6, new VnmStructure(3, 2, 4), kept)));
    VnmStructure one = new VnmStructure(3, 2, 4);
    assertEquals(
        "VnmPattern: keptColumns[2] = 3 is not in its group, columns 4 to 5 (block 0)",
        illegal(() -> VnmPattern.copyOf(4, 6, one, new int[] {0, 3, 3, 5, 1, 2, 4, 5})));
    assertEquals(
        "VnmPattern: keptColumns[7] = 6 is not in its group, columns 4 to 5 (block 1)",
        illegal(() -> VnmPattern.copyOf(4, 6, one, new int[] {0, 3, 4, 5, 1, 2, 4, 6})));
    assertEquals(
        "VnmPattern: keptColumns[0] = -1 is not in its group, columns 0 to 3 (block 0)",
        illegal(() -> VnmPattern.copyOf(4, 6, one, new int[] {-1, 3, 4, 5, 1, 2, 4, 5})));
    assertEquals(
        "VnmPattern: keptColumns[5] = 2 is not above its predecessor 2 (block 1)",
        illegal(() -> VnmPattern.copyOf(4, 6, one, new int[] {0, 3, 4, 5, 2, 2, 4, 5})));
    assertEquals(
        "VnmPattern: 100000x100000 at 3:2:4 stores 5000000000 positions, an array holds"
            + " 2147483639",
        illegal(() -> VnmPattern.copyOf(100_000, 100_000, one, new int[0])));
    int[] changed = {0, 3};
    VnmPattern copy = VnmPattern.copyOf(3, 4, one, changed);
    changed[1] = 9;
    assertEquals(3, copy.keptColumns().get(1));
    assertEquals(
        "VnmMatrix: number of values (3) must equal nnz (6)",
        illegal(() -> VnmMatrix.of(copy, FloatValues.zeros(3))));
  }
}
