package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.memory.Memory;

/**
 * The best transposable 2:4 mask of 4 x 4 tiles in float32, a tile in each lane, wherever the
 * second best is so much smaller that rounding cannot have decided.
 *
 * <p>With u the scores and, for each column, d = u0 - u1, f = u2 - u3, e = (u0 + u1) - (u2 + u3),
 * twice a mask's sum minus the sum of the tile is a sum of differences of those. The 90 masks fall
 * into three kinds by what the upper two rows keep of the columns, and the best of each kind is
 *
 * <pre>
 *   every column once    D(d) + D(f)                             36 masks
 *   two columns twice    D(e)                                     6 masks
 *   column i or j twice  |dk - dl| + |fk - fl| + |ei - ej|    6 x 8 masks, i j k l all different
 * </pre>
 *
 * where D is the sum of the two largest of four minus that of the other two. Of the three sums |da
 * - db| + |dc - dd| two are D, and the smallest one is D for the second best choice. So eight sums
 * and as many maxima replace 90 of each, and signs of differences say which mask it is.
 *
 * <p>Every number is off by less than {@code 32 * 2^-24} of the largest column's sum of magnitudes:
 * a path has up to six roundings of numbers up to eight times that.
 */
final class TileChoices {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Integer> I = DenseSpecies.ints();
  private static final int LANES = F.length();
  private static final long S = F.vectorByteSize();

  /** Tiles of a step. */
  static final int TILES = LANES;

  /** Most steps of a call. */
  static final int STEPS = 4;

  /** Columns of a step: four vectors. */
  static final int COLUMNS = 4 * LANES;

  /** What the second best must be below the best, as a share of the largest column. */
  private static final float MARGIN = 0x1p-17f;

  private static final int SIGN = Integer.MIN_VALUE;

  /** The pairs of four columns; the complement of pair p is 5 - p. */
  private static final int[] PAIRS = {0b0011, 0b0101, 0b1001, 0b0110, 0b1010, 0b1100};

  /** Numbers are eight times a choice's, plus the signs of its three differences. */
  private static final int EVERY_ONCE = 6 * 8;

  private static final int TWO_TWICE = 15 * 8;

  /** No positions: lanes without a tile, or that are not sure. */
  private static final int NONE = 255;

  /** The mask of each number: four bits for each row, 16 bits apart. */
  private static final long[] MASKS = new long[NONE + 1];

  static {
    for (int sign = 0; sign < 8; sign++) {
      boolean x = (sign & 1) != 0;
      boolean y = (sign & 2) != 0;
      boolean z = (sign & 4) != 0;
      for (int p = 0; p < 6; p++) {
        // Rows 0 and 2 keep the lower column of the pair if their difference is positive.
        int lower = Integer.lowestOneBit(PAIRS[p]);
        int upper = PAIRS[p] - lower;
        int above = Integer.lowestOneBit(PAIRS[5 - p]);
        int below = PAIRS[5 - p] - above;
        int twiceAbove = z ? below : above;
        int twiceBelow = z ? above : below;
        MASKS[8 * p + sign] =
            mask(
                twiceAbove | (x ? upper : lower),
                twiceAbove | (x ? lower : upper),
                twiceBelow | (y ? upper : lower),
                twiceBelow | (y ? lower : upper));
      }
      for (int p = 0; p < 3; p++) {
        int first = PAIRS[x ? 5 - p : p];
        MASKS[TWO_TWICE + 8 * p + sign] = mask(first, first, 15 - first, 15 - first);
        for (int q = 0; q < 3; q++) {
          int third = PAIRS[y ? 5 - q : q];
          MASKS[EVERY_ONCE + 8 * (p + 3 * q) + sign] = mask(first, 15 - first, third, 15 - third);
        }
      }
    }
  }

  private static final VectorShuffle<Float> BY1 = DenseSpecies.swap(F, 1);
  private static final VectorShuffle<Float> BY2 = DenseSpecies.swap(F, 2);
  private static final VectorMask<Float> BIT1 = DenseSpecies.having(F, 1);
  private static final VectorMask<Float> BIT2 = DenseSpecies.having(F, 2);

  private static final long EVERY = -1L;

  /** The pieces of 16 bits at even places of a word, and the two lower ones. */
  private static final long EVEN = 0x0000ffff0000ffffL;

  private static final long LOW = 0xffffffffL;

  private static final long LANE_BITS = -1L >>> (64 - LANES);

  // Parts of a step: sums of the upper two rows, of the lower two, of all; six differences, best
  // choice, its lead and number for each of d, f and e; what the lead must be.
  private static final long UPPER = 0;
  private static final long LOWER = 4 * S;
  private static final long EVERY_ROW = 8 * S;
  private static final long D = 12 * S;
  private static final long E = 21 * S;
  private static final long G = 30 * S;
  private static final long BEST = 6 * S;
  private static final long LEAD = 7 * S;
  private static final long NUMBER = 8 * S;
  private static final long NEEDED = 39 * S;
  private static final long STEP_BYTES = 40 * S;
  private static final long EDGE = STEPS * STEP_BYTES;

  /** The parts of each step; then four rows of a step. */
  private final MemorySegment memory = Memory.auto().allocate(EDGE + 16L * S);

  /** Sixteen columns of four rows of all steps, from a word's first on, and what fills the last. */
  private final long[] pieces = new long[STEPS * 4 + 2];

  private final int[] numbers = new int[STEPS * LANES];

  private static long mask(int a, int b, int c, int d) {
    return a | (long) b << 16 | (long) c << 32 | (long) d << 48;
  }

  /**
   * Copies four rows of fewer columns than a step, and returns where they are. Zeros follow, whose
   * masks are empty: what an earlier edge left there would set bits beyond the columns.
   */
  long copyEdge(long address, long bytes, int columns) {
    long edge = memory.address() + EDGE;
    for (int r = 0; r < 4; r++) {
      for (int j = 0; j < columns; j++) {
        DenseMemory.set(
            edge + 4L * (r * COLUMNS + j), DenseMemory.get(address + r * bytes + 4L * j));
      }
      for (int j = columns; j < COLUMNS; j++) {
        DenseMemory.set(edge + 4L * (r * COLUMNS + j), 0);
      }
    }
    return edge;
  }

  /**
   * Sets the words of some steps side by side, phase by phase: what a phase writes the next one
   * reads, and a step alone would wait for its own stores between them (150 against 140 ns a step).
   *
   * @param steps at most {@link #STEPS}
   * @param tiles of the last step
   * @param column of the matrix, for the place in a word
   * @return the tiles left to decide, a bit each
   */
  long choose(
      boolean magnitudes,
      long address,
      long bytes,
      int steps,
      int tiles,
      long[] words,
      int at,
      int perRow,
      int column) {
    int keep = magnitudes ? Integer.MAX_VALUE : -1;
    long first = memory.address();
    long parts = first;
    for (int step = 0; step < steps; step++, parts += STEP_BYTES) {
      long x = address + 4L * COLUMNS * step;
      compare(keep, x, x + bytes, parts + UPPER, parts + D, EVERY_ONCE, 8);
      compare(keep, x + 2 * bytes, x + 3 * bytes, parts + LOWER, parts + E, 0, 24);
    }
    parts = first;
    for (int step = 0; step < steps; step++, parts += STEP_BYTES) {
      compare(-1, parts + UPPER, parts + LOWER, parts + EVERY_ROW, parts + G, TWO_TWICE, 8);
      if (!magnitudes) {
        addMagnitudes(address + 4L * COLUMNS * step, bytes, parts + EVERY_ROW);
      }
      need(parts + EVERY_ROW, parts + NEEDED);
    }
    parts = first;
    long unsure = 0;
    for (int step = 0; step < steps; step++, parts += STEP_BYTES) {
      long sure = decide(parts, numbers, step * LANES);
      if (sure != EVERY) {
        unsure |= tilesOf(~sure) << (step * LANES);
      }
    }
    int from = (column >> 4) & 3;
    int end = from + steps * (LANES / 4);
    pieces[0] = 0;
    pieces[1] = 0;
    for (int step = 0; step < steps; step++) {
      cut(numbers, step * LANES, pieces, from + step * (LANES / 4));
    }
    pieces[end] = 0;
    pieces[end + 1] = 0;
    for (int word = 0; 4 * word < end; word++) {
      store(pieces, 4 * word, words, at + word, perRow);
    }
    int all = LANES * (steps - 1) + tiles;
    return all == 64 ? unsure : unsure & ((1L << all) - 1);
  }

  /** The masks of a step's tiles, sixteen columns of four rows in each piece. */
  private static void cut(int[] numbers, int at, long[] pieces, int to) {
    if (LANES == 16) {
      for (int v = 0; v < 4; v++) {
        pieces[to + v] =
            MASKS[numbers[at + v] & NONE]
                | (MASKS[numbers[at + v + 4] & NONE] << 4)
                | (MASKS[numbers[at + v + 8] & NONE] << 8)
                | (MASKS[numbers[at + v + 12] & NONE] << 12);
      }
    } else {
      for (int v = 0; v < 2; v++) {
        pieces[to + v] =
            MASKS[numbers[at + 2 * v] & NONE]
                | (MASKS[numbers[at + 2 * v + 4] & NONE] << 4)
                | (MASKS[numbers[at + 2 * v + 1] & NONE] << 8)
                | (MASKS[numbers[at + 2 * v + 5] & NONE] << 12);
      }
    }
  }

  /** Four pieces are a word of four rows: transposes 4 x 4 pieces of 16 bits. */
  private static void store(long[] pieces, int at, long[] words, int to, int perRow) {
    long a = pieces[at];
    long b = pieces[at + 1];
    long c = pieces[at + 2];
    long d = pieces[at + 3];
    long e = (a & EVEN) | ((b & EVEN) << 16);
    long f = ((a >>> 16) & EVEN) | (b & ~EVEN);
    long g = (c & EVEN) | ((d & EVEN) << 16);
    long h = ((c >>> 16) & EVEN) | (d & ~EVEN);
    words[to] |= (e & LOW) | (g << 32);
    words[to + perRow] |= (f & LOW) | (h << 32);
    words[to + 2 * perRow] |= (e >>> 32) | (g & ~LOW);
    words[to + 3 * perRow] |= (f >>> 32) | (h & ~LOW);
  }

  /** Lane {@code 4 q + v} holds tile {@code LANES / 4 v + q}. */
  private static long tilesOf(long lanes) {
    long tiles = 0;
    for (int lane = 0; lane < LANES; lane++) {
      tiles |= (lanes >>> lane & 1) << (LANES / 4 * (lane & 3) + (lane >> 2));
    }
    return tiles;
  }

  /** The sums of four rows of magnitudes, for scores that are not. */
  private static void addMagnitudes(long from, long bytes, long to) {
    for (int v = 0; v < 4; v++) {
      FloatVector sum = FloatVector.zero(F);
      for (int r = 0; r < 4; r++) {
        long x = (from + r * bytes + v * S) & ADDRESS;
        sum = sum.add(FloatVector.fromMemorySegment(F, ALL, x, ORDER).abs());
      }
      sum.intoMemorySegment(ALL, (to + v * S) & ADDRESS, ORDER);
    }
  }

  /**
   * A share of the largest column sum of the four tiles that lie at the same columns of vectors.
   */
  private static void need(long sums, long to) {
    long x = sums & ADDRESS;
    IntVector a = IntVector.fromMemorySegment(I, ALL, x, ORDER);
    IntVector b = IntVector.fromMemorySegment(I, ALL, x + S, ORDER);
    IntVector c = IntVector.fromMemorySegment(I, ALL, x + 2 * S, ORDER);
    IntVector d = IntVector.fromMemorySegment(I, ALL, x + 3 * S, ORDER);
    FloatVector most = a.max(b).max(c.max(d)).reinterpretAsFloats();
    most =
        most.reinterpretAsInts().max(most.rearrange(BY1).reinterpretAsInts()).reinterpretAsFloats();
    most =
        most.reinterpretAsInts().max(most.rearrange(BY2).reinterpretAsInts()).reinterpretAsFloats();
    most.mul(MARGIN).intoMemorySegment(ALL, to & ADDRESS, ORDER);
  }

  /**
   * Adds and subtracts two rows, and compares the columns of the difference: transposes 4 x 4
   * lanes, after which lane {@code 4 q + v} has the columns {@code LANES v + 4 q} and so on.
   *
   * @param sums receives the sums of both, lane by lane
   * @param to receives the differences of the differences, the best choice, its lead and number
   * @param number of the choice of columns 0 and 1
   * @param factor from choice to choice
   */
  private static void compare(
      int keep, long row, long other, long sums, long to, int number, int factor) {
    long x = row & ADDRESS;
    long o = other & ADDRESS;
    long z = sums & ADDRESS;
    long y = to & ADDRESS;
    FloatVector u0 = IntVector.fromMemorySegment(I, ALL, x, ORDER).and(keep).reinterpretAsFloats();
    FloatVector v0 = IntVector.fromMemorySegment(I, ALL, o, ORDER).and(keep).reinterpretAsFloats();
    FloatVector u1 =
        IntVector.fromMemorySegment(I, ALL, x + S, ORDER).and(keep).reinterpretAsFloats();
    FloatVector v1 =
        IntVector.fromMemorySegment(I, ALL, o + S, ORDER).and(keep).reinterpretAsFloats();
    FloatVector u2 =
        IntVector.fromMemorySegment(I, ALL, x + 2 * S, ORDER).and(keep).reinterpretAsFloats();
    FloatVector v2 =
        IntVector.fromMemorySegment(I, ALL, o + 2 * S, ORDER).and(keep).reinterpretAsFloats();
    FloatVector u3 =
        IntVector.fromMemorySegment(I, ALL, x + 3 * S, ORDER).and(keep).reinterpretAsFloats();
    FloatVector v3 =
        IntVector.fromMemorySegment(I, ALL, o + 3 * S, ORDER).and(keep).reinterpretAsFloats();
    u0.add(v0).intoMemorySegment(ALL, z, ORDER);
    u1.add(v1).intoMemorySegment(ALL, z + S, ORDER);
    u2.add(v2).intoMemorySegment(ALL, z + 2 * S, ORDER);
    u3.add(v3).intoMemorySegment(ALL, z + 3 * S, ORDER);
    FloatVector r0 = u0.sub(v0);
    FloatVector r1 = u1.sub(v1);
    FloatVector r2 = u2.sub(v2);
    FloatVector r3 = u3.sub(v3);
    FloatVector s0 = r0.blend(r1.rearrange(BY1), BIT1);
    FloatVector s1 = r0.rearrange(BY1).blend(r1, BIT1);
    FloatVector s2 = r2.blend(r3.rearrange(BY1), BIT1);
    FloatVector s3 = r2.rearrange(BY1).blend(r3, BIT1);
    FloatVector a = s0.blend(s2.rearrange(BY2), BIT2);
    FloatVector b = s1.blend(s3.rearrange(BY2), BIT2);
    FloatVector c = s0.rearrange(BY2).blend(s2, BIT2);
    FloatVector d = s1.rearrange(BY2).blend(s3, BIT2);
    FloatVector ab = a.sub(b);
    FloatVector ac = a.sub(c);
    FloatVector ad = a.sub(d);
    FloatVector bc = b.sub(c);
    FloatVector bd = b.sub(d);
    FloatVector cd = c.sub(d);
    ab.intoMemorySegment(ALL, y, ORDER);
    ac.intoMemorySegment(ALL, y + S, ORDER);
    ad.intoMemorySegment(ALL, y + 2 * S, ORDER);
    bc.intoMemorySegment(ALL, y + 3 * S, ORDER);
    bd.intoMemorySegment(ALL, y + 4 * S, ORDER);
    cd.intoMemorySegment(ALL, y + 5 * S, ORDER);
    IntVector p = ab.abs().add(cd.abs()).reinterpretAsInts();
    IntVector q = ac.abs().add(bd.abs()).reinterpretAsInts();
    IntVector r = ad.abs().add(bc.abs()).reinterpretAsInts();
    IntVector low = p.min(q);
    IntVector least = low.min(r);
    FloatVector most = p.max(q).max(r).reinterpretAsFloats();
    VectorMask<Integer> second = q.compare(VectorOperators.LT, p);
    VectorMask<Integer> third = r.compare(VectorOperators.LT, low);
    // Columns 0 and 1 are the larger two or the smaller two: those of a and c tell which.
    IntVector sign =
        ac.reinterpretAsInts()
            .blend(ab.reinterpretAsInts(), second)
            .blend(ab.reinterpretAsInts(), third);
    FloatVector lead = most.sub(least.reinterpretAsFloats()).mul(0.5f);
    most.intoMemorySegment(ALL, y + BEST, ORDER);
    lead.reinterpretAsInts()
        .lanewise(VectorOperators.BITWISE_BLEND, sign, SIGN)
        .intoMemorySegment(ALL, y + LEAD, ORDER);
    IntVector.broadcast(I, number)
        .blend(number + factor, second)
        .blend(number + 2 * factor, third)
        .intoMemorySegment(ALL, y + NUMBER, ORDER);
  }

  /**
   * Joins the kinds; returns the lanes that are sure, those beyond the last too, and stores the
   * numbers of their masks.
   */
  private static long decide(long parts, int[] numbers, int at) {
    long m = parts & ADDRESS;
    IntVector x = IntVector.fromMemorySegment(I, ALL, m + D + LEAD, ORDER);
    IntVector y = IntVector.fromMemorySegment(I, ALL, m + E + LEAD, ORDER);
    IntVector z = x;
    IntVector number =
        IntVector.fromMemorySegment(I, ALL, m + D + NUMBER, ORDER)
            .add(IntVector.fromMemorySegment(I, ALL, m + E + NUMBER, ORDER));
    IntVector best =
        FloatVector.fromMemorySegment(F, ALL, m + D + BEST, ORDER)
            .add(FloatVector.fromMemorySegment(F, ALL, m + E + BEST, ORDER))
            .reinterpretAsInts();
    IntVector sum = IntVector.fromMemorySegment(I, ALL, m + G + BEST, ORDER);
    IntVector lead = IntVector.fromMemorySegment(I, ALL, m + G + LEAD, ORDER);
    VectorMask<Integer> larger = sum.compare(VectorOperators.GT, best);
    IntVector second = best.min(sum);
    best = best.max(sum);
    x = x.blend(lead, larger);
    y = y.blend(lead, larger);
    z = z.blend(lead, larger);
    number = number.blend(IntVector.fromMemorySegment(I, ALL, m + G + NUMBER, ORDER), larger);
    for (int p = 0; p < 6; p++) {
      IntVector u = IntVector.fromMemorySegment(I, ALL, m + D + p * S, ORDER);
      IntVector v = IntVector.fromMemorySegment(I, ALL, m + E + p * S, ORDER);
      IntVector w = IntVector.fromMemorySegment(I, ALL, m + G + (5 - p) * S, ORDER);
      sum =
          u.and(Integer.MAX_VALUE)
              .reinterpretAsFloats()
              .add(v.and(Integer.MAX_VALUE).reinterpretAsFloats())
              .add(w.and(Integer.MAX_VALUE).reinterpretAsFloats())
              .reinterpretAsInts();
      larger = sum.compare(VectorOperators.GT, best);
      second = second.max(best.min(sum));
      best = best.max(sum);
      x = x.blend(u, larger);
      y = y.blend(v, larger);
      z = z.blend(w, larger);
      number = number.blend(8 * p, larger);
    }
    FloatVector needed = FloatVector.fromMemorySegment(F, ALL, m + NEEDED, ORDER);
    FloatVector ahead = best.reinterpretAsFloats().sub(second.reinterpretAsFloats());
    // The other sign of a difference takes twice of it away.
    FloatVector closest =
        x.and(Integer.MAX_VALUE)
            .min(y.and(Integer.MAX_VALUE))
            .min(z.and(Integer.MAX_VALUE))
            .reinterpretAsFloats();
    // Infinities and NaN are in what is needed, and nothing is larger than they are.
    long sure =
        ahead.compare(VectorOperators.GT, needed).toLong()
            & closest.add(closest).compare(VectorOperators.GT, needed).toLong();
    number =
        number
            .or(x.lanewise(VectorOperators.LSHR, 31))
            .or(y.lanewise(VectorOperators.LSHR, 31).lanewise(VectorOperators.LSHL, 1))
            .or(z.lanewise(VectorOperators.LSHR, 31).lanewise(VectorOperators.LSHL, 2));
    IntVector.broadcast(I, NONE).blend(number, VectorMask.fromLong(I, sure)).intoArray(numbers, at);
    return sure | ~LANE_BITS;
  }
}
