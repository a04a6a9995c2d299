package org.sparse4j.mask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Grouped N:M sparsity, n:m:g: of every {@code m} neighbouring columns a row keeps n, and of the
 * {@code C(m, n) g} neighbouring rows of a chunk exactly g keep each of the C(m, n) patterns, so
 * that a kernel knows the positions of a group without reading them.
 *
 * <p>Ivanov et al., STen: Productive and Efficient Sparsity in PyTorch, 2023 (arXiv 2304.07613).
 * There the sparse dimension is the second last of a tensor and the group dimension the last; here
 * a weight matrix is outputs x inputs, products reduce over its columns, and so groups of m lie
 * along columns and chunks along rows: this is STen's rule for the transposed matrix.
 *
 * <p>A last group of {@code t < m} columns and a last chunk of fewer rows are those of a matrix
 * that is padded to whole groups and chunks: a row's pattern in the last group loses its positions
 * from t on, and a last chunk uses a pattern at most g times.
 *
 * @param n positions a row keeps in a group, at least 1
 * @param m columns of a group, at least n and at most 32
 * @param g rows of a chunk that share a pattern, at least 1; {@code C(m, n) g} is at most 32767
 */
public record GroupedNmStructure(int n, int m, int g) implements Structure {

  private static final int MOST_PATTERNS = 2048;

  /**
   * Creates the rule.
   *
   * @throws IllegalArgumentException if a parameter is out of its range, or if C(m, n) is above
   *     2048: choosing for a group scores {@code C(m, n)^2 g} pairs
   */
  public GroupedNmStructure {
    if (m > 32) {
      throw new IllegalArgumentException("GroupedNmStructure: m (" + m + ") must be at most 32");
    }
    if (n < 1 || n > m) {
      throw new IllegalArgumentException(
          "GroupedNmStructure: n (" + n + ") must be between 1 and m (" + m + ")");
    }
    long patterns = binomial(m, n);
    if (patterns > MOST_PATTERNS) {
      throw new IllegalArgumentException(
          "GroupedNmStructure: number of patterns C("
              + m
              + ", "
              + n
              + ") ("
              + patterns
              + ") must be at most "
              + MOST_PATTERNS);
    }
    if (g < 1 || patterns * g > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "GroupedNmStructure: g ("
              + g
              + ") must be between 1 and "
              + Short.MAX_VALUE / patterns
              + ", so that a chunk of C("
              + m
              + ", "
              + n
              + ") g rows has at most "
              + Short.MAX_VALUE);
    }
  }

  private static long binomial(int m, int n) {
    long result = 1;
    for (int k = 1; k <= n; k++) {
      result = result * (m - n + k) / k;
    }
    return result;
  }

  /**
   * Returns the number of patterns.
   *
   * @return C(m, n)
   */
  public int patternCount() {
    return (int) binomial(m, n);
  }

  /**
   * Returns the rows of a whole chunk.
   *
   * @return {@code C(m, n) g}
   */
  public int chunkRows() {
    return patternCount() * g;
  }

  /**
   * Returns the patterns in their order, in which neighbours differ in one position: {@code
   * order(n, m, rev) = A ++ B} with A the patterns {@code order(n, m - 1, true)}, back to front if
   * rev, and B the patterns {@code order(n - 1, m - 1, !rev)}, each with position m - 1 added;
   * {@code order(n, m, false)} is the result. For 2:4 that is (0, 1), (0, 2), (1, 2), (1, 3), (0,
   * 3), (2, 3).
   *
   * @return a new array of C(m, n) bit sets, bit c for column c of the group
   */
  public int[] patterns() {
    return order(n, m, false);
  }

  private static int[] order(int n, int m, boolean reversed) {
    if (n == 0 || n == m) {
      return new int[] {n == 0 ? 0 : -1 >>> (32 - n)};
    }
    int[] without = order(n, m - 1, true);
    int[] with = order(n - 1, m - 1, !reversed);
    int[] all = new int[without.length + with.length];
    for (int p = 0; p < without.length; p++) {
      all[p] = without[reversed ? without.length - 1 - p : p];
    }
    for (int p = 0; p < with.length; p++) {
      all[without.length + p] = with[p] | 1 << (m - 1);
    }
    return all;
  }

  @Override
  public void check(Mask mask) {
    int rows = mask.rows();
    int columns = mask.columns();
    int[] patterns = patterns();
    int end;
    for (int start = 0; start < rows; start = end) {
      end = start + Math.min(chunkRows(), rows - start);
      int size;
      for (int from = 0; from < columns; from += size) {
        size = Math.min(m, columns - from);
        checkGroup(mask, start, end, from, size, patterns);
      }
    }
  }

  private void checkGroup(Mask mask, int start, int end, int from, int size, int[] patterns) {
    // In a last group several patterns may look alike; together they take their rows.
    Map<Integer, Integer> room = new HashMap<>();
    for (int pattern : patterns) {
      room.merge(pattern & inside(size), g, Integer::sum);
    }
    Map<Integer, Integer> used = new HashMap<>();
    for (int i = start; i < end; i++) {
      int bits = bits(mask, i, from, size);
      if (!room.containsKey(bits)) {
        throw new IllegalArgumentException(
            "GroupedNmStructure: row "
                + i
                + ", group "
                + from / m
                + " keeps "
                + positions(bits)
                + ", no pattern of "
                + this
                + (size < m ? " on the " + size + " columns of the last group" : "")
                + "; apply keepLargest first");
      }
      used.merge(bits, 1, Integer::sum);
    }
    for (int pattern : patterns) {
      int bits = pattern & inside(size);
      if (used.getOrDefault(bits, 0) > room.getOrDefault(bits, 0)) {
        throw new IllegalArgumentException(
            "GroupedNmStructure: rows "
                + start
                + " to "
                + (end - 1)
                + ", group "
                + from / m
                + " keep "
                + positions(bits)
                + " "
                + used.get(bits)
                + " times, "
                + this
                + " allows "
                + room.get(bits)
                + "; apply keepLargest first");
      }
    }
  }

  private static int inside(int size) {
    return -1 >>> (32 - size);
  }

  private static int bits(Mask mask, int row, int from, int size) {
    int bits = 0;
    for (int j = mask.next(row, from); j >= 0 && j < from + size; j = mask.next(row, j + 1)) {
      bits |= 1 << (j - from);
    }
    return bits;
  }

  private static String positions(int bits) {
    List<String> positions = new ArrayList<>();
    for (int c = 0; c < 32; c++) {
      if ((bits >>> c & 1) != 0) {
        positions.add(String.valueOf(c));
      }
    }
    return "(" + String.join(", ", positions) + ")";
  }

  /**
   * Assigns patterns greedily, as STen does: of all pairs of a row of the chunk and a pattern, by
   * descending (sum of the scores the pattern keeps, row, pattern), a pair is taken while its row
   * has no pattern and its pattern fewer than g rows.
   *
   * <p>Unlike other rules, ties therefore go to the <em>higher</em> row, then the higher pattern.
   * The assignment need not be the best one, and applied again to what it kept it may choose
   * otherwise where kept scores are 0. Sums are taken in double and compared as float32; rows and
   * columns of the padding have score 0, so they rank above negative scores.
   *
   * <p>Costs {@code O(C(m, n)^2 g log(C(m, n)^2 g))} a chunk and group.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param scores one score a position, row-major; not modified
   * @return a mask that {@link #check} accepts
   * @throws IllegalArgumentException if the array's length does not fit
   */
  @Override
  public Mask keepLargest(int rows, int columns, float[] scores) {
    Scores.requireLength("GroupedNmStructure", rows, columns, scores);
    Mask.Builder mask = Mask.builder(rows, columns);
    int[] patterns = patterns();
    int chunk = chunkRows();
    long[] keys = new long[rows == 0 || columns == 0 ? 0 : chunk * patterns.length];
    for (int start = 0; start < rows; start += Math.min(chunk, rows - start)) {
      int size;
      for (int from = 0; from < columns; from += size) {
        size = Math.min(m, columns - from);
        for (int k = 0; k < chunk; k++) {
          for (int p = 0; p < patterns.length; p++) {
            double sum = 0;
            if (k < rows - start) {
              for (int left = patterns[p] & inside(size); left != 0; left &= left - 1) {
                sum += scores[(start + k) * columns + from + Integer.numberOfTrailingZeros(left)];
              }
            }
            int item = k * patterns.length + p;
            // Ascending, to be read from the back: the larger item first among equal sums.
            keys[item] = ~Scores.descendingKey((float) sum, ~item);
          }
        }
        Arrays.sort(keys);
        assign(keys, patterns, mask, start, rows, from, size);
      }
    }
    return mask.build();
  }

  private void assign(
      long[] keys, int[] patterns, Mask.Builder mask, int start, int rows, int from, int size) {
    boolean[] assigned = new boolean[chunkRows()];
    int[] used = new int[patterns.length];
    for (int at = keys.length - 1; at >= 0; at--) {
      int row = (int) keys[at] / patterns.length;
      int pattern = (int) keys[at] % patterns.length;
      if (assigned[row] || used[pattern] == g) {
        continue;
      }
      assigned[row] = true;
      used[pattern]++;
      if (row < rows - start) {
        for (int left = patterns[pattern] & inside(size); left != 0; left &= left - 1) {
          mask.keep(start + row, from + Integer.numberOfTrailingZeros(left));
        }
      }
    }
  }

  /** Returns the rule as STen writes it, for example {@code 2:4:8}. */
  @Override
  public String toString() {
    return n + ":" + m + ":" + g;
  }
}
