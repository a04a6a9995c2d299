package org.sparse4j.format;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.sparse4j.mask.Mask;

/**
 * Constant fan-in positions: every active row keeps {@code fanIn} columns, the other rows keep none
 * and take no room.
 *
 * <p>Active row a holds positions {@code a * fanIn} to {@code (a + 1) * fanIn - 1}, so columns and
 * values are two dense arrays of activeRows x fanIn. The inference form of SRigL (Lasby, Golubeva,
 * Evci, Nica, Ioannou, "Dynamic Sparse Training with Structured Sparsity", 2023, arXiv:2305.02299),
 * whose ablated neurons are the rows that are dropped.
 *
 * <p>Checked once, when it is built; immutable and safe to share afterwards.
 */
public final class CondensedPattern implements Pattern {

  private final int rows;
  private final int columns;
  private final int fanIn;
  private final int[] activeRows;
  private final int[] columnIndices;

  private CondensedPattern(
      int rows, int columns, int fanIn, int[] activeRows, int[] columnIndices) {
    this.rows = rows;
    this.columns = columns;
    this.fanIn = fanIn;
    this.activeRows = activeRows;
    this.columnIndices = columnIndices;
  }

  /**
   * Copies and checks condensed arrays.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param fanIn columns of an active row: at least 1, or 0 where no row is active
   * @param activeRows rows that keep something, strictly ascending; not kept
   * @param columnIndices {@code activeRows.length * fanIn} columns, strictly ascending inside a
   *     row; not kept
   * @return a new pattern
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static CondensedPattern copyOf(
      int rows, int columns, int fanIn, int[] activeRows, int[] columnIndices) {
    // Copied before the check: a caller that still writes must not get past it.
    int[] active = activeRows.clone();
    int[] indices = columnIndices.clone();
    CsrPattern.checkSize("CondensedPattern", rows, columns);
    if (active.length == 0 ? fanIn != 0 : fanIn < 1) {
      throw new IllegalArgumentException(
          "CondensedPattern: fanIn ("
              + fanIn
              + (active.length == 0
                  ? ") must be 0 where no row is active"
                  : ") must be at least 1 where rows are active (" + active.length + ")"));
    }
    if ((long) active.length * fanIn != indices.length) {
      throw new IllegalArgumentException(
          "CondensedPattern: length of columnIndices ("
              + indices.length
              + ") must equal active rows ("
              + active.length
              + ") * fanIn ("
              + fanIn
              + ")");
    }
    checkAscending("activeRows", active, 0, active.length, "rows", rows, "");
    for (int a = 0; a < active.length; a++) {
      checkAscending(
          "columnIndices",
          indices,
          a * fanIn,
          (a + 1) * fanIn,
          "columns",
          columns,
          " (row " + active[a] + ")");
    }
    return new CondensedPattern(rows, columns, fanIn, active, indices);
  }

  private static void checkAscending(
      String name, int[] entries, int from, int to, String bound, int below, String where) {
    int previous = -1;
    for (int k = from; k < to; k++) {
      int entry = entries[k];
      if (entry < 0 || entry >= below || entry <= previous) {
        throw new IllegalArgumentException(
            "CondensedPattern: "
                + name
                + "["
                + k
                + "] = "
                + entry
                + (entry < 0
                    ? " is negative"
                    : entry >= below
                        ? " is not below " + bound + " = " + below
                        : " is not above its predecessor " + previous)
                + where);
      }
      previous = entry;
    }
  }

  /**
   * Builds the pattern of a mask; rows that keep nothing are dropped.
   *
   * @param mask kept positions, equally many in every row that is not empty
   * @return a new pattern with {@code nnz = mask.count()}
   * @throws IllegalArgumentException naming the first row that keeps another number of positions
   *     than the first row that is not empty, or if the mask keeps more positions than an array
   *     holds
   */
  public static CondensedPattern of(Mask mask) {
    CsrPattern.checkSize("CondensedPattern", mask.rows(), mask.columns());
    int[] indices = new int[CsrPattern.checkCount("CondensedPattern", mask)];
    int[] active = new int[mask.rows()];
    int fanIn = 0;
    int count = 0;
    int k = 0;
    for (int i = 0; i < mask.rows(); i++) {
      int start = k;
      for (int j = mask.next(i, 0); j >= 0; j = mask.next(i, j + 1)) {
        indices[k++] = j;
      }
      if (k > start) {
        fanIn = count == 0 ? k : fanIn;
        if (k - start != fanIn) {
          throw new IllegalArgumentException(
              "CondensedPattern: row "
                  + i
                  + " keeps "
                  + (k - start)
                  + " positions, row "
                  + active[0]
                  + " keeps "
                  + fanIn
                  + "; all rows that are not empty must keep equally many");
        }
        active[count++] = i;
      }
    }
    return new CondensedPattern(
        mask.rows(), mask.columns(), fanIn, Arrays.copyOf(active, count), indices);
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
   * Returns the number of columns that an active row keeps.
   *
   * @return at least 1, or 0 where no row is active
   */
  public int fanIn() {
    return fanIn;
  }

  /**
   * Returns the number of rows that keep something.
   *
   * @return between 0 and {@code rows()}
   */
  public int activeCount() {
    return activeRows.length;
  }

  /**
   * Returns the rows that keep something.
   *
   * @return rows, strictly ascending, read-only; bulk {@code get} copies them out
   */
  public IntBuffer activeRows() {
    return IntBuffer.wrap(activeRows).asReadOnlyBuffer();
  }

  /**
   * Returns the columns of all stored positions, active row after active row.
   *
   * @return {@code activeCount() * fanIn()} columns, read-only; bulk {@code get} copies them out
   */
  public IntBuffer columnIndices() {
    return IntBuffer.wrap(columnIndices).asReadOnlyBuffer();
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
    int active = Arrays.binarySearch(activeRows, row);
    return active < 0
        ? -1
        : Math.max(
            -1, Arrays.binarySearch(columnIndices, active * fanIn, (active + 1) * fanIn, column));
  }

  @Override
  public void forEach(Visitor visitor) {
    int k = 0;
    for (int row : activeRows) {
      for (int end = k + fanIn; k < end; k++) {
        visitor.visit(k, row, columnIndices[k]);
      }
    }
  }

  /** {@inheritDoc} Here the order is the pattern's own. */
  @Override
  public CsrOrder csrOrder() {
    int[] pointers = new int[rows + 1];
    for (int row : activeRows) {
      pointers[row + 1] = fanIn;
    }
    for (int i = 0; i < rows; i++) {
      pointers[i + 1] += pointers[i];
    }
    return CsrOrder.identity(CsrPattern.trusted(rows, columns, pointers, columnIndices.clone()));
  }

  /**
   * Returns the bytes of both arrays.
   *
   * @return {@code 4 * (activeCount + nnz)}
   */
  @Override
  public long bytes() {
    return 4L * (activeRows.length + (long) columnIndices.length);
  }

  /**
   * Returns the active rows.
   *
   * @return {@code activeCount + 1} offsets
   */
  @Override
  public int[] valueGroups() {
    int[] starts = new int[activeRows.length + 1];
    for (int a = 0; a < activeRows.length; a++) {
      starts[a + 1] = starts[a] + fanIn;
    }
    return starts;
  }

  /** Compares shape and positions. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof CondensedPattern pattern
            && rows == pattern.rows
            && columns == pattern.columns
            && fanIn == pattern.fanIn
            && Arrays.equals(activeRows, pattern.activeRows)
            && Arrays.equals(columnIndices, pattern.columnIndices));
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Objects.hash(rows, columns, fanIn) + Arrays.hashCode(activeRows))
        + Arrays.hashCode(columnIndices);
  }

  /** Returns shape, nnz, fan-in and active rows. */
  @Override
  public String toString() {
    return rows
        + "x"
        + columns
        + " condensed (nnz "
        + nnz()
        + ", fan-in "
        + fanIn
        + ", "
        + activeRows.length
        + " active rows)";
  }
}
