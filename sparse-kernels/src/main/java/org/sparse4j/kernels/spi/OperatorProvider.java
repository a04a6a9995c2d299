package org.sparse4j.kernels.spi;

import java.util.Optional;
import java.util.function.Function;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.kernels.operation.LinearOperator;

/**
 * Brings trainable linear operators for matrices of a user's own; found by {@link
 * java.util.ServiceLoader} or given to {@code Kernels.with}.
 *
 * <p>Asked before the built-in operators, in the order of registration, for a matrix itself and for
 * every part of a sum or product. Must be stateless.
 */
public interface OperatorProvider {

  /**
   * Makes an operator.
   *
   * @param matrix the matrix; shared with the operator
   * @param parts makes operators of the matrices that this one is composed of
   * @return an operator that need not check its operands, or empty if this provider does not know
   *     the matrix
   */
  Optional<LinearOperator> operator(
      CompressedMatrix matrix, Function<CompressedMatrix, LinearOperator> parts);
}
