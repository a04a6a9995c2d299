package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.testing.ScoreCases;
import org.sparse4j.testing.Seed;
import org.sparse4j.testing.SortedRules;

class SelectionTest {

  private static final int[][] SHAPES = {
    {0, 0}, {0, 5}, {5, 0}, {1, 1}, {1, 3}, {3, 1}, {4, 4}, {5, 7}, {8, 12}, {7, 13}, {3, 16},
    {9, 17}, {4, 31}, {5, 64}, {6, 65}, {16, 127}, {3, 257}
  };

  @ParameterizedTest
  @EnumSource(ScoreCases.class)
  void rulesGiveTheMasksOfSorting(ScoreCases kind) {
    Random random = new Random(Seed.or(5));
    for (int[] shape : SHAPES) {
      int rows = shape[0];
      int columns = shape[1];
      float[] scores = kind.scores(rows * columns, random);
      for (Structure rule : rules(rows, columns)) {
        assertEquals(
            SortedRules.keepLargest(rule, rows, columns, scores),
            rule.keepLargest(rows, columns, scores),
            () -> rule + " of " + rows + "x" + columns + " " + kind);
      }
    }
  }

  private static Structure[] rules(int rows, int columns) {
    int size = rows * columns;
    return new Structure[] {
      new Unstructured(0),
      new Unstructured(size / 10),
      new Unstructured(size / 2),
      new Unstructured(size),
      new ConstantFanIn(columns / 3),
      new ConstantFanIn(columns),
      new NmStructure(1, 1),
      new NmStructure(1, 2),
      new NmStructure(1, 4),
      new NmStructure(2, 4),
      new NmStructure(3, 4),
      new NmStructure(4, 4),
      new NmStructure(2, 5),
      new NmStructure(4, 8),
      new NmStructure(3, 16),
      new NmStructure(5, 17),
      new NmStructure(9, 100),
      new VnmStructure(1, 2, 4),
      new VnmStructure(4, 2, 8),
      new VnmStructure(3, 7, 40),
      new TransposableNm(2, 4)
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 11, 12, 13, 14, 100, 1000})
  void smallestComeToTheFront(int size) {
    Random random = new Random(Seed.or(6));
    for (int distinct : new int[] {1, 3, Integer.MAX_VALUE}) {
      long[] keys = random.longs(size + 2, -distinct, distinct).toArray();
      keys[0] = Long.MAX_VALUE;
      keys[size + 1] = Long.MIN_VALUE;
      long[] sorted = Arrays.copyOfRange(keys, 1, size + 1);
      Arrays.sort(sorted);
      for (int count : new int[] {0, 1, size / 2, size - 1, size}) {
        long[] moved = keys.clone();
        Selection.smallest(moved, 1, size + 1, count);
        long[] front = Arrays.copyOfRange(moved, 1, 1 + count);
        if (count > 0) {
          assertEquals(sorted[count - 1], front[count - 1]);
        }
        Arrays.sort(front);
        assertArrayEquals(Arrays.copyOf(sorted, count), front);
        assertEquals(Long.MAX_VALUE, moved[0]);
        assertEquals(Long.MIN_VALUE, moved[size + 1]);
        Arrays.sort(moved, 1, size + 1);
        assertArrayEquals(sorted, Arrays.copyOfRange(moved, 1, size + 1));
      }
    }
  }

  /** Musser's sequence, on which a median of three picks the second smallest time after time. */
  @Test
  void anAdversaryDoesNotMakeItQuadratic() {
    int size = 200_000;
    long[] keys = new long[size];
    for (int k = 0; k < size / 2; k++) {
      keys[k] = k % 2 == 0 ? k : size / 2 + k - 1;
      keys[size / 2 + k] = 2L * k + 1;
    }
    long[] sorted = keys.clone();
    Arrays.sort(sorted);
    long start = System.nanoTime();
    Selection.smallest(keys, 0, size, size / 2);
    assertTrue(System.nanoTime() - start < 2_000_000_000L);
    assertEquals(sorted[size / 2 - 1], keys[size / 2 - 1]);
  }

  @Test
  void ranksAscendWithScores() {
    float[] ascending = {
      Float.NEGATIVE_INFINITY,
      -Float.MAX_VALUE,
      -1,
      -Float.MIN_VALUE,
      0,
      Float.MIN_VALUE,
      1,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NaN
    };
    for (int k = 1; k < ascending.length; k++) {
      assertTrue(Selection.rank(ascending[k - 1]) < Selection.rank(ascending[k]));
    }
    assertEquals(Selection.rank(0f), Selection.rank(-0f));
    assertEquals(Selection.rank(Float.NaN), Selection.rank(Float.intBitsToFloat(0xffffffff)));
    assertTrue(Selection.rank(Float.NEGATIVE_INFINITY) > Integer.MIN_VALUE + 1);
    assertTrue(Selection.rank(Float.NaN) < Integer.MAX_VALUE);
  }

  @Test
  void rejectsCountsOutOfRange() {
    assertEquals(
        "Selection: count (4) must be between 0 and to - from (3)",
        assertThrows(IllegalArgumentException.class, () -> Selection.smallest(new long[5], 1, 4, 4))
            .getMessage());
    assertEquals(
        "Selection: count (3) must be between 0 and to - from (2)",
        assertThrows(
                IllegalArgumentException.class,
                () -> Selection.largest(new double[5], 1, 3, 3, new long[1]))
            .getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> Selection.smallest(new long[5], 4, 6, 1));
  }
}
