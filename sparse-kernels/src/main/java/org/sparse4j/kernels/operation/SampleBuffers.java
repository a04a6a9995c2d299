package org.sparse4j.kernels.operation;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;

/** Matrices, by shape, in which operands of other layouts take the layout of an operator. */
final class SampleBuffers {

  /** Shapes kept; a workspace that serves more of them begins anew. */
  private static final int MOST = 16;

  private final List<DenseMatrix> inputs = new ArrayList<>();
  private final List<DenseMatrix> outputs = new ArrayList<>();

  DenseMatrix input(int features, int samples) {
    return find(inputs, features, samples);
  }

  DenseMatrix output(int features, int samples) {
    return find(outputs, features, samples);
  }

  private static DenseMatrix find(List<DenseMatrix> kept, int rows, int columns) {
    for (int i = 0; i < kept.size(); i++) {
      DenseMatrix matrix = kept.get(i);
      if (matrix.rows() == rows && matrix.columns() == columns) {
        return matrix;
      }
    }
    if (kept.size() == MOST) {
      kept.clear();
    }
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    kept.add(matrix);
    return matrix;
  }

  static void transpose(DenseView from, DenseMatrix to) {
    for (int i = 0; i < to.rows(); i++) {
      for (int j = 0; j < to.columns(); j++) {
        to.set(i, j, from.get(j, i));
      }
    }
  }

  static void transpose(DenseMatrix from, DenseMatrix to) {
    for (int i = 0; i < to.rows(); i++) {
      for (int j = 0; j < to.columns(); j++) {
        to.set(i, j, from.get(j, i));
      }
    }
  }
}
