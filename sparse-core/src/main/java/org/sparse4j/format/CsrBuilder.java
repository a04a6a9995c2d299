package org.sparse4j.format;

import java.util.Arrays;
import java.util.Objects;

/**
 * Collects entries in any order and builds a CSR matrix.
 *
 * <p>A position given twice is an error unless {@link #sumDuplicates()} was asked for. Not safe for
 * several threads.
 */
public final class CsrBuilder {

  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final int rows;
  private final int columns;
  private int[] entryRows = new int[16];
  private int[] entryColumns = new int[16];
  private float[] numbers = new float[16];
  private int size;
  private boolean sum;

  CsrBuilder(int rows, int columns) {
    CsrPattern.checkSize("CsrMatrix.builder", rows, columns);
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * Adds an entry; zeros are stored like any value.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @param value the number
   * @return this builder
   * @throws IndexOutOfBoundsException if outside the matrix
   * @throws IllegalStateException if there are as many entries as an array holds
   */
  public CsrBuilder add(int row, int column, float value) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    if (size == numbers.length) {
      grow();
    }
    entryRows[size] = row;
    entryColumns[size] = column;
    numbers[size++] = value;
    return this;
  }

  private void grow() {
    if (size == LONGEST_ARRAY) {
      throw new IllegalStateException(
          "CsrMatrix.builder: " + size + " entries are as many as an array holds");
    }
    int larger = (int) Math.min(LONGEST_ARRAY, 2L * size);
    entryRows = Arrays.copyOf(entryRows, larger);
    entryColumns = Arrays.copyOf(entryColumns, larger);
    numbers = Arrays.copyOf(numbers, larger);
  }

  /**
   * Lets entries at the same position add up, in the order they were given, instead of being an
   * error.
   *
   * @return this builder
   */
  public CsrBuilder sumDuplicates() {
    sum = true;
    return this;
  }

  /**
   * Builds the matrix; the builder may go on collecting afterwards.
   *
   * <p>Entries are counted into their rows and sorted by column there: O(n log r) for n entries, r
   * of them in the longest row.
   *
   * @return a new matrix that shares nothing with the builder
   * @throws IllegalArgumentException if a position was given twice without {@link #sumDuplicates()}
   */
  public CsrMatrix build() {
    int[] starts = new int[rows + 1];
    for (int k = 0; k < size; k++) {
      starts[entryRows[k] + 1]++;
    }
    for (int i = 0; i < rows; i++) {
      starts[i + 1] += starts[i];
    }
    // The column above, the number of the entry below: sorting keeps the order of duplicates.
    long[] keys = new long[size];
    int[] next = starts.clone();
    for (int k = 0; k < size; k++) {
      keys[next[entryRows[k]]++] = (long) entryColumns[k] << 32 | k;
    }
    int[] pointers = new int[rows + 1];
    int[] indices = new int[size];
    float[] values = new float[size];
    int nnz = 0;
    for (int i = 0; i < rows; i++) {
      Arrays.sort(keys, starts[i], starts[i + 1]);
      for (int k = starts[i]; k < starts[i + 1]; k++) {
        int column = (int) (keys[k] >>> 32);
        float value = numbers[(int) keys[k]];
        if (nnz > pointers[i] && indices[nnz - 1] == column) {
          requireSum(i, column, values[nnz - 1], value);
          values[nnz - 1] += value;
        } else {
          indices[nnz] = column;
          values[nnz++] = value;
        }
      }
      pointers[i + 1] = nnz;
    }
    boolean exact = nnz == size;
    return CsrMatrix.of(
        CsrPattern.trusted(rows, columns, pointers, exact ? indices : Arrays.copyOf(indices, nnz)),
        FloatValues.wrap(exact ? values : Arrays.copyOf(values, nnz)));
  }

  private void requireSum(int row, int column, float first, float second) {
    if (!sum) {
      throw new IllegalArgumentException(
          "CsrMatrix.builder: position ("
              + row
              + ", "
              + column
              + ") was given twice, with "
              + first
              + " and "
              + second
              + "; call sumDuplicates() to add them up");
    }
  }
}
