package org.sparse4j.train.saliency;

import org.sparse4j.format.CsrPattern;
import org.sparse4j.train.layer.LayerView;

/**
 * Which positions are worth growing.
 *
 * <p>The interface is open. Implementations are immutable, and never hold one number for every
 * position of a layer at a time.
 */
@FunctionalInterface
public interface Growth {

  /**
   * Finds the best positions outside a set.
   *
   * <p>That set is what an update keeps, not what is stored: a position that was dropped a moment
   * ago may be found again.
   *
   * @param layer the layer
   * @param kept positions that are taken
   * @param k number of positions to find, at most the number of positions that are not taken
   * @return k positions; ties go to the lower one
   */
  TopK bestMissing(LayerView layer, CsrPattern kept, int k);
}
