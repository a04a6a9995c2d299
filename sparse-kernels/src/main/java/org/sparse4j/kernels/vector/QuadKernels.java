package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Two factors of a butterfly on four rows; rows are a multiple of 64 bytes long. */
final class QuadKernels {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int STEP = 4 * F.length();

  private QuadKernels() {}

  /**
   * Multiplies rows 0, 1 by block k0 and rows 2, 3 by block k1, then rows 0, 2 by block k2 and rows
   * 1, 3 by block k3; the outputs may be the inputs. The four blocks take 16 registers.
   *
   * @param flip 1 to transpose the blocks, else 0
   * @param in row 0; row 1 is {@code in1} bytes behind it, row 2 {@code in2}, row 3 both
   * @param out row 0 of the result, with distances of its own
   */
  static void mix(
      float[] blocks,
      int k0,
      int k1,
      int k2,
      int k3,
      int flip,
      long in,
      long in1,
      long in2,
      long out,
      long out1,
      long out2,
      int bytes) {
    long x0 = in & ADDRESS;
    long x1 = (in + in1) & ADDRESS;
    long x2 = (in + in2) & ADDRESS;
    long x3 = (in + in1 + in2) & ADDRESS;
    long y0 = out & ADDRESS;
    long y1 = (out + out1) & ADDRESS;
    long y2 = (out + out2) & ADDRESS;
    long y3 = (out + out1 + out2) & ADDRESS;
    FloatVector a0 = FloatVector.broadcast(F, blocks[k0]);
    FloatVector b0 = FloatVector.broadcast(F, blocks[k0 + 1 + flip]);
    FloatVector c0 = FloatVector.broadcast(F, blocks[k0 + 2 - flip]);
    FloatVector d0 = FloatVector.broadcast(F, blocks[k0 + 3]);
    FloatVector a1 = FloatVector.broadcast(F, blocks[k1]);
    FloatVector b1 = FloatVector.broadcast(F, blocks[k1 + 1 + flip]);
    FloatVector c1 = FloatVector.broadcast(F, blocks[k1 + 2 - flip]);
    FloatVector d1 = FloatVector.broadcast(F, blocks[k1 + 3]);
    FloatVector a2 = FloatVector.broadcast(F, blocks[k2]);
    FloatVector b2 = FloatVector.broadcast(F, blocks[k2 + 1 + flip]);
    FloatVector c2 = FloatVector.broadcast(F, blocks[k2 + 2 - flip]);
    FloatVector d2 = FloatVector.broadcast(F, blocks[k2 + 3]);
    FloatVector a3 = FloatVector.broadcast(F, blocks[k3]);
    FloatVector b3 = FloatVector.broadcast(F, blocks[k3 + 1 + flip]);
    FloatVector c3 = FloatVector.broadcast(F, blocks[k3 + 2 - flip]);
    FloatVector d3 = FloatVector.broadcast(F, blocks[k3 + 3]);
    for (int k = 0; k < bytes; k += STEP) {
      long o = k & OFFSET;
      FloatVector p = FloatVector.fromMemorySegment(F, ALL, x0 + o, ORDER);
      FloatVector q = FloatVector.fromMemorySegment(F, ALL, x1 + o, ORDER);
      FloatVector r = FloatVector.fromMemorySegment(F, ALL, x2 + o, ORDER);
      FloatVector s = FloatVector.fromMemorySegment(F, ALL, x3 + o, ORDER);
      FloatVector t = q.fma(b0, p.mul(a0));
      FloatVector u = q.fma(d0, p.mul(c0));
      FloatVector v = s.fma(b1, r.mul(a1));
      FloatVector w = s.fma(d1, r.mul(c1));
      v.fma(b2, t.mul(a2)).intoMemorySegment(ALL, y0 + o, ORDER);
      w.fma(b3, u.mul(a3)).intoMemorySegment(ALL, y1 + o, ORDER);
      v.fma(d2, t.mul(c2)).intoMemorySegment(ALL, y2 + o, ORDER);
      w.fma(d3, u.mul(c3)).intoMemorySegment(ALL, y3 + o, ORDER);
    }
  }
}
