package org.sparse4j.train.forward;

import java.util.List;
import java.util.Optional;
import org.sparse4j.mask.Structure;

/**
 * Which structure masks have at a step of the training.
 *
 * <p>The interface is open. Implementations are immutable, and print their settings, which
 * checkpoints compare.
 */
public interface StructureSchedule {

  /**
   * Returns the structure of a training step.
   *
   * @param step weight steps taken so far, from 0
   * @param totalSteps weight steps of the whole training
   * @return the structure, or empty where the step is dense
   */
  Optional<Structure> at(long step, long totalSteps);

  /**
   * Returns the structure of an evaluation.
   *
   * @param step the last step that was begun, -1 before the first
   * @param totalSteps weight steps of the whole training
   * @return the structure that the trained network is to have, or empty if it is to be dense
   */
  Optional<Structure> evaluated(long step, long totalSteps);

  /**
   * Returns all structures that occur.
   *
   * @return at least one; weights must fit each of them
   */
  List<Structure> all();

  /**
   * Keeps one structure from the first step to the last.
   *
   * @param structure the rule
   * @return the schedule
   */
  static StructureSchedule constant(Structure structure) {
    return new Period(structure, 0, 1);
  }

  /**
   * Is dense at first, sparse then, and dense again at the end: sparse from step {@code floor(from
   * total)} on, dense from step {@code floor(until total)} on. Where it ends dense, evaluations are
   * dense from there on; before, they are pruned.
   *
   * @param structure the rule of sparse steps
   * @param from fraction of the training that is dense at first
   * @param until fraction of the training at which it is dense again; 1 for never
   * @return the schedule
   * @throws IllegalArgumentException unless {@code 0 <= from < until <= 1}
   */
  static StructureSchedule between(Structure structure, double from, double until) {
    return new Period(structure, from, until);
  }
}
