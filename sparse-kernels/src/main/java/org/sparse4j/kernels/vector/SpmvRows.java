package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;

/**
 * {@code y = A x} row by row, one entry at a time: four sums a row, added up in a fixed order.
 *
 * <p>Serves machines without two-source permutes; a hardware gather was no faster than this.
 */
final class SpmvRows {

  private static final int COLUMN = Integer.MAX_VALUE;

  private SpmvRows() {}

  /**
   * Computes rows {@code first} to {@code end - 1}.
   *
   * @param a the matrix
   * @param first first row
   * @param end end of the rows
   * @param x address of x
   * @param y address of y
   */
  static void multiply(CsrRows a, int first, int end, long x, long y) {
    int[] pointers = a.rowPointers;
    for (int i = first; i < end; i++) {
      float sum = row(a.columnIndices, a.values, pointers[i], pointers[i + 1], x);
      DenseMemory.set(y + 4L * i, sum);
    }
  }

  private static float row(int[] columns, float[] values, int k, int end, long x) {
    long from = x & ADDRESS;
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (; k <= end - 4; k += 4) {
      a += values[k] * ALL.get(FLOAT, from + 4L * (columns[k] & COLUMN));
      b += values[k + 1] * ALL.get(FLOAT, from + 4L * (columns[k + 1] & COLUMN));
      c += values[k + 2] * ALL.get(FLOAT, from + 4L * (columns[k + 2] & COLUMN));
      d += values[k + 3] * ALL.get(FLOAT, from + 4L * (columns[k + 3] & COLUMN));
    }
    for (; k < end; k++) {
      a += values[k] * ALL.get(FLOAT, from + 4L * (columns[k] & COLUMN));
    }
    return (a + b) + (c + d);
  }
}
