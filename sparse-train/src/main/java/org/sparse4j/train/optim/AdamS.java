package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.kernels.operation.AdamStep;

/**
 * AdamS of CAST: Adam that presses pruned weights to 0 harder and harder, so that pruning at the
 * end costs nothing. Huang, Hu, Zhu and Chen, CAST: continuous and differentiable semi-structured
 * sparsity-aware training for large language models, 2025 (arXiv 2509.25996); this follows a
 * specification made of it, not the paper's text.
 *
 * <p>At step t of T, for weights that follow a {@code ForwardRule} with mask m, usually {@code
 * ForwardRule.dense(2:4).every(10)}: {@code alpha = t / T; mu = beta1 mu + (1 - beta1) g; mu' = mu}
 * where m keeps, {@code (1 - alpha) mu + alpha lambda sign(W)} where it prunes; {@code v = beta2 v
 * + (1 - beta2) mu'^2; W -= rate (mu' / (1 - beta1^(t+1))) / (sqrt(v / (1 - beta2^(t+1))) +
 * epsilon)}. Other parameters get {@link Adam}. There is no weight decay.
 *
 * <p>As v is built from mu' and not from the gradient, steps are larger than Adam's, up to {@code 1
 * / (1 - beta1)} rates at first: warm up, and take half the rate of Adam. Pruned weights swing
 * around 0 by about the last rate: let it fall to 0. Below a lambda of about 1e-4 small networks
 * are not pressed enough.
 *
 * @param schedule learning rate
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root, above 0
 * @param lambda strength of the force, at least 0
 * @param totalSteps weight steps of the whole training, at least 1
 */
public record AdamS(
    LearningRate schedule,
    double beta1,
    double beta2,
    double epsilon,
    double lambda,
    long totalSteps)
    implements Optimizer {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public AdamS {
    AdamUpdate.check("AdamS", beta1, beta2, epsilon, lambda);
    if (totalSteps < 1) {
      throw new IllegalArgumentException(
          "AdamS: steps of the training (" + totalSteps + ") must be at least 1");
    }
  }

  /**
   * AdamS with betas 0.9 and 0.999 and epsilon 1e-8.
   *
   * @param schedule learning rate
   * @param lambda strength of the force, at least 0
   * @param totalSteps weight steps of the whole training, at least 1
   * @return the optimizer
   */
  public static AdamS of(LearningRate schedule, double lambda, long totalSteps) {
    return new AdamS(schedule, 0.9, 0.999, 1e-8, lambda, totalSteps);
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
    double alpha = Math.min(1, (double) step / totalSteps);
    float back = (float) alpha;
    float force = (float) (alpha * lambda);
    float correction = (float) (rate / (1 - StrictMath.pow(beta1, step + 1.0)));
    float root = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, step + 1.0)));
    AdamStep numbers =
        new AdamStep((float) rate, (float) beta1, (float) beta2, (float) epsilon, 0, 0, step + 1);
    Update plain = new AdamUpdate(numbers, numbers);
    return AdamRows.whereMasked(
        (w, g, first, second, pruned) ->
            step(w, g, first, second, pruned, back, force, correction, root),
        plain);
  }

  private void step(
      float[] w,
      float[] g,
      float[] first,
      float[] second,
      float[] pruned,
      float back,
      float force,
      float rate,
      float root) {
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float eps = (float) epsilon;
    for (int p = 0; p < w.length; p++) {
      float mean = b1 * first[p] + (1 - b1) * g[p];
      first[p] = mean;
      // Without a branch, for vectors: pruned is 0 or 1.
      float moved = mean + pruned[p] * (force * Math.signum(w[p]) - back * mean);
      second[p] = b2 * second[p] + (1 - b2) * moved * moved;
      w[p] -= rate * moved / ((float) Math.sqrt(second[p]) * root + eps);
    }
  }
}
