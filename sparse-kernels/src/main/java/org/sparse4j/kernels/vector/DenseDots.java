package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products whose inner dimension runs along the rows of both operands, for few samples: dot
 * products, several at a time so that the FMA units stay busy.
 *
 * <p>Every element is the sum of its lanes' sums, whatever tile computes it. Rows are {@code bytes}
 * long, a multiple of 64 with zero padding. Strides are in bytes.
 */
final class DenseDots {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int STEP = 4 * F.length();

  private static final boolean MANY_REGISTERS = DenseSpecies.manyRegisters();

  private DenseDots() {}

  /** Computes elements {@code from} to {@code to - 1} of every row of {@code Y = X A^T}. */
  static void rows(
      long x,
      long xStride,
      int samples,
      long a,
      long aStride,
      int from,
      int to,
      long y,
      long yStride) {
    int bytes = (int) xStride;
    if (samples == 1) {
      for (int i = from; i < to; i += 8) {
        eightRows(a + i * aStride, aStride, Math.min(8, to - i), x, bytes, y + 4L * i);
      }
      return;
    }
    int atOnce = MANY_REGISTERS ? 4 : 2;
    for (int i = from; i < to; i += 4) {
      int count = Math.min(4, to - i);
      for (int t = 0; t < samples; t += atOnce) {
        long xs = x + t * xStride;
        long ys = y + t * yStride + 4L * i;
        if (MANY_REGISTERS) {
          fourByFour(
              xs,
              xStride,
              Math.min(4, samples - t),
              a + i * aStride,
              aStride,
              count,
              bytes,
              ys,
              yStride);
        } else {
          twoByFour(
              xs,
              xStride,
              Math.min(2, samples - t),
              a + i * aStride,
              aStride,
              count,
              bytes,
              ys,
              yStride);
        }
      }
    }
  }

  /** Computes {@code y_i = sum_k a_ik x_k} for up to 8 rows: missing ones repeat the last row. */
  static void eightRows(long a, long aStride, int rows, long x, int bytes, long y) {
    long v = x & ADDRESS;
    long p0 = a & ADDRESS;
    long p1 = (a + Math.min(1, rows - 1) * aStride) & ADDRESS;
    long p2 = (a + Math.min(2, rows - 1) * aStride) & ADDRESS;
    long p3 = (a + Math.min(3, rows - 1) * aStride) & ADDRESS;
    long p4 = (a + Math.min(4, rows - 1) * aStride) & ADDRESS;
    long p5 = (a + Math.min(5, rows - 1) * aStride) & ADDRESS;
    long p6 = (a + Math.min(6, rows - 1) * aStride) & ADDRESS;
    long p7 = (a + Math.min(7, rows - 1) * aStride) & ADDRESS;
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    FloatVector s4 = FloatVector.zero(F);
    FloatVector s5 = FloatVector.zero(F);
    FloatVector s6 = FloatVector.zero(F);
    FloatVector s7 = FloatVector.zero(F);
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector w = FloatVector.fromMemorySegment(F, ALL, v + o, ORDER);
      s0 = FloatVector.fromMemorySegment(F, ALL, p0 + o, ORDER).fma(w, s0);
      s1 = FloatVector.fromMemorySegment(F, ALL, p1 + o, ORDER).fma(w, s1);
      s2 = FloatVector.fromMemorySegment(F, ALL, p2 + o, ORDER).fma(w, s2);
      s3 = FloatVector.fromMemorySegment(F, ALL, p3 + o, ORDER).fma(w, s3);
      s4 = FloatVector.fromMemorySegment(F, ALL, p4 + o, ORDER).fma(w, s4);
      s5 = FloatVector.fromMemorySegment(F, ALL, p5 + o, ORDER).fma(w, s5);
      s6 = FloatVector.fromMemorySegment(F, ALL, p6 + o, ORDER).fma(w, s6);
      s7 = FloatVector.fromMemorySegment(F, ALL, p7 + o, ORDER).fma(w, s7);
    }
    ALL.set(FLOAT, y & ADDRESS, s0.reduceLanes(VectorOperators.ADD));
    if (rows > 1) {
      ALL.set(FLOAT, (y + 4) & ADDRESS, s1.reduceLanes(VectorOperators.ADD));
    }
    if (rows > 2) {
      ALL.set(FLOAT, (y + 8) & ADDRESS, s2.reduceLanes(VectorOperators.ADD));
    }
    if (rows > 3) {
      ALL.set(FLOAT, (y + 12) & ADDRESS, s3.reduceLanes(VectorOperators.ADD));
    }
    if (rows > 4) {
      ALL.set(FLOAT, (y + 16) & ADDRESS, s4.reduceLanes(VectorOperators.ADD));
    }
    if (rows > 5) {
      ALL.set(FLOAT, (y + 20) & ADDRESS, s5.reduceLanes(VectorOperators.ADD));
    }
    if (rows > 6) {
      ALL.set(FLOAT, (y + 24) & ADDRESS, s6.reduceLanes(VectorOperators.ADD));
    }
    if (rows > 7) {
      ALL.set(FLOAT, (y + 28) & ADDRESS, s7.reduceLanes(VectorOperators.ADD));
    }
  }

  /**
   * Computes {@code y_ti = sum_k x_tk a_ik} for up to 4 rows of X and 4 rows of A, as {@link
   * #eightRows}.
   */
  static void fourByFour(
      long x,
      long xStride,
      int samples,
      long a,
      long aStride,
      int rows,
      int bytes,
      long y,
      long yStride) {
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
    for (int k = 0; k < bytes; k += STEP) {
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
    put(y, yStride, 0, 0, samples, rows, s00.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 0, 1, samples, rows, s01.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 0, 2, samples, rows, s02.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 0, 3, samples, rows, s03.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 1, 0, samples, rows, s10.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 1, 1, samples, rows, s11.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 1, 2, samples, rows, s12.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 1, 3, samples, rows, s13.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 2, 0, samples, rows, s20.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 2, 1, samples, rows, s21.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 2, 2, samples, rows, s22.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 2, 3, samples, rows, s23.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 3, 0, samples, rows, s30.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 3, 1, samples, rows, s31.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 3, 2, samples, rows, s32.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 3, 3, samples, rows, s33.reduceLanes(VectorOperators.ADD));
  }

  /**
   * Computes {@code y_ti = sum_k x_tk a_ik} for up to 2 rows of X and 4 rows of A, as {@link
   * #eightRows}.
   */
  static void twoByFour(
      long x,
      long xStride,
      int samples,
      long a,
      long aStride,
      int rows,
      int bytes,
      long y,
      long yStride) {
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
    for (int k = 0; k < bytes; k += STEP) {
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
    put(y, yStride, 0, 0, samples, rows, s00.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 0, 1, samples, rows, s01.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 0, 2, samples, rows, s02.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 0, 3, samples, rows, s03.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 1, 0, samples, rows, s10.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 1, 1, samples, rows, s11.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 1, 2, samples, rows, s12.reduceLanes(VectorOperators.ADD));
    put(y, yStride, 1, 3, samples, rows, s13.reduceLanes(VectorOperators.ADD));
  }

  private static void put(long y, long yStride, int t, int i, int samples, int rows, float value) {
    if (t < samples && i < rows) {
      ALL.set(FLOAT, (y + t * yStride + 4L * i) & ADDRESS, value);
    }
  }
}
