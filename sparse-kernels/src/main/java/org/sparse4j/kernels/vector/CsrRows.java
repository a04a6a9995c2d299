package org.sparse4j.kernels.vector;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.Values;

/**
 * Rows of a matrix in arrays of their own, cut into blocks of rows with about equally many entries.
 */
final class CsrRows {

  /** Entries in a block, about: some microseconds of work. */
  private static final int BLOCK_ENTRIES = 1 << 13;

  private static final int MOST_BLOCKS = 64;

  final int rows;
  final int columns;
  final int[] rowPointers;
  final int[] columnIndices;
  final float[] values;
  final int blocks;

  /** First row of each block, and the number of rows. */
  final int[] blockStart;

  /** Where values come from, and a place for them in that order; null if in order of rows. */
  private final int @Nullable [] sources;

  private final float[] decoded;

  CsrRows(RowStream a) {
    rows = a.pattern.rows();
    columns = a.pattern.columns();
    rowPointers = new int[rows + 1];
    a.pattern.rowPointers().get(rowPointers);
    columnIndices = new int[a.nnz()];
    a.pattern.columnIndices().get(columnIndices);
    values = new float[a.nnz()];
    sources = a.sources;
    decoded = sources == null ? values : new float[a.nnz()];
    blocks = Math.clamp(values.length / BLOCK_ENTRIES, 1, Math.clamp(rows, 1, MOST_BLOCKS));
    blockStart = new int[blocks + 1];
    int row = 0;
    for (int b = 1; b < blocks; b++) {
      long entries = (long) values.length * b / blocks;
      while (row < rows && rowPointers[row] < entries) {
        row++;
      }
      blockStart[b] = row;
    }
    blockStart[blocks] = rows;
  }

  void refresh(Values changed) {
    changed.copyTo(decoded);
    if (sources != null) {
      for (int k = 0; k < values.length; k++) {
        values[k] = decoded[sources[k]];
      }
    }
  }

  /** Returns the bytes that a product reads. */
  long bytes() {
    return 4L * rowPointers.length + 8L * values.length;
  }
}
