package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;
import static org.sparse4j.kernels.vector.LaneSums.DOUBLES;
import static org.sparse4j.kernels.vector.LaneSums.DOUBLES_BY_2;
import static org.sparse4j.kernels.vector.LaneSums.DOUBLES_BY_4;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_1;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_2;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_4;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_8;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of rows. A row is {@code bytes} long, a multiple of 64 whose padding is zero; lanes are
 * added up one by one and then across, so the order depends on the vector width alone.
 */
final class DenseReductions {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, F.vectorShape());
  private static final int STEP = 4 * F.length();

  private DenseReductions() {}

  /** Returns {@code sum_j x_j} in float32. */
  static float sum(long in, int bytes) {
    long x = in & ADDRESS;
    FloatVector sum = FloatVector.zero(F);
    for (int k = 0; k < bytes; k += STEP) {
      sum = sum.add(FloatVector.fromMemorySegment(F, ALL, x + (k & OFFSET), ORDER));
    }
    sum = FLOATS > 8 ? sum.add(sum.rearrange(FLOATS_BY_8)) : sum;
    sum = FLOATS > 4 ? sum.add(sum.rearrange(FLOATS_BY_4)) : sum;
    sum = sum.add(sum.rearrange(FLOATS_BY_2));
    return sum.add(sum.rearrange(FLOATS_BY_1)).lane(0);
  }

  /** Returns {@code sum_j a_j b_j} in float32. */
  static float dot(long a, long b, int bytes) {
    long x = a & ADDRESS;
    long y = b & ADDRESS;
    FloatVector sum = FloatVector.zero(F);
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      sum =
          FloatVector.fromMemorySegment(F, ALL, x + o, ORDER)
              .fma(FloatVector.fromMemorySegment(F, ALL, y + o, ORDER), sum);
    }
    sum = FLOATS > 8 ? sum.add(sum.rearrange(FLOATS_BY_8)) : sum;
    sum = FLOATS > 4 ? sum.add(sum.rearrange(FLOATS_BY_4)) : sum;
    sum = sum.add(sum.rearrange(FLOATS_BY_2));
    return sum.add(sum.rearrange(FLOATS_BY_1)).lane(0);
  }

  /** Returns {@code sum_j x_j} in float64. */
  static double wideSum(long in, int bytes) {
    long x = in & ADDRESS;
    DoubleVector low = DoubleVector.zero(D);
    DoubleVector high = DoubleVector.zero(D);
    for (int k = 0; k < bytes; k += STEP) {
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + (k & OFFSET), ORDER);
      low = low.add((DoubleVector) v.convertShape(VectorOperators.F2D, D, 0));
      high = high.add((DoubleVector) v.convertShape(VectorOperators.F2D, D, 1));
    }
    low = low.add(high);
    low = DOUBLES > 4 ? low.add(low.rearrange(DOUBLES_BY_4)) : low;
    low = DOUBLES > 2 ? low.add(low.rearrange(DOUBLES_BY_2)) : low;
    return low.lane(0) + low.lane(1);
  }

  /** Returns {@code sum_j x_j^2} in float64. */
  static double wideSquares(long in, int bytes) {
    long x = in & ADDRESS;
    DoubleVector low = DoubleVector.zero(D);
    DoubleVector high = DoubleVector.zero(D);
    for (int k = 0; k < bytes; k += STEP) {
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + (k & OFFSET), ORDER);
      DoubleVector a = (DoubleVector) v.convertShape(VectorOperators.F2D, D, 0);
      DoubleVector b = (DoubleVector) v.convertShape(VectorOperators.F2D, D, 1);
      low = a.fma(a, low);
      high = b.fma(b, high);
    }
    low = low.add(high);
    low = DOUBLES > 4 ? low.add(low.rearrange(DOUBLES_BY_4)) : low;
    low = DOUBLES > 2 ? low.add(low.rearrange(DOUBLES_BY_2)) : low;
    return low.lane(0) + low.lane(1);
  }
}
