package org.sparse4j.structured;

import org.sparse4j.format.CompressedMatrix;

/**
 * A matrix that is computed from few numbers instead of listing its elements: {@code y = M x} with
 * M outputs x inputs, as every weight here.
 *
 * <p>Shapes are fixed; the numbers are live, trainable {@link org.sparse4j.format.FloatValues},
 * listed by {@link #parameters()} in an order that each class documents. One writer at a time.
 * {@link #toDense()} accumulates in double and rounds each element once. The interface is open.
 */
public interface StructuredMatrix extends CompressedMatrix {

  /**
   * Returns the transpose.
   *
   * @return a columns x rows matrix with numbers of its own
   */
  StructuredMatrix transposed();

  /**
   * Counts the multiply-adds of one product with a vector.
   *
   * @return the cost of {@code M x}; the number of parameters where a class says nothing else
   */
  default long multiplications() {
    return parameterCount();
  }
}
