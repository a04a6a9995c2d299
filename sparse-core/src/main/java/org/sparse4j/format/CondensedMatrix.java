package org.sparse4j.format;

import org.sparse4j.mask.ConstantFanIn;
import org.sparse4j.mask.Mask;

/**
 * A sparse matrix whose rows keep equally many values or none: the inference form of layers trained
 * with constant fan-in, see {@link CondensedPattern}.
 *
 * <p>The transpose of such a matrix is in general none; {@code toCsr().transposed()} gives it.
 */
public final class CondensedMatrix extends StoredMatrix<CondensedPattern, CondensedMatrix> {

  private CondensedMatrix(CondensedPattern pattern, Values values) {
    super("CondensedMatrix", pattern, values);
  }

  /**
   * Joins a pattern and values; both are shared, nothing is copied.
   *
   * @param pattern positions
   * @param values one number a position, in pattern order; may be written by its owner afterwards
   * @return a matrix on the two
   * @throws IllegalArgumentException if the lengths differ
   */
  public static CondensedMatrix of(CondensedPattern pattern, Values values) {
    return new CondensedMatrix(pattern, values);
  }

  /**
   * Keeps the {@code fanIn} largest magnitudes of every row and drops the rows that are all zeros.
   *
   * <p>Ties go to the lower column, NaN counts as largest. A row with fewer non-zeros than that
   * stores zeros, at the lowest columns that are left. O(rows * columns * log columns).
   *
   * @param dense the matrix; not kept
   * @param fanIn values to keep in a row, between 1 and {@code columns}
   * @return a new matrix
   * @throws IllegalArgumentException if {@code fanIn} is out of range
   */
  public static CondensedMatrix fromDense(DenseMatrix dense, int fanIn) {
    int rows = dense.rows();
    int columns = dense.columns();
    if (fanIn < 1 || fanIn > columns) {
      throw new IllegalArgumentException(
          "CondensedMatrix.fromDense: fanIn ("
              + fanIn
              + ") must be between 1 and columns ("
              + columns
              + ")");
    }
    float[] magnitudes = magnitudes(dense);
    Mask largest = new ConstantFanIn(fanIn).keepLargest(rows, columns, magnitudes);
    boolean[] active = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        active[i] |= magnitudes[i * columns + j] != 0;
      }
    }
    return fromDense(dense, Mask.of(rows, columns, (i, j) -> active[i] && largest.get(i, j)));
  }

  /**
   * Keeps the positions of a mask, zeros among them included.
   *
   * @param dense the matrix; not kept
   * @param mask positions to keep, equally many in every row that is not empty
   * @return a new matrix with {@code nnz = mask.count()}
   * @throws IllegalArgumentException if the shapes differ, or naming the first row that keeps
   *     another number of positions
   */
  public static CondensedMatrix fromDense(DenseMatrix dense, Mask mask) {
    requireShape("CondensedMatrix.fromDense", dense, mask);
    CondensedPattern pattern = CondensedPattern.of(mask);
    return new CondensedMatrix(pattern, gather(dense, pattern));
  }

  /**
   * Converts from CSR; positions and numbers stay, explicit zeros included.
   *
   * @param matrix a matrix whose rows store equally many values or none; values are copied with
   *     their type
   * @return a new matrix
   * @throws IllegalArgumentException naming the first row that stores another number of values
   */
  public static CondensedMatrix fromCsr(CsrMatrix matrix) {
    return new CondensedMatrix(CondensedPattern.of(matrix.mask()), matrix.values().copy());
  }

  @Override
  public CondensedMatrix withValues(Values values) {
    return of(pattern, values);
  }

  @Override
  public String format() {
    return "condensed";
  }

  /**
   * Returns one element; for reading and debugging.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return the stored value, or 0 where nothing is stored
   * @throws IndexOutOfBoundsException if outside
   */
  public float get(int row, int column) {
    int index = pattern.indexOf(row, column);
    return index < 0 ? 0 : values.get(index);
  }
}
