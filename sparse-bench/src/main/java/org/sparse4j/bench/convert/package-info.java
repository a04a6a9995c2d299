/** The {@code convert} command: weights from one file and format into another. */
@NullMarked
package org.sparse4j.bench.convert;

import org.jspecify.annotations.NullMarked;
