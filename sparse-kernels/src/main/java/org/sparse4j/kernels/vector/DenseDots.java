package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products whose inner dimension runs along the rows of both operands, for few samples: dot
 * products, several at a time so that the FMA units stay busy.
 *
 * <p>Every element is the sum of its lanes' sums, whatever tile computes it. Rows are {@code bytes}
 * long, a multiple of 64 with zero padding. Strides are in bytes. A tile leaves its sums in
 * scratch, and a small loop adds up their lanes: written out in the tile that took C2 seconds to
 * compile. The step of the inner loops is a parameter because C2 unrolls a loop of constant step
 * four times and then spills most accumulators.
 */
final class DenseDots {

  /** Bytes of scratch: the sums of a tile. */
  static final int SCRATCH = 16 * 64;

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int STEP = 4 * F.length();
  private static final boolean MANY_REGISTERS = DenseSpecies.manyRegisters();

  private DenseDots() {}

  /**
   * Computes or adds {@code y_ti = sum_k x_tk a_ik} for all samples t and rows i from {@code from}
   * to {@code to - 1}; strides say where y_ti lies, so the result may be stored either way round.
   */
  static void rows(
      long x,
      long xStride,
      int samples,
      int bytes,
      long a,
      long aStride,
      int from,
      int to,
      long y,
      long sampleStride,
      long rowStride,
      boolean add,
      long scratch) {
    if (samples == 1) {
      for (int i = from; i < to; i += 8) {
        int count = Math.min(8, to - i);
        oneByEight(x, a + i * aStride, aStride, count, bytes, STEP, scratch);
        finish(scratch, 8, 1, count, y + i * rowStride, sampleStride, rowStride, add);
      }
      return;
    }
    int atOnce = MANY_REGISTERS ? 4 : 2;
    for (int i = from; i < to; i += 4) {
      int count = Math.min(4, to - i);
      for (int t = 0; t < samples; t += atOnce) {
        int there = Math.min(atOnce, samples - t);
        long xs = x + t * xStride;
        if (MANY_REGISTERS) {
          fourByFour(xs, xStride, there, a + i * aStride, aStride, count, bytes, STEP, scratch);
        } else {
          twoByFour(xs, xStride, there, a + i * aStride, aStride, count, bytes, STEP, scratch);
        }
        finish(
            scratch,
            4,
            there,
            count,
            y + t * sampleStride + i * rowStride,
            sampleStride,
            rowStride,
            add);
      }
    }
  }

  /** Adds up the lanes of a tile's sums, {@code pitch} of them a sample, and stores them. */
  private static void finish(
      long sums,
      int pitch,
      int samples,
      int rows,
      long y,
      long sampleStride,
      long rowStride,
      boolean add) {
    for (int t = 0; t < samples; t++) {
      for (int i = 0; i < rows; i++) {
        long from = sums + (long) (t * pitch + i) * STEP;
        float value = LaneSums.sum(from);
        long at = (y + t * sampleStride + i * rowStride) & ADDRESS;
        ALL.set(FLOAT, at, add ? ALL.get(FLOAT, at) + value : value);
      }
    }
  }

  /** One sample and up to 8 rows; missing ones repeat the last one. */
  private static void oneByEight(
      long x, long a, long aStride, int rows, int bytes, int step, long sums) {
    long x0 = x & ADDRESS;
    long p0 = a & ADDRESS;
    long p1 = (a + Math.min(1, rows - 1) * aStride) & ADDRESS;
    long p2 = (a + Math.min(2, rows - 1) * aStride) & ADDRESS;
    long p3 = (a + Math.min(3, rows - 1) * aStride) & ADDRESS;
    long p4 = (a + Math.min(4, rows - 1) * aStride) & ADDRESS;
    long p5 = (a + Math.min(5, rows - 1) * aStride) & ADDRESS;
    long p6 = (a + Math.min(6, rows - 1) * aStride) & ADDRESS;
    long p7 = (a + Math.min(7, rows - 1) * aStride) & ADDRESS;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s04 = FloatVector.zero(F);
    FloatVector s05 = FloatVector.zero(F);
    FloatVector s06 = FloatVector.zero(F);
    FloatVector s07 = FloatVector.zero(F);
    for (int k = 0; k < bytes; k += step) {
      long o = k & OFFSET;
      FloatVector v0 = FloatVector.fromMemorySegment(F, ALL, x0 + o, ORDER);
      FloatVector w = FloatVector.fromMemorySegment(F, ALL, p0 + o, ORDER);
      s00 = v0.fma(w, s00);
      w = FloatVector.fromMemorySegment(F, ALL, p1 + o, ORDER);
      s01 = v0.fma(w, s01);
      w = FloatVector.fromMemorySegment(F, ALL, p2 + o, ORDER);
      s02 = v0.fma(w, s02);
      w = FloatVector.fromMemorySegment(F, ALL, p3 + o, ORDER);
      s03 = v0.fma(w, s03);
      w = FloatVector.fromMemorySegment(F, ALL, p4 + o, ORDER);
      s04 = v0.fma(w, s04);
      w = FloatVector.fromMemorySegment(F, ALL, p5 + o, ORDER);
      s05 = v0.fma(w, s05);
      w = FloatVector.fromMemorySegment(F, ALL, p6 + o, ORDER);
      s06 = v0.fma(w, s06);
      w = FloatVector.fromMemorySegment(F, ALL, p7 + o, ORDER);
      s07 = v0.fma(w, s07);
    }
    long out = sums & ADDRESS;
    s00.intoMemorySegment(ALL, out, ORDER);
    s01.intoMemorySegment(ALL, out + STEP, ORDER);
    s02.intoMemorySegment(ALL, out + 2L * STEP, ORDER);
    s03.intoMemorySegment(ALL, out + 3L * STEP, ORDER);
    s04.intoMemorySegment(ALL, out + 4L * STEP, ORDER);
    s05.intoMemorySegment(ALL, out + 5L * STEP, ORDER);
    s06.intoMemorySegment(ALL, out + 6L * STEP, ORDER);
    s07.intoMemorySegment(ALL, out + 7L * STEP, ORDER);
  }

  /** Up to 4 samples and 4 rows. */
  private static void fourByFour(
      long x,
      long xStride,
      int samples,
      long a,
      long aStride,
      int rows,
      int bytes,
      int step,
      long sums) {
    long x0 = x & ADDRESS;
    long x1 = (x + Math.min(1, samples - 1) * xStride) & ADDRESS;
    long x2 = (x + Math.min(2, samples - 1) * xStride) & ADDRESS;
    long x3 = (x + Math.min(3, samples - 1) * xStride) & ADDRESS;
    long p0 = a & ADDRESS;
    long p1 = (a + Math.min(1, rows - 1) * aStride) & ADDRESS;
    long p2 = (a + Math.min(2, rows - 1) * aStride) & ADDRESS;
    long p3 = (a + Math.min(3, rows - 1) * aStride) & ADDRESS;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s23 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s33 = FloatVector.zero(F);
    for (int k = 0; k < bytes; k += step) {
      long o = k & OFFSET;
      FloatVector v0 = FloatVector.fromMemorySegment(F, ALL, x0 + o, ORDER);
      FloatVector v1 = FloatVector.fromMemorySegment(F, ALL, x1 + o, ORDER);
      FloatVector v2 = FloatVector.fromMemorySegment(F, ALL, x2 + o, ORDER);
      FloatVector v3 = FloatVector.fromMemorySegment(F, ALL, x3 + o, ORDER);
      FloatVector w = FloatVector.fromMemorySegment(F, ALL, p0 + o, ORDER);
      s00 = v0.fma(w, s00);
      s10 = v1.fma(w, s10);
      s20 = v2.fma(w, s20);
      s30 = v3.fma(w, s30);
      w = FloatVector.fromMemorySegment(F, ALL, p1 + o, ORDER);
      s01 = v0.fma(w, s01);
      s11 = v1.fma(w, s11);
      s21 = v2.fma(w, s21);
      s31 = v3.fma(w, s31);
      w = FloatVector.fromMemorySegment(F, ALL, p2 + o, ORDER);
      s02 = v0.fma(w, s02);
      s12 = v1.fma(w, s12);
      s22 = v2.fma(w, s22);
      s32 = v3.fma(w, s32);
      w = FloatVector.fromMemorySegment(F, ALL, p3 + o, ORDER);
      s03 = v0.fma(w, s03);
      s13 = v1.fma(w, s13);
      s23 = v2.fma(w, s23);
      s33 = v3.fma(w, s33);
    }
    long out = sums & ADDRESS;
    s00.intoMemorySegment(ALL, out, ORDER);
    s01.intoMemorySegment(ALL, out + STEP, ORDER);
    s02.intoMemorySegment(ALL, out + 2L * STEP, ORDER);
    s03.intoMemorySegment(ALL, out + 3L * STEP, ORDER);
    s10.intoMemorySegment(ALL, out + 4L * STEP, ORDER);
    s11.intoMemorySegment(ALL, out + 5L * STEP, ORDER);
    s12.intoMemorySegment(ALL, out + 6L * STEP, ORDER);
    s13.intoMemorySegment(ALL, out + 7L * STEP, ORDER);
    s20.intoMemorySegment(ALL, out + 8L * STEP, ORDER);
    s21.intoMemorySegment(ALL, out + 9L * STEP, ORDER);
    s22.intoMemorySegment(ALL, out + 10L * STEP, ORDER);
    s23.intoMemorySegment(ALL, out + 11L * STEP, ORDER);
    s30.intoMemorySegment(ALL, out + 12L * STEP, ORDER);
    s31.intoMemorySegment(ALL, out + 13L * STEP, ORDER);
    s32.intoMemorySegment(ALL, out + 14L * STEP, ORDER);
    s33.intoMemorySegment(ALL, out + 15L * STEP, ORDER);
  }

  /** Up to 2 samples and 4 rows: 8 of 16 registers hold sums. */
  private static void twoByFour(
      long x,
      long xStride,
      int samples,
      long a,
      long aStride,
      int rows,
      int bytes,
      int step,
      long sums) {
    long x0 = x & ADDRESS;
    long x1 = (x + Math.min(1, samples - 1) * xStride) & ADDRESS;
    long p0 = a & ADDRESS;
    long p1 = (a + Math.min(1, rows - 1) * aStride) & ADDRESS;
    long p2 = (a + Math.min(2, rows - 1) * aStride) & ADDRESS;
    long p3 = (a + Math.min(3, rows - 1) * aStride) & ADDRESS;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    for (int k = 0; k < bytes; k += step) {
      long o = k & OFFSET;
      FloatVector v0 = FloatVector.fromMemorySegment(F, ALL, x0 + o, ORDER);
      FloatVector v1 = FloatVector.fromMemorySegment(F, ALL, x1 + o, ORDER);
      FloatVector w = FloatVector.fromMemorySegment(F, ALL, p0 + o, ORDER);
      s00 = v0.fma(w, s00);
      s10 = v1.fma(w, s10);
      w = FloatVector.fromMemorySegment(F, ALL, p1 + o, ORDER);
      s01 = v0.fma(w, s01);
      s11 = v1.fma(w, s11);
      w = FloatVector.fromMemorySegment(F, ALL, p2 + o, ORDER);
      s02 = v0.fma(w, s02);
      s12 = v1.fma(w, s12);
      w = FloatVector.fromMemorySegment(F, ALL, p3 + o, ORDER);
      s03 = v0.fma(w, s03);
      s13 = v1.fma(w, s13);
    }
    long out = sums & ADDRESS;
    s00.intoMemorySegment(ALL, out, ORDER);
    s01.intoMemorySegment(ALL, out + STEP, ORDER);
    s02.intoMemorySegment(ALL, out + 2L * STEP, ORDER);
    s03.intoMemorySegment(ALL, out + 3L * STEP, ORDER);
    s10.intoMemorySegment(ALL, out + 4L * STEP, ORDER);
    s11.intoMemorySegment(ALL, out + 5L * STEP, ORDER);
    s12.intoMemorySegment(ALL, out + 6L * STEP, ORDER);
    s13.intoMemorySegment(ALL, out + 7L * STEP, ORDER);
  }
}
