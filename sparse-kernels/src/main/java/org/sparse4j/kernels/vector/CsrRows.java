package org.sparse4j.kernels.vector;

import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;

/** A CSR matrix with arrays of its own, cut into blocks of rows with about equally many entries. */
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

  CsrRows(CsrMatrix a) {
    rows = a.rows();
    columns = a.columns();
    rowPointers = new int[rows + 1];
    a.pattern().rowPointers().get(rowPointers);
    columnIndices = new int[(int) a.nnz()];
    a.pattern().columnIndices().get(columnIndices);
    values = a.values().toFloats();
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
    if (changed instanceof FloatValues floats) {
      System.arraycopy(floats.array(), 0, values, 0, values.length);
    } else {
      for (int k = 0; k < values.length; k++) {
        values[k] = changed.get(k);
      }
    }
  }
}
