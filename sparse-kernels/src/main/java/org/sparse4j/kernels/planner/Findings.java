package org.sparse4j.kernels.planner;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a planner found out about all candidates.
 *
 * @param candidates from the simplest format on
 * @param peak floating-point operations a second; 0 if not measured
 * @param bandwidth bytes a second; 0 if not measured
 */
record Findings(List<Candidate> candidates, double peak, double bandwidth) {

  private static final List<String> HEADINGS =
      List.of(
          "format",
          "kernel",
          "median us",
          "spread",
          "GFLOP/s",
          "bytes",
          "bound us",
          "reached",
          "to dense",
          "rule");

  Findings {
    candidates = List.copyOf(candidates);
  }

  /** What candidates are compared by: the median, or the rules' estimate. */
  static double time(Candidate candidate) {
    return candidate.timing().map(Candidate.Timing::micros).orElse(candidate.estimate());
  }

  Candidate of(String format) {
    return candidates.stream()
        .filter(candidate -> candidate.format().equals(format))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Planner: no candidate " + format));
  }

  /** The fastest; among those that tie with it the first. */
  Candidate best() {
    Candidate fastest =
        candidates.stream().min(Comparator.comparingDouble(Findings::time)).orElseThrow();
    return candidates.stream().filter(c -> tie(c, fastest)).findFirst().orElse(fastest);
  }

  /** Whether two measured candidates differ by no more than the noise; estimates have none. */
  static boolean tie(Candidate one, Candidate other) {
    return one.timing().isPresent()
        && other.timing().isPresent()
        && one.timing().get().ties(other.timing().get());
  }

  OptionalDouble speedup(Candidate candidate) {
    return candidates.stream()
        .filter(other -> other.format().equals(Product.DENSE) && time(candidate) > 0)
        .mapToDouble(dense -> time(dense) / time(candidate))
        .findFirst();
  }

  List<String> table(String chosen) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
    for (Candidate candidate : candidates) {
      rows.add(cells(candidate, candidate.format().equals(chosen)));
    }
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String gap = " ".repeat(widths[c] - row.get(c).length());
        line.append(c == 0 ? "" : "  ");
        line.append(c < 2 ? row.get(c) + gap : gap + row.get(c));
      }
      lines.add(line.toString().stripTrailing());
    }
    if (peak > 0) {
      lines.add(
          format("ceilings: %.1f GFLOP/s of multiply-adds, ", peak / 1e9)
              + format("%.1f GB/s of reading as many bytes", bandwidth / 1e9));
    }
    return lines;
  }

  private List<String> cells(Candidate candidate, boolean chosen) {
    List<String> cells = new ArrayList<>();
    cells.add(candidate.format() + (chosen ? " *" : ""));
    cells.add(candidate.info().kernel());
    Candidate.Timing timing = candidate.timing().orElse(null);
    if (timing == null) {
      cells.addAll(Collections.nCopies(3, "-"));
    } else {
      cells.add(format("%.2f", timing.micros()));
      cells.add(format("%.0f %%", 100 * timing.spread()));
      cells.add(format("%.2f", candidate.gigaflops()));
    }
    cells.add(String.valueOf(candidate.info().bytes()));
    cells.add(timing == null ? "-" : format("%.2f", timing.bound()));
    cells.add(
        timing == null || timing.micros() == 0
            ? "-"
            : format("%.0f %%", 100 * timing.bound() / timing.micros()));
    OptionalDouble ratio = speedup(candidate);
    cells.add(ratio.isEmpty() ? "-" : format("%.2fx", ratio.getAsDouble()));
    cells.add(candidate.estimate() == 0 ? "-" : format("%.2fx", 1 / candidate.estimate()));
    return cells;
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
