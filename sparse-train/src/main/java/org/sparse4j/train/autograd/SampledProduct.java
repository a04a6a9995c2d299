package org.sparse4j.train.autograd;

import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.operation.Operation;

/** The product of a gradient that was made sparse with the transposed inputs, on sparse kernels. */
final class SampledProduct {

  private SampledProduct() {}

  /**
   * Computes {@code target = S X^T}.
   *
   * @param e kernels and workspace
   * @param sampled S, outputs x n, mostly zeros
   * @param transposed X^T, n x inputs
   * @param target receives outputs x inputs
   */
  static void multiply(Entry e, DenseMatrix sampled, DenseMatrix transposed, DenseMatrix target) {
    int n = transposed.columns();
    e.kernels()
        .plan(Operation.SPMM, nonZeros(sampled))
        .batch(n, n)
        .build()
        .run(e.workspace(), transposed, target);
  }

  private static CsrMatrix nonZeros(DenseMatrix matrix) {
    float[] row = new float[matrix.columns()];
    int[] pointers = new int[matrix.rows() + 1];
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.getRow(i, row, 0);
      int count = 0;
      for (float number : row) {
        count += number == 0 ? 0 : 1;
      }
      pointers[i + 1] = Math.addExact(pointers[i], count);
    }
    int[] columns = new int[pointers[matrix.rows()]];
    float[] values = new float[columns.length];
    int k = 0;
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.getRow(i, row, 0);
      for (int j = 0; j < row.length; j++) {
        if (row[j] != 0) {
          columns[k] = j;
          values[k++] = row[j];
        }
      }
    }
    CsrPattern pattern = CsrPattern.copyOf(matrix.rows(), matrix.columns(), pointers, columns);
    return CsrMatrix.of(pattern, FloatValues.wrap(values));
  }
}
