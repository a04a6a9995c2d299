package org.sparse4j.train.distribution;

import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.sparse4j.train.layer.LayerShape;

/** Densities in proportion to a raw value per layer, with the total fixed and none above 1. */
final class Budget {

  private Budget() {}

  /**
   * Shares out the weights: {@code density_l = scale * raw_l}; whenever the largest would exceed 1,
   * every layer with that largest raw value becomes dense and the scale is found anew.
   */
  static double[] share(
      String distribution,
      double sparsity,
      List<LayerShape> layers,
      Set<String> dense,
      ToDoubleFunction<LayerShape> rawValue) {
    double[] raw = layers.stream().mapToDouble(rawValue).toArray();
    boolean[] full = new boolean[raw.length];
    for (int l = 0; l < full.length; l++) {
      full[l] = dense.contains(layers.get(l).name());
    }
    while (true) {
      double budget = 0;
      double divisor = 0;
      double largest = 0;
      for (int l = 0; l < raw.length; l++) {
        LayerShape layer = layers.get(l);
        long dropped = layer.dropped(sparsity);
        if (full[l]) {
          budget -= dropped;
        } else {
          budget += layer.size() - dropped;
          divisor += raw[l] * layer.size();
          largest = Math.max(largest, raw[l]);
        }
      }
      if (budget < 0) {
        throw new IllegalArgumentException(
            distribution
                + ": the dense layers hold "
                + (long) -budget
                + " weights more than sparsity "
                + sparsity
                + " leaves for the whole network; dense are "
                + dense);
      }
      double scale = divisor == 0 ? 0 : budget / divisor;
      if (largest * scale <= 1) {
        double[] densities = new double[raw.length];
        for (int l = 0; l < raw.length; l++) {
          densities[l] = full[l] ? 1 : scale * raw[l];
        }
        return densities;
      }
      for (int l = 0; l < raw.length; l++) {
        full[l] |= raw[l] == largest;
      }
    }
  }
}
