package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.Slots;

/**
 * A rule that turns gradients into steps: configuration only, immutable and shareable.
 *
 * <p>The interface is open: name your slots and return an update.
 */
public interface Optimizer {

  /** What one step does to a parameter. */
  @FunctionalInterface
  interface Update {
    /**
     * Changes the parameter's numbers and slots, given its gradient; weight decay only where {@link
     * Parameter#decays()} says so.
     *
     * @param dense the arithmetic
     * @param workspace scratch and threads
     * @param parameter what is trained; has a gradient
     * @param slots its state, named as {@link #slots()} says
     */
    void apply(DenseKernels dense, Workspace workspace, Parameter parameter, Slots slots);
  }

  /**
   * Returns the names of the arrays that the rule keeps for every parameter.
   *
   * @return names; none if it keeps nothing
   */
  List<String> slots();

  /**
   * Returns the learning rate of a step.
   *
   * @param step number of the step, from 0
   * @return the rate
   */
  double rateAt(long step);

  /**
   * Returns what a step does.
   *
   * @param step number of the step, from 0
   * @return the update, one object for all parameters
   */
  default Update update(long step) {
    return update(step, 1);
  }

  /**
   * Returns what a step with another learning rate does.
   *
   * @param step number of the step, from 0
   * @param factor what {@link #rateAt} is multiplied by
   * @return the update, one object for all parameters
   */
  Update update(long step, double factor);

  /**
   * Gives parameters learning rates of their own.
   *
   * @param factor what the rate of each parameter is multiplied by, asked at every step
   * @return a new optimizer with the same slots
   */
  default Optimizer rates(RateFactor factor) {
    return new FactoredRates(this, factor);
  }

  /**
   * Puts the rule to work on parameters, with fresh state.
   *
   * @param parameters what is trained
   * @return state for one thread at a time
   */
  default OptimizerState start(List<? extends Parameter> parameters) {
    return new OptimizerState(this, parameters);
  }
}
