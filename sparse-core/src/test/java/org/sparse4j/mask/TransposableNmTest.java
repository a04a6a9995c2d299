package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparse4j.mask.Pictures.illegal;
import static org.sparse4j.mask.Pictures.mask;
import static org.sparse4j.mask.Pictures.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.testing.Seed;

class TransposableNmTest {

  private static final TransposableNm RULE = new TransposableNm(2, 4);

  private static double sum(Mask mask, float[] scores) {
    double sum = 0;
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = 0; j < mask.columns(); j++) {
        sum += mask.get(i, j) ? scores[i * mask.columns() + j] : 0;
      }
    }
    return sum;
  }

  /** All 4 x 4 masks with row and column sums of 2, by their pictures read as binary numbers. */
  private static List<Mask> tiles() {
    List<Mask> tiles = new ArrayList<>();
    for (int number = 0; number < 1 << 16; number++) {
      int bits = number;
      Mask tile = Mask.of(4, 4, (i, j) -> (bits >>> (15 - 4 * i - j) & 1) != 0);
      boolean fits = true;
      for (int i = 0; i < 4; i++) {
        fits &= tile.countRow(i) == 2 && tile.transposed().countRow(i) == 2;
      }
      if (fits) {
        tiles.add(tile);
      }
    }
    return tiles;
  }

  @Test
  void oracleOfTheReference() {
    float[] magnitudes = {9, 1, 2, 8, 7, 3, 6, 5, 4, 9, 1, 2, 1, 6, 8, 4};
    Mask best = RULE.keepLargest(4, 4, magnitudes);
    assertEquals("1001 0011 1100 0110", picture(best));
    assertEquals(55, sum(best, magnitudes));
    assertEquals(55, sum(mask("1001 1010 0101 0110"), magnitudes));
    Mask rowWise = new NmStructure(2, 4).keepLargest(4, 4, magnitudes);
    assertEquals("1001 1010 1100 0110", picture(rowWise));
    assertEquals(57, sum(rowWise, magnitudes));
    assertEquals(
        "TransposableNm: column 0, group 0 keeps 3 values, 2:4 transposable allows 2; apply"
            + " keepLargest first",
        illegal(() -> RULE.check(rowWise)));
  }

  @Test
  void exactOnEveryTileWithTiesToTheFirst() {
    List<Mask> tiles = tiles();
    assertEquals(90, tiles.size());
    long seed = Seed.or(24);
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 500; trial++) {
      float[] scores = new float[16];
      for (int p = 0; p < 16; p++) {
        scores[p] = trial % 2 == 0 ? random.nextInt(-1, 4) : (float) random.nextDouble();
      }
      Mask best = tiles.getFirst();
      for (Mask tile : tiles) {
        best = sum(tile, scores) > sum(best, scores) ? tile : best;
      }
      assertEquals(best, RULE.keepLargest(4, 4, scores), "seed " + seed + ", trial " + trial);
    }
    assertEquals("0011 0011 1100 1100", picture(RULE.keepLargest(4, 4, new float[16])));
  }

  @Test
  void nanComesBeforeInfinityBeforeNumbers() {
    for (int a = 0; a < 16; a++) {
      for (int b = 0; b < 16; b++) {
        if (a != b) {
          float[] scores = new float[16];
          scores[a] = Float.POSITIVE_INFINITY;
          scores[b] = Float.NaN;
          Mask mask = RULE.keepLargest(4, 4, scores);
          assertTrue(mask.get(a / 4, a % 4) && mask.get(b / 4, b % 4), a + ", " + b);
          scores[a] = Float.NEGATIVE_INFINITY;
          mask = RULE.keepLargest(4, 4, scores);
          assertTrue(!mask.get(a / 4, a % 4) && mask.get(b / 4, b % 4), a + ", " + b);
        }
      }
    }
    // Three in a row: NaN and the first infinity that fits.
    float[] crowded = new float[16];
    crowded[0] = Float.POSITIVE_INFINITY;
    crowded[1] = Float.POSITIVE_INFINITY;
    crowded[2] = Float.NaN;
    crowded[4] = Float.MAX_VALUE;
    Mask mask = RULE.keepLargest(4, 4, crowded);
    assertTrue(mask.get(0, 2) && mask.get(0, 0) != mask.get(0, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 4, 16, 24",
    "2, 4, 7, 10",
    "2, 4, 1, 3",
    "2, 4, 5, 1",
    "1, 4, 8, 12",
    "4, 8, 17, 23",
    "3, 7, 15, 16",
    "8, 16, 33, 31",
    "4, 4, 6, 9",
    "5, 6, 13, 13",
    "2, 100, 9, 7"
  })
  void everyTileKeepsAsManyAsItCan(int n, int m, int rows, int columns) {
    TransposableNm rule = new TransposableNm(n, m);
    long count = 0;
    for (int row = 0; row < rows; row += m) {
      for (int column = 0; column < columns; column += m) {
        int height = Math.min(m, rows - row);
        int width = Math.min(m, columns - column);
        count += Math.min(height * Math.min(n, width), width * Math.min(n, height));
      }
    }
    for (int trial = 0; trial < 30; trial++) {
      long seed = Seed.or(100L * trial + n);
      float[] scores = Pictures.ties(seed, rows * columns, 2 + trial);
      Mask mask = rule.keepLargest(rows, columns, scores);
      rule.check(mask);
      new NmStructure(n, m).check(mask);
      new NmStructure(n, m).check(mask.transposed());
      assertEquals(count, mask.count(), "seed " + seed);
      assertEquals(mask, rule.keepLargest(rows, columns, scores));
    }
  }

  @Test
  void greedyTilesAreRepairedByTheBestExchange() {
    // Greedy takes 9, 8 and 1 of a 1:3 tile: no repair needed.
    assertEquals(
        "100 010 001",
        picture(
            new TransposableNm(1, 3).keepLargest(3, 3, new float[] {9, 0, 0, 0, 8, 0, 0, 0, 1})));
    // 2:3 with five large scores that leave row 2 and column 2 short: (2, 2) stays, and the
    // exchange drops what costs least.
    float[] scores = {9, 8, 0, 7, 6, 1, 2, 3, 5};
    Mask mask = new TransposableNm(2, 3).keepLargest(3, 3, scores);
    // Exchanges: keep (2, 1), drop (0, 1), keep (0, 2): 3 - 8 + 0; or drop (1, 1), keep (1, 2):
    // 3 - 6 + 1; or by column 0: 2 - 9 + 0 and 2 - 7 + 1.
    assertEquals("110 101 011", picture(mask));
    float[] odd = {9, 8, Float.NaN, 7, Float.NaN, 1, 2, 3, Float.NaN};
    new TransposableNm(2, 3).check(new TransposableNm(2, 3).keepLargest(3, 3, odd));
    assertEquals(6, new TransposableNm(2, 3).keepLargest(3, 3, odd).count());
  }

  @Test
  void greedyStaysBelowTheBestAndAboveItsHalf() {
    // Of a tile under 2:4, solved both ways: by enumeration and as the corner of a larger group.
    long seed = Seed.or(9);
    List<Mask> tiles = tiles();
    for (int trial = 0; trial < 100; trial++) {
      float[] scores = Pictures.ties(seed + trial, 16, 10);
      double best = tiles.stream().mapToDouble(tile -> sum(tile, scores)).max().orElseThrow();
      Mask greedy = new TransposableNm(2, 5).keepLargest(4, 4, scores);
      assertEquals(8, greedy.count());
      assertTrue(sum(greedy, scores) >= best / 2, "seed " + (seed + trial));
      assertTrue(sum(greedy, scores) <= best, "seed " + (seed + trial));
    }
  }

  @Test
  void checkLooksAlongBothDirections() {
    RULE.check(mask("11001 11001 00110"));
    RULE.check(Mask.empty(0, 7));
    RULE.check(Mask.empty(7, 0));
    assertEquals(
        "TransposableNm: row 1, group 1 keeps 3 values, 2:4 transposable allows 2; apply"
            + " keepLargest first",
        illegal(() -> RULE.check(mask("1100000 0000111"))));
    assertEquals(
        "TransposableNm: column 5, group 0 keeps 3 values, 2:4 transposable allows 2; apply"
            + " keepLargest first",
        illegal(() -> RULE.check(mask("0000010 0000010 0000010"))));
  }

  @Test
  void sizesMustFit() {
    assertEquals(
        "TransposableNm: n (5) must be between 1 and m (4)",
        illegal(() -> new TransposableNm(5, 4)));
    assertEquals(
        "TransposableNm: number of scores (7) must equal rows * columns (8); the matrix is 2x4",
        illegal(() -> RULE.keepLargest(2, 4, new float[7])));
    assertEquals(0, RULE.keepLargest(0, 4, new float[0]).count());
    assertEquals(0, RULE.keepLargest(4, 0, new float[0]).count());
  }
}
