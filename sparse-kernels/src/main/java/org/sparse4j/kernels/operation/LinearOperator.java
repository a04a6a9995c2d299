package org.sparse4j.kernels.operation;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;

/**
 * A linear map with parameters, as autograd and layers see it: {@code y = A x}, {@code dx = A^T dy}
 * and the gradient of the parameters.
 *
 * <p>The interface is open: a structured matrix of your own (butterfly, low rank, a composition)
 * trains like ours once it implements it. {@code Kernels.operator} makes one of a sparse matrix.
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
