package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.kernels.operation.Activation;

/**
 * Register tiles of {@code Y = A X} over {@link CsrQuads}: four rows of Y by two vectors stay in
 * registers while the entries of one column tile go by.
 *
 * <p>{@code y[row] += value * x[column]}, summed in float32 with fused multiply-adds in ascending
 * order of the columns, whatever the width, the number of parts or the other rows of a slice.
 *
 * <p>X comes in panels of {@link #PANEL} bytes a row: of tiles as large as the first-level cache,
 * narrow ones hold more entries of a row, and sums travel to Y and back less often. What was
 * measured on Zen 4 (768x768, 95 % sparse, n = 512, one thread, GFLOP/s):
 *
 * <ul>
 *   <li>Four rows by four vectors of X as it lies reached 49. A panel whose rows are a power of two
 *       apart has to be copied (6 % of the time), but an address in it is a shift: 59, and 46 with
 *       a multiplication by the stride.
 *   <li>A number that is broadcast from memory takes the place of a load of X. Two of them in one
 *       word and broadcast from a register: 65 in place of 60.
 *   <li>Rows of a slice have equal counts and slices are sorted by count, as a loop that ends
 *       differently for each row is mispredicted each time. All slices of a block run in one
 *       method, which takes 0.1 s longer to warm up: 65 in place of 57 with a call for each.
 *   <li>One more addition for each step, that of an offset between words and values: 7 % less.
 *   <li>Absolute addresses whose type shows that they are in range need no bounds checks: +10 %.
 * </ul>
 */
final class CsrTiles {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Integer> I = DenseSpecies.ints();

  /** Bytes of a vector. */
  private static final int S = F.vectorByteSize();

  /** Bytes of a row of a panel of two vectors; rows of one vector are half as long. */
  private static final int PANEL = 2 * S;

  private static final int SHIFT1 = Integer.numberOfTrailingZeros(S);
  private static final int SHIFT2 = SHIFT1 + 1;

  /** Keeps every bit of a stride and shows that products with 16-bit numbers cannot overflow. */
  private static final long STRIDE = (1L << 32) - 1;

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
   * Returns the bytes of a row of a panel: what a tile holds of a row of Y.
   *
   * @param broadcast where values are broadcast from
   * @return a power of two; where less is left panels are half as wide or a quarter
   */
  static int panel(QuadValues broadcast) {
    return broadcast == QuadValues.REGISTERS ? PANEL : CsrMemoryTiles.PANEL;
  }

  /**
   * Returns what a kernel's name says of its tiles.
   *
   * @param broadcast where values are broadcast from
   * @return rows and vectors, unless they are those of this class
   */
  static String name(QuadValues broadcast) {
    String tile = "4x" + CsrMemoryTiles.VECTORS + "-";
    return switch (broadcast) {
      case REGISTERS -> "";
      case MEMORY -> tile;
      case LANES -> "lanes-" + tile;
    };
  }

  /**
   * Copies rows of one, two or four vectors.
   *
   * @param from address of the first row
   * @param fromStride bytes between rows
   * @param rows number of rows
   * @param width bytes of a row
   * @param to address of the first copy
   * @param toStride bytes between copies
   */
  static void copy(long from, long fromStride, int rows, int width, long to, long toStride) {
    int at = 0;
    for (; at + PANEL < width; at += PANEL) {
      copyPanel(from + at, fromStride, rows, PANEL, to + at, toStride);
    }
    copyPanel(from + at, fromStride, rows, width - at, to + at, toStride);
  }

  private static void copyPanel(
      long from, long fromStride, int rows, int width, long to, long toStride) {
    long x = from & ADDRESS;
    long xs = fromStride & STRIDE;
    long y = to & ADDRESS;
    long ys = toStride & STRIDE;
    if (width == PANEL) {
      for (int i = 0; i < rows; i++) {
        FloatVector left = FloatVector.fromMemorySegment(F, ALL, x + i * xs, ORDER);
        FloatVector right = FloatVector.fromMemorySegment(F, ALL, x + i * xs + S, ORDER);
        left.intoMemorySegment(ALL, y + i * ys, ORDER);
        right.intoMemorySegment(ALL, y + i * ys + S, ORDER);
      }
    } else {
      for (int i = 0; i < rows; i++) {
        FloatVector.fromMemorySegment(F, ALL, x + i * xs, ORDER)
            .intoMemorySegment(ALL, y + i * ys, ORDER);
      }
    }
  }

  /**
   * Computes some rows of a panel of {@code Y = f(A X + b)}, tile after tile.
   *
   * @param a positions and values
   * @param firstBlock first block of rows
   * @param endBlock end of the blocks
   * @param width bytes of a row of the panel, {@link #panel} or, by a half or a quarter, less
   * @param x address of the panel of X
   * @param xs bytes between its rows: the width, or any if that is a whole panel's
   * @param y address of the panel of Y
   * @param ys bytes between its rows
   * @param bias address of b, or 0 for none
   * @param activation f
   * @param piece receives widened values
   */
  static void multiply(
      CsrQuads a,
      int firstBlock,
      int endBlock,
      int width,
      long x,
      long xs,
      long y,
      long ys,
      long bias,
      Activation activation,
      QuadPiece piece) {
    for (int t = 0; t < a.tiles; t++) {
      long tile = x + (long) t * a.tileColumns * xs;
      for (int b = firstBlock; b < endBlock; b++) {
        int at = t * a.blocks + b;
        int s = a.sliceStart[at];
        int sEnd = a.sliceStart[at + 1];
        int k = a.wordStart[at];
        long row = a.blockStart[b];
        long to = y + row * ys;
        if (a.broadcast != QuadValues.REGISTERS) {
          CsrMemoryTiles.block(a, s, sEnd, k, width, tile, xs, to, ys, t == 0, piece);
        } else {
          block(a, s, sEnd, k, width, tile, xs, to, ys, t == 0, piece);
        }
        if (t == a.tiles - 1) {
          int rows = a.blockStart[b + 1] - (int) row;
          long shift = bias == 0 ? 0 : bias + 4 * row;
          CsrEpilogue.rows(activation, shift, to, ys, rows, width);
        }
      }
    }
  }

  private static void block(
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
    if (a.paired) {
      slices(width, a, a.words, a.pairs(), s, sEnd, k, x, xs, y, ys, first);
      return;
    }
    int word = k;
    int end;
    for (int from = s; from < sEnd; from = end) {
      end = a.pieceEnd(from, sEnd);
      word = a.takePairs(from, end, word, piece);
      slices(width, a, piece.words, piece.pairs, from, end, 0, x, xs, y, ys, first);
    }
  }

  private static void slices(
      int width,
      CsrQuads a,
      long[] words,
      long[] values,
      int s,
      int sEnd,
      int k,
      long x,
      long xs,
      long y,
      long ys,
      boolean first) {
    if (width != PANEL) {
      slices1(words, values, a.counts, a.rows, s, sEnd, k, x, y, ys, first, y);
    } else if (xs == PANEL) {
      slices2(words, values, a.counts, a.rows, s, sEnd, k, x, y, ys, first, y);
    } else {
      strided2(words, values, a.counts, a.rows, s, sEnd, k, x, xs, y, ys, first, y);
    }
  }

  // Below, y and out are the same address. Were it one variable, C2 would compute four row
  // addresses once and hold them over the loop, spilling what the loop itself needs.

  /** 4 rows x 2 vectors: 8 accumulators. */
  private static void slices2(
      long[] words,
      long[] values,
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
        long v0 = values[2 * k];
        FloatVector s0 = IntVector.broadcast(I, (int) v0).reinterpretAsFloats();
        long p0 = x + ((w & 0xffff) << SHIFT2);
        a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
        a1 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), a1);
        FloatVector s1 = IntVector.broadcast(I, (int) (v0 >>> 32)).reinterpretAsFloats();
        long p1 = x + ((w >>> 16 & 0xffff) << SHIFT2);
        b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
        b1 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), b1);
        long v1 = values[2 * k + 1];
        FloatVector s2 = IntVector.broadcast(I, (int) v1).reinterpretAsFloats();
        long p2 = x + ((w >>> 32 & 0xffff) << SHIFT2);
        c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
        c1 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), c1);
        FloatVector s3 = IntVector.broadcast(I, (int) (v1 >>> 32)).reinterpretAsFloats();
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
      long[] values,
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
    y &= ADDRESS;
    ys &= STRIDE;
    out &= ADDRESS;
    xs &= STRIDE;
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
        long v0 = values[2 * k];
        FloatVector s0 = IntVector.broadcast(I, (int) v0).reinterpretAsFloats();
        long p0 = x + (w & 0xffff) * xs;
        a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
        a1 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0 + S, ORDER), a1);
        FloatVector s1 = IntVector.broadcast(I, (int) (v0 >>> 32)).reinterpretAsFloats();
        long p1 = x + (w >>> 16 & 0xffff) * xs;
        b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
        b1 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1 + S, ORDER), b1);
        long v1 = values[2 * k + 1];
        FloatVector s2 = IntVector.broadcast(I, (int) v1).reinterpretAsFloats();
        long p2 = x + (w >>> 32 & 0xffff) * xs;
        c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
        c1 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2 + S, ORDER), c1);
        FloatVector s3 = IntVector.broadcast(I, (int) (v1 >>> 32)).reinterpretAsFloats();
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

  /** 4 rows x 1 vector: 4 accumulators; loads take longer than the chains of additions. */
  private static void slices1(
      long[] words,
      long[] values,
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
        long v0 = values[2 * k];
        FloatVector s0 = IntVector.broadcast(I, (int) v0).reinterpretAsFloats();
        long p0 = x + ((w & 0xffff) << SHIFT1);
        a0 = s0.fma(FloatVector.fromMemorySegment(F, ALL, p0, ORDER), a0);
        FloatVector s1 = IntVector.broadcast(I, (int) (v0 >>> 32)).reinterpretAsFloats();
        long p1 = x + ((w >>> 16 & 0xffff) << SHIFT1);
        b0 = s1.fma(FloatVector.fromMemorySegment(F, ALL, p1, ORDER), b0);
        long v1 = values[2 * k + 1];
        FloatVector s2 = IntVector.broadcast(I, (int) v1).reinterpretAsFloats();
        long p2 = x + ((w >>> 32 & 0xffff) << SHIFT1);
        c0 = s2.fma(FloatVector.fromMemorySegment(F, ALL, p2, ORDER), c0);
        FloatVector s3 = IntVector.broadcast(I, (int) (v1 >>> 32)).reinterpretAsFloats();
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
