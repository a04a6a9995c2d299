package org.sparse4j.mask;

import java.util.Arrays;
import java.util.Objects;

/**
 * Block sparsity: blocks of {@code height x width} positions are kept or dropped as a whole, {@code
 * count} of them in all.
 *
 * <p>Blocks start at multiples of height and width; those at the lower and right edge may be
 * smaller and count as one like any other.
 *
 * @param height rows of a block, at least 1
 * @param width columns of a block, at least 1
 * @param count blocks to keep
 * @param norm how the scores of a block become one
 */
public record BlockStructure(int height, int width, long count, Norm norm) implements Structure {

  /** How the scores s of a block become the score of the block. */
  public enum Norm {
    /** The sum of s; the L1 norm of the block where scores are magnitudes. */
    L1,
    /** The sum of {@code s |s|}; the square of the L2 norm where scores are magnitudes. */
    L2
  }

  /**
   * Creates the rule.
   *
   * @throws IllegalArgumentException if a side is below 1 or {@code count} is negative
   */
  public BlockStructure {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "BlockStructure: height (" + height + ") and width (" + width + ") must be at least 1");
    }
    if (count < 0) {
      throw new IllegalArgumentException(
          "BlockStructure: count (" + count + ") must not be negative");
    }
    Objects.requireNonNull(norm, "norm");
  }

  /**
   * Creates the rule with the L1 norm.
   *
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @param count blocks to keep
   * @throws IllegalArgumentException if a side is below 1 or {@code count} is negative
   */
  public BlockStructure(int height, int width, long count) {
    this(height, width, count, Norm.L1);
  }

  /**
   * Returns the rule that keeps {@code b - floor(sparsity * b)} of the b blocks of a matrix, with
   * the L1 norm.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @param sparsity fraction of the blocks to drop, in [0, 1]
   * @return the rule with its exact count
   * @throws IllegalArgumentException if {@code sparsity} is not in [0, 1], a size is negative or a
   *     side is below 1
   */
  public static BlockStructure ofSparsity(
      int rows, int columns, int height, int width, double sparsity) {
    Scores.requireSize("BlockStructure", rows, columns);
    Scores.requireSparsity("BlockStructure", sparsity);
    long blocks = new BlockStructure(height, width, 0).blocks(rows, columns);
    return new BlockStructure(height, width, blocks - (long) Math.floor(sparsity * blocks));
  }

  /**
   * Returns the rule with another norm.
   *
   * @param norm how the scores of a block become one
   * @return the rule with the same sides and count
   */
  public BlockStructure withNorm(Norm norm) {
    return new BlockStructure(height, width, count, norm);
  }

  /**
   * Counts the blocks of a matrix, those at the edges included.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @return {@code ceil(rows / height) * ceil(columns / width)}
   */
  public long blocks(int rows, int columns) {
    return (long) Math.ceilDiv(rows, height) * Math.ceilDiv(columns, width);
  }

  @Override
  public void check(Mask mask) {
    int across = Math.ceilDiv(mask.columns(), width);
    int[] kept = new int[across];
    long blocks = 0;
    int end;
    for (int start = 0; start < mask.rows(); start = end) {
      end = start + Math.min(height, mask.rows() - start);
      Arrays.fill(kept, 0);
      for (int i = start; i < end; i++) {
        for (int j = mask.next(i, 0); j >= 0; j = mask.next(i, j + 1)) {
          kept[j / width]++;
        }
      }
      for (int q = 0; q < across; q++) {
        long size = (long) (end - start) * Math.min(width, mask.columns() - q * width);
        if (kept[q] != 0 && kept[q] != size) {
          throw new IllegalArgumentException(
              "BlockStructure: block ("
                  + start / height
                  + ", "
                  + q
                  + ") keeps "
                  + kept[q]
                  + " of its "
                  + size
                  + " positions, the rule wants all or none");
        }
        blocks += kept[q] == 0 ? 0 : 1;
      }
    }
    if (blocks != count) {
      throw new IllegalArgumentException(
          "BlockStructure: the mask keeps " + blocks + " blocks, the rule wants " + count);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The score of a block is summed in double, row by row; the lower block is the one further up,
   * then further left. Infinities of both signs sum to NaN and count as largest.
   *
   * @throws IllegalArgumentException if the array's length does not fit, or if {@code count} is
   *     above the number of blocks
   */
  @Override
  public Mask keepLargest(int rows, int columns, float[] scores) {
    Scores.requireLength("BlockStructure", rows, columns, scores);
    if (count > blocks(rows, columns)) {
      throw new IllegalArgumentException(
          "BlockStructure: count ("
              + count
              + ") must be at most the number of blocks ("
              + blocks(rows, columns)
              + "); the matrix is "
              + rows
              + "x"
              + columns
              + ", a block "
              + height
              + "x"
              + width);
    }
    int across = Math.ceilDiv(columns, width);
    double[] sums = new double[(int) blocks(rows, columns)];
    for (int i = 0; i < rows; i++) {
      int block = i / height * across;
      for (int j = 0; j < columns; j++) {
        double score = scores[i * columns + j];
        sums[block + j / width] += norm == Norm.L1 ? score : score * Math.abs(score);
      }
    }
    long[] kept = new long[Math.ceilDiv(sums.length, 64)];
    Selection.largest(sums, 0, sums.length, (int) count, kept);
    return Mask.of(
        rows,
        columns,
        (i, j) -> {
          int block = i / height * across + j / width;
          return (kept[block >> 6] >>> block & 1) != 0;
        });
  }
}
