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
 * <p>The 90 masks fall into three kinds by what the upper two rows (choices a, b of six) keep of
 * the columns; a' is the complement of a:
 *
 * <pre>
 *   every column once   a a' over c c'                36 masks  best of 6 above plus best of 6 below
 *   one column twice    a b or b a over a' b' or b' a'  12 x 4  best of 2 above plus best of 2 below
 *   two columns twice   a a over a' a'                 6 masks
 * </pre>
 *
 * so that 36 sums and as many maxima replace 90 of each. Keys are the bits of a sum, which ascend
 * with it, with a mask's number in the lowest seven: they are at most {@code 2^-16 (1 + 1/2 + 1/8)}
 * of the sum too small.
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

  /** What the second best key must be below the best, as a share of it. */
  private static final float MARGIN = 0x1p-15f;

  /** Sums below have too few bits for a number in them. */
  private static final float SMALLEST = 0x1p-100f;

  /** The choices of a row; the complement of a is 5 - a. */
  private static final int[] ROWS = {0b1100, 0b1010, 0b0110, 0b1001, 0b0101, 0b0011};

  /** Offsets of the sums of a and b, for the 12 pairs that share one column. */
  private static final int[] FIRST = new int[12];

  private static final int[] SECOND = new int[12];

  private static final int ONE_TWICE = 64;
  private static final int TWO_TWICE = 112;

  /** No positions: lanes without a tile, or that are not sure. */
  private static final int NONE = 127;

  /** The mask of each number: four bits for each row, 16 bits apart. */
  private static final long[] MASKS = new long[128];

  static {
    int k = 0;
    for (int a = 0; a < 6; a++) {
      for (int c = 0; c < 6; c++) {
        MASKS[a + 8 * c] = mask(a, 5 - a, c, 5 - c);
      }
      for (int b = a + 1; b < 6; b++) {
        if (Integer.bitCount(ROWS[a] & ROWS[b]) == 1) {
          FIRST[k] = Math.toIntExact(a * S);
          SECOND[k] = Math.toIntExact(b * S);
          MASKS[ONE_TWICE + 4 * k] = mask(a, b, 5 - a, 5 - b);
          MASKS[ONE_TWICE + 4 * k + 1] = mask(b, a, 5 - a, 5 - b);
          MASKS[ONE_TWICE + 4 * k + 2] = mask(a, b, 5 - b, 5 - a);
          MASKS[ONE_TWICE + 4 * k + 3] = mask(b, a, 5 - b, 5 - a);
          k++;
        }
      }
      MASKS[TWO_TWICE + a] = mask(a, a, 5 - a, 5 - a);
    }
  }

  private static final VectorShuffle<Float> BY1 = DenseSpecies.swap(F, 1);
  private static final VectorShuffle<Float> BY2 = DenseSpecies.swap(F, 2);
  private static final VectorMask<Float> BIT1 = DenseSpecies.having(F, 1);
  private static final VectorMask<Float> BIT2 = DenseSpecies.having(F, 2);

  private static final long EVERY = -1L;

  private static final long LANE_BITS = -1L >>> (64 - LANES);

  private static final long SIGNS = 24 * S;
  private static final long UPPER = 28 * S;
  private static final long LOWER = 30 * S;
  private static final long BEST = 32 * S;
  private static final long STEP_BYTES = 34 * S;
  private static final long EDGE = STEPS * STEP_BYTES;

  /**
   * For each step 24 sums of two, four vectors of signs and three pairs of best and second; then
   * four rows of a step.
   */
  private final MemorySegment memory = Memory.auto().allocate(EDGE + 16L * S);

  private final int[] numbers = new int[STEPS * LANES];

  private static long mask(int a, int b, int c, int d) {
    return ROWS[a] | (long) ROWS[b] << 16 | (long) ROWS[c] << 32 | (long) ROWS[d] << 48;
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
    long sums = first;
    for (int step = 0; step < steps; step++, sums += STEP_BYTES) {
      long x = address + 4L * COLUMNS * step;
      addPairs(keep, x, sums, sums + SIGNS);
      addPairs(keep, x + bytes, sums + 6 * S, sums + SIGNS + S);
      addPairs(keep, x + 2 * bytes, sums + 12 * S, sums + SIGNS + 2 * S);
      addPairs(keep, x + 3 * bytes, sums + 18 * S, sums + SIGNS + 3 * S);
    }
    sums = first;
    for (int step = 0; step < steps; step++, sums += STEP_BYTES) {
      everyOnce(sums, 7, 1, sums + UPPER);
      everyOnce(sums + 12 * S, 63, 8, sums + LOWER);
      twoTwice(sums, sums + BEST);
    }
    sums = first;
    for (int step = 0; step < steps; step++, sums += STEP_BYTES) {
      oneTwice(sums, sums + BEST);
    }
    sums = first;
    long unsure = 0;
    for (int step = 0; step < steps; step++, sums += STEP_BYTES) {
      long sure = decide(sums, numbers, step * LANES);
      if (sure != EVERY) {
        unsure |= tilesOf(~sure) << (step * LANES);
      }
    }
    for (int step = 0; step < steps; step++) {
      for (int v = 0; v < 4; v++) {
        int bit = column + COLUMNS * step + LANES * v;
        store(masksOf(numbers, step * LANES + v), bit, words, at - (column >> 6), perRow);
      }
    }
    int all = LANES * (steps - 1) + tiles;
    return all == 64 ? unsure : unsure & ((1L << all) - 1);
  }

  /** The masks of the tiles of one vector of a row, from its first lane on. */
  private static long masksOf(int[] numbers, int first) {
    long masks = MASKS[numbers[first] & NONE];
    for (int q = 1; q < LANES / 4; q++) {
      masks |= MASKS[numbers[first + 4 * q] & NONE] << (4 * q);
    }
    return masks;
  }

  private static void store(long masks, int bit, long[] words, int at, int perRow) {
    int word = at + (bit >> 6);
    words[word] |= (masks & 0xffff) << bit;
    words[word + perRow] |= (masks >>> 16 & 0xffff) << bit;
    words[word + 2 * perRow] |= (masks >>> 32 & 0xffff) << bit;
    words[word + 3 * perRow] |= (masks >>> 48) << bit;
  }

  /** Lane {@code 4 q + v} holds tile {@code LANES / 4 v + q}. */
  private static long tilesOf(long lanes) {
    long tiles = 0;
    for (int lane = 0; lane < LANES; lane++) {
      tiles |= (lanes >>> lane & 1) << (LANES / 4 * (lane & 3) + (lane >> 2));
    }
    return tiles;
  }

  /**
   * The six sums of two of four columns: transposes 4 x 4 lanes, after which lane {@code 4 q + v}
   * has the columns {@code LANES v + 4 q} and so on.
   */
  private static void addPairs(int keep, long from, long to, long signs) {
    long x = from & ADDRESS;
    long y = to & ADDRESS;
    FloatVector r0 = IntVector.fromMemorySegment(I, ALL, x, ORDER).and(keep).reinterpretAsFloats();
    FloatVector r1 =
        IntVector.fromMemorySegment(I, ALL, x + S, ORDER).and(keep).reinterpretAsFloats();
    FloatVector r2 =
        IntVector.fromMemorySegment(I, ALL, x + 2 * S, ORDER).and(keep).reinterpretAsFloats();
    FloatVector r3 =
        IntVector.fromMemorySegment(I, ALL, x + 3 * S, ORDER).and(keep).reinterpretAsFloats();
    FloatVector s0 = r0.blend(r1.rearrange(BY1), BIT1);
    FloatVector s1 = r0.rearrange(BY1).blend(r1, BIT1);
    FloatVector s2 = r2.blend(r3.rearrange(BY1), BIT1);
    FloatVector s3 = r2.rearrange(BY1).blend(r3, BIT1);
    FloatVector a = s0.blend(s2.rearrange(BY2), BIT2);
    FloatVector b = s1.blend(s3.rearrange(BY2), BIT2);
    FloatVector c = s0.rearrange(BY2).blend(s2, BIT2);
    FloatVector d = s1.rearrange(BY2).blend(s3, BIT2);
    c.add(d).intoMemorySegment(ALL, y, ORDER);
    b.add(d).intoMemorySegment(ALL, y + S, ORDER);
    b.add(c).intoMemorySegment(ALL, y + 2 * S, ORDER);
    a.add(d).intoMemorySegment(ALL, y + 3 * S, ORDER);
    a.add(c).intoMemorySegment(ALL, y + 4 * S, ORDER);
    a.add(b).intoMemorySegment(ALL, y + 5 * S, ORDER);
    a.reinterpretAsInts()
        .or(b.reinterpretAsInts())
        .or(c.reinterpretAsInts())
        .or(d.reinterpretAsInts())
        .intoMemorySegment(ALL, signs & ADDRESS, ORDER);
  }

  /** Best and second key of the six sums of a choice and its complement. */
  private static void everyOnce(long sums, int low, int factor, long keys) {
    long x = sums & ADDRESS;
    IntVector best = IntVector.zero(I);
    IntVector second = best;
    for (int a = 0; a < 6; a++) {
      IntVector key =
          FloatVector.fromMemorySegment(F, ALL, x + a * S, ORDER)
              .add(FloatVector.fromMemorySegment(F, ALL, x + (11 - a) * S, ORDER))
              .reinterpretAsInts()
              .and(~low)
              .or(a * factor);
      second = second.max(best.min(key));
      best = best.max(key);
    }
    best.intoMemorySegment(ALL, keys & ADDRESS, ORDER);
    second.intoMemorySegment(ALL, (keys & ADDRESS) + S, ORDER);
  }

  private static void twoTwice(long sums, long keys) {
    long x = sums & ADDRESS;
    IntVector best = IntVector.zero(I);
    IntVector second = best;
    for (int a = 0; a < 6; a++) {
      FloatVector upper =
          FloatVector.fromMemorySegment(F, ALL, x + a * S, ORDER)
              .add(FloatVector.fromMemorySegment(F, ALL, x + (6 + a) * S, ORDER));
      FloatVector lower =
          FloatVector.fromMemorySegment(F, ALL, x + (17 - a) * S, ORDER)
              .add(FloatVector.fromMemorySegment(F, ALL, x + (23 - a) * S, ORDER));
      IntVector key = upper.add(lower).reinterpretAsInts().and(~127).or(TWO_TWICE + a);
      second = second.max(best.min(key));
      best = best.max(key);
    }
    best.intoMemorySegment(ALL, keys & ADDRESS, ORDER);
    second.intoMemorySegment(ALL, (keys & ADDRESS) + S, ORDER);
  }

  /** Which order won above is bit 0 of the larger sum, below bit 1. */
  private static void oneTwice(long sums, long keys) {
    long x = sums & ADDRESS;
    long y = keys & ADDRESS;
    IntVector best = IntVector.fromMemorySegment(I, ALL, y, ORDER);
    IntVector second = IntVector.fromMemorySegment(I, ALL, y + S, ORDER);
    for (int k = 0; k < 12; k++) {
      int a = FIRST[k] & 0xffff;
      int b = SECOND[k] & 0xffff;
      IntVector u =
          FloatVector.fromMemorySegment(F, ALL, x + a, ORDER)
              .add(FloatVector.fromMemorySegment(F, ALL, x + 6 * S + b, ORDER))
              .reinterpretAsInts()
              .and(~1);
      IntVector v =
          FloatVector.fromMemorySegment(F, ALL, x + b, ORDER)
              .add(FloatVector.fromMemorySegment(F, ALL, x + 6 * S + a, ORDER))
              .reinterpretAsInts()
              .or(1);
      IntVector w =
          FloatVector.fromMemorySegment(F, ALL, x + 17 * S - a, ORDER)
              .add(FloatVector.fromMemorySegment(F, ALL, x + 23 * S - b, ORDER))
              .reinterpretAsInts()
              .and(~2);
      IntVector z =
          FloatVector.fromMemorySegment(F, ALL, x + 17 * S - b, ORDER)
              .add(FloatVector.fromMemorySegment(F, ALL, x + 23 * S - a, ORDER))
              .reinterpretAsInts()
              .or(2);
      IntVector upper = u.max(v);
      IntVector lower = w.max(z);
      FloatVector above = upper.reinterpretAsFloats();
      FloatVector below = lower.reinterpretAsFloats();
      IntVector orders =
          upper.lanewise(VectorOperators.BITWISE_BLEND, lower, 2).and(3).or(ONE_TWICE + 4 * k);
      IntVector key =
          above.add(below).reinterpretAsInts().lanewise(VectorOperators.BITWISE_BLEND, orders, 127);
      IntVector other = above.add(w.min(z).reinterpretAsFloats()).reinterpretAsInts();
      IntVector another = below.add(u.min(v).reinterpretAsFloats()).reinterpretAsInts();
      second = second.max(best.min(key)).max(other.max(another));
      best = best.max(key);
    }
    best.intoMemorySegment(ALL, y, ORDER);
    second.intoMemorySegment(ALL, y + S, ORDER);
  }

  /**
   * Joins the kinds; returns the lanes that are sure, those beyond the last too, and stores the
   * numbers of their masks.
   */
  private static long decide(long memory, int[] numbers, int at) {
    long x = memory & ADDRESS;
    IntVector upper = IntVector.fromMemorySegment(I, ALL, x + UPPER, ORDER);
    IntVector lower = IntVector.fromMemorySegment(I, ALL, x + LOWER, ORDER);
    FloatVector above = upper.reinterpretAsFloats();
    FloatVector below = lower.reinterpretAsFloats();
    IntVector key =
        above.add(below).reinterpretAsInts().and(~127).or(upper.and(7).or(lower.and(56)));
    IntVector other =
        above.add(FloatVector.fromMemorySegment(F, ALL, x + LOWER + S, ORDER)).reinterpretAsInts();
    IntVector another =
        below.add(FloatVector.fromMemorySegment(F, ALL, x + UPPER + S, ORDER)).reinterpretAsInts();
    IntVector best = IntVector.fromMemorySegment(I, ALL, x + BEST, ORDER);
    IntVector second =
        IntVector.fromMemorySegment(I, ALL, x + BEST + S, ORDER)
            .max(best.min(key))
            .max(other.max(another));
    best = best.max(key);
    IntVector signs =
        IntVector.fromMemorySegment(I, ALL, x + SIGNS, ORDER)
            .or(IntVector.fromMemorySegment(I, ALL, x + SIGNS + S, ORDER))
            .or(IntVector.fromMemorySegment(I, ALL, x + SIGNS + 2 * S, ORDER))
            .or(IntVector.fromMemorySegment(I, ALL, x + SIGNS + 3 * S, ORDER));
    FloatVector largest = best.reinterpretAsFloats();
    FloatVector gap = largest.sub(second.reinterpretAsFloats());
    // Infinities and NaN make the gap NaN or infinite, both of which fail.
    long sure =
        gap.compare(VectorOperators.GT, largest.mul(MARGIN)).toLong()
            & gap.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).toLong()
            & largest.compare(VectorOperators.GT, SMALLEST).toLong()
            & signs.compare(VectorOperators.GE, 0).toLong();
    IntVector.broadcast(I, NONE)
        .blend(best.and(127), VectorMask.fromLong(I, sure))
        .intoArray(numbers, at);
    return sure | ~LANE_BITS;
  }
}
