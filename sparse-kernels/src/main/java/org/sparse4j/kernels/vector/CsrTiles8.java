package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.kernels.operation.Activation;

/**
 * {@code Y = A X} over {@link CsrQuads} for up to eight columns: four rows of Y by one 256-bit
 * vector.
 *
 * <p>A 512-bit vector would be half empty, and two narrow loads take as long as a wide one. X is
 * copied into rows of 32 bytes first: twice as many stay in the first-level cache, and a column's
 * address is a shift, where a stride that is not known costs one of the few multiplications a cycle
 * allows. Measured on Zen 4 (768x768, 80 and 90 % sparse, n = 8): 41 and 40 GFLOP/s, where {@link
 * CsrTiles} reaches 25 and 29; without the copy 33 and 38, with two slices at a time 37. The order
 * of sums is that of {@link CsrTiles}.
 */
final class CsrTiles8 {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_256;

  /** Most columns. */
  static final int COLUMNS = F.length();

  /** Whether this machine has 256-bit registers. */
  static final boolean AVAILABLE = DenseSpecies.floats().length() >= COLUMNS;

  /** Bytes of a row of the copy: {@code 1 << SHIFT}. */
  private static final int SHIFT = 5;

  static final int ROW = 1 << SHIFT;

  /** Bytes of a padded row of Y. */
  private static final int PADDED = 2 * ROW;

  /** Keeps every bit of a stride and shows that products with 16-bit numbers cannot overflow. */
  private static final long STRIDE = (1L << 32) - 1;

  private CsrTiles8() {}

  /**
   * Copies the first eight columns of X.
   *
   * @param x address of X
   * @param xs bytes between its rows
   * @param rows number of rows
   * @param panel receives {@link #ROW} bytes a row
   */
  static void pack(long x, long xs, int rows, long panel) {
    x &= ADDRESS;
    panel &= ADDRESS;
    for (int i = 0; i < rows; i++) {
      FloatVector.fromMemorySegment(F, ALL, x + i * (xs & STRIDE), ORDER)
          .intoMemorySegment(ALL, panel + i * (long) ROW, ORDER);
    }
  }

  /**
   * Computes some rows of {@code Y = f(A X + b)}, tile after tile.
   *
   * @param a positions and values
   * @param firstBlock first block of rows
   * @param endBlock end of the blocks
   * @param panel address of the copy of X
   * @param n columns, at most {@link #COLUMNS}
   * @param y address of Y
   * @param ys bytes between its rows
   * @param bias address of b, or 0 for none
   * @param activation f
   * @param piece receives widened values
   */
  static void multiply(
      CsrQuads a,
      int firstBlock,
      int endBlock,
      long panel,
      int n,
      long y,
      long ys,
      long bias,
      Activation activation,
      QuadPiece piece) {
    for (int t = 0; t < a.tiles; t++) {
      long tile = panel + (((long) t * a.tileColumns) << SHIFT);
      for (int b = firstBlock; b < endBlock; b++) {
        int at = t * a.blocks + b;
        int row = a.blockStart[b];
        int rows = a.blockStart[b + 1] - row;
        long to = y + row * ys;
        if (t == 0) {
          clear(to + ROW, ys, rows);
        }
        int s = a.sliceStart[at];
        int sEnd = a.sliceStart[at + 1];
        int k = a.wordStart[at];
        boolean ready = !a.paired && !a.narrow();
        if (ready) {
          slices(a, a.words, a.values, s, sEnd, k, tile, to, ys, t == 0);
        }
        while (!ready && s < sEnd) {
          int pieceEnd = a.pieceEnd(s, sEnd);
          k = a.takeValues(s, pieceEnd, k, piece);
          slices(a, piece.words, piece.values, s, pieceEnd, 0, tile, to, ys, t == 0);
          s = pieceEnd;
        }
        if (t == a.tiles - 1) {
          CsrEpilogue.rows(activation, bias == 0 ? 0 : bias + 4L * row, to, ys, rows, PADDED);
        }
      }
    }
    int first = a.blockStart[firstBlock];
    int rows = a.blockStart[endBlock] - first;
    // Eight columns leave the half that was cleared at the start.
    if (n < COLUMNS || CsrEpilogue.movesZero(activation, bias)) {
      CsrEpilogue.clearPadding(y + first * ys, ys, rows, n);
    }
  }

  /** The half of each padded row that no sum is stored to. */
  private static void clear(long y, long ys, int rows) {
    for (int i = 0; i < rows; i++) {
      FloatVector.zero(F).intoMemorySegment(ALL, (y & ADDRESS) + i * (ys & STRIDE), ORDER);
    }
  }

  private static void slices(
      CsrQuads a,
      long[] words,
      float[] values,
      int s,
      int sEnd,
      int k,
      long x,
      long y,
      long ys,
      boolean first) {
    for (; s < sEnd; s++) {
      int end = k + a.counts[s];
      tile(words, values, k, end, x, y, ys, a.rows[s], first, y);
      k = end;
    }
  }

  // y and out are the same address: see CsrTiles.
  private static void tile(
      long[] words,
      float[] values,
      int k,
      int end,
      long x,
      long y,
      long ys,
      long rows,
      boolean first,
      long out) {
    x &= ADDRESS;
    y &= ADDRESS;
    ys &= STRIDE;
    out &= ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a;
    if (!first) {
      a = FloatVector.fromMemorySegment(F, ALL, y + (rows & 0xffff) * ys, ORDER);
      b = FloatVector.fromMemorySegment(F, ALL, y + (rows >>> 16 & 0xffff) * ys, ORDER);
      c = FloatVector.fromMemorySegment(F, ALL, y + (rows >>> 32 & 0xffff) * ys, ORDER);
      d = FloatVector.fromMemorySegment(F, ALL, y + (rows >>> 48) * ys, ORDER);
    }
    for (; k < end; k++) {
      long w = words[k];
      int q = k << 2;
      long p0 = x + ((w & 0xffff) << SHIFT);
      long p1 = x + ((w >>> 16 & 0xffff) << SHIFT);
      long p2 = x + ((w >>> 32 & 0xffff) << SHIFT);
      long p3 = x + ((w >>> 48) << SHIFT);
      FloatVector v0 = FloatVector.fromMemorySegment(F, ALL, p0, ORDER);
      a = FloatVector.broadcast(F, values[q]).fma(v0, a);
      FloatVector v1 = FloatVector.fromMemorySegment(F, ALL, p1, ORDER);
      b = FloatVector.broadcast(F, values[q + 1]).fma(v1, b);
      FloatVector v2 = FloatVector.fromMemorySegment(F, ALL, p2, ORDER);
      c = FloatVector.broadcast(F, values[q + 2]).fma(v2, c);
      FloatVector v3 = FloatVector.fromMemorySegment(F, ALL, p3, ORDER);
      d = FloatVector.broadcast(F, values[q + 3]).fma(v3, d);
    }
    a.intoMemorySegment(ALL, out + (rows & 0xffff) * ys, ORDER);
    b.intoMemorySegment(ALL, out + (rows >>> 16 & 0xffff) * ys, ORDER);
    c.intoMemorySegment(ALL, out + (rows >>> 32 & 0xffff) * ys, ORDER);
    d.intoMemorySegment(ALL, out + (rows >>> 48) * ys, ORDER);
  }
}
