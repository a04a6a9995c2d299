package org.sparse4j.train;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.sparse4j.train.schedule.UpdateSchedule;
import org.sparse4j.train.update.UpdatePoint;
import org.sparse4j.train.update.UpdateRule;

/**
 * The updates of a training that runs to its end, each one looked for when it is asked for: of a
 * training that is to go on until patience runs out there are too many to list.
 */
final class ForeseenUpdates implements Iterator<UpdatePoint> {

  private final UpdateSchedule schedule;
  private final long totalSteps;

  /** Last step at which an update can take place. */
  private final long last;

  /** Step of the next update, or {@link UpdateSchedule#NEVER}. */
  private long next;

  /**
   * Looks for the first update.
   *
   * @param schedule when masks change
   * @param timing after a step, or instead of one, which must be still to come
   * @param totalSteps weight steps of the whole training
   */
  ForeseenUpdates(UpdateSchedule schedule, UpdateRule.Timing timing, long totalSteps) {
    this.schedule = schedule;
    this.totalSteps = totalSteps;
    boolean after = timing == UpdateRule.Timing.AFTER_STEP;
    last = after ? totalSteps : totalSteps - 1;
    next = schedule.next(after ? 1 : 0, UpdateSchedule.NEVER, last, totalSteps);
  }

  @Override
  public boolean hasNext() {
    return next != UpdateSchedule.NEVER;
  }

  @Override
  public UpdatePoint next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no update follows");
    }
    long step = next;
    next = schedule.next(step + 1, step, last, totalSteps);
    return new UpdatePoint(step, schedule.begin(), schedule.end(totalSteps), !hasNext());
  }
}
