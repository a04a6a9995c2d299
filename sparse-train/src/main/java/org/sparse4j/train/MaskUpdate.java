package org.sparse4j.train;

import java.util.List;

/**
 * What one update of the masks did.
 *
 * @param number number of the update, from 1
 * @param step weight steps taken before it
 * @param layers what became of each managed layer
 */
public record MaskUpdate(long number, long step, List<Layer> layers) {

  /** Copies the list. */
  public MaskUpdate {
    layers = List.copyOf(layers);
  }

  /**
   * What an update did to one layer.
   *
   * @param name name of the weights
   * @param kept positions stored before and after
   * @param dropped positions stored before only
   * @param grown positions stored after only
   */
  public record Layer(String name, int kept, int dropped, int grown) {}

  /**
   * Returns how many positions were exchanged in all layers.
   *
   * @return grown positions
   */
  public long grown() {
    return layers.stream().mapToLong(Layer::grown).sum();
  }
}
