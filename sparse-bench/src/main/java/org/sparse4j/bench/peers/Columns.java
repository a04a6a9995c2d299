package org.sparse4j.bench.peers;

import org.sparse4j.bench.race.Problem;

/**
 * The weights of a problem as compressed columns, rows ascending in each.
 *
 * @param columnPointers where columns start
 * @param rowIndices rows of the weights
 * @param values weights column by column
 */
@SuppressWarnings("ArrayRecordComponent") // operands of a call, never compared
record Columns(int[] columnPointers, int[] rowIndices, float[] values) {

  /** The same positions and values, column by column. */
  static Columns of(Problem problem) {
    int[] next = new int[problem.k() + 1];
    for (int column : problem.columnIndices()) {
      next[column + 1]++;
    }
    for (int column = 0; column < problem.k(); column++) {
      next[column + 1] += next[column];
    }
    int[] columnPointers = next.clone();
    int[] rowIndices = new int[problem.nnz()];
    float[] values = new float[problem.nnz()];
    for (int row = 0; row < problem.m(); row++) {
      for (int p = problem.rowPointers()[row]; p < problem.rowPointers()[row + 1]; p++) {
        int at = next[problem.columnIndices()[p]]++;
        rowIndices[at] = row;
        values[at] = problem.values()[p];
      }
    }
    return new Columns(columnPointers, rowIndices, values);
  }
}
