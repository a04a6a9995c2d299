package org.sparse4j.kernels.scalar;

import java.util.Arrays;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.operation.GroupSampling;

/**
 * Samples groups of rows; scratch for one thread. Vector kernels do the same operations in the same
 * order, so results are equal.
 */
public final class GroupSampler {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final double[] EMPTY = {};

  private float[] row = new float[0];
  private double[] magnitudes = EMPTY;
  private double[] chances = EMPTY;
  private final int[] order = new int[4];
  private final double[] pairs = new double[5];

  /** Creates empty scratch. */
  public GroupSampler() {}

  /**
   * Samples some rows.
   *
   * @param sampling which probabilities
   * @param seed of all random numbers
   * @param x the numbers
   * @param from first row
   * @param to row after the last
   * @param y receives the rows
   */
  public void sample(
      GroupSampling sampling, long seed, DenseMatrix x, int from, int to, DenseMatrix y) {
    int columns = x.columns();
    int m = sampling.m();
    if (row.length < columns + m) {
      row = new float[columns + m];
    }
    if (magnitudes.length < m) {
      magnitudes = new double[m];
      chances = new double[m];
    }
    long perRow = Math.ceilDiv(columns, m);
    for (int i = from; i < to; i++) {
      // The last group is filled up with zeros, which are never drawn.
      Arrays.fill(row, columns, columns + m, 0);
      x.getRow(i, row, 0);
      for (int q = 0; q < perRow; q++) {
        group(sampling, seed, i * perRow + q, q * m);
      }
      y.setRow(i, row, 0);
    }
  }

  private void group(GroupSampling sampling, long seed, long group, int at) {
    int n = sampling.n();
    int m = sampling.m();
    double sum = 0;
    int some = 0;
    for (int t = 0; t < m; t++) {
      magnitudes[t] = Math.abs(row[at + t]);
      sum += magnitudes[t];
      some += magnitudes[t] == 0 ? 0 : 1;
    }
    if (!(sum < Double.POSITIVE_INFINITY)) {
      Arrays.fill(row, at, at + m, Float.NaN);
    } else if (some > n) {
      if (sampling.method() == GroupSampling.Method.TWO_DRAWS) {
        twoDraws(uniform(seed, 2 * group), uniform(seed, 2 * group + 1), m, sum, at);
      } else if (n == 2 && m == 4) {
        pair(uniform(seed, group), sum, at);
      } else {
        systematic(uniform(seed, group), n, m, sum, at);
      }
    }
    // Up to n numbers that are not zero are all certain to be kept, as they are.
  }

  /** The pair probabilities of 2:4 with a1 <= a2 <= a3 <= a4; pair (1, 2) is never drawn. */
  private void pair(double u, double sum, int at) {
    sortFour();
    double a1 = magnitudes[order[0]];
    double a2 = magnitudes[order[1]];
    double a3 = magnitudes[order[2]];
    double a4 = magnitudes[order[3]];
    double rest = a1 + a2 + a3;
    pairChances(a1, a2, a3, a4, pairs);
    // In the order 13, 14, 23, 24, 34.
    int pair = 0;
    double below = pairs[0];
    while (pair < 4 && u >= below) {
      pair++;
      below += pairs[pair];
    }
    int low = order[pair < 2 ? 0 : pair < 4 ? 1 : 2];
    int high = order[pair == 0 || pair == 2 ? 2 : 3];
    // x / p is s / 2 where p = 2 a / s; else the largest is certain and the others share the rest.
    boolean certain = 2 * a4 > sum;
    for (int t = 0; t < 4; t++) {
      float value = row[at + t];
      if (t != low && t != high) {
        row[at + t] = 0;
      } else if (!certain) {
        row[at + t] = signed(sum / 2, value);
      } else if (t != order[3]) {
        row[at + t] = signed(rest, value);
      }
    }
  }

  private static float signed(double magnitude, float sign) {
    return sign == 0 ? 0 : Math.copySign((float) magnitude, sign);
  }

  private void sortFour() {
    for (int t = 0; t < 4; t++) {
      int k = t;
      while (k > 0 && magnitudes[order[k - 1]] > magnitudes[t]) {
        order[k] = order[k - 1];
        k--;
      }
      order[k] = t;
    }
  }

  /** Chances of the pairs 13, 14, 23, 24, 34 of ascending magnitudes that are not all zero. */
  static void pairChances(double a1, double a2, double a3, double a4, double[] chances) {
    double s = a1 + a2 + a3 + a4;
    double rest = a1 + a2 + a3;
    if (2 * a1 + a3 - a4 > 0) {
      chances[0] = (2 * a1 + a3 - a4) / (2 * s);
      chances[1] = (2 * a1 - a3 + a4) / (2 * s);
      chances[2] = (2 * a2 + a3 - a4) / (2 * s);
      chances[3] = (2 * a2 - a3 + a4) / (2 * s);
      chances[4] = (a3 + a4 - a1 - a2) / s;
    } else if (rest - a4 > 0) {
      chances[0] = 0;
      chances[1] = 2 * a1 / s;
      chances[2] = (rest - a4) / s;
      chances[3] = (a2 + a4 - a1 - a3) / s;
      chances[4] = (a3 + a4 - a1 - a2) / s;
    } else {
      chances[0] = 0;
      chances[1] = a1 / rest;
      chances[2] = 0;
      chances[3] = a2 / rest;
      chances[4] = a3 / rest;
    }
  }

  private void twoDraws(double u, double v, int m, double sum, int at) {
    int first = drawn(u * sum, -1, m);
    int second = drawn(v * without(first, m), first, m);
    double p = drawChance(magnitudes, m, first);
    double q = drawChance(magnitudes, m, second);
    for (int t = 0; t < m; t++) {
      row[at + t] =
          t == first ? (float) (row[at + t] / p) : t == second ? (float) (row[at + t] / q) : 0;
    }
  }

  /** The position at which the magnitudes, one left out, sum up to more than {@code below}. */
  private int drawn(double below, int left, int m) {
    int last = -1;
    double sum = 0;
    for (int t = 0; t < m; t++) {
      if (t != left && magnitudes[t] > 0) {
        last = t;
        sum += magnitudes[t];
        if (below < sum) {
          return t;
        }
      }
    }
    // Rounding: what is drawn is never zero.
    return last;
  }

  private double without(int left, int m) {
    double sum = 0;
    for (int t = 0; t < m; t++) {
      sum += t == left ? 0 : magnitudes[t];
    }
    return sum;
  }

  /** The chance of i in two draws: {@code a_i / s + sum_j (a_j / s) a_i / (s - a_j)}. */
  static double drawChance(double[] a, int m, int i) {
    double s = 0;
    for (int t = 0; t < m; t++) {
      s += a[t];
    }
    double chance = a[i] / s;
    for (int j = 0; j < m; j++) {
      double others = 0;
      for (int t = 0; t < m; t++) {
        // Not s - a_j, which loses all digits where a_j is nearly everything.
        others += t == j ? 0 : a[t];
      }
      if (j != i && a[j] > 0) {
        chance += a[j] / s * (a[i] / others);
      }
    }
    return chance;
  }

  /** More than n numbers are not zero. */
  private void systematic(double u, int n, int m, double sum, int at) {
    int left = n;
    double rest = sum;
    Arrays.fill(chances, 0, m, 0);
    while (left > 0) {
      int largest = -1;
      for (int t = 0; t < m; t++) {
        if (chances[t] == 0 && (largest < 0 || magnitudes[t] > magnitudes[largest])) {
          largest = t;
        }
      }
      if (left * magnitudes[largest] < rest) {
        break;
      }
      chances[largest] = 1;
      left--;
      rest = 0;
      for (int t = 0; t < m; t++) {
        rest += chances[t] == 1 ? 0 : magnitudes[t];
      }
    }
    double sumOfChances = u;
    int taken = 0;
    for (int t = 0; t < m; t++) {
      if (chances[t] == 1) {
        continue;
      }
      double before = Math.floor(sumOfChances);
      sumOfChances += left == 0 ? 0 : left * (magnitudes[t] / rest);
      // Rounding must not keep more than is left.
      boolean kept = Math.floor(sumOfChances) > before && taken < left;
      taken += kept ? 1 : 0;
      row[at + t] = kept ? signed(rest / left, row[at + t]) : 0;
    }
  }

  /**
   * The random number of a group: depends on nothing else, so that any order of groups will do.
   *
   * @param seed of all random numbers
   * @param index of the number
   * @return a multiple of 2^-53 in [0, 1)
   */
  public static double uniform(long seed, long index) {
    long z = seed + GOLDEN * (index + 1);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1p-53;
  }
}
