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
 * Parts of root mean square normalisation down the columns of one vector's width, and of its
 * parameter gradient along rows. Strides are in bytes; {@link LayerNormKernels} without the means.
 */
final class RmsNormKernels {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int STEP = 4 * F.length();

  private RmsNormKernels() {}

  /** {@code inverse_j = 1 / sqrt(sum_i x_ij^2 / rows + epsilon)}. */
  static void inverse(long x, long xStride, int rows, float epsilon, long inverse) {
    FloatVector even = FloatVector.zero(F);
    FloatVector odd = FloatVector.zero(F);
    for (int i = 0; i < rows - 1; i += 2) {
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, (x + i * xStride) & ADDRESS, ORDER);
      FloatVector w =
          FloatVector.fromMemorySegment(F, ALL, (x + (i + 1) * xStride) & ADDRESS, ORDER);
      even = v.fma(v, even);
      odd = w.fma(w, odd);
    }
    if (rows % 2 == 1) {
      FloatVector v =
          FloatVector.fromMemorySegment(F, ALL, (x + (rows - 1) * xStride) & ADDRESS, ORDER);
      even = v.fma(v, even);
    }
    FloatVector root = even.add(odd).div(rows).add(epsilon).sqrt();
    FloatVector.broadcast(F, 1f).div(root).intoMemorySegment(ALL, inverse & ADDRESS, ORDER);
  }

  /** {@code y_ij = gamma_i x_ij inverse_j}. */
  static void normalize(
      long x, long xStride, int rows, long gamma, long inverse, long y, long yStride) {
    FloatVector factor = FloatVector.fromMemorySegment(F, ALL, inverse & ADDRESS, ORDER);
    for (int i = 0; i < rows; i++) {
      FloatVector g = FloatVector.broadcast(F, ALL.get(FLOAT, (gamma + 4L * i) & ADDRESS));
      FloatVector.fromMemorySegment(F, ALL, (x + i * xStride) & ADDRESS, ORDER)
          .mul(factor)
          .mul(g)
          .intoMemorySegment(ALL, (y + i * yStride) & ADDRESS, ORDER);
    }
  }

  /** {@code dot_j = sum_i gamma_i dy_ij x_ij inverse_j / rows}. */
  static void gradientDot(
      long x, long xStride, long dy, long dyStride, int rows, long gamma, long inverse, long dot) {
    FloatVector factor = FloatVector.fromMemorySegment(F, ALL, inverse & ADDRESS, ORDER);
    FloatVector product = FloatVector.zero(F);
    for (int i = 0; i < rows; i++) {
      FloatVector g = FloatVector.broadcast(F, ALL.get(FLOAT, (gamma + 4L * i) & ADDRESS));
      FloatVector scaled =
          FloatVector.fromMemorySegment(F, ALL, (dy + i * dyStride) & ADDRESS, ORDER).mul(g);
      FloatVector n =
          FloatVector.fromMemorySegment(F, ALL, (x + i * xStride) & ADDRESS, ORDER).mul(factor);
      product = scaled.fma(n, product);
    }
    product.div(rows).intoMemorySegment(ALL, dot & ADDRESS, ORDER);
  }

  /** {@code dx_ij = inverse_j (gamma_i dy_ij - x_ij inverse_j dot_j)}. */
  static void gradient(
      long x,
      long xStride,
      long dy,
      long dyStride,
      int rows,
      long gamma,
      long inverse,
      long dot,
      long dx,
      long dxStride) {
    FloatVector factor = FloatVector.fromMemorySegment(F, ALL, inverse & ADDRESS, ORDER);
    FloatVector back = FloatVector.fromMemorySegment(F, ALL, dot & ADDRESS, ORDER).neg();
    for (int i = 0; i < rows; i++) {
      FloatVector g = FloatVector.broadcast(F, ALL.get(FLOAT, (gamma + 4L * i) & ADDRESS));
      FloatVector scaled =
          FloatVector.fromMemorySegment(F, ALL, (dy + i * dyStride) & ADDRESS, ORDER).mul(g);
      FloatVector n =
          FloatVector.fromMemorySegment(F, ALL, (x + i * xStride) & ADDRESS, ORDER).mul(factor);
      n.fma(back, scaled).mul(factor).intoMemorySegment(ALL, (dx + i * dxStride) & ADDRESS, ORDER);
    }
  }

  /** {@code dgamma = sum_j dy_j x_j inverse_j} for one row. */
  static void parameterGradient(long x, long dy, long inverse, int bytes, long dgamma) {
    long xs = x & ADDRESS;
    long slopes = dy & ADDRESS;
    long factors = inverse & ADDRESS;
    FloatVector product = FloatVector.zero(F);
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector n =
          FloatVector.fromMemorySegment(F, ALL, xs + o, ORDER)
              .mul(FloatVector.fromMemorySegment(F, ALL, factors + o, ORDER));
      product = FloatVector.fromMemorySegment(F, ALL, slopes + o, ORDER).fma(n, product);
    }
    product = FLOATS > 8 ? product.add(product.rearrange(FLOATS_BY_8)) : product;
    product = FLOATS > 4 ? product.add(product.rearrange(FLOATS_BY_4)) : product;
    product = product.add(product.rearrange(FLOATS_BY_2));
    ALL.set(FLOAT, dgamma & ADDRESS, product.add(product.rearrange(FLOATS_BY_1)).lane(0));
  }
}
