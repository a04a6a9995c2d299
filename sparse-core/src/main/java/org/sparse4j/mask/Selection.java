package org.sparse4j.mask;

import java.util.Arrays;
import java.util.Objects;

/**
 * Selects the best of many scores without sorting them, in the order of {@link Scores}: larger
 * first, ties to the lower position, NaN largest, 0.0 and -0.0 tie.
 *
 * <p>Stateless; arrays belong to the caller, nothing is allocated unless a method says so.
 */
public final class Selection {

  /** Up to here counting the better ones beats partitioning; n^2 / 2 comparisons. */
  static final int FEW = 16;

  private static final int SORTED_BY_INSERTION = 12;

  private Selection() {}

  /**
   * Returns a number that ascends with the score: {@code rank(a) < rank(b)} exactly if b comes
   * before a whatever their positions.
   *
   * @param score a score
   * @return the rank, above {@code Integer.MIN_VALUE + 1} and below {@code Integer.MAX_VALUE}
   */
  public static int rank(float score) {
    // + 0f turns -0.0 into 0.0; every NaN becomes the number after infinity.
    int bits = Float.floatToRawIntBits(score + 0f);
    return Float.isNaN(score) ? 0x7f800001 : bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static long rank(double score) {
    long bits = Double.doubleToLongBits(score + 0d);
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  /**
   * Moves the {@code count} smallest of {@code keys[from..to)} to the front of that range, the
   * largest of them to the last of these places, the rest in any order.
   *
   * <p>Quick selection with the median of three (Hoare, Algorithm 65: Find, 1961): O(to - from) on
   * average; after {@code 2 log2} rounds without an end it sorts what is left.
   *
   * @param keys numbers, moved within the range
   * @param from start of the range
   * @param to end of the range, exclusive
   * @param count how many are wanted, from 0 to {@code to - from}
   * @throws IllegalArgumentException if {@code count} is out of range
   * @throws IndexOutOfBoundsException if the range is not inside the array
   */
  public static void smallest(long[] keys, int from, int to, int count) {
    Objects.checkFromToIndex(from, to, keys.length);
    if (count < 0 || count > to - from) {
      throw new IllegalArgumentException(
          "Selection: count (" + count + ") must be between 0 and to - from (" + (to - from) + ")");
    }
    if (count == 0) {
      return;
    }
    int wanted = from + count - 1;
    int low = from;
    int high = to - 1;
    int rounds = 2 * (32 - Integer.numberOfLeadingZeros(to - from));
    while (high - low > SORTED_BY_INSERTION) {
      if (rounds-- == 0) {
        Arrays.sort(keys, low, high + 1);
        return;
      }
      long pivot = median(keys[low], keys[(low + high) >>> 1], keys[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] < pivot) {
          i++;
        }
        while (keys[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long key = keys[i];
          keys[i++] = keys[j];
          keys[j--] = key;
        }
      }
      if (wanted <= j) {
        high = j;
      } else if (wanted >= i) {
        low = i;
      } else {
        return;
      }
    }
    sortFew(keys, low, high);
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private static void sortFew(long[] keys, int low, int high) {
    for (int i = low + 1; i <= high; i++) {
      long key = keys[i];
      int j = i - 1;
      while (j >= low && keys[j] > key) {
        keys[j + 1] = keys[j];
        j--;
      }
      keys[j + 1] = key;
    }
  }

  /**
   * Sets the bits of the {@code count} largest of {@code scores[from..to)}, bit {@code p % 64} of
   * word {@code p / 64} for {@code scores[p]}; other bits stay.
   *
   * <p>Counts for each of up to {@value #FEW} scores how many are better; more are copied to an
   * array and selected in O(to - from).
   *
   * @param scores the scores; not modified
   * @param from start of the range
   * @param to end of the range, exclusive
   * @param count how many to keep; below 1 keeps none
   * @param bits receives the bits
   * @throws IllegalArgumentException if {@code count} is above {@code to - from}
   */
  public static void largest(double[] scores, int from, int to, int count, long[] bits) {
    if (count <= 0) {
      return;
    }
    if (to - from > FEW || count > to - from) {
      select(scores, from, to, count, bits);
      return;
    }
    boolean plain = true;
    for (int p = from; p < to; p++) {
      plain &= !Double.isNaN(scores[p]);
    }
    for (int p = from; p < to; p++) {
      int better = plain ? better(scores, from, to, p) : betterByRank(scores, from, to, p);
      if (better < count) {
        bits[p >> 6] |= 1L << p;
      }
    }
  }

  /** How many come before position p; comparisons are those of double where nothing is NaN. */
  private static int better(double[] scores, int from, int to, int p) {
    double own = scores[p];
    int better = 0;
    for (int q = from; q < p; q++) {
      better += scores[q] >= own ? 1 : 0;
    }
    for (int q = p + 1; q < to; q++) {
      better += scores[q] > own ? 1 : 0;
    }
    return better;
  }

  private static int betterByRank(double[] scores, int from, int to, int p) {
    long own = rank(scores[p]);
    int better = 0;
    for (int q = from; q < to; q++) {
      long other = rank(scores[q]);
      better += other > own || (other == own && q < p) ? 1 : 0;
    }
    return better;
  }

  private static void select(double[] scores, int from, int to, int count, long[] bits) {
    long[] keys = new long[to - from];
    for (int p = from; p < to; p++) {
      keys[p - from] = ~rank(scores[p]);
    }
    smallest(keys, 0, keys.length, count);
    long threshold = ~keys[count - 1];
    int ties = 0;
    for (int k = 0; k < count; k++) {
      ties += ~keys[k] == threshold ? 1 : 0;
    }
    for (int p = from; p < to; p++) {
      long rank = rank(scores[p]);
      if (rank > threshold || (rank == threshold && ties-- > 0)) {
        bits[p >> 6] |= 1L << p;
      }
    }
  }
}
