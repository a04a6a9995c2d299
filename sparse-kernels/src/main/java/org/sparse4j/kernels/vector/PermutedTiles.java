package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code y = A x} over {@link PermutedRows}: sixteen rows at a time look up their elements of x in
 * four registers, by two permutes of two registers each and a blend.
 *
 * <p>A step of sixteen entries takes about four cycles on Zen 4, where sixteen loads of single
 * floats take as many cycles as entries and a hardware gather more.
 *
 * <p>A row's sum of a tile goes in ascending order of columns, with fused multiply-adds; of every
 * sixteen tiles the even ones are added up, then the odd ones, then both, and that to the sum so
 * far.
 */
final class PermutedTiles {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;
  private static final VectorSpecies<Short> H = ShortVector.SPECIES_256;
  private static final VectorSpecies<Byte> B = ByteVector.SPECIES_128;

  /** Whether this machine has registers for sixteen floats, and permutes them. */
  static final boolean AVAILABLE = DenseSpecies.floats().length() == PermutedRows.LANES;

  private static final int S = 64;

  /** Bytes of a tile of x. */
  private static final int TILE = 4 * PermutedRows.TILE;

  /** Where sums begin in the scratch: behind the last tile of x and a vector of zeros. */
  static final int SUMS = TILE + S;

  private PermutedTiles() {}

  /**
   * Computes the rows of some blocks.
   *
   * @param a the layout
   * @param first first block
   * @param end end of the blocks
   * @param x address of x
   * @param y address of y
   * @param scratch address of {@link PermutedRows#scratchBytes} bytes
   */
  static void multiply(PermutedRows a, int first, int end, long x, long y, long scratch) {
    int whole = a.columns / PermutedRows.TILE;
    for (int o = 0; o < SUMS; o += S) {
      FloatVector.zero(F).intoMemorySegment(ALL, (scratch & ADDRESS) + o, ORDER);
    }
    for (int c = whole * PermutedRows.TILE; c < a.columns; c++) {
      DenseMemory.set(scratch + 4L * (c - whole * PermutedRows.TILE), DenseMemory.get(x + 4L * c));
    }
    long zeros = scratch + TILE;
    for (int b = first; b < end; b++) {
      int row = a.blockStart[b];
      int rows = a.blockStart[b + 1] - row;
      long step = a.blockStep[b];
      for (int t = 0; t < a.tiles; t += PermutedRows.TILES_AT_ONCE) {
        int across = Math.min(PermutedRows.TILES_AT_ONCE, a.tiles - t);
        long sums = scratch + SUMS;
        for (int u = t; u < t + across; u++) {
          int group = a.groupStart[b * a.tiles + u];
          int groups = a.groupStart[b * a.tiles + u + 1] - group;
          long from = u < whole ? x + (long) u * TILE : scratch;
          long places = a.positions.address() + PermutedRows.LANES * step;
          long values = a.values.address() + (long) PermutedRows.LANES * a.dtype.bytes() * step;
          step +=
              switch (a.dtype) {
                case F32 -> tile(a.counts, group, groups, places, values, from, sums);
                case BF16 -> halves(a.counts, group, groups, places, values, from, sums);
                case I8 -> {
                  long scales = a.scales.address() + (long) S * group;
                  yield codes(a.counts, group, groups, places, values, scales, from, sums);
                }
              };
          sums += (long) groups * S;
        }
        sums(a.places, row * a.tiles + t * rows, across, rows, zeros, y + 4L * row, t == 0);
      }
    }
  }

  /** Computes the sums of all groups of a tile and returns their steps. */
  private static long tile(
      int[] counts, int group, int groups, long positions, long values, long x, long sums) {
    x &= ADDRESS;
    IntVector x0 = IntVector.fromMemorySegment(I, ALL, x, ORDER);
    IntVector x1 = IntVector.fromMemorySegment(I, ALL, x + S, ORDER);
    IntVector x2 = IntVector.fromMemorySegment(I, ALL, x + 2 * S, ORDER);
    IntVector x3 = IntVector.fromMemorySegment(I, ALL, x + 3 * S, ORDER);
    long steps = 0;
    for (int g = 0; g < groups; g++) {
      int n = counts[group + g];
      long p = positions & ADDRESS;
      long v = values & ADDRESS;
      FloatVector a = FloatVector.zero(F);
      for (int q = 0; q < n; q++) {
        long o = q & OFFSET;
        IntVector at =
            (IntVector)
                ByteVector.fromMemorySegment(B, ALL, p + PermutedRows.LANES * o, ORDER)
                    .convertShape(VectorOperators.B2I, I, 0);
        FloatVector w = FloatVector.fromMemorySegment(F, ALL, v + S * o, ORDER);
        a =
            at.selectFrom(x0, x1)
                .blend(at.selectFrom(x2, x3), at.compare(VectorOperators.LT, 0))
                .reinterpretAsFloats()
                .fma(w, a);
      }
      a.intoMemorySegment(ALL, (sums & ADDRESS) + S * (long) (g & OFFSET), ORDER);
      positions += PermutedRows.LANES * (long) n;
      values += S * (long) n;
      steps += n;
    }
    return steps;
  }

  /** The same with bfloat16: the upper halves of the numbers. */
  private static long halves(
      int[] counts, int group, int groups, long positions, long values, long x, long sums) {
    x &= ADDRESS;
    IntVector x0 = IntVector.fromMemorySegment(I, ALL, x, ORDER);
    IntVector x1 = IntVector.fromMemorySegment(I, ALL, x + S, ORDER);
    IntVector x2 = IntVector.fromMemorySegment(I, ALL, x + 2 * S, ORDER);
    IntVector x3 = IntVector.fromMemorySegment(I, ALL, x + 3 * S, ORDER);
    long steps = 0;
    for (int g = 0; g < groups; g++) {
      int n = counts[group + g];
      long p = positions & ADDRESS;
      long v = values & ADDRESS;
      FloatVector a = FloatVector.zero(F);
      for (int q = 0; q < n; q++) {
        long o = q & OFFSET;
        IntVector at =
            (IntVector)
                ByteVector.fromMemorySegment(B, ALL, p + PermutedRows.LANES * o, ORDER)
                    .convertShape(VectorOperators.B2I, I, 0);
        FloatVector w =
            ((IntVector)
                    ShortVector.fromMemorySegment(H, ALL, v + 2 * PermutedRows.LANES * o, ORDER)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats();
        a =
            at.selectFrom(x0, x1)
                .blend(at.selectFrom(x2, x3), at.compare(VectorOperators.LT, 0))
                .reinterpretAsFloats()
                .fma(w, a);
      }
      a.intoMemorySegment(ALL, (sums & ADDRESS) + S * (long) (g & OFFSET), ORDER);
      positions += PermutedRows.LANES * (long) n;
      values += 2 * PermutedRows.LANES * (long) n;
      steps += n;
    }
    return steps;
  }

  /** The same with bytes, and a scale for each row of a group. */
  private static long codes(
      int[] counts,
      int group,
      int groups,
      long positions,
      long values,
      long scales,
      long x,
      long sums) {
    x &= ADDRESS;
    IntVector x0 = IntVector.fromMemorySegment(I, ALL, x, ORDER);
    IntVector x1 = IntVector.fromMemorySegment(I, ALL, x + S, ORDER);
    IntVector x2 = IntVector.fromMemorySegment(I, ALL, x + 2 * S, ORDER);
    IntVector x3 = IntVector.fromMemorySegment(I, ALL, x + 3 * S, ORDER);
    long steps = 0;
    for (int g = 0; g < groups; g++) {
      int n = counts[group + g];
      long p = positions & ADDRESS;
      long v = values & ADDRESS;
      FloatVector scale =
          FloatVector.fromMemorySegment(
              F, ALL, (scales & ADDRESS) + S * (long) (g & OFFSET), ORDER);
      FloatVector a = FloatVector.zero(F);
      for (int q = 0; q < n; q++) {
        long o = q & OFFSET;
        IntVector at =
            (IntVector)
                ByteVector.fromMemorySegment(B, ALL, p + PermutedRows.LANES * o, ORDER)
                    .convertShape(VectorOperators.B2I, I, 0);
        FloatVector w =
            ((FloatVector)
                    ByteVector.fromMemorySegment(B, ALL, v + PermutedRows.LANES * o, ORDER)
                        .convertShape(VectorOperators.B2F, F, 0))
                .mul(scale);
        a =
            at.selectFrom(x0, x1)
                .blend(at.selectFrom(x2, x3), at.compare(VectorOperators.LT, 0))
                .reinterpretAsFloats()
                .fma(w, a);
      }
      a.intoMemorySegment(ALL, (sums & ADDRESS) + S * (long) (g & OFFSET), ORDER);
      positions += PermutedRows.LANES * (long) n;
      values += PermutedRows.LANES * (long) n;
      steps += n;
    }
    return steps;
  }

  /** Adds up the sums of some tiles, row by row. */
  private static void sums(
      char[] places, int at, int across, int rows, long sums, long y, boolean first) {
    sums &= ADDRESS;
    y &= ADDRESS;
    for (int i = 0; i < rows; i++) {
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      int end = at + across;
      for (; at <= end - 4; at += 4) {
        a += ALL.get(FLOAT, sums + 4L * places[at]);
        b += ALL.get(FLOAT, sums + 4L * places[at + 1]);
        c += ALL.get(FLOAT, sums + 4L * places[at + 2]);
        d += ALL.get(FLOAT, sums + 4L * places[at + 3]);
      }
      for (; at < end; at++) {
        a += ALL.get(FLOAT, sums + 4L * places[at]);
      }
      float sum = (a + b) + (c + d);
      long to = y + 4L * (i & OFFSET);
      ALL.set(FLOAT, to, first ? sum : ALL.get(FLOAT, to) + sum);
    }
  }
}
