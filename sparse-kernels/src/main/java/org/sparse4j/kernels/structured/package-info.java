/**
 * Structured matrices as linear operators: block-diagonal and low-rank factors are dense products,
 * butterflies mix pairs of rows, permutations copy rows, compositions call the operators of their
 * parts.
 *
 * <p>Not exported: {@code Kernels.operator} is the way in. Operands arrive checked. Native copies
 * of the parameters are made anew when their version changed; buffers for activations are kept for
 * the last few batch sizes, so that a steady caller allocates nothing.
 */
@NullMarked
package org.sparse4j.kernels.structured;

import org.jspecify.annotations.NullMarked;
