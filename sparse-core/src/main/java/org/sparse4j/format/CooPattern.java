package org.sparse4j.format;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.sparse4j.mask.Mask;

/**
 * Coordinate positions: a row and a column for each, sorted by row and then by column, none twice.
 *
 * <p>What torch calls a coalesced COO tensor of two dimensions. Checked once, when it is built;
 * immutable and safe to share afterwards. For other numbers of dimensions see {@link CooTensor}.
 */
public final class CooPattern implements Pattern {

  private final int rows;
  private final int columns;
  private final int[] rowIndices;
  private final int[] columnIndices;

  private CooPattern(int rows, int columns, int[] rowIndices, int[] columnIndices) {
    this.rows = rows;
    this.columns = columns;
    this.rowIndices = rowIndices;
    this.columnIndices = columnIndices;
  }

  /**
   * Copies and checks coordinates.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param rowIndices nnz rows, ascending; not kept
   * @param columnIndices nnz columns, strictly ascending where rows are equal; not kept
   * @return a new pattern
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static CooPattern copyOf(int rows, int columns, int[] rowIndices, int[] columnIndices) {
    // Copied before the check: a caller that still writes must not get past it.
    int[] i = rowIndices.clone();
    int[] j = columnIndices.clone();
    CsrPattern.checkSize("CooPattern", rows, columns);
    if (i.length != j.length) {
      throw new IllegalArgumentException(
          "CooPattern: length of rowIndices ("
              + i.length
              + ") must equal the length of columnIndices ("
              + j.length
              + ")");
    }
    for (int k = 0; k < i.length; k++) {
      checkEntry("rowIndices", k, i[k], "rows", rows);
      checkEntry("columnIndices", k, j[k], "columns", columns);
      if (k > 0 && (i[k] < i[k - 1] || (i[k] == i[k - 1] && j[k] <= j[k - 1]))) {
        throw new IllegalArgumentException(
            "CooPattern: position "
                + k
                + " is ("
                + i[k]
                + ", "
                + j[k]
                + ") and not above its predecessor ("
                + i[k - 1]
                + ", "
                + j[k - 1]
                + ")");
      }
    }
    return new CooPattern(rows, columns, i, j);
  }

  private static void checkEntry(String name, int k, int index, String bound, int below) {
    if (index < 0 || index >= below) {
      throw new IllegalArgumentException(
          "CooPattern: "
              + name
              + "["
              + k
              + "] = "
              + index
              + (index < 0 ? " is negative" : " is not below " + bound + " = " + below));
    }
  }

  /**
   * Builds the pattern of a mask.
   *
   * @param mask kept positions
   * @return a new pattern with {@code nnz = mask.count()}
   * @throws IllegalArgumentException if the mask keeps more positions than an array holds
   */
  public static CooPattern of(Mask mask) {
    CsrPattern.checkSize("CooPattern", mask.rows(), mask.columns());
    CsrPattern.checkCount("CooPattern", mask);
    return of(CsrPattern.of(mask));
  }

  /**
   * Builds the pattern of the same positions as a CSR pattern; O(rows + nnz).
   *
   * @param pattern positions row by row
   * @return a new pattern
   */
  public static CooPattern of(CsrPattern pattern) {
    int[] i = new int[(int) pattern.nnz()];
    int[] j = new int[i.length];
    pattern.columnIndices().get(j);
    for (int row = 0; row < pattern.rows(); row++) {
      Arrays.fill(i, pattern.rowStart(row), pattern.rowStart(row + 1), row);
    }
    return new CooPattern(pattern.rows(), pattern.columns(), i, j);
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
    return rowIndices.length;
  }

  /**
   * Returns the rows of all stored positions.
   *
   * @return nnz rows, ascending, read-only; bulk {@code get} copies them out
   */
  public IntBuffer rowIndices() {
    return IntBuffer.wrap(rowIndices).asReadOnlyBuffer();
  }

  /**
   * Returns the columns of all stored positions.
   *
   * @return nnz columns, read-only; bulk {@code get} copies them out
   */
  public IntBuffer columnIndices() {
    return IntBuffer.wrap(columnIndices).asReadOnlyBuffer();
  }

  /**
   * Finds a position; O(log nnz).
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return its number in pattern order, or -1 if it is not stored
   * @throws IndexOutOfBoundsException if outside the matrix
   */
  public int indexOf(int row, int column) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    int low = 0;
    int high = rowIndices.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int sign = Integer.compare(rowIndices[middle], row);
      if (sign == 0) {
        sign = Integer.compare(columnIndices[middle], column);
      }
      if (sign == 0) {
        return middle;
      }
      if (sign < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  @Override
  public void forEach(Visitor visitor) {
    for (int k = 0; k < rowIndices.length; k++) {
      visitor.visit(k, rowIndices[k], columnIndices[k]);
    }
  }

  /** {@inheritDoc} Here the order is the pattern's own. */
  @Override
  public CsrOrder csrOrder() {
    return CsrOrder.identity(
        CsrPattern.trusted(rows, columns, valueGroups(), columnIndices.clone()));
  }

  /**
   * Returns the bytes of both arrays.
   *
   * @return {@code 8 * nnz}
   */
  @Override
  public long bytes() {
    return 8L * rowIndices.length;
  }

  /**
   * Returns the rows.
   *
   * @return {@code rows + 1} offsets
   */
  @Override
  public int[] valueGroups() {
    int[] starts = new int[rows + 1];
    for (int row : rowIndices) {
      starts[row + 1]++;
    }
    for (int i = 0; i < rows; i++) {
      starts[i + 1] += starts[i];
    }
    return starts;
  }

  /** Compares shape and positions. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof CooPattern pattern
            && rows == pattern.rows
            && columns == pattern.columns
            && Arrays.equals(rowIndices, pattern.rowIndices)
            && Arrays.equals(columnIndices, pattern.columnIndices));
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Objects.hash(rows, columns) + Arrays.hashCode(rowIndices))
        + Arrays.hashCode(columnIndices);
  }

  /** Returns shape and nnz. */
  @Override
  public String toString() {
    return rows + "x" + columns + " COO (nnz " + nnz() + ")";
  }
}
