package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.kernels.operation.Activation;

/**
 * Register tiles of {@code Y = A X} and {@code Y = A^T X} over {@link SharedRows}: each vector of
 * X, or of Y, is loaded once for the eight or four rows of A that share its column.
 *
 * <p>Every output is summed in float32 with fused multiply-adds, in ascending order of the inner
 * index, as {@link CsrTiles} does: both give the same bits. A value is broadcast from the heap,
 * where that costs nothing but the load.
 */
final class SharedTiles {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();

  /** Bytes of a vector. */
  private static final int S = F.vectorByteSize();

  /** Keeps every bit of a stride and shows that products with columns cannot overflow. */
  private static final long STRIDE = (1L << 32) - 1;

  private static final long COLUMN = (1L << 24) - 1;

  /**
   * Bytes of X whose columns take widened values in turn: they stay in the second level, and a tile
   * is widened once for all of them.
   */
  private static final int AT_ONCE = 512 * 1024;

  /** Rows of the tallest tile: eight rows of two vectors want 32 registers. */
  static final int TALLEST = DenseSpecies.manyRegisters() ? 8 : 4;

  private SharedTiles() {}

  /**
   * Computes some rows and all columns of {@code Y = f(A X + b)}.
   *
   * @param a rows whose missing rows repeat the last one
   * @param firstBlock first block of tiles
   * @param endBlock end of the blocks
   * @param x address of X
   * @param xs bytes between its rows
   * @param n columns of X and Y, padding not counted
   * @param y address of Y
   * @param ys bytes between its rows
   * @param bias address of b, or 0 for none
   * @param activation f
   * @param piece receives widened values, {@link SharedRows#pieceLength} long
   */
  static void multiply(
      SharedRows a,
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
    int first = a.blockTile[firstBlock];
    int end = a.blockTile[endBlock];
    long row = a.tileRow[first];
    int rows = a.tileRow[end] - (int) row;
    int most = a.narrow() ? 2 * S * (int) Math.max(1, AT_ONCE / (2L * S * a.columns)) : 2 * S;
    for (int j = 0; j < bytes; j += most) {
      int width = Math.min(most, bytes - j);
      tiles(a, first, end, width, x + j, xs, y + j, ys, piece);
      long shift = bias == 0 ? 0 : bias + 4 * row;
      CsrEpilogue.rows(activation, shift, y + j + row * ys, ys, rows, width);
    }
    CsrEpilogue.clearPadding(y + row * ys, ys, rows, n);
  }

  private static void tiles(
      SharedRows a,
      int first,
      int end,
      int bytes,
      long x,
      long xs,
      long y,
      long ys,
      float[] piece) {
    boolean narrow = a.narrow();
    float[] values = narrow ? piece : a.values;
    for (int t = first; t < end; t++) {
      int k = a.tileStep[t];
      int base = narrow ? k * a.height : 0;
      if (narrow) {
        a.widen(t, k, a.tileStep[t + 1], piece);
      }
      for (int j = 0; j < bytes; ) {
        int vectors = bytes - j >= 2 * S ? 2 : 1;
        tile(a, t, values, base, vectors, x + j, xs, y + j, ys);
        j += vectors * S;
      }
    }
  }

  private static void tile(
      SharedRows a,
      int t,
      float[] values,
      int base,
      int vectors,
      long x,
      long xs,
      long y,
      long ys) {
    int[] steps = a.steps;
    int k = a.tileStep[t];
    int kEnd = a.tileStep[t + 1];
    long to = y + a.tileRow[t] * ys;
    int last = a.tileRow[t + 1] - a.tileRow[t] - 1;
    if (a.height == 8) {
      if (vectors == 2) {
        rows8x2(steps, values, base, k, kEnd, x, xs, to, ys, last);
      } else {
        rows8x1(steps, values, base, k, kEnd, x, xs, to, ys, last);
      }
    } else if (vectors == 2) {
      rows4x2(steps, values, base, k, kEnd, x, xs, to, ys, last);
    } else {
      rows4x1(steps, values, base, k, kEnd, x, xs, to, ys, last);
    }
  }

  /**
   * Computes some rows and all columns of {@code Y = A^T X}: columns of A in ranges that stay in
   * L1, each row of X read for every range.
   *
   * @param a rows whose missing rows are zero
   * @param cuts for range c and tile t at {@code c * tiles + t} the first step whose column is not
   *     below range c
   * @param starts first column of each range, and the number of columns
   * @param first first range
   * @param end end of the ranges
   * @param x address of X
   * @param xs bytes between its rows
   * @param n columns of X and Y
   * @param y address of Y
   * @param ys bytes between its rows
   * @param piece receives widened values, {@link SharedRows#pieceLength} long
   */
  static void spread(
      SharedRows a,
      int[] cuts,
      int[] starts,
      int first,
      int end,
      long x,
      long xs,
      int n,
      long y,
      long ys,
      float[] piece) {
    int bytes = 4 * ((n + 15) & -16);
    for (int c = first; c < end; c++) {
      for (int j = 0; j < bytes; ) {
        int vectors = bytes - j >= 2 * S ? 2 : 1;
        for (int i = starts[c]; i < starts[c + 1]; i++) {
          ElementwiseKernels.fill(0, y + j + i * ys, vectors * S);
        }
        for (int t = 0; t < a.tiles; t++) {
          int k = cuts[c * a.tiles + t];
          int kEnd = cuts[(c + 1) * a.tiles + t];
          if (k < kEnd) {
            spreadTile(a, t, k, kEnd, vectors, x + j, xs, y + j, ys, piece);
          }
        }
        j += vectors * S;
      }
    }
  }

  private static void spreadTile(
      SharedRows a,
      int t,
      int k,
      int end,
      int vectors,
      long x,
      long xs,
      long y,
      long ys,
      float[] piece) {
    int[] steps = a.steps;
    boolean narrow = a.narrow();
    float[] values = narrow ? piece : a.values;
    int base = narrow ? k * a.height : 0;
    if (narrow) {
      a.widen(t, k, end, piece);
    }
    long from = x + a.tileRow[t] * xs;
    int last = a.tileRow[t + 1] - a.tileRow[t] - 1;
    if (a.height == 8) {
      if (vectors == 2) {
        spread8x2(steps, values, base, k, end, from, xs, last, y, ys);
      } else {
        spread8x1(steps, values, base, k, end, from, xs, last, y, ys);
      }
    } else if (vectors == 2) {
      spread4x2(steps, values, base, k, end, from, xs, last, y, ys);
    } else {
      spread4x1(steps, values, base, k, end, from, xs, last, y, ys);
    }
  }

  /** 8 rows x 2 vectors: 16 accumulators. */
  private static void rows8x2(
      int[] steps,
      float[] values,
      int base,
      int k,
      int end,
      long x,
      long xs,
      long y,
      long ys,
      int last) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    FloatVector a0 = FloatVector.zero(F),
        a1 = a0,
        b0 = a0,
        b1 = a0,
        c0 = a0,
        c1 = a0,
        d0 = a0,
        d1 = a0,
        e0 = a0,
        e1 = a0,
        f0 = a0,
        f1 = a0,
        g0 = a0,
        g1 = a0,
        h0 = a0,
        h1 = a0;
    int next = steps[k];
    for (; k < end; k++) {
      long p = x + (next & COLUMN) * xs;
      next = steps[k + 1];
      int w = k * 8 - base;
      FloatVector x0 = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(F, ALL, p + S, ORDER);
      FloatVector s = FloatVector.broadcast(F, values[w]);
      a0 = s.fma(x0, a0);
      a1 = s.fma(x1, a1);
      s = FloatVector.broadcast(F, values[w + 1]);
      b0 = s.fma(x0, b0);
      b1 = s.fma(x1, b1);
      s = FloatVector.broadcast(F, values[w + 2]);
      c0 = s.fma(x0, c0);
      c1 = s.fma(x1, c1);
      s = FloatVector.broadcast(F, values[w + 3]);
      d0 = s.fma(x0, d0);
      d1 = s.fma(x1, d1);
      s = FloatVector.broadcast(F, values[w + 4]);
      e0 = s.fma(x0, e0);
      e1 = s.fma(x1, e1);
      s = FloatVector.broadcast(F, values[w + 5]);
      f0 = s.fma(x0, f0);
      f1 = s.fma(x1, f1);
      s = FloatVector.broadcast(F, values[w + 6]);
      g0 = s.fma(x0, g0);
      g1 = s.fma(x1, g1);
      s = FloatVector.broadcast(F, values[w + 7]);
      h0 = s.fma(x0, h0);
      h1 = s.fma(x1, h1);
    }
    a0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    a1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
    y += last > 0 ? ys : 0;
    b0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    b1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
    y += last > 1 ? ys : 0;
    c0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    c1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
    y += last > 2 ? ys : 0;
    d0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    d1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
    y += last > 3 ? ys : 0;
    e0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    e1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
    y += last > 4 ? ys : 0;
    f0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    f1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
    y += last > 5 ? ys : 0;
    g0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    g1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
    y += last > 6 ? ys : 0;
    h0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    h1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
  }

  /** 8 rows x 1 vector. */
  private static void rows8x1(
      int[] steps,
      float[] values,
      int base,
      int k,
      int end,
      long x,
      long xs,
      long y,
      long ys,
      int last) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    FloatVector a0 = FloatVector.zero(F),
        b0 = a0,
        c0 = a0,
        d0 = a0,
        e0 = a0,
        f0 = a0,
        g0 = a0,
        h0 = a0;
    int next = steps[k];
    for (; k < end; k++) {
      long p = x + (next & COLUMN) * xs;
      next = steps[k + 1];
      int w = k * 8 - base;
      FloatVector x0 = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
      FloatVector s = FloatVector.broadcast(F, values[w]);
      a0 = s.fma(x0, a0);
      s = FloatVector.broadcast(F, values[w + 1]);
      b0 = s.fma(x0, b0);
      s = FloatVector.broadcast(F, values[w + 2]);
      c0 = s.fma(x0, c0);
      s = FloatVector.broadcast(F, values[w + 3]);
      d0 = s.fma(x0, d0);
      s = FloatVector.broadcast(F, values[w + 4]);
      e0 = s.fma(x0, e0);
      s = FloatVector.broadcast(F, values[w + 5]);
      f0 = s.fma(x0, f0);
      s = FloatVector.broadcast(F, values[w + 6]);
      g0 = s.fma(x0, g0);
      s = FloatVector.broadcast(F, values[w + 7]);
      h0 = s.fma(x0, h0);
    }
    a0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    y += last > 0 ? ys : 0;
    b0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    y += last > 1 ? ys : 0;
    c0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    y += last > 2 ? ys : 0;
    d0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    y += last > 3 ? ys : 0;
    e0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    y += last > 4 ? ys : 0;
    f0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    y += last > 5 ? ys : 0;
    g0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    y += last > 6 ? ys : 0;
    h0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
  }

  /** 4 rows x 2 vectors: 8 accumulators. */
  private static void rows4x2(
      int[] steps,
      float[] values,
      int base,
      int k,
      int end,
      long x,
      long xs,
      long y,
      long ys,
      int last) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    FloatVector a0 = FloatVector.zero(F),
        a1 = a0,
        b0 = a0,
        b1 = a0,
        c0 = a0,
        c1 = a0,
        d0 = a0,
        d1 = a0;
    int next = steps[k];
    for (; k < end; k++) {
      long p = x + (next & COLUMN) * xs;
      next = steps[k + 1];
      int w = k * 4 - base;
      FloatVector x0 = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(F, ALL, p + S, ORDER);
      FloatVector s = FloatVector.broadcast(F, values[w]);
      a0 = s.fma(x0, a0);
      a1 = s.fma(x1, a1);
      s = FloatVector.broadcast(F, values[w + 1]);
      b0 = s.fma(x0, b0);
      b1 = s.fma(x1, b1);
      s = FloatVector.broadcast(F, values[w + 2]);
      c0 = s.fma(x0, c0);
      c1 = s.fma(x1, c1);
      s = FloatVector.broadcast(F, values[w + 3]);
      d0 = s.fma(x0, d0);
      d1 = s.fma(x1, d1);
    }
    a0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    a1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
    y += last > 0 ? ys : 0;
    b0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    b1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
    y += last > 1 ? ys : 0;
    c0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    c1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
    y += last > 2 ? ys : 0;
    d0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    d1.intoMemorySegment(ALL, (y + S) & ADDRESS, ORDER);
  }

  /** 4 rows x 1 vector. */
  private static void rows4x1(
      int[] steps,
      float[] values,
      int base,
      int k,
      int end,
      long x,
      long xs,
      long y,
      long ys,
      int last) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    FloatVector a0 = FloatVector.zero(F), b0 = a0, c0 = a0, d0 = a0;
    int next = steps[k];
    for (; k < end; k++) {
      long p = x + (next & COLUMN) * xs;
      next = steps[k + 1];
      int w = k * 4 - base;
      FloatVector x0 = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
      FloatVector s = FloatVector.broadcast(F, values[w]);
      a0 = s.fma(x0, a0);
      s = FloatVector.broadcast(F, values[w + 1]);
      b0 = s.fma(x0, b0);
      s = FloatVector.broadcast(F, values[w + 2]);
      c0 = s.fma(x0, c0);
      s = FloatVector.broadcast(F, values[w + 3]);
      d0 = s.fma(x0, d0);
    }
    a0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    y += last > 0 ? ys : 0;
    b0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    y += last > 1 ? ys : 0;
    c0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
    y += last > 2 ? ys : 0;
    d0.intoMemorySegment(ALL, y & ADDRESS, ORDER);
  }

  /** Adds to rows of Y what 8 rows of X, 2 vectors each, contribute. */
  private static void spread8x2(
      int[] steps,
      float[] values,
      int base,
      int k,
      int end,
      long x,
      long xs,
      int last,
      long y,
      long ys) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    FloatVector a0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector a1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    x += last > 0 ? xs : 0;
    FloatVector b0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector b1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    x += last > 1 ? xs : 0;
    FloatVector c0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector c1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    x += last > 2 ? xs : 0;
    FloatVector d0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector d1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    x += last > 3 ? xs : 0;
    FloatVector e0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector e1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    x += last > 4 ? xs : 0;
    FloatVector f0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector f1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    x += last > 5 ? xs : 0;
    FloatVector g0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector g1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    x += last > 6 ? xs : 0;
    FloatVector h0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector h1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    for (; k < end; k++) {
      long p = y + (steps[k] & COLUMN) * ys;
      int w = k * 8 - base;
      FloatVector y0 = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(F, ALL, p + S, ORDER);
      FloatVector s = FloatVector.broadcast(F, values[w]);
      y0 = s.fma(a0, y0);
      y1 = s.fma(a1, y1);
      s = FloatVector.broadcast(F, values[w + 1]);
      y0 = s.fma(b0, y0);
      y1 = s.fma(b1, y1);
      s = FloatVector.broadcast(F, values[w + 2]);
      y0 = s.fma(c0, y0);
      y1 = s.fma(c1, y1);
      s = FloatVector.broadcast(F, values[w + 3]);
      y0 = s.fma(d0, y0);
      y1 = s.fma(d1, y1);
      s = FloatVector.broadcast(F, values[w + 4]);
      y0 = s.fma(e0, y0);
      y1 = s.fma(e1, y1);
      s = FloatVector.broadcast(F, values[w + 5]);
      y0 = s.fma(f0, y0);
      y1 = s.fma(f1, y1);
      s = FloatVector.broadcast(F, values[w + 6]);
      y0 = s.fma(g0, y0);
      y1 = s.fma(g1, y1);
      s = FloatVector.broadcast(F, values[w + 7]);
      y0 = s.fma(h0, y0);
      y1 = s.fma(h1, y1);
      y0.intoMemorySegment(ALL, p, ORDER);
      y1.intoMemorySegment(ALL, p + S, ORDER);
    }
  }

  /** 8 rows x 1 vector. */
  private static void spread8x1(
      int[] steps,
      float[] values,
      int base,
      int k,
      int end,
      long x,
      long xs,
      int last,
      long y,
      long ys) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    FloatVector a0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    x += last > 0 ? xs : 0;
    FloatVector b0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    x += last > 1 ? xs : 0;
    FloatVector c0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    x += last > 2 ? xs : 0;
    FloatVector d0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    x += last > 3 ? xs : 0;
    FloatVector e0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    x += last > 4 ? xs : 0;
    FloatVector f0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    x += last > 5 ? xs : 0;
    FloatVector g0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    x += last > 6 ? xs : 0;
    FloatVector h0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    for (; k < end; k++) {
      long p = y + (steps[k] & COLUMN) * ys;
      int w = k * 8 - base;
      FloatVector y0 = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
      FloatVector s = FloatVector.broadcast(F, values[w]);
      y0 = s.fma(a0, y0);
      s = FloatVector.broadcast(F, values[w + 1]);
      y0 = s.fma(b0, y0);
      s = FloatVector.broadcast(F, values[w + 2]);
      y0 = s.fma(c0, y0);
      s = FloatVector.broadcast(F, values[w + 3]);
      y0 = s.fma(d0, y0);
      s = FloatVector.broadcast(F, values[w + 4]);
      y0 = s.fma(e0, y0);
      s = FloatVector.broadcast(F, values[w + 5]);
      y0 = s.fma(f0, y0);
      s = FloatVector.broadcast(F, values[w + 6]);
      y0 = s.fma(g0, y0);
      s = FloatVector.broadcast(F, values[w + 7]);
      y0 = s.fma(h0, y0);
      y0.intoMemorySegment(ALL, p, ORDER);
    }
  }

  /** 4 rows x 2 vectors. */
  private static void spread4x2(
      int[] steps,
      float[] values,
      int base,
      int k,
      int end,
      long x,
      long xs,
      int last,
      long y,
      long ys) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    FloatVector a0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector a1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    x += last > 0 ? xs : 0;
    FloatVector b0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector b1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    x += last > 1 ? xs : 0;
    FloatVector c0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector c1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    x += last > 2 ? xs : 0;
    FloatVector d0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector d1 = FloatVector.fromMemorySegment(F, ALL, (x + S) & ADDRESS, ORDER);
    for (; k < end; k++) {
      long p = y + (steps[k] & COLUMN) * ys;
      int w = k * 4 - base;
      FloatVector y0 = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(F, ALL, p + S, ORDER);
      FloatVector s = FloatVector.broadcast(F, values[w]);
      y0 = s.fma(a0, y0);
      y1 = s.fma(a1, y1);
      s = FloatVector.broadcast(F, values[w + 1]);
      y0 = s.fma(b0, y0);
      y1 = s.fma(b1, y1);
      s = FloatVector.broadcast(F, values[w + 2]);
      y0 = s.fma(c0, y0);
      y1 = s.fma(c1, y1);
      s = FloatVector.broadcast(F, values[w + 3]);
      y0 = s.fma(d0, y0);
      y1 = s.fma(d1, y1);
      y0.intoMemorySegment(ALL, p, ORDER);
      y1.intoMemorySegment(ALL, p + S, ORDER);
    }
  }

  /** 4 rows x 1 vector. */
  private static void spread4x1(
      int[] steps,
      float[] values,
      int base,
      int k,
      int end,
      long x,
      long xs,
      int last,
      long y,
      long ys) {
    x &= ADDRESS;
    xs &= STRIDE;
    y &= ADDRESS;
    ys &= STRIDE;
    FloatVector a0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    x += last > 0 ? xs : 0;
    FloatVector b0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    x += last > 1 ? xs : 0;
    FloatVector c0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    x += last > 2 ? xs : 0;
    FloatVector d0 = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    for (; k < end; k++) {
      long p = y + (steps[k] & COLUMN) * ys;
      int w = k * 4 - base;
      FloatVector y0 = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
      FloatVector s = FloatVector.broadcast(F, values[w]);
      y0 = s.fma(a0, y0);
      s = FloatVector.broadcast(F, values[w + 1]);
      y0 = s.fma(b0, y0);
      s = FloatVector.broadcast(F, values[w + 2]);
      y0 = s.fma(c0, y0);
      s = FloatVector.broadcast(F, values[w + 3]);
      y0 = s.fma(d0, y0);
      y0.intoMemorySegment(ALL, p, ORDER);
    }
  }
}
