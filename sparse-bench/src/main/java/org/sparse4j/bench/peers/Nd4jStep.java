package org.sparse4j.bench.peers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BiasAdd;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;
import org.sparse4j.bench.race.StepProblem;

/**
 * A training step as a careful user of ND4J writes it: a row is a sample, every array is made once,
 * every operation works in place, and every product goes to a column-major array.
 */
final class Nd4jStep {
  private final int layers;
  private final int batch;
  private final INDArray labels;
  private final INDArray[] activations;
  private final INDArray[] positive;
  private final INDArray[] weights;
  private final INDArray[] weightGradients;
  private final INDArray[] weightVelocities;
  private final INDArray[] biases;
  private final INDArray[] flatBiases;
  private final INDArray ones;
  private final INDArray[] biasGradients;
  private final INDArray[] biasVelocities;
  private final INDArray[] gradients;
  private final int[] inputs;

  Nd4jStep(StepProblem problem) {
    layers = problem.layers();
    batch = problem.batch();
    activations = new INDArray[layers + 1];
    positive = new INDArray[layers + 1];
    gradients = new INDArray[layers + 1];
    weights = new INDArray[layers];
    weightGradients = new INDArray[layers];
    weightVelocities = new INDArray[layers];
    biases = new INDArray[layers];
    flatBiases = new INDArray[layers];
    ones = Nd4jProducts.columnMajor(1, batch).assign(1);
    biasGradients = new INDArray[layers];
    biasVelocities = new INDArray[layers];
    inputs = new int[layers];
    activations[0] = Nd4j.create(problem.samples(), new int[] {batch, problem.inputs(0)}, 'c');
    for (int layer = 0; layer < layers; layer++) {
      int in = problem.inputs(layer);
      int out = problem.outputs(layer);
      inputs[layer] = in;
      activations[layer + 1] = Nd4jProducts.columnMajor(batch, out);
      positive[layer + 1] = Nd4jProducts.columnMajor(batch, out);
      gradients[layer + 1] = Nd4jProducts.columnMajor(batch, out);
      weights[layer] = Nd4jProducts.columnMajor(out, in);
      weights[layer].assign(Nd4j.create(problem.weights(layer), new int[] {out, in}, 'c'));
      weightGradients[layer] = Nd4jProducts.columnMajor(out, in);
      weightVelocities[layer] = Nd4jProducts.columnMajor(out, in).assign(0);
      biases[layer] = Nd4jProducts.columnMajor(1, out).assign(0);
      flatBiases[layer] = biases[layer].reshape(out);
      biasGradients[layer] = Nd4jProducts.columnMajor(1, out);
      biasVelocities[layer] = Nd4jProducts.columnMajor(1, out).assign(0);
    }
    int classes = problem.outputs(layers - 1);
    labels = Nd4jProducts.columnMajor(batch, classes);
    labels.assign(Nd4j.create(problem.oneHot(), new int[] {batch, classes}, 'c'));
  }

  void run() {
    for (int layer = 0; layer < layers; layer++) {
      INDArray result = activations[layer + 1];
      activations[layer].mmuli(weights[layer].transpose(), result);
      Nd4j.exec(new BiasAdd(result, flatBiases[layer], result, false));
      if (layer < layers - 1) {
        Nd4j.getExecutioner().exec(new RectifiedLinear(result, result, 0.0));
      }
    }
    INDArray gradient = gradients[layers];
    Nd4j.exec(new SoftMax(activations[layers], gradient));
    gradient.subi(labels).divi(batch);
    for (int layer = layers - 1; layer >= 0; layer--) {
      gradients[layer + 1].transpose().mmuli(activations[layer], weightGradients[layer]);
      ones.mmuli(gradients[layer + 1], biasGradients[layer]);
      if (layer > 0) {
        gradients[layer + 1].mmuli(weights[layer], gradients[layer]);
        Nd4j.getExecutioner().exec(new Step(activations[layer], positive[layer], 0.0));
        gradients[layer].muli(positive[layer]);
      }
      update(weights[layer], weightVelocities[layer], weightGradients[layer]);
      update(biases[layer], biasVelocities[layer], biasGradients[layer]);
    }
  }

  private static void update(INDArray parameter, INDArray velocity, INDArray gradient) {
    velocity.muli(StepProblem.MOMENTUM).addi(gradient);
    Nd4j.getBlasWrapper().level1().axpy(parameter.length(), -StepProblem.RATE, velocity, parameter);
  }

  /** A weight by its position in the row-major matrix. */
  float weight(int layer, int index) {
    return weights[layer].getFloat((long) (index / inputs[layer]), (long) (index % inputs[layer]));
  }
}
