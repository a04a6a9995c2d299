/**
 * The {@code check} command: products of every format, operation and type of values on random
 * operands, compared with sums in double.
 */
@NullMarked
package org.sparse4j.bench.check;

import org.jspecify.annotations.NullMarked;
