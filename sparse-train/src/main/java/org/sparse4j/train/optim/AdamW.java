package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.kernels.operation.AdamStep;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2017, arXiv 1711.05101): {@code w -=
 * rate decay w} before the step of {@link Adam}, so that the decay is not scaled by the second
 * moment.
 *
 * @param schedule learning rate
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root, above 0
 * @param decay weight decay, at least 0
 */
public record AdamW(LearningRate schedule, double beta1, double beta2, double epsilon, double decay)
    implements Optimizer {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public AdamW {
    AdamUpdate.check("AdamW", beta1, beta2, epsilon, decay);
  }

  /**
   * AdamW with betas 0.9 and 0.999, epsilon 1e-8 and decay 0.01.
   *
   * @param rate learning rate of all steps
   * @return the optimizer
   */
  public static AdamW rate(double rate) {
    return rate(LearningRate.constant(rate));
  }

  /**
   * AdamW with betas 0.9 and 0.999, epsilon 1e-8 and decay 0.01.
   *
   * @param schedule learning rate
   * @return the optimizer
   */
  public static AdamW rate(LearningRate schedule) {
    return new AdamW(schedule, 0.9, 0.999, 1e-8, 0.01);
  }

  /**
   * Sets the decays of both moments.
   *
   * @param first of the first moment, in [0, 1)
   * @param second of the second moment, in [0, 1)
   * @return a new optimizer
   */
  public AdamW betas(double first, double second) {
    return new AdamW(schedule, first, second, epsilon, decay);
  }

  /**
   * Sets the weight decay.
   *
   * @param factor decay, at least 0
   * @return a new optimizer
   */
  public AdamW decay(double factor) {
    return new AdamW(schedule, beta1, beta2, epsilon, factor);
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
    return new AdamUpdate(numbers(rate, 0, step), numbers(rate, (float) decay, step));
  }

  private AdamStep numbers(float rate, float factor, long step) {
    return new AdamStep(rate, (float) beta1, (float) beta2, (float) epsilon, 0, factor, step + 1);
  }
}
