package org.sparse4j.format;

import org.sparse4j.mask.Mask;

/**
 * A sparse matrix: a pattern and one value a stored position.
 *
 * <p>The interface is open. A format of your own implements it and thereby converts, compares and
 * prints; products come from a kernel registered for it (see the kernels' {@code spi} package) or,
 * if the caller allows it, by conversion to CSR.
 */
public interface SparseMatrix {

  /**
   * Returns the stored positions.
   *
   * @return an immutable pattern
   */
  Pattern pattern();

  /**
   * Returns the numbers in pattern order.
   *
   * @return mutable values of length nnz, shared with this matrix
   */
  Values values();

  /**
   * Returns the short name of the format.
   *
   * @return for example {@code CSR}
   */
  String format();

  /**
   * Returns the number of rows.
   *
   * @return rows, at least 0
   */
  default int rows() {
    return pattern().rows();
  }

  /**
   * Returns the number of columns.
   *
   * @return columns, at least 0
   */
  default int columns() {
    return pattern().columns();
  }

  /**
   * Returns the number of stored values, explicit zeros included.
   *
   * @return nnz
   */
  default long nnz() {
    return pattern().nnz();
  }

  /**
   * Returns {@code nnz / (rows * columns)}.
   *
   * @return the stored fraction
   */
  default double density() {
    return pattern().density();
  }

  /**
   * Returns {@code 1 - density}.
   *
   * @return the dropped fraction
   */
  default double sparsity() {
    return pattern().sparsity();
  }

  /**
   * Returns the stored positions as a mask.
   *
   * @return a mask whose count is nnz
   */
  default Mask mask() {
    return pattern().mask();
  }

  /**
   * Counts the stored values that are not 0.0f; walks all of them.
   *
   * @return at most {@link #nnz()}
   */
  default long countNonZero() {
    long count = 0;
    for (int k = 0; k < values().length(); k++) {
      if (values().get(k) != 0) {
        count++;
      }
    }
    return count;
  }

  /**
   * Returns the bytes that positions and values occupy in memory.
   *
   * @return bytes, without object headers
   */
  long bytes();

  /**
   * Returns the dense form: stored values in place, 0.0f elsewhere.
   *
   * @return a new matrix in automatic memory
   */
  default DenseMatrix toDense() {
    DenseMatrix dense = DenseMatrix.zeros(rows(), columns());
    Values values = values();
    pattern().forEach((index, row, column) -> dense.set(row, column, values.get(index)));
    return dense;
  }

  /**
   * Checks what every sparse matrix promises, for formats of your own and their tests: positions
   * inside the matrix, numbered from 0 in the order of the visit, none twice, nnz of them, and a
   * value for each.
   *
   * <p>Takes a bit a position of the full matrix while it runs. Structures have a check of their
   * own, see {@link org.sparse4j.mask.Structure#check}.
   *
   * @throws IllegalStateException naming the first promise that is broken
   */
  default void validate() {
    new Validation(this).run();
  }

  /**
   * Returns the CSR form with every stored value, explicit zeros included.
   *
   * @return a new matrix that shares nothing with this one
   */
  CsrMatrix toCsr();
}
