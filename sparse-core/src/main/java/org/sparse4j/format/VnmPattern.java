package org.sparse4j.format;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.VnmStructure;

/**
 * V:N:M positions: blocks of v neighbouring rows share which n of every m neighbouring columns they
 * store, so a kernel loads an input once for v outputs.
 *
 * <p>Blocks start at multiples of v, the last may have fewer rows; groups start at multiples of m,
 * a last group of {@code t < m} columns stores {@code min(n, t)}. {@link #keptColumns()} lists the
 * columns of each block, ascending, the same number for all.
 *
 * <p>Pattern order goes block by block, in a block kept column by kept column, and in a column row
 * by row: with k kept columns a block, h rows in block b, position {@code b * v * k + c * h + r} is
 * row {@code b * v + r} of kept column c. So a kernel reads the v values of an input one after the
 * other.
 *
 * <p>Checked once, when it is built; immutable and safe to share afterwards.
 */
public final class VnmPattern implements Pattern {

  private final int rows;
  private final int columns;
  private final VnmStructure structure;
  private final int perBlock;
  private final int[] keptColumns;

  private VnmPattern(int rows, int columns, VnmStructure structure, int[] keptColumns) {
    this.rows = rows;
    this.columns = columns;
    this.structure = structure;
    this.perBlock = perBlock(columns, structure);
    this.keptColumns = keptColumns;
  }

  private static int perBlock(int columns, VnmStructure structure) {
    int m = structure.m();
    return columns / m * structure.n() + Math.min(structure.n(), columns % m);
  }

  private static void checkSizes(int rows, int columns, VnmStructure structure) {
    CsrPattern.checkSize("VnmPattern", rows, columns);
    long nnz = (long) rows * perBlock(columns, structure);
    if (nnz > CsrPattern.LONGEST_ARRAY) {
      throw new IllegalArgumentException(
          "VnmPattern: "
              + rows
              + "x"
              + columns
              + " at "
              + structure
              + " stores "
              + nnz
              + " positions, an array holds "
              + CsrPattern.LONGEST_ARRAY);
    }
  }

  /**
   * Copies and checks kept columns.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param structure the rule
   * @param keptColumns for each block of rows the columns it stores, ascending, {@code min(n, t)}
   *     of every group of t columns; not kept
   * @return a new pattern
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static VnmPattern copyOf(
      int rows, int columns, VnmStructure structure, int[] keptColumns) {
    // Copied before the check: a caller that still writes must not get past it.
    int[] kept = keptColumns.clone();
    checkSizes(rows, columns, structure);
    int blocks = Math.ceilDiv(rows, structure.v());
    long length = (long) blocks * perBlock(columns, structure);
    if (kept.length != length) {
      throw new IllegalArgumentException(
          "VnmPattern: length of keptColumns ("
              + kept.length
              + ") must be "
              + length
              + " for "
              + rows
              + "x"
              + columns
              + " at "
              + structure);
    }
    VnmPattern pattern = new VnmPattern(rows, columns, structure, kept);
    pattern.check();
    return pattern;
  }

  private void check() {
    int m = structure.m();
    for (int k = 0; k < keptColumns.length; k++) {
      int group = k % perBlock / structure.n();
      int from = group * m;
      int to = from + Math.min(m, columns - from);
      int column = keptColumns[k];
      if (column < from || column >= to) {
        refuse(k, "is not in its group, columns " + from + " to " + (to - 1));
      }
      if (k % perBlock % structure.n() != 0 && column <= keptColumns[k - 1]) {
        refuse(k, "is not above its predecessor " + keptColumns[k - 1]);
      }
    }
  }

  private void refuse(int k, String finding) {
    throw new IllegalArgumentException(
        "VnmPattern: keptColumns["
            + k
            + "] = "
            + keptColumns[k]
            + " "
            + finding
            + " (block "
            + k / perBlock
            + ")");
  }

  /**
   * Builds the pattern of a mask: a block stores the columns that any of its rows keeps, and a
   * group with fewer than the rule stores is filled with its lowest columns that are free.
   *
   * @param mask kept positions
   * @param structure the rule
   * @return a new pattern with {@code nnz >= mask.count()}
   * @throws IllegalArgumentException naming the first group of the mask whose rows keep too many
   *     columns
   */
  public static VnmPattern of(Mask mask, VnmStructure structure) {
    int rows = mask.rows();
    int columns = mask.columns();
    checkSizes(rows, columns, structure);
    structure.check(mask);
    int[] kept = new int[Math.ceilDiv(rows, structure.v()) * perBlock(columns, structure)];
    boolean[] used = new boolean[columns];
    int at = 0;
    int end;
    for (int start = 0; start < rows; start = end) {
      end = start + Math.min(structure.v(), rows - start);
      Arrays.fill(used, false);
      for (int i = start; i < end; i++) {
        for (int j = mask.next(i, 0); j >= 0; j = mask.next(i, j + 1)) {
          used[j] = true;
        }
      }
      fill(used, structure);
      for (int j = 0; j < columns; j++) {
        if (used[j]) {
          kept[at++] = j;
        }
      }
    }
    return new VnmPattern(rows, columns, structure, kept);
  }

  private static void fill(boolean[] used, VnmStructure structure) {
    int size;
    for (int from = 0; from < used.length; from += size) {
      size = Math.min(structure.m(), used.length - from);
      int missing = Math.min(structure.n(), size);
      for (int j = from; j < from + size; j++) {
        missing -= used[j] ? 1 : 0;
      }
      for (int j = from; missing > 0; j++) {
        if (!used[j]) {
          used[j] = true;
          missing--;
        }
      }
    }
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
    return (long) rows * perBlock;
  }

  /**
   * Returns the rule.
   *
   * @return v, n and m
   */
  public VnmStructure structure() {
    return structure;
  }

  /**
   * Returns the number of blocks of rows.
   *
   * @return {@code ceil(rows / v)}
   */
  public int blocks() {
    return Math.ceilDiv(rows, structure.v());
  }

  /**
   * Returns the columns that a block stores, the same number for every block.
   *
   * @return {@code floor(columns / m) * n + min(n, columns mod m)}
   */
  public int columnsPerBlock() {
    return perBlock;
  }

  /**
   * Returns the columns of all blocks, block after block, ascending inside a block.
   *
   * @return {@code blocks() * columnsPerBlock()} columns, read-only; bulk {@code get} copies them
   *     out
   */
  public IntBuffer keptColumns() {
    return IntBuffer.wrap(keptColumns).asReadOnlyBuffer();
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
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    int block = row / structure.v();
    int from = block * perBlock;
    int found = Arrays.binarySearch(keptColumns, from, from + perBlock, column);
    if (found < 0) {
      return -1;
    }
    int top = block * structure.v();
    return top * perBlock + (found - from) * height(top) + row - top;
  }

  /** Returns the rows of the block that starts at row {@code top}. */
  private int height(int top) {
    return Math.min(structure.v(), rows - top);
  }

  @Override
  public void forEach(Visitor visitor) {
    int k = 0;
    int height;
    for (int top = 0, from = 0; top < rows; top += height, from += perBlock) {
      height = height(top);
      for (int c = from; c < from + perBlock; c++) {
        for (int i = top; i < top + height; i++) {
          visitor.visit(k++, i, keptColumns[c]);
        }
      }
    }
  }

  /** {@inheritDoc} Here it takes one pass. */
  @Override
  public CsrOrder csrOrder() {
    int[] pointers = new int[rows + 1];
    int[] indices = new int[(int) nnz()];
    int[] sources = new int[indices.length];
    int height;
    for (int top = 0, from = 0; top < rows; top += height, from += perBlock) {
      height = height(top);
      for (int r = 0; r < height; r++) {
        int start = (top + r) * perBlock;
        System.arraycopy(keptColumns, from, indices, start, perBlock);
        for (int c = 0; c < perBlock; c++) {
          sources[start + c] = top * perBlock + c * height + r;
        }
        pointers[top + r + 1] = start + perBlock;
      }
    }
    return new CsrOrder(
        CsrPattern.trusted(rows, columns, pointers, indices),
        IntBuffer.wrap(sources).asReadOnlyBuffer());
  }

  /**
   * Returns the bytes of the kept columns.
   *
   * @return {@code 4 * blocks * columnsPerBlock}
   */
  @Override
  public long bytes() {
    return 4L * keptColumns.length;
  }

  /**
   * Returns the blocks of rows.
   *
   * @return {@code blocks + 1} offsets
   */
  @Override
  public int[] valueGroups() {
    int[] starts = new int[blocks() + 1];
    for (int b = 1; b < starts.length; b++) {
      starts[b] = starts[b - 1] + height((b - 1) * structure.v()) * perBlock;
    }
    return starts;
  }

  /** Compares shape, rule and positions. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof VnmPattern pattern
            && rows == pattern.rows
            && columns == pattern.columns
            && structure.equals(pattern.structure)
            && Arrays.equals(keptColumns, pattern.keptColumns));
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hash(rows, columns, structure) + Arrays.hashCode(keptColumns);
  }

  /** Returns shape, nnz and rule. */
  @Override
  public String toString() {
    return rows + "x" + columns + " V:N:M (nnz " + nnz() + ", " + structure + ")";
  }
}
