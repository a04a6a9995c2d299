package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of the dense product for machines with 16 vector registers.
 *
 * <p>As {@link GemmTiles32}: 8 accumulators, 4 broadcasts and 2 vectors of the panel take 14 of the
 * 16 registers, and 8 chains are what two FMA units of latency 4 need. The step of the loops is a
 * parameter because C2 unrolls a loop of constant step four times, loads the operands of all four
 * products first, and then keeps most accumulators on the stack (256 bits: 26 to 45 GFLOP/s). Tiles
 * with more accumulators do not fit even so: 5x2, 6x2, 4x3 and 3x4 run at 40 to 47.
 */
final class GemmTiles16 {

  /** Rows of the tile. */
  static final int ROWS = 4;

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int LANES = F.length();
  private static final int LANE_BYTES = 4 * LANES;

  private GemmTiles16() {}

  /** Computes a 4 x 2-vector tile of {@code A B}, starting from zero or from C. */
  static void wide(
      long a, long aStride, int kBytes, long b, long c, long cStride, boolean add, int step) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector a0 = zero, a1 = zero;
    FloatVector b0 = zero, b1 = zero;
    FloatVector c0 = zero, c1 = zero;
    FloatVector d0 = zero, d1 = zero;
    if (add) {
      long y = c & ADDRESS;
      a0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      a1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
      y = (y + cStride) & ADDRESS;
      b0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      b1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
      y = (y + cStride) & ADDRESS;
      c0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      c1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
      y = (y + cStride) & ADDRESS;
      d0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      d1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
    }
    long p0 = a & ADDRESS;
    long p1 = (a + aStride) & ADDRESS;
    long p2 = (a + 2 * aStride) & ADDRESS;
    long p3 = (a + 3 * aStride) & ADDRESS;
    long x = b & ADDRESS;
    for (int k = 0; k < kBytes; k += step) {
      long o = k & OFFSET;
      FloatVector w0 = FloatVector.broadcast(F, ALL.get(FLOAT, p0 + o));
      FloatVector w1 = FloatVector.broadcast(F, ALL.get(FLOAT, p1 + o));
      FloatVector w2 = FloatVector.broadcast(F, ALL.get(FLOAT, p2 + o));
      FloatVector w3 = FloatVector.broadcast(F, ALL.get(FLOAT, p3 + o));
      FloatVector x0 = FloatVector.fromMemorySegment(F, ALL, x, ORDER);
      a0 = w0.fma(x0, a0);
      b0 = w1.fma(x0, b0);
      c0 = w2.fma(x0, c0);
      d0 = w3.fma(x0, d0);
      FloatVector x1 = FloatVector.fromMemorySegment(F, ALL, x + LANE_BYTES, ORDER);
      a1 = w0.fma(x1, a1);
      b1 = w1.fma(x1, b1);
      c1 = w2.fma(x1, c1);
      d1 = w3.fma(x1, d1);
      x = (x + 2L * LANE_BYTES) & ADDRESS;
    }
    long y = c & ADDRESS;
    a0.intoMemorySegment(ALL, y, ORDER);
    a1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
    y = (y + cStride) & ADDRESS;
    b0.intoMemorySegment(ALL, y, ORDER);
    b1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
    y = (y + cStride) & ADDRESS;
    c0.intoMemorySegment(ALL, y, ORDER);
    c1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
    y = (y + cStride) & ADDRESS;
    d0.intoMemorySegment(ALL, y, ORDER);
    d1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
  }

  /** Computes a 4 x 2-vector tile of {@code A^T B}, starting from zero or from C. */
  static void wideTransposed(
      long a, long aStride, int kBytes, long b, long c, long cStride, boolean add, int step) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector a0 = zero, a1 = zero;
    FloatVector b0 = zero, b1 = zero;
    FloatVector c0 = zero, c1 = zero;
    FloatVector d0 = zero, d1 = zero;
    if (add) {
      long y = c & ADDRESS;
      a0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      a1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
      y = (y + cStride) & ADDRESS;
      b0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      b1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
      y = (y + cStride) & ADDRESS;
      c0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      c1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
      y = (y + cStride) & ADDRESS;
      d0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      d1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
    }
    long x = b & ADDRESS;
    long p = a & ADDRESS;
    for (int k = 0; k < kBytes; k += step) {
      FloatVector x0 = FloatVector.fromMemorySegment(F, ALL, x, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(F, ALL, x + LANE_BYTES, ORDER);
      FloatVector w = FloatVector.broadcast(F, ALL.get(FLOAT, p));
      a0 = w.fma(x0, a0);
      a1 = w.fma(x1, a1);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 4));
      b0 = w.fma(x0, b0);
      b1 = w.fma(x1, b1);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 8));
      c0 = w.fma(x0, c0);
      c1 = w.fma(x1, c1);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 12));
      d0 = w.fma(x0, d0);
      d1 = w.fma(x1, d1);
      x = (x + 2L * LANE_BYTES) & ADDRESS;
      p = (p + aStride) & ADDRESS;
    }
    long y = c & ADDRESS;
    a0.intoMemorySegment(ALL, y, ORDER);
    a1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
    y = (y + cStride) & ADDRESS;
    b0.intoMemorySegment(ALL, y, ORDER);
    b1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
    y = (y + cStride) & ADDRESS;
    c0.intoMemorySegment(ALL, y, ORDER);
    c1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
    y = (y + cStride) & ADDRESS;
    d0.intoMemorySegment(ALL, y, ORDER);
    d1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
  }
}
