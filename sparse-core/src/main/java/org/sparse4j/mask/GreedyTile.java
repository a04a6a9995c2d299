package org.sparse4j.mask;

import java.util.Arrays;

/**
 * A tile filled by descending score with at most n positions in every row and column, then repaired
 * until no row and column are short together.
 *
 * <p>If row r and column c are both short, (r, c) is kept already: the greedy pass would have taken
 * it. Row r leaves out some column q, which is full for the same reason, and column q holds more
 * positions than c, so one of its rows, p, leaves out c: (r, q) and (p, c) replace (p, q).
 */
final class GreedyTile {

  private final int n;
  private final long[] keys;
  private final boolean[] kept;
  private final int[] rowCounts;
  private final int[] columnCounts;
  private int height;
  private int width;

  GreedyTile(int n, int rows, int columns) {
    this.n = n;
    this.keys = new long[rows * columns];
    this.kept = new boolean[rows * columns];
    this.rowCounts = new int[rows];
    this.columnCounts = new int[columns];
  }

  boolean keeps(int row, int column) {
    return kept[row * width + column];
  }

  /** Chooses for the tile of {@code height x width} at {@code scores[from]}. */
  void fill(float[] scores, int from, int stride, int height, int width) {
    this.height = height;
    this.width = width;
    int size = height * width;
    Arrays.fill(kept, false);
    Arrays.fill(rowCounts, 0);
    Arrays.fill(columnCounts, 0);
    for (int p = 0; p < size; p++) {
      keys[p] = Scores.descendingKey(scores[from + p / width * stride + p % width], p);
    }
    Arrays.sort(keys, 0, size);
    for (int k = 0; k < size; k++) {
      int p = (int) keys[k];
      if (rowCounts[p / width] < n && columnCounts[p % width] < n) {
        kept[p] = true;
        rowCounts[p / width]++;
        columnCounts[p % width]++;
      }
    }
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < width && rowCounts[r] < Math.min(n, width); c++) {
        while (rowCounts[r] < Math.min(n, width) && columnCounts[c] < Math.min(n, height)) {
          exchange(scores, from, stride, r, c);
        }
      }
    }
  }

  private void exchange(float[] scores, int from, int stride, int row, int column) {
    int bestRow = -1;
    int bestColumn = -1;
    double bestGain = 0;
    for (int q = 0; q < width; q++) {
      for (int p = 0; p < height; p++) {
        if (!kept[row * width + q] && kept[p * width + q] && !kept[p * width + column]) {
          double gain =
              (double) scores[from + row * stride + q]
                  - scores[from + p * stride + q]
                  + scores[from + p * stride + column];
          // A gain of NaN never beats another, and is as good as any where it comes first.
          if (bestRow < 0 || gain > bestGain) {
            bestRow = p;
            bestColumn = q;
            bestGain = gain;
          }
        }
      }
    }
    kept[row * width + bestColumn] = true;
    kept[bestRow * width + bestColumn] = false;
    kept[bestRow * width + column] = true;
    rowCounts[row]++;
    columnCounts[column]++;
  }
}
