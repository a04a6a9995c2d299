/** The entry point: checks operands, then dispatches. */
@NullMarked
package org.sparse4j.kernels;

import org.jspecify.annotations.NullMarked;
