package org.sparse4j.train.optim;

/** The learning rate as a function of the step, counted from 0. */
@FunctionalInterface
public interface LearningRate {

  /**
   * Returns the rate of a step.
   *
   * @param step number of the step, from 0
   * @return the rate
   */
  double at(long step);

  /**
   * One rate for all steps.
   *
   * @param rate the rate, not negative
   * @return the schedule
   * @throws IllegalArgumentException if the rate is negative or not finite
   */
  static LearningRate constant(double rate) {
    requireRate("constant", "rate", rate);
    return new ConstantRate(rate);
  }

  /**
   * {@code rate (1 + cos(pi step / steps)) / 2}: from the rate down to 0 (Loshchilov and Hutter,
   * SGDR, 2016, arXiv 1608.03983, without restarts).
   *
   * @param rate rate of step 0
   * @param steps number of steps, at least 1; later ones have rate 0
   * @return the schedule
   * @throws IllegalArgumentException if {@code steps} is below 1, or a rate is negative or not
   *     finite
   */
  static LearningRate cosine(double rate, long steps) {
    return cosine(rate, 0, steps);
  }

  /**
   * {@code to + (from - to) (1 + cos(pi step / steps)) / 2}.
   *
   * @param from rate of step 0
   * @param to rate from step {@code steps} on
   * @param steps number of steps, at least 1
   * @return the schedule
   * @throws IllegalArgumentException if {@code steps} is below 1, or a rate is negative or not
   *     finite
   */
  static LearningRate cosine(double from, double to, long steps) {
    requireSteps("cosine", steps);
    requireRate("cosine", "first rate", from);
    requireRate("cosine", "last rate", to);
    return step ->
        to + (from - to) * (1 + StrictMath.cos(StrictMath.PI * Math.min(step, steps) / steps)) / 2;
  }

  /**
   * A straight line from one rate to another, which then stays.
   *
   * @param from rate of step 0
   * @param to rate from step {@code steps} on
   * @param steps number of steps, at least 1
   * @return the schedule
   * @throws IllegalArgumentException if {@code steps} is below 1, or a rate is negative or not
   *     finite
   */
  static LearningRate linear(double from, double to, long steps) {
    requireSteps("linear", steps);
    requireRate("linear", "first rate", from);
    requireRate("linear", "last rate", to);
    return step -> from + (to - from) * ((double) Math.min(step, steps) / steps);
  }

  /**
   * {@code rate factor^floor(step / every)}.
   *
   * @param rate rate of step 0
   * @param factor what the rate is multiplied by
   * @param every steps between two cuts, at least 1
   * @return the schedule
   * @throws IllegalArgumentException if {@code every} is below 1, or rate or factor is negative or
   *     not finite
   */
  static LearningRate staircase(double rate, double factor, long every) {
    requireSteps("staircase", every);
    requireRate("staircase", "rate", rate);
    requireRate("staircase", "factor", factor);
    return step -> {
      long cuts = step / every;
      return rate * StrictMath.pow(factor, (double) cuts);
    };
  }

  /**
   * Multiplies the first rates by {@code (step + 1) / steps}.
   *
   * @param steps steps until the full rate, at least 1
   * @return this schedule with a warm-up
   * @throws IllegalArgumentException if {@code steps} is below 1
   */
  default LearningRate warmUp(long steps) {
    requireSteps("warmUp", steps);
    return step -> at(step) * Math.min(1, (step + 1.0) / steps);
  }

  /**
   * Follows this schedule for some steps, then another from its own step 0.
   *
   * @param steps how long this one lasts, at least 0
   * @param next what follows
   * @return the two in a row
   * @throws IllegalArgumentException if {@code steps} is negative
   */
  default LearningRate then(long steps, LearningRate next) {
    if (steps < 0) {
      throw new IllegalArgumentException(
          "LearningRate.then: steps (" + steps + ") must not be negative");
    }
    return step -> step < steps ? at(step) : next.at(step - steps);
  }

  private static void requireSteps(String name, long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "LearningRate." + name + ": steps (" + steps + ") must be at least 1");
    }
  }

  private static void requireRate(String name, String what, double rate) {
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException(
          "LearningRate." + name + ": " + what + " (" + rate + ") must be finite and not negative");
    }
  }
}
