package org.sparse4j.format;

import org.sparse4j.mask.Mask;

/**
 * A sparse matrix in compressed sparse column form: what SciPy, EJML and solvers exchange, and a
 * matrix whose transpose is wanted as CSR.
 */
public final class CscMatrix extends StoredMatrix<CscPattern, CscMatrix> {

  private CscMatrix(CscPattern pattern, Values values) {
    super("CscMatrix", pattern, values);
  }

  /**
   * Joins a pattern and values; both are shared, nothing is copied.
   *
   * @param pattern positions
   * @param values one number a position, in pattern order; may be written by its owner afterwards
   * @return a matrix on the two
   * @throws IllegalArgumentException if the lengths differ
   */
  public static CscMatrix of(CscPattern pattern, Values values) {
    return new CscMatrix(pattern, values);
  }

  /**
   * Copies CSC arrays.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param columnPointers {@code columns + 1} offsets
   * @param rowIndices rows, strictly ascending inside a column
   * @param values numbers
   * @return a new matrix
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static CscMatrix copyOf(
      int rows, int columns, int[] columnPointers, int[] rowIndices, float[] values) {
    return of(
        CscPattern.copyOf(rows, columns, columnPointers, rowIndices), FloatValues.copyOf(values));
  }

  /**
   * Keeps what is not 0.0f (NaN is kept, -0.0f is not).
   *
   * @param dense the matrix; not kept
   * @return a new matrix
   */
  public static CscMatrix fromDense(DenseMatrix dense) {
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
  public static CscMatrix fromDense(DenseMatrix dense, Mask mask) {
    requireShape("CscMatrix.fromDense", dense, mask);
    CscPattern pattern = CscPattern.of(mask);
    return new CscMatrix(pattern, gather(dense, pattern));
  }

  /**
   * Converts from CSR, explicit zeros included; O(nnz).
   *
   * @param matrix the matrix; values are copied
   * @return a new matrix with float32 values
   */
  public static CscMatrix fromCsr(CsrMatrix matrix) {
    float[] numbers = matrix.pattern().transposed().arrange(matrix.values().toFloats());
    return new CscMatrix(CscPattern.of(matrix.pattern()), FloatValues.wrap(numbers));
  }

  @Override
  public CscMatrix withValues(Values values) {
    return of(pattern, values);
  }

  @Override
  public String format() {
    return "CSC";
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
  public CscMatrix transposed() {
    return fromCsr(transposedCsr());
  }

  /**
   * Returns the transpose in CSR form, which is the same arrays: pattern and values are shared.
   *
   * @return a columns x rows matrix on the values of this one, in O(1)
   */
  public CsrMatrix transposedCsr() {
    return CsrMatrix.of(pattern.transposedCsr(), values);
  }
}
