package org.sparse4j.kernels.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;

/**
 * The products of every format of ours as loops over stored positions, in pattern order, on the
 * calling thread: what other kernels are compared with.
 *
 * <p>Every output is a float32 sum that starts at 0 and takes its products, each rounded, in the
 * order of the pattern's positions, whatever n is: ascending columns for a format that stores rows.
 * SDDMM sums over ascending samples. Only stored positions are multiplied, so an infinity or NaN
 * reaches exactly the outputs that read it; a stored zero is such a position. Positions are kept as
 * a row and a column each, values as float32 whatever the matrix stores.
 */
final class ScalarProducts {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private ScalarProducts() {}

  /** Positions and values of a matrix in a plan of its own. */
  abstract static class Prepared implements PreparedKernel {
    final int[] rows;
    final int[] columns;
    final float[] values;
    private final String name;
    private final long sides;
    private final @Nullable DenseVector bias;
    private final Activation activation;

    Prepared(SparseMatrix matrix, boolean withValues, Epilogue epilogue) {
      int nnz = Math.toIntExact(matrix.nnz());
      rows = new int[nnz];
      columns = new int[nnz];
      matrix
          .pattern()
          .forEach((index, row, column) -> {
            rows[index] = row;
            columns[index] = column;
          });
      values = withValues ? matrix.values().toFloats() : new float[0];
      name = "positions of " + matrix.format();
      sides = (long) matrix.rows() + matrix.columns();
      bias = epilogue.bias().orElse(null);
      activation = epilogue.activation();
    }

    @Override
    public void refresh(Values changed) {
      if (values.length > 0) {
        changed.copyTo(values);
      }
    }

    @Override
    public long packedBytes() {
      return 8L * rows.length + 4L * values.length;
    }

    @Override
    public KernelInfo info(int n) {
      long moved = 4L * n * sides + packedBytes() + 4L * (rows.length - values.length);
      return new KernelInfo("scalar", name, 0, 2L * rows.length * n, moved);
    }

    float finish(float sum, int row) {
      return ScalarActivations.apply(activation, bias == null ? sum : sum + bias.get(row));
    }
  }

  /** {@code Y = f(A X + b)}. */
  static final class Spmm extends Prepared implements PreparedKernel.Product {
    Spmm(SparseMatrix matrix, Epilogue epilogue) {
      super(matrix, true, epilogue);
    }

    @Override
    public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
      MemorySegment to = y.segment();
      int n = x.columns();
      y.fill(0);
      addRows(values, columns, x, rows, y);
      for (int i = 0; i < y.rows(); i++) {
        long row = (long) i * y.stride();
        for (int j = 0; j < n; j++) {
          to.setAtIndex(FLOAT, row + j, finish(to.getAtIndex(FLOAT, row + j), i));
        }
      }
    }
  }

  /** {@code Y = A^T X}. */
  static final class SpmmTransposed extends Prepared implements PreparedKernel.Product {
    SpmmTransposed(SparseMatrix matrix) {
      super(matrix, true, Epilogue.none());
    }

    @Override
    public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
      y.fill(0);
      addRows(values, rows, x, columns, y);
    }
  }

  /** Adds {@code factors[k]} times row {@code from[k]} of X to row {@code to[k]} of Y. */
  private static void addRows(float[] factors, int[] from, DenseMatrix x, int[] to, DenseMatrix y) {
    for (int k = 0; k < factors.length; k++) {
      long source = (long) from[k] * x.stride();
      long target = (long) to[k] * y.stride();
      addRow(x.segment(), source, factors[k], x.columns(), y.segment(), target);
    }
  }

  private static void addRow(
      MemorySegment from, long source, float factor, int n, MemorySegment to, long target) {
    for (int j = 0; j < n; j++) {
      float sum = to.getAtIndex(FLOAT, target + j) + factor * from.getAtIndex(FLOAT, source + j);
      to.setAtIndex(FLOAT, target + j, sum);
    }
  }

  /** {@code s_ij = sum_t G_it X_jt}. */
  static final class Sddmm extends Prepared implements PreparedKernel.Sampled {
    Sddmm(SparseMatrix matrix) {
      super(matrix, false, Epilogue.none());
    }

    @Override
    public void run(Workspace workspace, DenseMatrix g, DenseMatrix x, FloatValues sampled) {
      float[] out = sampled.array();
      MemorySegment left = g.segment();
      MemorySegment right = x.segment();
      for (int k = 0; k < out.length; k++) {
        long row = (long) rows[k] * g.stride();
        long column = (long) columns[k] * x.stride();
        float sum = 0;
        for (int t = 0; t < g.columns(); t++) {
          sum += left.getAtIndex(FLOAT, row + t) * right.getAtIndex(FLOAT, column + t);
        }
        out[k] = sum;
      }
    }
  }

  /** {@code y = f(A x + b)}. */
  static final class Spmv extends Prepared implements PreparedKernel.SingleSample {
    Spmv(SparseMatrix matrix, Epilogue epilogue) {
      super(matrix, true, epilogue);
    }

    @Override
    public void run(Workspace workspace, DenseVector x, DenseVector y) {
      MemorySegment from = x.asRow().segment();
      MemorySegment to = y.asRow().segment();
      y.asRow().fill(0);
      for (int k = 0; k < values.length; ) {
        int row = rows[k];
        float sum = to.getAtIndex(FLOAT, row);
        // The sum of a run of one row stays in a register.
        for (; k < values.length && rows[k] == row; k++) {
          sum += values[k] * from.getAtIndex(FLOAT, columns[k]);
        }
        to.setAtIndex(FLOAT, row, sum);
      }
      for (int i = 0; i < y.length(); i++) {
        to.setAtIndex(FLOAT, i, finish(to.getAtIndex(FLOAT, i), i));
      }
    }
  }

  /** {@code Y = f(X A^T + b)}, a row is a sample. */
  static final class Linear extends Prepared implements PreparedKernel.BatchMajor {
    Linear(SparseMatrix matrix, Epilogue epilogue) {
      super(matrix, true, epilogue);
    }

    @Override
    public void run(Workspace workspace, DenseView x, DenseMatrix y) {
      MemorySegment to = y.segment();
      y.fill(0);
      for (int t = 0; t < x.rows(); t++) {
        long sample = (long) t * y.stride();
        for (int k = 0; k < values.length; ) {
          int row = rows[k];
          float sum = to.getAtIndex(FLOAT, sample + row);
          for (; k < values.length && rows[k] == row; k++) {
            sum += values[k] * x.get(t, columns[k]);
          }
          to.setAtIndex(FLOAT, sample + row, sum);
        }
        for (int i = 0; i < y.columns(); i++) {
          to.setAtIndex(FLOAT, sample + i, finish(to.getAtIndex(FLOAT, sample + i), i));
        }
      }
    }
  }
}
