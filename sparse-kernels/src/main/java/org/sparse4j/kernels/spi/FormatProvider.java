package org.sparse4j.kernels.spi;

import java.util.Optional;

/**
 * Brings kernels for a format; found by {@link java.util.ServiceLoader} or given to {@code
 * Kernels.with}.
 *
 * <p>Asked before the built-in providers, in the order of registration. Must be stateless.
 */
public interface FormatProvider {

  /**
   * Returns the name shown by {@code explain}.
   *
   * @return a short name
   */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * Makes an operation ready for a matrix.
   *
   * @param request what is wanted
   * @return a kernel of the kind that fits the operation, or empty if this provider has none
   */
  Optional<PreparedKernel> prepare(PlanRequest request);
}
