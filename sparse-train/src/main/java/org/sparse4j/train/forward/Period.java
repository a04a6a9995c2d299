package org.sparse4j.train.forward;

import java.util.List;
import java.util.Optional;
import org.sparse4j.mask.Structure;

/** One structure in a part of the training; dense before and after. */
record Period(Structure structure, double from, double until) implements StructureSchedule {

  Period {
    if (!(from >= 0 && from < until && until <= 1)) {
      throw new IllegalArgumentException(
          "StructureSchedule: sparse from "
              + from
              + " until "
              + until
              + " of the training; 0 <= from < until <= 1 must hold");
    }
  }

  private boolean isOver(long step, long totalSteps) {
    return until < 1 && step >= (long) (until * totalSteps);
  }

  @Override
  public Optional<Structure> at(long step, long totalSteps) {
    return step < (long) (from * totalSteps) || isOver(step, totalSteps)
        ? Optional.empty()
        : Optional.of(structure);
  }

  @Override
  public Optional<Structure> evaluated(long step, long totalSteps) {
    return step >= 0 && isOver(step, totalSteps) ? Optional.empty() : Optional.of(structure);
  }

  @Override
  public List<Structure> all() {
    return List.of(structure);
  }

  @Override
  public String toString() {
    return from == 0 && until == 1
        ? structure.toString()
        : structure + " from " + from + " until " + until + " of the training";
  }
}
