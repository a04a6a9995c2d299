package com.example.diagonal;

import java.util.Optional;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.FormatProvider;
import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;

/** Products of a diagonal matrix: what a user writes to make a format of their own fast. */
final class DiagonalProvider implements FormatProvider {

  @Override
  public Optional<PreparedKernel> prepare(PlanRequest request) {
    if (!(request.matrix() instanceof DiagonalMatrix matrix)
        || request.epilogue() != Epilogue.none()) {
      return Optional.empty();
    }
    return switch (request.operation()) {
      case SPMM, SPMM_TRANSPOSED -> Optional.of(new Product(matrix));
      case SDDMM -> Optional.of(new Sampled(matrix));
      case SPMV, LINEAR -> Optional.empty();
    };
  }

  /** Row i of the result is row i of the input times the i-th value. */
  private static final class Product implements PreparedKernel.Product {
    private final float[] diagonal;

    Product(DiagonalMatrix matrix) {
      this.diagonal = matrix.values().array().clone();
    }

    @Override
    public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
      for (int i = 0; i < diagonal.length; i++) {
        for (int j = 0; j < x.columns(); j++) {
          y.set(i, j, diagonal[i] * x.get(i, j));
        }
      }
    }

    @Override
    public KernelInfo info(int n) {
      return new KernelInfo(
          "user", "diagonal", 0, (long) diagonal.length * n, 8L * diagonal.length * n);
    }

    @Override
    public void refresh(Values values) {
      for (int k = 0; k < diagonal.length; k++) {
        diagonal[k] = values.get(k);
      }
    }
  }

  /** The gradient of value i is the dot product of row i of both factors. */
  private static final class Sampled implements PreparedKernel.Sampled {
    private final int size;

    Sampled(DiagonalMatrix matrix) {
      this.size = matrix.rows();
    }

    @Override
    public void run(Workspace workspace, DenseMatrix g, DenseMatrix x, FloatValues sampled) {
      for (int i = 0; i < size; i++) {
        float sum = 0;
        for (int t = 0; t < g.columns(); t++) {
          sum += g.get(i, t) * x.get(i, t);
        }
        sampled.array()[i] = sum;
      }
    }

    @Override
    public KernelInfo info(int n) {
      return new KernelInfo("user", "diagonal-dots", 0, 2L * size * n, 8L * size * n);
    }

    @Override
    public void refresh(Values values) {
      // Sampling reads no values.
    }
  }
}
