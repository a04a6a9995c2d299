package org.sparse4j.train.initial;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.sparse4j.train.layer.LayerShape;

/** Layers of given weights, whose gradient is a given function of them. */
final class ArrayProbe implements Probe {
  final Map<String, float[]> remembered = new HashMap<>();
  private final List<Target> targets = new ArrayList<>();
  private final List<float[]> weights = new ArrayList<>();
  private final UnaryOperator<List<float[]>> gradientOf;
  private List<float[]> gradient = List.of();

  ArrayProbe(UnaryOperator<List<float[]>> gradientOf) {
    this.gradientOf = gradientOf;
  }

  ArrayProbe layer(int rows, int columns, long stored, float... layerWeights) {
    String name = targets.size() + ".weight";
    targets.add(new Target(LayerShape.of(name, rows, columns), stored, 77 + targets.size()));
    weights.add(layerWeights.clone());
    return this;
  }

  @Override
  public List<Target> targets() {
    return targets;
  }

  @Override
  public float[] weights(int layer) {
    return weights.get(layer);
  }

  @Override
  public void weightsChanged() {}

  @Override
  public float[] gradient(int layer) {
    return gradient.get(layer);
  }

  @Override
  public void lossGradient(int batches) {
    gradient = gradientOf.apply(weights);
  }

  @Override
  public void balancedGradient(int samples, double temperature) {
    lossGradient(1);
  }

  @Override
  public double outputGradient() {
    lossGradient(1);
    return 0;
  }

  @Override
  public void remember(int layer, String name, float[] array) {
    remembered.put(layer + name, array);
  }

  @Override
  public void remember(int layer, String name, double... numbers) {
    remembered.put(layer + name, new float[] {(float) numbers[0]});
  }
}
