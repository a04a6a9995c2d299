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
   * @param positions all positions of the layer, {@code rows columns}
   */
  public record Layer(String name, int kept, int dropped, int grown, long positions) {

    /**
     * Returns the fraction of positions whose mask flipped, {@code |m_t - m_(t-1)|_1 / D}: the flip
     * rate of Hu, Zhao, Huang, Chen and Zhu, Accelerating transformer pre-training with 2:4
     * sparsity, 2024 (arXiv 2404.01847).
     *
     * @return {@code (dropped + grown) / positions}, in [0, 1]; 0 for an empty layer
     */
    public double flipRate() {
      return positions == 0 ? 0 : (double) (dropped + (long) grown) / positions;
    }
  }

  /**
   * Returns how many positions were exchanged in all layers.
   *
   * @return grown positions
   */
  public long grown() {
    return layers.stream().mapToLong(Layer::grown).sum();
  }

  /**
   * Returns the fraction of the positions of all layers whose mask flipped.
   *
   * @return {@link Layer#flipRate} of the layers together
   */
  public double flipRate() {
    long flipped = layers.stream().mapToLong(l -> l.dropped() + (long) l.grown()).sum();
    long positions = layers.stream().mapToLong(Layer::positions).sum();
    return positions == 0 ? 0 : (double) flipped / positions;
  }
}
