package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * N:M masks: a lane is kept if fewer than n others of its group come before it.
 *
 * <p>Scores become integers that ascend with them (magnitudes are their own bits, NaN is the number
 * after infinity), groups are turned inside the register, and a neighbour at a lower position gets
 * 1 added, so that one comparison settles ties too. Columns beyond the last are below everything.
 */
final class NmMasks {

  private static final VectorSpecies<Integer> I = DenseSpecies.ints();
  private static final int LANES = I.length();
  private static final int NAN = 0x7f800001;
  private static final int OUTSIDE = Integer.MIN_VALUE;
  private static final IntVector INDEX = IntVector.zero(I).addIndex(1);

  private static final VectorShuffle<Integer> NEXT2 = next(2, 1);
  private static final VectorShuffle<Integer> NEXT4 = next(4, 1);
  private static final VectorShuffle<Integer> SECOND4 = next(4, 2);
  private static final VectorShuffle<Integer> THIRD4 = next(4, 3);
  private static final VectorShuffle<Integer> NEXT8 = next(8, 1);
  private static final VectorShuffle<Integer> NEXT16 = next(16, 1);

  private static final IntVector FIRST_EARLIER4 = IntVector.fromArray(I, earlier(4), LANES);
  private static final IntVector SECOND_EARLIER4 = IntVector.fromArray(I, earlier(4), 2 * LANES);
  private static final IntVector THIRD_EARLIER4 = IntVector.fromArray(I, earlier(4), 3 * LANES);
  private static final int[] EARLIER2 = earlier(2);
  private static final int[] EARLIER8 = earlier(8);
  private static final int[] EARLIER16 = earlier(16);

  private NmMasks() {}

  /** The lane d places on, cyclic in the group; of no use where a group is wider than a vector. */
  private static VectorShuffle<Integer> next(int m, int d) {
    return VectorShuffle.fromOp(I, i -> ((i & -m) | ((i + d) & (m - 1))) & (LANES - 1));
  }

  /** For every distance d a vector: 1 where the lane d places on is an earlier position. */
  private static int[] earlier(int m) {
    int[] earlier = new int[m * LANES];
    for (int d = 1; d < m; d++) {
      for (int i = 0; i < LANES; i++) {
        earlier[d * LANES + i] = ((i + d) & (m - 1)) < (i & (m - 1)) ? 1 : 0;
      }
    }
    return earlier;
  }

  /** Tells whether groups of m columns have a kernel. */
  static boolean serves(int m) {
    return (m == 2 || m == 4 || m == 8 || m == 16) && m <= LANES;
  }

  /**
   * Sets the words of a row.
   *
   * @param signs 0 to compare magnitudes, -1 to compare numbers
   */
  static void row(int n, int m, int signs, long row, int columns, long[] words, int at) {
    // Two of four is what hardware knows and most masks are: its whole words have a loop of their
    // own.
    int first = n == 2 && m == 4 ? columns & -64 : 0;
    if (signs == 0) {
      twoOfFourMagnitudes(row, first, words, at);
    } else {
      twoOfFourNumbers(row, first, words, at);
    }
    long word = 0;
    int o = at + first / 64;
    for (int j = first; j < columns; j += LANES) {
      int left = columns - j;
      long bits =
          switch (m) {
            case 2 -> keepOfTwo(n, signs, row + 4L * j, left);
            case 4 -> keepOfFour(n, signs, row + 4L * j, left);
            case 8 -> keepOfEight(n, signs, row + 4L * j, left);
            default -> keepOfSixteen(n, signs, row + 4L * j, left);
          };
      word |= (left < LANES ? bits & ((1L << left) - 1) : bits) << j;
      if (((j + LANES) & 63) == 0 || left <= LANES) {
        words[o++] = word;
        word = 0;
      }
    }
  }

  private static void twoOfFourMagnitudes(long row, int columns, long[] words, int at) {
    for (int j = 0; j < columns; j += 64) {
      long next = 0;
      long second = 0;
      for (int b = 0; b < 64; b += LANES) {
        IntVector own =
            IntVector.fromMemorySegment(I, ALL, (row + 4L * (j + b)) & ADDRESS, ORDER)
                .and(Integer.MAX_VALUE)
                .min(NAN);
        IntVector other = own.rearrange(NEXT4).add(FIRST_EARLIER4);
        next |= other.compare(VectorOperators.LE, own).toLong() << b;
        second |= own.rearrange(SECOND4).compare(VectorOperators.LE, own).toLong() << b;
      }
      words[at + (j >> 6)] = twoOfFour(next, second);
    }
  }

  private static void twoOfFourNumbers(long row, int columns, long[] words, int at) {
    for (int j = 0; j < columns; j += 64) {
      long next = 0;
      long second = 0;
      for (int b = 0; b < 64; b += LANES) {
        IntVector bits = IntVector.fromMemorySegment(I, ALL, (row + 4L * (j + b)) & ADDRESS, ORDER);
        IntVector magnitude = bits.and(Integer.MAX_VALUE).min(NAN);
        IntVector sign = bits.lanewise(VectorOperators.ASHR, 31);
        IntVector own =
            magnitude
                .lanewise(VectorOperators.XOR, sign)
                .sub(sign)
                .blend(NAN, magnitude.compare(VectorOperators.EQ, NAN));
        IntVector other = own.rearrange(NEXT4).add(FIRST_EARLIER4);
        next |= other.compare(VectorOperators.LE, own).toLong() << b;
        second |= own.rearrange(SECOND4).compare(VectorOperators.LE, own).toLong() << b;
      }
      words[at + (j >> 6)] = twoOfFour(next, second);
    }
  }

  /**
   * Two of four from two comparisons a lane instead of three, which halves the time: what a lane
   * says of its next one answers for the lane before, and what the first two lanes of a group say
   * of the last two answers for those.
   *
   * @param next lanes that come before the next one, cyclic in the group, ties settled
   * @param second lanes that are not below the second next, of use in the first two of a group
   */
  private static long twoOfFour(long next, long second) {
    long before = ~(((next << 1) & 0xeeeeeeeeeeeeeeeeL) | ((next >>> 3) & 0x1111111111111111L));
    long across = (second & 0x3333333333333333L) | ((~second << 2) & 0xccccccccccccccccL);
    return (next & across) | (before & (next | across));
  }

  private static long keepOfFour(int n, int signs, long address, int left) {
    IntVector bits = IntVector.fromMemorySegment(I, ALL, address & ADDRESS, ORDER);
    IntVector magnitude = bits.and(Integer.MAX_VALUE).min(NAN);
    IntVector sign = bits.lanewise(VectorOperators.ASHR, 31).and(signs);
    IntVector own =
        magnitude
            .lanewise(VectorOperators.XOR, sign)
            .sub(sign)
            .blend(NAN, magnitude.compare(VectorOperators.EQ, NAN))
            .blend(OUTSIDE, INDEX.compare(VectorOperators.GE, left));
    long a = own.rearrange(NEXT4).add(FIRST_EARLIER4).compare(VectorOperators.GT, own).toLong();
    long b = own.rearrange(SECOND4).add(SECOND_EARLIER4).compare(VectorOperators.GT, own).toLong();
    long c = own.rearrange(THIRD4).add(THIRD_EARLIER4).compare(VectorOperators.GT, own).toLong();
    // Masks as longs: and and or of VectorMasks ran at two thirds of the speed.
    return switch (n) {
          case 1 -> ~(a | b | c);
          case 2 -> ~((a & b) | (c & (a | b)));
          case 3 -> ~(a & b & c);
          default -> -1L >>> (64 - LANES);
        }
        & (-1L >>> (64 - LANES));
  }

  private static long keepOfTwo(int n, int signs, long address, int left) {
    IntVector bits = IntVector.fromMemorySegment(I, ALL, address & ADDRESS, ORDER);
    IntVector magnitude = bits.and(Integer.MAX_VALUE).min(NAN);
    IntVector sign = bits.lanewise(VectorOperators.ASHR, 31).and(signs);
    IntVector own =
        magnitude
            .lanewise(VectorOperators.XOR, sign)
            .sub(sign)
            .blend(NAN, magnitude.compare(VectorOperators.EQ, NAN))
            .blend(OUTSIDE, INDEX.compare(VectorOperators.GE, left));
    IntVector other = own.rearrange(NEXT2).add(IntVector.fromArray(I, EARLIER2, LANES));
    long better = other.compare(VectorOperators.GT, own).toLong();
    return (n == 1 ? ~better : -1L) & (-1L >>> (64 - LANES));
  }

  private static long keepOfEight(int n, int signs, long address, int left) {
    IntVector bits = IntVector.fromMemorySegment(I, ALL, address & ADDRESS, ORDER);
    IntVector magnitude = bits.and(Integer.MAX_VALUE).min(NAN);
    IntVector sign = bits.lanewise(VectorOperators.ASHR, 31).and(signs);
    IntVector own =
        magnitude
            .lanewise(VectorOperators.XOR, sign)
            .sub(sign)
            .blend(NAN, magnitude.compare(VectorOperators.EQ, NAN))
            .blend(OUTSIDE, INDEX.compare(VectorOperators.GE, left));
    // Written out: as a loop that carries two vectors it was at times compiled with both boxed.
    IntVector other = own.rearrange(NEXT8);
    IntVector better =
        IntVector.zero(I)
            .add(
                1,
                other
                    .add(IntVector.fromArray(I, EARLIER8, LANES))
                    .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT8);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER8, 2 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT8);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER8, 3 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT8);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER8, 4 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT8);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER8, 5 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT8);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER8, 6 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT8);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER8, 7 * LANES))
                .compare(VectorOperators.GT, own));
    return better.compare(VectorOperators.LT, n).toLong();
  }

  private static long keepOfSixteen(int n, int signs, long address, int left) {
    IntVector bits = IntVector.fromMemorySegment(I, ALL, address & ADDRESS, ORDER);
    IntVector magnitude = bits.and(Integer.MAX_VALUE).min(NAN);
    IntVector sign = bits.lanewise(VectorOperators.ASHR, 31).and(signs);
    IntVector own =
        magnitude
            .lanewise(VectorOperators.XOR, sign)
            .sub(sign)
            .blend(NAN, magnitude.compare(VectorOperators.EQ, NAN))
            .blend(OUTSIDE, INDEX.compare(VectorOperators.GE, left));
    // Written out: as a loop that carries two vectors it was at times compiled with both boxed.
    IntVector other = own.rearrange(NEXT16);
    IntVector better =
        IntVector.zero(I)
            .add(
                1,
                other
                    .add(IntVector.fromArray(I, EARLIER16, LANES))
                    .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 2 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 3 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 4 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 5 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 6 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 7 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 8 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 9 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 10 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 11 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 12 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 13 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 14 * LANES))
                .compare(VectorOperators.GT, own));
    other = other.rearrange(NEXT16);
    better =
        better.add(
            1,
            other
                .add(IntVector.fromArray(I, EARLIER16, 15 * LANES))
                .compare(VectorOperators.GT, own));
    return better.compare(VectorOperators.LT, n).toLong();
  }
}
