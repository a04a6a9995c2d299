package org.sparse4j.format;

import org.sparse4j.mask.BlockStructure;
import org.sparse4j.mask.Mask;

/**
 * A sparse matrix that stores whole blocks (BSR or BSC), see {@link BlockPattern}.
 *
 * <p>A stored block is stored with all its elements, so its zeros are stored zeros.
 */
public final class BlockMatrix extends StoredMatrix<BlockPattern, BlockMatrix> {

  private BlockMatrix(BlockPattern pattern, Values values) {
    super("BlockMatrix", pattern, values);
  }

  /**
   * Joins a pattern and values; both are shared, nothing is copied.
   *
   * @param pattern positions
   * @param values one number a position, in pattern order; may be written by its owner afterwards
   * @return a matrix on the two
   * @throws IllegalArgumentException if the lengths differ
   */
  public static BlockMatrix of(BlockPattern pattern, Values values) {
    return new BlockMatrix(pattern, values);
  }

  /**
   * Copies the arrays of a block matrix.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param height rows of a block
   * @param width columns of a block
   * @param order order of the blocks
   * @param pointers offsets of the block rows, or of the block columns
   * @param indices block columns, or block rows, strictly ascending inside a block row (column)
   * @param values block after block, row by row inside a block; clipped blocks store what lies
   *     inside the matrix
   * @return a new matrix
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static BlockMatrix copyOf(
      int rows,
      int columns,
      int height,
      int width,
      BlockOrder order,
      int[] pointers,
      int[] indices,
      float[] values) {
    return of(
        BlockPattern.copyOf(rows, columns, height, width, order, pointers, indices),
        FloatValues.copyOf(values));
  }

  /**
   * Keeps every block that holds a number other than 0.0f, by rows.
   *
   * @param dense the matrix; not kept
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @return a new matrix
   * @throws IllegalArgumentException if a size is out of range
   */
  public static BlockMatrix fromDense(DenseMatrix dense, int height, int width) {
    return fromDense(dense, height, width, BlockOrder.ROWS);
  }

  /**
   * Keeps every block that holds a number other than 0.0f (NaN counts, -0.0f does not).
   *
   * @param dense the matrix; not kept
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @param order order of the blocks
   * @return a new matrix
   * @throws IllegalArgumentException if a size is out of range
   */
  public static BlockMatrix fromDense(DenseMatrix dense, int height, int width, BlockOrder order) {
    BlockPattern pattern = BlockPattern.of(nonZero(dense), height, width, order);
    return new BlockMatrix(pattern, gather(dense, pattern));
  }

  /**
   * Keeps the blocks of the largest magnitudes, as many as a rule says, by rows.
   *
   * @param dense the matrix; not kept
   * @param structure size and number of the blocks, and their norm
   * @return a new matrix
   * @throws IllegalArgumentException if the rule keeps more blocks than there are
   */
  public static BlockMatrix fromDense(DenseMatrix dense, BlockStructure structure) {
    Mask mask = structure.keepLargest(dense.rows(), dense.columns(), magnitudes(dense));
    return fromDense(dense, mask, structure.height(), structure.width());
  }

  /**
   * Keeps every block that a mask touches, by rows; see {@link #fromDense(DenseMatrix, Mask, int,
   * int, BlockOrder)}.
   *
   * @param dense the matrix; not kept
   * @param mask positions to keep
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @return a new matrix with {@code nnz >= mask.count()}
   * @throws IllegalArgumentException if the shapes differ or a size is out of range
   */
  public static BlockMatrix fromDense(DenseMatrix dense, Mask mask, int height, int width) {
    return fromDense(dense, mask, height, width, BlockOrder.ROWS);
  }

  /**
   * Keeps every block that a mask touches.
   *
   * <p>The mask says which numbers survive: what it drops is a stored zero where its block is kept,
   * so the dense form is that of the masked matrix.
   *
   * @param dense the matrix; not kept
   * @param mask positions to keep
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @param order order of the blocks
   * @return a new matrix with {@code nnz >= mask.count()}
   * @throws IllegalArgumentException if the shapes differ or a size is out of range
   */
  public static BlockMatrix fromDense(
      DenseMatrix dense, Mask mask, int height, int width, BlockOrder order) {
    requireShape("BlockMatrix.fromDense", dense, mask);
    BlockPattern pattern = BlockPattern.of(mask, height, width, order);
    return new BlockMatrix(pattern, gatherKept(dense, pattern, mask));
  }

  /**
   * Keeps every block in which a CSR matrix stores something; what it does not store becomes a
   * stored zero.
   *
   * @param matrix the matrix; values are copied
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @param order order of the blocks
   * @return a new matrix with float32 values and {@code nnz >= matrix.nnz()}
   * @throws IllegalArgumentException if a size is out of range
   */
  public static BlockMatrix fromCsr(CsrMatrix matrix, int height, int width, BlockOrder order) {
    BlockPattern pattern = BlockPattern.of(matrix.mask(), height, width, order);
    float[] stored = matrix.values().toFloats();
    float[] numbers = new float[(int) pattern.nnz()];
    matrix
        .pattern()
        .forEach((index, row, column) -> numbers[pattern.indexOf(row, column)] = stored[index]);
    return new BlockMatrix(pattern, FloatValues.wrap(numbers));
  }

  @Override
  public BlockMatrix withValues(Values values) {
    return of(pattern, values);
  }

  @Override
  public String format() {
    return "block";
  }

  /**
   * Returns one element; for reading and debugging.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return the stored value, or 0 where nothing is stored
   * @throws IndexOutOfBoundsException if outside
   */
  public float get(int row, int column) {
    int index = pattern.indexOf(row, column);
    return index < 0 ? 0 : values.get(index);
  }

  /**
   * Returns the same matrix with its blocks in an order, values copied as float32.
   *
   * @param order the order
   * @return a new matrix
   */
  public BlockMatrix ordered(BlockOrder order) {
    BlockPattern target = pattern.ordered(order);
    float[] stored = values.toFloats();
    float[] moved = new float[stored.length];
    int[] sources = pattern.blockSources(order);
    for (int b = 0; b < sources.length; b++) {
      int from = pattern.valueOffset(sources[b]);
      int length = pattern.valueOffset(sources[b] + 1) - from;
      System.arraycopy(stored, from, moved, target.valueOffset(b), length);
    }
    return new BlockMatrix(target, FloatValues.wrap(moved));
  }

  /**
   * Returns the transpose with copied values, as float32: blocks of width x height in the other
   * order.
   *
   * @return a new columns x rows matrix
   */
  public BlockMatrix transposed() {
    BlockPattern target = pattern.transposed();
    float[] stored = values.toFloats();
    float[] moved = new float[stored.length];
    target.forEach((index, row, column) -> moved[index] = stored[pattern.indexOf(column, row)]);
    return new BlockMatrix(target, FloatValues.wrap(moved));
  }
}
