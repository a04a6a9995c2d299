package org.sparse4j.train.schedule;

/**
 * Masks change at the multiples of an interval, {@code t mod interval = 0} and {@code begin <= t <=
 * end}: the rule of the jax port of the RigL authors and of the SRigL code (Lasby et al., 2024,
 * arXiv 2305.02299), which leaves the end out. {@link Every} counts from the last change instead.
 */
public final class Multiples implements UpdateSchedule {

  private final int interval;
  private final long begin;
  private final long endStep;
  private final double endFraction;
  private final boolean endLeftOut;

  private Multiples(
      int interval, long begin, long endStep, double endFraction, boolean endLeftOut) {
    this.interval = interval;
    this.begin = begin;
    this.endStep = endStep;
    this.endFraction = endFraction;
    this.endLeftOut = endLeftOut;
  }

  /**
   * Changes masks until training ends.
   *
   * @param interval of the steps, at least 1
   * @return the schedule
   * @throws IllegalArgumentException if {@code interval} is below 1
   */
  public static Multiples of(int interval) {
    if (interval < 1) {
      throw new IllegalArgumentException(
          "Multiples: interval (" + interval + ") must be at least 1 step");
    }
    return new Multiples(interval, 0, -1, 1, false);
  }

  /**
   * Starts later.
   *
   * @param step first step at which masks may change, at least 0
   * @return a new schedule
   * @throws IllegalArgumentException if {@code step} is negative
   */
  public Multiples from(long step) {
    requireStep("begin", step);
    return new Multiples(interval, step, endStep, endFraction, endLeftOut);
  }

  /**
   * Ends at a step.
   *
   * @param step last step at which masks may change, at least 0
   * @return a new schedule
   * @throws IllegalArgumentException if {@code step} is negative
   */
  public Multiples untilStep(long step) {
    requireStep("end", step);
    return new Multiples(interval, begin, step, 1, endLeftOut);
  }

  /**
   * Ends at a fraction of the training.
   *
   * @param fraction of all steps, in [0, 1]
   * @return a new schedule
   * @throws IllegalArgumentException if {@code fraction} is not in [0, 1]
   */
  public Multiples until(double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "Multiples: end (" + fraction + ") must be a fraction of the training between 0 and 1");
    }
    return new Multiples(interval, begin, -1, fraction, endLeftOut);
  }

  /**
   * Leaves the end itself out: {@code t < end}.
   *
   * @return a new schedule
   */
  public Multiples endLeftOut() {
    return new Multiples(interval, begin, endStep, endFraction, true);
  }

  private static void requireStep(String what, long step) {
    if (step < 0) {
      throw new IllegalArgumentException(
          "Multiples: " + what + " (" + step + ") must not be negative");
    }
  }

  @Override
  public boolean fires(long step, long lastUpdate, long totalSteps) {
    long end = end(totalSteps);
    return step % interval == 0
        && begin <= step
        && (endLeftOut ? step < end : step <= end)
        && lastUpdate < step;
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
    return "at multiples of "
        + interval
        + " from "
        + begin
        + (endLeftOut ? " until before " : " until ")
        + (endStep >= 0 ? "step " + endStep : endFraction + " of the training");
  }
}
