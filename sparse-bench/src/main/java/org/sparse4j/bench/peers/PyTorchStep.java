package org.sparse4j.bench.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import org.sparse4j.bench.race.StepProblem;

/**
 * A training step in PyTorch's eager mode through DJL: its linear layers, its autograd, and the
 * update by hand.
 */
final class PyTorchStep {
  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final Loss loss = Loss.softmaxCrossEntropyLoss();
  private final NDArray samples;
  private final NDArray labels;
  private final NDArray[] weights;
  private final NDArray[] biases;
  private final NDArray[] weightVelocities;
  private final NDArray[] biasVelocities;
  private float[][] weightsSeen = new float[0][];

  PyTorchStep(StepProblem problem) {
    int layers = problem.layers();
    samples = manager.create(problem.samples(), new Shape(problem.batch(), problem.inputs(0)));
    labels = manager.create(problem.labels()).expandDims(1);
    weights = new NDArray[layers];
    biases = new NDArray[layers];
    weightVelocities = new NDArray[layers];
    biasVelocities = new NDArray[layers];
    for (int layer = 0; layer < layers; layer++) {
      Shape shape = new Shape(problem.outputs(layer), problem.inputs(layer));
      weights[layer] = manager.create(problem.weights(layer), shape);
      biases[layer] = manager.zeros(new Shape(problem.outputs(layer)));
      weightVelocities[layer] = manager.zeros(shape);
      biasVelocities[layer] = manager.zeros(new Shape(problem.outputs(layer)));
      weights[layer].setRequiresGradient(true);
      biases[layer].setRequiresGradient(true);
    }
  }

  void run() {
    weightsSeen = new float[0][];
    try (NDManager step = manager.newSubManager()) {
      samples.tempAttach(step); // what is computed from it lives as long as the step
      labels.tempAttach(step);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray activation = samples;
        for (int layer = 0; layer < weights.length; layer++) {
          activation = Linear.linear(activation, weights[layer], biases[layer]).singletonOrThrow();
          if (layer < weights.length - 1) {
            activation = Activation.relu(activation);
          }
        }
        collector.backward(loss.evaluate(new NDList(labels), new NDList(activation)));
      }
      for (int layer = 0; layer < weights.length; layer++) {
        update(weights[layer], weightVelocities[layer]);
        update(biases[layer], biasVelocities[layer]);
      }
    }
  }

  private static void update(NDArray parameter, NDArray velocity) {
    try (NDArray gradient = parameter.getGradient()) {
      velocity.muli(StepProblem.MOMENTUM).addi(gradient);
      try (NDArray change = velocity.mul(StepProblem.RATE)) {
        parameter.subi(change);
      }
      gradient.muli(0); // gradients accumulate until they are cleared
    }
  }

  /** A weight by its position in the row-major matrix. */
  float weight(int layer, int index) {
    if (weightsSeen.length == 0) {
      weightsSeen = new float[weights.length][];
      for (int i = 0; i < weights.length; i++) {
        weightsSeen[i] = weights[i].toFloatArray();
      }
    }
    return weightsSeen[layer][index];
  }
}
