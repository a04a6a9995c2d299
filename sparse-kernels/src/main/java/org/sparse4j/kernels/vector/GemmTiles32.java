package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of the dense product for machines with 32 vector registers.
 *
 * <p>A tile multiplies R rows of A, one broadcast element at a time, by V vectors of a panel of B;
 * R V accumulators stay in registers. All strides and addresses are in bytes, {@code kBytes} is
 * four times the number of products summed. C2 loads all R broadcasts first, so R (V + 1) + 2
 * registers are in use: 6x2 runs at 97 to 100 % of the FMA probe, 4x4 and 5x4 at 95; 6x4 and 12x2
 * spill an accumulator to the stack and fall to 70 and 15 %. Loads and stores are written out
 * because a helper is no longer inlined in a body of this size, and then every vector is boxed.
 */
final class GemmTiles32 {

  /** Rows of the wide tile. */
  static final int ROWS = 6;

  /** Rows of the tile that is one vector wide. */
  static final int NARROW_ROWS = 12;

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int LANES = F.length();
  private static final int LANE_BYTES = 4 * LANES;

  private GemmTiles32() {}

  /** Computes a 6 x 2-vector tile of {@code A B}, starting from zero or from C. */
  static void wide(long a, long aStride, int kBytes, long b, long c, long cStride, boolean add) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector a0 = zero, a1 = zero;
    FloatVector b0 = zero, b1 = zero;
    FloatVector c0 = zero, c1 = zero;
    FloatVector d0 = zero, d1 = zero;
    FloatVector e0 = zero, e1 = zero;
    FloatVector f0 = zero, f1 = zero;
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
      y = (y + cStride) & ADDRESS;
      e0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      e1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
      y = (y + cStride) & ADDRESS;
      f0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      f1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
    }
    long p0 = a & ADDRESS;
    long p1 = (a + aStride) & ADDRESS;
    long p2 = (a + 2 * aStride) & ADDRESS;
    long p3 = (a + 3 * aStride) & ADDRESS;
    long p4 = (a + 4 * aStride) & ADDRESS;
    long p5 = (a + 5 * aStride) & ADDRESS;
    long panel = b & ADDRESS;
    for (int k = 0; k < kBytes; k += 4) {
      long o = k & OFFSET;
      long x = panel + o * (2L * LANES);
      FloatVector x0 = FloatVector.fromMemorySegment(F, ALL, x, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(F, ALL, x + LANE_BYTES, ORDER);
      FloatVector w = FloatVector.broadcast(F, ALL.get(FLOAT, p0 + o));
      a0 = w.fma(x0, a0);
      a1 = w.fma(x1, a1);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p1 + o));
      b0 = w.fma(x0, b0);
      b1 = w.fma(x1, b1);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p2 + o));
      c0 = w.fma(x0, c0);
      c1 = w.fma(x1, c1);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p3 + o));
      d0 = w.fma(x0, d0);
      d1 = w.fma(x1, d1);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p4 + o));
      e0 = w.fma(x0, e0);
      e1 = w.fma(x1, e1);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p5 + o));
      f0 = w.fma(x0, f0);
      f1 = w.fma(x1, f1);
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
    y = (y + cStride) & ADDRESS;
    e0.intoMemorySegment(ALL, y, ORDER);
    e1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
    y = (y + cStride) & ADDRESS;
    f0.intoMemorySegment(ALL, y, ORDER);
    f1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
  }

  /** Computes a 6 x 2-vector tile of {@code A^T B}, starting from zero or from C. */
  static void wideTransposed(
      long a, long aStride, int kBytes, long b, long c, long cStride, boolean add) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector a0 = zero, a1 = zero;
    FloatVector b0 = zero, b1 = zero;
    FloatVector c0 = zero, c1 = zero;
    FloatVector d0 = zero, d1 = zero;
    FloatVector e0 = zero, e1 = zero;
    FloatVector f0 = zero, f1 = zero;
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
      y = (y + cStride) & ADDRESS;
      e0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      e1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
      y = (y + cStride) & ADDRESS;
      f0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      f1 = FloatVector.fromMemorySegment(F, ALL, y + LANE_BYTES, ORDER);
    }
    long panel = b & ADDRESS;
    long floatStride = aStride / 4;
    for (int k = 0; k < kBytes; k += 4) {
      long o = k & OFFSET;
      long x = panel + o * (2L * LANES);
      long p = (a + o * floatStride) & ADDRESS;
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
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 16));
      e0 = w.fma(x0, e0);
      e1 = w.fma(x1, e1);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 20));
      f0 = w.fma(x0, f0);
      f1 = w.fma(x1, f1);
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
    y = (y + cStride) & ADDRESS;
    e0.intoMemorySegment(ALL, y, ORDER);
    e1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
    y = (y + cStride) & ADDRESS;
    f0.intoMemorySegment(ALL, y, ORDER);
    f1.intoMemorySegment(ALL, y + LANE_BYTES, ORDER);
  }

  /** Computes a 12 x 1-vector tile of {@code A B}, starting from zero or from C. */
  static void narrow(long a, long aStride, int kBytes, long b, long c, long cStride, boolean add) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector a0 = zero;
    FloatVector b0 = zero;
    FloatVector c0 = zero;
    FloatVector d0 = zero;
    FloatVector e0 = zero;
    FloatVector f0 = zero;
    FloatVector g0 = zero;
    FloatVector h0 = zero;
    FloatVector i0 = zero;
    FloatVector j0 = zero;
    FloatVector k0 = zero;
    FloatVector l0 = zero;
    if (add) {
      long y = c & ADDRESS;
      a0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      b0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      c0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      d0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      e0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      f0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      g0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      h0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      i0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      j0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      k0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      l0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
    }
    long p0 = a & ADDRESS;
    long p1 = (a + aStride) & ADDRESS;
    long p2 = (a + 2 * aStride) & ADDRESS;
    long p3 = (a + 3 * aStride) & ADDRESS;
    long p4 = (a + 4 * aStride) & ADDRESS;
    long p5 = (a + 5 * aStride) & ADDRESS;
    long p6 = (a + 6 * aStride) & ADDRESS;
    long p7 = (a + 7 * aStride) & ADDRESS;
    long p8 = (a + 8 * aStride) & ADDRESS;
    long p9 = (a + 9 * aStride) & ADDRESS;
    long p10 = (a + 10 * aStride) & ADDRESS;
    long p11 = (a + 11 * aStride) & ADDRESS;
    long panel = b & ADDRESS;
    for (int k = 0; k < kBytes; k += 4) {
      long o = k & OFFSET;
      long x = panel + o * LANES;
      FloatVector x0 = FloatVector.fromMemorySegment(F, ALL, x, ORDER);
      FloatVector w = FloatVector.broadcast(F, ALL.get(FLOAT, p0 + o));
      a0 = w.fma(x0, a0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p1 + o));
      b0 = w.fma(x0, b0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p2 + o));
      c0 = w.fma(x0, c0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p3 + o));
      d0 = w.fma(x0, d0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p4 + o));
      e0 = w.fma(x0, e0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p5 + o));
      f0 = w.fma(x0, f0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p6 + o));
      g0 = w.fma(x0, g0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p7 + o));
      h0 = w.fma(x0, h0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p8 + o));
      i0 = w.fma(x0, i0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p9 + o));
      j0 = w.fma(x0, j0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p10 + o));
      k0 = w.fma(x0, k0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p11 + o));
      l0 = w.fma(x0, l0);
    }
    long y = c & ADDRESS;
    a0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    b0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    c0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    d0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    e0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    f0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    g0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    h0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    i0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    j0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    k0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    l0.intoMemorySegment(ALL, y, ORDER);
  }

  /** Computes a 12 x 1-vector tile of {@code A^T B}, starting from zero or from C. */
  static void narrowTransposed(
      long a, long aStride, int kBytes, long b, long c, long cStride, boolean add) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector a0 = zero;
    FloatVector b0 = zero;
    FloatVector c0 = zero;
    FloatVector d0 = zero;
    FloatVector e0 = zero;
    FloatVector f0 = zero;
    FloatVector g0 = zero;
    FloatVector h0 = zero;
    FloatVector i0 = zero;
    FloatVector j0 = zero;
    FloatVector k0 = zero;
    FloatVector l0 = zero;
    if (add) {
      long y = c & ADDRESS;
      a0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      b0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      c0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      d0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      e0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      f0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      g0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      h0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      i0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      j0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      k0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      y = (y + cStride) & ADDRESS;
      l0 = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
    }
    long panel = b & ADDRESS;
    long floatStride = aStride / 4;
    for (int k = 0; k < kBytes; k += 4) {
      long o = k & OFFSET;
      long x = panel + o * LANES;
      long p = (a + o * floatStride) & ADDRESS;
      FloatVector x0 = FloatVector.fromMemorySegment(F, ALL, x, ORDER);
      FloatVector w = FloatVector.broadcast(F, ALL.get(FLOAT, p));
      a0 = w.fma(x0, a0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 4));
      b0 = w.fma(x0, b0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 8));
      c0 = w.fma(x0, c0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 12));
      d0 = w.fma(x0, d0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 16));
      e0 = w.fma(x0, e0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 20));
      f0 = w.fma(x0, f0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 24));
      g0 = w.fma(x0, g0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 28));
      h0 = w.fma(x0, h0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 32));
      i0 = w.fma(x0, i0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 36));
      j0 = w.fma(x0, j0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 40));
      k0 = w.fma(x0, k0);
      w = FloatVector.broadcast(F, ALL.get(FLOAT, p + 44));
      l0 = w.fma(x0, l0);
    }
    long y = c & ADDRESS;
    a0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    b0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    c0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    d0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    e0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    f0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    g0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    h0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    i0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    j0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    k0.intoMemorySegment(ALL, y, ORDER);
    y = (y + cStride) & ADDRESS;
    l0.intoMemorySegment(ALL, y, ORDER);
  }
}
