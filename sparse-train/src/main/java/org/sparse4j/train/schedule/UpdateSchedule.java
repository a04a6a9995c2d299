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
   * Tells whether masks will change again after an update. Costs a look at each step until then.
   *
   * @param update step of the update
   * @param last step after which training ends
   * @param totalSteps weight steps of the whole training
   * @return true if this schedule fires at a step above {@code update} and up to {@code last}
   */
  default boolean firesAfter(long update, long last, long totalSteps) {
    long until = Math.min(last, end(totalSteps));
    for (long step = update + 1; step <= until; step++) {
      if (fires(step, update, totalSteps)) {
        return true;
      }
    }
    return false;
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
