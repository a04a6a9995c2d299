package org.sparse4j.train.schedule;

/**
 * Every so many steps, from a first to a last step: masks change at step t if {@code begin <= t <=
 * end} and {@code last update + interval <= t}, the rule of Evci et al., Rigging the Lottery, 2020
 * (arXiv 1911.11134), reference code.
 *
 * <p>The first change is due as soon as {@code begin} is reached; it is intervals since the last
 * change that count, not multiples of the interval.
 */
public final class Every implements UpdateSchedule {

  private final int interval;
  private final long begin;
  private final long endStep;
  private final double endFraction;

  private Every(int interval, long begin, long endStep, double endFraction) {
    this.interval = interval;
    this.begin = begin;
    this.endStep = endStep;
    this.endFraction = endFraction;
  }

  /**
   * Changes masks until training ends.
   *
   * @param interval steps between two changes, at least 1
   * @return the schedule
   * @throws IllegalArgumentException if {@code interval} is below 1
   */
  public static Every steps(int interval) {
    if (interval < 1) {
      throw new IllegalArgumentException(
          "Every: interval (" + interval + ") must be at least 1 step");
    }
    return new Every(interval, 0, -1, 1);
  }

  /**
   * Starts later.
   *
   * @param step first step at which masks may change, at least 0
   * @return a new schedule
   * @throws IllegalArgumentException if {@code step} is negative
   */
  public Every from(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("Every: begin (" + step + ") must not be negative");
    }
    return new Every(interval, step, endStep, endFraction);
  }

  /**
   * Ends at a fraction of the training; the paper's 0.75 leaves the last quarter to the weights.
   *
   * @param fraction of all steps, in [0, 1]
   * @return a new schedule
   * @throws IllegalArgumentException if {@code fraction} is not in [0, 1]
   */
  public Every until(double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "Every: end (" + fraction + ") must be a fraction of the training between 0 and 1");
    }
    return new Every(interval, begin, -1, fraction);
  }

  /**
   * Ends at a step.
   *
   * @param step last step at which masks may change, at least 0
   * @return a new schedule
   * @throws IllegalArgumentException if {@code step} is negative
   */
  public Every untilStep(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("Every: end (" + step + ") must not be negative");
    }
    return new Every(interval, begin, step, 1);
  }

  @Override
  public boolean fires(long step, long lastUpdate, long totalSteps) {
    return begin <= step
        && step <= end(totalSteps)
        && (lastUpdate == NEVER || lastUpdate + interval <= step);
  }

  @Override
  public long begin() {
    return begin;
  }

  @Override
  public long end(long totalSteps) {
    return endStep >= 0 ? endStep : (long) (endFraction * totalSteps);
  }

  /** Returns interval and range. */
  @Override
  public String toString() {
    return "every "
        + interval
        + " steps from "
        + begin
        + " until "
        + (endStep >= 0 ? "step " + endStep : endFraction + " of the training");
  }
}
