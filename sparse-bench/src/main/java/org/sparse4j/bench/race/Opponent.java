package org.sparse4j.bench.race;

import java.util.List;

/**
 * A library that takes part in races, ours included; found as a service.
 *
 * <p>An instance must be cheap to make and must not touch the library's classes or natives until it
 * is asked for contestants: whether they are there is only known then.
 */
public interface Opponent {
  /** Our own name, which needs no folder. */
  String OWN = "sparse4j";

  /**
   * The name of the library and of its folder among the opponents.
   *
   * @return one lower-case word
   */
  String name();

  /**
   * Contestants for a product. An empty list means the library does not offer the operation.
   *
   * @param problem operands; live until the race ends
   * @param site where the library's files are, how many threads it may use, and who takes part
   * @return contestants, unchecked
   * @throws LaneFailure if the library cannot be used here, with the reason
   */
  List<Contender> contenders(Problem problem, Site site);

  /**
   * Contestants for a training step.
   *
   * @param problem network, batch and hyper-parameters
   * @param site where the library's files are and how many threads it may use
   * @return contestants, unchecked; none by default
   * @throws LaneFailure if the library cannot be used here, with the reason
   */
  default List<Contender> steps(StepProblem problem, Site site) {
    return List.of();
  }
}
