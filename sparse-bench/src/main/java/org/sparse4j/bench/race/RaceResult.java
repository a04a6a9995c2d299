package org.sparse4j.bench.race;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a race measured.
 *
 * @param timings contestants that finished, in the order they were given
 * @param failures contestants that did not finish, by name, and why
 * @param unsettled names of contestants whose rounds lie so far apart that some were not compiled
 *     yet
 * @param repeated whether the first attempt was rejected
 */
public record RaceResult(
    List<Timing> timings, Map<String, String> failures, List<String> unsettled, boolean repeated) {

  /** Largest spread of the probe's rounds with which a race counts. */
  public static final double PROBE_SPREAD_LIMIT = 0.10;

  /** Keeps copies. */
  public RaceResult {
    timings = List.copyOf(timings);
    failures = Map.copyOf(failures);
    unsettled = List.copyOf(unsettled);
  }

  /**
   * The probe's rate in operations per second.
   *
   * @return the median rate, or empty if no probe took part
   */
  public OptionalDouble probeRate() {
    return timings.stream()
        .filter(timing -> timing.entry().role() == Role.PROBE)
        .mapToDouble(timing -> timing.entry().flops() / timing.median())
        .findFirst();
  }

  /**
   * How much the machine's speed moved during the race.
   *
   * @return spread of the probe's rounds, or empty if no probe took part
   */
  public OptionalDouble probeSpread() {
    return timings.stream()
        .filter(timing -> timing.entry().role() == Role.PROBE)
        .mapToDouble(Timing::spread)
        .findFirst();
  }

  /**
   * Median time of the fastest contestant of one role.
   *
   * @param role role
   * @return seconds per call, or empty if nobody of that role finished
   */
  public OptionalDouble best(Role role) {
    return timings.stream()
        .filter(timing -> timing.entry().role() == role)
        .mapToDouble(Timing::median)
        .min();
  }

  /**
   * Whether the machine was too restless for the times to count.
   *
   * @return true if the probe moved by more than {@link #PROBE_SPREAD_LIMIT}
   */
  public boolean isVoid() {
    return probeSpread().orElse(0) > PROBE_SPREAD_LIMIT;
  }
}
