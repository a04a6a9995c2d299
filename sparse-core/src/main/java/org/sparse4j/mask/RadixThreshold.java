package org.sparse4j.mask;

import java.util.Arrays;

/**
 * The rank of the score that is number {@code count} in descending order, found digit by digit: two
 * of 11 bits and one of 10, so that the bins stay in the first-level cache.
 */
final class RadixThreshold {

  private static final int BINS = 2048;

  private final int[] bins = new int[BINS];
  private final int rank;
  private int ties;

  /** Finds the threshold among scores; O(n), three passes. {@code count} is from 1 to n. */
  RadixThreshold(float[] scores, int count) {
    ties = count;
    for (float score : scores) {
      bins[unsigned(score) >>> 21]++;
    }
    int prefix = digit();
    for (float score : scores) {
      int bits = unsigned(score);
      if (bits >>> 21 == prefix) {
        bins[bits >>> 10 & 2047]++;
      }
    }
    prefix = prefix << 11 | digit();
    for (float score : scores) {
      int bits = unsigned(score);
      if (bits >>> 10 == prefix) {
        bins[bits & 1023]++;
      }
    }
    rank = (prefix << 10 | digit()) ^ Integer.MIN_VALUE;
  }

  private static int unsigned(float score) {
    return Selection.rank(score) ^ Integer.MIN_VALUE;
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

  /** The rank: scores above it are among the largest. */
  int rank() {
    return rank;
  }

  /** How many scores of that very rank are among the largest, at least one. */
  int ties() {
    return ties;
  }
}
