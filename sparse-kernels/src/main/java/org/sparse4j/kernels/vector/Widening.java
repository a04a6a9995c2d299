package org.sparse4j.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Widens values of two bytes or one to float32, a few thousand at a time, so that the register
 * tiles read them from a buffer that stays in a cache.
 *
 * <p>Numbers are what {@code Values.copyTo} gives, bit for bit: a bfloat16 is the upper half of a
 * float32, a code is multiplied by its scale once. Up to a vector more than asked for is written.
 */
final class Widening {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Integer> I = DenseSpecies.ints();
  private static final VectorSpecies<Long> L =
      VectorSpecies.of(long.class, VectorShape.forBitSize(F.vectorBitSize()));
  private static final int LANES = F.length();
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(16 * LANES));
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * LANES)));
  private static final VectorShuffle<Float> EVERY4 = VectorShuffle.fromOp(F, i -> i & 3);
  private static final VectorShuffle<Float> EVERY8 =
      VectorShuffle.fromOp(F, i -> i & 7 & (LANES - 1));

  /** There is no vector of four bytes. */
  private static final boolean BYTE_VECTORS = LANES >= 8;

  private Widening() {}

  /** Widens bfloat16. */
  static void halves(short[] from, int at, int count, float[] to) {
    for (int i = 0; i < count; i += LANES) {
      ((IntVector)
              ShortVector.fromArray(SHORTS, from, at + i)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(to, i);
    }
  }

  /** Puts two numbers in a word, the first in the lower half. */
  static void pairs(float[] from, int at, int count, long[] to) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector.fromArray(F, from, at + i).reinterpretAsLongs().intoArray(to, i >> 1);
    }
    for (; i < count; i += 2) {
      to[i >> 1] = pair(from[at + i], from[at + i + 1]);
    }
  }

  /** The reverse of {@link #pairs}. */
  static void numbers(long[] from, int at, int count, float[] to) {
    int i = 0;
    for (; i <= count - LANES / 2; i += LANES / 2) {
      LongVector.fromArray(L, from, at + i).reinterpretAsFloats().intoArray(to, 2 * i);
    }
    for (; i < count; i++) {
      to[2 * i] = Float.intBitsToFloat((int) from[at + i]);
      to[2 * i + 1] = Float.intBitsToFloat((int) (from[at + i] >>> 32));
    }
  }

  /** Two numbers in a word. */
  static long pair(float left, float right) {
    return (Float.floatToRawIntBits(left) & (1L << 32) - 1)
        | (long) Float.floatToRawIntBits(right) << 32;
  }

  /** Widens bfloat16, two in a word. */
  static void halves(short[] from, int at, int count, long[] to) {
    for (int i = 0; i < count; i += LANES) {
      ((IntVector)
              ShortVector.fromArray(SHORTS, from, at + i)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsLongs()
          .intoArray(to, i >> 1);
    }
  }

  /** Multiplies codes by scales that repeat after every four of them, two in a word. */
  static void codes(byte[] from, int at, int count, float[] scales, int scale, long[] to, int out) {
    if (!BYTE_VECTORS) {
      for (int i = 0; i < count; i += 2) {
        int lane = scale + (i & 3);
        to[out + (i >> 1)] = pair(from[at + i] * scales[lane], from[at + i + 1] * scales[lane + 1]);
      }
      return;
    }
    FloatVector factor = FloatVector.fromArray(F, scales, scale).rearrange(EVERY4);
    for (int i = 0; i < count; i += LANES) {
      ((FloatVector)
              ByteVector.fromArray(BYTES, from, at + i).convertShape(VectorOperators.B2F, F, 0))
          .mul(factor)
          .reinterpretAsLongs()
          .intoArray(to, out + (i >> 1));
    }
  }

  /**
   * Multiplies codes by scales that repeat after every {@code period} of them.
   *
   * @param period 4 or 8
   */
  static void codes(
      byte[] from, int at, int count, float[] scales, int scale, int period, float[] to, int out) {
    if (!BYTE_VECTORS) {
      for (int i = 0; i < count; i++) {
        to[out + i] = from[at + i] * scales[scale + (i & (period - 1))];
      }
    } else if (period == 4) {
      codes4(from, at, count, scales, scale, to, out);
    } else {
      codes8(from, at, count, scales, scale, to, out);
    }
  }

  private static void codes4(
      byte[] from, int at, int count, float[] scales, int scale, float[] to, int out) {
    FloatVector factor = FloatVector.fromArray(F, scales, scale).rearrange(EVERY4);
    for (int i = 0; i < count; i += LANES) {
      ((FloatVector)
              ByteVector.fromArray(BYTES, from, at + i).convertShape(VectorOperators.B2F, F, 0))
          .mul(factor)
          .intoArray(to, out + i);
    }
  }

  private static void codes8(
      byte[] from, int at, int count, float[] scales, int scale, float[] to, int out) {
    FloatVector factor = FloatVector.fromArray(F, scales, scale).rearrange(EVERY8);
    for (int i = 0; i < count; i += LANES) {
      ((FloatVector)
              ByteVector.fromArray(BYTES, from, at + i).convertShape(VectorOperators.B2F, F, 0))
          .mul(factor)
          .intoArray(to, out + i);
    }
  }

  /** Multiplies the {@code height} codes of each step by the step's scale. */
  static void steps(
      byte[] from, int at, int steps, int height, float[] scales, int scale, float[] to) {
    for (int k = 0; k < steps; k++) {
      float factor = scales[scale + k];
      for (int r = 0; r < height; r++) {
        to[k * height + r] = from[at + k * height + r] * factor;
      }
    }
  }
}
