package org.sparse4j.bench.race;

import java.util.Arrays;

/** Seconds per call of one contestant over the rounds of a race. */
public final class Timing {
  private final Entry entry;
  private final double[] inOrder;
  private final double[] sorted;

  private Timing(Entry entry, double[] inOrder) {
    this.entry = entry;
    this.inOrder = inOrder;
    sorted = inOrder.clone();
    Arrays.sort(sorted);
  }

  /**
   * Copies the rounds of a contestant.
   *
   * @param entry contestant
   * @param seconds seconds per call, one for each round, at least one
   * @return the timing
   */
  public static Timing of(Entry entry, double... seconds) {
    if (seconds.length == 0) {
      throw new IllegalArgumentException(
          "timing: " + entry.name() + " ran 0 rounds, a median needs 1");
    }
    return new Timing(entry, seconds.clone());
  }

  /**
   * The contestant.
   *
   * @return its entry
   */
  public Entry entry() {
    return entry;
  }

  /**
   * Number of rounds.
   *
   * @return rounds that count
   */
  public int rounds() {
    return sorted.length;
  }

  /**
   * Time of one round.
   *
   * @param index round, from 0 in the order they were run
   * @return seconds per call
   */
  public double round(int index) {
    return inOrder[index];
  }

  /**
   * Median over the rounds; of an even number of rounds the mean of the middle two.
   *
   * @return seconds per call
   */
  public double median() {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
  }

  /**
   * Fastest round.
   *
   * @return seconds per call
   */
  public double low() {
    return sorted[0];
  }

  /**
   * Slowest round.
   *
   * @return seconds per call
   */
  public double high() {
    return sorted[sorted.length - 1];
  }

  /**
   * Distance of the slowest from the fastest round as a share of the median.
   *
   * @return spread, 0 if all rounds were equal
   */
  public double spread() {
    return (high() - low()) / median();
  }
}
