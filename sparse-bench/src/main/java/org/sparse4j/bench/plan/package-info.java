/** The {@code plan} command: which format each layer of a model should be multiplied in here. */
@NullMarked
package org.sparse4j.bench.plan;

import org.jspecify.annotations.NullMarked;
