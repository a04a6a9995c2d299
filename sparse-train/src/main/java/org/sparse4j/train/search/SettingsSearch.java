package org.sparse4j.train.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.sparse4j.train.random.Streams;

/**
 * Tries settings at random: numbers by name, each from a range of its own (Bergstra and Bengio,
 * Random search for hyper-parameter optimization, 2012).
 */
public final class SettingsSearch {

  private final Map<String, Range> ranges;

  private record Range(double low, double high, boolean logarithmic) {}

  private SettingsSearch(Map<String, Range> ranges) {
    this.ranges = ranges;
  }

  /**
   * Starts without settings.
   *
   * @return a search of nothing yet
   */
  public static SettingsSearch create() {
    return new SettingsSearch(Map.of());
  }

  /**
   * Adds a number that is drawn uniformly.
   *
   * @param name its name
   * @param low least value
   * @param high largest value, at least {@code low}
   * @return a new search
   * @throws IllegalArgumentException if the range is empty, or the name is taken
   */
  public SettingsSearch uniform(String name, double low, double high) {
    return with(name, new Range(low, high, false));
  }

  /**
   * Adds a number whose logarithm is drawn uniformly, such as a learning rate.
   *
   * @param name its name
   * @param low least value, above 0
   * @param high largest value, at least {@code low}
   * @return a new search
   * @throws IllegalArgumentException if the range is empty or not positive, or the name is taken
   */
  public SettingsSearch logarithmic(String name, double low, double high) {
    return with(name, new Range(low, high, true));
  }

  private SettingsSearch with(String name, Range range) {
    boolean finite = Double.isFinite(range.high() - range.low());
    boolean positive = !range.logarithmic() || range.low() > 0;
    if (!finite || !positive || range.high() < range.low() || ranges.containsKey(name)) {
      throw new IllegalArgumentException(
          "SettingsSearch: range of "
              + name
              + " ("
              + range.low()
              + " to "
              + range.high()
              + ") must be finite, not empty"
              + (range.logarithmic() ? ", above 0" : "")
              + " and the only one of that name");
    }
    Map<String, Range> next = new LinkedHashMap<>(ranges);
    next.put(name, range);
    return new SettingsSearch(next);
  }

  /**
   * Draws settings; a number depends on seed, trial and name alone.
   *
   * @param trial number of the trial, from 0
   * @param seed of the search
   * @return numbers by name
   */
  public SortedMap<String, Double> draw(int trial, long seed) {
    SortedMap<String, Double> settings = new TreeMap<>();
    ranges.forEach((name, range) -> {
      double share = Streams.uniform(Streams.derive(seed, name), trial);
      double value =
          range.logarithmic()
              ? range.low() * Math.pow(range.high() / range.low(), share)
              : range.low() + share * (range.high() - range.low());
      settings.put(name, value);
    });
    return settings;
  }

  /**
   * Searches.
   *
   * @param trials how many settings are tried, at least 1
   * @param seed of the draws
   * @param cost what is made small
   * @return the best settings
   * @throws IllegalArgumentException if there is no trial
   */
  public SearchResult<SortedMap<String, Double>> run(
      int trials, long seed, ToDoubleFunction<? super SortedMap<String, Double>> cost) {
    return run(trials, seed, cost, new ArrayList<>());
  }

  /**
   * Goes on with a search that was interrupted.
   *
   * @param trials how many settings are tried, those of the history included, at least 1
   * @param seed of the draws
   * @param cost what is made small
   * @param history what the search has tried
   * @return the best settings
   * @throws IllegalArgumentException if there is no trial
   */
  public SearchResult<SortedMap<String, Double>> run(
      int trials,
      long seed,
      ToDoubleFunction<? super SortedMap<String, Double>> cost,
      List<Evaluated<SortedMap<String, Double>>> history) {
    if (trials < 1) {
      throw new IllegalArgumentException(
          "SettingsSearch: trials (" + trials + ") must be at least 1");
    }
    Evaluations<SortedMap<String, Double>> evaluations = new Evaluations<>(cost, history);
    for (int trial = 0; trial < trials; trial++) {
      evaluations.of(draw(trial, seed));
    }
    return evaluations.result();
  }
}
