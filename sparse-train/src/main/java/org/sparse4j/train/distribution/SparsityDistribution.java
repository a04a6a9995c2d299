package org.sparse4j.train.distribution;

import java.util.List;
import org.sparse4j.train.layer.LayerShape;

/**
 * How the stored weights of a network are shared out between its layers.
 *
 * <p>The interface is open. Implementations are immutable; equal layers give equal densities.
 */
public interface SparsityDistribution {

  /**
   * Decides the density of every layer. The exact number of weights follows from {@link
   * LayerShape#stored}.
   *
   * @param layers the sparse layers in the order of the network, first layer first
   * @return the stored fraction of each layer, in [0, 1]
   * @throws IllegalArgumentException if the layers cannot hold the weights that should be left
   */
  double[] densities(List<LayerShape> layers);

  /**
   * Returns the fraction of all weights that the distribution drops.
   *
   * @return the overall target, in [0, 1]
   */
  double sparsity();
}
