package org.sparse4j.train.schedule;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Sparsity in steps: from each named step on its own value, whatever begin and end. The schedules
 * of Lam et al., SNIPER training, 2022 (arXiv 2211.07283) fall that way to 0.
 */
public final class Stairs implements SparsitySchedule {

  private final NavigableMap<Long, Double> steps;

  private Stairs(NavigableMap<Long, Double> steps) {
    this.steps = steps;
  }

  /**
   * Names the steps.
   *
   * @param sparsities dropped fraction from each step on, in [0, 1]; at least one step
   * @return the schedule; before the first step it has that step's sparsity
   * @throws IllegalArgumentException if there is no step, or a sparsity is out of range
   */
  public static Stairs of(Map<Long, Double> sparsities) {
    if (sparsities.isEmpty()) {
      throw new IllegalArgumentException("Stairs: needs at least one step");
    }
    sparsities.forEach((step, sparsity) -> {
      if (!(sparsity >= 0 && sparsity <= 1)) {
        throw new IllegalArgumentException(
            "Stairs: sparsity (" + sparsity + ") at step " + step + " must be between 0 and 1");
      }
    });
    return new Stairs(new TreeMap<>(sparsities));
  }

  /**
   * Changes masks at these steps, the first one left out: that is where training starts.
   *
   * @return the schedule of updates
   */
  public AtSteps updates() {
    return AtSteps.of(steps.keySet().stream().skip(1).mapToLong(step -> step).toArray());
  }

  @Override
  public double at(long step, long begin, long end) {
    Map.Entry<Long, Double> last = steps.floorEntry(step);
    return last == null ? steps.firstEntry().getValue() : last.getValue();
  }

  /** Returns the steps and their sparsities. */
  @Override
  public String toString() {
    return "stairs " + steps;
  }
}
