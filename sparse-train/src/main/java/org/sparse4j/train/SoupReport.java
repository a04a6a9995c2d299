package org.sparse4j.train;

import java.util.List;

/**
 * What became of the members of a round.
 *
 * @param round number of the round, from 0
 * @param members how many were trained
 * @param chosen numbers of those that make the average
 * @param test result of the average on the test set
 */
public record SoupReport(int round, int members, List<Integer> chosen, Evaluation test) {

  /** Copies the list. */
  public SoupReport {
    chosen = List.copyOf(chosen);
  }
}
