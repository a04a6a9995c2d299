package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.memory.Memory;
import org.sparse4j.memory.Padding;

class DenseMatrixTest {

  private static String illegal(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }

  /** Element (i, j) is 1000 i + j + 1, so that no two are equal and none is zero. */
  private static DenseMatrix numbered(int rows, int columns) {
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, 1000 * i + j + 1);
      }
    }
    return matrix;
  }

  private static void assertPaddingIsZero(DenseMatrix matrix) {
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = matrix.columns(); j < matrix.paddedColumns(); j++) {
        float value =
            matrix.segment().getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * matrix.stride() + j);
        assertEquals(0, Float.floatToRawIntBits(value), "padding at " + i + ", " + j);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 16",
    "0, 5, 16",
    "5, 0, 16",
    "1, 1, 16",
    "3, 16, 16",
    "7, 17, 32",
    "2, 128, 144",
    "2, 512, 528",
    "13, 769, 784"
  })
  void layoutFollowsThePaddingRule(int rows, int columns, int stride) {
    DenseMatrix matrix = numbered(rows, columns);
    assertEquals(rows, matrix.rows());
    assertEquals(columns, matrix.columns());
    assertEquals(stride, matrix.stride());
    assertEquals(Padding.width(columns), matrix.paddedColumns());
    assertEquals(0, matrix.address() % 64);
    assertPaddingIsZero(matrix);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        assertEquals(1000 * i + j + 1, matrix.get(i, j));
        assertEquals(
            1000 * i + j + 1,
            matrix.segment().getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * stride + j));
      }
    }
    float[] array = matrix.toArray();
    assertEquals(rows * columns, array.length);
    assertTrue(matrix.contentEquals(DenseMatrix.copyOf(rows, columns, array)));
    assertTrue(matrix.contentEquals(DenseMatrix.copyOf(matrix.view())));
  }

  @Test
  void rowsWithoutColumnsTakeNoMemory() {
    DenseMatrix matrix = DenseMatrix.zeros(Integer.MAX_VALUE, 0);
    assertEquals(0, matrix.segment().byteSize());
    assertEquals(5, matrix.rows(7, 12).rows());
    assertEquals(0, matrix.columns(0, 0).columns());
    matrix.setRow(9, new float[0], 0);
    matrix.getRow(9, new float[0], 0);
    DenseMatrix small = DenseMatrix.zeros(4, 0);
    small.copyFrom(DenseMatrix.zeros(4, 0));
    small.copyTransposed(DenseMatrix.zeros(0, 4));
    assertEquals(0, small.toArray().length);
    assertTrue(small.contentEquals(DenseMatrix.zeros(4, 0)));
    assertFalse(small.overlaps(small));
  }

  @Test
  void copiesOfArraysAreIndependent() {
    float[][] rows = {{1, 2, 3}, {4, 5, 6}};
    DenseMatrix matrix = DenseMatrix.copyOf(rows);
    rows[0][0] = 9;
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, matrix.toArray());
    assertEquals("DenseMatrix 2x3 [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]", matrix.toString());
    assertEquals("DenseMatrix 65x1", DenseMatrix.zeros(65, 1).toString());
    assertEquals("DenseMatrix 2147483647x0", DenseMatrix.zeros(Integer.MAX_VALUE, 0).toString());
    assertEquals(0, DenseMatrix.copyOf(new float[0][]).rows());
    assertEquals(
        "DenseMatrix.copyOf: row 1 has 1 values, row 0 has 2",
        illegal(() -> DenseMatrix.copyOf(new float[][] {{1, 2}, {3}})));
    assertEquals(
        "DenseMatrix.copyOf: length of values (5) must equal rows * columns (6); the matrix is 2x3",
        illegal(() -> DenseMatrix.copyOf(2, 3, new float[5])));
    assertEquals(
        "DenseMatrix.copyOf: rows (-2) and columns (3) must not be negative",
        illegal(() -> DenseMatrix.copyOf(-2, 3, new float[6])));
  }

  @Test
  void sizesMustFit() {
    assertEquals(
        "DenseMatrix: rows (-1) and columns (2) must not be negative",
        illegal(() -> DenseMatrix.zeros(-1, 2)));
    assertEquals(
        "Padding: columns (2147483647) must be between 0 and 2147483615",
        illegal(() -> DenseMatrix.zeros(1, Integer.MAX_VALUE)));
    assertEquals(
        "DenseMatrix: 2147483647x2147483615 with stride 2147483632 takes 4 * 4611685981920165904"
            + " bytes, more than a long counts",
        illegal(() -> DenseMatrix.zeros(Integer.MAX_VALUE, 2147483615)));
  }

  @Test
  void positionsMustLieInside() {
    DenseMatrix matrix = numbered(2, 3);
    for (Executable outside :
        new Executable[] {
          () -> matrix.get(2, 0),
          () -> matrix.get(0, 3),
          () -> matrix.get(-1, 0),
          () -> matrix.set(0, 15, 1),
          () -> matrix.setRow(2, new float[3], 0),
          () -> matrix.setRow(0, new float[3], 1),
          () -> matrix.getRow(0, new float[2], 0),
          () -> matrix.rows(1, 3),
          () -> matrix.rows(2, 1),
          () -> matrix.columns(0, 4)
        }) {
      assertThrows(IndexOutOfBoundsException.class, outside);
    }
    assertPaddingIsZero(matrix);
  }

  @Test
  void rowsAreSetAndReadAtAnyOffset() {
    DenseMatrix matrix = DenseMatrix.zeros(3, 3);
    matrix.setRow(1, new float[] {0, 0, 7, 8, 9, 0}, 2);
    float[] row = new float[5];
    matrix.getRow(1, row, 1);
    assertArrayEquals(new float[] {0, 7, 8, 9, 0}, row);
    assertEquals(0, matrix.get(0, 2));
    assertPaddingIsZero(matrix);
  }

  @Test
  void viewsShareMemoryAndKnowTheirPlace() {
    DenseMatrix matrix = numbered(6, 40);
    DenseMatrix rows = matrix.rows(2, 5);
    assertEquals(3, rows.rows());
    assertEquals(2001, rows.get(0, 0));
    DenseMatrix middle = rows.columns(16, 32);
    assertEquals(16, middle.columns());
    assertEquals(16, middle.paddedColumns());
    assertEquals(2017, middle.get(0, 0));
    assertEquals(0, middle.address() % 64);
    DenseMatrix last = matrix.columns(32, 40);
    assertEquals(8, last.columns());
    assertEquals(5040, last.get(5, 7));
    assertPaddingIsZero(last);
    middle.set(0, 0, -1);
    assertEquals(-1, matrix.get(2, 16));
    assertEquals(0, matrix.rows(6, 6).rows());
    assertEquals(0, matrix.columns(16, 16).columns());
    assertEquals(6, matrix.columns(0, 40).rows());
    assertThrows(IndexOutOfBoundsException.class, () -> middle.get(0, 16));
  }

  @Test
  void columnViewsStartAndEndWhereNoForeignColumnIsHit() {
    DenseMatrix matrix = numbered(2, 40);
    String rule =
        "DenseMatrix.columns: from (%d) must be a multiple of 16 and to (%d) a multiple of 16 or"
            + " the number of columns (40)";
    assertEquals(rule.formatted(8, 16), illegal(() -> matrix.columns(8, 16)));
    assertEquals(rule.formatted(0, 20), illegal(() -> matrix.columns(0, 20)));
  }

  @Test
  void overlapIsExactForViewsOfOneMatrix() {
    DenseMatrix matrix = numbered(6, 40);
    assertTrue(matrix.overlaps(matrix));
    assertTrue(matrix.overlaps(matrix.rows(5, 6)));
    assertTrue(matrix.rows(5, 6).overlaps(matrix));
    assertFalse(matrix.rows(0, 3).overlaps(matrix.rows(3, 6)));
    assertFalse(matrix.rows(3, 6).overlaps(matrix.rows(0, 3)));
    assertTrue(matrix.rows(0, 4).overlaps(matrix.rows(3, 6)));
    assertFalse(matrix.columns(0, 16).overlaps(matrix.columns(16, 32)));
    assertFalse(matrix.columns(32, 40).overlaps(matrix.columns(0, 32)));
    assertTrue(matrix.columns(0, 32).overlaps(matrix.columns(16, 40)));
    assertTrue(matrix.columns(16, 40).overlaps(matrix.columns(0, 32)));
    assertFalse(matrix.columns(32, 40).rows(0, 5).overlaps(matrix.columns(0, 16).rows(1, 6)));
    assertFalse(matrix.overlaps(numbered(6, 40)));
    assertFalse(matrix.rows(2, 2).overlaps(matrix));
    assertFalse(matrix.overlaps(matrix.columns(16, 16)));
    // Another stride on the same memory: the ranges decide.
    DenseMatrix wide = DenseMatrix.wrap(matrix.segment().asSlice(0, 64), 1, 16, 16);
    assertTrue(matrix.overlaps(wide));
  }

  @Test
  void copiesKeepThePaddingZero() {
    DenseMatrix source = numbered(5, 37);
    DenseMatrix target = DenseMatrix.zeros(5, 37);
    target.copyFrom(source);
    assertTrue(target.contentEquals(source));
    assertPaddingIsZero(target);
    target.fill(3);
    assertEquals(3, target.get(4, 36));
    assertPaddingIsZero(target);
    target.copyFrom(target);
    assertEquals(3, target.get(0, 0));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 3", "3, 0", "1, 1", "5, 37", "16, 16", "17, 33", "40, 1"})
  void transposedCopyMovesEveryElement(int rows, int columns) {
    DenseMatrix source = numbered(rows, columns);
    DenseMatrix target = DenseMatrix.zeros(columns, rows);
    target.copyTransposed(source);
    DenseMatrix byView = DenseMatrix.copyOf(source.view().transposed());
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        assertEquals(source.get(i, j), target.get(j, i));
      }
    }
    assertTrue(target.contentEquals(byView));
    assertPaddingIsZero(target);
    DenseMatrix back = DenseMatrix.zeros(rows, columns);
    back.copyTransposed(target);
    assertTrue(back.contentEquals(source));
  }

  @Test
  void copiesCheckBeforeTheyWrite() {
    DenseMatrix matrix = numbered(4, 4);
    DenseMatrix before = DenseMatrix.copyOf(matrix.view());
    assertEquals(
        "DenseMatrix.copyFrom: shape of the source (4x3) must equal the shape of the target (4x4)",
        illegal(() -> matrix.copyFrom(DenseMatrix.zeros(4, 3))));
    assertEquals(
        "DenseMatrix.copyFrom: shape of the source (3x4) must equal the shape of the target (4x4)",
        illegal(() -> matrix.copyFrom(DenseMatrix.zeros(3, 4).view())));
    assertEquals(
        "DenseMatrix.copyTransposed: shape of the source (4x3) must equal the shape of the target"
            + " (4x4)",
        illegal(() -> matrix.copyTransposed(DenseMatrix.zeros(3, 4))));
    assertEquals(
        "DenseMatrix.copyTransposed: source and target must not overlap; the source is 4x4, the"
            + " target is 4x4",
        illegal(() -> matrix.copyTransposed(matrix)));
    assertEquals(
        "DenseMatrix.copyFrom: source and target must not overlap; the source is 3x4, the target"
            + " is 3x4",
        illegal(() -> matrix.rows(1, 4).copyFrom(matrix.rows(0, 3))));
    assertEquals(
        "DenseMatrix.copyFrom: source and target must not overlap; the source is 4x4, the target"
            + " is 4x4",
        illegal(() -> matrix.copyFrom(matrix.view().transposed())));
    assertEquals(
        "DenseMatrix.copyFrom: source and target must not overlap; the source is 3x4, the target"
            + " is 3x4",
        illegal(() -> matrix.rows(1, 4).copyFrom(matrix.view().rows(0, 3))));
    assertTrue(matrix.contentEquals(before));
    matrix.rows(2, 4).copyFrom(matrix.view().rows(0, 2));
    assertEquals(before.get(1, 3), matrix.get(3, 3));
  }

  @Test
  void zeroPaddingRepairsWhatAKernelLeft() {
    DenseMatrix matrix = numbered(3, 5);
    for (int i = 0; i < 3; i++) {
      for (int j = 5; j < 16; j++) {
        matrix.segment().setAtIndex(ValueLayout.JAVA_FLOAT, 16L * i + j, Float.NaN);
      }
    }
    DenseMatrix other = numbered(3, 5);
    assertTrue(matrix.contentEquals(other), "padding is not compared");
    assertArrayEquals(other.toArray(), matrix.toArray());
    matrix.zeroPadding();
    assertPaddingIsZero(matrix);
    assertTrue(matrix.contentEquals(other));
  }

  @Test
  void contentComparesNanAndSigns() {
    DenseMatrix a = DenseMatrix.copyOf(new float[][] {{Float.NaN, 0}});
    DenseMatrix b = DenseMatrix.copyOf(new float[][] {{Float.NaN, -0f}});
    assertTrue(a.contentEquals(DenseMatrix.copyOf(a.view())));
    assertFalse(a.contentEquals(b));
    assertFalse(a.contentEquals(DenseMatrix.zeros(2, 1)));
    assertFalse(a.contentEquals(DenseMatrix.zeros(1, 3)));
  }

  @Test
  void useAfterCloseSaysSo() {
    DenseMatrix matrix;
    DenseMatrix part;
    try (Memory.Scope scope = Memory.scope()) {
      matrix = DenseMatrix.zeros(scope, 3, 20);
      part = matrix.rows(1, 3);
      matrix.requireAlive("spmm");
    }
    assertEquals(
        "spmm: the memory of a 3x20 dense matrix was closed",
        assertThrows(IllegalStateException.class, () -> matrix.requireAlive("spmm")).getMessage());
    assertThrows(IllegalStateException.class, () -> part.requireAlive("spmm"));
    assertThrows(IllegalStateException.class, () -> matrix.get(0, 0));
    assertThrows(IllegalStateException.class, matrix::toArray);
    assertEquals("DenseMatrix 3x20", matrix.toString());
    assertEquals("DenseMatrix 2x20", part.toString());
  }

  @Test
  void wrapSharesMemoryThatObeysTheRule() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(4 * 3 * 32, 64);
      DenseMatrix matrix = DenseMatrix.wrap(memory, 3, 17, 32);
      matrix.set(2, 16, 5);
      assertEquals(5, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 2 * 32 + 16));
      // The last row needs no padding up to the stride.
      DenseMatrix.wrap(memory.asSlice(0, 4 * (2 * 32 + 16)), 3, 16, 32);
      DenseMatrix.wrap(memory.asSlice(0, 0), 0, 16, 32);
      DenseMatrix.wrap(memory.asSlice(0, 0), 5, 0, 16);
    }
  }

  @Test
  void wrapRefusesMemoryThatBreaksTheRule() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(4 * 3 * 32, 64);
      assertTrue(
          illegal(() -> DenseMatrix.wrap(MemorySegment.ofArray(new float[96]), 3, 17, 32))
              .startsWith("DenseMatrix.wrap: memory must be native and writable; "));
      assertTrue(
          illegal(() -> DenseMatrix.wrap(memory.asReadOnly(), 3, 17, 32))
              .startsWith("DenseMatrix.wrap: memory must be native and writable; "));
      assertEquals(
          "DenseMatrix.wrap: address must be a multiple of 64, remainder is 4",
          illegal(() -> DenseMatrix.wrap(memory.asSlice(4), 2, 17, 32)));
      for (int stride : new int[] {0, 16, 31, 40, -32}) {
        assertEquals(
            "DenseMatrix.wrap: stride ("
                + stride
                + ") must be a multiple of 16 and at least 32 for 17 columns",
            illegal(() -> DenseMatrix.wrap(memory, 3, 17, stride)));
      }
      assertEquals(
          "DenseMatrix.wrap: memory of 384 bytes is shorter than the 512 bytes of 4 rows with"
              + " stride 32",
          illegal(() -> DenseMatrix.wrap(memory, 4, 17, 32)));
      assertEquals(
          "DenseMatrix.wrap: rows (-1) and columns (17) must not be negative",
          illegal(() -> DenseMatrix.wrap(memory, -1, 17, 32)));
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, 32 + 20, Float.NaN);
      assertEquals(
          "DenseMatrix.wrap: padding must be zero; row 1 holds NaN at column 20",
          illegal(() -> DenseMatrix.wrap(memory, 3, 17, 32)));
      // Behind the padded width is another's column.
      DenseMatrix.wrap(memory, 3, 16, 32);
    }
  }
}
