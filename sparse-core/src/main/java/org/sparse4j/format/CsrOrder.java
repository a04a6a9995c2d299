package org.sparse4j.format;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The positions of a pattern in CSR order, and where each of them comes from.
 *
 * @param pattern the positions, row by row, columns ascending
 * @param sources position k of {@code pattern} is position {@code sources.get(k)} of the original
 *     pattern; read-only
 */
public record CsrOrder(CsrPattern pattern, IntBuffer sources) {

  /**
   * Returns the sources with a buffer position of their own, so that callers do not meet in it.
   *
   * @return a read-only buffer
   */
  @Override
  public IntBuffer sources() {
    return sources.duplicate();
  }

  /**
   * Moves numbers from the order of the original pattern into CSR order.
   *
   * @param stored one number a position of the original pattern; not modified
   * @return a new array, one number a position of {@link #pattern()}
   * @throws IllegalArgumentException if there are not nnz numbers
   */
  public float[] arrange(float[] stored) {
    if (stored.length != sources.limit()) {
      throw new IllegalArgumentException(
          "CsrOrder.arrange: number of values ("
              + stored.length
              + ") must equal nnz ("
              + sources.limit()
              + ")");
    }
    float[] arranged = new float[stored.length];
    for (int k = 0; k < arranged.length; k++) {
      arranged[k] = stored[sources.get(k)];
    }
    return arranged;
  }

  /** The order of a pattern whose own order is that of CSR. */
  static CsrOrder identity(CsrPattern pattern) {
    int[] sources = IntStream.range(0, (int) pattern.nnz()).toArray();
    return new CsrOrder(pattern, IntBuffer.wrap(sources).asReadOnlyBuffer());
  }

  /** Sorts the positions of any pattern. */
  static CsrOrder of(Pattern pattern) {
    int rows = pattern.rows();
    int[] pointers = new int[rows + 1];
    pattern.forEach((index, row, column) -> pointers[row + 1]++);
    for (int i = 0; i < rows; i++) {
      pointers[i + 1] += pointers[i];
    }
    // Column in the high half and source in the low half: sorting a row sorts both.
    long[] keys = new long[pointers[rows]];
    int[] next = pointers.clone();
    pattern.forEach((index, row, column) -> keys[next[row]++] = ((long) column << 32) | index);
    int[] columns = new int[keys.length];
    int[] sources = new int[keys.length];
    for (int i = 0; i < rows; i++) {
      sortRow(keys, pointers[i], pointers[i + 1]);
      for (int k = pointers[i]; k < pointers[i + 1]; k++) {
        columns[k] = (int) (keys[k] >>> 32);
        sources[k] = (int) keys[k];
      }
    }
    // Checked: a pattern of the caller's may break its promises.
    CsrPattern.check(rows, pattern.columns(), pointers, columns);
    return new CsrOrder(
        CsrPattern.trusted(rows, pattern.columns(), pointers, columns),
        IntBuffer.wrap(sources).asReadOnlyBuffer());
  }

  private static void sortRow(long[] keys, int from, int to) {
    for (int k = from + 1; k < to; k++) {
      if (keys[k] < keys[k - 1]) {
        Arrays.sort(keys, from, to);
        return;
      }
    }
  }
}
