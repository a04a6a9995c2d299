package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.scalar.ElementwiseMath.EXP_0;
import static org.sparse4j.kernels.scalar.ElementwiseMath.EXP_1;
import static org.sparse4j.kernels.scalar.ElementwiseMath.EXP_2;
import static org.sparse4j.kernels.scalar.ElementwiseMath.EXP_3;
import static org.sparse4j.kernels.scalar.ElementwiseMath.EXP_4;
import static org.sparse4j.kernels.scalar.ElementwiseMath.EXP_HIGHEST;
import static org.sparse4j.kernels.scalar.ElementwiseMath.EXP_LOWEST;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LN2_HIGH;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LN2_LOW;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LOG2_E;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ROUNDER;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ROUNDER_BITS;
import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Parts of softmax and its relatives down the columns of one vector's width.
 *
 * <p>A column is a sample, so a vector holds as many samples as it has lanes and every method walks
 * down the rows once. What passes from one walk to the next lies in scratch, one float a column:
 * vectors that live across two loops are boxed too easily. Strides are in bytes.
 */
final class SoftmaxKernels {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Integer> I = DenseSpecies.ints();

  private SoftmaxKernels() {}

  /** {@code out_j = max_i x_ij}, -infinity without rows. */
  static void max(long x, long xStride, int rows, long out) {
    FloatVector best = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < rows; i++) {
      long xAt = (x + i * xStride) & ADDRESS;
      best = best.max(FloatVector.fromMemorySegment(F, ALL, xAt, ORDER));
    }
    best.intoMemorySegment(ALL, out & ADDRESS, ORDER);
  }

  /** {@code out_j = sum_i x_ij}. */
  static void sum(long x, long xStride, int rows, long out) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      long xAt = (x + i * xStride) & ADDRESS;
      sum = sum.add(FloatVector.fromMemorySegment(F, ALL, xAt, ORDER));
    }
    sum.intoMemorySegment(ALL, out & ADDRESS, ORDER);
  }

  /** {@code out_j = sum_i (x_ij - shift_j)}. */
  static void shiftedSum(long x, long xStride, int rows, long shift, long out) {
    FloatVector s = FloatVector.fromMemorySegment(F, ALL, shift & ADDRESS, ORDER);
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      long xAt = (x + i * xStride) & ADDRESS;
      sum = sum.add(FloatVector.fromMemorySegment(F, ALL, xAt, ORDER).sub(s));
    }
    sum.intoMemorySegment(ALL, out & ADDRESS, ORDER);
  }

  /** {@code y_ij = exp(x_ij - shift_j)} and {@code out_j = sum_i y_ij}. */
  static void exponentials(
      long x, long xStride, int rows, long shift, long y, long yStride, long out) {
    FloatVector s = FloatVector.fromMemorySegment(F, ALL, shift & ADDRESS, ORDER);
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      long xAt = (x + i * xStride) & ADDRESS;
      long yAt = (y + i * yStride) & ADDRESS;
      FloatVector u = FloatVector.fromMemorySegment(F, ALL, xAt, ORDER).sub(s);

      FloatVector shifted =
          u.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDER));
      FloatVector n = shifted.sub(ROUNDER);
      FloatVector r =
          n.fma(FloatVector.broadcast(F, -LN2_LOW), n.fma(FloatVector.broadcast(F, -LN2_HIGH), u));
      FloatVector p = FloatVector.broadcast(F, EXP_4).fma(r, FloatVector.broadcast(F, EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, EXP_1));
      p = p.fma(r, FloatVector.broadcast(F, EXP_0));
      p = p.fma(r.mul(r), r).add(1);
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      FloatVector first = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector second =
          exponent.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector e =
          p.mul(first)
              .mul(second)
              .blend(Float.POSITIVE_INFINITY, u.compare(VectorOperators.GT, EXP_HIGHEST))
              .blend(0f, u.compare(VectorOperators.LT, EXP_LOWEST));
      sum = sum.add(e);
      e.intoMemorySegment(ALL, yAt, ORDER);
    }
    sum.intoMemorySegment(ALL, out & ADDRESS, ORDER);
  }

  /** {@code out_j = sum_i exp(x_ij - shift_j)}. */
  static void exponentialSum(long x, long xStride, int rows, long shift, long out) {
    FloatVector s = FloatVector.fromMemorySegment(F, ALL, shift & ADDRESS, ORDER);
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      long xAt = (x + i * xStride) & ADDRESS;
      FloatVector u = FloatVector.fromMemorySegment(F, ALL, xAt, ORDER).sub(s);

      FloatVector shifted =
          u.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDER));
      FloatVector n = shifted.sub(ROUNDER);
      FloatVector r =
          n.fma(FloatVector.broadcast(F, -LN2_LOW), n.fma(FloatVector.broadcast(F, -LN2_HIGH), u));
      FloatVector p = FloatVector.broadcast(F, EXP_4).fma(r, FloatVector.broadcast(F, EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, EXP_1));
      p = p.fma(r, FloatVector.broadcast(F, EXP_0));
      p = p.fma(r.mul(r), r).add(1);
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      FloatVector first = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector second =
          exponent.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector e =
          p.mul(first)
              .mul(second)
              .blend(Float.POSITIVE_INFINITY, u.compare(VectorOperators.GT, EXP_HIGHEST))
              .blend(0f, u.compare(VectorOperators.LT, EXP_LOWEST));
      sum = sum.add(e);
    }
    sum.intoMemorySegment(ALL, out & ADDRESS, ORDER);
  }

  /** {@code y_ij = y_ij / sum_j - rest}, by the reciprocal. */
  static void divide(long y, long yStride, int rows, long sum, float rest) {
    FloatVector inverse =
        FloatVector.broadcast(F, 1f)
            .div(FloatVector.fromMemorySegment(F, ALL, sum & ADDRESS, ORDER));
    FloatVector lower = FloatVector.broadcast(F, -rest);
    for (int i = 0; i < rows; i++) {
      long yAt = (y + i * yStride) & ADDRESS;
      FloatVector.fromMemorySegment(F, ALL, yAt, ORDER)
          .fma(inverse, lower)
          .intoMemorySegment(ALL, yAt, ORDER);
    }
  }

  /** {@code y_ij = (x_ij - first_j) - second_j}. */
  static void shiftTwice(
      long x, long xStride, int rows, long first, long second, long y, long yStride) {
    FloatVector a = FloatVector.fromMemorySegment(F, ALL, first & ADDRESS, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(F, ALL, second & ADDRESS, ORDER);
    for (int i = 0; i < rows; i++) {
      long xAt = (x + i * xStride) & ADDRESS;
      long yAt = (y + i * yStride) & ADDRESS;
      FloatVector.fromMemorySegment(F, ALL, xAt, ORDER)
          .sub(a)
          .sub(b)
          .intoMemorySegment(ALL, yAt, ORDER);
    }
  }

  /** {@code out_j = sum_i x_ij y_ij}. */
  static void dot(long x, long xStride, long y, long yStride, int rows, long out) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      long xAt = (x + i * xStride) & ADDRESS;
      long yAt = (y + i * yStride) & ADDRESS;
      sum =
          FloatVector.fromMemorySegment(F, ALL, xAt, ORDER)
              .fma(FloatVector.fromMemorySegment(F, ALL, yAt, ORDER), sum);
    }
    sum.intoMemorySegment(ALL, out & ADDRESS, ORDER);
  }

  /** {@code dx_ij = y_ij (dy_ij - dot_j)}. */
  static void gradient(
      long y, long yStride, long dy, long dyStride, int rows, long dot, long dx, long dxStride) {
    FloatVector d = FloatVector.fromMemorySegment(F, ALL, dot & ADDRESS, ORDER);
    for (int i = 0; i < rows; i++) {
      long yAt = (y + i * yStride) & ADDRESS;
      long dyAt = (dy + i * dyStride) & ADDRESS;
      long dxAt = (dx + i * dxStride) & ADDRESS;
      FloatVector w =
          FloatVector.fromMemorySegment(F, ALL, yAt, ORDER)
              .mul(FloatVector.fromMemorySegment(F, ALL, dyAt, ORDER).sub(d));
      w.intoMemorySegment(ALL, dxAt, ORDER);
    }
  }

  /** {@code dx_ij = dy_ij - exp(y_ij) sum_j}. */
  static void logGradient(
      long y, long yStride, long dy, long dyStride, int rows, long sum, long dx, long dxStride) {
    FloatVector total = FloatVector.fromMemorySegment(F, ALL, sum & ADDRESS, ORDER).neg();
    for (int i = 0; i < rows; i++) {
      long yAt = (y + i * yStride) & ADDRESS;
      long dyAt = (dy + i * dyStride) & ADDRESS;
      long dxAt = (dx + i * dxStride) & ADDRESS;
      FloatVector u = FloatVector.fromMemorySegment(F, ALL, yAt, ORDER);

      FloatVector shifted =
          u.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDER));
      FloatVector n = shifted.sub(ROUNDER);
      FloatVector r =
          n.fma(FloatVector.broadcast(F, -LN2_LOW), n.fma(FloatVector.broadcast(F, -LN2_HIGH), u));
      FloatVector p = FloatVector.broadcast(F, EXP_4).fma(r, FloatVector.broadcast(F, EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, EXP_1));
      p = p.fma(r, FloatVector.broadcast(F, EXP_0));
      p = p.fma(r.mul(r), r).add(1);
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      FloatVector first = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector second =
          exponent.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector e =
          p.mul(first)
              .mul(second)
              .blend(Float.POSITIVE_INFINITY, u.compare(VectorOperators.GT, EXP_HIGHEST))
              .blend(0f, u.compare(VectorOperators.LT, EXP_LOWEST));
      FloatVector w = e.fma(total, FloatVector.fromMemorySegment(F, ALL, dyAt, ORDER));
      w.intoMemorySegment(ALL, dxAt, ORDER);
    }
  }

  /**
   * Stores the row of the largest element of each column; the lower row of equal ones, never a
   * NaN's.
   */
  static void argmax(long x, long xStride, int rows, long out) {
    FloatVector best = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    IntVector index = IntVector.zero(I);
    for (int i = 0; i < rows; i++) {
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, (x + i * xStride) & ADDRESS, ORDER);
      VectorMask<Float> higher = v.compare(VectorOperators.GT, best);
      best = best.blend(v, higher);
      index = index.blend(i, higher.cast(I));
    }
    index.intoMemorySegment(ALL, out & ADDRESS, ORDER);
  }
}
