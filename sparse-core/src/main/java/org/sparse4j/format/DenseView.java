package org.sparse4j.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * A read-only dense operand of any stride and alignment: an array, a mapped file, another library's
 * tensor.
 *
 * <p>Element (i, j) sits {@code i * rowStride + j * columnStride} floats after the first one.
 * Nothing is copied; whoever owns the memory keeps it alive and may change its contents between
 * calls. Kernels that pack their input anyway take views; the others take a {@link DenseMatrix}.
 */
public final class DenseView {

  /** Without an alignment demand, so that any file offset or array works. */
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final MemorySegment segment;
  private final int rows;
  private final int columns;
  private final long rowStride;
  private final long columnStride;

  private DenseView(
      MemorySegment segment, int rows, int columns, long rowStride, long columnStride) {
    this.segment = segment;
    this.rows = rows;
    this.columns = columns;
    this.rowStride = rowStride;
    this.columnStride = columnStride;
  }

  /**
   * Views memory with any strides.
   *
   * @param segment native or heap memory whose first byte is element (0, 0)
   * @param rows number of rows
   * @param columns number of columns
   * @param rowStride floats from row to row, at least 0
   * @param columnStride floats from column to column, at least 0
   * @return a view
   * @throws IllegalArgumentException if a size is negative or the last element lies outside
   */
  public static DenseView of(
      MemorySegment segment, int rows, int columns, long rowStride, long columnStride) {
    DenseMatrix.checkSize("DenseView", rows, columns);
    if (rowStride < 0 || columnStride < 0) {
      throw new IllegalArgumentException(
          "DenseView: rowStride ("
              + rowStride
              + ") and columnStride ("
              + columnStride
              + ") must not be negative");
    }
    long floats = segment.byteSize() / 4;
    if (rows > 0 && columns > 0 && !fits(rows, columns, rowStride, columnStride, floats)) {
      throw new IllegalArgumentException(
          "DenseView: the last element must lie inside the memory of "
              + floats
              + " floats; the view is "
              + rows
              + "x"
              + columns
              + " with strides "
              + rowStride
              + " and "
              + columnStride);
    }
    return new DenseView(segment, rows, columns, rowStride, columnStride);
  }

  private static boolean fits(
      int rows, int columns, long rowStride, long columnStride, long floats) {
    try {
      return Math.addExact(
              Math.multiplyExact(rows - 1L, rowStride),
              Math.multiplyExact(columns - 1L, columnStride))
          < floats;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /**
   * Views row-major values in an array.
   *
   * @param rowMajor the values; shared, not copied
   * @param rows number of rows
   * @param columns number of columns
   * @return a view on the array
   * @throws IllegalArgumentException if the array is shorter than {@code rows * columns}
   */
  public static DenseView of(float[] rowMajor, int rows, int columns) {
    return of(MemorySegment.ofArray(rowMajor), rows, columns, columns, 1);
  }

  /**
   * Views a dense matrix.
   *
   * @param matrix the elements; shared
   * @return a view with row stride {@code matrix.stride()} and column stride 1
   */
  public static DenseView of(DenseMatrix matrix) {
    return new DenseView(matrix.segment(), matrix.rows(), matrix.columns(), matrix.stride(), 1);
  }

  /**
   * Returns the number of rows.
   *
   * @return rows, at least 0
   */
  public int rows() {
    return rows;
  }

  /**
   * Returns the number of columns.
   *
   * @return columns, at least 0
   */
  public int columns() {
    return columns;
  }

  /**
   * Returns the distance from row to row.
   *
   * @return floats
   */
  public long rowStride() {
    return rowStride;
  }

  /**
   * Returns the distance from column to column.
   *
   * @return floats
   */
  public long columnStride() {
    return columnStride;
  }

  /**
   * Returns the memory, first byte at element (0, 0).
   *
   * @return native or heap memory
   */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * Returns one element.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return the element
   * @throws IndexOutOfBoundsException if outside the view
   */
  public float get(int row, int column) {
    long index =
        Objects.checkIndex(row, rows) * rowStride
            + Objects.checkIndex(column, columns) * columnStride;
    return segment.get(FLOAT, 4 * index);
  }

  /**
   * Returns the transpose on the same memory.
   *
   * @return a columns x rows view
   */
  public DenseView transposed() {
    return new DenseView(segment, columns, rows, columnStride, rowStride);
  }

  /**
   * Returns rows {@code from} to {@code to - 1} on the same memory.
   *
   * @param from first row
   * @param to row after the last
   * @return a view
   * @throws IndexOutOfBoundsException if the range is outside
   */
  public DenseView rows(int from, int to) {
    Objects.checkFromToIndex(from, to, rows);
    return part(from * rowStride, to - from, columns);
  }

  /**
   * Returns columns {@code from} to {@code to - 1} on the same memory.
   *
   * @param from first column
   * @param to column after the last
   * @return a view
   * @throws IndexOutOfBoundsException if the range is outside
   */
  public DenseView columns(int from, int to) {
    Objects.checkFromToIndex(from, to, columns);
    return part(from * columnStride, rows, to - from);
  }

  private DenseView part(long start, int partRows, int partColumns) {
    // An empty part may start behind the last element.
    boolean empty = partRows == 0 || partColumns == 0;
    MemorySegment rest = segment.asSlice(empty ? 0 : 4 * start);
    return new DenseView(rest, partRows, partColumns, rowStride, columnStride);
  }

  /**
   * Throws unless the memory may still be used.
   *
   * @param operation name of the operation for the message
   * @throws IllegalStateException if the memory was closed
   */
  public void requireAlive(String operation) {
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException(
          operation + ": the memory of a " + rows + "x" + columns + " dense view was closed");
    }
  }

  /** Returns shape and strides. */
  @Override
  public String toString() {
    return "DenseView " + rows + "x" + columns + " strides " + rowStride + ", " + columnStride;
  }
}
