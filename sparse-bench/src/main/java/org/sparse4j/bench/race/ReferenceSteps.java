package org.sparse4j.bench.race;

/** The steps of a {@link StepProblem} in double precision, one loop after the other. */
final class ReferenceSteps {
  private final StepProblem problem;
  private final double[][] weights;
  private final double[][] biases;
  private final double[][] weightVelocities;
  private final double[][] biasVelocities;
  private final boolean[][] masks;

  ReferenceSteps(StepProblem problem, boolean sparse) {
    this.problem = problem;
    int layers = problem.layers();
    weights = new double[layers][];
    biases = new double[layers][];
    weightVelocities = new double[layers][];
    biasVelocities = new double[layers][];
    masks = new boolean[layers][];
    for (int layer = 0; layer < layers; layer++) {
      float[] start = problem.weights(layer);
      masks[layer] = problem.mask(layer);
      weights[layer] = new double[start.length];
      for (int i = 0; i < start.length; i++) {
        masks[layer][i] |= !sparse;
        weights[layer][i] = masks[layer][i] ? start[i] : 0;
      }
      weightVelocities[layer] = new double[start.length];
      biases[layer] = new double[problem.outputs(layer)];
      biasVelocities[layer] = new double[problem.outputs(layer)];
    }
  }

  /** The weights after some steps, by layer. */
  double[][] run(int steps) {
    for (int step = 0; step < steps; step++) {
      step();
    }
    return weights;
  }

  private void step() {
    int layers = problem.layers();
    int batch = problem.batch();
    double[][] activations = new double[layers + 1][];
    float[] samples = problem.samples();
    activations[0] = new double[samples.length];
    for (int i = 0; i < samples.length; i++) {
      activations[0][i] = samples[i];
    }
    for (int layer = 0; layer < layers; layer++) {
      activations[layer + 1] = forward(layer, activations[layer], batch);
    }
    double[] gradient = softmaxGradient(activations[layers], batch);
    for (int layer = layers - 1; layer >= 0; layer--) {
      double[] below = new double[batch * problem.inputs(layer)];
      backward(layer, activations[layer], gradient, below, batch);
      for (int i = 0; i < below.length; i++) {
        below[i] = activations[layer][i] > 0 ? below[i] : 0;
      }
      gradient = below;
    }
  }

  private double[] forward(int layer, double[] input, int batch) {
    int inputs = problem.inputs(layer);
    int outputs = problem.outputs(layer);
    boolean last = layer == problem.layers() - 1;
    double[] result = new double[batch * outputs];
    for (int sample = 0; sample < batch; sample++) {
      for (int output = 0; output < outputs; output++) {
        double sum = biases[layer][output];
        for (int i = 0; i < inputs; i++) {
          sum += weights[layer][output * inputs + i] * input[sample * inputs + i];
        }
        result[sample * outputs + output] = last ? sum : Math.max(0, sum);
      }
    }
    return result;
  }

  private double[] softmaxGradient(double[] logits, int batch) {
    int classes = logits.length / batch;
    int[] labels = problem.labels();
    double[] gradient = new double[logits.length];
    for (int sample = 0; sample < batch; sample++) {
      double total = 0;
      for (int c = 0; c < classes; c++) {
        total += Math.exp(logits[sample * classes + c]);
      }
      for (int c = 0; c < classes; c++) {
        double probability = Math.exp(logits[sample * classes + c]) / total;
        gradient[sample * classes + c] = (probability - (labels[sample] == c ? 1 : 0)) / batch;
      }
    }
    return gradient;
  }

  /** Fills the gradient below from the weights before they change, then updates them. */
  private void backward(int layer, double[] input, double[] gradient, double[] below, int batch) {
    int inputs = problem.inputs(layer);
    int outputs = problem.outputs(layer);
    for (int output = 0; output < outputs; output++) {
      double[] row = new double[inputs];
      double bias = 0;
      for (int sample = 0; sample < batch; sample++) {
        double g = gradient[sample * outputs + output];
        bias += g;
        for (int i = 0; i < inputs; i++) {
          row[i] += g * input[sample * inputs + i];
          below[sample * inputs + i] += g * weights[layer][output * inputs + i];
        }
      }
      for (int i = 0; i < inputs; i++) {
        int at = output * inputs + i;
        double g = masks[layer][at] ? row[i] : 0;
        weightVelocities[layer][at] = StepProblem.MOMENTUM * weightVelocities[layer][at] + g;
        weights[layer][at] -= StepProblem.RATE * weightVelocities[layer][at];
      }
      biasVelocities[layer][output] = StepProblem.MOMENTUM * biasVelocities[layer][output] + bias;
      biases[layer][output] -= StepProblem.RATE * biasVelocities[layer][output];
    }
  }
}
