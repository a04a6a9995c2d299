package org.sparse4j.kernels.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;

/**
 * The CSR products as loops over stored entries, in pattern order, on the calling thread.
 *
 * <p>Every output is summed in float32 in ascending order of the inner index, whatever n is.
 */
final class ScalarCsrKernels {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private ScalarCsrKernels() {}

  /** Arrays of a CSR matrix in a plan of its own. */
  abstract static class Prepared implements PreparedKernel {
    final int rows;
    final int columns;
    final int[] rowPointers;
    final int[] columnIndices;
    final float[] values;
    final Epilogue epilogue;

    Prepared(CsrMatrix matrix, Epilogue epilogue) {
      this.rows = matrix.rows();
      this.columns = matrix.columns();
      this.rowPointers = new int[rows + 1];
      matrix.pattern().rowPointers().get(rowPointers);
      this.columnIndices = new int[(int) matrix.nnz()];
      matrix.pattern().columnIndices().get(columnIndices);
      this.values = matrix.values().toFloats();
      this.epilogue = epilogue;
    }

    @Override
    public void refresh(Values changed) {
      for (int k = 0; k < values.length; k++) {
        values[k] = changed.get(k);
      }
    }

    @Override
    public KernelInfo info(int n) {
      long operands = 4L * n * (rows + (long) columns);
      return new KernelInfo(
          "scalar", "csr-rows", 0, 2L * values.length * n, operands + 8L * values.length);
    }

    float finish(float sum, int row) {
      float shifted = epilogue.bias().isPresent() ? sum + epilogue.bias().get().get(row) : sum;
      return ScalarActivations.apply(epilogue.activation(), shifted);
    }
  }

  /** {@code Y = f(A X + b)}. */
  static final class Spmm extends Prepared implements PreparedKernel.Product {
    Spmm(CsrMatrix matrix, Epilogue epilogue) {
      super(matrix, epilogue);
    }

    @Override
    public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
      MemorySegment from = x.segment();
      MemorySegment to = y.segment();
      int n = x.columns();
      y.fill(0);
      for (int i = 0; i < rows; i++) {
        long row = (long) i * y.stride();
        for (int k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
          addRow(from, (long) columnIndices[k] * x.stride(), values[k], n, to, row);
        }
        for (int j = 0; j < n; j++) {
          to.setAtIndex(FLOAT, row + j, finish(to.getAtIndex(FLOAT, row + j), i));
        }
      }
    }
  }

  /** {@code Y = A^T X}. */
  static final class SpmmTransposed extends Prepared implements PreparedKernel.Product {
    SpmmTransposed(CsrMatrix matrix) {
      super(matrix, Epilogue.none());
    }

    @Override
    public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
      y.fill(0);
      for (int i = 0; i < rows; i++) {
        long row = (long) i * x.stride();
        for (int k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
          long target = (long) columnIndices[k] * y.stride();
          addRow(x.segment(), row, values[k], x.columns(), y.segment(), target);
        }
      }
    }
  }

  /** Adds {@code factor} times a row of n floats to another row. */
  private static void addRow(
      MemorySegment from, long source, float factor, int n, MemorySegment to, long target) {
    for (int j = 0; j < n; j++) {
      float sum = to.getAtIndex(FLOAT, target + j) + factor * from.getAtIndex(FLOAT, source + j);
      to.setAtIndex(FLOAT, target + j, sum);
    }
  }

  /** {@code s_ij = sum_t G_it X_jt}. */
  static final class Sddmm extends Prepared implements PreparedKernel.Sampled {
    Sddmm(CsrMatrix matrix) {
      super(matrix, Epilogue.none());
    }

    @Override
    public void run(Workspace workspace, DenseMatrix g, DenseMatrix x, FloatValues sampled) {
      float[] out = sampled.array();
      for (int i = 0; i < rows; i++) {
        long left = (long) i * g.stride();
        for (int k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
          long right = (long) columnIndices[k] * x.stride();
          float sum = 0;
          for (int t = 0; t < g.columns(); t++) {
            sum +=
                g.segment().getAtIndex(FLOAT, left + t) * x.segment().getAtIndex(FLOAT, right + t);
          }
          out[k] = sum;
        }
      }
    }
  }

  /** {@code y = f(A x + b)}. */
  static final class Spmv extends Prepared implements PreparedKernel.SingleSample {
    Spmv(CsrMatrix matrix, Epilogue epilogue) {
      super(matrix, epilogue);
    }

    @Override
    public void run(Workspace workspace, DenseVector x, DenseVector y) {
      MemorySegment from = x.asRow().segment();
      MemorySegment to = y.asRow().segment();
      for (int i = 0; i < rows; i++) {
        float sum = 0;
        for (int k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
          sum += values[k] * from.getAtIndex(FLOAT, columnIndices[k]);
        }
        to.setAtIndex(FLOAT, i, finish(sum, i));
      }
    }
  }

  /** {@code Y = f(X A^T + b)}, a row is a sample. */
  static final class Linear extends Prepared implements PreparedKernel.BatchMajor {
    Linear(CsrMatrix matrix, Epilogue epilogue) {
      super(matrix, epilogue);
    }

    @Override
    public void run(Workspace workspace, DenseView x, DenseMatrix y) {
      MemorySegment to = y.segment();
      for (int t = 0; t < x.rows(); t++) {
        for (int i = 0; i < rows; i++) {
          float sum = 0;
          for (int k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
            sum += values[k] * x.get(t, columnIndices[k]);
          }
          to.setAtIndex(FLOAT, (long) t * y.stride() + i, finish(sum, i));
        }
      }
    }
  }
}
