package org.sparse4j.format;

import java.util.List;

/**
 * A rows x columns matrix that is described by fewer numbers than it has elements: what files
 * store, conversions take and linear operators are made of.
 *
 * <p>Two kinds exist: a {@link SparseMatrix} stores some positions and a number for each; a
 * structured matrix (low rank, butterfly, Monarch, a sum or product of others) is computed from its
 * parameters. Both are open to implementations of your own.
 */
public interface CompressedMatrix {

  /**
   * Returns the number of rows.
   *
   * @return rows, at least 0
   */
  int rows();

  /**
   * Returns the number of columns.
   *
   * @return columns, at least 0
   */
  int columns();

  /**
   * Returns the short name of the format.
   *
   * @return for example {@code CSR}
   */
  String format();

  /**
   * Returns the numbers that describe the matrix.
   *
   * @return live values, in an order that the format documents; immutable list
   */
  List<Values> parameters();

  /**
   * Counts the numbers of all parameters.
   *
   * @return the sum of the lengths of {@link #parameters()}
   */
  default long parameterCount() {
    return parameters().stream().mapToLong(Values::length).sum();
  }

  /**
   * Returns the bytes that positions and numbers occupy in memory.
   *
   * @return bytes, without object headers
   */
  long bytes();

  /**
   * Returns the dense form.
   *
   * @return a new matrix in automatic memory
   */
  DenseMatrix toDense();

  /**
   * Checks what the format promises.
   *
   * @throws IllegalStateException naming the first promise that is broken
   */
  void validate();
}
