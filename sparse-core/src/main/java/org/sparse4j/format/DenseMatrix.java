package org.sparse4j.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Objects;
import org.sparse4j.memory.Memory;
import org.sparse4j.memory.Padding;

/**
 * A dense float32 matrix in native memory: row-major, rows 64-byte aligned and padded.
 *
 * <p>Element (i, j) sits {@code i * stride() + j} floats after the first one. Row i is followed by
 * padding up to {@code paddedColumns()}, which is zero whenever no operation is running (see {@link
 * Padding}). The matrix is mutable and belongs to one writer at a time. {@link #rows(int, int)} and
 * {@link #columns(int, int)} return views on the same memory.
 *
 * <p>Activations are stored features x batch: a column is a sample.
 */
public final class DenseMatrix {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final ValueLayout.OfFloat UNALIGNED = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Rows and columns of a square that is transposed at once. */
  private static final int BLOCK = 16;

  private final MemorySegment segment;
  private final int rows;
  private final int columns;
  private final int stride;

  private DenseMatrix(MemorySegment segment, int rows, int columns, int stride) {
    this.segment = segment;
    this.rows = rows;
    this.columns = columns;
    this.stride = stride;
  }

  /**
   * Returns a matrix of zeros in automatic memory.
   *
   * @param rows number of rows, at least 0
   * @param columns number of columns, at least 0
   * @return a new matrix
   * @throws IllegalArgumentException if a size is negative or the matrix is too large
   */
  public static DenseMatrix zeros(int rows, int columns) {
    return zeros(Memory.auto(), rows, columns);
  }

  /**
   * Returns a matrix of zeros.
   *
   * @param memory where to allocate; its end of life is the matrix's
   * @param rows number of rows, at least 0
   * @param columns number of columns, at least 0
   * @return a new matrix
   * @throws IllegalArgumentException if a size is negative or the matrix is too large
   */
  public static DenseMatrix zeros(Memory memory, int rows, int columns) {
    checkSize("DenseMatrix", rows, columns);
    int stride = Padding.stride(columns);
    // Rows without columns take nothing: a few bytes of a file may ask for 2^31 of them.
    long floats = columns == 0 ? 0 : (long) rows * stride;
    if (floats > Long.MAX_VALUE / 4) {
      throw new IllegalArgumentException(
          "DenseMatrix: "
              + rows
              + "x"
              + columns
              + " with stride "
              + stride
              + " takes 4 * "
              + floats
              + " bytes, more than a long counts");
    }
    return new DenseMatrix(memory.allocate(4 * floats), rows, columns, stride);
  }

  /**
   * Copies an array of rows.
   *
   * @param values rows of equal length; not kept
   * @return a new matrix in automatic memory
   * @throws IllegalArgumentException if rows differ in length
   */
  public static DenseMatrix copyOf(float[][] values) {
    int columns = values.length == 0 ? 0 : values[0].length;
    DenseMatrix matrix = zeros(values.length, columns);
    for (int i = 0; i < values.length; i++) {
      if (values[i].length != columns) {
        throw new IllegalArgumentException(
            "DenseMatrix.copyOf: row "
                + i
                + " has "
                + values[i].length
                + " values, row 0 has "
                + columns);
      }
      matrix.setRow(i, values[i], 0);
    }
    return matrix;
  }

  /**
   * Copies row-major values.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param rowMajor {@code rows * columns} values, element (i, j) at {@code i * columns + j}; not
   *     kept
   * @return a new matrix in automatic memory
   * @throws IllegalArgumentException if the array's length is not {@code rows * columns}
   */
  public static DenseMatrix copyOf(int rows, int columns, float[] rowMajor) {
    checkSize("DenseMatrix.copyOf", rows, columns);
    if (rowMajor.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          "DenseMatrix.copyOf: length of values ("
              + rowMajor.length
              + ") must equal rows * columns ("
              + (long) rows * columns
              + "); the matrix is "
              + rows
              + "x"
              + columns);
    }
    DenseMatrix matrix = zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      matrix.setRow(i, rowMajor, i * columns);
    }
    return matrix;
  }

  /**
   * Copies a view of any layout.
   *
   * @param view the elements; not kept
   * @return a new matrix in automatic memory
   */
  public static DenseMatrix copyOf(DenseView view) {
    DenseMatrix matrix = zeros(view.rows(), view.columns());
    matrix.copyFrom(view);
    return matrix;
  }

  /**
   * Wraps native memory that already obeys the padding rule; nothing is copied.
   *
   * <p>The matrix shares the memory: the caller keeps it alive and unchanged in layout. The padding
   * must be zero; it is checked here, once.
   *
   * @param segment native memory whose first byte is element (0, 0), at a 64-byte boundary
   * @param rows number of rows
   * @param columns number of columns
   * @param stride floats from row to row, a multiple of 16 and at least the padded width
   * @return a matrix on the caller's memory
   * @throws IllegalArgumentException if the memory is on the heap, misaligned, read-only, too
   *     short, or has padding that is not zero
   */
  public static DenseMatrix wrap(MemorySegment segment, int rows, int columns, int stride) {
    checkSize("DenseMatrix.wrap", rows, columns);
    int width = Padding.width(columns);
    if (!segment.isNative() || segment.isReadOnly()) {
      throw new IllegalArgumentException(
          "DenseMatrix.wrap: memory must be native and writable; use DenseMatrix.copyOf(DenseView)"
              + " to copy "
              + segment);
    }
    if (segment.address() % Padding.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "DenseMatrix.wrap: address must be a multiple of "
              + Padding.ALIGNMENT
              + ", remainder is "
              + segment.address() % Padding.ALIGNMENT);
    }
    if (stride % Padding.UNIT != 0 || stride < Math.max(Padding.UNIT, width)) {
      throw new IllegalArgumentException(
          "DenseMatrix.wrap: stride ("
              + stride
              + ") must be a multiple of 16 and at least "
              + Math.max(Padding.UNIT, width)
              + " for "
              + columns
              + " columns");
    }
    long needed = byteSpan(rows, width, stride);
    if (segment.byteSize() < needed) {
      throw new IllegalArgumentException(
          "DenseMatrix.wrap: memory of "
              + segment.byteSize()
              + " bytes is shorter than the "
              + needed
              + " bytes of "
              + rows
              + " rows with stride "
              + stride);
    }
    DenseMatrix matrix = new DenseMatrix(segment, rows, columns, stride);
    for (int i = 0; i < rows; i++) {
      for (int j = columns; j < width; j++) {
        float value = segment.getAtIndex(FLOAT, (long) i * stride + j);
        if (value != 0) {
          throw new IllegalArgumentException(
              "DenseMatrix.wrap: padding must be zero; row "
                  + i
                  + " holds "
                  + value
                  + " at column "
                  + j);
        }
      }
    }
    return matrix;
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
   * Returns the number of columns, padding not counted.
   *
   * @return columns, at least 0
   */
  public int columns() {
    return columns;
  }

  /**
   * Returns the floats of a row with its padding.
   *
   * @return {@link Padding#width(int)} of the columns
   */
  public int paddedColumns() {
    return Padding.width(columns);
  }

  /**
   * Returns the distance from row to row.
   *
   * @return floats, a multiple of 16
   */
  public int stride() {
    return stride;
  }

  /**
   * Returns the memory, first byte at element (0, 0).
   *
   * <p>Whoever writes through it keeps the padding zero.
   *
   * @return native memory shared with this matrix
   */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * Returns the address of element (0, 0), for kernels that go by absolute addresses.
   *
   * <p>The address is valid while the memory is alive and this object is reachable: keep the matrix
   * reachable with {@link Reference#reachabilityFence} until the last access.
   *
   * @return a multiple of 64
   */
  public long address() {
    return segment.address();
  }

  /**
   * Throws unless the memory may still be used.
   *
   * @param operation name of the operation for the message
   * @throws IllegalStateException if the memory's scope or pool is closed
   */
  public void requireAlive(String operation) {
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException(
          operation + ": the memory of a " + rows + "x" + columns + " dense matrix was closed");
    }
  }

  /**
   * Tells whether two matrices share a byte, padding included.
   *
   * <p>Views of different columns of one matrix do not overlap. With different strides the answer
   * is that for the ranges from first to last element, so it may be true where no byte is shared.
   *
   * @param other another matrix
   * @return false only if no byte is shared
   */
  public boolean overlaps(DenseMatrix other) {
    long span = byteSpan(rows, paddedColumns(), stride);
    long otherSpan = byteSpan(other.rows, other.paddedColumns(), other.stride);
    long distance = other.address() - address();
    if (span == 0 || otherSpan == 0 || distance >= span || -distance >= otherSpan) {
      return false;
    }
    if (stride != other.stride) {
      return true;
    }
    // Both are columns of one matrix of that stride; compare which.
    long column = Math.floorMod(distance / 4, (long) stride);
    return column < paddedColumns() || column + other.paddedColumns() > stride;
  }

  private static long byteSpan(int rows, int width, int stride) {
    return rows == 0 || width == 0 ? 0 : 4 * ((rows - 1L) * stride + width);
  }

  /**
   * Returns one element; for reading and debugging.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return the element
   * @throws IndexOutOfBoundsException if outside the matrix
   */
  public float get(int row, int column) {
    return segment.getAtIndex(FLOAT, index(row, column));
  }

  /**
   * Sets one element.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @param value new value
   * @throws IndexOutOfBoundsException if outside the matrix
   */
  public void set(int row, int column, float value) {
    segment.setAtIndex(FLOAT, index(row, column), value);
  }

  private long index(int row, int column) {
    return (long) Objects.checkIndex(row, rows) * stride + Objects.checkIndex(column, columns);
  }

  /**
   * Copies values into a row.
   *
   * @param row row, from 0
   * @param source holds the values
   * @param offset position of the first value in {@code source}; {@code columns()} values are read
   * @throws IndexOutOfBoundsException if the row or the range is outside
   */
  public void setRow(int row, float[] source, int offset) {
    Objects.checkIndex(row, rows);
    Objects.checkFromIndexSize(offset, columns, source.length);
    if (columns > 0) {
      MemorySegment.copy(source, offset, segment, FLOAT, 4L * row * stride, columns);
    }
  }

  /**
   * Copies a row out.
   *
   * @param row row, from 0
   * @param target receives {@code columns()} values
   * @param offset position of the first value in {@code target}
   * @throws IndexOutOfBoundsException if the row or the range is outside
   */
  public void getRow(int row, float[] target, int offset) {
    Objects.checkIndex(row, rows);
    Objects.checkFromIndexSize(offset, columns, target.length);
    if (columns > 0) {
      MemorySegment.copy(segment, FLOAT, 4L * row * stride, target, offset, columns);
    }
  }

  /**
   * Returns rows {@code from} to {@code to - 1} on the same memory.
   *
   * @param from first row
   * @param to row after the last
   * @return a view
   * @throws IndexOutOfBoundsException if the range is outside
   */
  public DenseMatrix rows(int from, int to) {
    Objects.checkFromToIndex(from, to, rows);
    long bytes = byteSpan(to - from, paddedColumns(), stride);
    return new DenseMatrix(
        segment.asSlice(bytes == 0 ? 0 : 4L * from * stride, bytes), to - from, columns, stride);
  }

  /**
   * Returns columns {@code from} to {@code to - 1} on the same memory.
   *
   * <p>Kernels write whole padded rows, so a view must end where no foreign column is hit.
   *
   * @param from first column, a multiple of 16
   * @param to column after the last: a multiple of 16, or {@code columns()}
   * @return a view
   * @throws IndexOutOfBoundsException if the range is outside
   * @throws IllegalArgumentException if a bound is not on a multiple of 16
   */
  public DenseMatrix columns(int from, int to) {
    Objects.checkFromToIndex(from, to, columns);
    if (from % Padding.UNIT != 0 || (to % Padding.UNIT != 0 && to != columns)) {
      throw new IllegalArgumentException(
          "DenseMatrix.columns: from ("
              + from
              + ") must be a multiple of 16 and to ("
              + to
              + ") a multiple of 16 or the number of columns ("
              + columns
              + ")");
    }
    long bytes = byteSpan(rows, Padding.width(to - from), stride);
    return new DenseMatrix(
        segment.asSlice(bytes == 0 ? 0 : 4L * from, bytes), rows, to - from, stride);
  }

  /**
   * Returns this matrix as a read-only operand.
   *
   * @return a view on the same memory
   */
  public DenseView view() {
    return DenseView.of(this);
  }

  /**
   * Sets every element; the padding stays zero.
   *
   * @param value new value of all elements
   */
  public void fill(float value) {
    for (int i = 0; i < rows; i++) {
      long start = (long) i * stride;
      for (int j = 0; j < columns; j++) {
        segment.setAtIndex(FLOAT, start + j, value);
      }
    }
  }

  /**
   * Copies the elements of a matrix of the same shape.
   *
   * @param source the elements; must not overlap this matrix unless it is the same range
   * @throws IllegalArgumentException if the shapes differ or the two overlap; nothing is written
   */
  public void copyFrom(DenseMatrix source) {
    requireShape("DenseMatrix.copyFrom", source.rows, source.columns);
    if (address() == source.address() && stride == source.stride) {
      return;
    }
    requireApart("DenseMatrix.copyFrom", source);
    for (int i = 0; columns > 0 && i < rows; i++) {
      MemorySegment.copy(
          source.segment, 4L * i * source.stride, segment, 4L * i * stride, 4L * columns);
    }
  }

  /**
   * Copies the elements of a view of the same shape.
   *
   * @param source the elements; its memory must not overlap this matrix
   * @throws IllegalArgumentException if the shapes differ, or the bytes from the first to the last
   *     element of the view overlap this matrix
   */
  public void copyFrom(DenseView source) {
    requireShape("DenseMatrix.copyFrom", source.rows(), source.columns());
    if (sharesBytesWith(source)) {
      throw notApart("DenseMatrix.copyFrom", source.rows(), source.columns());
    }
    if (source.rowStride() == 1 && source.columnStride() != 1) {
      copyColumns(source.segment(), source.columnStride());
      return;
    }
    for (int i = 0; i < rows; i++) {
      long from = i * source.rowStride();
      long to = (long) i * stride;
      for (int j = 0; j < columns; j++) {
        float value = source.segment().get(UNALIGNED, 4 * (from + j * source.columnStride()));
        segment.setAtIndex(FLOAT, to + j, value);
      }
    }
  }

  /**
   * Copies the transpose of a matrix: element (i, j) becomes {@code source(j, i)}.
   *
   * @param source columns() x rows() matrix, not overlapping this one
   * @throws IllegalArgumentException if the shapes do not fit or the two overlap; nothing is
   *     written
   */
  public void copyTransposed(DenseMatrix source) {
    requireShape("DenseMatrix.copyTransposed", source.columns, source.rows);
    requireApart("DenseMatrix.copyTransposed", source);
    copyColumns(source.segment, source.stride);
  }

  /** Copies what is stored column after column, in squares that stay in the L1 cache. */
  private void copyColumns(MemorySegment source, long columnStride) {
    int rowEnd;
    for (int rowStart = 0; rowStart < rows && columns > 0; rowStart = rowEnd) {
      rowEnd = rowStart + Math.min(BLOCK, rows - rowStart);
      for (int start = 0; start < columns; start += BLOCK) {
        int end = Math.min(columns, start + BLOCK);
        for (int i = rowStart; i < rowEnd; i++) {
          for (int j = start; j < end; j++) {
            float value = source.get(UNALIGNED, 4 * (j * columnStride + i));
            segment.setAtIndex(FLOAT, (long) i * stride + j, value);
          }
        }
      }
    }
  }

  /** Tells whether bytes from the first to the last element of a view are bytes of this matrix. */
  private boolean sharesBytesWith(DenseView source) {
    long bytes = byteSpan(rows, paddedColumns(), stride);
    if (bytes == 0 || !source.segment().isNative()) {
      return false;
    }
    long last =
        (source.rows() - 1L) * source.rowStride() + (source.columns() - 1L) * source.columnStride();
    long distance = source.segment().address() - address();
    return distance < bytes && -distance < 4 * (last + 1);
  }

  private void requireApart(String operation, DenseMatrix source) {
    if (overlaps(source)) {
      throw notApart(operation, source.rows, source.columns);
    }
  }

  private IllegalArgumentException notApart(String operation, int otherRows, int otherColumns) {
    return new IllegalArgumentException(
        operation
            + ": source and target must not overlap; the source is "
            + otherRows
            + "x"
            + otherColumns
            + ", the target is "
            + rows
            + "x"
            + columns);
  }

  private void requireShape(String operation, int otherRows, int otherColumns) {
    if (otherRows != rows || otherColumns != columns) {
      throw new IllegalArgumentException(
          operation
              + ": shape of the source ("
              + otherRows
              + "x"
              + otherColumns
              + ") must equal the shape of the target ("
              + rows
              + "x"
              + columns
              + ")");
    }
  }

  /** Sets the padding of every row to zero, the state every operation may rely on. */
  public void zeroPadding() {
    int width = paddedColumns();
    for (int i = 0; i < rows; i++) {
      for (int j = columns; j < width; j++) {
        segment.setAtIndex(FLOAT, (long) i * stride + j, 0);
      }
    }
  }

  /**
   * Copies the elements out, row-major and without padding.
   *
   * @return a new array of {@code rows * columns} values
   * @throws ArithmeticException if they do not fit into an array
   */
  public float[] toArray() {
    float[] array = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < rows; i++) {
      getRow(i, array, i * columns);
    }
    return array;
  }

  /**
   * Compares shape and elements; NaN equals NaN and 0.0 differs from -0.0, as in {@link
   * Float#equals}.
   *
   * @param other another matrix
   * @return true if every element has the same value
   */
  public boolean contentEquals(DenseMatrix other) {
    if (rows != other.rows || columns != other.columns) {
      return false;
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        if (Float.floatToIntBits(get(i, j)) != Float.floatToIntBits(other.get(i, j))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the shape, and the elements of a small matrix. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("DenseMatrix ").append(rows).append('x').append(columns);
    if (segment.scope().isAlive() && rows <= 64 && (long) rows * columns <= 64) {
      for (int i = 0; i < rows; i++) {
        text.append(i == 0 ? " [" : ", [");
        for (int j = 0; j < columns; j++) {
          text.append(j == 0 ? "" : ", ").append(get(i, j));
        }
        text.append(']');
      }
    }
    return text.toString();
  }

  static void checkSize(String operation, int rows, int columns) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          operation + ": rows (" + rows + ") and columns (" + columns + ") must not be negative");
    }
  }
}
