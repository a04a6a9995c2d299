package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles like those of {@link CsrMemoryTiles}, with the same sums, for 512-bit registers:
 * the four values of a step are one load, and each reaches all lanes by a permute.
 *
 * <p>They suit a processor whose limit is the loads: a step of four rows by four vectors has 17 of
 * vectors instead of 20. What was measured on Zen 5 (768x768, n = 128, 50 % sparse, one thread,
 * microseconds): {@link CsrTiles} 603 to 625, {@link CsrMemoryTiles} 504, this 452 to 472; oneDNN's
 * dense product takes 569. The processor starts about 1.6 loads of 512 bits a cycle in such loops,
 * in C as well. A single vector of Y has too few multiply-adds for its permutes and keeps to {@link
 * CsrMemoryTiles}.
 *
 * <p>Rows of X may lie any distance apart: with so many multiply-adds for an address, copying X
 * into panels pays only if its rows are read often. In copied panels an address is a shift all the
 * same: the multiplication by a stride takes 4 to 10 % more.
 */
final class CsrLaneTiles {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
  private static final VectorShuffle<Float> LANE0 = VectorShuffle.fromOp(F, lane -> 0);
  private static final VectorShuffle<Float> LANE1 = VectorShuffle.fromOp(F, lane -> 1);
  private static final VectorShuffle<Float> LANE2 = VectorShuffle.fromOp(F, lane -> 2);
  private static final VectorShuffle<Float> LANE3 = VectorShuffle.fromOp(F, lane -> 3);

  /** Bytes of a vector. */
  private static final long S = F.vectorByteSize();

  private static final int SHIFT2 = Long.numberOfTrailingZeros(2 * S);
  private static final int SHIFT4 = SHIFT2 + 1;

  /** Keeps every bit of a stride and shows that products with 16-bit numbers cannot overflow. */
  private static final long STRIDE = (1L << 32) - 1;

  private CsrLaneTiles() {}

  // Arguments are those of CsrMemoryTiles; y and out are the same address: see CsrTiles.

  /** 4 rows x 4 vectors: 16 accumulators. */
  static void slices4(
      long[] words,
      float[] values,
      int[] counts,
      long[] rowsOf,
      int s,
      int sEnd,
      int k,
      long x,
      long y,
      long ys,
      boolean first,
      long out) {
    x &= ADDRESS;
    y &= ADDRESS;
    ys &= STRIDE;
    out &= ADDRESS;
    for (; s < sEnd; s++) {
      int end = k + counts[s];
      long rows = rowsOf[s];
      FloatVector a0 = FloatVector.zero(F),
          a1 = a0,
          a2 = a0,
          a3 = a0,
          b0 = a0,
          b1 = a0,
          b2 = a0,
          b3 = a0,
          c0 = a0,
          c1 = a0,
          c2 = a0,
          c3 = a0,
          d0 = a0,
          d1 = a0,
          d2 = a0,
          d3 = a0;
      if (!first) {
        long a = y + (rows & 0xffff) * ys;
        a0 = FloatVector.fromMemorySegment(F, ALL, a, ORDER);
        a1 = FloatVector.fromMemorySegment(F, ALL, a + S, ORDER);
        a2 = FloatVector.fromMemorySegment(F, ALL, a + 2 * S, ORDER);
        a3 = FloatVector.fromMemorySegment(F, ALL, a + 3 * S, ORDER);
        long b = y + (rows >>> 16 & 0xffff) * ys;
        b0 = FloatVector.fromMemorySegment(F, ALL, b, ORDER);
        b1 = FloatVector.fromMemorySegment(F, ALL, b + S, ORDER);
        b2 = FloatVector.fromMemorySegment(F, ALL, b + 2 * S, ORDER);
        b3 = FloatVector.fromMemorySegment(F, ALL, b + 3 * S, ORDER);
        long c = y + (rows >>> 32 & 0xffff) * ys;
        c0 = FloatVector.fromMemorySegment(F, ALL, c, ORDER);
        c1 = FloatVector.fromMemorySegment(F, ALL, c + S, ORDER);
        c2 = FloatVector.fromMemorySegment(F, ALL, c + 2 * S, ORDER);
        c3 = FloatVector.fromMemorySegment(F, ALL, c + 3 * S, ORDER);
        long d = y + (rows >>> 48) * ys;
        d0 = FloatVector.fromMemorySegment(F, ALL, d, ORDER);
        d1 = FloatVector.fromMemorySegment(F, ALL, d + S, ORDER);
        d2 = FloatVector.fromMemorySegment(F, ALL, d + 2 * S, ORDER);
        d3 = FloatVector.fromMemorySegment(F, ALL, d + 3 * S, ORDER);
      }
      for (; k < end; k++) {
        long w = words[k];
        FloatVector four =
            (FloatVector) FloatVector.fromArray(FOUR, values, k << 2).reinterpretShape(F, 0);
        FloatVector s0 = four.rearrange(LANE0);
        long p0 = x + ((w & 0xffff) << SHIFT4);
        a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
        a1 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), a1);
        a2 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + 2 * S, ORDER), a2);
        a3 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + 3 * S, ORDER), a3);
        FloatVector s1 = four.rearrange(LANE1);
        long p1 = x + ((w >>> 16 & 0xffff) << SHIFT4);
        b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
        b1 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), b1);
        b2 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + 2 * S, ORDER), b2);
        b3 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + 3 * S, ORDER), b3);
        FloatVector s2 = four.rearrange(LANE2);
        long p2 = x + ((w >>> 32 & 0xffff) << SHIFT4);
        c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
        c1 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), c1);
        c2 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + 2 * S, ORDER), c2);
        c3 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + 3 * S, ORDER), c3);
        FloatVector s3 = four.rearrange(LANE3);
        long p3 = x + ((w >>> 48) << SHIFT4);
        d0 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3, ORDER), d0);
        d1 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + S, ORDER), d1);
        d2 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + 2 * S, ORDER), d2);
        d3 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + 3 * S, ORDER), d3);
      }
      long e = out + (rows & 0xffff) * ys;
      a0.intoMemorySegment(ALL, e, ORDER);
      a1.intoMemorySegment(ALL, e + S, ORDER);
      a2.intoMemorySegment(ALL, e + 2 * S, ORDER);
      a3.intoMemorySegment(ALL, e + 3 * S, ORDER);
      long f = out + (rows >>> 16 & 0xffff) * ys;
      b0.intoMemorySegment(ALL, f, ORDER);
      b1.intoMemorySegment(ALL, f + S, ORDER);
      b2.intoMemorySegment(ALL, f + 2 * S, ORDER);
      b3.intoMemorySegment(ALL, f + 3 * S, ORDER);
      long g = out + (rows >>> 32 & 0xffff) * ys;
      c0.intoMemorySegment(ALL, g, ORDER);
      c1.intoMemorySegment(ALL, g + S, ORDER);
      c2.intoMemorySegment(ALL, g + 2 * S, ORDER);
      c3.intoMemorySegment(ALL, g + 3 * S, ORDER);
      long h = out + (rows >>> 48) * ys;
      d0.intoMemorySegment(ALL, h, ORDER);
      d1.intoMemorySegment(ALL, h + S, ORDER);
      d2.intoMemorySegment(ALL, h + 2 * S, ORDER);
      d3.intoMemorySegment(ALL, h + 3 * S, ORDER);
    }
  }

  /** The same, rows of X any distance apart. */
  static void strided4(
      long[] words,
      float[] values,
      int[] counts,
      long[] rowsOf,
      int s,
      int sEnd,
      int k,
      long x,
      long xs,
      long y,
      long ys,
      boolean first,
      long out) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    out &= ADDRESS;
    for (; s < sEnd; s++) {
      int end = k + counts[s];
      long rows = rowsOf[s];
      FloatVector a0 = FloatVector.zero(F),
          a1 = a0,
          a2 = a0,
          a3 = a0,
          b0 = a0,
          b1 = a0,
          b2 = a0,
          b3 = a0,
          c0 = a0,
          c1 = a0,
          c2 = a0,
          c3 = a0,
          d0 = a0,
          d1 = a0,
          d2 = a0,
          d3 = a0;
      if (!first) {
        long a = y + (rows & 0xffff) * ys;
        a0 = FloatVector.fromMemorySegment(F, ALL, a, ORDER);
        a1 = FloatVector.fromMemorySegment(F, ALL, a + S, ORDER);
        a2 = FloatVector.fromMemorySegment(F, ALL, a + 2 * S, ORDER);
        a3 = FloatVector.fromMemorySegment(F, ALL, a + 3 * S, ORDER);
        long b = y + (rows >>> 16 & 0xffff) * ys;
        b0 = FloatVector.fromMemorySegment(F, ALL, b, ORDER);
        b1 = FloatVector.fromMemorySegment(F, ALL, b + S, ORDER);
        b2 = FloatVector.fromMemorySegment(F, ALL, b + 2 * S, ORDER);
        b3 = FloatVector.fromMemorySegment(F, ALL, b + 3 * S, ORDER);
        long c = y + (rows >>> 32 & 0xffff) * ys;
        c0 = FloatVector.fromMemorySegment(F, ALL, c, ORDER);
        c1 = FloatVector.fromMemorySegment(F, ALL, c + S, ORDER);
        c2 = FloatVector.fromMemorySegment(F, ALL, c + 2 * S, ORDER);
        c3 = FloatVector.fromMemorySegment(F, ALL, c + 3 * S, ORDER);
        long d = y + (rows >>> 48) * ys;
        d0 = FloatVector.fromMemorySegment(F, ALL, d, ORDER);
        d1 = FloatVector.fromMemorySegment(F, ALL, d + S, ORDER);
        d2 = FloatVector.fromMemorySegment(F, ALL, d + 2 * S, ORDER);
        d3 = FloatVector.fromMemorySegment(F, ALL, d + 3 * S, ORDER);
      }
      for (; k < end; k++) {
        long w = words[k];
        FloatVector four =
            (FloatVector) FloatVector.fromArray(FOUR, values, k << 2).reinterpretShape(F, 0);
        FloatVector s0 = four.rearrange(LANE0);
        long p0 = x + (w & 0xffff) * xs;
        a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
        a1 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), a1);
        a2 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + 2 * S, ORDER), a2);
        a3 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + 3 * S, ORDER), a3);
        FloatVector s1 = four.rearrange(LANE1);
        long p1 = x + (w >>> 16 & 0xffff) * xs;
        b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
        b1 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), b1);
        b2 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + 2 * S, ORDER), b2);
        b3 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + 3 * S, ORDER), b3);
        FloatVector s2 = four.rearrange(LANE2);
        long p2 = x + (w >>> 32 & 0xffff) * xs;
        c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
        c1 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), c1);
        c2 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + 2 * S, ORDER), c2);
        c3 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + 3 * S, ORDER), c3);
        FloatVector s3 = four.rearrange(LANE3);
        long p3 = x + (w >>> 48) * xs;
        d0 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3, ORDER), d0);
        d1 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + S, ORDER), d1);
        d2 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + 2 * S, ORDER), d2);
        d3 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + 3 * S, ORDER), d3);
      }
      long e = out + (rows & 0xffff) * ys;
      a0.intoMemorySegment(ALL, e, ORDER);
      a1.intoMemorySegment(ALL, e + S, ORDER);
      a2.intoMemorySegment(ALL, e + 2 * S, ORDER);
      a3.intoMemorySegment(ALL, e + 3 * S, ORDER);
      long f = out + (rows >>> 16 & 0xffff) * ys;
      b0.intoMemorySegment(ALL, f, ORDER);
      b1.intoMemorySegment(ALL, f + S, ORDER);
      b2.intoMemorySegment(ALL, f + 2 * S, ORDER);
      b3.intoMemorySegment(ALL, f + 3 * S, ORDER);
      long g = out + (rows >>> 32 & 0xffff) * ys;
      c0.intoMemorySegment(ALL, g, ORDER);
      c1.intoMemorySegment(ALL, g + S, ORDER);
      c2.intoMemorySegment(ALL, g + 2 * S, ORDER);
      c3.intoMemorySegment(ALL, g + 3 * S, ORDER);
      long h = out + (rows >>> 48) * ys;
      d0.intoMemorySegment(ALL, h, ORDER);
      d1.intoMemorySegment(ALL, h + S, ORDER);
      d2.intoMemorySegment(ALL, h + 2 * S, ORDER);
      d3.intoMemorySegment(ALL, h + 3 * S, ORDER);
    }
  }

  /** 4 rows x 2 vectors: 8 accumulators. */
  static void slices2(
      long[] words,
      float[] values,
      int[] counts,
      long[] rowsOf,
      int s,
      int sEnd,
      int k,
      long x,
      long y,
      long ys,
      boolean first,
      long out) {
    x &= ADDRESS;
    y &= ADDRESS;
    ys &= STRIDE;
    out &= ADDRESS;
    for (; s < sEnd; s++) {
      int end = k + counts[s];
      long rows = rowsOf[s];
      FloatVector a0 = FloatVector.zero(F),
          a1 = a0,
          b0 = a0,
          b1 = a0,
          c0 = a0,
          c1 = a0,
          d0 = a0,
          d1 = a0;
      if (!first) {
        long a = y + (rows & 0xffff) * ys;
        a0 = FloatVector.fromMemorySegment(F, ALL, a, ORDER);
        a1 = FloatVector.fromMemorySegment(F, ALL, a + S, ORDER);
        long b = y + (rows >>> 16 & 0xffff) * ys;
        b0 = FloatVector.fromMemorySegment(F, ALL, b, ORDER);
        b1 = FloatVector.fromMemorySegment(F, ALL, b + S, ORDER);
        long c = y + (rows >>> 32 & 0xffff) * ys;
        c0 = FloatVector.fromMemorySegment(F, ALL, c, ORDER);
        c1 = FloatVector.fromMemorySegment(F, ALL, c + S, ORDER);
        long d = y + (rows >>> 48) * ys;
        d0 = FloatVector.fromMemorySegment(F, ALL, d, ORDER);
        d1 = FloatVector.fromMemorySegment(F, ALL, d + S, ORDER);
      }
      for (; k < end; k++) {
        long w = words[k];
        FloatVector four =
            (FloatVector) FloatVector.fromArray(FOUR, values, k << 2).reinterpretShape(F, 0);
        FloatVector s0 = four.rearrange(LANE0);
        long p0 = x + ((w & 0xffff) << SHIFT2);
        a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
        a1 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), a1);
        FloatVector s1 = four.rearrange(LANE1);
        long p1 = x + ((w >>> 16 & 0xffff) << SHIFT2);
        b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
        b1 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), b1);
        FloatVector s2 = four.rearrange(LANE2);
        long p2 = x + ((w >>> 32 & 0xffff) << SHIFT2);
        c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
        c1 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), c1);
        FloatVector s3 = four.rearrange(LANE3);
        long p3 = x + ((w >>> 48) << SHIFT2);
        d0 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3, ORDER), d0);
        d1 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + S, ORDER), d1);
      }
      long e = out + (rows & 0xffff) * ys;
      a0.intoMemorySegment(ALL, e, ORDER);
      a1.intoMemorySegment(ALL, e + S, ORDER);
      long f = out + (rows >>> 16 & 0xffff) * ys;
      b0.intoMemorySegment(ALL, f, ORDER);
      b1.intoMemorySegment(ALL, f + S, ORDER);
      long g = out + (rows >>> 32 & 0xffff) * ys;
      c0.intoMemorySegment(ALL, g, ORDER);
      c1.intoMemorySegment(ALL, g + S, ORDER);
      long h = out + (rows >>> 48) * ys;
      d0.intoMemorySegment(ALL, h, ORDER);
      d1.intoMemorySegment(ALL, h + S, ORDER);
    }
  }
}
