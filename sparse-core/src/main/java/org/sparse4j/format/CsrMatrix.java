package org.sparse4j.format;

import java.nio.IntBuffer;
import org.sparse4j.mask.Mask;

/**
 * A sparse matrix in compressed sparse row form.
 *
 * <p>A stored zero is a trainable weight that happens to be zero; only {@link #dropZeros()} drops
 * it.
 */
public final class CsrMatrix extends StoredMatrix<CsrPattern, CsrMatrix> {

  private CsrMatrix(CsrPattern pattern, Values values) {
    super("CsrMatrix", pattern, values);
  }

  /**
   * Joins a pattern and values; both are shared, nothing is copied.
   *
   * @param pattern positions
   * @param values one number a position, in pattern order; may be written by its owner afterwards
   * @return a matrix on the two
   * @throws IllegalArgumentException if the lengths differ
   */
  public static CsrMatrix of(CsrPattern pattern, Values values) {
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
  public static CsrMatrix fromDense(DenseMatrix dense, Mask mask) {
    requireShape("CsrMatrix.fromDense", dense, mask);
    CsrPattern pattern = CsrPattern.of(mask);
    return new CsrMatrix(pattern, gather(dense, pattern));
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
  public CsrMatrix withValues(Values values) {
    return of(pattern, values);
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
   * @return a new matrix with float32 values
   */
  public CsrMatrix dropZeros() {
    int kept = Math.toIntExact(countNonZero());
    int[] pointers = new int[rows() + 1];
    int[] indices = new int[kept];
    float[] numbers = new float[kept];
    float[] stored = values.toFloats();
    IntBuffer columns = pattern.columnIndices();
    int at = 0;
    for (int i = 0; i < rows(); i++) {
      for (int k = pattern.rowStart(i); k < pattern.rowStart(i + 1); k++) {
        float value = stored[k];
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
   * Returns the transpose with copied values, as float32.
   *
   * @return a new columns x rows matrix
   */
  public CsrMatrix transposed() {
    CsrOrder transpose = pattern.transposed();
    return new CsrMatrix(
        transpose.pattern(), FloatValues.wrap(transpose.arrange(values.toFloats())));
  }

  /**
   * Computes {@code A + B} on the union of both patterns, without a dense form; explicit zeros
   * stay, sums that are 0 become explicit zeros. O(rows + nnz(A) + nnz(B)).
   *
   * @param other B, of the same shape
   * @return a new matrix with float32 values
   * @throws IllegalArgumentException if the shapes differ, or if the union has more positions than
   *     an array holds
   */
  public CsrMatrix add(CsrMatrix other) {
    if (rows() != other.rows() || columns() != other.columns()) {
      throw new IllegalArgumentException(
          "CsrMatrix.add: shapes must be equal; A is " + pattern + ", B is " + other.pattern);
    }
    if (pattern.equals(other.pattern)) {
      float[] sums = values.toFloats();
      float[] numbers = other.values.toFloats();
      for (int k = 0; k < sums.length; k++) {
        sums[k] += numbers[k];
      }
      return of(pattern, FloatValues.wrap(sums));
    }
    return new CsrSum(this, other).matrix();
  }

  /**
   * Computes {@code factor * A}.
   *
   * @param factor any number; 0 leaves explicit zeros, and NaN where A is not finite
   * @return a new matrix with float32 values, the pattern is shared
   */
  public CsrMatrix scale(float factor) {
    float[] numbers = values.toFloats();
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] *= factor;
    }
    return of(pattern, FloatValues.wrap(numbers));
  }

  /** {@inheritDoc} The pattern is shared. */
  @Override
  public CsrMatrix toCsr() {
    return of(pattern, FloatValues.wrap(values.toFloats()));
  }
}
