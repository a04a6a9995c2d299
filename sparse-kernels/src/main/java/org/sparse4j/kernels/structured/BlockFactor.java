package org.sparse4j.kernels.structured;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;

/**
 * Equal blocks on a diagonal. Row j of the rows of block k is row {@code j + k rows}, or row {@code
 * k + j blocks} if rows are interleaved; matrices may end early.
 *
 * <p>Blocks are multiplied where their rows lie, in one call. Large ones, few samples and the
 * gradient take one dense product a block between two buffers.
 */
final class BlockFactor {

  /** The buffers of one batch size. */
  private static final class Batch {
    final DenseMatrix in;
    final DenseMatrix out;
    final DenseMatrix[] inputs;
    final DenseMatrix[] outputs;
    final DenseMatrix zero;

    Batch(int blocks, int q, int p, int n) {
      in = DenseMatrix.zeros(blocks * p, n);
      out = DenseMatrix.zeros(blocks * q, n);
      inputs = split(in, blocks, p);
      outputs = split(out, blocks, q);
      zero = DenseMatrix.zeros(1, n);
    }
  }

  private final DenseKernels dense;
  private final Costs costs;
  private final Mirror weights;
  private final DenseMatrix[] blocks;
  private final boolean interleaved;
  private final int rowsEach;
  private final int columnsEach;
  private final Widths<Batch> batches;
  private DenseMatrix @Nullable [] gradients;

  BlockFactor(
      DenseKernels dense, FloatValues values, int blocks, int q, int p, boolean interleaved) {
    this.dense = dense;
    this.costs = new Costs(dense);
    this.weights = new Mirror(values, blocks * q, p);
    this.blocks = split(weights.current(), blocks, q);
    this.interleaved = interleaved;
    this.rowsEach = q;
    this.columnsEach = p;
    this.batches = new Widths<>(n -> new Batch(blocks, q, p, n));
  }

  private static DenseMatrix[] split(DenseMatrix whole, int blocks, int rows) {
    DenseMatrix[] parts = new DenseMatrix[blocks];
    for (int k = 0; k < blocks; k++) {
      parts[k] = whole.rows(k * rows, (k + 1) * rows);
    }
    return parts;
  }

  /**
   * Whether a product a block is faster: vectors hold samples, so a few samples leave them half
   * empty where the dense product sums along rows instead (1024x1024 and one sample, 64x64 blocks:
   * 15 us against 30; eight samples, 256x256 blocks: 69 against 104), and large blocks gain
   * nothing.
   */
  private boolean apart(int n, boolean transposed) {
    long numbers = (long) rowsEach * columnsEach;
    if (n <= 4) {
      return transposed || numbers >= 64 * 64;
    }
    return numbers >= (n <= 8 ? 128 * 128 : 512 * 512);
  }

  /** {@code Y_k = W_k X_k}. */
  void forward(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseMatrix whole = weights.current();
    if (!apart(x.columns(), false)) {
      dense.gemmBlocks(workspace, GemmForm.AB, blocks.length, interleaved, whole, x, y);
      return;
    }
    Batch batch = batches.of(x.columns());
    load(x, columnsEach, batch.zero, batch.in);
    for (int k = 0; k < blocks.length; k++) {
      dense.gemm(
          workspace, GemmForm.AB, blocks[k], batch.inputs[k], Epilogue.none(), batch.outputs[k]);
    }
    store(batch.out, rowsEach, y);
  }

  /**
   * What {@link #forward} or {@link #backward} runs.
   *
   * @param form {@code AB} or {@code ATB}
   */
  List<KernelInfo> calls(GemmForm form, int n) {
    boolean transposed = form == GemmForm.ATB;
    int outer = transposed ? columnsEach : rowsEach;
    int inner = transposed ? rowsEach : columnsEach;
    int count = blocks.length;
    if (apart(n, transposed)) {
      return List.of(
          costs.copy(count * inner, n),
          dense.gemmInfo(form, outer, inner, n).times(count),
          costs.copy(count * outer, n));
    }
    long numbers = (long) count * outer * inner;
    long operands = (long) count * (outer + inner) * n;
    return List.of(costs.call("gemm-blocks-" + form, 2 * numbers * n, 4 * (numbers + operands)));
  }

  /** {@code X_k = W_k^T Y_k}. */
  void backward(Workspace workspace, DenseMatrix y, DenseMatrix x) {
    DenseMatrix whole = weights.current();
    if (!apart(x.columns(), true)) {
      dense.gemmBlocks(workspace, GemmForm.ATB, blocks.length, interleaved, whole, y, x);
      return;
    }
    Batch batch = batches.of(x.columns());
    load(y, rowsEach, batch.zero, batch.out);
    for (int k = 0; k < blocks.length; k++) {
      dense.gemm(
          workspace, GemmForm.ATB, blocks[k], batch.outputs[k], Epilogue.none(), batch.inputs[k]);
    }
    store(batch.in, columnsEach, x);
  }

  /** {@code dW_k = dY_k X_k^T}. */
  void gradient(Workspace workspace, DenseMatrix x, DenseMatrix dy, FloatValues target) {
    DenseMatrix[] parts = gradients;
    if (parts == null) {
      parts = split(weights.gradient(), blocks.length, rowsEach);
      gradients = parts;
    }
    Batch batch = batches.of(x.columns());
    load(x, columnsEach, batch.zero, batch.in);
    load(dy, rowsEach, batch.zero, batch.out);
    for (int k = 0; k < blocks.length; k++) {
      dense.gemm(
          workspace, GemmForm.ABT, batch.outputs[k], batch.inputs[k], Epilogue.none(), parts[k]);
    }
    weights.store(target);
  }

  /** Where a row lies in a buffer whose blocks have so many rows each. */
  private int place(int row, int each) {
    return interleaved ? row % blocks.length * each + row / blocks.length : row;
  }

  private void load(DenseMatrix from, int each, DenseMatrix zero, DenseMatrix buffer) {
    for (int i = 0; i < from.rows(); i++) {
      Rows.copy(from, i, buffer, place(i, each));
    }
    for (int i = from.rows(); i < buffer.rows(); i++) {
      Rows.copy(zero, 0, buffer, place(i, each));
    }
  }

  private void store(DenseMatrix buffer, int each, DenseMatrix to) {
    for (int i = 0; i < to.rows(); i++) {
      Rows.copy(buffer, place(i, each), to, i);
    }
  }
}
