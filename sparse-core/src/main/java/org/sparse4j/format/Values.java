package org.sparse4j.format;

/**
 * The numbers of a sparse matrix in pattern order; mutable, one per stored position.
 *
 * <p>Values belong to one writer at a time. Plans copy values into kernel order: after writing
 * through an array obtained here, call {@link #markChanged()}, and plans made before then refuse to
 * run until they are refreshed.
 */
public interface Values {

  /**
   * Returns the number of values.
   *
   * @return the pattern's nnz
   */
  int length();

  /**
   * Returns how values are stored.
   *
   * @return the element type
   */
  DType dtype();

  /**
   * Returns one value as float32.
   *
   * @param index position in pattern order
   * @return the value
   * @throws IndexOutOfBoundsException if outside
   */
  float get(int index);

  /**
   * Sets one value, rounded to the stored type, and marks the values as changed.
   *
   * @param index position in pattern order
   * @param value new value
   * @throws IndexOutOfBoundsException if outside
   */
  void set(int index, float value);

  /**
   * Returns a counter that grows with every {@link #markChanged()}.
   *
   * @return the version, from 0
   */
  long version();

  /** Says that values were written, so that plans made from them are stale. */
  void markChanged();

  /**
   * Returns the bytes the numbers occupy.
   *
   * @return {@code length * dtype().bytes()}, plus scales where a type has them
   */
  long bytes();

  /**
   * Returns all values as float32.
   *
   * @return a new array of {@link #length()}
   */
  default float[] toFloats() {
    float[] numbers = new float[length()];
    copyTo(numbers);
    return numbers;
  }

  /**
   * Writes all values as float32 into an array; allocates nothing.
   *
   * @param target receives {@link #length()} numbers from index 0 on
   * @throws IndexOutOfBoundsException if the array is shorter
   */
  default void copyTo(float[] target) {
    for (int k = 0; k < length(); k++) {
      target[k] = get(k);
    }
  }

  /**
   * Returns a copy of the same type.
   *
   * @return new values that share nothing with these
   */
  Values copy();
}
