package org.sparse4j.bench.race;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets contestants take turns in short slices, so that a change of the machine's speed meets all of
 * them.
 *
 * <p>Each contestant is warmed up until its slices agree, then every round gives each of them one
 * slice; odd rounds go backwards, so that nobody always follows the same neighbour. If the probe
 * moved by more than {@link RaceResult#PROBE_SPREAD_LIMIT}, or some contestant's slowest round is
 * {@value #UNSETTLED_FACTOR} times its fastest (which is how code looks that was compiled
 * half-way), the race is run once more and the steadier of the two attempts counts.
 */
public final class Race {
  /** Slowest round over fastest round from which a contestant counts as not compiled yet. */
  static final double UNSETTLED_FACTOR = 3;

  private static final int LEAST_SLICES = 8;
  private static final int AGREEING_SLICES = 4;
  private static final double AGREEMENT = 1.2;

  private final RaceSettings settings;

  /**
   * A race with the given lengths.
   *
   * @param settings rounds, slices and warm-up
   */
  public Race(RaceSettings settings) {
    this.settings = settings;
  }

  /**
   * Runs the race in the calling thread.
   *
   * @param lanes contestants
   * @return their times
   */
  public RaceResult run(List<Lane> lanes) {
    Map<String, String> failures = new LinkedHashMap<>();
    List<Racer> racers = new ArrayList<>();
    for (Lane lane : lanes) {
      Racer racer = new Racer(lane);
      racers.add(racer);
      attempt(racer, failures, racer::warmUp);
    }
    rounds(racers, failures);
    RaceResult first = result(racers, failures, false);
    if (!first.isVoid() && first.unsettled().isEmpty()) {
      return first;
    }
    for (Racer racer : racers) {
      if (racer.isUnsettled()) {
        attempt(racer, failures, racer::warmUp);
      }
    }
    rounds(racers, failures);
    RaceResult second = result(racers, failures, true);
    boolean firstIsSteadier =
        first.unsettled().size() <= second.unsettled().size()
            && first.probeSpread().orElse(0) < second.probeSpread().orElse(0)
            && second.failures().size() == first.failures().size();
    return firstIsSteadier
        ? new RaceResult(first.timings(), first.failures(), first.unsettled(), true)
        : second;
  }

  private void rounds(List<Racer> racers, Map<String, String> failures) {
    racers.forEach(Racer::forgetRounds);
    for (int round = 0; round < settings.rounds(); round++) {
      for (Racer racer : round % 2 == 0 ? racers : racers.reversed()) {
        attempt(racer, failures, racer::slice);
      }
    }
  }

  private static void attempt(Racer racer, Map<String, String> failures, Runnable part) {
    if (racer.failed) {
      return;
    }
    try {
      part.run();
    } catch (LaneFailure failure) {
      racer.failed = true;
      failures.put(racer.lane.entry().name(), String.valueOf(failure.getMessage()));
    }
  }

  private static RaceResult result(
      List<Racer> racers, Map<String, String> failures, boolean repeated) {
    List<Timing> timings = new ArrayList<>();
    List<String> unsettled = new ArrayList<>();
    for (Racer racer : racers) {
      if (!racer.failed) {
        timings.add(racer.timing());
        if (racer.isUnsettled()) {
          unsettled.add(racer.lane.entry().name());
        }
      }
    }
    return new RaceResult(timings, failures, unsettled, repeated);
  }

  /** A contestant's progress: how many calls fill a slice, and the rounds so far. */
  private final class Racer {
    private final Lane lane;
    private final List<Double> rounds = new ArrayList<>();
    private int calls = 1;
    private boolean failed;

    Racer(Lane lane) {
      this.lane = lane;
    }

    /** Runs slices until the last few agree with the fastest seen. */
    void warmUp() {
      double total = 0;
      double fastest = Double.POSITIVE_INFINITY;
      int agreeing = 0;
      int slices = 0;
      while (total < settings.warmLimitSeconds()
          && (total < settings.warmSeconds()
              || slices < LEAST_SLICES
              || agreeing < AGREEING_SLICES)) {
        double seconds = lane.seconds(calls);
        total += seconds;
        slices++;
        double perCall = seconds / calls;
        boolean improved = perCall * AGREEMENT < fastest;
        agreeing = !improved && perCall < fastest * AGREEMENT ? agreeing + 1 : 0;
        fastest = Math.min(fastest, perCall);
        calls = callsPerSlice(perCall);
      }
      calls = callsPerSlice(fastest);
    }

    private int callsPerSlice(double perCall) {
      double wanted = settings.sliceSeconds() / Math.max(perCall, 1e-9);
      return (int) Math.max(1, Math.min(1_000_000, Math.round(wanted)));
    }

    void slice() {
      if (settings.pauseSeconds() > 0) {
        LockSupport.parkNanos((long) (settings.pauseSeconds() * 1e9));
      }
      if (calls > 1) {
        lane.seconds(1); // brings its operands back into the cache; the one before took them out
      }
      rounds.add(lane.seconds(calls) / calls);
    }

    void forgetRounds() {
      rounds.clear();
    }

    boolean isUnsettled() {
      return !rounds.isEmpty() && !failed && timing().high() > UNSETTLED_FACTOR * timing().low();
    }

    Timing timing() {
      return Timing.of(lane.entry(), rounds.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }
}
