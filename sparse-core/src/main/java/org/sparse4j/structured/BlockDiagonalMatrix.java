package org.sparse4j.structured;

import java.util.Arrays;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;

/**
 * A block-diagonal matrix: inputs and outputs fall into equally many contiguous groups, and each
 * group of outputs reads one group of inputs through a small matrix of its own, {@code y_k = W_k
 * x_k}.
 *
 * <p>With nb blocks a block is q x p, {@code q = ceil(rows / nb)} and {@code p = ceil(columns /
 * nb)}. Sizes that nb does not divide are padded: inputs with zeros, and outputs past the last row
 * are dropped, so that some numbers of the last blocks have no effect. It is the sparse half of
 * {@link MonarchMatrix}; {@code rows * columns / nb} parameters.
 *
 * <p>The one parameter holds the blocks one after the other, each row-major: element (i, j) of
 * block k at {@code (k q + i) p + j}.
 */
public final class BlockDiagonalMatrix extends ComputedMatrix {

  private static final String NAME = "BlockDiagonalMatrix";

  private final int blocks;
  private final FloatValues values;

  private BlockDiagonalMatrix(int rows, int columns, int blocks, FloatValues values) {
    super(rows, columns, List.of(values));
    this.blocks = blocks;
    this.values = values;
  }

  /**
   * Shares values.
   *
   * @param rows outputs
   * @param columns inputs
   * @param blocks number of blocks nb, at least 1
   * @param values {@code nb q p} numbers; kept
   * @return a matrix on the values
   * @throws IllegalArgumentException if a size or the length does not fit
   */
  public static BlockDiagonalMatrix of(int rows, int columns, int blocks, FloatValues values) {
    requireLength(NAME, "values", values, length(rows, columns, blocks), "blocks * q * p");
    return new BlockDiagonalMatrix(rows, columns, blocks, values);
  }

  private static long length(int rows, int columns, int blocks) {
    requireShape(NAME, rows, columns);
    requireAtLeast(NAME, "blocks", blocks, 1);
    // Below 2^31 + 2^31 and below 2^31: the product of three such sizes must not wrap.
    return Math.multiplyExact(
        (long) blocks * ceilDivide(rows, blocks), (long) ceilDivide(columns, blocks));
  }

  /**
   * Draws every number from {@code U(-1/sqrt(p), 1/sqrt(p))}: the bound {@code 1/sqrt(nb p)} of a
   * dense layer of the padded size, times {@code sqrt(nb)} for the inputs that a row does not read.
   *
   * @param rows outputs
   * @param columns inputs
   * @param blocks number of blocks, at least 1
   * @param seed of the draw
   * @return a new matrix
   * @throws IllegalArgumentException if a size is out of range
   */
  public static BlockDiagonalMatrix random(int rows, int columns, int blocks, long seed) {
    int length = arrayLength(NAME, rows + "x" + columns, length(rows, columns, blocks));
    double bound = 1 / Math.sqrt(Math.max(1, ceilDivide(columns, blocks)));
    return new BlockDiagonalMatrix(rows, columns, blocks, new Draws(seed).uniform(length, bound));
  }

  /**
   * Copies the diagonal blocks of a dense matrix and drops everything else: the nearest
   * block-diagonal matrix.
   *
   * @param dense the matrix; not kept
   * @param blocks number of blocks, at least 1
   * @return a new matrix; numbers without effect are 0
   * @throws IllegalArgumentException if {@code blocks} is below 1
   */
  public static BlockDiagonalMatrix fromDense(DenseMatrix dense, int blocks) {
    int rows = dense.rows();
    int columns = dense.columns();
    float[] numbers =
        new float[arrayLength(NAME, rows + "x" + columns, length(rows, columns, blocks))];
    int q = ceilDivide(rows, blocks);
    int p = ceilDivide(columns, blocks);
    for (int i = 0; i < rows; i++) {
      int start = i / q * p;
      for (int j = 0; j < p && start + j < columns; j++) {
        numbers[i * p + j] = dense.get(i, start + j);
      }
    }
    return new BlockDiagonalMatrix(rows, columns, blocks, FloatValues.wrap(numbers));
  }

  /**
   * Returns the number of blocks.
   *
   * @return nb, at least 1
   */
  public int blocks() {
    return blocks;
  }

  /**
   * Returns the rows of a block.
   *
   * @return {@code q = ceil(rows / blocks)}
   */
  public int blockRows() {
    return ceilDivide(rows(), blocks);
  }

  /**
   * Returns the columns of a block.
   *
   * @return {@code p = ceil(columns / blocks)}
   */
  public int blockColumns() {
    return ceilDivide(columns(), blocks);
  }

  /**
   * Returns the numbers of all blocks.
   *
   * @return live values, block after block, each row-major
   */
  public FloatValues values() {
    return values;
  }

  @Override
  public String format() {
    return "block-diagonal";
  }

  @Override
  public BlockDiagonalMatrix transposed() {
    int q = blockRows();
    int p = blockColumns();
    float[] from = values.array();
    float[] to = new float[from.length];
    for (int k = 0; k < blocks; k++) {
      for (int i = 0; i < q; i++) {
        for (int j = 0; j < p; j++) {
          to[(k * p + j) * q + i] = from[(k * q + i) * p + j];
        }
      }
    }
    return new BlockDiagonalMatrix(columns(), rows(), blocks, FloatValues.wrap(to));
  }

  @Override
  VectorProduct product() {
    int q = blockRows();
    int p = blockColumns();
    float[] w = values.array();
    return (x, y) -> {
      Arrays.fill(y, 0, rows(), 0);
      for (int column = 0; column < columns(); column++) {
        int first = column / p * q;
        for (int i = first; x[column] != 0 && i < Math.min(first + q, rows()); i++) {
          y[i] += w[i * p + column % p] * x[column];
        }
      }
    };
  }

  @Override
  String layout() {
    return blocks + " blocks of " + blockRows() + "x" + blockColumns();
  }
}
