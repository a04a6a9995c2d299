package org.sparse4j.train.schedule;

/**
 * Which fraction of a layer's weights one mask update exchanges.
 *
 * <p>The interface is open. Implementations are immutable.
 */
@FunctionalInterface
public interface DropFraction {

  /**
   * Returns the fraction at a step.
   *
   * @param step step of the update
   * @param begin first step at which masks may change
   * @param end last step at which masks may change
   * @return the fraction, in [0, 1]
   */
  double at(long step, long begin, long end);

  /**
   * Returns how much of the way from begin to end is behind, clamped to [0, 1].
   *
   * @param step step of the update
   * @param begin first step
   * @param end last step
   * @return 0 at {@code begin} and before, 1 at {@code end} and after
   */
  static double progress(long step, long begin, long end) {
    if (step <= begin) {
      return 0;
    }
    return step >= end ? 1 : (double) (step - begin) / (end - begin);
  }
}
