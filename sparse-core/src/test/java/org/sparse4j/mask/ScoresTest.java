package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ScoresTest {

  private static int[] order(float... scores) {
    long[] keys = new long[scores.length];
    for (int p = 0; p < keys.length; p++) {
      keys[p] = Scores.descendingKey(scores[p], p);
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  @Test
  void largerComesFirstWithNanAboveAll() {
    float[] scores = {
      -1,
      Float.NEGATIVE_INFINITY,
      0,
      Float.NaN,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.MIN_VALUE,
      -Float.MIN_VALUE
    };
    assertArrayEquals(new int[] {3, 5, 4, 6, 2, 7, 0, 1}, order(scores));
  }

  @Test
  void tiesGoToTheLowerPosition() {
    assertArrayEquals(new int[] {1, 3, 0, 2}, order(1, 2, 1, 2));
  }

  @Test
  void zerosOfBothSignsTie() {
    assertArrayEquals(new int[] {0, 1, 2, 3}, order(-0f, 0f, -0f, 0f));
  }

  @Test
  void everyNanTies() {
    float negative = Float.intBitsToFloat(0xffc00001);
    assertArrayEquals(
        new int[] {0, 1, 2, 3}, order(negative, Float.NaN, negative, Float.POSITIVE_INFINITY));
  }

  @Test
  void keyGivesThePositionBack() {
    assertEquals(Integer.MAX_VALUE, (int) Scores.descendingKey(-3, Integer.MAX_VALUE));
    assertTrue(
        Scores.descendingKey(5, Integer.MAX_VALUE) < Scores.descendingKey(Math.nextDown(5f), 0));
  }
}
