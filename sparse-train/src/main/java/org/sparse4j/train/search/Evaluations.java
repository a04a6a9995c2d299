package org.sparse4j.train.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Costs of candidates, each computed once. */
final class Evaluations<T> {

  private final ToDoubleFunction<? super T> cost;
  private final Map<T, Double> known = new HashMap<>();
  private final List<Evaluated<T>> history = new ArrayList<>();

  Evaluations(ToDoubleFunction<? super T> cost, List<Evaluated<T>> before) {
    this.cost = cost;
    for (Evaluated<T> one : before) {
      known.put(one.candidate(), one.cost());
    }
  }

  double of(T candidate) {
    Double before = known.get(candidate);
    double value = before == null ? cost.applyAsDouble(candidate) : before;
    Evaluated<T> now = new Evaluated<>(candidate, value);
    known.put(candidate, now.cost());
    if (history.stream().noneMatch(one -> one.candidate().equals(candidate))) {
      history.add(now);
    }
    return now.cost();
  }

  SearchResult<T> result() {
    Evaluated<T> best = history.getFirst();
    for (Evaluated<T> one : history) {
      best = one.cost() < best.cost() ? one : best;
    }
    return new SearchResult<>(best.candidate(), best.cost(), history);
  }
}
