package org.sparse4j.kernels.operation;

/** The three transpositions of a dense product. */
public enum GemmForm {
  /** {@code C = A B}: A is m x k, B is k x n. */
  AB,
  /** {@code C = A^T B}: A is k x m, B is k x n. */
  ATB,
  /** {@code C = A B^T}: A is m x k, B is n x k. */
  ABT
}
