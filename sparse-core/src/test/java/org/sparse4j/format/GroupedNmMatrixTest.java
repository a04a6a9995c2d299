package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.CharBuffer;
import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.mask.GroupedNmStructure;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Samples;

class GroupedNmMatrixTest {

  private static final GroupedNmStructure RULE = new GroupedNmStructure(2, 4, 1);

  static List<Samples.Sample> samples() {
    return Samples.all();
  }

  private static String illegal(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }

  private static char[] chars(CharBuffer buffer) {
    char[] chars = new char[buffer.remaining()];
    buffer.get(chars);
    return chars;
  }

  private static int[] ints(IntBuffer buffer) {
    int[] ints = new int[buffer.remaining()];
    buffer.get(ints);
    return ints;
  }

  private static DenseMatrix oracle() {
    return DenseMatrix.copyOf(
        new float[][] {
          {3, 1, 0, 2}, {1, 5, 2, 0}, {0, 1, 4, 4}, {2, 2, 1, 1}, {6, 0, 0, 1}, {0, 3, 0, 3}
        });
  }

  @Test
  void oracleOfTheReference() {
    GroupedNmMatrix matrix = GroupedNmMatrix.fromDense(oracle(), RULE);
    assertArrayEquals(new char[] {3, 0, 1, 5, 4, 2}, chars(matrix.pattern().slots()));
    assertArrayEquals(
        new float[] {2, 2, 3, 0, 5, 2, 3, 3, 6, 1, 4, 4}, matrix.floatValues().array());
    float sum = 0;
    for (float value : matrix.floatValues().array()) {
      sum += value;
    }
    assertEquals(35, sum);
    assertEquals("n:m:g", matrix.format());
    assertEquals("6x4 n:m:g (nnz 12, 2:4:1)", matrix.pattern().toString());
    assertEquals(RULE, matrix.pattern().structure());
    assertEquals(1, matrix.pattern().chunks());
    assertEquals(1, matrix.pattern().groups());
    assertArrayEquals(new int[] {0, 12}, ints(matrix.pattern().groupStarts()));
    assertEquals(2 * 6 + 4 * 2, matrix.pattern().bytes());
    assertThrows(ReadOnlyBufferException.class, () -> matrix.pattern().slots().put(0, (char) 1));
    assertThrows(ReadOnlyBufferException.class, () -> matrix.pattern().groupStarts().put(0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(6, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(0, 4));
  }

  @Test
  void paddingIsInTheSlotsOnly() {
    DenseMatrix dense =
        DenseMatrix.copyOf(new float[][] {{9, 8, 0, 0, 5}, {0, 0, 7, 6, 4}, {9, 9, 0, 0, 3}});
    GroupedNmMatrix matrix = GroupedNmMatrix.fromDense(dense, RULE);
    // The first group: rows 2, 0 and 1 in this order want (0, 1), (0, 1) and (2, 3). Row 0 keeps 9
    // and ties between (0, 2) and (0, 3), of which the later is taken.
    assertArrayEquals(
        new char[] {2, 3, 4, 5, 0, 1}, chars(matrix.pattern().slots().subSequence(0, 6)));
    // The second group has one column: three patterns keep it, enough for all three rows.
    assertArrayEquals(
        new char[] {0, 1, 3, 4, 2, 5}, chars(matrix.pattern().slots().subSequence(6, 12)));
    assertArrayEquals(new float[] {9, 9, 9, 0, 7, 6, 5, 4, 3}, matrix.floatValues().array());
    assertEquals(9, matrix.nnz());
    assertArrayEquals(new int[] {0, 6, 9}, ints(matrix.pattern().groupStarts()));
    assertArrayEquals(new int[] {0, 9}, matrix.pattern().valueGroups());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void csrAndBackIsTheSame(Samples.Sample sample) {
    for (GroupedNmStructure structure :
        new GroupedNmStructure[] {
          RULE,
          new GroupedNmStructure(2, 4, 3),
          new GroupedNmStructure(1, 8, 2),
          new GroupedNmStructure(3, 5, 1),
          new GroupedNmStructure(4, 4, 2)
        }) {
      GroupedNmMatrix matrix = GroupedNmMatrix.fromDense(sample.wild(), structure);
      CsrMatrix csr = matrix.toCsr();
      assertEquals(matrix, GroupedNmMatrix.fromCsr(csr, structure), sample.toString());
      assertTrue(csr.toDense().contentEquals(matrix.toDense()), sample.toString());
      GroupedNmPattern pattern = matrix.pattern();
      assertEquals(
          pattern,
          GroupedNmPattern.copyOf(
              pattern.rows(), pattern.columns(), structure, chars(pattern.slots())));
      for (int i = 0; i < matrix.rows(); i++) {
        for (int j = 0; j < matrix.columns(); j++) {
          assertEquals(csr.get(i, j), matrix.get(i, j));
          assertEquals(csr.pattern().indexOf(i, j) >= 0, pattern.indexOf(i, j) >= 0);
        }
      }
      pattern.forEach((index, row, column) -> assertEquals(index, pattern.indexOf(row, column)));
      IntBuffer starts = pattern.groupStarts();
      pattern.forEach((index, row, column) -> {
        int at = row / structure.chunkRows() * pattern.groups() + column / structure.m();
        assertTrue(index >= starts.get(at) && index < starts.get(at + 1));
      });
    }
  }

  @Test
  void masksMustObeyTheRuleAsTheyAre() {
    assertEquals(
        "GroupedNmStructure: row 0, group 0 keeps (), no pattern of 2:4:1; apply keepLargest"
            + " first",
        illegal(() -> GroupedNmMatrix.fromDense(oracle(), Mask.empty(6, 4), RULE)));
    assertEquals(
        "GroupedNmStructure: rows 0 to 5, group 0 keep (0, 1) 6 times, 2:4:1 allows 1; apply"
            + " keepLargest first",
        illegal(() -> GroupedNmMatrix.fromDense(oracle(), Mask.of(6, 4, (i, j) -> j < 2), RULE)));
    assertEquals(
        "GroupedNmMatrix.fromDense: shape of the mask (4x6) must equal the shape of the matrix"
            + " (6x4)",
        illegal(() -> GroupedNmMatrix.fromDense(oracle(), Mask.empty(4, 6), RULE)));
  }

  @Test
  void copyOfCopiesAndChecks() {
    char[] slots = {3, 0, 1, 5, 4, 2};
    GroupedNmPattern pattern = GroupedNmPattern.copyOf(6, 4, RULE, slots);
    slots[0] = 9;
    assertEquals(GroupedNmMatrix.fromDense(oracle(), RULE).pattern(), pattern);
    assertEquals(
        "GroupedNmPattern: slots[0] = 9 is not below the rows of a chunk (6)",
        illegal(() -> GroupedNmPattern.copyOf(6, 4, RULE, slots)));
    assertEquals(
        "GroupedNmPattern: slots[5] = 3 was there before in its group",
        illegal(() -> GroupedNmPattern.copyOf(6, 4, RULE, new char[] {3, 0, 1, 5, 4, 3})));
    assertEquals(
        "GroupedNmPattern: length of slots (6) must be 12 for 7x4 at 2:4:1",
        illegal(() -> GroupedNmPattern.copyOf(7, 4, RULE, slots)));
    GroupedNmStructure two = new GroupedNmStructure(1, 2, 2);
    GroupedNmPattern.copyOf(4, 2, two, new char[] {0, 3, 1, 2});
    assertEquals(
        "GroupedNmPattern: slots[1] = 0 is not above its predecessor 3",
        illegal(() -> GroupedNmPattern.copyOf(4, 2, two, new char[] {3, 0, 1, 2})));
    assertEquals(
        "GroupedNmPattern: slots[3] = 1 is not above its predecessor 1",
        illegal(() -> GroupedNmPattern.copyOf(4, 2, two, new char[] {0, 3, 1, 1})));
    // The second group starts afresh.
    GroupedNmPattern.copyOf(4, 3, two, new char[] {0, 3, 1, 2, 0, 3, 1, 2});
    assertEquals(
        "GroupedNmPattern: 100000x100000 at 2:4:1 has 5000100000 positions with its padding, an"
            + " array holds 2147483639",
        illegal(() -> GroupedNmPattern.copyOf(100_000, 100_000, RULE, new char[0])));
    int most = Integer.MAX_VALUE - 9;
    assertTrue(
        illegal(() -> GroupedNmPattern.copyOf(most, most, RULE, new char[0]))
            .startsWith("GroupedNmPattern: 2147483638x2147483638 at 2:4:1 has "));
    assertEquals(
        "GroupedNmMatrix: number of values (3) must equal nnz (12)",
        illegal(() -> GroupedNmMatrix.of(pattern, FloatValues.zeros(3))));
  }
}
