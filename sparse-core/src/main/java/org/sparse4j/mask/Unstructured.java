package org.sparse4j.mask;

import java.util.Arrays;

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
    long[] keys = new long[scores.length];
    for (int p = 0; p < keys.length; p++) {
      keys[p] = Scores.descendingKey(scores[p], p);
    }
    Arrays.sort(keys);
    Mask.Builder mask = Mask.builder(rows, columns);
    for (int p = 0; p < count; p++) {
      int position = (int) keys[p];
      mask.keep(position / columns, position % columns);
    }
    return mask.build();
  }
}
