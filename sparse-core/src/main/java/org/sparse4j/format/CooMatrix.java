package org.sparse4j.format;

import org.sparse4j.mask.Mask;

/**
 * A sparse matrix as coordinates: a row, a column and a number for each stored position, sorted.
 *
 * <p>For exchange with what counts in triplets. Unsorted triplets are collected by {@link
 * CsrMatrix#builder}; {@link #fromCsr} gives them back sorted. Tensors of any number of dimensions
 * are {@link CooTensor}.
 */
public final class CooMatrix extends StoredMatrix<CooPattern, CooMatrix> {

  private CooMatrix(CooPattern pattern, Values values) {
    super("CooMatrix", pattern, values);
  }

  /**
   * Joins a pattern and values; both are shared, nothing is copied.
   *
   * @param pattern positions
   * @param values one number a position, in pattern order; may be written by its owner afterwards
   * @return a matrix on the two
   * @throws IllegalArgumentException if the lengths differ
   */
  public static CooMatrix of(CooPattern pattern, Values values) {
    return new CooMatrix(pattern, values);
  }

  /**
   * Copies sorted coordinates.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param rowIndices rows, ascending
   * @param columnIndices columns, strictly ascending where rows are equal
   * @param values numbers
   * @return a new matrix
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static CooMatrix copyOf(
      int rows, int columns, int[] rowIndices, int[] columnIndices, float[] values) {
    return of(
        CooPattern.copyOf(rows, columns, rowIndices, columnIndices), FloatValues.copyOf(values));
  }

  /**
   * Keeps what is not 0.0f (NaN is kept, -0.0f is not).
   *
   * @param dense the matrix; not kept
   * @return a new matrix
   */
  public static CooMatrix fromDense(DenseMatrix dense) {
    return fromDense(dense, nonZero(dense));
  }

  /**
   * Keeps the positions of a mask, zeros among them included.
   *
   * @param dense the matrix; not kept
   * @param mask positions to keep
   * @return a new matrix with {@code nnz = mask.count()}
   * @throws IllegalArgumentException if the shapes differ
   */
  public static CooMatrix fromDense(DenseMatrix dense, Mask mask) {
    requireShape("CooMatrix.fromDense", dense, mask);
    CooPattern pattern = CooPattern.of(mask);
    return new CooMatrix(pattern, gather(dense, pattern));
  }

  /**
   * Converts from CSR, explicit zeros included; O(rows + nnz).
   *
   * @param matrix the matrix; values are copied with their type
   * @return a new matrix
   */
  public static CooMatrix fromCsr(CsrMatrix matrix) {
    return new CooMatrix(CooPattern.of(matrix.pattern()), matrix.values().copy());
  }

  @Override
  public CooMatrix withValues(Values values) {
    return of(pattern, values);
  }

  @Override
  public String format() {
    return "COO";
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
   * Returns the transpose with copied values, as float32; O(rows + columns + nnz).
   *
   * @return a new columns x rows matrix
   */
  public CooMatrix transposed() {
    return fromCsr(toCsr().transposed());
  }
}
