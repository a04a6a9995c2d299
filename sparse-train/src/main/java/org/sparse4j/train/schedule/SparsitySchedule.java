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
}
