package org.sparse4j.train.schedule;

/**
 * How sparse a network is over time.
 *
 * <p>The interface is open. Implementations are immutable.
 */
@FunctionalInterface
public interface SparsitySchedule {

  /**
   * Returns the sparsity that masks have after an update at a step.
   *
   * @param step step of the update
   * @param begin first step at which masks may change
   * @param end last step at which masks may change
   * @return dropped fraction, in [0, 1]
   */
  double at(long step, long begin, long end);

  /**
   * Ends at a step of its own, so that masks may still change at the last sparsity until updates
   * end.
   *
   * @param step the step at which the last sparsity is reached, at least 0
   * @return a new schedule
   * @throws IllegalArgumentException if {@code step} is negative
   */
  default SparsitySchedule endingAt(long step) {
    return new Ending(this, step);
  }
}
