package org.sparse4j.kernels.structured;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.MonarchShape;

/**
 * Two block-diagonal products. The permutations between and behind them are in the rows that the
 * second one reads and writes: those of a block lie as many rows apart as there are blocks.
 */
final class MonarchOperator extends MatrixOperator {

  private final boolean transposed;
  private final BlockFactor first;
  private final BlockFactor second;

  /** What the first factor writes and the second reads; twice as gradients need the slope too. */
  private final Widths<DenseMatrix> between;

  private final Widths<DenseMatrix> slopes;

  MonarchOperator(MonarchMatrix matrix, DenseKernels dense) {
    super(matrix);
    MonarchShape shape = matrix.shape();
    this.transposed = matrix.isTransposed();
    this.first =
        new BlockFactor(
            dense,
            matrix.first(),
            shape.firstBlocks(),
            shape.firstRows(),
            shape.firstColumns(),
            false);
    this.second =
        new BlockFactor(
            dense,
            matrix.second(),
            shape.secondBlocks(),
            shape.secondRows(),
            shape.secondColumns(),
            true);
    int middle = shape.firstBlocks() * shape.firstRows();
    this.between = new Widths<>(n -> DenseMatrix.zeros(middle, n));
    this.slopes = new Widths<>(n -> DenseMatrix.zeros(middle, n));
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
    List<KernelInfo> calls = new ArrayList<>();
    if (transposed) {
      calls.addAll(second.calls(GemmForm.ATB, n));
      calls.addAll(first.calls(GemmForm.ATB, n));
    } else {
      calls.addAll(first.calls(GemmForm.AB, n));
      calls.addAll(second.calls(GemmForm.AB, n));
    }
    return List.copyOf(calls);
  }

  private void forward(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseMatrix inner = between.of(x.columns());
    first.forward(workspace, x, inner);
    second.forward(workspace, inner, y);
  }

  private void backward(Workspace workspace, DenseMatrix dy, DenseMatrix dx) {
    DenseMatrix inner = between.of(dy.columns());
    second.backward(workspace, dy, inner);
    first.backward(workspace, inner, dx);
  }

  /** The gradient of a transpose is that with input and slope exchanged. */
  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
    DenseMatrix input = transposed ? dy : x;
    DenseMatrix slope = transposed ? x : dy;
    DenseMatrix inner = between.of(x.columns());
    DenseMatrix innerSlope = slopes.of(x.columns());
    first.forward(workspace, input, inner);
    second.gradient(workspace, inner, slope, gradients.get(1));
    second.backward(workspace, slope, innerSlope);
    first.gradient(workspace, input, innerSlope, gradients.get(0));
  }
}
