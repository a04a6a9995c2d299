package org.sparse4j.format;

import java.nio.IntBuffer;
import org.sparse4j.mask.Mask;

/**
 * Compressed sparse column positions: column j holds positions {@code columnPointers[j]} to {@code
 * columnPointers[j + 1] - 1}, their rows strictly ascending.
 *
 * <p>The layout of SciPy's {@code csc_matrix} and of torch's CSC tensors ({@code ccol_indices},
 * {@code row_indices}). Checked once, when it is built; immutable and safe to share afterwards.
 */
public final class CscPattern implements Pattern {

  private static final CompressedLines LINES =
      new CompressedLines(
          "CscPattern", "columnPointers", "rowIndices", "columns", "column", "rows");

  /** The same two arrays read as CSR, which is the transpose. */
  private final CsrPattern transpose;

  private CscPattern(CsrPattern transpose) {
    this.transpose = transpose;
  }

  /**
   * Copies and checks CSC arrays.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param columnPointers {@code columns + 1} offsets, the first 0, ascending, the last nnz; not
   *     kept
   * @param rowIndices nnz rows, strictly ascending inside a column; not kept
   * @return a new pattern
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static CscPattern copyOf(int rows, int columns, int[] columnPointers, int[] rowIndices) {
    // Copied before the check: a caller that still writes must not get past it.
    int[] pointers = columnPointers.clone();
    int[] indices = rowIndices.clone();
    CsrPattern.checkSize("CscPattern", rows, columns);
    LINES.check(columns, rows, pointers, indices);
    return new CscPattern(
        CsrPattern.trusted(/* rows= */ columns, /* columns= */ rows, pointers, indices));
  }

  /**
   * Builds the pattern of a mask.
   *
   * @param mask kept positions
   * @return a new pattern with {@code nnz = mask.count()}
   * @throws IllegalArgumentException if the mask keeps more positions than an array holds
   */
  public static CscPattern of(Mask mask) {
    CsrPattern.checkSize("CscPattern", mask.rows(), mask.columns());
    CsrPattern.checkCount("CscPattern", mask);
    return of(CsrPattern.of(mask));
  }

  /**
   * Builds the pattern of the same positions as a CSR pattern; O(nnz).
   *
   * @param pattern positions row by row
   * @return a pattern that shares the arrays of {@link CsrPattern#transposed()}
   */
  public static CscPattern of(CsrPattern pattern) {
    return new CscPattern(pattern.transposed().pattern());
  }

  @Override
  public int rows() {
    return transpose.columns();
  }

  @Override
  public int columns() {
    return transpose.rows();
  }

  @Override
  public long nnz() {
    return transpose.nnz();
  }

  /**
   * Returns the offsets of the columns.
   *
   * @return {@code columns + 1} offsets, read-only; bulk {@code get} copies them out
   */
  public IntBuffer columnPointers() {
    return transpose.rowPointers();
  }

  /**
   * Returns the rows of all stored positions, column after column.
   *
   * @return nnz rows, read-only; bulk {@code get} copies them out
   */
  public IntBuffer rowIndices() {
    return transpose.columnIndices();
  }

  /**
   * Returns the number of the first position of a column.
   *
   * @param column column, from 0; {@code columns()} gives nnz
   * @return {@code columnPointers[column]}
   * @throws IndexOutOfBoundsException if outside
   */
  public int columnStart(int column) {
    return transpose.rowStart(column);
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
    return transpose.indexOf(/* row= */ column, /* column= */ row);
  }

  /** Visits column after column, rows ascending. */
  @Override
  public void forEach(Visitor visitor) {
    transpose.forEach((index, column, row) -> visitor.visit(index, row, column));
  }

  /** {@inheritDoc} Made on first use in O(nnz) and kept. */
  @Override
  public CsrOrder csrOrder() {
    return transpose.transposed();
  }

  /**
   * Returns the transposed pattern; made on first use, O(nnz).
   *
   * @return the columns x rows pattern
   */
  public CscPattern transposed() {
    return of(transpose);
  }

  /**
   * Returns the transposed positions in CSR form, which are the same two arrays.
   *
   * @return the columns x rows pattern, in O(1)
   */
  public CsrPattern transposedCsr() {
    return transpose;
  }

  /**
   * Returns the bytes of both arrays.
   *
   * @return {@code 4 * (columns + 1 + nnz)}
   */
  @Override
  public long bytes() {
    return transpose.bytes();
  }

  /**
   * Returns the columns.
   *
   * @return {@code columns + 1} offsets
   */
  @Override
  public int[] valueGroups() {
    return transpose.valueGroups();
  }

  /** Compares shape and positions. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof CscPattern pattern && transpose.equals(pattern.transpose));
  }

  @Override
  public int hashCode() {
    return 31 * transpose.hashCode() + 1;
  }

  /** Returns shape and nnz. */
  @Override
  public String toString() {
    return rows() + "x" + columns() + " CSC (nnz " + nnz() + ")";
  }
}
