package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class DenseViewTest {

  private static final float[] NUMBERS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

  private static String illegal(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }

  @Test
  void readsArraysRowByRowAndSharesThem() {
    float[] numbers = NUMBERS.clone();
    DenseView view = DenseView.of(numbers, 3, 4);
    assertEquals(6, view.get(1, 2));
    numbers[6] = -1;
    assertEquals(-1, view.get(1, 2));
    assertEquals(4, view.rowStride());
    assertEquals(1, view.columnStride());
    assertEquals("DenseView 3x4 strides 4, 1", view.toString());
  }

  @Test
  void transposedSwapsTheStrides() {
    DenseView view = DenseView.of(NUMBERS, 3, 4).transposed();
    assertEquals(4, view.rows());
    assertEquals(3, view.columns());
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 3; j++) {
        assertEquals(4 * j + i, view.get(i, j));
      }
    }
    assertEquals(1, view.rowStride());
    assertEquals(4, view.transposed().rowStride());
  }

  @Test
  void anyStrideAndAlignmentWork() {
    MemorySegment array = MemorySegment.ofArray(NUMBERS);
    assertEquals(11, DenseView.of(array, 2, 2, 6, 5).get(1, 1));
    // Stride 0 repeats a row or a column.
    assertEquals(3, DenseView.of(array, 1000, 4, 0, 1).get(999, 3));
    assertEquals(7, DenseView.of(array.asSlice(28), 3, 3, 0, 0).get(2, 2));
    byte[] bytes = new byte[13];
    MemorySegment odd = MemorySegment.ofArray(bytes).asSlice(1);
    odd.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 8, 2.5f);
    assertEquals(2.5f, DenseView.of(odd, 1, 3, 3, 1).get(0, 2));
  }

  @Test
  void partsShareTheMemory() {
    DenseView view = DenseView.of(NUMBERS, 3, 4);
    DenseView part = view.rows(1, 3).columns(2, 4);
    assertEquals(2, part.rows());
    assertEquals(6, part.get(0, 0));
    assertEquals(11, part.get(1, 1));
    assertEquals(10, part.transposed().rows(0, 1).get(0, 1));
    assertEquals(0, view.rows(3, 3).rows());
    assertEquals(0, view.columns(4, 4).columns());
    assertEquals(3, view.columns(4, 4).rows(0, 3).rows());
    assertThrows(IndexOutOfBoundsException.class, () -> view.rows(2, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> view.columns(3, 2));
  }

  @Test
  void viewOfADenseMatrixHasItsStride() {
    DenseMatrix matrix = DenseMatrix.zeros(2, 512);
    matrix.set(1, 511, 3);
    DenseView view = matrix.view();
    assertEquals(528, view.rowStride());
    assertEquals(3, view.get(1, 511));
    assertThrows(IndexOutOfBoundsException.class, () -> view.get(1, 512));
    assertThrows(IndexOutOfBoundsException.class, () -> view.get(2, 0));
  }

  @Test
  void emptyViewsNeedNoMemory() {
    MemorySegment nothing = MemorySegment.ofArray(new float[0]);
    assertEquals(5, DenseView.of(nothing, 5, 0, 7, 1).rows());
    assertEquals(5, DenseView.of(nothing, 0, 5, 7, 1).columns());
  }

  @Test
  void lastElementMustLieInside() {
    MemorySegment array = MemorySegment.ofArray(NUMBERS);
    DenseView.of(array, 3, 4, 4, 1);
    String rule =
        "DenseView: the last element must lie inside the memory of 12 floats; the view is %s";
    assertEquals(
        rule.formatted("3x4 with strides 5 and 1"), illegal(() -> DenseView.of(array, 3, 4, 5, 1)));
    assertEquals(
        rule.formatted("4x4 with strides 4 and 1"), illegal(() -> DenseView.of(NUMBERS, 4, 4)));
    assertEquals(
        rule.formatted("3x4 with strides 9223372036854775807 and 1"),
        illegal(() -> DenseView.of(array, 3, 4, Long.MAX_VALUE, 1)));
    assertEquals(
        "DenseView: rowStride (-4) and columnStride (1) must not be negative",
        illegal(() -> DenseView.of(array, 3, 4, -4, 1)));
    assertEquals(
        "DenseView: rows (-3) and columns (4) must not be negative",
        illegal(() -> DenseView.of(array, -3, 4, 4, 1)));
  }

  @Test
  void useAfterCloseSaysSo() {
    DenseView view;
    try (Arena arena = Arena.ofShared()) {
      view = DenseView.of(arena.allocate(48), 3, 4, 4, 1);
      view.requireAlive("linear");
    }
    assertEquals(
        "linear: the memory of a 3x4 dense view was closed",
        assertThrows(IllegalStateException.class, () -> view.requireAlive("linear")).getMessage());
    assertThrows(IllegalStateException.class, () -> view.get(0, 0));
  }

  @Test
  void copiesOfViewsTakeEveryLayout() {
    float[] numbers = new float[40 * 40];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = k;
    }
    MemorySegment memory = MemorySegment.ofArray(numbers);
    DenseView[] views = {
      DenseView.of(memory, 19, 21, 40, 1),
      DenseView.of(memory, 19, 21, 1, 40),
      DenseView.of(memory, 19, 21, 41, 2),
      DenseView.of(memory, 19, 21, 1, 1),
      DenseView.of(memory, 19, 21, 0, 3)
    };
    for (DenseView view : views) {
      DenseMatrix copy = DenseMatrix.copyOf(view);
      for (int i = 0; i < 19; i++) {
        for (int j = 0; j < 21; j++) {
          float expected = i * view.rowStride() + j * view.columnStride();
          assertEquals(expected, copy.get(i, j), view.toString());
        }
      }
      assertTrue(copy.contentEquals(DenseMatrix.copyOf(copy.view())));
    }
  }
}
