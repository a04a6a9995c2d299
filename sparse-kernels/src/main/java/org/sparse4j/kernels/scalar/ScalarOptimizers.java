package org.sparse4j.kernels.scalar;

import org.sparse4j.kernels.operation.AdamStep;
import org.sparse4j.kernels.operation.SgdStep;

/**
 * Optimizer steps on arrays, the values of sparse parameters.
 *
 * <p>Loops without branches over arrays of equal length, which C2 vectorises by itself; every
 * product and sum is rounded on its own, so the vector kernels for native rows give the same bits.
 */
public final class ScalarOptimizers {

  private ScalarOptimizers() {}

  /**
   * Takes a step of stochastic gradient descent.
   *
   * @param step the formula's numbers
   * @param gradient gradient of the loss
   * @param velocity momentum state, updated; not touched without momentum
   * @param weights updated
   */
  public static void sgd(SgdStep step, float[] gradient, float[] velocity, float[] weights) {
    if (step.momentum() == 0) {
      plain(step.rate(), step.decay(), gradient, weights);
    } else if (step.nesterov()) {
      nesterov(step.rate(), step.momentum(), step.decay(), gradient, velocity, weights);
    } else {
      momentum(step.rate(), step.momentum(), step.decay(), gradient, velocity, weights);
    }
  }

  private static void plain(float rate, float decay, float[] gradient, float[] weights) {
    for (int k = 0; k < weights.length; k++) {
      float weight = weights[k];
      float slope = weight * decay + gradient[k];
      weights[k] = weight - slope * rate;
    }
  }

  private static void momentum(
      float rate,
      float momentum,
      float decay,
      float[] gradient,
      float[] velocity,
      float[] weights) {
    for (int k = 0; k < weights.length; k++) {
      float weight = weights[k];
      float slope = weight * decay + gradient[k];
      float speed = velocity[k] * momentum + slope;
      velocity[k] = speed;
      weights[k] = weight - speed * rate;
    }
  }

  private static void nesterov(
      float rate,
      float momentum,
      float decay,
      float[] gradient,
      float[] velocity,
      float[] weights) {
    for (int k = 0; k < weights.length; k++) {
      float weight = weights[k];
      float slope = weight * decay + gradient[k];
      float speed = velocity[k] * momentum + slope;
      velocity[k] = speed;
      weights[k] = weight - (speed * momentum + slope) * rate;
    }
  }

  /**
   * Takes a step of Adam.
   *
   * @param step the formula's numbers
   * @param gradient gradient of the loss
   * @param first first moment, updated
   * @param second second moment, updated
   * @param weights updated
   */
  public static void adam(
      AdamStep step, float[] gradient, float[] first, float[] second, float[] weights) {
    float rate = rate(step);
    float beta1 = step.beta1();
    float beta2 = step.beta2();
    float rootFactor = rootFactor(step);
    float epsilon = step.epsilon();
    float l2 = step.l2();
    float kept = kept(step);
    for (int k = 0; k < weights.length; k++) {
      float weight = weights[k];
      float slope = weight * l2 + gradient[k];
      float mean = first[k] * beta1 + slope * (1 - beta1);
      float square = second[k] * beta2 + slope * (1 - beta2) * slope;
      first[k] = mean;
      second[k] = square;
      float move = mean * rate / ((float) Math.sqrt(square) * rootFactor + epsilon);
      weights[k] = weight * kept - move;
    }
  }

  /**
   * Returns the learning rate divided by the first moment's bias correction.
   *
   * @param step the step
   * @return {@code rate / (1 - beta1^step)}
   */
  public static float rate(AdamStep step) {
    return (float) (step.rate() / (1 - Math.pow(step.beta1(), (double) step.step())));
  }

  /**
   * Returns what the root of the second moment is multiplied by for its bias correction.
   *
   * @param step the step
   * @return {@code 1 / sqrt(1 - beta2^step)}
   */
  public static float rootFactor(AdamStep step) {
    return (float) (1 / Math.sqrt(1 - Math.pow(step.beta2(), (double) step.step())));
  }

  /**
   * Returns what decoupled decay leaves of a weight.
   *
   * @param step the step
   * @return {@code 1 - rate decay}
   */
  public static float kept(AdamStep step) {
    return (float) (1 - (double) step.rate() * step.decay());
  }
}
