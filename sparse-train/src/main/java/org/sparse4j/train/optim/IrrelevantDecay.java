package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.train.parameter.Parameter;

/**
 * Weight decay for weights that hardly matter: adds {@code factor r_i w_i} to the gradient, with
 * {@code r_i = 1 - |g_i| / max |g|} over the weight's matrix, so that the weight of largest
 * gradient does not decay and one without gradient decays fully. After Bonetta, Ribero and
 * Cancelliere, Regularization-based pruning of irrelevant weights in deep neural architectures,
 * 2022 (arXiv 2204.04977).
 *
 * <p>The paper's exact term was not at hand: this is a reconstruction. With plain gradient descent
 * it equals {@code w -= rate factor r w} after the step. Combine it with {@code GradualMagnitude}
 * or {@code Rounds}, which remove what has become small.
 *
 * @param factor the factor, at least 0
 */
public record IrrelevantDecay(double factor) implements Regularizer {

  /**
   * Checks the factor.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public IrrelevantDecay {
    if (!(factor >= 0)) {
      throw new IllegalArgumentException(
          "IrrelevantDecay: factor (" + factor + ") must not be negative");
    }
  }

  @Override
  public void add(List<Parameter> parameters, long step) {
    for (Parameter parameter : WeightRows.regular(parameters)) {
      float[] largest = new float[1];
      WeightRows.read(
          parameter,
          (weights, gradient) -> {
            for (float number : gradient) {
              largest[0] = Math.max(largest[0], Math.abs(number));
            }
          });
      double scale = largest[0] == 0 ? 0 : 1.0 / largest[0];
      WeightRows.change(
          parameter,
          (weights, gradient) -> {
            for (int p = 0; p < gradient.length; p++) {
              double irrelevance = 1 - Math.abs(gradient[p]) * scale;
              gradient[p] += (float) (factor * irrelevance * weights[p]);
            }
          });
    }
  }
}
