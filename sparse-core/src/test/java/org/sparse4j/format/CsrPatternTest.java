package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Seed;

class CsrPatternTest {

  /** Rows {1, 3}, {}, {0, 1, 2}. */
  private static CsrPattern sample() {
    return CsrPattern.copyOf(3, 4, new int[] {0, 2, 2, 5}, new int[] {1, 3, 0, 1, 2});
  }

  private static String refused(int rows, int columns, int[] pointers, int... indices) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> CsrPattern.check(rows, columns, pointers, indices))
            .getMessage();
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () -> CsrPattern.copyOf(rows, columns, pointers, indices))
            .getMessage());
    return message;
  }

  private static int[] pointers(int... pointers) {
    return pointers;
  }

  @Test
  void rejectsEveryBrokenRule() {
    assertEquals(
        "CsrPattern: rows (-1) and columns (4) must not be negative", refused(-1, 4, pointers(0)));
    assertEquals(
        "CsrPattern: rows (1) and columns (-4) must not be negative",
        refused(1, -4, pointers(0, 0)));
    assertEquals(
        "CsrPattern: rows (2147483647) and columns (4) must be below 2147483639, one less than the"
            + " longest array",
        refused(Integer.MAX_VALUE, 4, pointers(0)));
    assertEquals(
        "CsrPattern: length of rowPointers (3) must equal rows + 1 (4)",
        refused(3, 4, pointers(0, 1, 2), 0, 1));
    assertEquals(
        "CsrPattern: length of rowPointers (0) must equal rows + 1 (1)", refused(0, 4, pointers()));
    assertEquals(
        "CsrPattern: rowPointers[0] (1) must be 0", refused(2, 4, pointers(1, 1, 2), 0, 1));
    assertEquals(
        "CsrPattern: rowPointers[2] = 1 is below rowPointers[1] = 2",
        refused(2, 4, pointers(0, 2, 1), 0));
    assertEquals(
        "CsrPattern: rowPointers[1] = -5 is below rowPointers[0] = 0",
        refused(2, 4, pointers(0, -5, 2), 0, 1));
    assertEquals(
        "CsrPattern: rowPointers[2] (3) must equal the length of columnIndices (2)",
        refused(2, 4, pointers(0, 2, 3), 0, 1));
    assertEquals(
        "CsrPattern: rowPointers[2] (1) must equal the length of columnIndices (2)",
        refused(2, 4, pointers(0, 1, 1), 0, 1));
  }

  @Test
  void rejectsColumnsOutsideTheMatrix() {
    assertEquals(
        "CsrPattern: columnIndices[2] = 4 is not below columns = 4 (row 1)",
        refused(2, 4, pointers(0, 2, 3), 0, 3, 4));
    assertEquals(
        "CsrPattern: columnIndices[1] = -1 is negative (row 1)",
        refused(2, 4, pointers(0, 1, 3), 0, -1, 2));
    assertEquals(
        "CsrPattern: columnIndices[0] = 0 is not below columns = 0 (row 0)",
        refused(1, 0, pointers(0, 1), 0));
  }

  @Test
  void rejectsUnsortedColumns() {
    assertEquals(
        "CsrPattern: columnIndices[2] = 1 is not above its predecessor 2 (row 1)",
        refused(2, 4, pointers(0, 1, 3), 3, 2, 1));
  }

  @Test
  void rejectsColumnsGivenTwice() {
    assertEquals(
        "CsrPattern: columnIndices[1] = 2 is not above its predecessor 2 (row 0)",
        refused(1, 4, pointers(0, 2), 2, 2));
  }

  @Test
  void copiesItsArrays() {
    int[] pointers = {0, 1};
    int[] indices = {2};
    CsrPattern pattern = CsrPattern.copyOf(1, 3, pointers, indices);
    pointers[1] = 7;
    indices[0] = 9;
    assertEquals(1, pattern.rowStart(1));
    assertEquals(2, pattern.columnIndices().get(0));
  }

  @Test
  void readsByRowByPositionAndInBulk() {
    CsrPattern pattern = sample();
    assertEquals(3, pattern.rows());
    assertEquals(4, pattern.columns());
    assertEquals(5, pattern.nnz());
    assertEquals(5 / 12.0, pattern.density());
    assertEquals(1 - 5 / 12.0, pattern.sparsity());
    assertEquals(36, pattern.bytes());
    assertEquals(2, pattern.rowStart(1));
    assertEquals(5, pattern.rowStart(3));
    assertEquals(1, pattern.indexOf(0, 3));
    assertEquals(4, pattern.indexOf(2, 2));
    assertEquals(-1, pattern.indexOf(0, 0));
    assertEquals(-1, pattern.indexOf(1, 2));
    assertEquals(-1, pattern.indexOf(2, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.rowStart(4));
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.indexOf(3, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.indexOf(0, 4));
    List<String> visited = new ArrayList<>();
    pattern.forEach((index, row, column) -> visited.add(index + ":" + row + "," + column));
    assertEquals(List.of("0:0,1", "1:0,3", "2:2,0", "3:2,1", "4:2,2"), visited);
    assertEquals("3x4 CSR (nnz 5)", pattern.toString());
    assertEquals(0, CsrPattern.of(Mask.empty(0, 5)).density());
  }

  @Test
  void bulkAccessIsReadOnlyAndPrivateToTheCaller() {
    CsrPattern pattern = sample();
    IntBuffer indices = pattern.columnIndices();
    assertThrows(ReadOnlyBufferException.class, () -> indices.put(0, 3));
    assertThrows(ReadOnlyBufferException.class, () -> pattern.rowPointers().put(0, 3));
    indices.get(new int[5]);
    assertEquals(5, pattern.columnIndices().remaining());
    IntBuffer sources = pattern.transposed().sources();
    assertThrows(ReadOnlyBufferException.class, () -> sources.put(0, 3));
    sources.get();
    assertEquals(5, pattern.transposed().sources().remaining());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 7, 0",
    "7, 0, 0",
    "1, 1, 0",
    "1, 1, 1",
    "7, 13, 1",
    "7, 13, 40",
    "7, 13, 91",
    "101, 67, 500"
  })
  void maskAndPatternAreTheSamePositions(int rows, int columns, long count) {
    Mask mask = Mask.random(rows, columns, count, Seed.or(count + rows));
    CsrPattern pattern = CsrPattern.of(mask);
    assertEquals(count, pattern.nnz());
    assertEquals(mask, pattern.mask());
    int[] pointers = new int[rows + 1];
    pattern.rowPointers().get(pointers);
    int[] indices = new int[(int) count];
    pattern.columnIndices().get(indices);
    CsrPattern.check(rows, columns, pointers, indices);
    assertEquals(pattern, CsrPattern.copyOf(rows, columns, pointers, indices));
    assertEquals(
        pattern.hashCode(), CsrPattern.copyOf(rows, columns, pointers, indices).hashCode());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 7, 0",
    "7, 0, 0",
    "1, 1, 1",
    "7, 13, 0",
    "7, 13, 40",
    "7, 13, 91",
    "101, 67, 500"
  })
  void transposedTwiceIsIdentityAndSourcesSayWhereFrom(int rows, int columns, long count) {
    CsrPattern pattern = CsrPattern.of(Mask.random(rows, columns, count, Seed.or(count + 1)));
    CsrOrder transpose = pattern.transposed();
    assertSame(transpose, pattern.transposed());
    assertEquals(pattern.mask().transposed(), transpose.pattern().mask());
    assertEquals(pattern, transpose.pattern().transposed().pattern());
    IntBuffer sources = transpose.sources();
    assertEquals(count, sources.remaining());
    transpose
        .pattern()
        .forEach(
            (index, row, column) -> assertEquals(pattern.indexOf(column, row), sources.get(index)));
    IntBuffer back = transpose.pattern().transposed().sources();
    for (int k = 0; k < count; k++) {
      assertEquals(k, sources.get(back.get(k)));
    }
  }

  @Test
  void transposeWorkedByHand() {
    CsrOrder transpose = sample().transposed();
    assertEquals(
        CsrPattern.copyOf(4, 3, new int[] {0, 1, 3, 4, 5}, new int[] {2, 0, 2, 2, 0}),
        transpose.pattern());
    assertEquals(IntBuffer.wrap(new int[] {2, 0, 3, 4, 1}), transpose.sources());
  }

  @Test
  void equalsComparesShapeAndPositions() {
    assertEquals(sample(), sample());
    assertNotEquals(
        sample(), CsrPattern.copyOf(3, 5, new int[] {0, 2, 2, 5}, new int[] {1, 3, 0, 1, 2}));
    assertNotEquals(
        sample(), CsrPattern.copyOf(3, 4, new int[] {0, 2, 2, 5}, new int[] {1, 2, 0, 1, 2}));
    assertNotEquals(
        sample(), CsrPattern.copyOf(3, 4, new int[] {0, 2, 3, 5}, new int[] {1, 3, 0, 1, 2}));
    assertNotEquals(sample(), new Object());
  }

  @Test
  void threadsThatMeetGetEqualTransposes() throws Exception {
    CsrPattern pattern = CsrPattern.of(Mask.random(200, 300, 5000, Seed.or(2)));
    List<Thread> threads = new ArrayList<>();
    List<CsrOrder> seen = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                CsrOrder transpose = pattern.transposed();
                synchronized (seen) {
                  seen.add(transpose);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(4, seen.size());
    assertTrue(seen.stream().allMatch(t -> t.pattern().equals(seen.getFirst().pattern())));
  }
}
