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
    long[] words = Mask.words(rows, columns);
    int perRow = Mask.wordsPerRow(columns);
    int size = Math.min(m, columns);
    int[] ranks = new int[Math.min(size, Selection.FEW)];
    int[] better = new int[ranks.length];
    long[] keys = new long[size > Selection.FEW ? size : 0];
    for (int i = 0; i < rows; i++) {
      int word = i * perRow;
      int start = 0;
      if (m == 4) {
        for (; start + 4 <= columns; start += 4) {
          words[word + (start >> 6)] |= (long) keepOfFour(scores, i * columns + start) << start;
        }
      }
      for (; start < columns; start += size) {
        size = Math.min(m, columns - start);
        if (size <= Selection.FEW) {
          keepByCounting(scores, i * columns, start, size, ranks, better, words, word);
        } else {
          keepBySelection(scores, i * columns, start, size, keys, words, word);
        }
      }
    }
    return Mask.trusted(rows, columns, words);
  }

  /** The bits to keep of four scores: those that fewer than n of the others beat. */
  private int keepOfFour(float[] scores, int at) {
    int a = Selection.rank(scores[at]);
    int b = Selection.rank(scores[at + 1]);
    int c = Selection.rank(scores[at + 2]);
    int d = Selection.rank(scores[at + 3]);
    int ab = b > a ? 1 : 0;
    int ac = c > a ? 1 : 0;
    int ad = d > a ? 1 : 0;
    int bc = c > b ? 1 : 0;
    int bd = d > b ? 1 : 0;
    int cd = d > c ? 1 : 0;
    return (ab + ac + ad < n ? 1 : 0)
        | (1 - ab + bc + bd < n ? 2 : 0)
        | (2 - ac - bc + cd < n ? 4 : 0)
        | (3 - ad - bd - cd < n ? 8 : 0);
  }

  private void keepByCounting(
      float[] scores,
      int row,
      int start,
      int size,
      int[] ranks,
      int[] better,
      long[] words,
      int word) {
    for (int t = 0; t < size; t++) {
      ranks[t] = Selection.rank(scores[row + start + t]);
      better[t] = t;
      for (int s = 0; s < t; s++) {
        int later = ranks[t] > ranks[s] ? 1 : 0;
        better[s] += later;
        better[t] -= later;
      }
    }
    for (int t = 0; t < size; t++) {
      if (better[t] < n) {
        int column = start + t;
        words[word + (column >> 6)] |= 1L << column;
      }
    }
  }

  private void keepBySelection(
      float[] scores, int row, int start, int size, long[] keys, long[] words, int word) {
    for (int t = 0; t < size; t++) {
      keys[t] = Scores.descendingKey(scores[row + start + t], start + t);
    }
    int kept = Math.min(n, size);
    Selection.smallest(keys, 0, size, kept);
    for (int t = 0; t < kept; t++) {
      int column = (int) keys[t];
      words[word + (column >> 6)] |= 1L << column;
    }
  }

  /** Returns the rule as the field writes it, for example {@code 2:4}. */
  @Override
  public String toString() {
    return n + ":" + m;
  }
}
