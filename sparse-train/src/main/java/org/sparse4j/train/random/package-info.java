/**
 * Where every random number of training comes from: hash functions of an explicit seed and a
 * position.
 *
 * <p>Nothing here has state. A number depends on its seed and its position alone, so results do not
 * depend on the order of drawing or on the number of threads, and a resumed run needs no saved
 * generators.
 *
 * <pre>{@code
 * long weights = Streams.derive(runSeed, "weights");
 * double z = Streams.normal(Streams.derive(weights, "0.weight"), row, column);
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.random;

import org.jspecify.annotations.NullMarked;
