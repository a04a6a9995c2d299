package org.sparse4j.kernels.operation;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;

/**
 * A linear map with parameters, as autograd and layers see it: {@code y = A x}, {@code dx = A^T dy}
 * and the gradient of the parameters.
 *
 * <p>The interface is open: a structured matrix of your own (butterfly, low rank, a composition)
 * trains like ours once it implements it. {@code Kernels.operator} makes one of a sparse or
 * structured matrix.
 */
public interface LinearOperator {

  /**
   * Returns the number of outputs.
   *
   * @return rows of A
   */
  int rows();

  /**
   * Returns the number of inputs.
   *
   * @return columns of A
   */
  int columns();

  /**
   * Computes {@code Y = A X}.
   *
   * @param workspace scratch and threads
   * @param x columns() x n
   * @param y receives rows() x n
   */
  void apply(Workspace workspace, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code Y = A^T X}.
   *
   * @param workspace scratch and threads
   * @param x rows() x n
   * @param y receives columns() x n
   */
  void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code y = A x} for one sample; by default through a batch of one.
   *
   * @param workspace scratch and threads
   * @param x columns() elements
   * @param y receives rows() elements
   * @throws IllegalArgumentException if a length does not fit
   */
  default void apply(Workspace workspace, DenseVector x, DenseVector y) {
    if (x.length() != columns() || y.length() != rows()) {
      throw new IllegalArgumentException(
          "apply: lengths of x ("
              + x.length()
              + ") and y ("
              + y.length()
              + ") must equal columns and rows of A; A is "
              + rows()
              + "x"
              + columns());
    }
    SampleBuffers buffers = workspace.state(SampleBuffers.class, SampleBuffers::new);
    DenseMatrix in = buffers.input(columns(), 1);
    DenseMatrix out = buffers.output(rows(), 1);
    SampleBuffers.transpose(x.asRow(), in);
    apply(workspace, in, out);
    SampleBuffers.transpose(out, y.asRow());
  }

  /**
   * Computes {@code Y = X A^T}, batch-major: a row is a sample; by default through transposes.
   *
   * @param workspace scratch and threads
   * @param x n x columns(), any strides
   * @param y receives n x rows()
   * @throws IllegalArgumentException if the shapes do not fit
   */
  default void linear(Workspace workspace, DenseView x, DenseMatrix y) {
    if (x.columns() != columns() || y.columns() != rows() || x.rows() != y.rows()) {
      throw new IllegalArgumentException(
          "linear: X must be n x columns and Y n x rows of A; A is "
              + rows()
              + "x"
              + columns()
              + ", X is "
              + x.rows()
              + "x"
              + x.columns()
              + ", Y is "
              + y.rows()
              + "x"
              + y.columns());
    }
    SampleBuffers buffers = workspace.state(SampleBuffers.class, SampleBuffers::new);
    DenseMatrix in = buffers.input(columns(), x.rows());
    DenseMatrix out = buffers.output(rows(), x.rows());
    SampleBuffers.transpose(x, in);
    apply(workspace, in, out);
    SampleBuffers.transpose(out, y);
  }

  /**
   * Says what {@link #apply(Workspace, DenseMatrix, DenseMatrix)} runs: for a structured matrix the
   * products and copies inside, in the order in which they run. {@code Kernels.explain} makes text
   * of it.
   *
   * @param n number of samples, at least 1
   * @return kernel and cost of every call; empty, as by default, if the operator does not say
   */
  default List<KernelInfo> calls(int n) {
    return List.of();
  }

  /**
   * Returns the trainable numbers.
   *
   * @return live values; whoever writes them calls {@code markChanged}
   */
  List<FloatValues> parameters();

  /**
   * Computes the gradient of a loss with respect to every parameter, given that with respect to
   * {@code A X}; for a sparse matrix {@code g_ij = sum_t dY_it X_jt} at the stored positions.
   *
   * @param workspace scratch and threads
   * @param x columns() x n
   * @param dy rows() x n
   * @param gradients receives one array a parameter, of its length
   */
  void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients);
}
