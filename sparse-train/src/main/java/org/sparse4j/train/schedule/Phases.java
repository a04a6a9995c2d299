package org.sparse4j.train.schedule;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Phases of training that are sparse or dense in turn: masks change where a phase starts. Peste,
 * Iofinova, Vladu and Alistarh, AC/DC: alternating compressed/decompressed training of deep neural
 * networks, 2021 (arXiv 2106.12379).
 */
public final class Phases implements UpdateSchedule {

  private final NavigableMap<Long, Boolean> starts;

  private Phases(NavigableMap<Long, Boolean> starts) {
    this.starts = starts;
  }

  /**
   * Names the steps at which phases start.
   *
   * @param sparse steps at which the network is pruned, not negative; may be none
   * @param dense steps at which all positions come back, none of them in {@code sparse}
   * @return the phases; before the first one the network is what it started as
   * @throws IllegalArgumentException if a step is negative or named twice
   */
  public static Phases of(long[] sparse, long[] dense) {
    TreeMap<Long, Boolean> starts = new TreeMap<>();
    for (long step : sparse) {
      put(starts, step, true);
    }
    for (long step : dense) {
      put(starts, step, false);
    }
    return new Phases(starts);
  }

  private static void put(NavigableMap<Long, Boolean> starts, long step, boolean sparse) {
    if (step < 0 || starts.put(step, sparse) != null) {
      throw new IllegalArgumentException(
          "Phases: step " + step + " must not be negative nor be named twice");
    }
  }

  /**
   * Alternates: dense at first, then sparse and dense phases of fixed lengths, then sparse to the
   * end; the schedule of the jax port of the RigL authors.
   *
   * @param firstDense steps before the first sparse phase, at least 1
   * @param sparse steps of a sparse phase, at least 1
   * @param dense steps of a dense phase, at least 1
   * @param lastSparse step from which on the network stays sparse, after {@code firstDense}
   * @return the phases
   * @throws IllegalArgumentException if a number is out of range
   */
  public static Phases alternating(long firstDense, long sparse, long dense, long lastSparse) {
    if (firstDense < 1 || sparse < 1 || dense < 1 || lastSparse < firstDense) {
      throw new IllegalArgumentException(
          "Phases: first dense steps ("
              + firstDense
              + "), sparse ("
              + sparse
              + ") and dense ("
              + dense
              + ") must be at least 1, the last start ("
              + lastSparse
              + ") at least the first");
    }
    TreeMap<Long, Boolean> starts = new TreeMap<>();
    for (long start = firstDense; start < lastSparse; start += sparse + dense) {
      starts.put(start, true);
      if (start + sparse < lastSparse) {
        starts.put(start + sparse, false);
      }
    }
    starts.put(lastSparse, true);
    return new Phases(starts);
  }

  /**
   * Tells which phase a step is in.
   *
   * @param step a step
   * @return true if the last start up to it is that of a sparse phase
   */
  public boolean isSparse(long step) {
    Map.Entry<Long, Boolean> last = starts.floorEntry(step);
    return last != null && last.getValue();
  }

  @Override
  public boolean fires(long step, long lastUpdate, long totalSteps) {
    return lastUpdate < step && starts.containsKey(step);
  }

  @Override
  public long begin() {
    return starts.isEmpty() ? 0 : starts.firstKey();
  }

  @Override
  public long end(long totalSteps) {
    return starts.isEmpty() ? 0 : starts.lastKey();
  }

  /** Returns the starts. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("phases");
    starts.forEach((step, sparse) -> text.append(sparse ? " sparse " : " dense ").append(step));
    return text.toString();
  }
}
