package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.sparse4j.format.Values;
import org.sparse4j.memory.Memory;

/**
 * Rows that store equally many of every sixteen columns, as N:M does where M divides 16: sixteen
 * rows are the lanes of a vector, sixteen columns a window.
 *
 * <p>A window of sixteen rows is one int a row with the places of its entries, four bits each from
 * the lowest on, and one vector of values for each entry. Nothing is padded.
 */
final class WindowRows {

  /** Rows of a group and columns of a window. */
  static final int SIZE = 16;

  /** Entries of a row in a window that an int can place. */
  private static final int MOST_STEPS = 8;

  final int rows;
  final int columns;
  final int nnz;
  final String label;

  /** Entries of a row in a window. */
  final int steps;

  /** Sixteen ints a window, group after group. */
  final MemorySegment places;

  /** {@link #steps} times sixteen values a window. */
  final MemorySegment values;

  /** The caller's position of each value. */
  private final int[] sources;

  private final Decoded decoded = new Decoded();

  private WindowRows(RowStream a, int steps, int[] indices) {
    rows = a.pattern.rows();
    columns = a.pattern.columns();
    nnz = a.nnz();
    label = a.label;
    this.steps = steps;
    sources = new int[nnz];
    int[] packed = new int[nnz / steps];
    int at = 0;
    for (int first = 0; first < rows; first += SIZE) {
      for (int window = 0; window < columns / SIZE; window++, at += SIZE) {
        for (int lane = 0; lane < SIZE; lane++) {
          int start = a.pattern.rowStart(first + lane) + window * steps;
          for (int s = 0; s < steps; s++) {
            packed[at + lane] |= (indices[start + s] - window * SIZE) << (4 * s);
            sources[at * steps + s * SIZE + lane] = RowStream.source(a.sources, start + s);
          }
        }
      }
    }
    places = Memory.auto().allocate(4L * packed.length);
    MemorySegment.copy(packed, 0, places, ValueLayout.JAVA_INT, 0, packed.length);
    values = Memory.auto().allocate(4L * nnz);
  }

  /**
   * Lays out rows.
   *
   * @param a any rows
   * @return the layout, or empty where windows differ in their number of entries, rows or columns
   *     are no multiples of sixteen, or the machine has no such registers
   */
  static Optional<WindowRows> of(RowStream a) {
    int rows = a.pattern.rows();
    int columns = a.pattern.columns();
    if (!WindowTiles.AVAILABLE || rows % SIZE != 0 || columns % SIZE != 0 || a.nnz() == 0) {
      return Optional.empty();
    }
    long windows = (long) rows * (columns / SIZE);
    int steps = (int) (a.nnz() / windows);
    if (steps == 0 || steps > MOST_STEPS || steps * windows != a.nnz()) {
      return Optional.empty();
    }
    int[] indices = a.columnIndices();
    // Columns of a row ascend: each is in its own window, or some window has too many or too few.
    for (int i = 0; i < rows; i++) {
      int start = a.pattern.rowStart(i);
      if (a.pattern.rowStart(i + 1) - start != steps * (columns / SIZE)) {
        return Optional.empty();
      }
      for (int k = start; k < a.pattern.rowStart(i + 1); k++) {
        if (indices[k] / SIZE != (k - start) / steps) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new WindowRows(a, steps, indices));
  }

  void refresh(Values changed) {
    float[] from = decoded.of(changed);
    long to = values.address();
    for (int i = 0; i < sources.length; i++) {
      DenseMemory.set(to + 4L * i, from[sources[i]]);
    }
  }

  /** Returns the bytes that a product reads. */
  long bytes() {
    return places.byteSize() + values.byteSize();
  }
}
