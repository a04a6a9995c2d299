package org.sparse4j.structured;

import java.util.Arrays;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;

/** A product with one vector in double: what dense forms are made of. */
@FunctionalInterface
interface VectorProduct {

  /**
   * Computes {@code y = M x}.
   *
   * @param x columns() numbers; what is 0 contributes nothing, not even 0 * NaN
   * @param y receives rows() numbers
   */
  void apply(double[] x, double[] y);

  static VectorProduct of(CompressedMatrix matrix) {
    return switch (matrix) {
      case ComputedMatrix computed -> computed.product();
      case SparseMatrix sparse -> ofSparse(sparse);
      default -> ofDense(matrix.toDense());
    };
  }

  /** Entries by column, so that the zeros of a unit vector cost nothing. */
  private static VectorProduct ofSparse(SparseMatrix matrix) {
    int columns = matrix.columns();
    int[] starts = new int[columns + 1];
    matrix.pattern().forEach((index, row, column) -> starts[column + 1]++);
    for (int j = 0; j < columns; j++) {
      starts[j + 1] += starts[j];
    }
    int[] next = starts.clone();
    int[] rows = new int[starts[columns]];
    float[] numbers = new float[rows.length];
    float[] stored = matrix.values().toFloats();
    matrix
        .pattern()
        .forEach((index, row, column) -> {
          rows[next[column]] = row;
          numbers[next[column]++] = stored[index];
        });
    int height = matrix.rows();
    return (x, y) -> {
      Arrays.fill(y, 0, height, 0);
      for (int j = 0; j < columns; j++) {
        for (int k = starts[j]; x[j] != 0 && k < starts[j + 1]; k++) {
          y[rows[k]] += numbers[k] * x[j];
        }
      }
    };
  }

  static VectorProduct ofDense(DenseMatrix matrix) {
    float[] elements = matrix.toArray();
    int rows = matrix.rows();
    int columns = matrix.columns();
    return (x, y) -> {
      for (int i = 0; i < rows; i++) {
        double sum = 0;
        for (int j = 0; j < columns; j++) {
          if (x[j] != 0) {
            sum += elements[i * columns + j] * x[j];
          }
        }
        y[i] = sum;
      }
    };
  }
}
