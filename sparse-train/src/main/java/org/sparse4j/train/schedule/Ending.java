package org.sparse4j.train.schedule;

/** A schedule that ends before updates do. */
record Ending(SparsitySchedule schedule, long step) implements SparsitySchedule {

  Ending {
    if (step < 0) {
      throw new IllegalArgumentException(
          "SparsitySchedule: end (" + step + ") must not be negative");
    }
  }

  @Override
  public double at(long now, long begin, long end) {
    return schedule.at(now, begin, Math.min(end, step));
  }

  /** Returns the schedule and its end. */
  @Override
  public String toString() {
    return schedule + " ending at " + step;
  }
}
