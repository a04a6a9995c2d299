/**
 * The contract for providers of kernels and for kernels of a user's own format.
 *
 * <p>This is the second level of promise: exported and documented, but it may change between minor
 * versions, with a note in the changelog. Operands that reach an implementation here were checked
 * by {@code org.sparse4j.kernels}: shapes fit, memory is alive, outputs overlap no input, padding
 * is zero; what comes back must have zero padding too.
 *
 * <pre>{@code
 * final class DiagonalProvider implements FormatProvider {
 *   public Optional<PreparedKernel> prepare(PlanRequest request) {
 *     return request.matrix() instanceof DiagonalMatrix diagonal && request.operation() == Operation.SPMM
 *         ? Optional.of(new DiagonalProduct(diagonal, request.epilogue()))
 *         : Optional.empty();
 *   }
 * }
 * Kernels kernels = Kernels.best().with(new DiagonalProvider());
 * }</pre>
 */
@NullMarked
package org.sparse4j.kernels.spi;

import org.jspecify.annotations.NullMarked;
