package org.sparse4j.train.search;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.sparse4j.train.random.Streams;

/**
 * Late acceptance hill climbing: a neighbour is accepted if it costs no more than the current
 * candidate or than the one of some steps ago. Burke and Bykov, The late acceptance hill-climbing
 * heuristic, European Journal of Operational Research 258, 2017.
 *
 * <p>With costs c_0, c_1, ... of the current candidates, step i accepts a cost c if {@code c <=
 * c_i} or {@code c <= c_(i - length)}, the start's cost standing for those before it.
 *
 * @param <T> what is searched for; {@code equals} tells which candidates are known
 */
public final class LateAcceptance<T> {

  private final ToDoubleFunction<? super T> cost;
  private final Neighbour<T> neighbour;
  private final int length;
  private final List<Evaluated<T>> known;

  /**
   * Changes a candidate a little.
   *
   * @param <T> what is searched for
   */
  @FunctionalInterface
  public interface Neighbour<T> {

    /**
     * Returns a candidate near another one.
     *
     * @param current the other one
     * @param seed of the choice
     * @return the candidate
     */
    T of(T current, long seed);
  }

  private LateAcceptance(
      ToDoubleFunction<? super T> cost,
      Neighbour<T> neighbour,
      int length,
      List<Evaluated<T>> known) {
    this.cost = cost;
    this.neighbour = neighbour;
    this.length = length;
    this.known = known;
  }

  /**
   * Prepares a search that looks back 5 steps.
   *
   * @param cost what is made small; called once a candidate
   * @param neighbour how candidates change
   * @param <T> what is searched for
   * @return the search
   */
  public static <T> LateAcceptance<T> of(ToDoubleFunction<? super T> cost, Neighbour<T> neighbour) {
    return new LateAcceptance<>(cost, neighbour, 5, List.of());
  }

  /**
   * Sets how far back costs are compared with.
   *
   * @param steps at least 1; 1 is plain hill climbing
   * @return a new search
   * @throws IllegalArgumentException if below 1
   */
  public LateAcceptance<T> lookingBack(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "LateAcceptance: steps to look back (" + steps + ") must be at least 1");
    }
    return new LateAcceptance<>(cost, neighbour, steps, known);
  }

  /**
   * Takes costs over from an earlier search, so that it goes on instead of starting over: equal
   * seeds take equal ways.
   *
   * @param history its candidates
   * @return a new search
   */
  public LateAcceptance<T> knowing(List<Evaluated<T>> history) {
    return new LateAcceptance<>(cost, neighbour, length, List.copyOf(history));
  }

  /**
   * Searches.
   *
   * @param start the first candidate
   * @param steps how many neighbours are looked at, at least 0
   * @param seed of the neighbours
   * @return the best candidate seen
   * @throws IllegalArgumentException if the number of steps is negative
   */
  public SearchResult<T> run(T start, int steps, long seed) {
    if (steps < 0) {
      throw new IllegalArgumentException(
          "LateAcceptance: steps (" + steps + ") must not be negative");
    }
    Evaluations<T> evaluations = new Evaluations<>(cost, known);
    T current = start;
    double currentCost = evaluations.of(start);
    double[] past = new double[length];
    Arrays.fill(past, currentCost);
    for (int i = 0; i < steps; i++) {
      T candidate = neighbour.of(current, Streams.derive(seed, i));
      double candidateCost = evaluations.of(candidate);
      int slot = i % length;
      if (candidateCost <= currentCost || candidateCost <= past[slot]) {
        current = candidate;
        currentCost = candidateCost;
      }
      past[slot] = currentCost;
    }
    return evaluations.result();
  }
}
