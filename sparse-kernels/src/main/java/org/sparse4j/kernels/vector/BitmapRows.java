package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
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
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products of bitmap rows with a vector: packed values are expanded to the lanes whose bits are
 * set and multiplied by all of x there, 64 columns a step, without reading a single index.
 *
 * <p>An expand costs about four cycles whatever the width of its lanes and whatever it drops, so
 * narrow values are worth the more; from some 75 % sparsity on, reading entries one by one is
 * faster. Lanes without a bit multiply a zero, not x, so infinities and NaN go nowhere else.
 *
 * <p>Every row is four sums, each of sixteen lanes, in ascending order of columns with fused
 * multiply-adds; these are added up as {@code (a + b) + (c + d)}, then halves of lanes onto each
 * other. For 512-bit registers: narrower ones have no such instruction.
 *
 * <p>The order of x is that of the expanded lanes: for float32 its own; for bfloat16 the even
 * columns of every 32, then the odd ones, because a shift and a mask make two vectors of floats of
 * one of shorts; for bytes columns 0, 4, 8, ... of every 64, then 1, 5, 9, ..., and so on.
 */
final class BitmapRows {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Short> H = VectorSpecies.of(short.class, F.vectorShape());
  private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, F.vectorShape());

  /** Whether this machine has registers for sixteen floats. */
  static final boolean AVAILABLE = F.length() == 16;

  private static final long EVERY_2ND = 0x5555555555555555L;
  private static final long EVERY_4TH = 0x1111111111111111L;
  private static final long LANES = 0xffff;

  private BitmapRows() {}

  /**
   * Computes one row with float32 values.
   *
   * @param bits address of the row's words
   * @param words number of words
   * @param values address of the row's values; 64 bytes behind the last are readable
   * @param x address of 64 floats a word
   * @return the dot product
   */
  static float floats(long bits, int words, long values, long x) {
    bits &= ADDRESS;
    x &= ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a, zero = a;
    for (int q = 0; q < words; q++) {
      long word = ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, bits + 8L * (q & DenseMemory.OFFSET));
      long at = x + 256L * (q & DenseMemory.OFFSET);
      long from = values & ADDRESS;
      // Counting bits of prefixes is no serial chain, as adding one count after the other would be.
      long from1 = from + 4L * Long.bitCount(word & LANES);
      long from2 = from + 4L * Long.bitCount(word & 0xffffffffL);
      long from3 = from + 4L * Long.bitCount(word & 0xffffffffffffL);
      values += 4L * Long.bitCount(word);
      // Loaded first, expanded in the register: the memory form of expand is two to four times
      // slower.
      VectorMask<Float> m = VectorMask.fromLong(F, word & LANES);
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, from, ORDER).expand(m);
      a = v.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at, ORDER), m), a);
      m = VectorMask.fromLong(F, word >>> 16 & LANES);
      v = FloatVector.fromMemorySegment(F, ALL, from1, ORDER).expand(m);
      b = v.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at + 64, ORDER), m), b);
      m = VectorMask.fromLong(F, word >>> 32 & LANES);
      v = FloatVector.fromMemorySegment(F, ALL, from2, ORDER).expand(m);
      c = v.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at + 128, ORDER), m), c);
      m = VectorMask.fromLong(F, word >>> 48);
      v = FloatVector.fromMemorySegment(F, ALL, from3, ORDER).expand(m);
      d = v.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at + 192, ORDER), m), d);
    }
    a = a.add(b).add(c.add(d));
    a = FLOATS > 8 ? a.add(a.rearrange(FLOATS_BY_8)) : a;
    a = FLOATS > 4 ? a.add(a.rearrange(FLOATS_BY_4)) : a;
    a = a.add(a.rearrange(FLOATS_BY_2));
    return a.add(a.rearrange(FLOATS_BY_1)).lane(0);
  }

  /** Computes one row with bfloat16 values. */
  static float halves(long bits, int words, long values, long x) {
    bits &= ADDRESS;
    x &= ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a, zero = a;
    for (int q = 0; q < words; q++) {
      long word = ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, bits + 8L * (q & DenseMemory.OFFSET));
      long at = x + 256L * (q & DenseMemory.OFFSET);
      long low = word & 0xffffffffL;
      long from = values & ADDRESS;
      long from1 = from + 2L * Long.bitCount(low);
      values += 2L * Long.bitCount(word);
      long even = Long.compress(word, EVERY_2ND);
      long odd = Long.compress(word, EVERY_2ND << 1);
      IntVector u =
          ShortVector.fromMemorySegment(H, ALL, from, ORDER)
              .expand(VectorMask.fromLong(H, low))
              .reinterpretAsInts();
      IntVector v =
          ShortVector.fromMemorySegment(H, ALL, from1, ORDER)
              .expand(VectorMask.fromLong(H, word >>> 32))
              .reinterpretAsInts();
      FloatVector w = u.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      VectorMask<Float> m = VectorMask.fromLong(F, even & LANES);
      a = w.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at, ORDER), m), a);
      w = u.and(0xffff0000).reinterpretAsFloats();
      m = VectorMask.fromLong(F, odd & LANES);
      b = w.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at + 64, ORDER), m), b);
      w = v.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      m = VectorMask.fromLong(F, even >>> 16 & LANES);
      c = w.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at + 128, ORDER), m), c);
      w = v.and(0xffff0000).reinterpretAsFloats();
      m = VectorMask.fromLong(F, odd >>> 16 & LANES);
      d = w.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at + 192, ORDER), m), d);
    }
    a = a.add(b).add(c.add(d));
    a = FLOATS > 8 ? a.add(a.rearrange(FLOATS_BY_8)) : a;
    a = FLOATS > 4 ? a.add(a.rearrange(FLOATS_BY_4)) : a;
    a = a.add(a.rearrange(FLOATS_BY_2));
    return a.add(a.rearrange(FLOATS_BY_1)).lane(0);
  }

  /** Computes one row of codes; the caller multiplies by the row's scale. */
  static float codes(long bits, int words, long values, long x) {
    bits &= ADDRESS;
    x &= ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a, zero = a;
    for (int q = 0; q < words; q++) {
      long word = ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, bits + 8L * (q & DenseMemory.OFFSET));
      long at = x + 256L * (q & DenseMemory.OFFSET);
      IntVector u =
          ByteVector.fromMemorySegment(B, ALL, values & ADDRESS, ORDER)
              .expand(VectorMask.fromLong(B, word))
              .reinterpretAsInts();
      values += Long.bitCount(word);
      FloatVector w =
          (FloatVector)
              u.lanewise(VectorOperators.LSHL, 24)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convert(VectorOperators.I2F, 0);
      VectorMask<Float> m = VectorMask.fromLong(F, Long.compress(word, EVERY_4TH));
      a = w.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at, ORDER), m), a);
      w =
          (FloatVector)
              u.lanewise(VectorOperators.LSHL, 16)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convert(VectorOperators.I2F, 0);
      m = VectorMask.fromLong(F, Long.compress(word, EVERY_4TH << 1));
      b = w.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at + 64, ORDER), m), b);
      w =
          (FloatVector)
              u.lanewise(VectorOperators.LSHL, 8)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convert(VectorOperators.I2F, 0);
      m = VectorMask.fromLong(F, Long.compress(word, EVERY_4TH << 2));
      c = w.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at + 128, ORDER), m), c);
      w = (FloatVector) u.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0);
      m = VectorMask.fromLong(F, Long.compress(word, EVERY_4TH << 3));
      d = w.fma(zero.blend(FloatVector.fromMemorySegment(F, ALL, at + 192, ORDER), m), d);
    }
    a = a.add(b).add(c.add(d));
    a = FLOATS > 8 ? a.add(a.rearrange(FLOATS_BY_8)) : a;
    a = FLOATS > 4 ? a.add(a.rearrange(FLOATS_BY_4)) : a;
    a = a.add(a.rearrange(FLOATS_BY_2));
    return a.add(a.rearrange(FLOATS_BY_1)).lane(0);
  }
}
