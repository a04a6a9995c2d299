package org.sparse4j.bench.race;

import java.util.Optional;
import java.util.function.Supplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Twelve independent chains of multiply-adds, enough to keep two units of latency four busy.
 *
 * <p>{@code flops = 12 chains * 2 * lanes * steps}.
 */
final class VectorPeak implements Supplier<Contender> {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int STEPS = 16_384;

  /** Keeps the compiler from dropping the work. */
  private static volatile float sink;

  @Override
  public Contender get() {
    double flops = 24.0 * SPECIES.length() * STEPS;
    Entry entry =
        new Entry(
            FmaProbe.NAME,
            "12 chains of multiply-adds",
            Role.PROBE,
            "",
            -1,
            flops,
            SPECIES.vectorBitSize());
    return new Contender(entry, () -> sink = chains(STEPS), Optional::empty);
  }

  private static float chains(int steps) {
    FloatVector b = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector c = FloatVector.broadcast(SPECIES, 1e-6f);
    // All start differently, or the compiler merges them.
    FloatVector p = b;
    FloatVector q = p.add(c);
    FloatVector r = q.add(c);
    FloatVector s = r.add(c);
    FloatVector t = s.add(c);
    FloatVector u = t.add(c);
    FloatVector v = u.add(c);
    FloatVector w = v.add(c);
    FloatVector x = w.add(c);
    FloatVector y = x.add(c);
    FloatVector z = y.add(c);
    FloatVector a = z.add(c);
    // As products add up: into the third operand. A chain in the first one costs a move each step,
    // which halves the rate of processors that decode four instructions a cycle.
    for (int step = 0; step < steps; step++) {
      p = b.fma(c, p);
      q = b.fma(c, q);
      r = b.fma(c, r);
      s = b.fma(c, s);
      t = b.fma(c, t);
      u = b.fma(c, u);
      v = b.fma(c, v);
      w = b.fma(c, w);
      x = b.fma(c, x);
      y = b.fma(c, y);
      z = b.fma(c, z);
      a = b.fma(c, a);
    }
    FloatVector first = p.add(q).add(r).add(s).add(t).add(u);
    FloatVector second = v.add(w).add(x).add(y).add(z).add(a);
    return first.add(second).reduceLanes(VectorOperators.ADD);
  }
}
