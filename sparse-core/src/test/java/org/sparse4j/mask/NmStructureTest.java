package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sparse4j.mask.Pictures.illegal;
import static org.sparse4j.mask.Pictures.picture;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.testing.Seed;

class NmStructureTest {

  @Test
  void keepsTheLargestOfEveryGroupWithTiesToTheLeft() {
    float[] scores = {1, 3, 2, 0, 5, 5, 5, 5, -1, -2, 0, -0f, Float.NaN, 1, 9, 8};
    assertEquals("0110 1100 0011 1010", picture(new NmStructure(2, 4).keepLargest(4, 4, scores)));
    assertEquals("01101100 00111010", picture(new NmStructure(2, 4).keepLargest(2, 8, scores)));
    assertEquals("0100100000101000", picture(new NmStructure(1, 4).keepLargest(1, 16, scores)));
    assertEquals("0000000000001000", picture(new NmStructure(1, 100).keepLargest(1, 16, scores)));
  }

  /** Rows and masks of the JAX port of N:M sparsity that do not depend on its rule for ties. */
  @Test
  void oraclesOfTheReference() {
    float[] scores = {
      .69f, .37f, .96f, .81f, .79f, .55f, .88f, .53f, .66f, .88f, .4f, .83f, .13f, .8f, .91f, .96f,
      .34f, .17f, .07f, .74f, .13f, .13f, .83f, .76f, .13f, .92f, .25f, .75f, .37f, .42f, .65f, .46f
    };
    assertEquals(
        "0011 1010 0101 0011 1001 0011 0101 0011",
        picture(new NmStructure(2, 4).keepLargest(8, 4, scores)));
  }

  @Test
  void shortLastGroupKeepsAtMostAsManyAsItHas() {
    float[] scores = {1, 2, 3, 4, 9, 3, 2, 1, 0, 7};
    assertEquals("00111 11001", picture(new NmStructure(2, 4).keepLargest(2, 5, scores)));
    assertEquals("11111 11111", picture(new NmStructure(4, 4).keepLargest(2, 5, scores)));
    new NmStructure(2, 4).check(new NmStructure(2, 4).keepLargest(2, 5, scores));
    // Two columns left over: both may stay.
    new NmStructure(2, 4).check(Mask.of(1, 6, (i, j) -> j >= 4));
    assertEquals(
        "NmStructure: row 0, group 1 keeps 2 values, 1:4 allows 1; apply keepLargest first",
        illegal(() -> new NmStructure(1, 4).check(Mask.of(1, 6, (i, j) -> j >= 4))));
  }

  @Test
  void checkNamesTheFirstGroupThatBreaksTheRule() {
    Mask mask = Mask.of(13, 16, (i, j) -> i < 12 ? j % 2 == 0 : j != 12);
    assertEquals(
        "NmStructure: row 12, group 0 keeps 4 values, 2:4 allows 2; apply keepLargest first",
        illegal(() -> new NmStructure(2, 4).check(mask)));
    Mask late = Mask.of(13, 16, (i, j) -> i == 12 && j > 12);
    assertEquals(
        "NmStructure: row 12, group 3 keeps 3 values, 2:4 allows 2; apply keepLargest first",
        illegal(() -> new NmStructure(2, 4).check(late)));
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 4", "1, 4", "4, 8", "3, 7", "16, 64", "5, 1000"})
  void whatItSelectsPassesItsCheck(int n, int m) {
    NmStructure rule = new NmStructure(n, m);
    long seed = Seed.or(n * 1000L + m);
    Random random = new Random(seed);
    float[] scores = new float[11 * 67];
    for (int p = 0; p < scores.length; p++) {
      scores[p] = random.nextInt(5);
    }
    Mask mask = rule.keepLargest(11, 67, scores);
    rule.check(mask);
    int groups = 67 / m;
    assertEquals(11L * (groups * n + Math.min(n, 67 % m)), mask.count(), "seed " + seed);
  }

  @Test
  void groupsFarBeyondTheRowDoNotOverflow() {
    NmStructure rule = new NmStructure(1, Integer.MAX_VALUE);
    Mask two = Mask.full(2, 70);
    assertEquals(
        "NmStructure: row 0, group 0 keeps 70 values, 1:2147483647 allows 1; apply keepLargest"
            + " first",
        illegal(() -> rule.check(two)));
    assertEquals(2, rule.keepLargest(2, 70, new float[140]).count());
  }

  @Test
  void emptyMatricesAreFine() {
    NmStructure rule = new NmStructure(2, 4);
    assertEquals(0, rule.keepLargest(0, 5, new float[0]).count());
    assertEquals(0, rule.keepLargest(5, 0, new float[0]).count());
    rule.check(Mask.empty(3, 0));
  }

  @Test
  void sizesMustFit() {
    assertEquals(
        "NmStructure: n (5) must be between 1 and m (4)", illegal(() -> new NmStructure(5, 4)));
    assertEquals(
        "NmStructure: n (0) must be between 1 and m (4)", illegal(() -> new NmStructure(0, 4)));
    assertEquals(
        "NmStructure: number of scores (7) must equal rows * columns (8); the matrix is 2x4",
        illegal(() -> new NmStructure(2, 4).keepLargest(2, 4, new float[7])));
    assertEquals("2:4", new NmStructure(2, 4).toString());
  }
}
