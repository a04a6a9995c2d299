package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.kernels.scalar.GroupSampler;
import org.sparse4j.memory.Memory;

/**
 * Samples two of four with the least variance, a group in each lane.
 *
 * <p>Every number is what {@link GroupSampler} computes, operation by operation in double, with
 * branches turned into selections, so that results are the same bits. Sorting becomes ranks: a
 * number's rank is how many of its group come before it, ties to the lower position. Where a sum is
 * not finite lanes hold anything until they become NaN.
 */
final class PairSampling {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, F.vectorShape());
  private static final int LANES = F.length();
  private static final int GROUPS = D.length();
  private static final long S = F.vectorByteSize();
  private static final int COLUMNS = 4 * LANES;

  private static final VectorShuffle<Float> BY1 = DenseSpecies.swap(F, 1);
  private static final VectorShuffle<Float> BY2 = DenseSpecies.swap(F, 2);
  private static final VectorMask<Float> BIT1 = DenseSpecies.having(F, 1);
  private static final VectorMask<Float> BIT2 = DenseSpecies.having(F, 2);

  /** The group of each lane after four vectors of a row have been turned. */
  private static final int[] GROUP = new int[LANES];

  static {
    for (int lane = 0; lane < LANES; lane++) {
      GROUP[lane] = LANES / 4 * (lane & 3) + (lane >> 2);
    }
  }

  /** Four vectors of numbers, first to fourth of every group, and a row of a step. */
  private final MemorySegment memory = Memory.auto().allocate(8L * S);

  private final double[] uniform = new double[LANES];

  /**
   * Of half of the lanes: pair, sum / 2, sum of the three smallest, whether the largest is certain.
   */
  private final double[] chosen = new double[4 * GROUPS];

  private final double[] ranks = new double[5 * GROUPS];
  private final double[] numbers = new double[COLUMNS];

  /** Two doubles at a time gain nothing over the scalar sampler. */
  static boolean serves() {
    return GROUPS >= 4;
  }

  /**
   * Samples a row.
   *
   * @param seed of all random numbers
   * @param first number of the row's first group
   * @param x address of the row
   * @param columns numbers in it
   * @param y address of the result; may be x
   */
  void row(long seed, long first, long x, int columns, long y) {
    int j = 0;
    for (; j <= columns - COLUMNS; j += COLUMNS) {
      step(seed, first + j / 4, x + 4L * j, y + 4L * j);
    }
    if (j < columns) {
      long edge = memory.address() + 4 * S;
      for (int c = 0; c < COLUMNS; c++) {
        DenseMemory.set(edge + 4L * c, j + c < columns ? DenseMemory.get(x + 4L * (j + c)) : 0);
      }
      step(seed, first + j / 4, edge, edge);
      for (int c = 0; c < columns - j; c++) {
        DenseMemory.set(y + 4L * (j + c), DenseMemory.get(edge + 4L * c));
      }
    }
  }

  private void step(long seed, long group, long x, long y) {
    long turned = memory.address();
    turn(x, turned);
    for (int lane = 0; lane < LANES; lane++) {
      uniform[lane] = GroupSampler.uniform(seed, group + GROUP[lane]);
    }
    // By scalars: a conversion of vectors kept its argument in a box wherever its check of shapes
    // was compiled before it had ever run.
    for (int k = 0; k < COLUMNS; k++) {
      numbers[k] = DenseMemory.get(turned + 4L * k);
    }
    for (int half = 0; half < 2; half++) {
      int at = half * GROUPS;
      choose(numbers, uniform, at, chosen);
      rank(numbers, at, ranks);
      for (int i = 0; i < 4; i++) {
        keep(numbers, i * LANES + at, ranks, i * GROUPS, chosen);
      }
    }
    for (int k = 0; k < COLUMNS; k++) {
      DenseMemory.set(turned + 4L * k, (float) numbers[k]);
    }
    turn(turned, y);
  }

  /** Transposes 4 x 4 lanes of four vectors; twice is nothing. */
  private static void turn(long from, long to) {
    long x = from & ADDRESS;
    long y = to & ADDRESS;
    FloatVector r0 = FloatVector.fromMemorySegment(F, ALL, x, ORDER);
    FloatVector r1 = FloatVector.fromMemorySegment(F, ALL, x + S, ORDER);
    FloatVector r2 = FloatVector.fromMemorySegment(F, ALL, x + 2 * S, ORDER);
    FloatVector r3 = FloatVector.fromMemorySegment(F, ALL, x + 3 * S, ORDER);
    FloatVector s0 = r0.blend(r1.rearrange(BY1), BIT1);
    FloatVector s1 = r0.rearrange(BY1).blend(r1, BIT1);
    FloatVector s2 = r2.blend(r3.rearrange(BY1), BIT1);
    FloatVector s3 = r2.rearrange(BY1).blend(r3, BIT1);
    s0.blend(s2.rearrange(BY2), BIT2).intoMemorySegment(ALL, y, ORDER);
    s1.blend(s3.rearrange(BY2), BIT2).intoMemorySegment(ALL, y + S, ORDER);
    s0.rearrange(BY2).blend(s2, BIT2).intoMemorySegment(ALL, y + 2 * S, ORDER);
    s1.rearrange(BY2).blend(s3, BIT2).intoMemorySegment(ALL, y + 3 * S, ORDER);
  }

  /** Which pair of ascending magnitudes is kept, in the order 13, 14, 23, 24, 34. */
  private static void choose(double[] numbers, double[] uniform, int at, double[] chosen) {
    DoubleVector a = DoubleVector.fromArray(D, numbers, at).abs();
    DoubleVector b = DoubleVector.fromArray(D, numbers, LANES + at).abs();
    DoubleVector c = DoubleVector.fromArray(D, numbers, 2 * LANES + at).abs();
    DoubleVector d = DoubleVector.fromArray(D, numbers, 3 * LANES + at).abs();
    DoubleVector sum = a.add(b).add(c).add(d);
    // Magnitudes ascend with their bits, whose minimum has no zeros of two signs to heed.
    LongVector ab = a.reinterpretAsLongs().min(b.reinterpretAsLongs());
    LongVector ba = a.reinterpretAsLongs().max(b.reinterpretAsLongs());
    LongVector cd = c.reinterpretAsLongs().min(d.reinterpretAsLongs());
    LongVector dc = c.reinterpretAsLongs().max(d.reinterpretAsLongs());
    LongVector low = ab.max(cd);
    LongVector high = ba.min(dc);
    DoubleVector a1 = ab.min(cd).reinterpretAsDoubles();
    DoubleVector a2 = low.min(high).reinterpretAsDoubles();
    DoubleVector a3 = low.max(high).reinterpretAsDoubles();
    DoubleVector a4 = ba.max(dc).reinterpretAsDoubles();
    DoubleVector rest = a1.add(a2).add(a3);
    DoubleVector s = rest.add(a4);
    DoubleVector first = a1.mul(2).add(a3).sub(a4);
    VectorMask<Double> even = first.compare(VectorOperators.GT, 0);
    DoubleVector over = rest.sub(a4);
    VectorMask<Double> some = over.compare(VectorOperators.GT, 0);
    DoubleVector below = rest.blend(s, some).blend(s.mul(2), even);
    // Chances of the first four pairs; what is left is that of the fifth.
    DoubleVector p0 = DoubleVector.zero(D).blend(first, even).div(below);
    DoubleVector p1 = a1.blend(a1.mul(2), some).blend(a1.mul(2).sub(a3).add(a4), even).div(below);
    DoubleVector p2 =
        DoubleVector.zero(D).blend(over, some).blend(a2.mul(2).add(a3).sub(a4), even).div(below);
    DoubleVector p3 =
        a2.blend(a2.add(a4).sub(a1).sub(a3), some)
            .blend(a2.mul(2).sub(a3).add(a4), even)
            .div(below);
    DoubleVector u = DoubleVector.fromArray(D, uniform, at);
    DoubleVector b1 = p0.add(p1);
    DoubleVector b2 = b1.add(p2);
    DoubleVector b3 = b2.add(p3);
    DoubleVector pair =
        DoubleVector.broadcast(D, 4)
            .blend(3, u.compare(VectorOperators.LT, b3))
            .blend(2, u.compare(VectorOperators.LT, b2))
            .blend(1, u.compare(VectorOperators.LT, b1))
            .blend(0, u.compare(VectorOperators.LT, p0));
    pair.intoArray(chosen, 0);
    sum.intoArray(chosen, GROUPS);
    rest.intoArray(chosen, 2 * GROUPS);
    a4.mul(2).sub(sum).intoArray(chosen, 3 * GROUPS);
  }

  /** The rank of each of four numbers among them, from 0, and how many of them are zero. */
  private static void rank(double[] numbers, int at, double[] ranks) {
    DoubleVector a = DoubleVector.fromArray(D, numbers, at).abs();
    DoubleVector b = DoubleVector.fromArray(D, numbers, LANES + at).abs();
    DoubleVector c = DoubleVector.fromArray(D, numbers, 2 * LANES + at).abs();
    DoubleVector d = DoubleVector.fromArray(D, numbers, 3 * LANES + at).abs();
    DoubleVector zero = DoubleVector.zero(D);
    DoubleVector one = DoubleVector.broadcast(D, 1);
    DoubleVector ab = zero.blend(one, a.compare(VectorOperators.LE, b));
    DoubleVector ac = zero.blend(one, a.compare(VectorOperators.LE, c));
    DoubleVector ad = zero.blend(one, a.compare(VectorOperators.LE, d));
    DoubleVector bc = zero.blend(one, b.compare(VectorOperators.LE, c));
    DoubleVector bd = zero.blend(one, b.compare(VectorOperators.LE, d));
    DoubleVector cd = zero.blend(one, c.compare(VectorOperators.LE, d));
    DoubleVector.broadcast(D, 3).sub(ab).sub(ac).sub(ad).intoArray(ranks, 0);
    ab.add(2).sub(bc).sub(bd).intoArray(ranks, GROUPS);
    ac.add(bc).add(1).sub(cd).intoArray(ranks, 2 * GROUPS);
    ad.add(bd).add(cd).intoArray(ranks, 3 * GROUPS);
    one.blend(0, a.compare(VectorOperators.EQ, 0))
        .add(one.blend(0, b.compare(VectorOperators.EQ, 0)))
        .add(one.blend(0, c.compare(VectorOperators.EQ, 0)))
        .add(one.blend(0, d.compare(VectorOperators.EQ, 0)))
        .intoArray(ranks, 4 * GROUPS);
  }

  /**
   * Replaces one of four numbers by what is kept of it. All four in one method were more than the
   * compiler would take in without boxing some at times.
   */
  private static void keep(double[] numbers, int at, double[] ranks, int rankAt, double[] chosen) {
    DoubleVector a = DoubleVector.fromArray(D, numbers, at);
    DoubleVector rank = DoubleVector.fromArray(D, ranks, rankAt);
    DoubleVector pair = DoubleVector.fromArray(D, chosen, 0);
    DoubleVector sum = DoubleVector.fromArray(D, chosen, GROUPS);
    DoubleVector rest = DoubleVector.fromArray(D, chosen, 2 * GROUPS);
    VectorMask<Double> certain =
        DoubleVector.fromArray(D, chosen, 3 * GROUPS).compare(VectorOperators.GT, 0);
    LongVector share = sum.mul(0.5).blend(rest, certain).reinterpretAsLongs();
    DoubleVector zero = DoubleVector.zero(D);
    // The two ranks of the pair.
    DoubleVector lower =
        zero.blend(1, pair.compare(VectorOperators.GT, 1))
            .blend(2, pair.compare(VectorOperators.EQ, 4));
    DoubleVector upper =
        DoubleVector.broadcast(D, 3)
            .blend(2, pair.compare(VectorOperators.EQ, 0))
            .blend(2, pair.compare(VectorOperators.EQ, 2));
    // The rank of the number that stays as it is: the largest where it is certain, else none.
    DoubleVector same = DoubleVector.broadcast(D, 4).blend(3, certain);
    DoubleVector kept =
        a.reinterpretAsLongs()
            .and(Long.MIN_VALUE)
            .or(share)
            .reinterpretAsDoubles()
            .blend(0, a.compare(VectorOperators.EQ, 0))
            .blend(a, rank.compare(VectorOperators.EQ, same));
    DoubleVector.broadcast(D, Double.NaN)
        .blend(
            zero.blend(kept, rank.compare(VectorOperators.EQ, lower))
                .blend(kept, rank.compare(VectorOperators.EQ, upper))
                .blend(
                    a, DoubleVector.fromArray(D, ranks, 4 * GROUPS).compare(VectorOperators.LE, 2)),
            sum.compare(VectorOperators.LT, Double.POSITIVE_INFINITY))
        .intoArray(numbers, at);
  }
}
