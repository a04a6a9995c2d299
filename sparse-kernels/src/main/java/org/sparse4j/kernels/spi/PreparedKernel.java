package org.sparse4j.kernels.spi;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;

/**
 * One operation made ready for one matrix; implements the nested interface of its operation.
 *
 * <p>Immutable but for {@link #refresh}, and shared between threads: what belongs to a single call
 * lives in the workspace. A call allocates nothing once warm, and its result does not depend on the
 * workspace's threads.
 */
public interface PreparedKernel {

  /**
   * Says which kernel runs and what a call costs.
   *
   * @param n number of samples
   * @return the description
   */
  KernelInfo info(int n);

  /**
   * Returns the size of the kernel's own copy of the matrix, positions and values, which a call
   * reads instead of the matrix itself.
   *
   * @return bytes; 0 if there is no copy, or the kernel does not say
   */
  default long packedBytes() {
    return 0;
  }

  /**
   * Copies new values into kernel order.
   *
   * @param values the matrix's values, in pattern order
   */
  void refresh(Values values);

  /** {@code Y = f(A X + b)} or {@code Y = A^T X}: SPMM and SPMM_TRANSPOSED. */
  interface Product extends PreparedKernel {
    /**
     * Runs the product.
     *
     * @param workspace scratch and threads
     * @param x input, a column is a sample
     * @param y receives the result
     */
    void run(Workspace workspace, DenseMatrix x, DenseMatrix y);
  }

  /** {@code Y = f(X A^T + b)}, batch-major: LINEAR. */
  interface BatchMajor extends PreparedKernel {
    /**
     * Runs the layer.
     *
     * @param workspace scratch and threads
     * @param x input of any strides, a row is a sample
     * @param y receives the result, a row is a sample
     */
    void run(Workspace workspace, DenseView x, DenseMatrix y);
  }

  /** {@code y = f(A x + b)}: SPMV. */
  interface SingleSample extends PreparedKernel {
    /**
     * Runs the product.
     *
     * @param workspace scratch and threads
     * @param x input
     * @param y receives the result
     */
    void run(Workspace workspace, DenseVector x, DenseVector y);
  }

  /** {@code s_ij = sum_t G_it X_jt} at the stored positions: SDDMM. */
  interface Sampled extends PreparedKernel {
    /**
     * Runs the sampled product.
     *
     * @param workspace scratch and threads
     * @param g left factor, m x n
     * @param x right factor, k x n
     * @param sampled receives one number a stored position, in pattern order
     */
    void run(Workspace workspace, DenseMatrix g, DenseMatrix x, FloatValues sampled);
  }
}
