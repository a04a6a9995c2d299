package org.sparse4j.train.autograd;

import org.sparse4j.format.DenseMatrix;

/** Rows of a matrix, and matrices one below the other. */
enum RowRange implements Operator {
  /** The result is a view on the input's memory, so nothing is computed forward. */
  ROWS("rows"),
  CONCATENATE("concatenateRows");

  private final String label;

  RowRange(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public void forward(Entry e) {
    if (this == CONCATENATE) {
      int row = 0;
      for (int i = 0; i < e.inputs(); i++) {
        DenseMatrix x = e.value(i);
        DenseMatrix part = e.rows(2 * i, e.output(), row, row + x.rows());
        e.dense().copy(e.workspace(), x, part);
        row += x.rows();
      }
    }
  }

  @Override
  public void backward(Entry e) {
    if (this == ROWS) {
      DenseMatrix part = e.rows(1, e.gradientSum(0), e.from, e.to);
      e.dense().addScaled(e.workspace(), 1, e.outputGradient(), part);
      return;
    }
    int row = 0;
    for (int i = 0; i < e.inputs(); i++) {
      int rows = e.value(i).rows();
      if (e.needsGradient(i)) {
        DenseMatrix part = e.rows(2 * i + 1, e.outputGradient(), row, row + rows);
        e.dense().copy(e.workspace(), part, e.gradientTarget(i));
        e.gradientWritten(i);
      }
      row += rows;
    }
  }
}
