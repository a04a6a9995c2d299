package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparse4j.mask.Pictures.illegal;
import static org.sparse4j.mask.Pictures.mask;
import static org.sparse4j.mask.Pictures.picture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.testing.Seed;

class VnmStructureTest {

  @Test
  void rowsOfABlockShareTheColumnsWithTheLargestSums() {
    float[] scores = {
      1, 2, 3, 0, 9, 1,
      4, 3, 1, 0, 0, 1,
      1, 1, 1, 1, 2, 3,
    };
    // Column sums of the first block: 5 5 4 0 | 9 2; the last block has one row, all ties.
    assertEquals(
        "110011 110011 110011", picture(new VnmStructure(2, 2, 4).keepLargest(3, 6, scores)));
    assertEquals(
        "100010 100010 100001", picture(new VnmStructure(2, 1, 4).keepLargest(3, 6, scores)));
    assertEquals(
        picture(new NmStructure(2, 4).keepLargest(3, 6, scores)),
        picture(new VnmStructure(1, 2, 4).keepLargest(3, 6, scores)));
  }

  @Test
  void sumsThatFloatCannotTellApartAreToldApart() {
    float[] scores = {0x1p24f, 0x1p24f, 0, 1, 0, 1, 0, 0};
    assertEquals("0100 0100", picture(new VnmStructure(2, 1, 4).keepLargest(2, 4, scores)));
    float[] odd = {1, Float.NaN, Float.POSITIVE_INFINITY, 0, 1, 0, 0, Float.NEGATIVE_INFINITY};
    assertEquals("0110 0110", picture(new VnmStructure(2, 2, 4).keepLargest(2, 4, odd)));
    assertEquals("0100 0100", picture(new VnmStructure(2, 1, 4).keepLargest(2, 4, odd)));
    float[] zeros = {-0f, 0, -0f, 0};
    assertEquals("1100", picture(new VnmStructure(1, 2, 4).keepLargest(1, 4, zeros)));
  }

  @Test
  void checkCountsTheColumnsOfAllRowsOfABlock() {
    VnmStructure rule = new VnmStructure(2, 2, 4);
    rule.check(mask("100011 010011 001100"));
    rule.check(Mask.empty(5, 9));
    assertEquals(
        "VnmStructure: rows 0 to 1, group 0 keep 3 columns, 2:2:4 allows 2; apply keepLargest"
            + " first",
        illegal(() -> rule.check(mask("110011 011011 001100"))));
    assertEquals(
        "VnmStructure: rows 2 to 2, group 1 keep 3 columns, 2:2:4 allows 2; apply keepLargest"
            + " first",
        illegal(() -> rule.check(mask("1100110 1100110 0011111"))));
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 4", "8, 2, 4", "4, 1, 8", "16, 3, 7", "5, 4, 4", "100, 2, 100"})
  void whatItSelectsPassesItsCheckAndIsTheBest(int v, int n, int m) {
    long seed = Seed.or(v * 100 + n * 10 + m);
    int rows = 17;
    int columns = 37;
    float[] scores = Pictures.ties(seed, rows * columns, 4);
    VnmStructure rule = new VnmStructure(v, n, m);
    Mask mask = rule.keepLargest(rows, columns, scores);
    rule.check(mask);
    for (int start = 0; start < rows; start += v) {
      for (int j = 0; j < columns; j++) {
        // A column is kept if fewer than n of its group beat it, or tie with it from the left.
        int better = 0;
        for (int other = j / m * m; other < Math.min(columns, j / m * m + m); other++) {
          double mine = sum(scores, start, Math.min(rows, start + v), columns, j);
          double its = sum(scores, start, Math.min(rows, start + v), columns, other);
          better += its > mine || (its == mine && other < j) ? 1 : 0;
        }
        for (int i = start; i < Math.min(rows, start + v); i++) {
          assertEquals(better < n, mask.get(i, j), i + ", " + j + ", seed " + seed);
        }
      }
    }
    assertTrue(mask.count() > 0);
  }

  private static double sum(float[] scores, int from, int to, int columns, int column) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += scores[i * columns + column];
    }
    return sum;
  }

  @Test
  void sizesMustFit() {
    assertEquals(
        "VnmStructure: v (0) must be at least 1", illegal(() -> new VnmStructure(0, 2, 4)));
    assertEquals(
        "VnmStructure: n (5) must be between 1 and m (4)",
        illegal(() -> new VnmStructure(8, 5, 4)));
    assertEquals(
        "VnmStructure: number of scores (7) must equal rows * columns (8); the matrix is 2x4",
        illegal(() -> new VnmStructure(8, 2, 4).keepLargest(2, 4, new float[7])));
    VnmStructure large = new VnmStructure(Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    assertEquals(3, large.keepLargest(3, 5, new float[15]).count());
    large.check(large.keepLargest(3, 5, new float[15]));
    assertEquals(0, large.keepLargest(0, 5, new float[0]).count());
    assertEquals(0, large.keepLargest(5, 0, new float[0]).count());
  }
}
