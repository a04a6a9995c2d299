package org.sparse4j.train.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.sparse4j.train.autograd.ScalarFunction;
import org.sparse4j.train.random.Streams;

/**
 * Chooses the function after every layer of a sparse network: stage 1 of SAFS, Loni, Mohan, Asadi
 * and Lindauer, Learning activation functions for sparse neural networks, 2023 (arXiv 2305.10964).
 * A neighbour has another function after one layer; {@link LateAcceptance} decides. Stage 2, the
 * learning rate and the numbers of the functions, is a {@link SettingsSearch} with {@code
 * ScaledActivation.of}; the authors use Bayesian optimisation there.
 */
public final class ActivationSearch {

  private final int layers;
  private final LateAcceptance<List<ScalarFunction>> search;

  private ActivationSearch(int layers, LateAcceptance<List<ScalarFunction>> search) {
    this.layers = layers;
    this.search = search;
  }

  /**
   * Prepares a search among all functions.
   *
   * @param layers number of functions to choose, at least 1
   * @param cost validation loss of a network with these functions, pruned and trained, usually with
   *     {@code ScaledActivation.fixed}
   * @return the search
   * @throws IllegalArgumentException if there is no layer
   */
  public static ActivationSearch of(
      int layers, ToDoubleFunction<? super List<ScalarFunction>> cost) {
    return of(layers, cost, List.of(ScalarFunction.values()));
  }

  /**
   * Prepares a search among some functions.
   *
   * @param layers number of functions to choose, at least 1
   * @param cost validation loss of a network with these functions
   * @param choices at least two different functions
   * @return the search
   * @throws IllegalArgumentException if there is no layer, or no choice
   */
  public static ActivationSearch of(
      int layers,
      ToDoubleFunction<? super List<ScalarFunction>> cost,
      List<ScalarFunction> choices) {
    if (layers < 1 || choices.stream().distinct().count() < 2) {
      throw new IllegalArgumentException(
          "ActivationSearch: layers ("
              + layers
              + ") must be at least 1, choices ("
              + choices
              + ") at least 2");
    }
    List<ScalarFunction> copy = choices.stream().distinct().toList();
    return new ActivationSearch(
        layers, LateAcceptance.of(cost, (current, seed) -> neighbour(current, copy, seed)));
  }

  private static List<ScalarFunction> neighbour(
      List<ScalarFunction> current, List<ScalarFunction> choices, long seed) {
    List<ScalarFunction> next = new ArrayList<>(current);
    int layer = Streams.below(seed, 0, current.size());
    List<ScalarFunction> others = new ArrayList<>(choices);
    others.remove(current.get(layer));
    next.set(layer, others.get(Streams.below(seed, 1, others.size())));
    return List.copyOf(next);
  }

  /**
   * Sets how far back costs are compared with.
   *
   * @param steps at least 1
   * @return a new search
   * @throws IllegalArgumentException if below 1
   */
  public ActivationSearch lookingBack(int steps) {
    return new ActivationSearch(layers, search.lookingBack(steps));
  }

  /**
   * Takes costs over from an earlier search.
   *
   * @param history its candidates
   * @return a new search
   */
  public ActivationSearch knowing(List<Evaluated<List<ScalarFunction>>> history) {
    return new ActivationSearch(layers, search.knowing(history));
  }

  /**
   * Searches from RELU after every layer.
   *
   * @param steps how many neighbours are looked at, at least 0
   * @param seed of the neighbours
   * @return the best functions seen, never worse than RELU
   * @throws IllegalArgumentException if the number of steps is negative
   */
  public SearchResult<List<ScalarFunction>> run(int steps, long seed) {
    return search.run(Collections.nCopies(layers, ScalarFunction.RELU), steps, seed);
  }
}
