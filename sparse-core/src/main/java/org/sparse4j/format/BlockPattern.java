package org.sparse4j.format;

import java.nio.IntBuffer;
import java.util.Locale;
import java.util.Objects;
import org.sparse4j.mask.Mask;

/**
 * Positions as blocks of {@code height x width} elements, every element of a stored block being a
 * position.
 *
 * <p>The matrix is cut into a grid; block row I starts at row {@code I * height}, block column J at
 * column {@code J * width}. Where a size does not divide the matrix, blocks at the lower or right
 * edge are clipped: they store only the elements inside. With {@link BlockOrder#ROWS} block row I
 * holds blocks {@code pointers[I]} to {@code pointers[I + 1] - 1}, {@code indices} their block
 * columns, strictly ascending; with {@link BlockOrder#COLUMNS} rows and columns change places. The
 * positions of a block are numbered row by row inside it, in either order, block after block.
 *
 * <p>Without clipped blocks these are the arrays of SciPy's {@code bsr_matrix} and of torch's BSR
 * and BSC tensors: {@code indptr} or {@code crow_indices}, {@code indices} or {@code col_indices},
 * and values of shape (blocks, height, width).
 *
 * <p>Checked once, when it is built; immutable and safe to share afterwards.
 */
public final class BlockPattern implements Pattern {

  private static final CompressedLines BY_ROWS =
      new CompressedLines(
          "BlockPattern", "pointers", "indices", "block rows", "block row", "block columns");
  private static final CompressedLines BY_COLUMNS =
      new CompressedLines(
          "BlockPattern", "pointers", "indices", "block columns", "block column", "block rows");

  private final int rows;
  private final int columns;
  private final int height;
  private final int width;
  private final BlockOrder order;

  /** The blocks as positions of a grid: block rows x block columns by ROWS, else transposed. */
  private final CsrPattern blocks;

  /** Where each block's positions start; empty if no block is clipped: then it is a product. */
  private final int[] offsets;

  private BlockPattern(
      int rows, int columns, int height, int width, BlockOrder order, CsrPattern blocks) {
    this.rows = rows;
    this.columns = columns;
    this.height = height;
    this.width = width;
    this.order = order;
    this.blocks = blocks;
    boolean whole = rows % height == 0 && columns % width == 0;
    this.offsets = whole ? new int[0] : new int[(int) blocks.nnz() + 1];
    countPositions(whole);
  }

  private void countPositions(boolean whole) {
    long[] total = {0};
    if (whole) {
      total[0] = blocks.nnz() * height * width;
    } else {
      blocks.forEach((block, line, index) -> {
        boolean byRows = order == BlockOrder.ROWS;
        total[0] += (long) height(byRows ? line : index) * width(byRows ? index : line);
        offsets[block + 1] = (int) total[0];
      });
    }
    if (total[0] > CsrPattern.LONGEST_ARRAY) {
      throw new IllegalArgumentException(
          "BlockPattern: "
              + blocks.nnz()
              + " blocks of "
              + height
              + "x"
              + width
              + " are "
              + total[0]
              + " positions, an array holds "
              + CsrPattern.LONGEST_ARRAY);
    }
  }

  /**
   * Copies and checks the arrays of a block matrix.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @param order order of the blocks
   * @param pointers offsets of the block rows ({@link BlockOrder#ROWS}) or block columns, the first
   *     0, ascending, the last the number of blocks; not kept
   * @param indices block column (or block row) of each block, strictly ascending inside a block row
   *     (or block column); not kept
   * @return a new pattern
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static BlockPattern copyOf(
      int rows,
      int columns,
      int height,
      int width,
      BlockOrder order,
      int[] pointers,
      int[] indices) {
    // Copied before the check: a caller that still writes must not get past it.
    int[] starts = pointers.clone();
    int[] entries = indices.clone();
    checkSizes(rows, columns, height, width);
    int down = blocks(rows, height);
    int across = blocks(columns, width);
    CsrPattern blocks =
        switch (Objects.requireNonNull(order, "order")) {
          case ROWS -> {
            BY_ROWS.check(down, across, starts, entries);
            yield CsrPattern.trusted(down, across, starts, entries);
          }
          case COLUMNS -> {
            BY_COLUMNS.check(across, down, starts, entries);
            yield CsrPattern.trusted(across, down, starts, entries);
          }
        };
    return new BlockPattern(rows, columns, height, width, order, blocks);
  }

  private static void checkSizes(int rows, int columns, int height, int width) {
    CsrPattern.checkSize("BlockPattern", rows, columns);
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "BlockPattern: height (" + height + ") and width (" + width + ") must be at least 1");
    }
  }

  private static int blocks(int size, int of) {
    return size / of + (size % of == 0 ? 0 : 1);
  }

  /**
   * Stores every block that a mask touches, by rows.
   *
   * @param mask positions that must be stored
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @return a new pattern with {@code nnz >= mask.count()}
   * @throws IllegalArgumentException if a size is out of range or the blocks hold more positions
   *     than an array
   */
  public static BlockPattern of(Mask mask, int height, int width) {
    return of(mask, height, width, BlockOrder.ROWS);
  }

  /**
   * Stores every block that a mask touches.
   *
   * @param mask positions that must be stored
   * @param height rows of a block, at least 1
   * @param width columns of a block, at least 1
   * @param order order of the blocks
   * @return a new pattern with {@code nnz >= mask.count()}
   * @throws IllegalArgumentException if a size is out of range or the blocks hold more positions
   *     than an array
   */
  public static BlockPattern of(Mask mask, int height, int width, BlockOrder order) {
    Objects.requireNonNull(order, "order");
    checkSizes(mask.rows(), mask.columns(), height, width);
    Mask.Builder touched = Mask.builder(blocks(mask.rows(), height), blocks(mask.columns(), width));
    for (int i = 0; i < mask.rows(); i++) {
      int j = mask.next(i, 0);
      while (j >= 0) {
        int block = j / width;
        touched.keep(i / height, block);
        // On to the next block: once touched, it does not matter how much of it is kept.
        long next = (block + 1L) * width;
        j = next < mask.columns() ? mask.next(i, (int) next) : -1;
      }
    }
    CsrPattern byRows = CsrPattern.of(touched.build());
    return new BlockPattern(
        mask.rows(),
        mask.columns(),
        height,
        width,
        order,
        order == BlockOrder.ROWS ? byRows : byRows.transposed().pattern());
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long nnz() {
    return valueOffset(blockCount());
  }

  /**
   * Returns the rows of a block that is not clipped.
   *
   * @return at least 1
   */
  public int blockHeight() {
    return height;
  }

  /**
   * Returns the columns of a block that is not clipped.
   *
   * @return at least 1
   */
  public int blockWidth() {
    return width;
  }

  /**
   * Returns the order of the blocks.
   *
   * @return by rows or by columns
   */
  public BlockOrder order() {
    return order;
  }

  /**
   * Returns the number of block rows of the grid.
   *
   * @return {@code ceil(rows / blockHeight)}
   */
  public int blockRows() {
    return order == BlockOrder.ROWS ? blocks.rows() : blocks.columns();
  }

  /**
   * Returns the number of block columns of the grid.
   *
   * @return {@code ceil(columns / blockWidth)}
   */
  public int blockColumns() {
    return order == BlockOrder.ROWS ? blocks.columns() : blocks.rows();
  }

  /**
   * Returns the number of stored blocks.
   *
   * @return clipped blocks included
   */
  public int blockCount() {
    return (int) blocks.nnz();
  }

  /**
   * Returns the rows that blocks of a block row have.
   *
   * @param blockRow block row, from 0
   * @return {@code blockHeight()}, or less for the last block row
   * @throws IndexOutOfBoundsException if outside
   */
  public int height(int blockRow) {
    return Math.min(height, rows - Objects.checkIndex(blockRow, blockRows()) * height);
  }

  /**
   * Returns the columns that blocks of a block column have.
   *
   * @param blockColumn block column, from 0
   * @return {@code blockWidth()}, or less for the last block column
   * @throws IndexOutOfBoundsException if outside
   */
  public int width(int blockColumn) {
    return Math.min(width, columns - Objects.checkIndex(blockColumn, blockColumns()) * width);
  }

  /**
   * Returns the offsets of the block rows, or of the block columns where blocks go by columns.
   *
   * @return one offset more than there are, read-only; bulk {@code get} copies them out
   */
  public IntBuffer pointers() {
    return blocks.rowPointers();
  }

  /**
   * Returns the block columns of all stored blocks, or the block rows where blocks go by columns.
   *
   * @return {@code blockCount()} indices, read-only; bulk {@code get} copies them out
   */
  public IntBuffer indices() {
    return blocks.columnIndices();
  }

  /**
   * Returns the number of a block's first position.
   *
   * @param block block in pattern order, from 0; {@code blockCount()} gives nnz
   * @return {@code block * blockHeight * blockWidth} unless blocks are clipped
   * @throws IndexOutOfBoundsException if outside
   */
  public int valueOffset(int block) {
    Objects.checkIndex(block, blockCount() + 1);
    return offsets.length == 0 ? block * height * width : offsets[block];
  }

  /**
   * Finds a position.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return its number in pattern order, or -1 if it is not stored
   * @throws IndexOutOfBoundsException if outside the matrix
   */
  public int indexOf(int row, int column) {
    int down = Objects.checkIndex(row, rows) / height;
    int across = Objects.checkIndex(column, columns) / width;
    int block =
        order == BlockOrder.ROWS ? blocks.indexOf(down, across) : blocks.indexOf(across, down);
    return block < 0 ? -1 : valueOffset(block) + row % height * width(across) + column % width;
  }

  /** Visits block after block, row by row inside a block. */
  @Override
  public void forEach(Visitor visitor) {
    blocks.forEach((block, line, index) -> {
      int down = order == BlockOrder.ROWS ? line : index;
      int across = order == BlockOrder.ROWS ? index : line;
      int k = valueOffset(block);
      for (int i = down * height, endRow = i + height(down); i < endRow; i++) {
        for (int j = across * width, end = j + width(across); j < end; j++) {
          visitor.visit(k++, i, j);
        }
      }
    });
  }

  /** {@inheritDoc} O(nnz) here. */
  @Override
  public CsrOrder csrOrder() {
    CsrOrder byRows = byRows();
    CsrPattern grid = byRows.pattern();
    IntBuffer across = grid.columnIndices();
    IntBuffer numbers = byRows.sources();
    int[] rowPointers = new int[rows + 1];
    int[] columnIndices = new int[(int) nnz()];
    int[] sources = new int[columnIndices.length];
    int k = 0;
    for (int i = 0; i < rows; i++) {
      int down = i / height;
      for (int b = grid.rowStart(down); b < grid.rowStart(down + 1); b++) {
        int size = width(across.get(b));
        int from = valueOffset(numbers.get(b)) + i % height * size;
        for (int c = 0; c < size; c++) {
          columnIndices[k] = across.get(b) * width + c;
          sources[k++] = from + c;
        }
      }
      rowPointers[i + 1] = k;
    }
    return new CsrOrder(
        CsrPattern.trusted(rows, columns, rowPointers, columnIndices),
        IntBuffer.wrap(sources).asReadOnlyBuffer());
  }

  private CsrOrder byRows() {
    return order == BlockOrder.ROWS ? CsrOrder.identity(blocks) : blocks.transposed();
  }

  /**
   * Returns the same positions with blocks in another order; made on first use, O(blocks).
   *
   * @param wanted the order
   * @return this pattern if it has that order already
   */
  public BlockPattern ordered(BlockOrder wanted) {
    return Objects.requireNonNull(wanted, "wanted") == order
        ? this
        : new BlockPattern(rows, columns, height, width, wanted, blocks.transposed().pattern());
  }

  /** Says which block here each block of {@code ordered(wanted)} is. */
  int[] blockSources(BlockOrder wanted) {
    CsrOrder reordered = wanted == order ? CsrOrder.identity(blocks) : blocks.transposed();
    int[] sources = new int[blockCount()];
    reordered.sources().get(sources);
    return sources;
  }

  /**
   * Returns the transposed pattern: blocks of width x height in the other order, so that block b
   * there is block b here.
   *
   * @return a columns x rows pattern that shares the arrays of this one
   */
  public BlockPattern transposed() {
    return new BlockPattern(
        columns,
        rows,
        width,
        height,
        order == BlockOrder.ROWS ? BlockOrder.COLUMNS : BlockOrder.ROWS,
        blocks);
  }

  /**
   * Returns the bytes of pointers and indices, and of the offsets where blocks are clipped.
   *
   * @return {@code 4 * (blockRows + 1 + blocks)}, more where a size does not divide the matrix
   */
  @Override
  public long bytes() {
    return blocks.bytes() + 4L * offsets.length;
  }

  /**
   * Returns the blocks.
   *
   * @return {@code blockCount + 1} offsets
   */
  @Override
  public int[] valueGroups() {
    int[] starts = new int[blockCount() + 1];
    for (int b = 0; b < starts.length; b++) {
      starts[b] = valueOffset(b);
    }
    return starts;
  }

  /** Compares shapes, order and positions. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof BlockPattern pattern
            && rows == pattern.rows
            && columns == pattern.columns
            && height == pattern.height
            && width == pattern.width
            && order == pattern.order
            && blocks.equals(pattern.blocks));
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hash(rows, columns, height, width, order) + blocks.hashCode();
  }

  /** Returns shape, nnz, number and size of the blocks, and their order. */
  @Override
  public String toString() {
    return rows
        + "x"
        + columns
        + " block (nnz "
        + nnz()
        + ", "
        + blockCount()
        + " blocks of "
        + height
        + "x"
        + width
        + " by "
        + order.name().toLowerCase(Locale.ROOT)
        + ")";
  }
}
