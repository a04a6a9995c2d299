package org.sparse4j.mask;

/** The best of the 90 masks of a 4 x 4 tile with two positions in every row and column. */
final class ExactTile {

  /** The rows 0011, 0101, 0110, 1001, 1010, 1100, written first position first; bit c is c. */
  private static final int[] ROWS = {0b1100, 0b1010, 0b0110, 0b1001, 0b0101, 0b0011};

  /** Four numbers of {@link #ROWS} a mask. */
  private static final byte[] TILES = tiles();

  private final double[] sums = new double[24];
  private final double[] upper = new double[36];
  private final int[] ranks = new int[24];

  private static byte[] tiles() {
    byte[] tiles = new byte[360];
    int at = 0;
    for (byte a = 0; a < 6; a++) {
      for (byte b = 0; b < 6; b++) {
        for (byte c = 0; c < 6; c++) {
          // The last row takes what the columns still lack, if that is one of the six.
          for (byte d = 0; d < 6; d++) {
            if (full(ROWS[a], ROWS[b], ROWS[c], ROWS[d])) {
              tiles[at++] = a;
              tiles[at++] = b;
              tiles[at++] = c;
              tiles[at++] = d;
            }
          }
        }
      }
    }
    return tiles;
  }

  /** Tells whether every column is in two of four rows: an even number, not all, not none. */
  private static boolean full(int a, int b, int c, int d) {
    return (a ^ b ^ c ^ d) == 0 && (a & b & c & d) == 0 && (a | b | c | d) == 0b1111;
  }

  /** Returns the mask of the tile at {@code scores[from]}, bit {@code 4 row + column}. */
  int best(float[] scores, int from, int stride) {
    for (int r = 0; r < 4; r++) {
      scoreRow(r, scores, from + r * stride);
    }
    int best = finite(scores, from, stride) ? bestOfFinite() : bestOfAny();
    return ROWS[TILES[best]]
        | ROWS[TILES[best + 1]] << 4
        | ROWS[TILES[best + 2]] << 8
        | ROWS[TILES[best + 3]] << 12;
  }

  private static boolean finite(float[] scores, int from, int stride) {
    boolean finite = true;
    for (int p = 0; p < 16; p++) {
      finite &= Float.isFinite(scores[from + (p >> 2) * stride + (p & 3)]);
    }
    return finite;
  }

  private int bestOfFinite() {
    for (int a = 0; a < 6; a++) {
      for (int b = 0; b < 6; b++) {
        upper[6 * a + b] = sums[a] + sums[6 + b];
      }
    }
    int best = 0;
    double bestSum = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < TILES.length; t += 4) {
      double sum =
          upper[6 * TILES[t] + TILES[t + 1]] + sums[12 + TILES[t + 2]] + sums[18 + TILES[t + 3]];
      if (sum > bestSum) {
        best = t;
        bestSum = sum;
      }
    }
    return best;
  }

  private int bestOfAny() {
    int best = 0;
    double bestSum = Double.NaN;
    int bestRank = Integer.MIN_VALUE;
    for (int t = 0; t < TILES.length; t += 4) {
      int a = TILES[t];
      int b = 6 + TILES[t + 1];
      int c = 12 + TILES[t + 2];
      int d = 18 + TILES[t + 3];
      int rank = ranks[a] + ranks[b] + ranks[c] + ranks[d];
      double sum = sums[a] + sums[b] + sums[c] + sums[d];
      if (rank > bestRank || (rank == bestRank && sum > bestSum)) {
        best = t;
        bestRank = rank;
        bestSum = sum;
      }
    }
    return best;
  }

  /**
   * Sums the two scores of each of the six row masks. What is not finite has no place in a sum of
   * double: it counts in a rank that is compared first, more NaN before more infinities before
   * fewer negative infinities, of which a tile has at most 16 each.
   */
  private void scoreRow(int row, float[] scores, int from) {
    for (int p = 0; p < 6; p++) {
      double sum = 0;
      int rank = 0;
      for (int c = 0; c < 4; c++) {
        if ((ROWS[p] >>> c & 1) != 0) {
          float score = scores[from + c];
          if (Float.isFinite(score)) {
            sum += score;
          } else {
            rank += Float.isNaN(score) ? 17 * 17 : score > 0 ? 17 : -1;
          }
        }
      }
      sums[6 * row + p] = sum;
      ranks[6 * row + p] = rank;
    }
  }
}
