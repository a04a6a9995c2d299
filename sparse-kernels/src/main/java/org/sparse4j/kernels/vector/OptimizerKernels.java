package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Optimizer steps on native rows, {@code bytes} long, a multiple of 64.
 *
 * <p>Products and sums are rounded one by one as in the scalar kernels, so both give the same bits.
 * Padding stays zero as long as {@code epsilon > 0}.
 */
final class OptimizerKernels {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int STEP = 4 * F.length();

  private OptimizerKernels() {}

  /** {@code w -= rate (g + decay w)}. */
  static void plain(float rate, float decay, long gs, long ws, int bytes) {
    long g = gs & ADDRESS;
    long w = ws & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector weight = FloatVector.fromMemorySegment(F, ALL, w + o, ORDER);
      FloatVector slope =
          weight.mul(decay).add(FloatVector.fromMemorySegment(F, ALL, g + o, ORDER));
      FloatVector move = slope;
      weight.sub(move.mul(rate)).intoMemorySegment(ALL, w + o, ORDER);
    }
  }

  /** {@code v = momentum v + g + decay w; w -= rate v}. */
  static void momentum(
      float rate, float momentum, float decay, long gs, long vs, long ws, int bytes) {
    long g = gs & ADDRESS;
    long v = vs & ADDRESS;
    long w = ws & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector weight = FloatVector.fromMemorySegment(F, ALL, w + o, ORDER);
      FloatVector slope =
          weight.mul(decay).add(FloatVector.fromMemorySegment(F, ALL, g + o, ORDER));
      FloatVector speed =
          FloatVector.fromMemorySegment(F, ALL, v + o, ORDER).mul(momentum).add(slope);
      speed.intoMemorySegment(ALL, v + o, ORDER);
      FloatVector move = speed;
      weight.sub(move.mul(rate)).intoMemorySegment(ALL, w + o, ORDER);
    }
  }

  /** {@code v = momentum v + g'; w -= rate (g' + momentum v)} with {@code g' = g + decay w}. */
  static void nesterov(
      float rate, float momentum, float decay, long gs, long vs, long ws, int bytes) {
    long g = gs & ADDRESS;
    long v = vs & ADDRESS;
    long w = ws & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector weight = FloatVector.fromMemorySegment(F, ALL, w + o, ORDER);
      FloatVector slope =
          weight.mul(decay).add(FloatVector.fromMemorySegment(F, ALL, g + o, ORDER));
      FloatVector speed =
          FloatVector.fromMemorySegment(F, ALL, v + o, ORDER).mul(momentum).add(slope);
      speed.intoMemorySegment(ALL, v + o, ORDER);
      FloatVector move = speed.mul(momentum).add(slope);
      weight.sub(move.mul(rate)).intoMemorySegment(ALL, w + o, ORDER);
    }
  }

  /**
   * Adam: {@code w = kept w - rate m / (rootFactor sqrt(v) + epsilon)} after the moments' update.
   *
   * @param rate learning rate divided by the first moment's correction
   * @param rootFactor 1 / sqrt of the second moment's correction
   * @param kept 1 - learning rate * decoupled decay
   */
  static void adam(
      float rate,
      float beta1,
      float beta2,
      float rootFactor,
      float epsilon,
      float l2,
      float kept,
      long gs,
      long ms,
      long vs,
      long ws,
      int bytes) {
    long g = gs & ADDRESS;
    long m = ms & ADDRESS;
    long v = vs & ADDRESS;
    long w = ws & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector weight = FloatVector.fromMemorySegment(F, ALL, w + o, ORDER);
      FloatVector slope = weight.mul(l2).add(FloatVector.fromMemorySegment(F, ALL, g + o, ORDER));
      FloatVector mean =
          FloatVector.fromMemorySegment(F, ALL, m + o, ORDER).mul(beta1).add(slope.mul(1 - beta1));
      FloatVector square =
          FloatVector.fromMemorySegment(F, ALL, v + o, ORDER)
              .mul(beta2)
              .add(slope.mul(1 - beta2).mul(slope));
      mean.intoMemorySegment(ALL, m + o, ORDER);
      square.intoMemorySegment(ALL, v + o, ORDER);
      FloatVector move = mean.mul(rate).div(square.sqrt().mul(rootFactor).add(epsilon));
      weight.mul(kept).sub(move).intoMemorySegment(ALL, w + o, ORDER);
    }
  }
}
