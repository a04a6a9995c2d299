package org.sparse4j.train.layer;

import org.sparse4j.train.parameter.Initializer;

/**
 * Makes the linear layers of a block or model, so that each of its weight matrices may be dense,
 * sparse, or a linear operator of your own.
 *
 * <pre>{@code
 * LinearFactory sparseFeedForward =
 *     (name, inputs, outputs, start) ->
 *         name.startsWith("feed_forward")
 *             ? SparseLinear.of(inputs, outputs, start)
 *             : Linear.of(inputs, outputs, start);
 * }</pre>
 */
@FunctionalInterface
public interface LinearFactory {

  /**
   * Makes one layer.
   *
   * @param name what the layer is in its block, for example {@code attention.query} or {@code
   *     feed_forward.up}; the block names parameters like this
   * @param inputs number of inputs
   * @param outputs number of outputs
   * @param initializer how its weights start according to the model's paper
   * @return a new layer of these sizes
   */
  AffineLayer create(String name, int inputs, int outputs, Initializer initializer);

  /**
   * Makes every layer dense.
   *
   * @return {@link Linear} layers with bias
   */
  static LinearFactory dense() {
    return (name, inputs, outputs, initializer) -> Linear.of(inputs, outputs, initializer);
  }

  /**
   * Makes every layer sparse, at positions that a sparsifier chooses.
   *
   * @return {@link SparseLinear} layers with bias
   */
  static LinearFactory sparse() {
    return (name, inputs, outputs, initializer) -> SparseLinear.of(inputs, outputs, initializer);
  }
}
