package org.sparse4j.kernels.vector;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;
import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_1;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_2;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_4;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_8;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link BitmapRows} for elements of x below {@link #BOUND} in magnitude: two rows of narrow values
 * at a time, and no selection of the elements of x that belong to a bit.
 *
 * <p>A lane without a bit multiplies zero by a finite number, which changes no sum. Selecting took
 * half of the time: four blends and four masks for 64 columns (11008x4096, bytes, 50 %: 3.6 ms,
 * without 2.3).
 *
 * <p>Rows are best far apart. Each then is a stream of its own through memory, and a prefetcher
 * runs as many cache lines ahead in each (2.2 ms); neighbouring rows break off one another's
 * streams (3.5 ms). Four rows at a time are no faster and too much for one method: C2 then gave up
 * part way at times and kept vectors in objects, for good.
 *
 * <p>Of the four codes in an int, one a row's quarter of x, none is converted: the lowest two of
 * the int, and of the int shifted by 16 bits, become mantissas of numbers from 2^23 on, from which
 * the excess is subtracted; every second one stays times 256, and so do its sums until the end. All
 * of that is exact.
 *
 * <p>Sums are in the same order as in {@link BitmapRows}.
 */
final class BitmapStreams {

  /** What every element of x has to be below: sums of codes times 256 then stay finite. */
  static final float BOUND = 0x1p64f;

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Short> H = VectorSpecies.of(short.class, F.vectorShape());
  private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, F.vectorShape());
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

  /** Bits of 2^23 + 128; XOR with them makes a code c in the lowest byte 2^23 + 128 + c. */
  private static final int LOWEST_PLUS_128 = 0x4B000080;

  private static final float LOWEST = 0x1p23f + 128;

  /** The same for the next byte: 2^23 + 256 (128 + c). */
  private static final int SECOND_PLUS_128 = 0x4B008000;

  private static final float SECOND = 0x1p23f + 256 * 128;

  private BitmapStreams() {}

  /**
   * Computes two rows with bfloat16 values; a row may be named twice.
   *
   * @param bits address of the words of row 0
   * @param words number of words in a row
   * @param v0 address of the first row's values; 64 bytes behind the last are readable
   * @param v1 of the second row's
   * @param x address of 64 floats a word
   * @param y address of the result of row 0
   * @param r0 number of the first row
   * @param r1 number of the second row
   */
  static void halves(long bits, int words, long v0, long v1, long x, long y, int r0, int r1) {
    x &= ADDRESS;
    FloatVector zero = FloatVector.zero(F);
    long p0 = (bits + 8L * words * r0) & ADDRESS;
    long p1 = (bits + 8L * words * r1) & ADDRESS;
    FloatVector a0 = zero, b0 = zero, c0 = zero, d0 = zero;
    FloatVector a1 = zero, b1 = zero, c1 = zero, d1 = zero;
    for (int q = 0; q < words; q++) {
      long at = x + 256L * (q & OFFSET);
      long o = 8L * (q & OFFSET);
      long w0 = ALL.get(WORD, p0 + o);
      long w1 = ALL.get(WORD, p1 + o);

      long low0 = w0 & 0xffffffffL;
      long from0 = v0 & ADDRESS;
      v0 += 2L * Long.bitCount(w0);
      IntVector u0 =
          ShortVector.fromMemorySegment(H, ALL, from0, ORDER)
              .expand(VectorMask.fromLong(H, low0))
              .reinterpretAsInts();
      a0 =
          u0.lanewise(LSHL, 16)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, at, ORDER), a0);
      b0 =
          u0.and(0xffff0000)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 64, ORDER), b0);
      u0 =
          ShortVector.fromMemorySegment(H, ALL, from0 + 2L * Long.bitCount(low0), ORDER)
              .expand(VectorMask.fromLong(H, w0 >>> 32))
              .reinterpretAsInts();
      c0 =
          u0.lanewise(LSHL, 16)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 128, ORDER), c0);
      d0 =
          u0.and(0xffff0000)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 192, ORDER), d0);

      long low1 = w1 & 0xffffffffL;
      long from1 = v1 & ADDRESS;
      v1 += 2L * Long.bitCount(w1);
      IntVector u1 =
          ShortVector.fromMemorySegment(H, ALL, from1, ORDER)
              .expand(VectorMask.fromLong(H, low1))
              .reinterpretAsInts();
      a1 =
          u1.lanewise(LSHL, 16)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, at, ORDER), a1);
      b1 =
          u1.and(0xffff0000)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 64, ORDER), b1);
      u1 =
          ShortVector.fromMemorySegment(H, ALL, from1 + 2L * Long.bitCount(low1), ORDER)
              .expand(VectorMask.fromLong(H, w1 >>> 32))
              .reinterpretAsInts();
      c1 =
          u1.lanewise(LSHL, 16)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 128, ORDER), c1);
      d1 =
          u1.and(0xffff0000)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 192, ORDER), d1);
    }
    a0 = a0.add(b0).add(c0.add(d0));
    a0 = FLOATS > 8 ? a0.add(a0.rearrange(FLOATS_BY_8)) : a0;
    a0 = FLOATS > 4 ? a0.add(a0.rearrange(FLOATS_BY_4)) : a0;
    a0 = a0.add(a0.rearrange(FLOATS_BY_2));
    ALL.set(FLOAT, (y + 4L * r0) & ADDRESS, a0.add(a0.rearrange(FLOATS_BY_1)).lane(0));
    a1 = a1.add(b1).add(c1.add(d1));
    a1 = FLOATS > 8 ? a1.add(a1.rearrange(FLOATS_BY_8)) : a1;
    a1 = FLOATS > 4 ? a1.add(a1.rearrange(FLOATS_BY_4)) : a1;
    a1 = a1.add(a1.rearrange(FLOATS_BY_2));
    ALL.set(FLOAT, (y + 4L * r1) & ADDRESS, a1.add(a1.rearrange(FLOATS_BY_1)).lane(0));
  }

  /** Computes two rows of codes; the caller multiplies by the rows' scales. */
  static void codes(long bits, int words, long v0, long v1, long x, long y, int r0, int r1) {
    x &= ADDRESS;
    FloatVector zero = FloatVector.zero(F);
    long p0 = (bits + 8L * words * r0) & ADDRESS;
    long p1 = (bits + 8L * words * r1) & ADDRESS;
    FloatVector a0 = zero, b0 = zero, c0 = zero, d0 = zero;
    FloatVector a1 = zero, b1 = zero, c1 = zero, d1 = zero;
    for (int q = 0; q < words; q++) {
      long at = x + 256L * (q & OFFSET);
      long o = 8L * (q & OFFSET);
      long w0 = ALL.get(WORD, p0 + o);
      long w1 = ALL.get(WORD, p1 + o);

      IntVector u0 =
          ByteVector.fromMemorySegment(B, ALL, v0 & ADDRESS, ORDER)
              .expand(VectorMask.fromLong(B, w0))
              .reinterpretAsInts();
      v0 += Long.bitCount(w0);
      a0 =
          u0.and(0xff)
              .lanewise(XOR, LOWEST_PLUS_128)
              .reinterpretAsFloats()
              .sub(LOWEST)
              .fma(FloatVector.fromMemorySegment(F, ALL, at, ORDER), a0);
      b0 =
          u0.and(0xff00)
              .lanewise(XOR, SECOND_PLUS_128)
              .reinterpretAsFloats()
              .sub(SECOND)
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 64, ORDER), b0);
      u0 = u0.lanewise(LSHR, 16);
      c0 =
          u0.and(0xff)
              .lanewise(XOR, LOWEST_PLUS_128)
              .reinterpretAsFloats()
              .sub(LOWEST)
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 128, ORDER), c0);
      d0 =
          u0.and(0xff00)
              .lanewise(XOR, SECOND_PLUS_128)
              .reinterpretAsFloats()
              .sub(SECOND)
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 192, ORDER), d0);

      IntVector u1 =
          ByteVector.fromMemorySegment(B, ALL, v1 & ADDRESS, ORDER)
              .expand(VectorMask.fromLong(B, w1))
              .reinterpretAsInts();
      v1 += Long.bitCount(w1);
      a1 =
          u1.and(0xff)
              .lanewise(XOR, LOWEST_PLUS_128)
              .reinterpretAsFloats()
              .sub(LOWEST)
              .fma(FloatVector.fromMemorySegment(F, ALL, at, ORDER), a1);
      b1 =
          u1.and(0xff00)
              .lanewise(XOR, SECOND_PLUS_128)
              .reinterpretAsFloats()
              .sub(SECOND)
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 64, ORDER), b1);
      u1 = u1.lanewise(LSHR, 16);
      c1 =
          u1.and(0xff)
              .lanewise(XOR, LOWEST_PLUS_128)
              .reinterpretAsFloats()
              .sub(LOWEST)
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 128, ORDER), c1);
      d1 =
          u1.and(0xff00)
              .lanewise(XOR, SECOND_PLUS_128)
              .reinterpretAsFloats()
              .sub(SECOND)
              .fma(FloatVector.fromMemorySegment(F, ALL, at + 192, ORDER), d1);
    }
    a0 = a0.add(b0.mul(0x1p-8f)).add(c0.add(d0.mul(0x1p-8f)));
    a0 = FLOATS > 8 ? a0.add(a0.rearrange(FLOATS_BY_8)) : a0;
    a0 = FLOATS > 4 ? a0.add(a0.rearrange(FLOATS_BY_4)) : a0;
    a0 = a0.add(a0.rearrange(FLOATS_BY_2));
    ALL.set(FLOAT, (y + 4L * r0) & ADDRESS, a0.add(a0.rearrange(FLOATS_BY_1)).lane(0));
    a1 = a1.add(b1.mul(0x1p-8f)).add(c1.add(d1.mul(0x1p-8f)));
    a1 = FLOATS > 8 ? a1.add(a1.rearrange(FLOATS_BY_8)) : a1;
    a1 = FLOATS > 4 ? a1.add(a1.rearrange(FLOATS_BY_4)) : a1;
    a1 = a1.add(a1.rearrange(FLOATS_BY_2));
    ALL.set(FLOAT, (y + 4L * r1) & ADDRESS, a1.add(a1.rearrange(FLOATS_BY_1)).lane(0));
  }
}
