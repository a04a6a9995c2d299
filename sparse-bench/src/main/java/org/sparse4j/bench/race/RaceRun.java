package org.sparse4j.bench.race;

import java.io.PrintWriter;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Races of one command, one after the other: shows each of them and keeps what was measured so far,
 * so that whoever stops a long run keeps it.
 */
final class RaceRun {
  /** Times a race whose probe moved is run again to fulfil a contract. */
  static final int CONTRACT_REPEATS = 2;

  /** What a race takes before any was run. */
  private static final double GUESSED_SECONDS = 8;

  private final PrintWriter out;
  private final PrintWriter err;
  private final BiConsumer<List<RaceRows>, Optional<ContractReport>> keep;
  private final Set<String> told = new HashSet<>();
  private final Map<RaceSpec, Outcome> outcomes = new LinkedHashMap<>();
  private final Map<RaceSpec, RaceRows> rows = new LinkedHashMap<>();
  private final long start = System.nanoTime();
  private int runs;

  /**
   * A run with nothing measured.
   *
   * @param out where races are shown
   * @param err where the absent are named
   * @param keep receives all races so far after every race, and the contract if there is one
   */
  RaceRun(
      PrintWriter out, PrintWriter err, BiConsumer<List<RaceRows>, Optional<ContractReport>> keep) {
    this.out = out;
    this.err = err;
    this.keep = keep;
  }

  /** Runs every race once, after those of an earlier run. */
  void all(Function<RaceSpec, Outcome> bench, List<RaceSpec> races, List<RaceRows> earlier) {
    earlier.forEach(race -> rows.put(race.spec(), race));
    List<RaceSpec> left =
        races.stream().filter(race -> !rows.containsKey(race) || rows.get(race).isVoid()).toList();
    int kept = races.size() - left.size();
    out.println(
        "%d races%s, about %s"
            .formatted(
                left.size(),
                kept == 0 ? "" : " besides " + kept + " of the earlier report",
                time(left.size() * GUESSED_SECONDS)));
    for (int i = 0; i < left.size(); i++) {
      run(bench, left.get(i), (i + 1) + "/" + left.size());
      keep.accept(races(), Optional.empty());
      if (i + 1 < left.size() && (i + 1) % 10 == 0) {
        out.println(
            "%d races left, about %s\n"
                .formatted(left.size() - i - 1, time((left.size() - i - 1) * perRace())));
      }
    }
    if (left.isEmpty()) { // the earlier report under its new name
      keep.accept(races(), Optional.empty());
    }
    end();
  }

  /**
   * Runs the races of a contract, then those again whose probe moved.
   *
   * @param bench runs a race
   * @param contract rows and races
   * @param timeIsUp tells when no further race may start
   */
  void contract(Function<RaceSpec, Outcome> bench, Contract contract, BooleanSupplier timeIsUp) {
    List<RaceSpec> left = contract.races();
    for (int pass = 0; pass <= CONTRACT_REPEATS; pass++) {
      for (int i = 0; i < left.size() && !timeIsUp.getAsBoolean(); i++) {
        String again = pass == 0 ? "" : " again";
        run(bench, left.get(i), (i + 1) + "/" + left.size() + again);
        keep.accept(races(), Optional.of(report(contract)));
      }
      left = left.stream().filter(this::isVoid).toList();
    }
    out.println(report(contract).text());
    end();
  }

  /** All races so far, those of an earlier run first. */
  List<RaceRows> races() {
    return List.copyOf(rows.values());
  }

  private ContractReport report(Contract contract) {
    return ContractReport.of(contract, List.copyOf(outcomes.values()));
  }

  private boolean isVoid(RaceSpec race) {
    Outcome outcome = outcomes.get(race);
    return outcome != null && outcome.result().isVoid();
  }

  private void run(Function<RaceSpec, Outcome> bench, RaceSpec race, String number) {
    Outcome outcome = bench.apply(race);
    runs++;
    outcome
        .skipped()
        .forEach((name, reason) -> {
          if (told.add(name + reason)) {
            err.println("bench: " + name + " skipped: " + reason);
          }
        });
    err.flush();
    RaceRows measured = RaceRows.of(outcome);
    outcomes.put(race, outcome);
    rows.put(race, measured);
    out.println("[" + number + "] " + Tables.text(measured));
    out.flush();
  }

  private double seconds() {
    return (System.nanoTime() - start) * 1e-9;
  }

  private double perRace() {
    return runs == 0 ? GUESSED_SECONDS : seconds() / runs;
  }

  private void end() {
    long noisy = rows.values().stream().filter(RaceRows::isVoid).count();
    out.println(
        "%d races in %.0f s, %d of them void (probe moved by more than %s)"
            .formatted(
                rows.size(), seconds(), noisy, Figures.percent(RaceResult.PROBE_SPREAD_LIMIT)));
    out.flush();
  }

  /** A length of time in words. */
  static String time(double seconds) {
    long minutes = Math.round(seconds / 60);
    return minutes < 1
        ? "%.0f s".formatted(seconds)
        : minutes < 120 ? minutes + " min" : "%.1f h".formatted(seconds / 3600);
  }
}
