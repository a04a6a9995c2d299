package org.sparse4j.mask;

/**
 * How scores are ordered in every selection: larger first, ties to the lower position, NaN largest.
 */
public final class Scores {

  private Scores() {}

  /**
   * Returns a key whose ascending order is: larger score first, then lower position.
   *
   * <p>0.0 and -0.0 tie; NaN of either sign counts as largest. The low 32 bits are the position, so
   * {@code (int) key} gives it back.
   *
   * @param score a score
   * @param position its position, at least 0
   * @return the sort key
   */
  public static long descendingKey(float score, int position) {
    // + 0f turns -0.0 into 0.0, floatToIntBits makes every NaN the one above infinity.
    int bits = Float.floatToIntBits(score + 0f);
    int ascending = bits ^ ((bits >> 31) & 0x7fffffff);
    return ((long) ~ascending << 32) | (position & 0xffffffffL);
  }

  static void requireSparsity(String operation, double sparsity) {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw new IllegalArgumentException(
          operation + ": sparsity (" + sparsity + ") must be between 0 and 1");
    }
  }

  static void requireSize(String operation, int rows, int columns) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          operation + ": rows (" + rows + ") and columns (" + columns + ") must not be negative");
    }
  }

  static void requireLength(String operation, int rows, int columns, float[] scores) {
    if (scores.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          operation
              + ": number of scores ("
              + scores.length
              + ") must equal rows * columns ("
              + (long) rows * columns
              + "); the matrix is "
              + rows
              + "x"
              + columns);
    }
  }
}
