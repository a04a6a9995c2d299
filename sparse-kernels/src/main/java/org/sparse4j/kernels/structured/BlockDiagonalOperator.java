package org.sparse4j.kernels.structured;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.structured.BlockDiagonalMatrix;

/** {@code Y_k = A_k X_k} for blocks of rows. */
final class BlockDiagonalOperator extends MatrixOperator {

  private final BlockFactor factor;

  BlockDiagonalOperator(BlockDiagonalMatrix matrix, DenseKernels dense) {
    super(matrix);
    this.factor =
        new BlockFactor(
            dense,
            matrix.values(),
            matrix.blocks(),
            matrix.blockRows(),
            matrix.blockColumns(),
            false);
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    factor.forward(workspace, x, y);
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    factor.backward(workspace, x, y);
  }

  @Override
  public List<KernelInfo> calls(int n) {
    return factor.calls(GemmForm.AB, n);
  }

  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
    factor.gradient(workspace, x, dy, gradients.get(0));
  }
}
