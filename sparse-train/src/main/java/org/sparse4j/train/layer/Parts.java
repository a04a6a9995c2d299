package org.sparse4j.train.layer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.random.Streams;

/** The named parts of a block: their parameters under one roof, each with a stream of draws. */
final class Parts {

  private final List<Layer> layers = new ArrayList<>();
  private final Set<Parameter> parameters = new LinkedHashSet<>();

  /** Takes a part in; its parameters become {@code <name>.<their name>} unless known already. */
  <T extends Layer> T add(String name, T layer) {
    layers.add(layer);
    for (Parameter parameter : layer.parameters()) {
      if (parameters.add(parameter)) {
        parameter.rename(name + "." + parameter.name());
      }
    }
    return layer;
  }

  List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  void initialise(long seed) {
    for (int l = 0; l < layers.size(); l++) {
      layers.get(l).initialise(Streams.derive(seed, l));
    }
  }

  /** Checks what a factory or a caller gave. */
  static <T extends AffineLayer> T requireSizes(
      String owner, String name, T layer, int inputs, int outputs) {
    if (layer.map().columns() != inputs || layer.map().rows() != outputs) {
      throw new IllegalArgumentException(
          owner
              + ": "
              + name
              + " ("
              + layer.map().columns()
              + " -> "
              + layer.map().rows()
              + ") must be "
              + inputs
              + " -> "
              + outputs);
    }
    return layer;
  }

  static void requireRate(String owner, String name, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(owner + ": " + name + " (" + rate + ") must be in [0, 1)");
    }
  }

  static void requirePositive(String owner, String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          owner + ": " + name + " (" + value + ") must be at least 1");
    }
  }
}
