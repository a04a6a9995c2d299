package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.testing.Seed;

class UnstructuredTest {

  private static String picture(Mask mask) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = 0; j < mask.columns(); j++) {
        text.append(mask.get(i, j) ? '1' : '0');
      }
    }
    return text.toString();
  }

  private static String illegal(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }

  /** Zero counts of the reference code, floor(S n), and of its tests. */
  @ParameterizedTest
  @CsvSource({
    "30, 4, 0.5, 60",
    "2, 4, 0.8, 2",
    "1, 30, 0.1, 27",
    "300, 784, 0.9, 23520",
    "300, 784, 0.98, 4704",
    "10, 10, 0.29, 72",
    "7, 13, 0, 91",
    "7, 13, 1, 0",
    "0, 13, 0.5, 0",
    "1, 1, 0.999, 1",
  })
  void keepsAllButFloorOfSparsityTimesSize(int rows, int columns, double sparsity, long count) {
    Unstructured rule = Unstructured.ofSparsity(rows, columns, sparsity);
    assertEquals(count, rule.count());
    float[] scores = new float[rows * columns];
    assertEquals(count, rule.keepLargest(rows, columns, scores).count());
  }

  @Test
  void lowerPositionsWinTies() {
    float[] ones = {1, 1, 1, 1, 1, 1, 1, 1};
    assertEquals("11110000", picture(Unstructured.ofSparsity(1, 8, 0.5).keepLargest(1, 8, ones)));
    assertEquals("11110000", picture(Unstructured.ofSparsity(4, 2, 0.5).keepLargest(4, 2, ones)));
  }

  @Test
  void reproducesTheReferenceSelection() {
    float[] scores = {1, .5f, .3f, .2f, 1, 1.5f, 1.8f, 2, 1, 1};
    assertEquals(
        "1000111100", picture(Unstructured.ofSparsity(1, 10, 0.5).keepLargest(1, 10, scores)));
    assertEquals(
        "1000111100", picture(Unstructured.ofSparsity(5, 2, 0.5).keepLargest(5, 2, scores)));
  }

  @Test
  void nanIsKeptFirst() {
    float[] scores = {Float.POSITIVE_INFINITY, Float.NaN, 3};
    assertEquals("010", picture(new Unstructured(1).keepLargest(1, 3, scores)));
  }

  @Test
  void whatItSelectsPassesItsCheckAndNothingElse() {
    Unstructured rule = new Unstructured(40);
    long seed = Seed.or(3);
    rule.check(Mask.random(11, 13, 40, seed));
    assertEquals(
        "Unstructured: the mask keeps 39 positions, the rule wants 40",
        illegal(() -> rule.check(Mask.random(11, 13, 39, seed))));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
  void sparsityMustBeAFraction(double sparsity) {
    assertEquals(
        "Unstructured: sparsity (" + sparsity + ") must be between 0 and 1",
        illegal(() -> Unstructured.ofSparsity(2, 2, sparsity)));
  }

  @Test
  void sizesMustFit() {
    assertEquals(
        "Unstructured: count (-1) must not be negative", illegal(() -> new Unstructured(-1)));
    assertEquals(
        "Unstructured: rows (-1) and columns (3) must not be negative",
        illegal(() -> Unstructured.ofSparsity(-1, 3, 0.5)));
    assertEquals(
        "Unstructured: count (7) must be at most rows * columns (6); the matrix is 2x3",
        illegal(() -> new Unstructured(7).keepLargest(2, 3, new float[6])));
    assertEquals(
        "Unstructured: number of scores (5) must equal rows * columns (6); the matrix is 2x3",
        illegal(() -> new Unstructured(2).keepLargest(2, 3, new float[5])));
    assertEquals(
        "Unstructured: number of scores (0) must equal rows * columns (4611686014132420609); the"
            + " matrix is 2147483647x2147483647",
        illegal(() ->
            new Unstructured(0).keepLargest(Integer.MAX_VALUE, Integer.MAX_VALUE, new float[0])));
  }
}
