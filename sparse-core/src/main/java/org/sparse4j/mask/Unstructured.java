package org.sparse4j.mask;

/**
 * Any positions, {@code count} of them in all.
 *
 * @param count positions to keep
 */
public record Unstructured(long count) implements Structure {

  /**
   * Creates the rule.
   *
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public Unstructured {
    if (count < 0) {
      throw new IllegalArgumentException(
          "Unstructured: count (" + count + ") must not be negative");
    }
  }

  /**
   * Returns the rule that keeps {@code n - floor(sparsity * n)} of n positions, the zero count of
   * the code of Evci et al., Rigging the Lottery, 2020 (arXiv 1911.11134); the product is rounded
   * to double as there, so 0.29 of 100 positions drops 28.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param sparsity fraction to drop, in [0, 1]
   * @return the rule with its exact count
   * @throws IllegalArgumentException if {@code sparsity} is not in [0, 1] or a size is negative
   */
  public static Unstructured ofSparsity(int rows, int columns, double sparsity) {
    Scores.requireSize("Unstructured", rows, columns);
    Scores.requireSparsity("Unstructured", sparsity);
    long size = (long) rows * columns;
    return new Unstructured(size - (long) Math.floor(sparsity * size));
  }

  @Override
  public void check(Mask mask) {
    if (mask.count() != count) {
      throw new IllegalArgumentException(
          "Unstructured: the mask keeps " + mask.count() + " positions, the rule wants " + count);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>O(rows * columns): the threshold is found by three passes over the digits of the scores.
   *
   * @throws IllegalArgumentException if the array's length does not fit, or if {@code count} is
   *     above {@code rows * columns}
   */
  @Override
  public Mask keepLargest(int rows, int columns, float[] scores) {
    Scores.requireLength("Unstructured", rows, columns, scores);
    if (count > scores.length) {
      throw new IllegalArgumentException(
          "Unstructured: count ("
              + count
              + ") must be at most rows * columns ("
              + scores.length
              + "); the matrix is "
              + rows
              + "x"
              + columns);
    }
    if (count == 0) {
      return Mask.empty(rows, columns);
    }
    RadixThreshold threshold = new RadixThreshold(scores, (int) count);
    int rank = threshold.rank();
    int ties = threshold.ties();
    long[] words = Mask.words(rows, columns);
    int perRow = Mask.wordsPerRow(columns);
    int p = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++, p++) {
        int own = Selection.rank(scores[p]);
        if (own > rank || (own == rank && ties-- > 0)) {
          words[i * perRow + (j >> 6)] |= 1L << j;
        }
      }
    }
    return Mask.trusted(rows, columns, words);
  }
}
