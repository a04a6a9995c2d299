package org.sparse4j.train.search;

import java.util.List;

/**
 * What a search found.
 *
 * @param best the candidate of least cost, the first of them if there are several
 * @param cost what it costs
 * @param history every candidate that was evaluated, in order, each once; hand it to the next
 *     search to go on
 * @param <T> what is searched for
 */
public record SearchResult<T>(T best, double cost, List<Evaluated<T>> history) {

  /** Copies the list. */
  public SearchResult {
    history = List.copyOf(history);
  }
}
