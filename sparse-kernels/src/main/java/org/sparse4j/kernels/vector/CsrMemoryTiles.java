package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles like those of {@link CsrTiles}, with the same sums, that broadcast values from
 * memory: four rows of Y by four vectors where there are 32 registers, else by two.
 *
 * <p>Panels are four, two or one vector wide, so that addresses are shifts. What was measured on
 * Skylake-SP (768x768, 90 % sparse, n = 128, 512 bits, one thread, microseconds): {@link CsrTiles}
 * 710, four rows by two vectors from memory 616, by four 505 to 540; 3 to 5 % more with
 * multiplications by the stride. Its core starts four instructions a cycle, and those are the
 * limit.
 *
 * <p>Plans of {@link QuadValues#LANES} come here too and go on to {@link CsrLaneTiles} where that
 * has a tile.
 */
final class CsrMemoryTiles {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();

  /** Bytes of a vector. */
  private static final long S = F.vectorByteSize();

  /** Vectors of Y in a row of a tile. */
  static final int VECTORS = DenseSpecies.manyRegisters() ? 4 : 2;

  /** Bytes of a row of a panel; rows of two vectors or one are shorter. */
  static final int PANEL = VECTORS * F.vectorByteSize();

  private static final int SHIFT1 = Long.numberOfTrailingZeros(S);
  private static final int SHIFT2 = SHIFT1 + 1;
  private static final int SHIFT4 = SHIFT1 + 2;

  /** Keeps every bit of a stride and shows that products with 16-bit numbers cannot overflow. */
  private static final long STRIDE = (1L << 32) - 1;

  private CsrMemoryTiles() {}

  /**
   * Adds the entries of one block in one tile to a panel of Y.
   *
   * @param a positions and values, not in pairs
   * @param s first slice
   * @param sEnd end of the slices
   * @param k first word
   * @param width bytes of a row of the panel: four vectors if that is {@link #PANEL}, two or one
   * @param x address of the tile's first row in the panel of X
   * @param xs bytes between rows of X: the width, or any if that is {@link #PANEL}
   * @param y address of the block's first row in the panel of Y
   * @param ys bytes between rows of Y
   * @param first whether rows of Y start at zero
   * @param piece receives widened values
   */
  static void block(
      CsrQuads a,
      int s,
      int sEnd,
      int k,
      int width,
      long x,
      long xs,
      long y,
      long ys,
      boolean first,
      QuadPiece piece) {
    if (!a.narrow()) {
      slices(width, a, a.words, a.values, s, sEnd, k, x, xs, y, ys, first);
      return;
    }
    int word = k;
    int end;
    for (int from = s; from < sEnd; from = end) {
      end = a.pieceEnd(from, sEnd);
      word = a.takeValues(from, end, word, piece);
      slices(width, a, piece.words, piece.values, from, end, 0, x, xs, y, ys, first);
    }
  }

  private static void slices(
      int width,
      CsrQuads a,
      long[] words,
      float[] values,
      int s,
      int sEnd,
      int k,
      long x,
      long xs,
      long y,
      long ys,
      boolean first) {
    boolean lanes = a.broadcast == QuadValues.LANES;
    if (lanes && xs != width) {
      CsrLaneTiles.strided4(words, values, a.counts, a.rows, s, sEnd, k, x, xs, y, ys, first, y);
    } else if (lanes && width == 4 * S) {
      CsrLaneTiles.slices4(words, values, a.counts, a.rows, s, sEnd, k, x, y, ys, first, y);
    } else if (lanes && width == 2 * S) {
      CsrLaneTiles.slices2(words, values, a.counts, a.rows, s, sEnd, k, x, y, ys, first, y);
    } else if (xs != width) {
      for (long at = 0; at < width; at += 2 * S) {
        long to = y + at;
        strided2(words, values, a.counts, a.rows, s, sEnd, k, x + at, xs, to, ys, first, to);
      }
    } else if (width == 4 * S) {
      slices4(words, values, a.counts, a.rows, s, sEnd, k, x, y, ys, first, y);
    } else if (width == 2 * S) {
      slices2(words, values, a.counts, a.rows, s, sEnd, k, x, y, ys, first, y);
    } else {
      slices1(words, values, a.counts, a.rows, s, sEnd, k, x, y, ys, first, y);
    }
  }

  // y and out are the same address: see CsrTiles.

  /** 4 rows x 4 vectors: 16 accumulators. */
  private static void slices4(
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
        int q = k << 2;
        FloatVector s0 = FloatVector.broadcast(F, values[q]);
        long p0 = x + ((w & 0xffff) << SHIFT4);
        a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
        a1 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), a1);
        a2 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + 2 * S, ORDER), a2);
        a3 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + 3 * S, ORDER), a3);
        FloatVector s1 = FloatVector.broadcast(F, values[q + 1]);
        long p1 = x + ((w >>> 16 & 0xffff) << SHIFT4);
        b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
        b1 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), b1);
        b2 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + 2 * S, ORDER), b2);
        b3 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + 3 * S, ORDER), b3);
        FloatVector s2 = FloatVector.broadcast(F, values[q + 2]);
        long p2 = x + ((w >>> 32 & 0xffff) << SHIFT4);
        c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
        c1 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), c1);
        c2 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + 2 * S, ORDER), c2);
        c3 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + 3 * S, ORDER), c3);
        FloatVector s3 = FloatVector.broadcast(F, values[q + 3]);
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

  /** 4 rows x 2 vectors: 8 accumulators. */
  private static void slices2(
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
        int q = k << 2;
        FloatVector s0 = FloatVector.broadcast(F, values[q]);
        long p0 = x + ((w & 0xffff) << SHIFT2);
        a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
        a1 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), a1);
        FloatVector s1 = FloatVector.broadcast(F, values[q + 1]);
        long p1 = x + ((w >>> 16 & 0xffff) << SHIFT2);
        b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
        b1 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), b1);
        FloatVector s2 = FloatVector.broadcast(F, values[q + 2]);
        long p2 = x + ((w >>> 32 & 0xffff) << SHIFT2);
        c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
        c1 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), c1);
        FloatVector s3 = FloatVector.broadcast(F, values[q + 3]);
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

  /** The same, rows of X any distance apart. */
  private static void strided2(
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
        int q = k << 2;
        FloatVector s0 = FloatVector.broadcast(F, values[q]);
        long p0 = x + (w & 0xffff) * xs;
        a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
        a1 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), a1);
        FloatVector s1 = FloatVector.broadcast(F, values[q + 1]);
        long p1 = x + (w >>> 16 & 0xffff) * xs;
        b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
        b1 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), b1);
        FloatVector s2 = FloatVector.broadcast(F, values[q + 2]);
        long p2 = x + (w >>> 32 & 0xffff) * xs;
        c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
        c1 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), c1);
        FloatVector s3 = FloatVector.broadcast(F, values[q + 3]);
        long p3 = x + (w >>> 48) * xs;
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

  /** 4 rows x 1 vector: 4 accumulators. */
  private static void slices1(
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
      FloatVector a0 = FloatVector.zero(F), b0 = a0, c0 = a0, d0 = a0;
      if (!first) {
        long a = y + (rows & 0xffff) * ys;
        a0 = FloatVector.fromMemorySegment(F, ALL, a, ORDER);
        long b = y + (rows >>> 16 & 0xffff) * ys;
        b0 = FloatVector.fromMemorySegment(F, ALL, b, ORDER);
        long c = y + (rows >>> 32 & 0xffff) * ys;
        c0 = FloatVector.fromMemorySegment(F, ALL, c, ORDER);
        long d = y + (rows >>> 48) * ys;
        d0 = FloatVector.fromMemorySegment(F, ALL, d, ORDER);
      }
      for (; k < end; k++) {
        long w = words[k];
        int q = k << 2;
        FloatVector s0 = FloatVector.broadcast(F, values[q]);
        long p0 = x + ((w & 0xffff) << SHIFT1);
        a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
        FloatVector s1 = FloatVector.broadcast(F, values[q + 1]);
        long p1 = x + ((w >>> 16 & 0xffff) << SHIFT1);
        b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
        FloatVector s2 = FloatVector.broadcast(F, values[q + 2]);
        long p2 = x + ((w >>> 32 & 0xffff) << SHIFT1);
        c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
        FloatVector s3 = FloatVector.broadcast(F, values[q + 3]);
        long p3 = x + ((w >>> 48) << SHIFT1);
        d0 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3, ORDER), d0);
      }
      long e = out + (rows & 0xffff) * ys;
      a0.intoMemorySegment(ALL, e, ORDER);
      long f = out + (rows >>> 16 & 0xffff) * ys;
      b0.intoMemorySegment(ALL, f, ORDER);
      long g = out + (rows >>> 32 & 0xffff) * ys;
      c0.intoMemorySegment(ALL, g, ORDER);
      long h = out + (rows >>> 48) * ys;
      d0.intoMemorySegment(ALL, h, ORDER);
    }
  }
}
