package org.sparse4j.format;

import java.util.Arrays;
import java.util.Objects;

/**
 * Bfloat16 values over a {@code short[]}: the upper 16 bits of a float32, rounded to nearest, ties
 * to even. Reading is exact, writing rounds; NaN stays NaN, what is too large becomes infinite.
 */
public final class Bf16Values implements Values {

  private final short[] bits;
  private volatile long version;

  private Bf16Values(short[] bits) {
    this.bits = bits;
  }

  /**
   * Rounds numbers.
   *
   * @param numbers float32 numbers; not kept
   * @return new values
   */
  public static Bf16Values of(float... numbers) {
    short[] bits = new short[numbers.length];
    for (int k = 0; k < bits.length; k++) {
      bits[k] = round(numbers[k]);
    }
    return new Bf16Values(bits);
  }

  /**
   * Shares an array of bit patterns: writes through either side are seen by the other.
   *
   * @param bits bfloat16 bit patterns; kept
   * @return values on the array
   */
  public static Bf16Values wrap(short[] bits) {
    return new Bf16Values(Objects.requireNonNull(bits, "bits"));
  }

  /**
   * Rounds a float32 to the nearest bfloat16, ties to even.
   *
   * @param number any float32
   * @return the bit pattern; a NaN becomes a quiet NaN
   */
  public static short round(float number) {
    int bits = Float.floatToRawIntBits(number);
    if (Float.isNaN(number)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /**
   * Widens a bfloat16.
   *
   * @param bits the bit pattern
   * @return the same number as float32
   */
  public static float widen(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /**
   * Returns the live array, for bulk work; call {@link #markChanged()} after writing.
   *
   * @return bit patterns in pattern order, not a copy
   */
  public short[] bits() {
    return bits;
  }

  @Override
  public int length() {
    return bits.length;
  }

  @Override
  public DType dtype() {
    return DType.BF16;
  }

  @Override
  public float get(int index) {
    return widen(bits[index]);
  }

  @Override
  public void set(int index, float value) {
    bits[index] = round(value);
    markChanged();
  }

  @Override
  public void copyTo(float[] target) {
    for (int k = 0; k < bits.length; k++) {
      target[k] = widen(bits[k]);
    }
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
    return 2L * bits.length;
  }

  @Override
  public Bf16Values copy() {
    return new Bf16Values(bits.clone());
  }

  /** Compares bit patterns. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Bf16Values values && Arrays.equals(bits, values.bits);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bits);
  }

  /** Returns type and length, and the numbers of short arrays. */
  @Override
  public String toString() {
    return "BF16 x " + bits.length + (bits.length <= 16 ? " " + Arrays.toString(toFloats()) : "");
  }
}
