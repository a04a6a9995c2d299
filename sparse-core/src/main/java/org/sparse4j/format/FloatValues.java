package org.sparse4j.format;

import java.util.Arrays;
import java.util.Objects;

/** Float32 values over a {@code float[]}. */
public final class FloatValues implements Values {

  private final float[] array;
  private volatile long version;

  private FloatValues(float[] array) {
    this.array = array;
  }

  /**
   * Returns zeros.
   *
   * @param length number of values
   * @return new values
   */
  public static FloatValues zeros(int length) {
    return new FloatValues(new float[length]);
  }

  /**
   * Copies an array.
   *
   * @param array the numbers; not kept
   * @return new values
   */
  public static FloatValues copyOf(float... array) {
    return new FloatValues(array.clone());
  }

  /**
   * Shares an array: writes through either side are seen by the other.
   *
   * @param array the numbers; kept
   * @return values on the array
   */
  public static FloatValues wrap(float[] array) {
    return new FloatValues(Objects.requireNonNull(array, "array"));
  }

  /**
   * Returns the live array, for bulk work; call {@link #markChanged()} after writing.
   *
   * @return the numbers in pattern order, not a copy
   */
  public float[] array() {
    return array;
  }

  @Override
  public int length() {
    return array.length;
  }

  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public float get(int index) {
    return array[index];
  }

  @Override
  public void set(int index, float value) {
    array[index] = value;
    markChanged();
  }

  @Override
  public long version() {
    return version;
  }

  // One writer at a time is the contract, so the read and the write need not be one step.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  @Override
  public void markChanged() {
    version++;
  }

  @Override
  public long bytes() {
    return 4L * array.length;
  }

  @Override
  public float[] toFloats() {
    return array.clone();
  }

  @Override
  public void copyTo(float[] target) {
    System.arraycopy(array, 0, target, 0, array.length);
  }

  @Override
  public FloatValues copy() {
    return copyOf(array);
  }

  /** Compares lengths and numbers as {@link Arrays#equals(float[], float[])} does. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FloatValues values && Arrays.equals(array, values.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  /** Returns type and length, and the numbers of short arrays. */
  @Override
  public String toString() {
    return "F32 x " + array.length + (array.length <= 16 ? " " + Arrays.toString(array) : "");
  }
}
