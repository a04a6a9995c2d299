package org.sparse4j.train.optim;

import java.util.List;

/**
 * Adam whose second moment stays as it is from a step on: the two phases of STEP, Lu et al., STEP:
 * learning N:M structured sparsity masks from scratch with precondition, 2023 (arXiv 2302.01172). A
 * reconstruction: the paper's test for the moment of the switch is not there, the step is given; it
 * lies between 0.1 and 0.5 of the training.
 *
 * <p>Before step s it is {@link Adam}, without decay. From step s on {@code m = beta1 m + (1 -
 * beta1) g; W -= rate (m / (1 - beta1^t)) / (sqrt(v_s / (1 - beta2^s)) + epsilon)}. Use it with a
 * {@code StructureSchedule.between(2:4, s / total, 1)}, so that the network is dense before.
 *
 * @param schedule learning rate
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root, above 0
 * @param frozenFrom first step with a frozen second moment, at least 1
 */
public record FrozenAdam(
    LearningRate schedule, double beta1, double beta2, double epsilon, long frozenFrom)
    implements Optimizer {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public FrozenAdam {
    AdamUpdate.check("FrozenAdam", beta1, beta2, epsilon, 0);
    if (frozenFrom < 1) {
      throw new IllegalArgumentException(
          "FrozenAdam: first frozen step ("
              + frozenFrom
              + ") must be at least 1, so that there is a second moment");
    }
  }

  /**
   * Betas 0.9 and 0.999 and epsilon 1e-8.
   *
   * @param schedule learning rate
   * @param frozenFrom first step with a frozen second moment, at least 1
   * @return the optimizer
   */
  public static FrozenAdam of(LearningRate schedule, long frozenFrom) {
    return new FrozenAdam(schedule, 0.9, 0.999, 1e-8, frozenFrom);
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
    if (step < frozenFrom) {
      return new Adam(schedule, beta1, beta2, epsilon, 0).update(step, factor);
    }
    double corrected = factor * schedule.at(step) / (1 - StrictMath.pow(beta1, step + 1.0));
    float rate = (float) corrected;
    float root = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, (double) frozenFrom)));
    return (dense, workspace, parameter, slots) ->
        AdamRows.change(
            parameter,
            slots,
            (w, g, first, second, pruned) -> step(w, g, first, second, rate, root));
  }

  private void step(float[] w, float[] g, float[] first, float[] second, float rate, float root) {
    float b1 = (float) beta1;
    float eps = (float) epsilon;
    for (int p = 0; p < w.length; p++) {
      float mean = b1 * first[p] + (1 - b1) * g[p];
      first[p] = mean;
      w[p] -= rate * mean / ((float) Math.sqrt(second[p]) * root + eps);
    }
  }
}
