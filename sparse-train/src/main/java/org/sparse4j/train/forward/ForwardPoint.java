package org.sparse4j.train.forward;

/**
 * Where a training stands when a step begins.
 *
 * @param step weight steps taken so far, from 0
 * @param totalSteps weight steps of the whole training
 * @param seed of everything random in this step
 */
public record ForwardPoint(long step, long totalSteps, long seed) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a number of steps is negative
   */
  public ForwardPoint {
    if (step < 0 || totalSteps < 0) {
      throw new IllegalArgumentException(
          "ForwardPoint: step ("
              + step
              + ") and steps of the training ("
              + totalSteps
              + ") must not be negative");
    }
  }
}
