package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.scalar.ElementwiseMath.ERFC_0;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ERFC_1;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ERFC_2;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ERFC_3;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ERFC_4;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ERFC_5;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ERFC_6;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ERFC_7;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ERFC_8;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ERFC_SLOPE;
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
import static org.sparse4j.kernels.scalar.ElementwiseMath.NORMAL_DENSITY;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ROUNDER;
import static org.sparse4j.kernels.scalar.ElementwiseMath.ROUNDER_BITS;
import static org.sparse4j.kernels.scalar.ElementwiseMath.SQRT_HALF;
import static org.sparse4j.kernels.scalar.ElementwiseMath.TANH_0;
import static org.sparse4j.kernels.scalar.ElementwiseMath.TANH_1;
import static org.sparse4j.kernels.scalar.ElementwiseMath.TANH_2;
import static org.sparse4j.kernels.scalar.ElementwiseMath.TANH_3;
import static org.sparse4j.kernels.scalar.ElementwiseMath.TANH_4;
import static org.sparse4j.kernels.scalar.ElementwiseMath.TANH_LIMIT;
import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.kernels.operation.Activation;

/**
 * Backward passes of activation functions on rows: {@code dx = dy f'(x)}; dx may be dy.
 *
 * <p>Rows as in {@link ElementwiseActivations}.
 */
final class ElementwiseGradients {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int STEP = 4 * F.length();

  private ElementwiseGradients() {}

  /** Computes {@code dx = dy f'(x)} for one row. */
  static void row(Activation activation, long x, long dy, long dx, int bytes) {
    switch (activation) {
      case IDENTITY -> ElementwiseActivations.identity(dy, 0, dx, bytes);
      case RELU -> relu(x, dy, dx, bytes);
      case GELU -> gelu(x, dy, dx, bytes);
      case SILU -> silu(x, dy, dx, bytes);
      case TANH -> tanh(x, dy, dx, bytes);
      case SIGMOID -> sigmoid(x, dy, dx, bytes);
    }
  }

  /** 0 where {@code x <= 0}, else dy. */
  static void relu(long input, long slope, long out, int bytes) {
    long x = input & ADDRESS;
    long dy = slope & ADDRESS;
    long dx = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(F, ALL, dy + o, ORDER);
      FloatVector w = d.blend(0f, v.compare(VectorOperators.LE, 0f));
      w.intoMemorySegment(ALL, dx + o, ORDER);
    }
  }

  /** {@code dx = dy (Phi(x) + x phi(x))}. */
  static void gelu(long input, long slope, long out, int bytes) {
    long x = input & ADDRESS;
    long dy = slope & ADDRESS;
    long dx = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(F, ALL, dy + o, ORDER);
      FloatVector u = v.mul(v).mul(-0.5f);
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

      FloatVector t =
          FloatVector.broadcast(F, 1f)
              .div(
                  v.abs()
                      .fma(
                          FloatVector.broadcast(F, ERFC_SLOPE * SQRT_HALF),
                          FloatVector.broadcast(F, 1f)));
      FloatVector q = FloatVector.broadcast(F, ERFC_8).fma(t, FloatVector.broadcast(F, ERFC_7));
      q = q.fma(t, FloatVector.broadcast(F, ERFC_6));
      q = q.fma(t, FloatVector.broadcast(F, ERFC_5));
      q = q.fma(t, FloatVector.broadcast(F, ERFC_4));
      q = q.fma(t, FloatVector.broadcast(F, ERFC_3));
      q = q.fma(t, FloatVector.broadcast(F, ERFC_2));
      q = q.fma(t, FloatVector.broadcast(F, ERFC_1));
      q = q.fma(t, FloatVector.broadcast(F, ERFC_0));
      q = q.mul(t).mul(e).mul(0.5f);
      FloatVector cdf =
          FloatVector.broadcast(F, 1f).sub(q).blend(q, v.compare(VectorOperators.LT, 0f));
      FloatVector w = d.mul(v.mul(e).fma(FloatVector.broadcast(F, NORMAL_DENSITY), cdf));
      w.intoMemorySegment(ALL, dx + o, ORDER);
    }
  }

  /** {@code dx = dy s (1 + x (1 - s))} with {@code s = 1 / (1 + exp(-x))}. */
  static void silu(long input, long slope, long out, int bytes) {
    long x = input & ADDRESS;
    long dy = slope & ADDRESS;
    long dx = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(F, ALL, dy + o, ORDER);
      FloatVector u = v.neg();
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
      FloatVector s = FloatVector.broadcast(F, 1f).div(e.add(1));
      FloatVector rest = FloatVector.broadcast(F, 1f).sub(s);
      FloatVector w = d.mul(s.mul(v.fma(rest, FloatVector.broadcast(F, 1f))));
      w.intoMemorySegment(ALL, dx + o, ORDER);
    }
  }

  /** {@code dx = dy (1 - tanh(x)^2)}. */
  static void tanh(long input, long slope, long out, int bytes) {
    long x = input & ADDRESS;
    long dy = slope & ADDRESS;
    long dx = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(F, ALL, dy + o, ORDER);

      FloatVector a = v.abs();
      FloatVector twice = a.add(a);

      FloatVector shifted =
          twice.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDER));
      FloatVector n = shifted.sub(ROUNDER);
      FloatVector r =
          n.fma(
              FloatVector.broadcast(F, -LN2_LOW),
              n.fma(FloatVector.broadcast(F, -LN2_HIGH), twice));
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
              .blend(Float.POSITIVE_INFINITY, twice.compare(VectorOperators.GT, EXP_HIGHEST))
              .blend(0f, twice.compare(VectorOperators.LT, EXP_LOWEST));

      FloatVector big =
          FloatVector.broadcast(F, 1f).sub(FloatVector.broadcast(F, 2f).div(e.add(1)));
      big =
          big.reinterpretAsInts()
              .or(v.reinterpretAsInts().and(Integer.MIN_VALUE))
              .reinterpretAsFloats();
      FloatVector s = v.mul(v);
      FloatVector c = FloatVector.broadcast(F, TANH_4).fma(s, FloatVector.broadcast(F, TANH_3));
      c = c.fma(s, FloatVector.broadcast(F, TANH_2));
      c = c.fma(s, FloatVector.broadcast(F, TANH_1));
      c = c.fma(s, FloatVector.broadcast(F, TANH_0));
      FloatVector h = big.blend(c.fma(v.mul(s), v), a.compare(VectorOperators.LT, TANH_LIMIT));
      FloatVector w = d.mul(h.neg().fma(h, FloatVector.broadcast(F, 1f)));
      w.intoMemorySegment(ALL, dx + o, ORDER);
    }
  }

  /** {@code dx = dy s (1 - s)} with {@code s = 1 / (1 + exp(-x))}. */
  static void sigmoid(long input, long slope, long out, int bytes) {
    long x = input & ADDRESS;
    long dy = slope & ADDRESS;
    long dx = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + o, ORDER);
      FloatVector d = FloatVector.fromMemorySegment(F, ALL, dy + o, ORDER);
      FloatVector u = v.neg();
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
      FloatVector s = FloatVector.broadcast(F, 1f).div(e.add(1));
      FloatVector w = d.mul(s.mul(FloatVector.broadcast(F, 1f).sub(s)));
      w.intoMemorySegment(ALL, dx + o, ORDER);
    }
  }
}
