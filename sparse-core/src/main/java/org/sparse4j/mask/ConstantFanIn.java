package org.sparse4j.mask;

/**
 * Constant fan-in: every row keeps exactly {@code count} positions, the top k of its row, so that
 * every output of a layer reads the same number of inputs.
 *
 * <p>Lasby et al., Dynamic Sparse Training with Structured Sparsity, 2024 (arXiv 2305.02299).
 *
 * @param count positions kept in a row, at least 0
 */
public record ConstantFanIn(int count) implements Structure {

  /**
   * Creates the rule.
   *
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public ConstantFanIn {
    if (count < 0) {
      throw new IllegalArgumentException(
          "ConstantFanIn: count (" + count + ") must not be negative");
    }
  }

  /**
   * Returns the rule that keeps {@code columns - floor(sparsity * columns)} positions of a row.
   *
   * @param columns number of columns
   * @param sparsity fraction of a row to drop, in [0, 1]
   * @return the rule with its exact count
   * @throws IllegalArgumentException if {@code sparsity} is not in [0, 1] or {@code columns} is
   *     negative
   */
  public static ConstantFanIn ofSparsity(int columns, double sparsity) {
    if (columns < 0) {
      throw new IllegalArgumentException(
          "ConstantFanIn: columns (" + columns + ") must not be negative");
    }
    Scores.requireSparsity("ConstantFanIn", sparsity);
    return new ConstantFanIn(columns - (int) Math.floor(sparsity * columns));
  }

  @Override
  public void check(Mask mask) {
    for (int i = 0; i < mask.rows(); i++) {
      if (mask.countRow(i) != count) {
        throw new IllegalArgumentException(
            "ConstantFanIn: row "
                + i
                + " keeps "
                + mask.countRow(i)
                + " positions, the rule wants "
                + count);
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Every row selects among its scores: {@code O(rows * columns)}.
   *
   * @throws IllegalArgumentException if the array's length does not fit, or if there are rows and
   *     {@code count} is above {@code columns}
   */
  @Override
  public Mask keepLargest(int rows, int columns, float[] scores) {
    Scores.requireLength("ConstantFanIn", rows, columns, scores);
    if (rows > 0 && count > columns) {
      throw new IllegalArgumentException(
          "ConstantFanIn: count ("
              + count
              + ") must be at most columns ("
              + columns
              + "); the matrix is "
              + rows
              + "x"
              + columns);
    }
    Mask.Builder mask = Mask.builder(rows, columns);
    long[] keys = new long[columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        keys[j] = Scores.descendingKey(scores[i * columns + j], j);
      }
      Selection.smallest(keys, 0, columns, count);
      for (int t = 0; t < count; t++) {
        mask.keep(i, (int) keys[t]);
      }
    }
    return mask.build();
  }
}
