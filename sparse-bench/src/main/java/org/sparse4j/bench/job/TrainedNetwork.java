package org.sparse4j.bench.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparse4j.bench.network.Layer;
import org.sparse4j.bench.network.Network;
import org.sparse4j.format.DenseVector;
import org.sparse4j.train.Report;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * A network after its training.
 *
 * @param key name in files
 * @param method name in tables
 * @param sparsity wanted sparsity, 0 for dense
 * @param model the model
 * @param network the same weights as a chain of layers
 * @param report what the trainer says
 * @param trainCorrect training images classified rightly
 */
record TrainedNetwork(
    String key,
    String method,
    double sparsity,
    Sequential model,
    Network network,
    Report report,
    int trainCorrect) {

  /** The layers of a model, on its live weights. */
  static Network network(Sequential model) {
    Map<String, DenseVector> biases = new HashMap<>();
    for (Parameter parameter : model.parameters()) {
      if (parameter instanceof DenseParameter dense && dense.name().endsWith(".bias")) {
        biases.put(dense.name(), DenseVector.ofRow(dense.value(), 0));
      }
    }
    List<Layer> layers = new ArrayList<>();
    for (Parameter parameter : model.parameters()) {
      String name = parameter.name();
      DenseVector bias = biases.get(name.replaceFirst("weight$", "bias"));
      if (!name.endsWith(".weight") || bias == null) {
        continue;
      }
      if (parameter instanceof SparseParameter sparse) {
        layers.add(Layer.of(name, sparse.matrix(), bias));
      } else if (parameter instanceof DenseParameter dense) {
        layers.add(Layer.of(name, dense.value(), bias));
      }
    }
    return Network.of(layers);
  }
}
