/**
 * A trained classifier as a chain of layers, read from a file or taken from a trained model, ready
 * to run: fused products with plans for sparse layers, dense products for dense ones.
 */
@NullMarked
package org.sparse4j.bench.network;

import org.jspecify.annotations.NullMarked;
