package org.sparse4j.mask;

import java.util.Arrays;

/**
 * N:M sparsity: of every {@code m} neighbouring positions of a row at most {@code n} are kept, so
 * 2:4 is {@code new NmStructure(2, 4)}.
 *
 * <p>Groups start at multiples of m. A last group of {@code t < m} positions keeps at most {@code
 * min(n, t)}.
 *
 * @param n positions kept in a group, at least 1
 * @param m positions of a group, at least n
 */
public record NmStructure(int n, int m) implements Structure {

  /**
   * Creates the rule.
   *
   * @throws IllegalArgumentException unless {@code 1 <= n <= m}
   */
  public NmStructure {
    if (n < 1 || n > m) {
      throw new IllegalArgumentException(
          "NmStructure: n (" + n + ") must be between 1 and m (" + m + ")");
    }
  }

  @Override
  public void check(Mask mask) {
    for (int i = 0; i < mask.rows(); i++) {
      int group = -1;
      int kept = 0;
      for (int j = mask.next(i, 0); j >= 0; j = mask.next(i, j + 1)) {
        kept = j / m == group ? kept + 1 : 1;
        group = j / m;
        if (kept > n) {
          throw new IllegalArgumentException(
              "NmStructure: row "
                  + i
                  + ", group "
                  + group
                  + " keeps "
                  + count(mask, i, group)
                  + " values, "
                  + this
                  + " allows "
                  + n
                  + "; apply keepLargest first");
        }
      }
    }
  }

  private int count(Mask mask, int row, int group) {
    int count = 0;
    for (int j = mask.next(row, group * m); j >= 0 && j / m == group; j = mask.next(row, j + 1)) {
      count++;
    }
    return count;
  }

  @Override
  public Mask keepLargest(int rows, int columns, float[] scores) {
    Scores.requireLength("NmStructure", rows, columns, scores);
    Mask.Builder mask = Mask.builder(rows, columns);
    long[] keys = new long[Math.min(m, columns)];
    for (int i = 0; i < rows; i++) {
      int size;
      for (int start = 0; start < columns; start += size) {
        size = Math.min(m, columns - start);
        for (int t = 0; t < size; t++) {
          keys[t] = Scores.descendingKey(scores[i * columns + start + t], start + t);
        }
        Arrays.sort(keys, 0, size);
        for (int t = 0; t < Math.min(n, size); t++) {
          mask.keep(i, (int) keys[t]);
        }
      }
    }
    return mask.build();
  }

  /** Returns the rule as the field writes it, for example {@code 2:4}. */
  @Override
  public String toString() {
    return n + ":" + m;
  }
}
