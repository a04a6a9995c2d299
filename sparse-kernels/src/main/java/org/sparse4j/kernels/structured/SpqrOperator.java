package org.sparse4j.kernels.structured;

import java.util.Arrays;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.structured.SpqrMatrix;

/** Decodes some rows at a time and multiplies with them; there is nothing to train. */
final class SpqrOperator extends MatrixOperator {

  /** Rows decoded at once: enough for the dense product's register tiles. */
  private static final int TILE = 48;

  private final SpqrMatrix matrix;
  private final DenseKernels dense;
  private final Costs costs;
  private final DenseMatrix tile;
  private final float[] row;
  private final Widths<DenseMatrix> parts;
  private final Widths<DenseMatrix> zero = new Widths<>(n -> DenseMatrix.zeros(1, n));

  SpqrOperator(SpqrMatrix matrix, DenseKernels dense) {
    super(matrix);
    this.matrix = matrix;
    this.dense = dense;
    this.costs = new Costs(dense);
    this.tile = DenseMatrix.zeros(TILE, matrix.columns());
    this.row = new float[matrix.columns()];
    this.parts = new Widths<>(n -> DenseMatrix.zeros(TILE, n));
  }

  /** Decodes rows from one on; returns how many, and leaves what is past the end as it was. */
  private int decode(int from) {
    int count = Math.min(TILE, rows() - from);
    for (int i = 0; i < count; i++) {
      matrix.decodeRow(from + i, row);
      tile.setRow(i, row, 0);
    }
    return count;
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseMatrix part = parts.of(x.columns());
    for (int from = 0; from < rows(); from += TILE) {
      int count = decode(from);
      dense.gemm(workspace, GemmForm.AB, tile, x, Epilogue.none(), part);
      Rows.copy(part, 0, y, from, count);
    }
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseMatrix part = parts.of(x.columns());
    dense.fill(workspace, 0, y);
    for (int from = 0; from < rows(); from += TILE) {
      int count = decode(from);
      Rows.copy(x, from, part, 0, count);
      if (count < TILE) {
        // Rows left from the tile before must meet zeros, and not be NaN or infinite themselves.
        Arrays.fill(row, 0);
        for (int i = count; i < TILE; i++) {
          tile.setRow(i, row, 0);
          Rows.copy(zero.of(x.columns()), 0, part, i);
        }
      }
      dense.gemmAdd(workspace, GemmForm.ATB, tile, part, y);
    }
  }

  @Override
  public List<KernelInfo> calls(int n) {
    KernelInfo products = dense.gemmInfo(GemmForm.AB, TILE, columns(), n);
    return List.of(
        costs.call("decode", 0, matrix.bytes()),
        products.times(Math.ceilDiv(rows(), TILE)),
        costs.copy(rows(), n));
  }

  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {}
}
