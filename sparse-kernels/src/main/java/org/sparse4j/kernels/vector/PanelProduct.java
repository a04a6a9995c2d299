package org.sparse4j.kernels.vector;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;

/** A product that also multiplies matrices that exist as addresses only. */
abstract class PanelProduct implements PreparedKernel.Product {

  /**
   * Runs the product.
   *
   * @param workspace scratch and threads; slot 0 is not touched if it holds the rows of the input
   *     and of the output, padded
   * @param x address of the input, rows padded with zeros to a multiple of 16
   * @param xStride bytes between its rows
   * @param y address of the output
   * @param yStride bytes between its rows
   * @param n columns of both
   */
  abstract void run(Workspace workspace, long x, long xStride, long y, long yStride, int n);

  /**
   * Says what runs.
   *
   * @param n columns
   * @param transposing whether operands are transposed on the way
   * @return the description
   */
  abstract KernelInfo info(int n, boolean transposing);

  @Override
  public final KernelInfo info(int n) {
    return info(n, false);
  }

  @Override
  public final void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    run(workspace, x.address(), 4L * x.stride(), y.address(), 4L * y.stride(), y.columns());
  }
}
