package org.sparse4j.kernels.structured;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;

/**
 * Equal blocks on a diagonal, one dense product each, between two buffers that the caller fills and
 * empties: that is where padding and permutations happen.
 */
final class BlockFactor {

  /** The buffers of one batch size. */
  static final class Batch {
    final DenseMatrix in;
    final DenseMatrix out;
    private final DenseMatrix[] inputs;
    private final DenseMatrix[] outputs;
    private final DenseMatrix zero;

    private Batch(int blocks, int q, int p, int n) {
      in = DenseMatrix.zeros(blocks * p, n);
      out = DenseMatrix.zeros(blocks * q, n);
      inputs = split(in, blocks, p);
      outputs = split(out, blocks, q);
      zero = DenseMatrix.zeros(1, n);
    }

    void clearIn(int from) {
      for (int i = from; i < in.rows(); i++) {
        Rows.copy(zero, 0, in, i);
      }
    }

    void clearOut(int row) {
      Rows.copy(zero, 0, out, row);
    }
  }

  private final DenseKernels dense;
  private final Mirror weights;
  private final DenseMatrix[] blocks;
  private final int rowsEach;
  private final Widths<Batch> batches;
  private DenseMatrix @Nullable [] gradients;

  BlockFactor(DenseKernels dense, FloatValues values, int blocks, int q, int p) {
    this.dense = dense;
    this.weights = new Mirror(values, blocks * q, p);
    this.blocks = split(weights.current(), blocks, q);
    this.rowsEach = q;
    this.batches = new Widths<>(n -> new Batch(blocks, q, p, n));
  }

  private static DenseMatrix[] split(DenseMatrix whole, int blocks, int rows) {
    DenseMatrix[] parts = new DenseMatrix[blocks];
    for (int k = 0; k < blocks; k++) {
      parts[k] = whole.rows(k * rows, (k + 1) * rows);
    }
    return parts;
  }

  Batch batch(int n) {
    return batches.of(n);
  }

  /** {@code out_k = W_k in_k}. */
  void forward(Workspace workspace, Batch batch) {
    weights.current();
    for (int k = 0; k < blocks.length; k++) {
      dense.gemm(
          workspace, GemmForm.AB, blocks[k], batch.inputs[k], Epilogue.none(), batch.outputs[k]);
    }
  }

  /** The products of {@link #forward}. */
  KernelInfo call(int n) {
    DenseMatrix block = blocks[0];
    return dense.gemmInfo(GemmForm.AB, block.rows(), block.columns(), n).times(blocks.length);
  }

  /** {@code in_k = W_k^T out_k}. */
  void backward(Workspace workspace, Batch batch) {
    weights.current();
    for (int k = 0; k < blocks.length; k++) {
      dense.gemm(
          workspace, GemmForm.ATB, blocks[k], batch.outputs[k], Epilogue.none(), batch.inputs[k]);
    }
  }

  /** {@code dW_k = out_k in_k^T}. */
  void gradient(Workspace workspace, Batch batch, FloatValues target) {
    DenseMatrix[] parts = gradients;
    if (parts == null) {
      parts = split(weights.gradient(), blocks.length, rowsEach);
      gradients = parts;
    }
    for (int k = 0; k < blocks.length; k++) {
      dense.gemm(
          workspace, GemmForm.ABT, batch.outputs[k], batch.inputs[k], Epilogue.none(), parts[k]);
    }
    weights.store(target);
  }
}
