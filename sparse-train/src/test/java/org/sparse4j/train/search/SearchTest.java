package org.sparse4j.train.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.sparse4j.train.autograd.ScalarFunction;

class SearchTest {
  private static final List<ScalarFunction> ALL = List.of(ScalarFunction.values());

  /**
   * Costs 5, then candidates of 6, 4, 5, 7, 4.5, 5.1 with a list of two: rejected; accepted;
   * accepted late, as no more than the start; rejected; accepted; rejected, as the cost two steps
   * ago was 5 by then.
   */
  @Test
  void acceptsLate() {
    double[] costs = {5, 6, 4, 5, 7, 4.5, 5.1};
    int[] next = {0};
    List<Integer> from = new ArrayList<>();
    SearchResult<Integer> result =
        LateAcceptance.<Integer>of(
                candidate -> costs[candidate],
                (current, seed) -> {
                  from.add(current);
                  return ++next[0];
                })
            .lookingBack(2)
            .run(0, 7 - 1, 1);
    assertEquals(List.of(0, 0, 2, 3, 3, 5), from);
    assertEquals(2, result.best());
    assertEquals(4, result.cost());
    assertEquals(7, result.history().size());
    assertEquals(new Evaluated<>(4, 7), result.history().get(4));
  }

  /** Plain hill climbing never goes up. */
  @Test
  void lookingBackOneStepIsHillClimbing() {
    List<Double> path = new ArrayList<>();
    LateAcceptance.<Integer>of(
            x -> Math.abs(x - 17),
            (current, seed) -> {
              path.add((double) Math.abs(current - 17));
              return current + (seed % 2 == 0 ? 1 : -1);
            })
        .lookingBack(1)
        .run(40, 200, 3);
    for (int p = 1; p < path.size(); p++) {
      assertTrue(path.get(p) <= path.get(p - 1));
    }
    assertEquals(0, path.getLast());
  }

  private static double cost(List<ScalarFunction> choice) {
    double cost = 10;
    for (int l = 0; l < choice.size(); l++) {
      cost += Math.abs(ALL.indexOf(choice.get(l)) - (3 + 4 * l));
    }
    return cost;
  }

  @Test
  void activationsAreFoundWithoutTryingAll() {
    SearchResult<List<ScalarFunction>> found = ActivationSearch.of(3, SearchTest::cost).run(300, 1);
    assertEquals(10, found.cost(), found.best().toString());
    assertEquals(ALL.get(7), found.best().get(1));
    assertTrue(found.history().size() < 300, "evaluated " + found.history().size());
    assertEquals(
        List.of(ScalarFunction.RELU, ScalarFunction.RELU, ScalarFunction.RELU),
        found.history().getFirst().candidate());
  }

  /** Interrupted after 40 steps and gone on with: the same way, and nothing is evaluated twice. */
  @Test
  void goesOnWhereItWas() {
    SearchResult<List<ScalarFunction>> whole =
        ActivationSearch.of(3, SearchTest::cost).lookingBack(4).run(100, 2);
    SearchResult<List<ScalarFunction>> first =
        ActivationSearch.of(3, SearchTest::cost).lookingBack(4).run(40, 2);
    int[] evaluated = {0};
    SearchResult<List<ScalarFunction>> second =
        ActivationSearch.of(
                3,
                (List<ScalarFunction> choice) -> {
                  evaluated[0]++;
                  return cost(choice);
                })
            .lookingBack(4)
            .knowing(first.history())
            .run(100, 2);
    assertEquals(whole, second);
    assertEquals(whole.history().size() - first.history().size(), evaluated[0]);
  }

  @Test
  void choicesCanBeFew() {
    List<ScalarFunction> choices = List.of(ScalarFunction.TANH, ScalarFunction.ELU);
    SearchResult<List<ScalarFunction>> found =
        ActivationSearch.of(2, SearchTest::cost, choices).run(50, 1);
    for (Evaluated<List<ScalarFunction>> one : found.history()) {
      for (ScalarFunction function : one.candidate()) {
        assertTrue(choices.contains(function) || function == ScalarFunction.RELU);
      }
    }
  }

  @Test
  void aCostThatIsNoNumberIsTheWorst() {
    SearchResult<Integer> result =
        LateAcceptance.<Integer>of(x -> x == 0 ? 1 : Double.NaN, (current, seed) -> current + 1)
            .run(0, 10, 1);
    assertEquals(0, result.best());
    assertEquals(Double.POSITIVE_INFINITY, result.history().getLast().cost());
  }

  @Test
  void settingsAreDrawnFromTheirRanges() {
    SettingsSearch search =
        SettingsSearch.create().logarithmic("rate", 1e-4, 1).uniform("p1", .5, 2);
    int small = 0;
    for (int trial = 0; trial < 1000; trial++) {
      SortedMap<String, Double> settings = search.draw(trial, 3);
      double rate = settings.get("rate");
      assertTrue(rate >= 1e-4 && rate <= 1 && settings.get("p1") >= .5 && settings.get("p1") <= 2);
      small += rate < 1e-2 ? 1 : 0;
    }
    assertEquals(500, small, 60);
    // A further number changes none of the others.
    assertEquals(search.draw(5, 3).get("rate"), search.uniform("p2", 0, 1).draw(5, 3).get("rate"));
    SearchResult<SortedMap<String, Double>> found =
        search.run(200, 3, settings -> Math.abs(Math.log10(settings.get("rate")) + 2));
    assertTrue(found.cost() < .1, found.toString());
    SearchResult<SortedMap<String, Double>> half =
        search.run(100, 3, settings -> Math.abs(Math.log10(settings.get("rate")) + 2));
    assertEquals(
        found,
        search.run(
            200, 3, settings -> Math.abs(Math.log10(settings.get("rate")) + 2), half.history()));
  }

  @Test
  void rejectsWhatDoesNotFit() {
    assertMessage(
        "LateAcceptance: steps to look back (0) must be at least 1",
        () -> LateAcceptance.<Integer>of(x -> 0, (x, seed) -> x).lookingBack(0));
    assertMessage(
        "LateAcceptance: steps (-1) must not be negative",
        () -> LateAcceptance.<Integer>of(x -> 0, (x, seed) -> x).run(1, -1, 1));
    assertMessage(
        "ActivationSearch: layers (0) must be at least 1, choices ([TANH]) at least 2",
        () -> ActivationSearch.of(0, SearchTest::cost, List.of(ScalarFunction.TANH)));
    assertMessage(
        "SettingsSearch: range of rate (0.0 to 1.0) must be finite, not empty, above 0 and the only"
            + " one of that name",
        () -> SettingsSearch.create().logarithmic("rate", 0, 1));
    assertMessage(
        "SettingsSearch: range of p (2.0 to 1.0) must be finite, not empty and the only one of that"
            + " name",
        () -> SettingsSearch.create().uniform("p", 2, 1));
    assertMessage(
        "SettingsSearch: range of p (-1.7976931348623157E308 to 1.7976931348623157E308) must be"
            + " finite, not empty and the only one of that name",
        () -> SettingsSearch.create().uniform("p", -Double.MAX_VALUE, Double.MAX_VALUE));
    assertMessage(
        "SettingsSearch: trials (0) must be at least 1",
        () -> SettingsSearch.create().run(0, 1, settings -> 0));
  }

  private static void assertMessage(String expected, Runnable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
