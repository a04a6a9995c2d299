package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_1;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_2;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_4;
import static org.sparse4j.kernels.vector.LaneSums.FLOATS_BY_8;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** A 2x2 block times two rows, and its gradient; rows are a multiple of 64 bytes long. */
final class PairKernels {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int STEP = 4 * F.length();

  private PairKernels() {}

  /** {@code y0 = a x0 + b x1, y1 = c x0 + d x1}; the outputs may be the inputs. */
  static void mix(
      float a, float b, float c, float d, long in0, long in1, long out0, long out1, int bytes) {
    long x0 = in0 & ADDRESS;
    long x1 = in1 & ADDRESS;
    long y0 = out0 & ADDRESS;
    long y1 = out1 & ADDRESS;
    FloatVector va = FloatVector.broadcast(F, a);
    FloatVector vb = FloatVector.broadcast(F, b);
    FloatVector vc = FloatVector.broadcast(F, c);
    FloatVector vd = FloatVector.broadcast(F, d);
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector p = FloatVector.fromMemorySegment(F, ALL, x0 + o, ORDER);
      FloatVector q = FloatVector.fromMemorySegment(F, ALL, x1 + o, ORDER);
      p.mul(va).add(q.mul(vb)).intoMemorySegment(ALL, y0 + o, ORDER);
      p.mul(vc).add(q.mul(vd)).intoMemorySegment(ALL, y1 + o, ORDER);
    }
  }

  /** Stores the four dot products of the rows of dy with the rows of x. */
  static void gradient(
      long in0, long in1, long slope0, long slope1, int bytes, float[] result, int at) {
    long x0 = in0 & ADDRESS;
    long x1 = in1 & ADDRESS;
    long g0 = slope0 & ADDRESS;
    long g1 = slope1 & ADDRESS;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector p = FloatVector.fromMemorySegment(F, ALL, x0 + o, ORDER);
      FloatVector q = FloatVector.fromMemorySegment(F, ALL, x1 + o, ORDER);
      FloatVector g = FloatVector.fromMemorySegment(F, ALL, g0 + o, ORDER);
      FloatVector h = FloatVector.fromMemorySegment(F, ALL, g1 + o, ORDER);
      s00 = g.fma(p, s00);
      s01 = g.fma(q, s01);
      s10 = h.fma(p, s10);
      s11 = h.fma(q, s11);
    }
    s00 = FLOATS > 8 ? s00.add(s00.rearrange(FLOATS_BY_8)) : s00;
    s00 = FLOATS > 4 ? s00.add(s00.rearrange(FLOATS_BY_4)) : s00;
    s00 = s00.add(s00.rearrange(FLOATS_BY_2));
    result[at] = s00.add(s00.rearrange(FLOATS_BY_1)).lane(0);
    s01 = FLOATS > 8 ? s01.add(s01.rearrange(FLOATS_BY_8)) : s01;
    s01 = FLOATS > 4 ? s01.add(s01.rearrange(FLOATS_BY_4)) : s01;
    s01 = s01.add(s01.rearrange(FLOATS_BY_2));
    result[at + 1] = s01.add(s01.rearrange(FLOATS_BY_1)).lane(0);
    s10 = FLOATS > 8 ? s10.add(s10.rearrange(FLOATS_BY_8)) : s10;
    s10 = FLOATS > 4 ? s10.add(s10.rearrange(FLOATS_BY_4)) : s10;
    s10 = s10.add(s10.rearrange(FLOATS_BY_2));
    result[at + 2] = s10.add(s10.rearrange(FLOATS_BY_1)).lane(0);
    s11 = FLOATS > 8 ? s11.add(s11.rearrange(FLOATS_BY_8)) : s11;
    s11 = FLOATS > 4 ? s11.add(s11.rearrange(FLOATS_BY_4)) : s11;
    s11 = s11.add(s11.rearrange(FLOATS_BY_2));
    result[at + 3] = s11.add(s11.rearrange(FLOATS_BY_1)).lane(0);
  }
}
