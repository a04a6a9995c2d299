package org.sparse4j.train.saliency;

import org.sparse4j.train.layer.LayerView;

/**
 * What makes a stored weight worth keeping: a larger score is kept longer.
 *
 * <p>The interface is open. Implementations are immutable.
 */
@FunctionalInterface
public interface Saliency {

  /**
   * Scores every stored position.
   *
   * @param layer the layer
   * @param scores receives one score a stored position, in pattern order
   */
  void scoreStored(LayerView layer, float[] scores);
}
