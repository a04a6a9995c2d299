package org.sparse4j.train.layer;

import java.util.List;

/**
 * What an update rule sees of all the layers it rules.
 *
 * @param layers the layers in the order of the network
 * @param state what the rule remembers beyond single layers
 */
public record NetworkView(List<LayerView> layers, RuleState state) {

  /** Copies the list. */
  public NetworkView {
    layers = List.copyOf(layers);
  }

  /**
   * Looks at layers for a single update, with nothing remembered.
   *
   * @param layers the layers in the order of the network
   * @return the view
   */
  public static NetworkView of(LayerView... layers) {
    return new NetworkView(List.of(layers), new RuleState());
  }
}
