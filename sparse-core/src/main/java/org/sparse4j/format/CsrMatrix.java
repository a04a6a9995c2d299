package org.sparse4j.format;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.sparse4j.mask.Mask;

/**
 * A sparse matrix in compressed sparse row form with float32 values.
 *
 * <p>A stored zero is a trainable weight that happens to be zero; only {@link #dropZeros()} drops
 * it.
 */
public final class CsrMatrix implements SparseMatrix {

  private final CsrPattern pattern;
  private final FloatValues values;

  private CsrMatrix(CsrPattern pattern, FloatValues values) {
    this.pattern = pattern;
    this.values = values;
  }

  /**
   * Joins a pattern and values; both are shared, nothing is copied.
   *
   * @param pattern positions
   * @param values one number a position, in pattern order; may be written by its owner afterwards
   * @return a matrix on the two
   * @throws IllegalArgumentException if the lengths differ
   */
  public static CsrMatrix of(CsrPattern pattern, FloatValues values) {
    if (values.length() != pattern.nnz()) {
      throw new IllegalArgumentException(
          "CsrMatrix: number of values ("
              + values.length()
              + ") must equal nnz ("
              + pattern.nnz()
              + ")");
    }
    return new CsrMatrix(pattern, values);
  }

  /**
   * Copies CSR arrays.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param rowPointers {@code rows + 1} offsets
   * @param columnIndices columns, strictly ascending inside a row
   * @param values numbers
   * @return a new matrix
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static CsrMatrix copyOf(
      int rows, int columns, int[] rowPointers, int[] columnIndices, float[] values) {
    return of(
        CsrPattern.copyOf(rows, columns, rowPointers, columnIndices), FloatValues.copyOf(values));
  }

  /**
   * Keeps what is not 0.0f (NaN is kept, -0.0f is not).
   *
   * @param dense the matrix; not kept
   * @return a new matrix
   */
  public static CsrMatrix fromDense(DenseMatrix dense) {
    Mask.Builder mask = Mask.builder(dense.rows(), dense.columns());
    float[] row = new float[dense.columns()];
    for (int i = 0; i < dense.rows(); i++) {
      dense.getRow(i, row, 0);
      for (int j = 0; j < row.length; j++) {
        if (row[j] != 0) {
          mask.keep(i, j);
        }
      }
    }
    return fromDense(dense, mask.build());
  }

  /**
   * Keeps the positions of a mask, zeros among them included.
   *
   * @param dense the matrix; not kept
   * @param mask positions to keep
   * @return a new matrix with {@code nnz = mask.count()}
   * @throws IllegalArgumentException if the shapes differ
   */
  public static CsrMatrix fromDense(DenseMatrix dense, Mask mask) {
    if (dense.rows() != mask.rows() || dense.columns() != mask.columns()) {
      throw new IllegalArgumentException(
          "CsrMatrix.fromDense: shape of the mask ("
              + mask.rows()
              + "x"
              + mask.columns()
              + ") must equal the shape of the matrix ("
              + dense.rows()
              + "x"
              + dense.columns()
              + ")");
    }
    CsrPattern pattern = CsrPattern.of(mask);
    float[] values = new float[(int) pattern.nnz()];
    pattern.forEach((index, row, column) -> values[index] = dense.get(row, column));
    return new CsrMatrix(pattern, FloatValues.wrap(values));
  }

  /**
   * Starts a matrix that takes entries in any order.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @return an empty builder
   */
  public static CsrBuilder builder(int rows, int columns) {
    return new CsrBuilder(rows, columns);
  }

  @Override
  public CsrPattern pattern() {
    return pattern;
  }

  @Override
  public FloatValues values() {
    return values;
  }

  @Override
  public String format() {
    return "CSR";
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
   * Drops the stored values that are 0.0f or -0.0f.
   *
   * @return a new matrix
   */
  public CsrMatrix dropZeros() {
    int kept = Math.toIntExact(countNonZero());
    int[] pointers = new int[rows() + 1];
    int[] indices = new int[kept];
    float[] numbers = new float[kept];
    IntBuffer columns = pattern.columnIndices();
    int at = 0;
    for (int i = 0; i < rows(); i++) {
      for (int k = pattern.rowStart(i); k < pattern.rowStart(i + 1); k++) {
        float value = values.get(k);
        if (value != 0) {
          indices[at] = columns.get(k);
          numbers[at++] = value;
        }
      }
      pointers[i + 1] = at;
    }
    return new CsrMatrix(
        CsrPattern.trusted(rows(), columns(), pointers, indices), FloatValues.wrap(numbers));
  }

  /**
   * Returns the transpose with copied values.
   *
   * @return a new columns x rows matrix
   */
  public CsrMatrix transposed() {
    CsrPattern.Transpose transpose = pattern.transposed();
    IntBuffer sources = transpose.sources();
    float[] moved = new float[values.length()];
    for (int k = 0; k < moved.length; k++) {
      moved[k] = values.get(sources.get(k));
    }
    return new CsrMatrix(transpose.pattern(), FloatValues.wrap(moved));
  }

  /**
   * Returns a copy with values of its own; the pattern is shared.
   *
   * @return a new matrix
   */
  public CsrMatrix copy() {
    return new CsrMatrix(pattern, FloatValues.copyOf(values.array()));
  }

  @Override
  public CsrMatrix toCsr() {
    return copy();
  }

  @Override
  public long bytes() {
    return pattern.bytes() + values.bytes();
  }

  /** Compares positions and numbers; NaN equals NaN, 0.0 differs from -0.0. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CsrMatrix matrix
        && pattern.equals(matrix.pattern)
        && Arrays.equals(values.array(), matrix.values.array());
  }

  @Override
  public int hashCode() {
    return 31 * pattern.hashCode() + values.hashCode();
  }

  /** Returns shape, nnz and sparsity, and the entries of a small matrix. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(pattern.toString());
    text.append(String.format(Locale.ROOT, ", %.1f %% sparse", 100 * sparsity()));
    if (nnz() <= 16) {
      pattern.forEach((index, row, column) ->
          text.append(index == 0 ? ": " : ", ")
              .append('(')
              .append(row)
              .append(", ")
              .append(column)
              .append(") ")
              .append(values.get(index)));
    }
    return text.toString();
  }
}
