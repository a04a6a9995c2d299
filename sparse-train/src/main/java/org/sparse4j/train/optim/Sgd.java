package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.kernels.operation.SgdStep;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;

/**
 * Stochastic gradient descent: {@code g' = g + l2 w; v = momentum v + g'; w -= rate v}, or with
 * Nesterov {@code w -= rate (g' + momentum v)}, the form all frameworks use; see {@link SgdStep}.
 *
 * @param schedule learning rate
 * @param momentum momentum factor in [0, 1); 0 keeps no state
 * @param nesterov whether to look ahead
 * @param l2 factor of the weights that is added to the gradient
 */
public record Sgd(LearningRate schedule, double momentum, boolean nesterov, double l2)
    implements Optimizer {

  private static final String VELOCITY = "velocity";

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if momentum is not in [0, 1), l2 is negative, or Nesterov is
   *     wanted without momentum
   */
  public Sgd {
    if (!(momentum >= 0 && momentum < 1) || !(l2 >= 0)) {
      throw new IllegalArgumentException(
          "Sgd: momentum ("
              + momentum
              + ") must be in [0, 1) and l2 ("
              + l2
              + ") must not be negative");
    }
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("Sgd: nesterov needs momentum above 0, it is " + momentum);
    }
  }

  /**
   * Plain gradient descent.
   *
   * @param rate learning rate of all steps
   * @return the optimizer
   */
  public static Sgd rate(double rate) {
    return rate(LearningRate.constant(rate));
  }

  /**
   * Plain gradient descent.
   *
   * @param schedule learning rate
   * @return the optimizer
   */
  public static Sgd rate(LearningRate schedule) {
    return new Sgd(schedule, 0, false, 0);
  }

  /**
   * Adds momentum.
   *
   * @param factor momentum factor in [0, 1)
   * @return a new optimizer
   */
  public Sgd momentum(double factor) {
    return new Sgd(schedule, factor, nesterov, l2);
  }

  /**
   * Looks ahead (Nesterov).
   *
   * @return a new optimizer
   */
  public Sgd withNesterov() {
    return new Sgd(schedule, momentum, true, l2);
  }

  /**
   * Adds {@code factor * w} to the gradient of weights.
   *
   * @param factor the factor, at least 0
   * @return a new optimizer
   */
  public Sgd l2(double factor) {
    return new Sgd(schedule, momentum, nesterov, factor);
  }

  @Override
  public List<String> slots() {
    return momentum == 0 ? List.of() : List.of(VELOCITY);
  }

  @Override
  public double rateAt(long step) {
    return schedule.at(step);
  }

  @Override
  public Update update(long step, double factor) {
    float rate = (float) (factor * schedule.at(step));
    SgdStep plain = new SgdStep(rate, (float) momentum, nesterov, 0);
    SgdStep decaying = new SgdStep(rate, (float) momentum, nesterov, (float) l2);
    boolean moving = momentum != 0;
    return (dense, workspace, parameter, slots) -> {
      SgdStep numbers = parameter.decays() ? decaying : plain;
      // Without momentum the velocity is neither read nor written, so anything of its size will do.
      switch (parameter) {
        case DenseParameter matrix ->
            dense.sgd(
                workspace,
                numbers,
                matrix.gradient(),
                moving ? slots.matrix(VELOCITY) : matrix.gradient(),
                matrix.value());
        case FlatParameter flat -> {
          float[] gradient = flat.gradient().array();
          float[] velocity = moving ? slots.array(VELOCITY) : gradient;
          dense.sgd(numbers, gradient, velocity, flat.values().array());
          flat.values().markChanged();
        }
      }
    };
  }
}
