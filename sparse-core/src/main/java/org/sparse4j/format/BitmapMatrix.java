package org.sparse4j.format;

import org.sparse4j.mask.Mask;

/**
 * A sparse matrix as a bit an element and the stored values packed row by row: the smallest form at
 * the moderate sparsities of pruned language models, see {@link BitmapPattern}.
 */
public final class BitmapMatrix extends StoredMatrix<BitmapPattern, BitmapMatrix> {

  private BitmapMatrix(BitmapPattern pattern, Values values) {
    super("BitmapMatrix", pattern, values);
  }

  /**
   * Joins a pattern and values; both are shared, nothing is copied.
   *
   * @param pattern positions
   * @param values one number a position, in pattern order; may be written by its owner afterwards
   * @return a matrix on the two
   * @throws IllegalArgumentException if the lengths differ
   */
  public static BitmapMatrix of(BitmapPattern pattern, Values values) {
    return new BitmapMatrix(pattern, values);
  }

  /**
   * Copies bits and values.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param words {@code ceil(columns / 64)} words a row, least significant bit first, bits beyond
   *     the last column 0
   * @param values numbers, row by row
   * @return a new matrix
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static BitmapMatrix copyOf(int rows, int columns, long[] words, float[] values) {
    return of(BitmapPattern.copyOf(rows, columns, words), FloatValues.copyOf(values));
  }

  /**
   * Keeps what is not 0.0f (NaN is kept, -0.0f is not).
   *
   * @param dense the matrix; not kept
   * @return a new matrix
   */
  public static BitmapMatrix fromDense(DenseMatrix dense) {
    return fromDense(dense, nonZero(dense));
  }

  /**
   * Keeps the positions of a mask, zeros among them included.
   *
   * @param dense the matrix; not kept
   * @param mask positions to keep; its bits are shared
   * @return a new matrix with {@code nnz = mask.count()}
   * @throws IllegalArgumentException if the shapes differ
   */
  public static BitmapMatrix fromDense(DenseMatrix dense, Mask mask) {
    requireShape("BitmapMatrix.fromDense", dense, mask);
    BitmapPattern pattern = BitmapPattern.of(mask);
    return new BitmapMatrix(pattern, gather(dense, pattern));
  }

  /**
   * Converts from CSR, explicit zeros included; the order of the numbers is the same.
   *
   * @param matrix the matrix; values are copied with their type
   * @return a new matrix
   */
  public static BitmapMatrix fromCsr(CsrMatrix matrix) {
    return new BitmapMatrix(BitmapPattern.of(matrix.mask()), matrix.values().copy());
  }

  @Override
  public BitmapMatrix withValues(Values values) {
    return of(pattern, values);
  }

  @Override
  public String format() {
    return "bitmap";
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

  /**
   * Returns the transpose with copied values, as float32.
   *
   * @return a new columns x rows matrix
   */
  public BitmapMatrix transposed() {
    return fromCsr(toCsr().transposed());
  }
}
