package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.kernels.operation.Activation;

/**
 * Register tiles of {@code Y = A X} over {@link CsrQuads}: four rows of Y by one, two or four
 * vectors stay in registers while the entries of one column tile go by.
 *
 * <p>{@code y[row] += value * x[column]}, summed in float32 with fused multiply-adds in ascending
 * order of the columns, whatever the width, the number of parts or the other rows of a slice.
 *
 * <p>What was measured on Zen 5 (768x768, 90 % sparse, n = 128, one thread, oneDNN = 1):
 *
 * <ul>
 *   <li>An address that comes straight out of a load costs the loads that depend on it replays:
 *       1.15 multiply-adds a cycle instead of 1.6. Hence four 16-bit columns in one word, and words
 *       loaded {@value #AHEAD} steps before they are used, across the ends of slices.
 *   <li>Row by row, the loop exit is mispredicted once a row and tile. Rows of a slice have equal
 *       counts, and slices are sorted by count.
 *   <li>Absolute addresses whose type shows that they are in range need no bounds checks: +10 %.
 *   <li>All in all 5.2 times oneDNN, where the plain row kernel in column tiles reached 3.9.
 * </ul>
 */
final class CsrTiles {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();

  /** Bytes of a vector. */
  private static final int S = F.vectorByteSize();

  /** Keeps every bit of a stride and shows that products with 16-bit numbers cannot overflow. */
  private static final long STRIDE = (1L << 32) - 1;

  /** Steps between the load of a word of columns and its use; words are readable that far on. */
  static final int AHEAD = 2;

  /** Vectors of the widest tile: sixteen accumulators want 32 registers. */
  static final int WIDEST = DenseSpecies.manyRegisters() ? 4 : 2;

  private CsrTiles() {}

  /**
   * Returns the register width.
   *
   * @return bits
   */
  static int vectorBits() {
    return F.vectorBitSize();
  }

  /**
   * Computes some rows and all columns of {@code Y = f(A X + b)}, tile after tile.
   *
   * @param a positions and values
   * @param firstBlock first block of rows
   * @param endBlock end of the blocks
   * @param x address of X
   * @param xs bytes between its rows
   * @param n columns of X and Y, padding not counted
   * @param y address of Y
   * @param ys bytes between its rows
   * @param bias address of b, or 0 for none
   * @param activation f
   * @param piece receives widened values, {@link CsrQuads#pieceLength} long
   */
  static void multiply(
      CsrQuads a,
      int firstBlock,
      int endBlock,
      long x,
      long xs,
      int n,
      long y,
      long ys,
      long bias,
      Activation activation,
      float[] piece) {
    int bytes = 4 * ((n + 15) & -16);
    for (int j = 0; j < bytes; ) {
      int vectors = Math.min(WIDEST, Integer.highestOneBit((bytes - j) / S));
      panel(a, firstBlock, endBlock, vectors, x + j, xs, y + j, ys, bias, activation, piece);
      j += vectors * S;
    }
    int first = a.blockStart[firstBlock];
    int rows = a.blockStart[endBlock] - first;
    CsrEpilogue.clearPadding(y + first * ys, ys, rows, n);
  }

  private static void panel(
      CsrQuads a,
      int firstBlock,
      int endBlock,
      int vectors,
      long x,
      long xs,
      long y,
      long ys,
      long bias,
      Activation activation,
      float[] piece) {
    for (int t = 0; t < a.tiles; t++) {
      long tile = x + (long) t * a.tileColumns * xs;
      for (int b = firstBlock; b < endBlock; b++) {
        int at = t * a.blocks + b;
        int s = a.sliceStart[at];
        int sEnd = a.sliceStart[at + 1];
        int k = a.wordStart[at];
        long row = a.blockStart[b];
        long to = y + row * ys;
        if (!a.narrow()) {
          slices(vectors, a, a.values, 0, s, sEnd, k, tile, xs, to, ys, t == 0);
        }
        while (a.narrow() && s < sEnd) {
          int pieceEnd = a.pieceEnd(s, sEnd);
          int next = a.widen(s, pieceEnd, k, piece);
          slices(vectors, a, piece, 4 * k, s, pieceEnd, k, tile, xs, to, ys, t == 0);
          s = pieceEnd;
          k = next;
        }
        if (t == a.tiles - 1) {
          int rows = a.blockStart[b + 1] - (int) row;
          long shift = bias == 0 ? 0 : bias + 4 * row;
          CsrEpilogue.rows(activation, shift, to, ys, rows, vectors * S);
        }
      }
    }
  }

  /** Some slices; value i is at {@code values[i - base]}. */
  private static void slices(
      int vectors,
      CsrQuads a,
      float[] values,
      int base,
      int s,
      int sEnd,
      int k,
      long x,
      long xs,
      long y,
      long ys,
      boolean first) {
    switch (vectors) {
      case 4 -> slices4(a, values, base, s, sEnd, k, x, xs, y, ys, first);
      case 2 -> slices2(a, values, base, s, sEnd, k, x, xs, y, ys, first);
      default -> slices1(a, values, base, s, sEnd, k, x, xs, y, ys, first);
    }
  }

  // In the tiles, y and out are the same address. Were it one variable, C2 would compute four row
  // addresses once and hold them over the loop, spilling what the loop itself needs.

  /** 4 rows x 4 vectors: 16 accumulators. */
  private static void tile4(
      long[] words,
      float[] values,
      int base,
      int k,
      int end,
      long w0,
      long w1,
      long x,
      long xs,
      long y,
      long ys,
      long rows,
      boolean first,
      long out) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    out &= ADDRESS;
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
      a2 = FloatVector.fromMemorySegment(F, ALL, a + 2L * S, ORDER);
      a3 = FloatVector.fromMemorySegment(F, ALL, a + 3L * S, ORDER);
      long b = y + (rows >>> 16 & 0xffff) * ys;
      b0 = FloatVector.fromMemorySegment(F, ALL, b, ORDER);
      b1 = FloatVector.fromMemorySegment(F, ALL, b + S, ORDER);
      b2 = FloatVector.fromMemorySegment(F, ALL, b + 2L * S, ORDER);
      b3 = FloatVector.fromMemorySegment(F, ALL, b + 3L * S, ORDER);
      long c = y + (rows >>> 32 & 0xffff) * ys;
      c0 = FloatVector.fromMemorySegment(F, ALL, c, ORDER);
      c1 = FloatVector.fromMemorySegment(F, ALL, c + S, ORDER);
      c2 = FloatVector.fromMemorySegment(F, ALL, c + 2L * S, ORDER);
      c3 = FloatVector.fromMemorySegment(F, ALL, c + 3L * S, ORDER);
      long d = y + (rows >>> 48) * ys;
      d0 = FloatVector.fromMemorySegment(F, ALL, d, ORDER);
      d1 = FloatVector.fromMemorySegment(F, ALL, d + S, ORDER);
      d2 = FloatVector.fromMemorySegment(F, ALL, d + 2L * S, ORDER);
      d3 = FloatVector.fromMemorySegment(F, ALL, d + 3L * S, ORDER);
    }
    for (; k < end; k++) {
      long w = w0;
      w0 = w1;
      w1 = words[k + AHEAD];
      int q = (k << 2) - base;
      long p0 = x + (w & 0xffff) * xs;
      FloatVector s0 = FloatVector.broadcast(F, values[q]);
      a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
      a1 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), a1);
      a2 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + 2L * S, ORDER), a2);
      a3 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + 3L * S, ORDER), a3);
      long p1 = x + (w >>> 16 & 0xffff) * xs;
      FloatVector s1 = FloatVector.broadcast(F, values[q + 1]);
      b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
      b1 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), b1);
      b2 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + 2L * S, ORDER), b2);
      b3 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + 3L * S, ORDER), b3);
      long p2 = x + (w >>> 32 & 0xffff) * xs;
      FloatVector s2 = FloatVector.broadcast(F, values[q + 2]);
      c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
      c1 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), c1);
      c2 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + 2L * S, ORDER), c2);
      c3 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + 3L * S, ORDER), c3);
      long p3 = x + (w >>> 48) * xs;
      FloatVector s3 = FloatVector.broadcast(F, values[q + 3]);
      d0 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3, ORDER), d0);
      d1 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + S, ORDER), d1);
      d2 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + 2L * S, ORDER), d2);
      d3 = s3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + 3L * S, ORDER), d3);
    }
    long e = out + (rows & 0xffff) * ys;
    a0.intoMemorySegment(ALL, e, ORDER);
    a1.intoMemorySegment(ALL, e + S, ORDER);
    a2.intoMemorySegment(ALL, e + 2L * S, ORDER);
    a3.intoMemorySegment(ALL, e + 3L * S, ORDER);
    long f = out + (rows >>> 16 & 0xffff) * ys;
    b0.intoMemorySegment(ALL, f, ORDER);
    b1.intoMemorySegment(ALL, f + S, ORDER);
    b2.intoMemorySegment(ALL, f + 2L * S, ORDER);
    b3.intoMemorySegment(ALL, f + 3L * S, ORDER);
    long g = out + (rows >>> 32 & 0xffff) * ys;
    c0.intoMemorySegment(ALL, g, ORDER);
    c1.intoMemorySegment(ALL, g + S, ORDER);
    c2.intoMemorySegment(ALL, g + 2L * S, ORDER);
    c3.intoMemorySegment(ALL, g + 3L * S, ORDER);
    long h = out + (rows >>> 48) * ys;
    d0.intoMemorySegment(ALL, h, ORDER);
    d1.intoMemorySegment(ALL, h + S, ORDER);
    d2.intoMemorySegment(ALL, h + 2L * S, ORDER);
    d3.intoMemorySegment(ALL, h + 3L * S, ORDER);
  }

  private static void slices4(
      CsrQuads a,
      float[] values,
      int base,
      int s,
      int sEnd,
      int k,
      long x,
      long xs,
      long y,
      long ys,
      boolean first) {
    long[] words = a.words;
    int[] counts = a.counts;
    long[] rows = a.rows;
    long w0 = words[k], w1 = words[k + 1];
    for (; s < sEnd; s++) {
      int end = k + counts[s];
      long n0 = words[end];
      long n1 = words[end + 1];
      tile4(words, values, base, k, end, w0, w1, x, xs, y, ys, rows[s], first, y);
      k = end;
      w0 = n0;
      w1 = n1;
    }
  }

  /** 4 rows x 2 vectors: 8 accumulators. */
  private static void tile2(
      long[] words,
      float[] values,
      int base,
      int k,
      int end,
      long w0,
      long w1,
      long x,
      long xs,
      long y,
      long ys,
      long rows,
      boolean first,
      long out) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    out &= ADDRESS;
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
      long w = w0;
      w0 = w1;
      w1 = words[k + AHEAD];
      int q = (k << 2) - base;
      long p0 = x + (w & 0xffff) * xs;
      FloatVector s0 = FloatVector.broadcast(F, values[q]);
      a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
      a1 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), a1);
      long p1 = x + (w >>> 16 & 0xffff) * xs;
      FloatVector s1 = FloatVector.broadcast(F, values[q + 1]);
      b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
      b1 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), b1);
      long p2 = x + (w >>> 32 & 0xffff) * xs;
      FloatVector s2 = FloatVector.broadcast(F, values[q + 2]);
      c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
      c1 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), c1);
      long p3 = x + (w >>> 48) * xs;
      FloatVector s3 = FloatVector.broadcast(F, values[q + 3]);
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

  private static void slices2(
      CsrQuads a,
      float[] values,
      int base,
      int s,
      int sEnd,
      int k,
      long x,
      long xs,
      long y,
      long ys,
      boolean first) {
    long[] words = a.words;
    int[] counts = a.counts;
    long[] rows = a.rows;
    long w0 = words[k], w1 = words[k + 1];
    for (; s < sEnd; s++) {
      int end = k + counts[s];
      long n0 = words[end];
      long n1 = words[end + 1];
      tile2(words, values, base, k, end, w0, w1, x, xs, y, ys, rows[s], first, y);
      k = end;
      w0 = n0;
      w1 = n1;
    }
  }

  /** 4 rows x 1 vector: 4 accumulators; loads take longer than the chains of additions. */
  private static void tile1(
      long[] words,
      float[] values,
      int base,
      int k,
      int end,
      long w0,
      long w1,
      long x,
      long xs,
      long y,
      long ys,
      long rows,
      boolean first,
      long out) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    out &= ADDRESS;
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
      long w = w0;
      w0 = w1;
      w1 = words[k + AHEAD];
      int q = (k << 2) - base;
      long p0 = x + (w & 0xffff) * xs;
      FloatVector s0 = FloatVector.broadcast(F, values[q]);
      a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
      long p1 = x + (w >>> 16 & 0xffff) * xs;
      FloatVector s1 = FloatVector.broadcast(F, values[q + 1]);
      b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
      long p2 = x + (w >>> 32 & 0xffff) * xs;
      FloatVector s2 = FloatVector.broadcast(F, values[q + 2]);
      c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
      long p3 = x + (w >>> 48) * xs;
      FloatVector s3 = FloatVector.broadcast(F, values[q + 3]);
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

  private static void slices1(
      CsrQuads a,
      float[] values,
      int base,
      int s,
      int sEnd,
      int k,
      long x,
      long xs,
      long y,
      long ys,
      boolean first) {
    long[] words = a.words;
    int[] counts = a.counts;
    long[] rows = a.rows;
    long w0 = words[k], w1 = words[k + 1];
    for (; s < sEnd; s++) {
      int end = k + counts[s];
      long n0 = words[end];
      long n1 = words[end + 1];
      tile1(words, values, base, k, end, w0, w1, x, xs, y, ys, rows[s], first, y);
      k = end;
      w0 = n0;
      w1 = n1;
    }
  }
}
