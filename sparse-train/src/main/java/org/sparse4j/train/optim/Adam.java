package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.kernels.operation.AdamStep;

/**
 * Adam (Kingma and Ba, 2014, arXiv 1412.6980, algorithm 1): {@code g' = g + l2 w; m = beta1 m + (1
 * - beta1) g'; v = beta2 v + (1 - beta2) g'^2; w -= rate (m / (1 - beta1^t)) / (sqrt(v / (1 -
 * beta2^t)) + epsilon)}.
 *
 * @param schedule learning rate
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root, above 0
 * @param l2 factor of the weights that is added to the gradient
 */
public record Adam(LearningRate schedule, double beta1, double beta2, double epsilon, double l2)
    implements Optimizer {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public Adam {
    AdamUpdate.check("Adam", beta1, beta2, epsilon, l2);
  }

  /**
   * Adam with betas 0.9 and 0.999 and epsilon 1e-8.
   *
   * @param rate learning rate of all steps
   * @return the optimizer
   */
  public static Adam rate(double rate) {
    return rate(LearningRate.constant(rate));
  }

  /**
   * Adam with betas 0.9 and 0.999 and epsilon 1e-8.
   *
   * @param schedule learning rate
   * @return the optimizer
   */
  public static Adam rate(LearningRate schedule) {
    return new Adam(schedule, 0.9, 0.999, 1e-8, 0);
  }

  /**
   * Sets the decays of both moments.
   *
   * @param first of the first moment, in [0, 1)
   * @param second of the second moment, in [0, 1)
   * @return a new optimizer
   */
  public Adam betas(double first, double second) {
    return new Adam(schedule, first, second, epsilon, l2);
  }

  /**
   * Adds {@code factor * w} to the gradient of weights; see {@link AdamW} for decay that Adam's
   * scaling does not touch.
   *
   * @param factor the factor, at least 0
   * @return a new optimizer
   */
  public Adam l2(double factor) {
    return new Adam(schedule, beta1, beta2, epsilon, factor);
  }

  @Override
  public List<String> slots() {
    return AdamUpdate.SLOTS;
  }

  @Override
  public double rateAt(long step) {
    return schedule.at(step);
  }

  @Override
  public Update update(long step, double factor) {
    float rate = (float) (factor * schedule.at(step));
    return new AdamUpdate(numbers(rate, 0, step), numbers(rate, (float) l2, step));
  }

  private AdamStep numbers(float rate, float factor, long step) {
    return new AdamStep(rate, (float) beta1, (float) beta2, (float) epsilon, factor, 0, step + 1);
  }
}
