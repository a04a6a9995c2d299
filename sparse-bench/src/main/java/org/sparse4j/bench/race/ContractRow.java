package org.sparse4j.bench.race;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One row of the contract.
 *
 * @param clause word that rows of one promise share
 * @param races races whose times are added, mostly one
 * @param against what our time is compared with: {@code dense}, {@code peer}, {@code f32}, {@code
 *     one-thread}, {@code gigabytes} or an opponent's name
 * @param target target, NaN for none
 * @param stretch stretch target, NaN for none
 */
record ContractRow(
    String clause, List<RaceSpec> races, String against, double target, double stretch) {

  /** The word of rows that are judged by the weights they read. */
  static final String GIGABYTES = "gigabytes";

  private static final Map<String, String> OWN_VARIANTS =
      Map.of("f32", Entry.WIDE, "one-thread", Entry.ONE_THREAD);

  ContractRow {
    races = List.copyOf(races);
    if (against.equals(GIGABYTES) && races.stream().anyMatch(race -> race.bytesRead() == 0)) {
      throw new IllegalArgumentException(clause + ": gigabytes are counted for masks only");
    }
    if (stretch < target || (Double.isNaN(target) && !Double.isNaN(stretch))) {
      throw new IllegalArgumentException(
          "%s: stretch (%s) must be at least target (%s)".formatted(clause, stretch, target));
    }
  }

  /** The races as people read them. */
  String label() {
    RaceSpec first = races.getFirst();
    String operations =
        races.stream().map(race -> race.operation().word()).collect(Collectors.joining("+"));
    return operations + first.label().substring(first.operation().word().length());
  }

  /**
   * Judges what was measured.
   *
   * @param outcomes the races that were run
   * @return figure and verdict
   */
  ContractFinding judge(List<Outcome> outcomes) {
    List<Pair> pairs = new ArrayList<>();
    boolean isVoid = false;
    for (RaceSpec race : races) {
      Optional<Outcome> outcome =
          outcomes.stream().filter(candidate -> candidate.spec().equals(race)).findFirst();
      if (outcome.isEmpty()) {
        return ContractFinding.unmeasured(this, "the race was not run");
      }
      RaceResult result = outcome.get().result();
      Optional<Timing> own =
          result.timings().stream()
              .filter(timing -> timing.entry().role() == Role.OWN && !isVariant(timing.entry()))
              .findFirst();
      if (own.isEmpty()) {
        return ContractFinding.unmeasured(this, "ours: " + reason(outcome.get(), Opponent.OWN));
      }
      Optional<Timing> other = against.equals(GIGABYTES) ? own : opponent(result);
      if (other.isEmpty()) {
        return ContractFinding.unmeasured(this, against + ": " + reason(outcome.get(), against));
      }
      isVoid |= result.isVoid();
      pairs.add(new Pair(race, own.get(), other.get()));
    }
    return finding(pairs, isVoid);
  }

  private ContractFinding finding(List<Pair> pairs, boolean isVoid) {
    boolean isRate = against.equals(GIGABYTES);
    double ours = pairs.stream().mapToDouble(pair -> pair.own().median()).sum();
    double theirs =
        pairs.stream()
            .mapToDouble(pair -> isRate ? pair.race().bytesRead() * 1e-9 : pair.other().median())
            .sum();
    int rounds = pairs.stream().mapToInt(pair -> pair.own().rounds()).min().orElseThrow();
    double[] figures = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      int round = i;
      double our = pairs.stream().mapToDouble(pair -> pair.own().round(round)).sum();
      double their =
          pairs.stream()
              .mapToDouble(
                  pair -> isRate ? pair.race().bytesRead() * 1e-9 : pair.other().round(round))
              .sum();
      figures[i] = their / our;
    }
    double figure = theirs / ours;
    double lower = Contract.lowerQuartile(figures);
    String names =
        pairs.stream()
            .map(pair -> isRate ? "" : pair.other().entry().name())
            .distinct()
            .collect(Collectors.joining(", "));
    Verdict verdict = isVoid ? Verdict.VOID : Verdict.of(figure, lower, target, stretch);
    return new ContractFinding(this, figure, lower, verdict, names);
  }

  /** The opponent's contestant that was fastest by the median. */
  private Optional<Timing> opponent(RaceResult result) {
    return result.timings().stream()
        .filter(timing -> isOpponent(timing.entry()))
        .min((a, b) -> Double.compare(a.median(), b.median()));
  }

  private boolean isOpponent(Entry entry) {
    String variant = OWN_VARIANTS.get(against);
    if (variant != null) {
      return entry.role() == Role.OWN && entry.name().endsWith(variant);
    }
    return switch (against) {
      case "dense" -> entry.role() == Role.DENSE;
      case "peer" -> entry.role() == Role.SPARSE;
      default -> entry.role().isOpponent() && Participants.belongs(entry.name(), against);
    };
  }

  private static boolean isVariant(Entry entry) {
    return OWN_VARIANTS.values().stream().anyMatch(entry.name()::endsWith);
  }

  private static String reason(Outcome outcome, String name) {
    return outcome.skipped().entrySet().stream()
        .filter(skipped -> Participants.belongs(skipped.getKey(), name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("did not take part");
  }

  /** Our contestant of one race and the one it is compared with. */
  private record Pair(RaceSpec race, Timing own, Timing other) {}
}
