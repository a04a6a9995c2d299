package org.sparse4j.bench.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What the figures say about a claim.
 *
 * @param claim the claim
 * @param sample its number, one a seed
 * @param state whether it holds
 */
record Verdict(Claim claim, Sample sample, State state) {

  /** What can be said. */
  enum State {
    /** The mean keeps its bounds; of an order, the whole interval is on the claimed side. */
    HOLDS,

    /** The mean breaks its bounds; of an order, the whole interval is on the other side. */
    FAILS,

    /** Of an order: the interval of the difference contains 0, or there is only one seed. */
    OPEN,

    /** A variant has no results. */
    MISSING
  }

  /** Compares the seeds that all sides have. */
  static Verdict of(Claim claim, List<Row> rows, int sign) {
    if (claim.among().isEmpty()) {
      return of(claim, claim.left(), rows, sign);
    }
    int good = isMetric(claim) ? sign : 1;
    Optional<String> best =
        claim.among().stream()
            .filter(label -> !figures(label, claim.figure(), rows).isEmpty())
            .max(Comparator.comparingDouble(label -> good * mean(label, claim.figure(), rows)));
    return best.map(label -> of(claim.best(label), label, rows, sign))
        .orElseGet(() -> new Verdict(claim, Sample.NONE, State.MISSING));
  }

  private static double mean(String label, String figure, List<Row> rows) {
    return figures(label, figure, rows).values().stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }

  private static boolean isMetric(Claim claim) {
    return claim.figure().equals(Claim.VALUE) || claim.figure().equals(Claim.TRAIN);
  }

  private static Verdict of(Claim claim, String label, List<Row> rows, int sign) {
    Map<Long, Double> left = figures(label, claim.figure(), rows);
    List<Double> numbers = new ArrayList<>();
    if (claim.right().isEmpty()) {
      numbers.addAll(left.values());
    } else {
      Map<Long, Double> right = figures(claim.right().get(), claim.rightFigure(), rows);
      left.forEach((seed, value) -> {
        Double other = right.get(seed);
        if (other != null) {
          numbers.add(claim.form() == Claim.Form.RATIO ? value / other : value - other);
        }
      });
    }
    if (numbers.isEmpty()) {
      return new Verdict(claim, Sample.NONE, State.MISSING);
    }
    Sample sample = Sample.of(numbers.stream().mapToDouble(Double::doubleValue).toArray());
    return new Verdict(claim, sample, state(claim, sample, isMetric(claim) ? sign : 1));
  }

  private static State state(Claim claim, Sample sample, int sign) {
    if (claim.form() != Claim.Form.ORDER) {
      boolean inside = sample.mean() >= claim.least() && sample.mean() <= claim.most();
      return inside ? State.HOLDS : State.FAILS;
    }
    double ahead = sign * sample.mean();
    if (ahead - sample.halfWidth() > 0) {
      return State.HOLDS;
    }
    return ahead + sample.halfWidth() < 0 ? State.FAILS : State.OPEN;
  }

  private static Map<Long, Double> figures(String label, String figure, List<Row> rows) {
    Map<Long, Double> figures = new TreeMap<>();
    for (Row row : rows) {
      OptionalDouble value = row.figure(figure);
      if (row.key().label().equals(label) && value.isPresent()) {
        figures.put(row.key().seed(), value.getAsDouble());
      }
    }
    return figures;
  }

  /** The number with its interval if there is one. */
  String number(int digits) {
    String mean = String.format(Locale.ROOT, "%+." + digits + "f", sample.mean());
    double half = sample.halfWidth();
    return Double.isNaN(half)
        ? mean
        : String.format(
            Locale.ROOT,
            "%s [%+." + digits + "f, %+." + digits + "f]",
            mean,
            sample.mean() - half,
            sample.mean() + half);
  }
}
