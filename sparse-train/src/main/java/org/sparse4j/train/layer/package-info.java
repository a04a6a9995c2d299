/**
 * Layers, and what sparsifiers see of them.
 *
 * <pre>{@code
 * LayerShape shape = LayerShape.of("0.weight", 300, 784);
 * long stored = shape.stored(0.1);          // 23520 of 235200 weights
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.layer;

import org.jspecify.annotations.NullMarked;
