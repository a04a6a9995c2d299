/**
 * Kernels with the Vector API: the only package that touches {@code jdk.incubator.vector}, loaded
 * by name once the module is known to be there.
 *
 * <p>Kernels address memory absolutely, through one segment over the whole address space; the
 * public entry points have checked shapes, liveness and overlap before, and indices were checked
 * when their pattern was built.
 */
@NullMarked
package org.sparse4j.kernels.vector;

import org.jspecify.annotations.NullMarked;
