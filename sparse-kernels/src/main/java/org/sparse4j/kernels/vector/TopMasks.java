package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The mask of the {@code count} largest scores of a matrix, and the search for numbers above a
 * bound.
 *
 * <p>Digit by digit: the first pass counts all scores by their upper 11 bits, the second and third
 * look vector by vector for those that share the digits found so far, the last one compares.
 */
final class TopMasks {

  private static final VectorSpecies<Integer> I = DenseSpecies.ints();
  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int LANES = I.length();
  private static final int BINS = 2048;
  private static final int NAN = 0x7f800001;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private final int[] bins = new int[BINS];
  private int ties;

  /** Sets the words of a matrix; {@code count} is from 1 to {@code rows * columns}. */
  void keep(int count, int signs, long address, long bytes, int rows, int columns, long[] words) {
    ties = count;
    for (int i = 0; i < rows; i++) {
      countAll(address + i * bytes, columns, signs, bins);
    }
    int prefix = digit();
    for (int i = 0; i < rows; i++) {
      countSome(address + i * bytes, columns, signs, 21, prefix, 10, 2047, bins);
    }
    prefix = prefix << 11 | digit();
    for (int i = 0; i < rows; i++) {
      countSome(address + i * bytes, columns, signs, 10, prefix, 0, 1023, bins);
    }
    int rank = (prefix << 10 | digit()) ^ Integer.MIN_VALUE;
    int perRow = Math.ceilDiv(columns, 64);
    for (int i = 0; i < rows; i++) {
      ties = mark(address + i * bytes, columns, signs, rank, ties, words, i * perRow);
    }
  }

  /** The bin that holds number {@code ties} from above, which then counts inside that bin. */
  private int digit() {
    int bin = BINS - 1;
    while (bins[bin] < ties) {
      ties -= bins[bin--];
    }
    Arrays.fill(bins, 0);
    return bin;
  }

  /** A number that ascends with the score, compared unsigned. */
  private static int unsigned(long address, int signs) {
    int bits = ALL.get(INT, address & ADDRESS);
    int magnitude = Math.min(bits & Integer.MAX_VALUE, NAN);
    int sign = (bits >> 31) & signs;
    int rank = magnitude == NAN ? NAN : (magnitude ^ sign) - sign;
    return rank ^ Integer.MIN_VALUE;
  }

  private static void countAll(long row, int columns, int signs, int[] bins) {
    for (int j = 0; j < columns; j++) {
      bins[unsigned(row + 4L * j, signs) >>> 21]++;
    }
  }

  private static void countSome(
      long row, int columns, int signs, int shift, int prefix, int low, int mask, int[] bins) {
    for (int j = 0; j < columns; j += LANES) {
      IntVector bits = IntVector.fromMemorySegment(I, ALL, (row + 4L * j) & ADDRESS, ORDER);
      IntVector magnitude = bits.and(Integer.MAX_VALUE).min(NAN);
      IntVector sign = bits.lanewise(VectorOperators.ASHR, 31).and(signs);
      long found =
          magnitude
              .lanewise(VectorOperators.XOR, sign)
              .sub(sign)
              .blend(NAN, magnitude.compare(VectorOperators.EQ, NAN))
              .lanewise(VectorOperators.XOR, Integer.MIN_VALUE)
              .lanewise(VectorOperators.LSHR, shift)
              .compare(VectorOperators.EQ, prefix)
              .toLong();
      if (columns - j < LANES) {
        found &= (1L << (columns - j)) - 1;
      }
      for (; found != 0; found &= found - 1) {
        int t = j + Long.numberOfTrailingZeros(found);
        bins[(unsigned(row + 4L * t, signs) >>> low) & mask]++;
      }
    }
  }

  private static int mark(
      long row, int columns, int signs, int rank, int ties, long[] words, int at) {
    long word = 0;
    int o = at;
    int left = ties;
    for (int j = 0; j < columns; j += LANES) {
      IntVector bits = IntVector.fromMemorySegment(I, ALL, (row + 4L * j) & ADDRESS, ORDER);
      IntVector magnitude = bits.and(Integer.MAX_VALUE).min(NAN);
      IntVector sign = bits.lanewise(VectorOperators.ASHR, 31).and(signs);
      IntVector own =
          magnitude
              .lanewise(VectorOperators.XOR, sign)
              .sub(sign)
              .blend(NAN, magnitude.compare(VectorOperators.EQ, NAN));
      long kept = own.compare(VectorOperators.GT, rank).toLong();
      long equal = own.compare(VectorOperators.EQ, rank).toLong();
      if (columns - j < LANES) {
        kept &= (1L << (columns - j)) - 1;
        equal &= (1L << (columns - j)) - 1;
      }
      for (; equal != 0 && left > 0; left--) {
        kept |= equal & -equal;
        equal &= equal - 1;
      }
      word |= kept << j;
      if (((j + LANES) & 63) == 0 || j + LANES >= columns) {
        words[o++] = word;
        word = 0;
      }
    }
    return left;
  }

  /** Lists the columns j with {@code not |x_j| < bound}; returns how many. */
  static int atLeast(long row, int columns, float bound, int[] found) {
    int count = 0;
    for (int j = 0; j < columns; j += LANES) {
      long some =
          ~FloatVector.fromMemorySegment(F, ALL, (row + 4L * j) & ADDRESS, ORDER)
              .abs()
              .compare(VectorOperators.LT, bound)
              .toLong();
      some &= -1L >>> (64 - Math.min(LANES, columns - j));
      for (; some != 0; some &= some - 1) {
        found[count++] = j + Long.numberOfTrailingZeros(some);
      }
    }
    return count;
  }
}
