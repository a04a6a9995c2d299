package org.sparse4j.format;

import java.util.List;
import org.sparse4j.mask.Mask;

/**
 * A sparse matrix: a pattern and one value a stored position.
 *
 * <p>The interface is open. A format of your own implements it and thereby converts, compares and
 * prints; products come from a kernel registered for it (see the kernels' {@code spi} package) or,
 * if the caller allows it, by conversion to CSR.
 */
public interface SparseMatrix extends CompressedMatrix {

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

  @Override
  default int rows() {
    return pattern().rows();
  }

  @Override
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
    for (float value : values().toFloats()) {
      if (value != 0) {
        count++;
      }
    }
    return count;
  }

  /**
   * Returns the bytes that positions and values occupy in memory.
   *
   * @return {@code pattern().bytes() + values().bytes()}
   */
  @Override
  default long bytes() {
    return pattern().bytes() + values().bytes();
  }

  /**
   * Returns the dense form: stored values in place, 0.0f elsewhere.
   *
   * @return a new matrix in automatic memory
   */
  @Override
  default DenseMatrix toDense() {
    DenseMatrix dense = DenseMatrix.zeros(rows(), columns());
    float[] numbers = values().toFloats();
    pattern().forEach((index, row, column) -> dense.set(row, column, numbers[index]));
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
  @Override
  default void validate() {
    new Validation(this).run();
  }

  /**
   * Returns the CSR form with every stored value, explicit zeros included, as float32.
   *
   * @return a new matrix that shares nothing with this one
   */
  default CsrMatrix toCsr() {
    CsrOrder order = pattern().csrOrder();
    return CsrMatrix.of(order.pattern(), FloatValues.wrap(order.arrange(values().toFloats())));
  }

  /**
   * Returns the values of a float32 matrix, those that training and conversions write.
   *
   * @return the live values
   * @throws IllegalStateException if values are of another type; {@code toCsr()} copies them as
   *     float32
   */
  default FloatValues floatValues() {
    if (values() instanceof FloatValues floats) {
      return floats;
    }
    throw new IllegalStateException(
        format()
            + ": values must be F32, they are "
            + values().dtype()
            + "; the matrix is "
            + rows()
            + "x"
            + columns()
            + " (nnz "
            + nnz()
            + ")");
  }

  /**
   * Returns the values as the only parameter.
   *
   * @return a list of one
   */
  @Override
  default List<Values> parameters() {
    return List.of(values());
  }
}
