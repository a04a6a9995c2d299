package org.sparse4j.format;

import java.util.Arrays;
import java.util.Objects;

/**
 * Signed bytes times a scale that a run of neighbouring values shares: {@code value = scale * code}
 * with codes from -127 to 127.
 *
 * <p>Symmetric quantisation: the scale of a group is its largest magnitude over 127, codes are
 * rounded to nearest, ties to even. Groups are runs in pattern order, usually those of {@link
 * Pattern#valueGroups()}.
 */
public final class Int8Values implements Values {

  /** The largest code; -128 is not used, so that codes are symmetric. */
  public static final int LARGEST_CODE = 127;

  private final byte[] codes;
  private final float[] scales;
  private final int[] starts;
  private volatile long version;

  private Int8Values(byte[] codes, float[] scales, int[] starts) {
    this.codes = codes;
    this.scales = scales;
    this.starts = starts;
  }

  /**
   * Quantises numbers.
   *
   * @param numbers finite float32 numbers; not kept
   * @param starts group g is {@code [starts[g], starts[g + 1])}: ascending offsets from 0 to the
   *     number of values; not kept
   * @return new values; each is off by at most half its group's scale
   * @throws IllegalArgumentException if a number is not finite, or the offsets break the rule
   */
  public static Int8Values quantise(float[] numbers, int[] starts) {
    int[] offsets = starts.clone();
    checkStarts(numbers.length, offsets);
    float[] scales = new float[offsets.length - 1];
    byte[] codes = new byte[numbers.length];
    for (int g = 0; g < scales.length; g++) {
      float largest = 0;
      for (int k = offsets[g]; k < offsets[g + 1]; k++) {
        if (!Float.isFinite(numbers[k])) {
          throw new IllegalArgumentException(
              "Int8Values: number " + k + " (" + numbers[k] + ") must be finite");
        }
        largest = Math.max(largest, Math.abs(numbers[k]));
      }
      scales[g] = largest / LARGEST_CODE;
      if (Float.isInfinite(LARGEST_CODE * scales[g])) {
        // Rounded up next to the largest float: what was finite must not come back infinite.
        scales[g] = Math.nextDown(scales[g]);
      }
      for (int k = offsets[g]; k < offsets[g + 1]; k++) {
        codes[k] = code(numbers[k], scales[g]);
      }
    }
    return new Int8Values(codes, scales, offsets);
  }

  /**
   * Shares arrays: writes through either side are seen by the other.
   *
   * @param codes numbers over their scale; kept
   * @param scales one finite scale a group, at least 0; kept
   * @param starts group g is {@code [starts[g], starts[g + 1])}; not kept
   * @return values on the arrays
   * @throws IllegalArgumentException if a scale or the offsets break the rule
   */
  public static Int8Values wrap(byte[] codes, float[] scales, int[] starts) {
    Objects.requireNonNull(codes, "codes");
    Objects.requireNonNull(scales, "scales");
    int[] offsets = starts.clone();
    checkStarts(codes.length, offsets);
    if (scales.length != offsets.length - 1) {
      throw new IllegalArgumentException(
          "Int8Values: number of scales ("
              + scales.length
              + ") must equal the number of groups ("
              + (offsets.length - 1)
              + ")");
    }
    for (int g = 0; g < scales.length; g++) {
      if (!(scales[g] >= 0 && scales[g] <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "Int8Values: scale " + g + " (" + scales[g] + ") must be finite and not negative");
      }
    }
    return new Int8Values(codes, scales, offsets);
  }

  private static void checkStarts(int length, int[] starts) {
    if (starts.length == 0 || starts[0] != 0 || starts[starts.length - 1] != length) {
      throw new IllegalArgumentException(
          "Int8Values: group offsets must go from 0 to the number of values ("
              + length
              + "), got "
              + (starts.length == 0 ? "none" : starts[0] + " to " + starts[starts.length - 1]));
    }
    for (int g = 1; g < starts.length; g++) {
      if (starts[g] < starts[g - 1]) {
        throw new IllegalArgumentException(
            "Int8Values: group offset "
                + g
                + " ("
                + starts[g]
                + ") is below its predecessor ("
                + starts[g - 1]
                + ")");
      }
    }
  }

  private static byte code(float number, float scale) {
    double code = scale == 0 ? 0 : Math.rint((double) number / scale);
    return (byte) Math.max(-LARGEST_CODE, Math.min(LARGEST_CODE, code));
  }

  /**
   * Returns the live codes, for bulk work; call {@link #markChanged()} after writing.
   *
   * @return codes in pattern order, not a copy
   */
  public byte[] codes() {
    return codes;
  }

  /**
   * Returns the live scales; call {@link #markChanged()} after writing.
   *
   * @return one scale a group, not a copy
   */
  public float[] scales() {
    return scales;
  }

  /**
   * Returns where groups start.
   *
   * @return a copy of the offsets, one more than there are groups
   */
  public int[] starts() {
    return starts.clone();
  }

  @Override
  public int length() {
    return codes.length;
  }

  @Override
  public DType dtype() {
    return DType.I8;
  }

  /** {@inheritDoc} Searches the group; bulk work walks groups instead. */
  @Override
  public float get(int index) {
    return codes[index] * scales[group(index)];
  }

  /** {@inheritDoc} The group keeps its scale: what is beyond 127 scales becomes 127 scales. */
  @Override
  public void set(int index, float value) {
    codes[index] = code(value, scales[group(index)]);
    markChanged();
  }

  private int group(int index) {
    Objects.checkIndex(index, codes.length);
    int found = Arrays.binarySearch(starts, index);
    int group = found < 0 ? -found - 2 : found;
    // Of groups that start together all but the last are empty.
    while (starts[group + 1] <= index) {
      group++;
    }
    return group;
  }

  @Override
  public void copyTo(float[] target) {
    for (int g = 0; g < scales.length; g++) {
      for (int k = starts[g]; k < starts[g + 1]; k++) {
        target[k] = codes[k] * scales[g];
      }
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

  /** Returns the bytes of codes, scales and offsets. */
  @Override
  public long bytes() {
    return codes.length + 4L * scales.length + 4L * starts.length;
  }

  @Override
  public Int8Values copy() {
    return new Int8Values(codes.clone(), scales.clone(), starts.clone());
  }

  /** Compares codes, scales and groups. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Int8Values values
        && Arrays.equals(codes, values.codes)
        && Arrays.equals(scales, values.scales)
        && Arrays.equals(starts, values.starts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(codes) + Arrays.hashCode(scales);
  }

  /** Returns type, length and number of groups, and the numbers of short arrays. */
  @Override
  public String toString() {
    return "I8 x "
        + codes.length
        + " in "
        + scales.length
        + " groups"
        + (codes.length <= 16 ? " " + Arrays.toString(toFloats()) : "");
  }
}
