/**
 * How many weights each layer keeps.
 *
 * <pre>{@code
 * List<LayerShape> layers =
 *     List.of(
 *         LayerShape.of("0.weight", 300, 784),
 *         LayerShape.of("2.weight", 100, 300),
 *         LayerShape.of("4.weight", 10, 100));
 * double[] densities = ErdosRenyiKernel.sparsity(0.9).densities(layers);   // 0.080, 0.230, 1
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.distribution;

import org.jspecify.annotations.NullMarked;
