package org.sparse4j.kernels.structured;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.structured.LowRankMatrix;

/** {@code Y = U (V X)}, two dense products. */
final class LowRankOperator extends MatrixOperator implements AddingOperator {

  private final DenseKernels dense;
  private final Costs costs;
  private final int rank;
  private final Mirror left;
  private final Mirror right;
  private final Widths<DenseMatrix> inner;

  LowRankOperator(LowRankMatrix matrix, DenseKernels dense) {
    super(matrix);
    this.dense = dense;
    this.costs = new Costs(dense);
    this.rank = matrix.rank();
    this.left = new Mirror(matrix.left(), matrix.rows(), matrix.rank());
    this.right = new Mirror(matrix.right(), matrix.rank(), matrix.columns());
    this.inner = new Widths<>(n -> DenseMatrix.zeros(rank, n));
  }

  private void gemm(
      Workspace workspace, GemmForm form, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    dense.gemm(workspace, form, a, b, Epilogue.none(), c);
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseMatrix t = inner.of(x.columns());
    gemm(workspace, GemmForm.AB, right.current(), x, t);
    gemm(workspace, GemmForm.AB, left.current(), t, y);
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseMatrix t = inner.of(x.columns());
    gemm(workspace, GemmForm.ATB, left.current(), x, t);
    gemm(workspace, GemmForm.ATB, right.current(), t, y);
  }

  @Override
  public List<KernelInfo> calls(int n) {
    return List.of(
        dense.gemmInfo(GemmForm.AB, rank, columns(), n),
        dense.gemmInfo(GemmForm.AB, rows(), rank, n));
  }

  @Override
  public List<KernelInfo> addCalls(float factor, int n) {
    List<KernelInfo> calls = new ArrayList<>();
    calls.add(dense.gemmInfo(GemmForm.AB, rank, columns(), n));
    if (factor != 1) {
      calls.add(costs.call("scale", (long) rank * n, 8L * rank * n));
    }
    long numbers = (long) rows() * rank;
    long operands = (rank + 2L * rows()) * n;
    calls.add(costs.call("gemm-AB-add", 2 * numbers * n, 4 * (numbers + operands)));
    return List.copyOf(calls);
  }

  @Override
  public void add(
      Workspace workspace, boolean transposed, float factor, DenseMatrix x, DenseMatrix y) {
    GemmForm form = transposed ? GemmForm.ATB : GemmForm.AB;
    DenseMatrix t = inner.of(x.columns());
    gemm(workspace, form, (transposed ? left : right).current(), x, t);
    // The factor goes to the few rows in between.
    if (factor != 1) {
      dense.scale(workspace, factor, t, t);
    }
    dense.gemmAdd(workspace, form, (transposed ? right : left).current(), t, y);
  }

  /** {@code dU = dY (V X)^T} and {@code dV = (U^T dY) X^T}; no dense gradient is ever formed. */
  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
    DenseMatrix t = inner.of(x.columns());
    gemm(workspace, GemmForm.AB, right.current(), x, t);
    gemm(workspace, GemmForm.ABT, dy, t, left.gradient());
    left.store(gradients.get(0));
    gemm(workspace, GemmForm.ATB, left.current(), dy, t);
    gemm(workspace, GemmForm.ABT, t, x, right.gradient());
    right.store(gradients.get(1));
  }
}
