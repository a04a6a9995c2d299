package org.sparse4j.kernels.structured;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.structured.BlockDiagonalMatrix;

/** One dense product a block. */
final class BlockDiagonalOperator extends MatrixOperator {

  private final BlockFactor factor;
  private final Costs costs;

  BlockDiagonalOperator(BlockDiagonalMatrix matrix, DenseKernels dense) {
    super(matrix);
    this.costs = new Costs(dense);
    this.factor =
        new BlockFactor(
            dense, matrix.values(), matrix.blocks(), matrix.blockRows(), matrix.blockColumns());
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    BlockFactor.Batch batch = factor.batch(x.columns());
    load(batch, x);
    factor.forward(workspace, batch);
    Rows.copy(batch.out, 0, y, 0, rows());
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    BlockFactor.Batch batch = factor.batch(x.columns());
    loadSlope(batch, x);
    factor.backward(workspace, batch);
    Rows.copy(batch.in, 0, y, 0, columns());
  }

  @Override
  public List<KernelInfo> calls(int n) {
    return List.of(costs.copy(columns(), n), factor.call(n), costs.copy(rows(), n));
  }

  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
    BlockFactor.Batch batch = factor.batch(x.columns());
    load(batch, x);
    loadSlope(batch, dy);
    factor.gradient(workspace, batch, gradients.get(0));
  }

  private void load(BlockFactor.Batch batch, DenseMatrix x) {
    Rows.copy(x, 0, batch.in, 0, columns());
    batch.clearIn(columns());
  }

  private void loadSlope(BlockFactor.Batch batch, DenseMatrix dy) {
    Rows.copy(dy, 0, batch.out, 0, rows());
    for (int i = rows(); i < batch.out.rows(); i++) {
      batch.clearOut(i);
    }
  }
}
