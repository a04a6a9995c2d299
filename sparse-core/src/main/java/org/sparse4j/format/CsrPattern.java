package org.sparse4j.format;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sparse4j.mask.Mask;

/**
 * Compressed sparse row positions: row i holds positions {@code rowPointers[i]} to {@code
 * rowPointers[i + 1] - 1}, their columns strictly ascending.
 *
 * <p>Checked once, when it is built; immutable and safe to share afterwards. Kernels rely on that
 * check and run without bounds tests.
 */
public final class CsrPattern implements Pattern {

  static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private static final CompressedLines LINES =
      new CompressedLines("CsrPattern", "rowPointers", "columnIndices", "rows", "row", "columns");

  private final int rows;
  private final int columns;
  private final int[] rowPointers;
  private final int[] columnIndices;
  private volatile @Nullable CsrOrder transpose;

  private CsrPattern(int rows, int columns, int[] rowPointers, int[] columnIndices) {
    this.rows = rows;
    this.columns = columns;
    this.rowPointers = rowPointers;
    this.columnIndices = columnIndices;
  }

  /**
   * Copies and checks CSR arrays.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param rowPointers {@code rows + 1} offsets, the first 0, ascending, the last nnz; not kept
   * @param columnIndices nnz columns, strictly ascending inside a row; not kept
   * @return a new pattern
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static CsrPattern copyOf(int rows, int columns, int[] rowPointers, int[] columnIndices) {
    // Copied before the check: a caller that still writes must not get past it.
    int[] pointers = rowPointers.clone();
    int[] indices = columnIndices.clone();
    check(rows, columns, pointers, indices);
    return new CsrPattern(rows, columns, pointers, indices);
  }

  /**
   * Checks CSR arrays, whatever they hold, without keeping them.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param rowPointers row offsets
   * @param columnIndices columns
   * @throws IllegalArgumentException naming the first rule that is broken: sizes that are not
   *     negative, {@code rows + 1} ascending offsets from 0 to the number of columns given, and
   *     columns inside the matrix and strictly ascending inside a row
   */
  public static void check(int rows, int columns, int[] rowPointers, int[] columnIndices) {
    checkSize("CsrPattern", rows, columns);
    LINES.check(rows, columns, rowPointers, columnIndices);
  }

  /** Requires sizes for which row pointers fit into an array, also those of the transpose. */
  static void checkSize(String operation, int rows, int columns) {
    DenseMatrix.checkSize(operation, rows, columns);
    if (Math.max(rows, columns) >= LONGEST_ARRAY) {
      throw new IllegalArgumentException(
          operation
              + ": rows ("
              + rows
              + ") and columns ("
              + columns
              + ") must be below "
              + LONGEST_ARRAY
              + ", one less than the longest array");
    }
  }

  /**
   * Builds the pattern of a mask.
   *
   * @param mask kept positions
   * @return a new pattern with {@code nnz = mask.count()}
   * @throws IllegalArgumentException if the mask keeps more positions than an array holds
   */
  public static CsrPattern of(Mask mask) {
    checkSize("CsrPattern", mask.rows(), mask.columns());
    int[] pointers = new int[mask.rows() + 1];
    int[] indices = new int[checkCount("CsrPattern", mask)];
    int k = 0;
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = mask.next(i, 0); j >= 0; j = mask.next(i, j + 1)) {
        indices[k++] = j;
      }
      pointers[i + 1] = k;
    }
    return new CsrPattern(mask.rows(), mask.columns(), pointers, indices);
  }

  /** Requires that an array holds a number for every kept position. */
  static int checkCount(String operation, Mask mask) {
    long count = mask.count();
    if (count > LONGEST_ARRAY) {
      throw new IllegalArgumentException(
          operation + ": the mask keeps " + count + " positions, an array holds " + LONGEST_ARRAY);
    }
    return (int) count;
  }

  /** Keeps arrays that this package made by the rules. */
  static CsrPattern trusted(int rows, int columns, int[] rowPointers, int[] columnIndices) {
    return new CsrPattern(rows, columns, rowPointers, columnIndices);
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
    return columnIndices.length;
  }

  /**
   * Returns the offsets of the rows.
   *
   * @return {@code rows + 1} offsets, read-only; bulk {@code get} copies them out
   */
  public IntBuffer rowPointers() {
    return IntBuffer.wrap(rowPointers).asReadOnlyBuffer();
  }

  /**
   * Returns the columns of all stored positions, row after row.
   *
   * @return nnz columns, read-only; bulk {@code get} copies them out
   */
  public IntBuffer columnIndices() {
    return IntBuffer.wrap(columnIndices).asReadOnlyBuffer();
  }

  /**
   * Returns the number of the first position of a row.
   *
   * @param row row, from 0; {@code rows()} gives nnz
   * @return {@code rowPointers[row]}
   * @throws IndexOutOfBoundsException if outside
   */
  public int rowStart(int row) {
    return rowPointers[Objects.checkIndex(row, rows + 1)];
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
    int index = Arrays.binarySearch(columnIndices, rowPointers[row], rowPointers[row + 1], column);
    return Math.max(-1, index);
  }

  @Override
  public void forEach(Visitor visitor) {
    for (int i = 0; i < rows; i++) {
      for (int k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        visitor.visit(k, i, columnIndices[k]);
      }
    }
  }

  /** {@inheritDoc} Here the order is the pattern's own. */
  @Override
  public CsrOrder csrOrder() {
    return CsrOrder.identity(this);
  }

  /**
   * Returns the transposed pattern with the permutation of its positions; made on first use,
   * O(nnz).
   *
   * @return the columns x rows pattern and, for each of its positions, the position here
   */
  public CsrOrder transposed() {
    CsrOrder known = transpose;
    if (known == null) {
      // Two threads may both build it; the results are equal and either one may win.
      known = transpose();
      transpose = known;
    }
    return known;
  }

  private CsrOrder transpose() {
    int[] pointers = new int[columns + 1];
    for (int column : columnIndices) {
      pointers[column + 1]++;
    }
    for (int j = 0; j < columns; j++) {
      pointers[j + 1] += pointers[j];
    }
    int[] next = pointers.clone();
    int[] indices = new int[columnIndices.length];
    int[] sources = new int[columnIndices.length];
    for (int i = 0; i < rows; i++) {
      for (int k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        int at = next[columnIndices[k]]++;
        indices[at] = i;
        sources[at] = k;
      }
    }
    return new CsrOrder(
        new CsrPattern(columns, rows, pointers, indices),
        IntBuffer.wrap(sources).asReadOnlyBuffer());
  }

  /**
   * Returns the bytes of both arrays.
   *
   * @return {@code 4 * (rows + 1 + nnz)}
   */
  @Override
  public long bytes() {
    return 4L * (rowPointers.length + (long) columnIndices.length);
  }

  /**
   * Returns the rows.
   *
   * @return {@code rows + 1} offsets
   */
  @Override
  public int[] valueGroups() {
    return rowPointers.clone();
  }

  /** Compares shape and positions. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof CsrPattern pattern
            && rows == pattern.rows
            && columns == pattern.columns
            && Arrays.equals(rowPointers, pattern.rowPointers)
            && Arrays.equals(columnIndices, pattern.columnIndices));
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Objects.hash(rows, columns) + Arrays.hashCode(rowPointers))
        + Arrays.hashCode(columnIndices);
  }

  /** Returns shape, nnz and density. */
  @Override
  public String toString() {
    return rows + "x" + columns + " CSR (nnz " + nnz() + ")";
  }
}
