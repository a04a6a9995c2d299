package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products {@code s_ij = sum_t G_it X_jt} over {@link CsrQuads}: pieces of four rows of G stay
 * in registers while the columns of a slice go by.
 *
 * <p>Each step makes four vectors of products, one a row, and folds them into one: merging two
 * vectors at distance d adds lanes l and l ^ d and keeps the sums of the first where bit d of l is
 * clear. The folded vectors of a slice go through scratch in L1 and are folded further, until a
 * vector holds four neighbouring sums of each of four rows. When all is summed, these go to their
 * places in pattern order. All sixteen products of four steps in one method were as fast, but too
 * large for the first compiler, and never compiled by the second. A permutation instead of the
 * fours took 42 of 211 microseconds (768x768, 90 %, n = 128), placing the sums of each panel at
 * once 90 of 230.
 *
 * <p>{@code reduceLanes} would not do: it may add in any order, and does so in another one once a
 * method is compiled.
 */
final class SddmmTiles {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
  private static final int LANES = F.length();

  /**
   * Vectors of the widest tile. With 16 registers the pieces of G do not fit and are read from the
   * stack, which at 128 bits costs less than folding twice as often (768x768, 90 %, n = 128: 735
   * us, with two vectors 1098); at 256 bits it is worth 6 % at n = 128 and costs 6 % at n = 512.
   */
  private static final int WIDEST = LANES == 8 ? 2 : 4;

  /** Steps whose sums fit into a vector, and neighbouring sums of a row in it. */
  private static final int GROUP = LANES / 4;

  /** Bytes of a vector. */
  private static final int S = F.vectorByteSize();

  private static final long STRIDE = (1L << 32) - 1;
  private static final long LANE_BITS = (1L << LANES) - 1;
  private static final int COUNTER = Integer.MAX_VALUE;

  /** Steps between the load of a word of columns and its use; words are readable that far on. */
  private static final int AHEAD = 2;

  /** Steps whose folded vectors wait in scratch. */
  private static final int CHUNK = 64;

  /** Bytes of scratch that a part needs. */
  static final long SCRATCH = 64 * (CHUNK + 4);

  private static final VectorShuffle<Float> BY_1 = DenseSpecies.swap(F, 1);
  private static final VectorShuffle<Float> BY_2 = DenseSpecies.swap(F, 2);
  private static final VectorShuffle<Float> BY_ROW = DenseSpecies.swap(F, GROUP);
  private static final VectorShuffle<Float> BY_ROWS = DenseSpecies.swap(F, 2 * GROUP);
  private static final VectorMask<Float> BIT_1 = DenseSpecies.having(F, 1);
  private static final VectorMask<Float> BIT_2 = DenseSpecies.having(F, 2);
  private static final VectorMask<Float> BIT_ROW = DenseSpecies.having(F, GROUP);
  private static final VectorMask<Float> BIT_ROWS = DenseSpecies.having(F, 2 * GROUP);

  private SddmmTiles() {}

  /**
   * Computes the sums of some rows.
   *
   * @param a positions
   * @param firstBlock first block of rows
   * @param endBlock end of the blocks
   * @param x address of X
   * @param xs bytes between its rows
   * @param y address of G
   * @param ys bytes between its rows
   * @param width floats of a row of both, padding included, a positive multiple of 16
   * @param scratch address of {@link #SCRATCH} bytes
   * @param sums address of {@link #sumBytes} bytes that receive the sums of these rows
   */
  static void sample(
      CsrQuads a,
      int firstBlock,
      int endBlock,
      long x,
      long xs,
      long y,
      long ys,
      int width,
      long scratch,
      long sums) {
    int bytes = 4 * width;
    for (int t = 0; t < a.tiles; t++) {
      long tile = x + (long) t * a.tileColumns * xs;
      for (int j = 0; j < bytes; ) {
        int vectors = Math.min(WIDEST, Integer.highestOneBit((bytes - j) / S));
        for (int b = firstBlock; b < endBlock; b++) {
          panel(
              a,
              t * a.blocks + b,
              vectors,
              tile + j,
              xs,
              y + j + a.blockStart[b] * ys,
              ys,
              j > 0,
              scratch,
              sums);
        }
        j += vectors * S;
      }
    }
  }

  private static void panel(
      CsrQuads a,
      int at,
      int vectors,
      long x,
      long xs,
      long y,
      long ys,
      boolean add,
      long scratch,
      long sums) {
    int s = a.sliceStart[at];
    int sEnd = a.sliceStart[at + 1];
    int k = a.wordStart[at];
    switch (vectors) {
      case 4 -> slices4(a, s, sEnd, k, x, xs, y, ys, add, scratch, sums);
      case 2 -> slices2(a, s, sEnd, k, x, xs, y, ys, add, scratch, sums);
      default -> slices1(a, s, sEnd, k, x, xs, y, ys, add, scratch, sums);
    }
  }

  /** Returns where the sums of a slice start: at a whole vector, with room for those before. */
  private static int slot(int word, int slice) {
    return (word / GROUP + slice) * GROUP;
  }

  /** Returns the bytes of the sums. */
  static long sumBytes(CsrQuads a) {
    return 16L * (slot(a.words.length, a.counts.length) + GROUP);
  }

  /** Folds the vectors of some steps and stores their sums, or adds them to the sums. */
  private static void fold(long from, int steps, boolean add, long sums) {
    long adding = add ? LANE_BITS : 0;
    for (int q = 0; q < steps; q += GROUP) {
      if (LANES == 16) {
        fold16(from + (long) q * S, adding, sums + 16L * q);
      } else if (LANES == 8) {
        fold8(from + (long) q * S, adding, sums + 16L * q);
      } else {
        fold4(from + (long) q * S, adding, sums + 16L * q);
      }
    }
  }

  private static void fold16(long from, long adding, long to) {
    from &= ADDRESS;
    to &= ADDRESS;
    FloatVector a = FloatVector.fromMemorySegment(F, ALL, from, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(F, ALL, from + S, ORDER);
    FloatVector c = FloatVector.fromMemorySegment(F, ALL, from + 2L * S, ORDER);
    FloatVector d = FloatVector.fromMemorySegment(F, ALL, from + 3L * S, ORDER);
    FloatVector e = a.blend(b, BIT_1).add(b.blend(a, BIT_1).rearrange(BY_1));
    FloatVector f = c.blend(d, BIT_1).add(d.blend(c, BIT_1).rearrange(BY_1));
    FloatVector g = e.blend(f, BIT_2).add(f.blend(e, BIT_2).rearrange(BY_2));
    FloatVector old = FloatVector.fromMemorySegment(F, ALL, to, ORDER);
    g.add(old, VectorMask.fromLong(F, adding)).intoMemorySegment(ALL, to, ORDER);
  }

  private static void fold8(long from, long adding, long to) {
    from &= ADDRESS;
    to &= ADDRESS;
    FloatVector a = FloatVector.fromMemorySegment(F, ALL, from, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(F, ALL, from + S, ORDER);
    FloatVector g = a.blend(b, BIT_1).add(b.blend(a, BIT_1).rearrange(BY_1));
    FloatVector old = FloatVector.fromMemorySegment(F, ALL, to, ORDER);
    g.add(old, VectorMask.fromLong(F, adding)).intoMemorySegment(ALL, to, ORDER);
  }

  private static void fold4(long from, long adding, long to) {
    from &= ADDRESS;
    to &= ADDRESS;
    FloatVector g = FloatVector.fromMemorySegment(F, ALL, from, ORDER);
    FloatVector old = FloatVector.fromMemorySegment(F, ALL, to, ORDER);
    g.add(old, VectorMask.fromLong(F, adding)).intoMemorySegment(ALL, to, ORDER);
  }

  /**
   * Moves the sums of some rows to their places in pattern order.
   *
   * @param a positions
   * @param firstBlock first block of rows
   * @param endBlock end of the blocks
   * @param sums address of the sums
   * @param out receives them
   */
  static void place(CsrQuads a, int firstBlock, int endBlock, long sums, float[] out) {
    for (int t = 0; t < a.tiles; t++) {
      for (int b = firstBlock; b < endBlock; b++) {
        int at = t * a.blocks + b;
        int k = a.wordStart[at];
        for (int s = a.sliceStart[at]; s < a.sliceStart[at + 1]; s++) {
          placeSlice(sums + 16L * slot(k, s), a.entries, 8 * s, out);
          k += a.counts[s];
        }
      }
    }
  }

  private static void placeSlice(long from, int[] entries, int at, float[] out) {
    int whole = 0;
    if (LANES == 16) {
      // Rows are sorted by length, and a slice that lacks rows says so in the last.
      whole = Math.min(entries[at + 1], entries[at + 7]) & -4;
      placeFours(from, whole, out, entries[at], entries[at + 2], entries[at + 4], entries[at + 6]);
    }
    for (int r = 0; r < 4; r++) {
      placeRest(from + 4L * r * GROUP, whole, entries[at + 2 * r + 1], out, entries[at + 2 * r]);
    }
  }

  private static void placeFours(long from, int count, float[] out, int a, int b, int c, int d) {
    from &= ADDRESS;
    for (int q = 0; q < count; q += 4) {
      long at = from + ((long) (q & COUNTER) << 4);
      FloatVector.fromMemorySegment(FOUR, ALL, at, ORDER).intoArray(out, a + q);
      FloatVector.fromMemorySegment(FOUR, ALL, at + 16, ORDER).intoArray(out, b + q);
      FloatVector.fromMemorySegment(FOUR, ALL, at + 32, ORDER).intoArray(out, c + q);
      FloatVector.fromMemorySegment(FOUR, ALL, at + 48, ORDER).intoArray(out, d + q);
    }
  }

  private static void placeRest(long from, int q, int count, float[] out, int first) {
    from &= ADDRESS;
    for (; q < count; q++) {
      out[first + q] = ALL.get(FLOAT, from + 4L * ((q / GROUP * LANES + q % GROUP) & COUNTER));
    }
  }

  /** 4 rows x 4 vectors. */
  private static void dots4(
      long[] words,
      int k,
      int end,
      long w0,
      long w1,
      long x,
      long xs,
      long y,
      long ys,
      long rows,
      long to) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    to &= ADDRESS;
    long a = y + (rows & 0xffff) * ys;
    FloatVector a0 = FloatVector.fromMemorySegment(F, ALL, a, ORDER);
    FloatVector a1 = FloatVector.fromMemorySegment(F, ALL, a + S, ORDER);
    FloatVector a2 = FloatVector.fromMemorySegment(F, ALL, a + 2L * S, ORDER);
    FloatVector a3 = FloatVector.fromMemorySegment(F, ALL, a + 3L * S, ORDER);
    long b = y + (rows >>> 16 & 0xffff) * ys;
    FloatVector b0 = FloatVector.fromMemorySegment(F, ALL, b, ORDER);
    FloatVector b1 = FloatVector.fromMemorySegment(F, ALL, b + S, ORDER);
    FloatVector b2 = FloatVector.fromMemorySegment(F, ALL, b + 2L * S, ORDER);
    FloatVector b3 = FloatVector.fromMemorySegment(F, ALL, b + 3L * S, ORDER);
    long c = y + (rows >>> 32 & 0xffff) * ys;
    FloatVector c0 = FloatVector.fromMemorySegment(F, ALL, c, ORDER);
    FloatVector c1 = FloatVector.fromMemorySegment(F, ALL, c + S, ORDER);
    FloatVector c2 = FloatVector.fromMemorySegment(F, ALL, c + 2L * S, ORDER);
    FloatVector c3 = FloatVector.fromMemorySegment(F, ALL, c + 3L * S, ORDER);
    long d = y + (rows >>> 48) * ys;
    FloatVector d0 = FloatVector.fromMemorySegment(F, ALL, d, ORDER);
    FloatVector d1 = FloatVector.fromMemorySegment(F, ALL, d + S, ORDER);
    FloatVector d2 = FloatVector.fromMemorySegment(F, ALL, d + 2L * S, ORDER);
    FloatVector d3 = FloatVector.fromMemorySegment(F, ALL, d + 3L * S, ORDER);
    for (int q = 0; k < end; k++, q++) {
      long w = w0;
      w0 = w1;
      w1 = words[k + AHEAD];
      long p0 = x + (w & 0xffff) * xs;
      FloatVector s0 = a0.mul(FloatVector.fromMemorySegment(F, ALL, p0, ORDER));
      s0 = a1.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), s0);
      s0 = a2.fma(FloatVector.fromMemorySegment(F, ALL, p0 + 2L * S, ORDER), s0);
      s0 = a3.fma(FloatVector.fromMemorySegment(F, ALL, p0 + 3L * S, ORDER), s0);
      long p1 = x + (w >>> 16 & 0xffff) * xs;
      FloatVector s1 = b0.mul(FloatVector.fromMemorySegment(F, ALL, p1, ORDER));
      s1 = b1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), s1);
      s1 = b2.fma(FloatVector.fromMemorySegment(F, ALL, p1 + 2L * S, ORDER), s1);
      s1 = b3.fma(FloatVector.fromMemorySegment(F, ALL, p1 + 3L * S, ORDER), s1);
      long p2 = x + (w >>> 32 & 0xffff) * xs;
      FloatVector s2 = c0.mul(FloatVector.fromMemorySegment(F, ALL, p2, ORDER));
      s2 = c1.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), s2);
      s2 = c2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + 2L * S, ORDER), s2);
      s2 = c3.fma(FloatVector.fromMemorySegment(F, ALL, p2 + 3L * S, ORDER), s2);
      long p3 = x + (w >>> 48) * xs;
      FloatVector s3 = d0.mul(FloatVector.fromMemorySegment(F, ALL, p3, ORDER));
      s3 = d1.fma(FloatVector.fromMemorySegment(F, ALL, p3 + S, ORDER), s3);
      s3 = d2.fma(FloatVector.fromMemorySegment(F, ALL, p3 + 2L * S, ORDER), s3);
      s3 = d3.fma(FloatVector.fromMemorySegment(F, ALL, p3 + 3L * S, ORDER), s3);
      FloatVector e = s0.blend(s1, BIT_ROW).add(s1.blend(s0, BIT_ROW).rearrange(BY_ROW));
      FloatVector o = s2.blend(s3, BIT_ROW).add(s3.blend(s2, BIT_ROW).rearrange(BY_ROW));
      e.blend(o, BIT_ROWS)
          .add(o.blend(e, BIT_ROWS).rearrange(BY_ROWS))
          .intoMemorySegment(ALL, to + (long) (q & COUNTER) * S, ORDER);
    }
  }

  private static void slices4(
      CsrQuads a,
      int s,
      int sEnd,
      int k,
      long x,
      long xs,
      long y,
      long ys,
      boolean add,
      long scratch,
      long sums) {
    long[] words = a.words;
    long w0 = words[k];
    long w1 = words[k + 1];
    int base = slot(k, s);
    int slot = base;
    for (; s < sEnd; s++) {
      int end = k + a.counts[s];
      if (slot - base + end - k > CHUNK) {
        fold(scratch, slot - base, add, sums + 16L * base);
        base = slot;
      }
      while (k < end) {
        int stop = Math.min(end, k + CHUNK);
        long n0 = words[stop];
        long n1 = words[stop + 1];
        dots4(words, k, stop, w0, w1, x, xs, y, ys, a.rows[s], scratch + (long) (slot - base) * S);
        w0 = n0;
        w1 = n1;
        slot += stop - k;
        k = stop;
        if (k < end) {
          fold(scratch, slot - base, add, sums + 16L * base);
          base = slot;
        }
      }
      slot = slot(k, s + 1);
    }
    fold(scratch, slot - base, add, sums + 16L * base);
  }

  /** 4 rows x 2 vectors. */
  private static void dots2(
      long[] words,
      int k,
      int end,
      long w0,
      long w1,
      long x,
      long xs,
      long y,
      long ys,
      long rows,
      long to) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    to &= ADDRESS;
    long a = y + (rows & 0xffff) * ys;
    FloatVector a0 = FloatVector.fromMemorySegment(F, ALL, a, ORDER);
    FloatVector a1 = FloatVector.fromMemorySegment(F, ALL, a + S, ORDER);
    long b = y + (rows >>> 16 & 0xffff) * ys;
    FloatVector b0 = FloatVector.fromMemorySegment(F, ALL, b, ORDER);
    FloatVector b1 = FloatVector.fromMemorySegment(F, ALL, b + S, ORDER);
    long c = y + (rows >>> 32 & 0xffff) * ys;
    FloatVector c0 = FloatVector.fromMemorySegment(F, ALL, c, ORDER);
    FloatVector c1 = FloatVector.fromMemorySegment(F, ALL, c + S, ORDER);
    long d = y + (rows >>> 48) * ys;
    FloatVector d0 = FloatVector.fromMemorySegment(F, ALL, d, ORDER);
    FloatVector d1 = FloatVector.fromMemorySegment(F, ALL, d + S, ORDER);
    for (int q = 0; k < end; k++, q++) {
      long w = w0;
      w0 = w1;
      w1 = words[k + AHEAD];
      long p0 = x + (w & 0xffff) * xs;
      FloatVector s0 = a0.mul(FloatVector.fromMemorySegment(F, ALL, p0, ORDER));
      s0 = a1.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), s0);
      long p1 = x + (w >>> 16 & 0xffff) * xs;
      FloatVector s1 = b0.mul(FloatVector.fromMemorySegment(F, ALL, p1, ORDER));
      s1 = b1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), s1);
      long p2 = x + (w >>> 32 & 0xffff) * xs;
      FloatVector s2 = c0.mul(FloatVector.fromMemorySegment(F, ALL, p2, ORDER));
      s2 = c1.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), s2);
      long p3 = x + (w >>> 48) * xs;
      FloatVector s3 = d0.mul(FloatVector.fromMemorySegment(F, ALL, p3, ORDER));
      s3 = d1.fma(FloatVector.fromMemorySegment(F, ALL, p3 + S, ORDER), s3);
      FloatVector e = s0.blend(s1, BIT_ROW).add(s1.blend(s0, BIT_ROW).rearrange(BY_ROW));
      FloatVector o = s2.blend(s3, BIT_ROW).add(s3.blend(s2, BIT_ROW).rearrange(BY_ROW));
      e.blend(o, BIT_ROWS)
          .add(o.blend(e, BIT_ROWS).rearrange(BY_ROWS))
          .intoMemorySegment(ALL, to + (long) (q & COUNTER) * S, ORDER);
    }
  }

  private static void slices2(
      CsrQuads a,
      int s,
      int sEnd,
      int k,
      long x,
      long xs,
      long y,
      long ys,
      boolean add,
      long scratch,
      long sums) {
    long[] words = a.words;
    long w0 = words[k];
    long w1 = words[k + 1];
    int base = slot(k, s);
    int slot = base;
    for (; s < sEnd; s++) {
      int end = k + a.counts[s];
      if (slot - base + end - k > CHUNK) {
        fold(scratch, slot - base, add, sums + 16L * base);
        base = slot;
      }
      while (k < end) {
        int stop = Math.min(end, k + CHUNK);
        long n0 = words[stop];
        long n1 = words[stop + 1];
        dots2(words, k, stop, w0, w1, x, xs, y, ys, a.rows[s], scratch + (long) (slot - base) * S);
        w0 = n0;
        w1 = n1;
        slot += stop - k;
        k = stop;
        if (k < end) {
          fold(scratch, slot - base, add, sums + 16L * base);
          base = slot;
        }
      }
      slot = slot(k, s + 1);
    }
    fold(scratch, slot - base, add, sums + 16L * base);
  }

  /** 4 rows x 1 vector. */
  private static void dots1(
      long[] words,
      int k,
      int end,
      long w0,
      long w1,
      long x,
      long xs,
      long y,
      long ys,
      long rows,
      long to) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    to &= ADDRESS;
    long a = y + (rows & 0xffff) * ys;
    FloatVector a0 = FloatVector.fromMemorySegment(F, ALL, a, ORDER);
    long b = y + (rows >>> 16 & 0xffff) * ys;
    FloatVector b0 = FloatVector.fromMemorySegment(F, ALL, b, ORDER);
    long c = y + (rows >>> 32 & 0xffff) * ys;
    FloatVector c0 = FloatVector.fromMemorySegment(F, ALL, c, ORDER);
    long d = y + (rows >>> 48) * ys;
    FloatVector d0 = FloatVector.fromMemorySegment(F, ALL, d, ORDER);
    for (int q = 0; k < end; k++, q++) {
      long w = w0;
      w0 = w1;
      w1 = words[k + AHEAD];
      long p0 = x + (w & 0xffff) * xs;
      FloatVector s0 = a0.mul(FloatVector.fromMemorySegment(F, ALL, p0, ORDER));
      long p1 = x + (w >>> 16 & 0xffff) * xs;
      FloatVector s1 = b0.mul(FloatVector.fromMemorySegment(F, ALL, p1, ORDER));
      long p2 = x + (w >>> 32 & 0xffff) * xs;
      FloatVector s2 = c0.mul(FloatVector.fromMemorySegment(F, ALL, p2, ORDER));
      long p3 = x + (w >>> 48) * xs;
      FloatVector s3 = d0.mul(FloatVector.fromMemorySegment(F, ALL, p3, ORDER));
      FloatVector e = s0.blend(s1, BIT_ROW).add(s1.blend(s0, BIT_ROW).rearrange(BY_ROW));
      FloatVector o = s2.blend(s3, BIT_ROW).add(s3.blend(s2, BIT_ROW).rearrange(BY_ROW));
      e.blend(o, BIT_ROWS)
          .add(o.blend(e, BIT_ROWS).rearrange(BY_ROWS))
          .intoMemorySegment(ALL, to + (long) (q & COUNTER) * S, ORDER);
    }
  }

  private static void slices1(
      CsrQuads a,
      int s,
      int sEnd,
      int k,
      long x,
      long xs,
      long y,
      long ys,
      boolean add,
      long scratch,
      long sums) {
    long[] words = a.words;
    long w0 = words[k];
    long w1 = words[k + 1];
    int base = slot(k, s);
    int slot = base;
    for (; s < sEnd; s++) {
      int end = k + a.counts[s];
      if (slot - base + end - k > CHUNK) {
        fold(scratch, slot - base, add, sums + 16L * base);
        base = slot;
      }
      while (k < end) {
        int stop = Math.min(end, k + CHUNK);
        long n0 = words[stop];
        long n1 = words[stop + 1];
        dots1(words, k, stop, w0, w1, x, xs, y, ys, a.rows[s], scratch + (long) (slot - base) * S);
        w0 = n0;
        w1 = n1;
        slot += stop - k;
        k = stop;
        if (k < end) {
          fold(scratch, slot - base, add, sums + 16L * base);
          base = slot;
        }
      }
      slot = slot(k, s + 1);
    }
    fold(scratch, slot - base, add, sums + 16L * base);
  }
}
