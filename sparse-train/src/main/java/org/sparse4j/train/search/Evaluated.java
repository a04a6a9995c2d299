package org.sparse4j.train.search;

/**
 * A candidate and what it costs.
 *
 * @param candidate the candidate
 * @param cost what a search makes small; NaN counts as infinitely much
 * @param <T> what is searched for
 */
public record Evaluated<T>(T candidate, double cost) {

  /** Replaces NaN, which no candidate could beat. */
  public Evaluated {
    cost = Double.isNaN(cost) ? Double.POSITIVE_INFINITY : cost;
  }
}
