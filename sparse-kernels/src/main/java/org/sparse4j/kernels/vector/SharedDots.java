package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code s_ij = sum_t G_it X_jt} over {@link SharedRows} as tall as a vector: the rows of a tile
 * are its lanes, so that no sum is spread over lanes. The tile's rows of G are transposed first,
 * which is little work beside that of all its columns.
 *
 * <p>Every sum is in ascending order of the samples, with fused multiply-adds.
 */
final class SharedDots {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();

  private static final VectorSpecies<Integer> I = DenseSpecies.ints();

  /** Broadcast as ints: floats read from a segment and broadcast took a fifth longer. */
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private static final int HEIGHT = SharedLanes.HEIGHT;

  /** Bytes of a vector. */
  private static final int S = F.vectorByteSize();

  private SharedDots() {}

  /**
   * Returns the scratch that a part needs.
   *
   * @param width floats of a row of G, padding included
   * @return bytes, a multiple of 64
   */
  static long scratch(int width) {
    return 2L * S * width + 8L * S + 64;
  }

  /**
   * Computes the samples of some tiles.
   *
   * @param a positions
   * @param first first tile
   * @param end end of the tiles
   * @param x address of X
   * @param xs bytes between its rows
   * @param g address of G
   * @param gs bytes between its rows
   * @param n samples to sum over
   * @param scratch address of {@link #scratch} bytes at a 64-byte boundary
   * @param out receives the samples in the caller's order
   */
  static void sample(
      SharedRows a,
      int first,
      int end,
      long x,
      long xs,
      long g,
      long gs,
      int n,
      long scratch,
      float[] out) {
    int[] steps = a.steps;
    int width = (n + 15) & -16;
    long sums = scratch;
    long turned = sums + 8L * S;
    long copy = turned + (long) S * width;
    for (int t = first; t < end; t++) {
      int row = a.tileRow[t];
      int rows = a.tileRow[t + 1] - row;
      turn(g + row * gs, gs, Math.min(HEIGHT, a.rows - row), width, turned, copy);
      int kEnd = a.tileStep[t + 1];
      for (int k = a.tileStep[t]; k < kEnd; k += 8) {
        int last = kEnd - 1;
        dots(
            x + steps[k] * xs,
            x + steps[Math.min(k + 1, last)] * xs,
            x + steps[Math.min(k + 2, last)] * xs,
            x + steps[Math.min(k + 3, last)] * xs,
            x + steps[Math.min(k + 4, last)] * xs,
            x + steps[Math.min(k + 5, last)] * xs,
            x + steps[Math.min(k + 6, last)] * xs,
            x + steps[Math.min(k + 7, last)] * xs,
            turned,
            4 * n,
            sums);
        for (int c = 0; c < 8 && k + c < kEnd; c++) {
          int at = (k + c) * HEIGHT;
          if (a.consecutive) {
            placeAll(sums + (long) c * S, out, a.sources[at]);
          } else {
            place(sums + (long) c * S, rows, a.sources, at, out);
          }
        }
      }
    }
  }

  /** Transposes rows of G; where there are fewer than lanes, the rest is whatever is in scratch. */
  private static void turn(long g, long gs, int rows, int width, long to, long copy) {
    long from = g;
    long stride = gs;
    if (rows < HEIGHT) {
      from = copy;
      stride = 4L * width;
      for (int r = 0; r < rows; r++) {
        ElementwiseKernels.copy(g + r * gs, copy + r * stride, 4 * width);
      }
    }
    for (int t = 0; t < width; t += HEIGHT) {
      DenseTranspose.block(from + 4L * t, stride, to + (long) t * S, S);
    }
  }

  private static void placeAll(long from, float[] out, int at) {
    FloatVector.fromMemorySegment(F, ALL, from & ADDRESS, ORDER).intoArray(out, at);
  }

  private static void place(long from, int rows, int[] sources, int at, float[] out) {
    from &= ADDRESS;
    for (int r = 0; r < rows; r++) {
      out[sources[at + r]] = ALL.get(FLOAT, from + 4L * (r & OFFSET));
    }
  }

  /** Sums of eight columns, a row in each lane. */
  private static void dots(
      long x0,
      long x1,
      long x2,
      long x3,
      long x4,
      long x5,
      long x6,
      long x7,
      long g,
      int bytes,
      long to) {
    x0 &= ADDRESS;
    x1 &= ADDRESS;
    x2 &= ADDRESS;
    x3 &= ADDRESS;
    x4 &= ADDRESS;
    x5 &= ADDRESS;
    x6 &= ADDRESS;
    x7 &= ADDRESS;
    g &= ADDRESS;
    to &= ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a, e = a, f = a, i = a, h = a;
    for (int j = 0; j < bytes; j += 4) {
      long o = j & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, g + (o >>> 2) * S, ORDER);
      a = IntVector.broadcast(I, ALL.get(INT, x0 + o)).reinterpretAsFloats().fma(v, a);
      b = IntVector.broadcast(I, ALL.get(INT, x1 + o)).reinterpretAsFloats().fma(v, b);
      c = IntVector.broadcast(I, ALL.get(INT, x2 + o)).reinterpretAsFloats().fma(v, c);
      d = IntVector.broadcast(I, ALL.get(INT, x3 + o)).reinterpretAsFloats().fma(v, d);
      e = IntVector.broadcast(I, ALL.get(INT, x4 + o)).reinterpretAsFloats().fma(v, e);
      f = IntVector.broadcast(I, ALL.get(INT, x5 + o)).reinterpretAsFloats().fma(v, f);
      i = IntVector.broadcast(I, ALL.get(INT, x6 + o)).reinterpretAsFloats().fma(v, i);
      h = IntVector.broadcast(I, ALL.get(INT, x7 + o)).reinterpretAsFloats().fma(v, h);
    }
    a.intoMemorySegment(ALL, to, ORDER);
    b.intoMemorySegment(ALL, to + S, ORDER);
    c.intoMemorySegment(ALL, to + 2L * S, ORDER);
    d.intoMemorySegment(ALL, to + 3L * S, ORDER);
    e.intoMemorySegment(ALL, to + 4L * S, ORDER);
    f.intoMemorySegment(ALL, to + 5L * S, ORDER);
    i.intoMemorySegment(ALL, to + 6L * S, ORDER);
    h.intoMemorySegment(ALL, to + 7L * S, ORDER);
  }
}
