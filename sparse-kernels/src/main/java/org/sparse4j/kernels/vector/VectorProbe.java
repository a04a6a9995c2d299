package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.spi.SpeedProbe;

/**
 * Twelve chains of multiply-adds, enough to keep two units of latency four busy, and four chains of
 * loads.
 */
final class VectorProbe implements SpeedProbe {

  private static final VectorSpecies<Float> SPECIES = DenseSpecies.floats();
  private static final int LANES = SPECIES.length();

  @Override
  public long flopsPerStep() {
    return 24L * LANES;
  }

  @Override
  public float multiplyAdds(int steps) {
    FloatVector b = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector c = FloatVector.broadcast(SPECIES, 1e-6f);
    // All start differently, or the compiler merges them.
    FloatVector a0 = b;
    FloatVector a1 = a0.add(c);
    FloatVector a2 = a1.add(c);
    FloatVector a3 = a2.add(c);
    FloatVector a4 = a3.add(c);
    FloatVector a5 = a4.add(c);
    FloatVector a6 = a5.add(c);
    FloatVector a7 = a6.add(c);
    FloatVector a8 = a7.add(c);
    FloatVector a9 = a8.add(c);
    FloatVector a10 = a9.add(c);
    FloatVector a11 = a10.add(c);
    // As products add up: into the third operand. A chain in the first one costs a move each step,
    // which halves the rate of processors that decode four instructions a cycle.
    for (int step = 0; step < steps; step++) {
      a0 = b.fma(c, a0);
      a1 = b.fma(c, a1);
      a2 = b.fma(c, a2);
      a3 = b.fma(c, a3);
      a4 = b.fma(c, a4);
      a5 = b.fma(c, a5);
      a6 = b.fma(c, a6);
      a7 = b.fma(c, a7);
      a8 = b.fma(c, a8);
      a9 = b.fma(c, a9);
      a10 = b.fma(c, a10);
      a11 = b.fma(c, a11);
    }
    FloatVector first = a0.add(a1).add(a2).add(a3).add(a4).add(a5);
    FloatVector second = a6.add(a7).add(a8).add(a9).add(a10).add(a11);
    return first.add(second).reduceLanes(VectorOperators.ADD);
  }

  @Override
  public float read(DenseMatrix x, int from, int to) {
    float sum = 0;
    for (int i = from; i < to; i++) {
      sum += row(x.address() + 4L * i * x.stride(), x.paddedColumns());
    }
    return sum;
  }

  private static float row(long address, int floats) {
    long base = address & DenseMemory.ADDRESS;
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    int blocks = floats / (4 * LANES);
    for (int block = 0; block < blocks; block++) {
      int at = 16 * LANES * block;
      a = a.add(FloatVector.fromMemorySegment(SPECIES, ALL, base + (at & OFFSET), ORDER));
      b =
          b.add(
              FloatVector.fromMemorySegment(
                  SPECIES, ALL, base + ((at + 4 * LANES) & OFFSET), ORDER));
      c =
          c.add(
              FloatVector.fromMemorySegment(
                  SPECIES, ALL, base + ((at + 8 * LANES) & OFFSET), ORDER));
      d =
          d.add(
              FloatVector.fromMemorySegment(
                  SPECIES, ALL, base + ((at + 12 * LANES) & OFFSET), ORDER));
    }
    for (int at = 16 * LANES * blocks; at < 4 * floats; at += 4 * LANES) {
      a = a.add(FloatVector.fromMemorySegment(SPECIES, ALL, base + (at & OFFSET), ORDER));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }
}
