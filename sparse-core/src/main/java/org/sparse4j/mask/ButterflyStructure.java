package org.sparse4j.mask;

/**
 * The flat block butterfly: one fixed mask per shape, the sum of the supports of butterfly factors
 * at the granularity of blocks.
 *
 * <p>On a grid of {@code size x size} cells (i, j) is on if {@code i = j} or {@code i = j XOR 2^k}
 * for a k below {@code factors}: {@code factors + 1} cells in every row and column. Row r of the
 * matrix lies in cell row {@code floor(r * size / rows)}, columns likewise; the first {@code
 * global} rows and columns are on as a whole; then every {@code block x block} block, those at the
 * edges smaller, is kept if any position of it is on. Where {@code rows / size} and {@code columns
 * / size} are multiples of {@code block} and there is no global row, the density is {@code (factors
 * + 1) / size}.
 *
 * <p>Dao et al., Pixelated Butterfly: Simple and Efficient Sparse Training for Neural Network
 * Models, 2021 (arXiv 2112.00029), without its optional shuffle of columns.
 *
 * @param size cells along a side of the grid, a power of two, at least 2
 * @param factors butterfly factors, from 1 to log2(size)
 * @param block side of a block in positions, at least 1
 * @param global rows and columns that are kept whole, at least 0
 */
public record ButterflyStructure(int size, int factors, int block, int global)
    implements Structure {

  /**
   * Creates the rule.
   *
   * @throws IllegalArgumentException if a parameter is out of its range
   */
  public ButterflyStructure {
    if (size < 2 || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException(
          "ButterflyStructure: size (" + size + ") must be a power of two, at least 2");
    }
    int most = Integer.numberOfTrailingZeros(size);
    if (factors < 1 || factors > most) {
      throw new IllegalArgumentException(
          "ButterflyStructure: factors ("
              + factors
              + ") must be between 1 and log2(size) ("
              + most
              + ")");
    }
    if (block < 1) {
      throw new IllegalArgumentException(
          "ButterflyStructure: block (" + block + ") must be at least 1");
    }
    if (global < 0) {
      throw new IllegalArgumentException(
          "ButterflyStructure: global (" + global + ") must not be negative");
    }
  }

  /**
   * Creates the rule without global rows and columns.
   *
   * @param size cells along a side of the grid, a power of two, at least 2
   * @param factors butterfly factors, from 1 to log2(size)
   * @param block side of a block in positions, at least 1
   * @throws IllegalArgumentException if a parameter is out of its range
   */
  public ButterflyStructure(int size, int factors, int block) {
    this(size, factors, block, 0);
  }

  /**
   * Returns the mask of a shape, {@code O(rows * columns)}.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @return the mask that the rule allows
   * @throws IllegalArgumentException if a size is negative
   */
  public Mask mask(int rows, int columns) {
    Scores.requireSize("ButterflyStructure", rows, columns);
    int across = Math.ceilDiv(columns, block);
    boolean[] on = new boolean[across];
    int[] cells = new int[columns];
    for (int j = 0; j < columns; j++) {
      cells[j] = cell(j, columns);
    }
    Mask.Builder mask = Mask.builder(rows, columns);
    int end;
    for (int start = 0; start < rows; start = end) {
      end = start + Math.min(block, rows - start);
      for (int q = 0; q < across; q++) {
        on[q] = false;
      }
      for (int i = start; i < end; i++) {
        int cell = cell(i, rows);
        for (int j = 0; j < columns; j++) {
          if (i < global || j < global || on(cell, cells[j])) {
            on[j / block] = true;
          }
        }
      }
      for (int i = start; i < end; i++) {
        for (int j = 0; j < columns; j++) {
          if (on[j / block]) {
            mask.keep(i, j);
          }
        }
      }
    }
    return mask.build();
  }

  private int cell(int position, int length) {
    return (int) ((long) position * size / length);
  }

  private boolean on(int i, int j) {
    int difference = i ^ j;
    return Integer.bitCount(difference) <= 1 && difference < 1 << factors;
  }

  /** {@inheritDoc} Only {@link #mask} of its shape is accepted. */
  @Override
  public void check(Mask mask) {
    Mask wanted = mask(mask.rows(), mask.columns());
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = 0; j < mask.columns(); j++) {
        if (mask.get(i, j) != wanted.get(i, j)) {
          throw new IllegalArgumentException(
              "ButterflyStructure: position ("
                  + i
                  + ", "
                  + j
                  + ") is "
                  + (mask.get(i, j) ? "kept" : "dropped")
                  + ", the rule wants it "
                  + (mask.get(i, j) ? "dropped" : "kept")
                  + "; the mask is "
                  + mask.rows()
                  + "x"
                  + mask.columns());
        }
      }
    }
  }

  /** {@inheritDoc} The rule leaves no choice: the result is {@link #mask}, whatever the scores. */
  @Override
  public Mask keepLargest(int rows, int columns, float[] scores) {
    Scores.requireLength("ButterflyStructure", rows, columns, scores);
    return mask(rows, columns);
  }
}
