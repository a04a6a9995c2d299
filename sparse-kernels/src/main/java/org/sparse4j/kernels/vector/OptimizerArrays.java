package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.LaneSums.DOUBLES;
import static org.sparse4j.kernels.vector.LaneSums.DOUBLES_BY_2;
import static org.sparse4j.kernels.vector.LaneSums.DOUBLES_BY_4;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over arrays, the values of sparse parameters: a class of its own because it sees the heap.
 */
final class OptimizerArrays {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, F.vectorShape());
  private static final int LANES = F.length();

  private OptimizerArrays() {}

  /** Returns {@code sum_i x_i^2} in float64: lanes, then across, then what is left over. */
  static double squares(float[] x) {
    int whole = F.loopBound(x.length);
    double sum = wholeSquares(x, whole);
    for (int i = whole; i < x.length; i++) {
      sum += (double) x[i] * x[i];
    }
    return sum;
  }

  private static double wholeSquares(float[] x, int whole) {
    DoubleVector low = DoubleVector.zero(D);
    DoubleVector high = DoubleVector.zero(D);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector v = FloatVector.fromArray(F, x, i);
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
