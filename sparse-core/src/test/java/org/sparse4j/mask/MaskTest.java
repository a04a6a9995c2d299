package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.testing.Seed;

class MaskTest {

  private static String illegal(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 5", "5, 0", "1, 1", "3, 63", "3, 64", "3, 65", "7, 131"})
  void answersForEveryPositionWhatTheRuleSaid(int rows, int columns) {
    Mask.Rule rule = (i, j) -> (31 * i + 7 * j) % 3 == 0;
    Mask mask = Mask.of(rows, columns, rule);
    Mask.Builder builder = Mask.builder(rows, columns);
    long count = 0;
    for (int i = rows - 1; i >= 0; i--) {
      int inRow = 0;
      int next = -1;
      for (int j = columns - 1; j >= 0; j--) {
        boolean kept = rule.keeps(i, j);
        assertEquals(kept, mask.get(i, j));
        if (kept) {
          builder.keep(i, j).keep(i, j);
          inRow++;
          next = j;
        }
        assertEquals(kept, builder.keeps(i, j));
        assertEquals(next, mask.next(i, j));
      }
      assertEquals(-1, mask.next(i, columns));
      assertEquals(inRow, mask.countRow(i));
      count += inRow;
    }
    assertEquals(count, mask.count());
    assertEquals(mask, builder.build());
    assertEquals(mask.hashCode(), builder.build().hashCode());
    assertEquals(rows * columns == 0 ? 0 : (double) count / (rows * columns), mask.density());
    assertEquals((long) rows * columns, Mask.full(rows, columns).count());
    assertEquals(0, Mask.empty(rows, columns).count());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 5", "5, 0", "1, 1", "3, 63", "3, 64", "3, 65", "7, 131"})
  void wordsHoldTheLowestColumnInTheLowestBit(int rows, int columns) {
    Mask mask = Mask.of(rows, columns, (i, j) -> (5 * i + 3 * j) % 4 != 1);
    assertEquals((columns + 63) / 64, mask.wordsPerRow());
    long[] words = new long[rows * mask.wordsPerRow()];
    mask.words().get(words);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < 64 * mask.wordsPerRow(); j++) {
        boolean set = (words[i * mask.wordsPerRow() + j / 64] >>> (j % 64) & 1) == 1;
        assertEquals(j < columns && mask.get(i, j), set);
      }
    }
    Mask copy = Mask.copyOf(rows, columns, words);
    Arrays.fill(words, 0);
    assertEquals(mask, copy);
    assertTrue(mask.words().isReadOnly());
  }

  @Test
  void copyOfRejectsWordsThatDoNotFit() {
    assertEquals(
        "Mask: rows (2) and columns (-3) must not be negative",
        illegal(() -> Mask.copyOf(2, -3, new long[2])));
    assertEquals(
        "Mask.copyOf: number of words (3) must equal rows (2) * words of a row (2)",
        illegal(() -> Mask.copyOf(2, 65, new long[3])));
    assertEquals(
        "Mask.copyOf: row 1 keeps column 5, which is not below columns = 3",
        illegal(() -> Mask.copyOf(2, 3, new long[] {7, 1 << 5})));
    assertEquals(192, Mask.copyOf(3, 64, new long[] {-1, -1, -1}).count());
  }

  @Test
  void rejectsMoreWordsThanAnArrayHolds() {
    assertEquals(
        "Mask: 64x2147483647 needs 2147483648 words of 64 bits, an array holds 2^31 - 9",
        illegal(() -> Mask.empty(64, Integer.MAX_VALUE)));
    assertEquals(
        "Mask: 2147483647x2147483600 needs 72057594004373504 words of 64 bits, an array holds 2^31"
            + " - 9",
        illegal(() -> Mask.builder(Integer.MAX_VALUE, Integer.MAX_VALUE - 47)));
    assertEquals(Integer.MAX_VALUE, Mask.empty(0, Integer.MAX_VALUE).columns());
  }

  @Test
  void builderGoesOnAfterBuilding() {
    Mask.Builder builder = Mask.builder(2, 2).keep(0, 0);
    Mask first = builder.build();
    builder.keep(1, 1);
    assertEquals(1, first.count());
    assertEquals(2, builder.build().count());
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "1, 1, 1", "7, 13, 1", "7, 13, 45", "7, 13, 91", "300, 784, 23520"})
  void randomKeepsExactlyTheCountAndTheSameForTheSameSeed(int rows, int columns, long count) {
    long seed = Seed.or(count);
    Mask mask = Mask.random(rows, columns, count, seed);
    assertEquals(count, mask.count());
    assertEquals(mask, Mask.random(rows, columns, count, seed));
    if (count > 0 && count < (long) rows * columns) {
      assertNotEquals(mask, Mask.random(rows, columns, count, seed + 1));
    }
  }

  @Test
  void randomPositionsAreEquallyLikely() {
    int[] kept = new int[12];
    int draws = 6000;
    long seed = Seed.or(77);
    for (int draw = 0; draw < draws; draw++) {
      Mask mask = Mask.random(3, 4, 3, seed + draw);
      for (int p = 0; p < 12; p++) {
        kept[p] += mask.get(p / 4, p % 4) ? 1 : 0;
      }
    }
    // Mean 1500, standard deviation sqrt(6000 / 4 * 3 / 4) = 34; six of them.
    for (int p = 0; p < 12; p++) {
      assertTrue(Math.abs(kept[p] - 1500) < 204, "position " + p + ": " + kept[p]);
    }
  }

  @Test
  void setOperationsWorkBitByBit() {
    Mask a = Mask.of(5, 70, (i, j) -> j % 2 == 0);
    Mask b = Mask.of(5, 70, (i, j) -> j % 3 == 0);
    assertEquals(Mask.of(5, 70, (i, j) -> j % 6 == 0), a.and(b));
    assertEquals(Mask.of(5, 70, (i, j) -> j % 2 == 0 || j % 3 == 0), a.or(b));
    assertEquals(Mask.of(5, 70, (i, j) -> j % 2 == 0 && j % 3 != 0), a.minus(b));
    assertEquals(
        "Mask.and: shapes must be equal; this is 5x70, the other is 70x5",
        illegal(() -> a.and(b.transposed())));
    assertEquals(
        "Mask.or: shapes must be equal; this is 5x70, the other is 5x71",
        illegal(() -> a.or(Mask.empty(5, 71))));
    assertEquals(
        "Mask.minus: shapes must be equal; this is 5x70, the other is 4x70",
        illegal(() -> a.minus(Mask.empty(4, 70))));
  }

  @Test
  void transposedTwiceIsTheMask() {
    Mask mask = Mask.random(37, 101, 500, Seed.or(9));
    Mask transposed = mask.transposed();
    assertEquals(101, transposed.rows());
    for (int i = 0; i < 37; i++) {
      for (int j = 0; j < 101; j++) {
        assertEquals(mask.get(i, j), transposed.get(j, i));
      }
    }
    assertEquals(mask, transposed.transposed());
  }

  @Test
  void sizesAndPositionsMustFit() {
    assertEquals(
        "Mask: rows (-1) and columns (2) must not be negative", illegal(() -> Mask.empty(-1, 2)));
    assertEquals(
        "Mask: rows (2) and columns (-3) must not be negative", illegal(() -> Mask.builder(2, -3)));
    assertEquals(
        "Mask: 2147483647x65 needs 4294967294 words of 64 bits, an array holds 2^31 - 9",
        illegal(() -> Mask.empty(Integer.MAX_VALUE, 65)));
    assertEquals(
        "Mask.random: count (7) must be between 0 and rows * columns (6); the mask is 2x3",
        illegal(() -> Mask.random(2, 3, 7, 0)));
    assertEquals(
        "Mask.random: count (-1) must be between 0 and rows * columns (6); the mask is 2x3",
        illegal(() -> Mask.random(2, 3, -1, 0)));
    Mask mask = Mask.empty(2, 3);
    assertThrows(IndexOutOfBoundsException.class, () -> mask.get(2, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> mask.get(0, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> mask.get(0, -1));
    assertThrows(IndexOutOfBoundsException.class, () -> mask.next(0, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> mask.next(2, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> mask.countRow(2));
    assertThrows(IndexOutOfBoundsException.class, () -> Mask.builder(2, 3).keep(0, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> Mask.builder(2, 3).keep(2, 0));
  }

  @Test
  void equalsComparesShapeAndPositions() {
    assertEquals(Mask.empty(2, 3), Mask.empty(2, 3));
    assertNotEquals(Mask.empty(2, 3), Mask.empty(3, 2));
    assertNotEquals(Mask.empty(2, 3), Mask.full(2, 3));
    assertNotEquals(Mask.empty(2, 3), Mask.empty(2, 4));
    assertFalse(Mask.empty(2, 3).equals("mask"));
  }

  @Test
  void printsAPictureOfASmallMask() {
    assertEquals(
        "Mask 2x3 keeps 3\n1.1\n.1.", Mask.of(2, 3, (i, j) -> (i + j) % 2 == 0).toString());
    assertEquals("Mask 17x3 keeps 51", Mask.full(17, 3).toString());
    assertEquals("Mask 1x65 keeps 0", Mask.empty(1, 65).toString());
  }
}
