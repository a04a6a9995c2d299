package org.sparse4j.mask;

/**
 * Transposable N:M sparsity: at most {@code n} of every {@code m} neighbouring positions are kept,
 * along the rows and along the columns, so that both W and its transpose are N:M.
 *
 * <p>Groups start at multiples of m in both directions; a matrix falls into m x m tiles, those at
 * the lower and right edge may be smaller. Hubara et al., Accelerated Sparse Neural Training, 2021
 * (arXiv 2102.08124); Hu et al., Accelerating Transformer Pre-training with 2:4 Sparsity, 2024
 * (arXiv 2404.01847).
 *
 * @param n positions kept in a group, at least 1
 * @param m positions of a group, at least n
 */
public record TransposableNm(int n, int m) implements Structure {

  /**
   * Creates the rule.
   *
   * @throws IllegalArgumentException unless {@code 1 <= n <= m}
   */
  public TransposableNm {
    if (n < 1 || n > m) {
      throw new IllegalArgumentException(
          "TransposableNm: n (" + n + ") must be between 1 and m (" + m + ")");
    }
  }

  @Override
  public void check(Mask mask) {
    checkAlong("row", mask);
    checkAlong("column", mask.transposed());
  }

  private void checkAlong(String direction, Mask mask) {
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = mask.next(i, 0); j >= 0; ) {
        int group = j / m;
        int kept = 0;
        while (j >= 0 && j / m == group) {
          kept++;
          j = mask.next(i, j + 1);
        }
        if (kept > n) {
          throw new IllegalArgumentException(
              "TransposableNm: "
                  + direction
                  + " "
                  + i
                  + ", group "
                  + group
                  + " keeps "
                  + kept
                  + " values, "
                  + this
                  + " allows "
                  + n
                  + "; apply keepLargest first");
        }
      }
    }
  }

  /**
   * Keeps large scores, exactly {@code min(r min(n, c), c min(n, r))} of a tile of r rows and c
   * columns: n of every row and column of a whole tile.
   *
   * <p>A whole 4 x 4 tile under 2:4 is solved exactly: of the 90 masks with two positions in every
   * row and column the one with the largest sum, the first of equals in the order of the product of
   * the rows, each going through 0011, 0101, 0110, 1001, 1010, 1100 (first position first) and the
   * last row fastest. NaN counts above infinity; sums are taken in double.
   *
   * <p>Any other tile is filled greedily and need not reach the largest sum: by descending score,
   * ties to the lower position of the tile, a position is kept while its row and its column have
   * room. Where that leaves row r and column c short, the exchange {@code keep (r, q), drop (p, q),
   * keep (p, c)} that gains most repairs them, the first of equals in the order of r, c, q, p.
   *
   * <p>Costs about 240 additions a 4 x 4 tile, else {@code O(m^2 log m)} a tile, and {@code O(m^2)}
   * for each repair.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param scores one score a position, row-major; not modified
   * @return a mask that {@link #check} accepts
   * @throws IllegalArgumentException if the array's length does not fit
   */
  @Override
  public Mask keepLargest(int rows, int columns, float[] scores) {
    Scores.requireLength("TransposableNm", rows, columns, scores);
    Mask.Builder mask = Mask.builder(rows, columns);
    GreedyTile greedy = new GreedyTile(n, Math.min(m, rows), Math.min(m, columns));
    ExactTile exact = new ExactTile();
    int height;
    for (int row = 0; row < rows; row += height) {
      height = Math.min(m, rows - row);
      int width;
      for (int column = 0; column < columns; column += width) {
        width = Math.min(m, columns - column);
        int from = row * columns + column;
        if (n == 2 && m == 4 && height == 4 && width == 4) {
          int bits = exact.best(scores, from, columns);
          for (int p = 0; p < 16; p++) {
            if ((bits >>> p & 1) != 0) {
              mask.keep(row + p / 4, column + p % 4);
            }
          }
        } else {
          greedy.fill(scores, from, columns, height, width);
          for (int r = 0; r < height; r++) {
            for (int c = 0; c < width; c++) {
              if (greedy.keeps(r, c)) {
                mask.keep(row + r, column + c);
              }
            }
          }
        }
      }
    }
    return mask.build();
  }

  /** Returns the rule with its direction, for example {@code 2:4 transposable}. */
  @Override
  public String toString() {
    return n + ":" + m + " transposable";
  }
}
