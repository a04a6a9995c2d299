package org.sparse4j.mask;

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
      for (int start = 0; start < mask.columns(); start += m) {
        int kept = 0;
        int end = Math.min(mask.columns(), start + m);
        for (int j = mask.next(i, start); j >= 0 && j < end; j = mask.next(i, j + 1)) {
          kept++;
        }
        if (kept > n) {
          throw new IllegalArgumentException(
              "NmStructure: row "
                  + i
                  + ", group "
                  + start / m
                  + " keeps "
                  + kept
                  + " values, "
                  + this
                  + " allows "
                  + n
                  + "; apply keepLargest first");
        }
      }
    }
  }

  @Override
  public Mask keepLargest(int rows, int columns, float[] scores) {
    Scores.requireLength("NmStructure", rows, columns, scores);
    return Mask.of(
        rows,
        columns,
        (i, j) -> {
          int start = j - j % m;
          int end = Math.min(columns, start + m);
          long own = Scores.descendingKey(scores[i * columns + j], j);
          int ahead = 0;
          for (int other = start; other < end; other++) {
            if (Scores.descendingKey(scores[i * columns + other], other) < own) {
              ahead++;
            }
          }
          return ahead < n;
        });
  }

  /** Returns the rule as the field writes it, for example {@code 2:4}. */
  @Override
  public String toString() {
    return n + ":" + m;
  }
}
