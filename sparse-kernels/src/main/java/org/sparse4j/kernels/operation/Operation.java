package org.sparse4j.kernels.operation;

/** The products of a sparse m x k matrix A. */
public enum Operation {
  /** {@code Y = f(A X + b)}: X is k x n, Y is m x n, a column is a sample. */
  SPMM,
  /** {@code Y = A^T X}: X is m x n, Y is k x n. */
  SPMM_TRANSPOSED,
  /** {@code s_ij = sum_t G_it X_jt} at the stored (i, j): G is m x n, X is k x n. */
  SDDMM,
  /** {@code y = f(A x + b)}: x has k elements, y has m. */
  SPMV,
  /** {@code Y = f(X A^T + b)}, batch-major: X is n x k, Y is n x m, a row is a sample. */
  LINEAR;

  /**
   * Returns the name used in messages and tables.
   *
   * @return for example {@code spmmTransposed}
   */
  public String label() {
    return switch (this) {
      case SPMM -> "spmm";
      case SPMM_TRANSPOSED -> "spmmTransposed";
      case SDDMM -> "sddmm";
      case SPMV -> "spmv";
      case LINEAR -> "linear";
    };
  }
}
