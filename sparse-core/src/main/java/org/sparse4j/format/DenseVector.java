package org.sparse4j.format;

import org.sparse4j.memory.Memory;

/**
 * A dense float32 vector in native memory, 64-byte aligned and padded with zeros to a multiple of
 * 16: the operand of products with one sample.
 *
 * <p>It is the single row of a {@code 1 x length} matrix, and mutable like it.
 */
public final class DenseVector {

  private final DenseMatrix row;

  private DenseVector(DenseMatrix row) {
    this.row = row;
  }

  /**
   * Returns a vector of zeros in automatic memory.
   *
   * @param length number of elements, at least 0
   * @return a new vector
   * @throws IllegalArgumentException if {@code length} is negative
   */
  public static DenseVector zeros(int length) {
    return new DenseVector(DenseMatrix.zeros(1, length));
  }

  /**
   * Returns a vector of zeros.
   *
   * @param memory where to allocate
   * @param length number of elements, at least 0
   * @return a new vector
   * @throws IllegalArgumentException if {@code length} is negative
   */
  public static DenseVector zeros(Memory memory, int length) {
    return new DenseVector(DenseMatrix.zeros(memory, 1, length));
  }

  /**
   * Copies an array.
   *
   * @param values elements; not kept
   * @return a new vector in automatic memory
   */
  public static DenseVector copyOf(float... values) {
    DenseVector vector = zeros(values.length);
    vector.row.setRow(0, values, 0);
    return vector;
  }

  /**
   * Returns row {@code index} of a matrix on the same memory.
   *
   * @param matrix the matrix
   * @param index row, from 0
   * @return a view
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public static DenseVector ofRow(DenseMatrix matrix, int index) {
    return new DenseVector(matrix.rows(index, index + 1));
  }

  /**
   * Returns the number of elements.
   *
   * @return length, at least 0
   */
  public int length() {
    return row.columns();
  }

  /**
   * Returns one element.
   *
   * @param index position, from 0
   * @return the element
   * @throws IndexOutOfBoundsException if outside
   */
  public float get(int index) {
    return row.get(0, index);
  }

  /**
   * Sets one element.
   *
   * @param index position, from 0
   * @param value new value
   * @throws IndexOutOfBoundsException if outside
   */
  public void set(int index, float value) {
    row.set(0, index, value);
  }

  /**
   * Returns the vector as a {@code 1 x length} matrix on the same memory.
   *
   * @return the row
   */
  public DenseMatrix asRow() {
    return row;
  }

  /**
   * Copies the elements out.
   *
   * @return a new array
   */
  public float[] toArray() {
    return row.toArray();
  }

  /**
   * Compares lengths and elements; NaN equals NaN and 0.0 differs from -0.0.
   *
   * @param other another vector
   * @return true if every element has the same value
   */
  public boolean contentEquals(DenseVector other) {
    return row.contentEquals(other.row);
  }

  /** Returns the length, and the elements of a short vector. */
  @Override
  public String toString() {
    return row.toString().replaceFirst("^DenseMatrix 1x", "DenseVector ");
  }
}
