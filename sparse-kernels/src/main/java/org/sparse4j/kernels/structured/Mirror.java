package org.sparse4j.kernels.structured;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;

/** A parameter as a matrix in native memory, copied again when its version changed. */
final class Mirror {

  private final FloatValues values;
  private final DenseMatrix matrix;
  private @Nullable DenseMatrix gradient;
  private long version;

  Mirror(FloatValues values, int rows, int columns) {
    this.values = values;
    this.matrix = DenseMatrix.zeros(rows, columns);
    copy();
  }

  private void copy() {
    // Read before the copy: a write in between is then noticed by the next call.
    version = values.version();
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.setRow(i, values.array(), i * matrix.columns());
    }
  }

  DenseMatrix current() {
    if (version != values.version()) {
      copy();
    }
    return matrix;
  }

  /** A matrix of the same shape for the gradient. */
  DenseMatrix gradient() {
    DenseMatrix result = gradient;
    if (result == null) {
      result = DenseMatrix.zeros(matrix.rows(), matrix.columns());
      gradient = result;
    }
    return result;
  }

  /** Copies the gradient to where the caller wants it. */
  void store(FloatValues target) {
    DenseMatrix source = gradient();
    for (int i = 0; i < source.rows(); i++) {
      source.getRow(i, target.array(), i * source.columns());
    }
    target.markChanged();
  }
}
