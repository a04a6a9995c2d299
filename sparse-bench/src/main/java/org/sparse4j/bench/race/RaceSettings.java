package org.sparse4j.bench.race;

/**
 * How long a race warms up and measures.
 *
 * @param rounds slices per contestant that count
 * @param sliceSeconds length of a slice; a call that takes longer is a slice of its own
 * @param warmSeconds least warm-up per contestant
 * @param warmLimitSeconds warm-up after which a contestant starts even if its times still fall
 * @param pauseSeconds rest before each slice, so that the previous contestant's spinning threads go
 *     to sleep
 */
public record RaceSettings(
    int rounds,
    double sliceSeconds,
    double warmSeconds,
    double warmLimitSeconds,
    double pauseSeconds) {

  /** Fewest rounds of which a median is quoted. */
  public static final int LEAST_ROUNDS = 5;

  /** Most rounds; more would only be a typing error. */
  public static final int MOST_ROUNDS = 1000;

  /** Checks the ranges. */
  public RaceSettings {
    if (rounds < LEAST_ROUNDS || rounds > MOST_ROUNDS) {
      throw new IllegalArgumentException(
          "race: rounds (%d) must be between %d and %d"
              .formatted(rounds, LEAST_ROUNDS, MOST_ROUNDS));
    }
    if (!(sliceSeconds > 0) || !(warmSeconds > 0) || !(warmLimitSeconds >= warmSeconds)) {
      throw new IllegalArgumentException(
          "race: seconds of slice (%s), warm-up (%s) and its limit (%s) must be positive and ascending"
              .formatted(sliceSeconds, warmSeconds, warmLimitSeconds));
    }
    if (!(pauseSeconds >= 0)) {
      throw new IllegalArgumentException(
          "race: pause (" + pauseSeconds + " s) must not be negative");
    }
  }

  /**
   * Settings of a quick run: 10 ms slices and a fifth of a second of warm-up.
   *
   * @param rounds slices per contestant that count, at least {@value #LEAST_ROUNDS}
   * @return the settings
   */
  public static RaceSettings quick(int rounds) {
    return new RaceSettings(rounds, 0.010, 0.2, 2.0, 0);
  }

  /**
   * Settings of a full run: 12 ms slices and most of a second of warm-up.
   *
   * @param rounds slices per contestant that count, at least {@value #LEAST_ROUNDS}
   * @return the settings
   */
  public static RaceSettings full(int rounds) {
    return new RaceSettings(rounds, 0.012, 0.6, 4.0, 0);
  }

  /**
   * The same settings with a rest before each slice.
   *
   * @param seconds rest
   * @return the settings
   */
  public RaceSettings pausing(double seconds) {
    return new RaceSettings(rounds, sliceSeconds, warmSeconds, warmLimitSeconds, seconds);
  }
}
