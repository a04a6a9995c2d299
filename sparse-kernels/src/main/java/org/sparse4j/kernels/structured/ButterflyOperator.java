package org.sparse4j.kernels.structured;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.structured.ButterflyMatrix;

/**
 * All factors in one call, from X to Y where their sizes allow; the gradient keeps the input of
 * each factor.
 */
final class ButterflyOperator extends MatrixOperator {

  /** What one batch size needs. */
  private static final class Batch {
    final DenseMatrix vectors;
    final DenseMatrix sums;
    final DenseMatrix zero;

    Batch(int size, int n) {
      vectors = DenseMatrix.zeros(size, n);
      sums = DenseMatrix.zeros(size, n);
      zero = DenseMatrix.zeros(1, n);
    }
  }

  private final ButterflyMatrix matrix;
  private final DenseKernels dense;
  private final Costs costs;
  private final int size;
  private final int factors;
  private final int[] strides;
  private final Widths<Batch> batches;
  private final Widths<DenseMatrix[]> trails;

  ButterflyOperator(ButterflyMatrix matrix, DenseKernels dense) {
    super(matrix);
    this.matrix = matrix;
    this.dense = dense;
    this.costs = new Costs(dense);
    this.size = matrix.size();
    this.factors = matrix.blocks() * matrix.levels();
    this.strides = new int[factors];
    for (int f = 0; f < factors; f++) {
      strides[f] = matrix.stride(f / matrix.levels(), f % matrix.levels());
    }
    this.batches = new Widths<>(n -> new Batch(size, n));
    this.trails = new Widths<>(this::trail);
  }

  private DenseMatrix[] trail(int n) {
    DenseMatrix[] inputs = new DenseMatrix[factors];
    for (int f = 0; f < factors; f++) {
      inputs[f] = DenseMatrix.zeros(size, n);
    }
    return inputs;
  }

  private int offset(int stack, int factor) {
    return (stack * factors + factor) * 2 * size;
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    run(workspace, false, x, y);
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    run(workspace, true, x, y);
  }

  /** Whether the factors read X and write Y themselves. */
  private boolean direct(int inputs, int outputs) {
    return matrix.stacks() == 1 && inputs == size && outputs == size;
  }

  private void run(Workspace workspace, boolean transposed, DenseMatrix x, DenseMatrix y) {
    int stacks = matrix.stacks();
    if (direct(x.rows(), y.rows())) {
      mixAll(workspace, 0, transposed, x, y);
      return;
    }
    Batch batch = batches.of(x.columns());
    boolean splits = matrix.splitsInputs() != transposed;
    boolean adds = splits && stacks != 1;
    if (adds) {
      dense.fill(workspace, 0, batch.sums);
    }
    for (int stack = 0; stack < stacks; stack++) {
      load(batch, x, splits ? stack * size : 0, batch.vectors);
      mixAll(workspace, stack, transposed, batch.vectors, batch.vectors);
      if (adds) {
        dense.add(workspace, batch.sums, batch.vectors, batch.sums);
      } else {
        int from = stack * size;
        Rows.copy(batch.vectors, 0, y, from, Math.min(size, y.rows() - from));
      }
    }
    if (adds) {
      Rows.copy(batch.sums, 0, y, 0, y.rows());
    }
  }

  private void mixAll(
      Workspace workspace, int stack, boolean transposed, DenseMatrix from, DenseMatrix to) {
    dense.mixFactors(
        workspace, strides, matrix.twiddle().array(), offset(stack, 0), transposed, from, to);
  }

  private void mix(
      Workspace workspace,
      int stack,
      int factor,
      boolean transposed,
      DenseMatrix from,
      DenseMatrix to) {
    dense.mixPairs(
        workspace,
        strides[factor],
        matrix.twiddle().array(),
        offset(stack, factor),
        transposed,
        from,
        to);
  }

  private void load(Batch batch, DenseMatrix x, int from, DenseMatrix to) {
    int count = Math.min(size, x.rows() - from);
    Rows.copy(x, from, to, 0, count);
    for (int i = count; i < size; i++) {
      Rows.copy(batch.zero, 0, to, i);
    }
  }

  @Override
  public List<KernelInfo> calls(int n) {
    int stacks = matrix.stacks();
    // Six operations a pair and sample; four numbers a pair; every row read and written once.
    KernelInfo mixes =
        costs.call("mix-factors", 3L * size * n * factors, 8L * size * ((long) n + factors));
    if (direct(columns(), rows())) {
      return List.of(factors > 0 ? mixes : costs.copy(size, n));
    }
    KernelInfo adds = costs.call("add", (long) size * n, 12L * size * n);
    List<KernelInfo> calls = new ArrayList<>();
    calls.add(costs.copy(stacks * size, n));
    if (factors > 0) {
      calls.add(mixes.times(stacks));
    }
    if (matrix.splitsInputs() && stacks != 1) {
      calls.add(adds.times(stacks));
    }
    calls.add(costs.copy(rows(), n));
    return List.copyOf(calls);
  }

  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
    if (factors == 0) {
      return;
    }
    Batch batch = batches.of(x.columns());
    DenseMatrix[] inputs = trails.of(x.columns());
    FloatValues gradient = gradients.get(0);
    for (int stack = 0; stack < matrix.stacks(); stack++) {
      load(batch, x, matrix.splitsInputs() ? stack * size : 0, inputs[0]);
      for (int f = 0; f + 1 < factors; f++) {
        mix(workspace, stack, f, false, inputs[f], inputs[f + 1]);
      }
      load(batch, dy, matrix.splitsInputs() ? 0 : stack * size, batch.vectors);
      for (int f = factors - 1; f >= 0; f--) {
        dense.mixPairsGradient(
            workspace, strides[f], inputs[f], batch.vectors, gradient.array(), offset(stack, f));
        mix(workspace, stack, f, true, batch.vectors, batch.vectors);
      }
    }
    gradient.markChanged();
  }
}
