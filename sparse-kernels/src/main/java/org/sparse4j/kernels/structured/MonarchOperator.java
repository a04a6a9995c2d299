package org.sparse4j.kernels.structured;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.MonarchShape;

/** Two block-diagonal products with copies of rows around them for the two permutations. */
final class MonarchOperator extends MatrixOperator {

  private final boolean transposed;
  private final int inputs;
  private final int outputs;
  private final int secondBlocks;
  private final int secondRows;
  private final int secondColumns;
  private final BlockFactor first;
  private final BlockFactor second;
  private final Costs costs;

  MonarchOperator(MonarchMatrix matrix, DenseKernels dense) {
    super(matrix);
    this.costs = new Costs(dense);
    MonarchShape shape = matrix.shape();
    this.transposed = matrix.isTransposed();
    this.inputs = transposed ? matrix.rows() : matrix.columns();
    this.outputs = transposed ? matrix.columns() : matrix.rows();
    this.secondBlocks = shape.secondBlocks();
    this.secondRows = shape.secondRows();
    this.secondColumns = shape.secondColumns();
    this.first =
        new BlockFactor(
            dense, matrix.first(), shape.firstBlocks(), shape.firstRows(), shape.firstColumns());
    this.second = new BlockFactor(dense, matrix.second(), secondBlocks, secondRows, secondColumns);
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    if (transposed) {
      backward(workspace, x, y);
    } else {
      forward(workspace, x, y);
    }
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    if (transposed) {
      forward(workspace, x, y);
    } else {
      backward(workspace, x, y);
    }
  }

  @Override
  public List<KernelInfo> calls(int n) {
    return List.of(
        costs.copy(columns(), n),
        (transposed ? second : first).call(n),
        costs.copy(secondBlocks * secondColumns, n),
        (transposed ? first : second).call(n),
        costs.copy(rows(), n));
  }

  /** The gradient of a transpose is that with input and slope exchanged. */
  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
    BlockFactor.Batch one = first.batch(x.columns());
    BlockFactor.Batch two = second.batch(x.columns());
    inner(workspace, transposed ? dy : x, one, two);
    loadSlope(transposed ? x : dy, two);
    second.gradient(workspace, two, gradients.get(1));
    second.backward(workspace, two);
    unshuffle(two, one);
    first.gradient(workspace, one, gradients.get(0));
  }

  private void forward(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    BlockFactor.Batch one = first.batch(x.columns());
    BlockFactor.Batch two = second.batch(x.columns());
    inner(workspace, x, one, two);
    second.forward(workspace, two);
    for (int i = 0; i < outputs; i++) {
      Rows.copy(two.out, i % secondBlocks * secondRows + i / secondBlocks, y, i);
    }
  }

  /** The first factor and the permutation after it. */
  private void inner(
      Workspace workspace, DenseMatrix x, BlockFactor.Batch one, BlockFactor.Batch two) {
    Rows.copy(x, 0, one.in, 0, inputs);
    one.clearIn(inputs);
    first.forward(workspace, one);
    for (int i = 0; i < one.out.rows(); i++) {
      Rows.copy(one.out, i, two.in, i % secondBlocks * secondColumns + i / secondBlocks);
    }
  }

  private void backward(Workspace workspace, DenseMatrix dy, DenseMatrix dx) {
    BlockFactor.Batch one = first.batch(dy.columns());
    BlockFactor.Batch two = second.batch(dy.columns());
    loadSlope(dy, two);
    second.backward(workspace, two);
    unshuffle(two, one);
    first.backward(workspace, one);
    Rows.copy(one.in, 0, dx, 0, inputs);
  }

  private void loadSlope(DenseMatrix dy, BlockFactor.Batch two) {
    for (int i = 0; i < two.out.rows(); i++) {
      int row = i % secondBlocks * secondRows + i / secondBlocks;
      if (i < outputs) {
        Rows.copy(dy, i, two.out, row);
      } else {
        two.clearOut(row);
      }
    }
  }

  private void unshuffle(BlockFactor.Batch two, BlockFactor.Batch one) {
    for (int i = 0; i < one.out.rows(); i++) {
      Rows.copy(two.in, i % secondBlocks * secondColumns + i / secondBlocks, one.out, i);
    }
  }
}
