package org.sparse4j.mask;

import java.util.Arrays;
import java.util.BitSet;

/**
 * V:N:M sparsity: N:M along the rows, with a choice of columns that {@code v} neighbouring rows
 * share, so that a kernel loads an input once for all of them.
 *
 * <p>Blocks of rows start at multiples of v, the last may have fewer; groups of columns start at
 * multiples of m. The rows of a block together keep at most n columns of a group; a last group of
 * {@code t < m} columns keeps at most {@code min(n, t)}. A row may keep fewer than the block does.
 *
 * <p>The rule that every row of a block shares all its columns is a simplification of Castro et
 * al., VENOM: A Vectorized N:M Format for Unleashing the Power of Sparse Tensor Cores, 2023 (arXiv
 * 2310.02065), who choose 4 columns of m for a block and 2 of those 4 for each row.
 *
 * @param v rows of a block, at least 1
 * @param n columns kept in a group, at least 1
 * @param m columns of a group, at least n
 */
public record VnmStructure(int v, int n, int m) implements Structure {

  /**
   * Creates the rule.
   *
   * @throws IllegalArgumentException unless {@code 1 <= v} and {@code 1 <= n <= m}
   */
  public VnmStructure {
    if (v < 1) {
      throw new IllegalArgumentException("VnmStructure: v (" + v + ") must be at least 1");
    }
    if (n < 1 || n > m) {
      throw new IllegalArgumentException(
          "VnmStructure: n (" + n + ") must be between 1 and m (" + m + ")");
    }
  }

  @Override
  public void check(Mask mask) {
    BitSet kept = new BitSet(mask.columns());
    int end;
    for (int start = 0; start < mask.rows(); start = end) {
      end = start + Math.min(v, mask.rows() - start);
      kept.clear();
      for (int i = start; i < end; i++) {
        for (int j = mask.next(i, 0); j >= 0; j = mask.next(i, j + 1)) {
          kept.set(j);
        }
      }
      checkBlock(kept, start, end);
    }
  }

  private void checkBlock(BitSet kept, int start, int end) {
    for (int j = kept.nextSetBit(0); j >= 0; ) {
      int group = j / m;
      int count = 0;
      while (j >= 0 && j / m == group) {
        count++;
        j = kept.nextSetBit(j + 1);
      }
      if (count > n) {
        throw new IllegalArgumentException(
            "VnmStructure: rows "
                + start
                + " to "
                + (end - 1)
                + ", group "
                + group
                + " keep "
                + count
                + " columns, "
                + this
                + " allows "
                + n
                + "; apply keepLargest first");
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>A column of a block counts the sum of its scores over the block's rows, taken in double from
   * the first row to the last; all rows of a block keep the same columns. Infinities of both signs
   * sum to NaN and count as largest.
   */
  @Override
  public Mask keepLargest(int rows, int columns, float[] scores) {
    Scores.requireLength("VnmStructure", rows, columns, scores);
    long[] words = Mask.words(rows, columns);
    double[] sums = new double[columns];
    long[] kept = new long[Mask.wordsPerRow(columns)];
    int end;
    for (int start = 0; start < rows; start = end) {
      end = start + Math.min(v, rows - start);
      Arrays.fill(sums, 0);
      Arrays.fill(kept, 0);
      for (int i = start; i < end; i++) {
        for (int j = 0; j < columns; j++) {
          sums[j] += scores[i * columns + j];
        }
      }
      int size;
      for (int from = 0; from < columns; from += size) {
        size = Math.min(m, columns - from);
        Selection.largest(sums, from, from + size, Math.min(n, size), kept);
      }
      for (int i = start; i < end; i++) {
        System.arraycopy(kept, 0, words, i * kept.length, kept.length);
      }
    }
    return Mask.trusted(rows, columns, words);
  }

  /** Returns the rule as the field writes it, for example {@code 8:2:4}. */
  @Override
  public String toString() {
    return v + ":" + n + ":" + m;
  }
}
