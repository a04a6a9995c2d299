package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The 2:4 soft threshold of a row, and sums of rows for V:N:M masks. */
final class SoftThresholds {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Integer> I = DenseSpecies.ints();
  private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, F.vectorShape());
  private static final int LANES = F.length();
  private static final int STEP = 4 * LANES;
  private static final int NAN = 0x7f800001;
  private static final VectorShuffle<Integer> NEXT = next(1);
  private static final VectorShuffle<Integer> SECOND = next(2);
  private static final VectorShuffle<Integer> THIRD = next(3);

  private SoftThresholds() {}

  private static VectorShuffle<Integer> next(int d) {
    return VectorShuffle.fromOp(I, i -> (i & -4) | ((i + d) & 3));
  }

  /**
   * {@code y = scale sign(x) max(|x| - t, 0)}: t is the second smallest of the four magnitudes,
   * whose bits compare as integers with NaN above infinity; zeros are positive.
   */
  static void row(float scale, long in, long out, int bytes) {
    long x = in & ADDRESS;
    long y = out & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      IntVector bits = IntVector.fromMemorySegment(I, ALL, x + o, ORDER);
      IntVector magnitude = bits.and(Integer.MAX_VALUE);
      IntVector a = magnitude.min(NAN);
      IntVector b = a.rearrange(NEXT);
      IntVector c = a.rearrange(SECOND);
      IntVector d = a.rearrange(THIRD);
      FloatVector threshold =
          a.min(b).max(c.min(d)).min(a.max(b).min(c.max(d))).reinterpretAsFloats();
      FloatVector difference = magnitude.reinterpretAsFloats().sub(threshold);
      VectorMask<Float> gone = difference.compare(VectorOperators.LE, 0);
      difference
          .reinterpretAsInts()
          .or(bits.and(Integer.MIN_VALUE))
          .reinterpretAsFloats()
          .mul(scale)
          .blend(0, gone)
          .intoMemorySegment(ALL, y + o, ORDER);
    }
  }

  /** Adds a row to sums in double; {@code keep} is the bits of a number that count. */
  static void addRow(long in, int bytes, int keep, double[] sums) {
    long x = in & ADDRESS;
    for (int k = 0; k < bytes; k += STEP) {
      FloatVector v =
          IntVector.fromMemorySegment(I, ALL, x + (k & OFFSET), ORDER)
              .and(keep)
              .reinterpretAsFloats();
      int j = k >> 2;
      DoubleVector low = (DoubleVector) v.convertShape(VectorOperators.F2D, D, 0);
      DoubleVector high = (DoubleVector) v.convertShape(VectorOperators.F2D, D, 1);
      low.add(DoubleVector.fromArray(D, sums, j)).intoArray(sums, j);
      high.add(DoubleVector.fromArray(D, sums, j + LANES / 2)).intoArray(sums, j + LANES / 2);
    }
  }
}
