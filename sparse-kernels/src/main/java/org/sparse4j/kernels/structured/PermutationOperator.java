package org.sparse4j.kernels.structured;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.structured.PermutationMatrix;

/** Copies rows; no parameters. */
final class PermutationOperator extends MatrixOperator {

  private final int[] sources;
  private final Costs costs;

  PermutationOperator(PermutationMatrix matrix, DenseKernels dense) {
    super(matrix);
    this.costs = new Costs(dense);
    this.sources = new int[matrix.rows()];
    matrix.sources().get(sources);
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    for (int i = 0; i < sources.length; i++) {
      Rows.copy(x, sources[i], y, i);
    }
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    for (int i = 0; i < sources.length; i++) {
      Rows.copy(x, i, y, sources[i]);
    }
  }

  @Override
  public List<KernelInfo> calls(int n) {
    return List.of(costs.copy(rows(), n));
  }

  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {}
}
