package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Seed;

class RemapTest {

  private static CsrPattern bits(String row) {
    return CsrPattern.of(Mask.of(1, row.length(), (i, j) -> row.charAt(j) == '1'));
  }

  @Test
  void workedByHand() {
    CsrPattern from = CsrPattern.copyOf(2, 6, new int[] {0, 3, 4}, new int[] {0, 2, 5, 1});
    CsrPattern to = CsrPattern.copyOf(2, 6, new int[] {0, 2, 4}, new int[] {2, 3, 0, 1});
    Remap remap = Remap.between(from, to);
    assertSame(from, remap.from());
    assertSame(to, remap.to());
    assertEquals(2, remap.kept());
    assertEquals(2, remap.dropped());
    assertEquals(2, remap.grown());
    assertArrayEquals(new int[] {0, 2}, remap.droppedPositions());
    assertArrayEquals(new int[] {1, 2}, remap.grownPositions());
    assertEquals(1, remap.source(0));
    assertEquals(-1, remap.source(1));
    assertEquals(-1, remap.source(2));
    assertEquals(3, remap.source(3));
    float[] before = {10, 20, 30, 40};
    assertArrayEquals(new float[] {20, 0, 0, 40}, remap.apply(before));
    assertArrayEquals(new float[] {20, 7, 7, 40}, remap.apply(before, 7));
    assertArrayEquals(new float[] {10, 20, 30, 40}, before);
    assertEquals("Remap kept 2, dropped 2, grown 2", remap.toString());
    assertThrows(IndexOutOfBoundsException.class, () -> remap.source(4));
  }

  /** The optimizer-state reset of the reference tests: newly active positions start at zero. */
  @Test
  void optimizerStateOfNewPositionsIsReset() {
    float[] state = {-9, 1, 4, -1, 5, 8, -2, 3};
    String isNew = "01010110";
    CsrPattern before = bits(isNew.replace('1', 'x').replace('0', '1').replace('x', '0'));
    float[] stored = new float[(int) before.nnz()];
    before.forEach((index, row, column) -> stored[index] = state[column]);
    assertArrayEquals(
        new float[] {-9, 0, 4, 0, 5, 0, 0, 3},
        Remap.between(before, bits("11111111")).apply(stored));
  }

  /** The mask update of the reference tests, drop fraction 0.5: state follows the kept weights. */
  @Test
  void stateFollowsTheReferenceMaskUpdate() {
    CsrPattern before = bits("01010110");
    CsrPattern after = bits("10001110");
    Remap remap = Remap.between(before, after);
    assertArrayEquals(new int[] {0, 1}, remap.grownPositions());
    assertArrayEquals(new int[] {0, 1}, remap.droppedPositions());
    // Old weights 1, -1, 8, -2 at columns 1, 3, 5, 6; kept are 5 and 6.
    assertArrayEquals(new float[] {0, 0, 8, -2}, remap.apply(new float[] {1, -1, 8, -2}));
  }

  @Test
  void sameTwiceKeepsEverything() {
    CsrPattern pattern = CsrPattern.of(Mask.random(13, 17, 60, Seed.or(4)));
    Remap remap = Remap.between(pattern, pattern);
    assertEquals(60, remap.kept());
    assertEquals(0, remap.dropped() + remap.grown());
    float[] values = new float[60];
    for (int k = 0; k < 60; k++) {
      values[k] = k;
    }
    assertArrayEquals(values, remap.apply(values));
  }

  @Test
  void emptyToFullAndBack() {
    CsrPattern empty = CsrPattern.of(Mask.empty(3, 4));
    CsrPattern full = CsrPattern.of(Mask.full(3, 4));
    assertEquals(12, Remap.between(empty, full).grown());
    assertArrayEquals(
        new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
        Remap.between(full, empty).droppedPositions());
    assertEquals(0, Remap.between(full, empty).apply(new float[12]).length);
    assertEquals(
        0, Remap.between(CsrPattern.of(Mask.empty(0, 4)), CsrPattern.of(Mask.empty(0, 4))).kept());
  }

  @Test
  void agreesWithALookUpOfEveryPosition() {
    long seed = Seed.or(8);
    for (int round = 0; round < 50; round++) {
      CsrPattern from = CsrPattern.of(Mask.random(11, 13, round * 2L, seed + round));
      CsrPattern to = CsrPattern.of(Mask.random(11, 13, 120 - round, seed - round));
      Remap remap = Remap.between(from, to);
      assertEquals(from.mask().and(to.mask()).count(), remap.kept(), "seed " + seed);
      assertEquals(from.mask().minus(to.mask()).count(), remap.dropped());
      to.forEach(
          (index, row, column) -> assertEquals(from.indexOf(row, column), remap.source(index)));
      for (int position : remap.droppedPositions()) {
        assertEquals(-1, indexAfter(from, to, position));
      }
      assertEquals(remap.dropped(), remap.droppedPositions().length);
      assertEquals(remap.grown(), remap.grownPositions().length);
    }
  }

  private static int indexAfter(CsrPattern from, CsrPattern to, int position) {
    int[] found = {-2};
    from.forEach((index, row, column) -> {
      if (index == position) {
        found[0] = to.indexOf(row, column);
      }
    });
    return found[0];
  }

  @Test
  void shapesAndLengthsMustFit() {
    assertEquals(
        "Remap: shapes must be equal; before is 1x3 CSR (nnz 2), after is 1x4 CSR (nnz 1)",
        assertThrows(IllegalArgumentException.class, () -> Remap.between(bits("110"), bits("0001")))
            .getMessage());
    Remap remap = Remap.between(bits("110"), bits("011"));
    assertEquals(
        "Remap: length of the array (3) must equal nnz before (2)",
        assertThrows(IllegalArgumentException.class, () -> remap.apply(new float[3])).getMessage());
  }

  @Test
  void equalsComparesBothPatterns() {
    assertEquals(Remap.between(bits("110"), bits("011")), Remap.between(bits("110"), bits("011")));
    assertEquals(
        Remap.between(bits("110"), bits("011")).hashCode(),
        Remap.between(bits("110"), bits("011")).hashCode());
    assertNotEquals(
        Remap.between(bits("110"), bits("011")), Remap.between(bits("110"), bits("101")));
    assertNotEquals(Remap.between(bits("110"), bits("011")), new Object());
  }
}
