package org.sparse4j.kernels.vector;

import java.util.Arrays;
import org.sparse4j.format.Bf16Values;
import org.sparse4j.format.DType;
import org.sparse4j.format.Int8Values;
import org.sparse4j.format.Values;

/**
 * Values in the order of a kernel, each copied from a place in the caller's order: as float32, or
 * in two bytes or one as they are stored, to be widened piece by piece by {@link Widening}.
 */
final class PackedValues {

  /** Elements that can be read past the last. */
  static final int SLACK = 64;

  private static final long LOWER = (1L << 32) - 1;

  /** How the values are kept. */
  final DType dtype;

  /** The values if they are float32 and not in pairs, zero until they are refreshed. */
  final float[] numbers;

  /** The values if they are float32 and kept two in a word, the first in the lower half. */
  final long[] pairs;

  /** The values if they are bfloat16, and slack. */
  final short[] halves;

  /** The values over their scales if they are bytes, and slack. */
  final byte[] codes;

  /** The scales of the layout's lines if values are bytes, and slack. */
  final float[] scales;

  private final int[] sources;
  private final int[] zeros;

  /** The caller's group of each scale. */
  private final int[] groups;

  private final Decoded decoded = new Decoded();

  /**
   * Makes room for float32 values.
   *
   * @param sources where each value comes from; kept
   * @param zeros places that stay zero whatever their source; kept
   */
  PackedValues(int[] sources, int[] zeros) {
    this(sources, zeros, DType.F32, false, new int[0]);
  }

  /**
   * Makes room for values.
   *
   * @param sources where each value comes from; kept
   * @param zeros places that stay zero whatever their source; kept
   * @param dtype how to keep them; unless float32, what they will be refreshed with
   * @param groups the group of each scale of the layout, if values are bytes; kept
   */
  PackedValues(int[] sources, int[] zeros, DType dtype, int[] groups) {
    this(sources, zeros, dtype, false, groups);
  }

  private PackedValues(int[] sources, int[] zeros, DType dtype, boolean paired, int[] groups) {
    this.sources = sources;
    this.zeros = zeros;
    this.dtype = dtype;
    this.groups = groups;
    int length = sources.length;
    numbers = new float[dtype == DType.F32 && !paired ? length : 0];
    pairs = new long[paired ? length / 2 : 0];
    halves = new short[dtype == DType.BF16 ? length + SLACK : 0];
    codes = new byte[dtype == DType.I8 ? length + SLACK : 0];
    scales = new float[dtype == DType.I8 ? groups.length + SLACK : 0];
  }

  /**
   * Makes room for float32 values kept two in a word: taken from there they reach the lanes of a
   * vector without a load of their own.
   *
   * @param sources where each value comes from, an even number; kept
   * @param zeros places that stay zero whatever their source; kept
   */
  static PackedValues inPairs(int[] sources, int[] zeros) {
    return new PackedValues(sources, zeros, DType.F32, true, new int[0]);
  }

  /** Tells whether values are to be widened. */
  boolean narrow() {
    return dtype != DType.F32;
  }

  /** What a kernel's name ends in. */
  String suffix() {
    return narrow() ? "-" + dtype : "";
  }

  /** Returns the bytes of values and scales that a product reads. */
  long bytes() {
    return (long) dtype.bytes() * sources.length + (dtype == DType.I8 ? 4L * groups.length : 0);
  }

  /**
   * Copies values; allocates nothing from the second time on.
   *
   * @param changed values in the caller's order
   */
  void refresh(Values changed) {
    if (changed.length() == 0) {
      return;
    }
    switch (dtype) {
      case BF16 -> {
        short[] from = ((Bf16Values) changed).bits();
        for (int i = 0; i < sources.length; i++) {
          halves[i] = from[sources[i]];
        }
        for (int i : zeros) {
          halves[i] = 0;
        }
      }
      case I8 -> {
        Int8Values from = (Int8Values) changed;
        byte[] bytes = from.codes();
        for (int i = 0; i < sources.length; i++) {
          codes[i] = bytes[sources[i]];
        }
        for (int i : zeros) {
          codes[i] = 0;
        }
        float[] all = from.scales();
        for (int i = 0; i < groups.length; i++) {
          scales[i] = all[groups[i]];
        }
      }
      case F32 -> {
        float[] from = decoded.of(changed);
        if (pairs.length > 0) {
          gather(from, sources, pairs);
          for (int i : zeros) {
            pairs[i >> 1] &= LOWER << (32 * (~i & 1));
          }
        } else {
          gather(from, sources, numbers);
          for (int i : zeros) {
            numbers[i] = 0;
          }
        }
      }
    }
  }

  private static void gather(float[] from, int[] sources, long[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Widening.pair(from[sources[2 * i]], from[sources[2 * i + 1]]);
    }
  }

  private static void gather(float[] from, int[] sources, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = from[sources[i]];
    }
  }

  /**
   * Returns the group that all values of a range come from.
   *
   * @param groupOf the group of each of the caller's positions
   * @param sources where values come from
   * @param from first value
   * @param end end of the values
   * @param step distance between them
   * @return the group, 0 for an empty range, or -1 if there are several
   */
  static int common(int[] groupOf, int[] sources, int from, int end, int step) {
    int group = from < end ? groupOf[sources[from]] : 0;
    for (int i = from; i < end; i += step) {
      group = groupOf[sources[i]] == group ? group : -1;
    }
    return group;
  }

  /** Tells whether every range has one group. */
  static boolean known(int[] groups) {
    return Arrays.stream(groups).noneMatch(group -> group < 0);
  }
}
