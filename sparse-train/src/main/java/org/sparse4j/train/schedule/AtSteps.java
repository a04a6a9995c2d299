package org.sparse4j.train.schedule;

import java.util.Arrays;

/** Masks change at named steps. */
public final class AtSteps implements UpdateSchedule {

  private final long[] steps;

  private AtSteps(long[] steps) {
    this.steps = steps;
  }

  /**
   * Names the steps.
   *
   * @param steps ascending, the first at least 0; may be none
   * @return the schedule
   * @throws IllegalArgumentException if the steps are not ascending or one is negative
   */
  public static AtSteps of(long... steps) {
    for (int s = 0; s < steps.length; s++) {
      if (steps[s] < 0 || (s > 0 && steps[s] <= steps[s - 1])) {
        throw new IllegalArgumentException(
            "AtSteps: steps[" + s + "] (" + steps[s] + ") must be ascending and not negative");
      }
    }
    return new AtSteps(steps.clone());
  }

  @Override
  public boolean fires(long step, long lastUpdate, long totalSteps) {
    return lastUpdate < step && Arrays.binarySearch(steps, step) >= 0;
  }

  @Override
  public long begin() {
    return steps.length == 0 ? 0 : steps[0];
  }

  @Override
  public long end(long totalSteps) {
    return steps.length == 0 ? 0 : steps[steps.length - 1];
  }

  /** Returns the steps. */
  @Override
  public String toString() {
    return "at steps " + Arrays.toString(steps);
  }
}
