package org.sparse4j.kernels;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.kernels.operation.Operation;

/**
 * A sparse matrix as a linear map: plans, made on first use, refreshed when values changed. Float32
 * values are its parameter; values of other types are frozen.
 */
final class SparseOperator implements LinearOperator {

  private final Kernels kernels;
  private final SparseMatrix matrix;
  private @Nullable Plan product;
  private @Nullable Plan transposed;
  private @Nullable Plan sampled;
  private @Nullable Plan single;
  private @Nullable Plan batchMajor;

  SparseOperator(Kernels kernels, SparseMatrix matrix) {
    this.kernels = kernels;
    this.matrix = matrix;
  }

  @Override
  public int rows() {
    return matrix.rows();
  }

  @Override
  public int columns() {
    return matrix.columns();
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    product = ready(product, Operation.SPMM, x.columns());
    product.run(workspace, x, y);
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    transposed = ready(transposed, Operation.SPMM_TRANSPOSED, x.columns());
    transposed.run(workspace, x, y);
  }

  @Override
  public void apply(Workspace workspace, DenseVector x, DenseVector y) {
    single = ready(single, Operation.SPMV, 1);
    single.run(workspace, x, y);
  }

  @Override
  public void linear(Workspace workspace, DenseView x, DenseMatrix y) {
    batchMajor = ready(batchMajor, Operation.LINEAR, x.rows());
    batchMajor.run(workspace, x, y);
  }

  @Override
  public List<FloatValues> parameters() {
    return matrix.values() instanceof FloatValues floats ? List.of(floats) : List.of();
  }

  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
    if (!(matrix.values() instanceof FloatValues)) {
      throw new IllegalStateException(
          "operator: "
              + matrix.values().dtype()
              + " values are frozen, only F32 values have a gradient; A is "
              + Operands.describe(matrix));
    }
    sampled = ready(sampled, Operation.SDDMM, x.columns());
    sampled.sample(workspace, dy, x, gradients.get(0));
  }

  @Override
  public List<KernelInfo> calls(int n) {
    product = ready(product, Operation.SPMM, n);
    return List.of(product.info(n));
  }

  private Plan ready(@Nullable Plan plan, Operation operation, int n) {
    if (plan == null) {
      return kernels.plan(operation, matrix).batch(n, n).build();
    }
    if (plan.isStale()) {
      plan.refresh();
    }
    return plan;
  }

  @Override
  public String toString() {
    return "operator of " + Operands.describe(matrix);
  }
}
