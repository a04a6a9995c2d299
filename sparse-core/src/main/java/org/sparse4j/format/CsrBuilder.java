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

  private final int rows;
  private final int columns;
  private long[] positions = new long[16];
  private float[] numbers = new float[16];
  private int size;
  private boolean sum;

  CsrBuilder(int rows, int columns) {
    DenseMatrix.checkSize("CsrMatrix.builder", rows, columns);
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
   */
  public CsrBuilder add(int row, int column, float value) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    if (size == positions.length) {
      int larger = (int) Math.min(Integer.MAX_VALUE - 8L, 2L * size);
      positions = Arrays.copyOf(positions, larger);
      numbers = Arrays.copyOf(numbers, larger);
    }
    positions[size] = (long) row * columns + column;
    numbers[size++] = value;
    return this;
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
   * @return a new matrix; O(nnz log nnz)
   * @throws IllegalArgumentException if a position was given twice without {@link #sumDuplicates()}
   */
  public CsrMatrix build() {
    Integer[] order = new Integer[size];
    Arrays.setAll(order, k -> k);
    Arrays.sort(order, (a, b) -> Long.compare(positions[a], positions[b]));
    int[] pointers = new int[rows + 1];
    int[] indices = new int[size];
    float[] values = new float[size];
    int nnz = 0;
    long previous = -1;
    for (int entry : order) {
      long position = positions[entry];
      int row = (int) (position / columns);
      if (position == previous) {
        if (!sum) {
          throw new IllegalArgumentException(
              "CsrMatrix.builder: position ("
                  + row
                  + ", "
                  + position % columns
                  + ") was given twice, with "
                  + values[nnz - 1]
                  + " and "
                  + numbers[entry]
                  + "; call sumDuplicates() to add them up");
        }
        values[nnz - 1] += numbers[entry];
        continue;
      }
      previous = position;
      indices[nnz] = (int) (position % columns);
      values[nnz++] = numbers[entry];
      pointers[row + 1]++;
    }
    for (int i = 0; i < rows; i++) {
      pointers[i + 1] += pointers[i];
    }
    return CsrMatrix.copyOf(
        rows, columns, pointers, Arrays.copyOf(indices, nnz), Arrays.copyOf(values, nnz));
  }
}
