/** Assembles and runs sparse training. */
@NullMarked
package org.sparse4j.train;

import org.jspecify.annotations.NullMarked;
