package org.sparse4j.bench.race;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The operations that are raced, for a weight matrix {@code W} of m x k and a batch of n samples.
 */
public enum RaceOperation {
  /** {@code Y = W X}, a column is a sample. */
  SPMM("spmm"),
  /** {@code dX = W^T dY}, a column is a sample. */
  SPMM_TRANSPOSED("spmmTransposed"),
  /** {@code dW = dY X^T} at the positions of W. */
  SDDMM("sddmm"),
  /** {@code y = W x}. */
  SPMV("spmv"),
  /** {@code Y = X W^T}, a row is a sample. */
  LINEAR("linear"),
  /** {@code Y = W X} with a dense W. */
  GEMM("gemm"),
  /** {@code dX = W^T dY} with a dense W. */
  GEMM_LEFT_TRANSPOSED("gemmLeftTransposed"),
  /** {@code dW = dY X^T}, all of it. */
  GEMM_RIGHT_TRANSPOSED("gemmRightTransposed"),
  /** Which weights of W stay under the format's rule, the largest ones; ours only. */
  MASK("mask"),
  /** Forward, backward and update of a small classifier. */
  TRAINING_STEP("trainingStep");

  private final String word;

  RaceOperation(String word) {
    this.word = word;
  }

  /**
   * The name in lists and rows.
   *
   * @return one word
   */
  public String word() {
    return word;
  }

  /**
   * Whether all weights take part.
   *
   * @return true for the dense products
   */
  public boolean isDense() {
    return this == GEMM || this == GEMM_LEFT_TRANSPOSED || this == GEMM_RIGHT_TRANSPOSED;
  }

  /**
   * The arithmetic, whatever the storage: a dense product is its sparse one with nothing left out.
   *
   * @return {@link #SPMM}, {@link #SPMM_TRANSPOSED}, {@link #SDDMM}, {@link #MASK} or {@link
   *     #TRAINING_STEP}
   */
  public RaceOperation arithmetic() {
    return switch (this) {
      case SPMM, SPMV, LINEAR, GEMM -> SPMM;
      case SPMM_TRANSPOSED, GEMM_LEFT_TRANSPOSED -> SPMM_TRANSPOSED;
      case SDDMM, GEMM_RIGHT_TRANSPOSED -> SDDMM;
      case MASK -> MASK;
      case TRAINING_STEP -> TRAINING_STEP;
    };
  }

  /**
   * Reads a name.
   *
   * @param word name in a list
   * @return its operation
   * @throws IllegalArgumentException if there is none of that name
   */
  public static RaceOperation of(String word) {
    for (RaceOperation operation : values()) {
      if (operation.word.equals(word)) {
        return operation;
      }
    }
    String known =
        Arrays.stream(values()).map(RaceOperation::word).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("race: operation (" + word + ") must be one of " + known);
  }
}
