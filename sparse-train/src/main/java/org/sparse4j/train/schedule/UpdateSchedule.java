package org.sparse4j.train.schedule;

/**
 * When masks change, by the number of weight steps taken so far.
 *
 * <p>The interface is open. Implementations are immutable; what has happened so far comes in as an
 * argument, so that a resumed run decides as an uninterrupted one.
 */
public interface UpdateSchedule {

  /** Stands for "no update yet" as the step of the last update. */
  long NEVER = -1;

  /**
   * Tells whether masks change now.
   *
   * @param step weight steps taken so far, from 0
   * @param lastUpdate the step at which masks last changed, or {@link #NEVER}
   * @param totalSteps weight steps of the whole training
   * @return true if masks are to change before another weight step is taken
   */
  boolean fires(long step, long lastUpdate, long totalSteps);

  /**
   * Looks for the next update. Costs a look at each step until then.
   *
   * @param from first step that counts
   * @param lastUpdate step of the update before, or {@link #NEVER}
   * @param last step after which training ends
   * @param totalSteps weight steps of the whole training
   * @return the first step from {@code from} to {@code last} at which this schedule fires, or
   *     {@link #NEVER}
   */
  default long next(long from, long lastUpdate, long last, long totalSteps) {
    long until = Math.min(last, end(totalSteps));
    for (long step = from; step <= until; step++) {
      if (fires(step, lastUpdate, totalSteps)) {
        return step;
      }
    }
    return NEVER;
  }

  /**
   * Returns the first step at which masks may change.
   *
   * @return the step, from 0
   */
  long begin();

  /**
   * Returns the last step at which masks may change.
   *
   * @param totalSteps weight steps of the whole training
   * @return the step; drop fractions reach their end there
   */
  long end(long totalSteps);
}
