package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_1;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_2;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_4;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_8;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Parts of layer normalisation down the columns of one vector's width, and of its parameter
 * gradients along rows. Strides are in bytes; see {@link SoftmaxKernels} for the pattern.
 */
final class LayerNormKernels {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int STEP = 4 * F.length();

  private LayerNormKernels() {}

  /** {@code mean_j = sum_i x_ij / rows}. */
  static void mean(long x, long xStride, int rows, long mean) {
    FloatVector even = FloatVector.zero(F);
    FloatVector odd = FloatVector.zero(F);
    for (int i = 0; i < rows - 1; i += 2) {
      even = even.add(FloatVector.fromMemorySegment(F, ALL, (x + i * xStride) & ADDRESS, ORDER));
      odd =
          odd.add(FloatVector.fromMemorySegment(F, ALL, (x + (i + 1) * xStride) & ADDRESS, ORDER));
    }
    if (rows % 2 == 1) {
      even =
          even.add(
              FloatVector.fromMemorySegment(F, ALL, (x + (rows - 1) * xStride) & ADDRESS, ORDER));
    }
    even.add(odd).div(rows).intoMemorySegment(ALL, mean & ADDRESS, ORDER);
  }

  /** {@code inverse_j = 1 / sqrt(sum_i (x_ij - mean_j)^2 / rows + epsilon)}. */
  static void inverse(long x, long xStride, int rows, long mean, float epsilon, long inverse) {
    FloatVector center = FloatVector.fromMemorySegment(F, ALL, mean & ADDRESS, ORDER);
    FloatVector even = FloatVector.zero(F);
    FloatVector odd = FloatVector.zero(F);
    for (int i = 0; i < rows - 1; i += 2) {
      FloatVector v =
          FloatVector.fromMemorySegment(F, ALL, (x + i * xStride) & ADDRESS, ORDER).sub(center);
      FloatVector w =
          FloatVector.fromMemorySegment(F, ALL, (x + (i + 1) * xStride) & ADDRESS, ORDER)
              .sub(center);
      even = v.fma(v, even);
      odd = w.fma(w, odd);
    }
    if (rows % 2 == 1) {
      FloatVector v =
          FloatVector.fromMemorySegment(F, ALL, (x + (rows - 1) * xStride) & ADDRESS, ORDER)
              .sub(center);
      even = v.fma(v, even);
    }
    FloatVector root = even.add(odd).div(rows).add(epsilon).sqrt();
    FloatVector.broadcast(F, 1f).div(root).intoMemorySegment(ALL, inverse & ADDRESS, ORDER);
  }

  /** {@code y_ij = gamma_i (x_ij - mean_j) inverse_j + beta_i}. */
  static void normalize(
      long x,
      long xStride,
      int rows,
      long gamma,
      long beta,
      long mean,
      long inverse,
      long y,
      long yStride) {
    FloatVector center = FloatVector.fromMemorySegment(F, ALL, mean & ADDRESS, ORDER);
    FloatVector factor = FloatVector.fromMemorySegment(F, ALL, inverse & ADDRESS, ORDER);
    for (int i = 0; i < rows; i++) {
      FloatVector g = FloatVector.broadcast(F, ALL.get(FLOAT, (gamma + 4L * i) & ADDRESS));
      FloatVector b = FloatVector.broadcast(F, ALL.get(FLOAT, (beta + 4L * i) & ADDRESS));
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, (x + i * xStride) & ADDRESS, ORDER);
      v.sub(center)
          .mul(factor)
          .fma(g, b)
          .intoMemorySegment(ALL, (y + i * yStride) & ADDRESS, ORDER);
    }
  }

  /**
   * {@code first_j = sum_i gamma_i dy_ij / rows}, {@code second_j = sum_i gamma_i dy_ij n_ij /
   * rows}.
   */
  static void gradientSums(
      long x,
      long xStride,
      long dy,
      long dyStride,
      int rows,
      long gamma,
      long mean,
      long inverse,
      long first,
      long second) {
    FloatVector center = FloatVector.fromMemorySegment(F, ALL, mean & ADDRESS, ORDER);
    FloatVector factor = FloatVector.fromMemorySegment(F, ALL, inverse & ADDRESS, ORDER);
    FloatVector sum = FloatVector.zero(F);
    FloatVector product = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      FloatVector g = FloatVector.broadcast(F, ALL.get(FLOAT, (gamma + 4L * i) & ADDRESS));
      FloatVector scaled =
          FloatVector.fromMemorySegment(F, ALL, (dy + i * dyStride) & ADDRESS, ORDER).mul(g);
      FloatVector n =
          FloatVector.fromMemorySegment(F, ALL, (x + i * xStride) & ADDRESS, ORDER)
              .sub(center)
              .mul(factor);
      sum = sum.add(scaled);
      product = scaled.fma(n, product);
    }
    sum.div(rows).intoMemorySegment(ALL, first & ADDRESS, ORDER);
    product.div(rows).intoMemorySegment(ALL, second & ADDRESS, ORDER);
  }

  /** {@code dx_ij = inverse_j (gamma_i dy_ij - first_j - n_ij second_j)}. */
  static void gradient(
      long x,
      long xStride,
      long dy,
      long dyStride,
      int rows,
      long gamma,
      long mean,
      long inverse,
      long first,
      long second,
      long dx,
      long dxStride) {
    FloatVector center = FloatVector.fromMemorySegment(F, ALL, mean & ADDRESS, ORDER);
    FloatVector factor = FloatVector.fromMemorySegment(F, ALL, inverse & ADDRESS, ORDER);
    FloatVector a = FloatVector.fromMemorySegment(F, ALL, first & ADDRESS, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(F, ALL, second & ADDRESS, ORDER).neg();
    for (int i = 0; i < rows; i++) {
      FloatVector g = FloatVector.broadcast(F, ALL.get(FLOAT, (gamma + 4L * i) & ADDRESS));
      FloatVector scaled =
          FloatVector.fromMemorySegment(F, ALL, (dy + i * dyStride) & ADDRESS, ORDER).mul(g);
      FloatVector n =
          FloatVector.fromMemorySegment(F, ALL, (x + i * xStride) & ADDRESS, ORDER)
              .sub(center)
              .mul(factor);
      n.fma(b, scaled.sub(a))
          .mul(factor)
          .intoMemorySegment(ALL, (dx + i * dxStride) & ADDRESS, ORDER);
    }
  }

  /** {@code dgamma = sum_j dy_j n_j} and {@code dbeta = sum_j dy_j} for one row. */
  static void parameterGradients(
      long x, long dy, long mean, long inverse, int bytes, long dgamma, long dbeta) {
    long xs = x & ADDRESS;
    long slopes = dy & ADDRESS;
    long centers = mean & ADDRESS;
    long factors = inverse & ADDRESS;
    FloatVector product = FloatVector.zero(F);
    FloatVector sum = FloatVector.zero(F);
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector d = FloatVector.fromMemorySegment(F, ALL, slopes + o, ORDER);
      FloatVector n =
          FloatVector.fromMemorySegment(F, ALL, xs + o, ORDER)
              .sub(FloatVector.fromMemorySegment(F, ALL, centers + o, ORDER))
              .mul(FloatVector.fromMemorySegment(F, ALL, factors + o, ORDER));
      product = d.fma(n, product);
      sum = sum.add(d);
    }
    product = FLOATS > 8 ? product.add(product.rearrange(FLOATS_BY_8)) : product;
    product = FLOATS > 4 ? product.add(product.rearrange(FLOATS_BY_4)) : product;
    product = product.add(product.rearrange(FLOATS_BY_2));
    ALL.set(FLOAT, dgamma & ADDRESS, product.add(product.rearrange(FLOATS_BY_1)).lane(0));
    sum = FLOATS > 8 ? sum.add(sum.rearrange(FLOATS_BY_8)) : sum;
    sum = FLOATS > 4 ? sum.add(sum.rearrange(FLOATS_BY_4)) : sum;
    sum = sum.add(sum.rearrange(FLOATS_BY_2));
    ALL.set(FLOAT, dbeta & ADDRESS, sum.add(sum.rearrange(FLOATS_BY_1)).lane(0));
  }
}
