package org.sparse4j.structured;

import java.util.List;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.BlockPattern;
import org.sparse4j.format.FloatValues;
import org.sparse4j.mask.ButterflyStructure;

/**
 * How a layer's budget is split between a flat block butterfly and a part of low rank (Dao et al.,
 * Pixelated Butterfly, 2021, arXiv 2112.00029). The split is a rule of ours, since the published
 * code has none: a third of the density goes to the rank.
 *
 * @param rows outputs
 * @param columns inputs
 * @param block side of the hardware's block, at least 1
 * @param size blocks along a side of the butterfly, a power of two, at least 2
 * @param factors of the butterfly, 1 to log2(size)
 * @param rank of the other part, at least 0
 */
public record PixelflyBudget(int rows, int columns, int block, int size, int factors, int rank) {

  /**
   * Creates the sizes.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public PixelflyBudget {
    ComputedMatrix.requireShape("PixelflyBudget", rows, columns);
    ComputedMatrix.requireAtLeast("PixelflyBudget", "rank", rank, 0);
    new ButterflyStructure(size, factors, block);
  }

  /**
   * Splits a density: the rank is {@code b max(1, round(density / 3 * m n / ((m + n) b)))}, the
   * size the largest power of two that is at most {@code min(m, n) / b}, and the factors are as
   * many as fit into what is left, {@code (f + 1) / size <= density - r (m + n) / (m n)}.
   *
   * @param rows m, at least 1
   * @param columns n, at least 1
   * @param block b, at least 1
   * @param density parameters wanted, as a fraction of m n
   * @return the sizes
   * @throws IllegalArgumentException if not even one factor fits
   */
  public static PixelflyBudget of(int rows, int columns, int block, double density) {
    ComputedMatrix.requireAtLeast("PixelflyBudget", "rows", rows, 1);
    ComputedMatrix.requireAtLeast("PixelflyBudget", "columns", columns, 1);
    ComputedMatrix.requireAtLeast("PixelflyBudget", "block", block, 1);
    double elements = (double) rows * columns;
    double both = (double) rows + columns;
    long units = Math.max(1, Math.round(density / 3 * elements / (both * block)));
    int rank = Math.toIntExact(block * units);
    double left = density - rank * both / elements;
    int size = Integer.highestOneBit(Math.min(rows, columns) / block);
    // The margin is for densities like 0.3 that double holds a little below what was meant.
    int fitting = (int) Math.floor(left * size * (1 + 1e-12)) - 1;
    int factors = Math.min(fitting, Integer.numberOfTrailingZeros(Math.max(1, size)));
    if (factors < 1) {
      throw new IllegalArgumentException(
          "PixelflyBudget: density ("
              + density
              + ") leaves no room for a factor beside rank "
              + rank
              + "; the matrix is "
              + rows
              + "x"
              + columns
              + " with blocks of "
              + block);
    }
    return new PixelflyBudget(rows, columns, block, size, factors, rank);
  }

  /**
   * Returns the rule of the butterfly's positions.
   *
   * @return the structure
   */
  public ButterflyStructure structure() {
    return new ButterflyStructure(size, factors, block);
  }

  /**
   * Returns the parameters as a fraction of the dense matrix where block and size divide the shape.
   *
   * @return {@code (factors + 1) / size + rank (rows + columns) / (rows columns)}
   */
  public double parameterRatio() {
    return (factors + 1.0) / size + rank * ((double) rows + columns) / ((double) rows * columns);
  }

  /**
   * Draws a layer {@code (1 - gate) B + gate U V}: B, a {@link BlockMatrix}, from {@code
   * U(-1/sqrt(columns), 1/sqrt(columns))} with each row of blocks scaled by the square root of
   * blocks in all to blocks stored, U and V as {@link LowRankMatrix#random} does.
   *
   * @param gate weight of the low-rank part; the published code learns one a token, or takes 0.5
   * @param seed of the draw
   * @return a new sum
   */
  public SumMatrix random(float gate, long seed) {
    BlockPattern pattern = BlockPattern.of(structure().mask(rows, columns), block, block);
    int[] stored = new int[rows];
    int[] all = new int[rows];
    pattern.forEach((index, row, column) -> {
      boolean first = column % block == 0;
      stored[row] += first ? 1 : 0;
      all[row] = Math.ceilDiv(columns, block);
    });
    Draws draws = new Draws(seed);
    FloatValues values = draws.uniform((int) pattern.nnz(), 1 / Math.sqrt(Math.max(1, columns)));
    float[] numbers = values.array();
    pattern.forEach((index, row, column) ->
        numbers[index] *= (float) Math.sqrt((double) all[row] / stored[row]));
    return SumMatrix.of(
        List.of(
            BlockMatrix.of(pattern, values), LowRankMatrix.random(rows, columns, rank, seed + 1)),
        1 - gate,
        gate);
  }
}
