package org.sparse4j.train.update;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.Remap;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.NetworkView;

/**
 * A rule that decides on every layer by itself, and lets grown weights start with 0.
 *
 * <p>The interface is open.
 */
public interface LayerRule extends UpdateRule {

  /**
   * Decides on the next positions of a layer.
   *
   * @param layer the layer after a backward pass
   * @param point where in the training the update takes place
   * @return from the layer's pattern to the next one
   */
  Remap update(LayerView layer, UpdatePoint point);

  /** Asks every layer in turn. */
  @Override
  default List<Change> update(NetworkView network, UpdatePoint point) {
    List<Change> changes = new ArrayList<>();
    for (LayerView layer : network.layers()) {
      changes.add(Change.of(update(layer, point)));
    }
    return changes;
  }
}
