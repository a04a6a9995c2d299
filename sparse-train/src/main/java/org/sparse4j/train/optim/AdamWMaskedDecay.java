package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.kernels.operation.AdamStep;

/**
 * AdamW with a decay of pruned weights between its moments: the optimizer of AST, Huang et al.,
 * Pruning large language models with semi-structural adaptive sparse training, 2024 (arXiv
 * 2407.20584), in the order of the released code.
 *
 * <p>For weights that follow a {@code ForwardRule} with mask m, at step t counted from 1: {@code W
 * = W - rate decay W; mu = beta1 mu + (1 - beta1) g; u = mu + s_t (1 - m) * W; v = beta2 v + (1 -
 * beta2) u^2; W -= rate / (1 - beta1^t) u / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)}. So the decay
 * of pruned weights is not in the first moment, but in the second; its strength s_t grows from 0 by
 * equal amounts over {@code growth} steps. Weight decay applies to pruned weights too. Other
 * parameters get {@link AdamW}.
 *
 * <p>The first step is {@code 1 / (1 - beta1)} rates long, as the second moment sees u without
 * correction: warm up.
 *
 * @param schedule learning rate
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root, above 0
 * @param decay weight decay, at least 0
 * @param strength decay of pruned weights in the end, at least 0; 1e-4 in the released script
 * @param growth steps over which the strength grows, at least 0; 10000 of 40000 there
 */
public record AdamWMaskedDecay(
    LearningRate schedule,
    double beta1,
    double beta2,
    double epsilon,
    double decay,
    double strength,
    long growth)
    implements Optimizer {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public AdamWMaskedDecay {
    AdamUpdate.check("AdamWMaskedDecay", beta1, beta2, epsilon, decay);
    if (!(strength >= 0) || growth < 0) {
      throw new IllegalArgumentException(
          "AdamWMaskedDecay: strength ("
              + strength
              + ") and steps of growth ("
              + growth
              + ") must not be negative");
    }
  }

  /**
   * Betas 0.9 and 0.999, epsilon 1e-8 and weight decay 0.1.
   *
   * @param schedule learning rate
   * @param strength decay of pruned weights in the end, at least 0
   * @param growth steps over which it grows, at least 0
   * @return the optimizer
   */
  public static AdamWMaskedDecay of(LearningRate schedule, double strength, long growth) {
    return new AdamWMaskedDecay(schedule, 0.9, 0.999, 1e-8, 0.1, strength, growth);
  }

  /**
   * Sets the weight decay.
   *
   * @param factor decay, at least 0
   * @return a new optimizer
   */
  public AdamWMaskedDecay decay(double factor) {
    return new AdamWMaskedDecay(schedule, beta1, beta2, epsilon, factor, strength, growth);
  }

  /**
   * Returns the decay of pruned weights at a step.
   *
   * @param step number of the step, from 0
   * @return {@code strength min(1, step / growth)}
   */
  public double strengthAt(long step) {
    return step >= growth ? strength : strength * step / growth;
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
    double rate = factor * schedule.at(step);
    float shrink = (float) (1 - rate * decay);
    float press = (float) strengthAt(step);
    float correction = (float) (rate / (1 - StrictMath.pow(beta1, step + 1.0)));
    float root = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, step + 1.0)));
    Update plain = new AdamUpdate(numbers(rate, 0, step), numbers(rate, decay, step));
    return AdamRows.whereMasked(
        (w, g, first, second, pruned) ->
            step(w, g, first, second, pruned, shrink, press, correction, root),
        plain);
  }

  private AdamStep numbers(double rate, double factor, long step) {
    return new AdamStep(
        (float) rate, (float) beta1, (float) beta2, (float) epsilon, 0, (float) factor, step + 1);
  }

  private void step(
      float[] w,
      float[] g,
      float[] first,
      float[] second,
      float[] pruned,
      float shrink,
      float press,
      float rate,
      float root) {
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float eps = (float) epsilon;
    for (int p = 0; p < w.length; p++) {
      float weight = w[p] * shrink;
      float mean = b1 * first[p] + (1 - b1) * g[p];
      first[p] = mean;
      float moved = pruned[p] == 0 ? mean : mean + press * weight;
      second[p] = b2 * second[p] + (1 - b2) * moved * moved;
      w[p] = weight - rate * moved / ((float) Math.sqrt(second[p]) * root + eps);
    }
  }
}
