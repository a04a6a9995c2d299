package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.scalar.ElementwiseMath.COLUMN_STEP;
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
import static org.sparse4j.kernels.scalar.ElementwiseMath.LOG_0;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LOG_1;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LOG_2;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LOG_3;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LOG_4;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LOG_5;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LOG_6;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LOG_7;
import static org.sparse4j.kernels.scalar.ElementwiseMath.LOG_8;
import static org.sparse4j.kernels.scalar.ElementwiseMath.MIX_1;
import static org.sparse4j.kernels.scalar.ElementwiseMath.MIX_2;
import static org.sparse4j.kernels.scalar.ElementwiseMath.MIX_3;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ROUNDER;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ROUNDER_BITS;
import static org.sparse4j.kernels.scalar.ElementwiseMath.SQRT_HALF_BITS;
import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Element-wise operations on rows.
 *
 * <p>A row is {@code bytes} long, a multiple of 64, padding included; an output may be the very
 * same row as an input. Whoever calls an operation with {@code f(0) != 0} clears the padding again
 * with {@link #clearPadding}.
 */
final class ElementwiseKernels {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int STEP = 4 * F.length();
  private static final VectorSpecies<Integer> I = DenseSpecies.ints();
  private static final int LANES = F.length();

  private ElementwiseKernels() {}

  /** {@code c = a + b}. */
  static void add(long left, long right, long out, int bytes) {
    long a = left & ADDRESS;
    long b = right & ADDRESS;
    long c = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, a + o, ORDER);
      FloatVector w = FloatVector.fromMemorySegment(F, ALL, b + o, ORDER);
      v.add(w).intoMemorySegment(ALL, c + o, ORDER);
    }
  }

  /** {@code c = a - b}. */
  static void subtract(long left, long right, long out, int bytes) {
    long a = left & ADDRESS;
    long b = right & ADDRESS;
    long c = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, a + o, ORDER);
      FloatVector w = FloatVector.fromMemorySegment(F, ALL, b + o, ORDER);
      v.sub(w).intoMemorySegment(ALL, c + o, ORDER);
    }
  }

  /** {@code c = a b}. */
  static void multiply(long left, long right, long out, int bytes) {
    long a = left & ADDRESS;
    long b = right & ADDRESS;
    long c = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, a + o, ORDER);
      FloatVector w = FloatVector.fromMemorySegment(F, ALL, b + o, ORDER);
      v.mul(w).intoMemorySegment(ALL, c + o, ORDER);
    }
  }

  /** {@code c = a / b}. */
  static void divide(long left, long right, long out, int bytes) {
    long a = left & ADDRESS;
    long b = right & ADDRESS;
    long c = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, a + o, ORDER);
      FloatVector w = FloatVector.fromMemorySegment(F, ALL, b + o, ORDER);
      v.div(w).intoMemorySegment(ALL, c + o, ORDER);
    }
  }

  /** {@code y = x}. */
  static void copy(long in, long out, int bytes) {
    long x = in & ADDRESS;
    long y = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);
      v.intoMemorySegment(ALL, y + o, ORDER);
    }
  }

  /** {@code y = s x}. */
  static void scale(float factor, long in, long out, int bytes) {
    long x = in & ADDRESS;
    long y = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);
      v.mul(factor).intoMemorySegment(ALL, y + o, ORDER);
    }
  }

  /** {@code y = y + s x}. */
  static void addScaled(float factor, long in, long out, int bytes) {
    long x = in & ADDRESS;
    long y = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);
      v.fma(FloatVector.broadcast(F, factor), FloatVector.fromMemorySegment(F, ALL, y + o, ORDER))
          .intoMemorySegment(ALL, y + o, ORDER);
    }
  }

  /** {@code y = value}. */
  static void fill(float value, long out, int bytes) {
    long y = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector.broadcast(F, value).intoMemorySegment(ALL, y + o, ORDER);
    }
  }

  /** {@code y = sqrt(x)}. */
  static void sqrt(long in, long out, int bytes) {
    long x = in & ADDRESS;
    long y = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);
      v.sqrt().intoMemorySegment(ALL, y + o, ORDER);
    }
  }

  /** {@code y = exp(x)}. */
  static void exp(long in, long out, int bytes) {
    long x = in & ADDRESS;
    long y = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);

      FloatVector shifted =
          v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDER));
      FloatVector n = shifted.sub(ROUNDER);
      FloatVector r =
          n.fma(FloatVector.broadcast(F, -LN2_LOW), n.fma(FloatVector.broadcast(F, -LN2_HIGH), v));
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
              .blend(Float.POSITIVE_INFINITY, v.compare(VectorOperators.GT, EXP_HIGHEST))
              .blend(0f, v.compare(VectorOperators.LT, EXP_LOWEST));
      e.intoMemorySegment(ALL, y + o, ORDER);
    }
  }

  /** {@code y = ln(x)}. */
  static void log(long in, long out, int bytes) {
    long x = in & ADDRESS;
    long y = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);

      VectorMask<Float> small = v.compare(VectorOperators.LT, Float.MIN_NORMAL);
      IntVector bits = v.blend(v.mul(0x1p23f), small).reinterpretAsInts();
      IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector f =
          bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1);
      // The exponent as a mantissa of a number near 1.5 2^23, without a conversion, which C2 at
      // times does not see through.
      FloatVector n = exponent.add(0x4B400000).reinterpretAsFloats().sub(0x1.8p23f);
      n = n.blend(n.sub(23), small);
      FloatVector p = FloatVector.broadcast(F, LOG_8).fma(f, FloatVector.broadcast(F, LOG_7));
      p = p.fma(f, FloatVector.broadcast(F, LOG_6));
      p = p.fma(f, FloatVector.broadcast(F, LOG_5));
      p = p.fma(f, FloatVector.broadcast(F, LOG_4));
      p = p.fma(f, FloatVector.broadcast(F, LOG_3));
      p = p.fma(f, FloatVector.broadcast(F, LOG_2));
      p = p.fma(f, FloatVector.broadcast(F, LOG_1));
      p = p.fma(f, FloatVector.broadcast(F, LOG_0));
      FloatVector square = f.mul(f);
      FloatVector tail = p.fma(square.mul(f), square.mul(-0.5f));
      tail = n.fma(FloatVector.broadcast(F, LN2_LOW), tail).add(f);
      FloatVector w =
          n.fma(FloatVector.broadcast(F, LN2_HIGH), tail)
              .blend(v, v.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).not())
              .blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0f))
              .blend(Float.NaN, v.compare(VectorOperators.LT, 0f));
      w.intoMemorySegment(ALL, y + o, ORDER);
    }
  }

  /**
   * Keeps {@code y = kept x} where the generator says so and writes 0 elsewhere.
   *
   * @param rowKey of the row, see {@link org.sparse4j.kernels.scalar.ElementwiseMath#random}
   * @param threshold what the upper 24 random bits must reach
   */
  static void dropout(long rowKey, int threshold, float kept, long in, long out, int bytes) {
    long x = in & ADDRESS;
    long y = out & ADDRESS;
    int low = (int) rowKey;
    int high = (int) (rowKey >>> 32);
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      IntVector h =
          IntVector.broadcast(I, k / 4)
              .addIndex(1)
              .mul(COLUMN_STEP)
              .lanewise(VectorOperators.XOR, low);
      h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16)).mul(MIX_1);
      h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 13)).mul(MIX_2);
      h =
          h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16))
              .add(high)
              .mul(MIX_3);
      h =
          h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15))
              .lanewise(VectorOperators.LSHR, 8);
      VectorMask<Float> dropped = h.compare(VectorOperators.LT, threshold).cast(F);
      FloatVector.fromMemorySegment(F, ALL, x + o, ORDER)
          .mul(kept)
          .blend(0f, dropped)
          .intoMemorySegment(ALL, y + o, ORDER);
    }
  }

  /**
   * Writes zeros from column {@code columns} on to the next multiple of 16 in each of several rows.
   *
   * @param y address of the first row's first element
   * @param stride bytes from row to row
   */
  static void clearPadding(long y, long stride, int rows, int columns) {
    int whole = columns / LANES * LANES;
    if (whole < columns) {
      clearLanes(y + 4L * whole, stride, rows, columns - whole);
      whole += LANES;
    }
    for (; whole % 16 != 0; whole += LANES) {
      clearLanes(y + 4L * whole, stride, rows, 0);
    }
  }

  private static void clearLanes(long y, long stride, int rows, int kept) {
    VectorMask<Float> padding = VectorMask.fromLong(F, -1L << kept);
    for (int i = 0; i < rows; i++) {
      long at = (y + i * stride) & ADDRESS;
      FloatVector.fromMemorySegment(F, ALL, at, ORDER)
          .blend(0f, padding)
          .intoMemorySegment(ALL, at, ORDER);
    }
  }
}
