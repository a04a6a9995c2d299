package org.sparse4j.kernels.planner;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;

/** The dense product of a matrix with all its zeros. */
final class DenseProduct implements Product {

  private final Kernels kernels;
  private final SparseMatrix matrix;
  private final Epilogue epilogue;
  private final DenseMatrix dense;

  DenseProduct(Kernels kernels, SparseMatrix matrix, Epilogue epilogue) {
    this(kernels, matrix, epilogue, matrix.toDense());
  }

  /** With a dense form that is there already. */
  DenseProduct(Kernels kernels, SparseMatrix matrix, Epilogue epilogue, DenseMatrix dense) {
    this.kernels = kernels;
    this.matrix = matrix;
    this.epilogue = epilogue;
    this.dense = dense;
  }

  @Override
  public String format() {
    return DENSE;
  }

  @Override
  public KernelInfo info(int n) {
    return info(kernels, dense.rows(), dense.columns(), n);
  }

  static KernelInfo info(Kernels kernels, long m, long k, long n) {
    return new KernelInfo(
        kernels.provider(),
        "dense-product",
        kernels.vectorBits(),
        2 * m * k * n,
        4 * (m * k + n * (m + k)));
  }

  @Override
  public String layout() {
    return DENSE;
  }

  @Override
  public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    kernels.dense().gemm(workspace, GemmForm.AB, dense, x, epilogue, y);
  }

  @Override
  public void run(Workspace workspace, DenseView x, DenseMatrix y) {
    kernels.dense().linear(workspace, x, dense, epilogue, y);
  }

  @Override
  public void run(Workspace workspace, DenseVector x, DenseVector y) {
    kernels.dense().gemv(workspace, dense, x, epilogue, y);
  }

  @Override
  public void refresh() {
    float[] numbers = matrix.values().toFloats();
    matrix.pattern().forEach((index, row, column) -> dense.set(row, column, numbers[index]));
  }
}
