package org.sparse4j.bench.race;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.sparse4j.bench.console.TextTable;

/**
 * The contract with what was measured.
 *
 * @param findings one for each row of the contract
 * @param outcomes the races, each once
 */
record ContractReport(List<ContractFinding> findings, List<Outcome> outcomes) {
  private static final List<String> HEADINGS =
      List.of("clause", "race", "against", "figure", "lower", "target", "stretch", "verdict");
  private static final double MKL_SPARSITY = 0.8;

  ContractReport {
    findings = List.copyOf(findings);
    outcomes = List.copyOf(outcomes);
  }

  /** Judges all rows of a contract. */
  static ContractReport of(Contract contract, List<Outcome> outcomes) {
    return new ContractReport(
        contract.rows().stream().map(row -> row.judge(outcomes)).toList(), outcomes);
  }

  private long count(Predicate<Verdict> verdicts) {
    return findings.stream().filter(finding -> verdicts.test(finding.verdict())).count();
  }

  /** Clauses with at least one judged row, and whether all judged rows of the clause passed. */
  private Map<String, Boolean> clauses() {
    Map<String, Boolean> clauses = new LinkedHashMap<>();
    for (ContractFinding finding : findings) {
      if (finding.verdict().isJudged()) {
        clauses.merge(finding.row().clause(), finding.verdict().isReached(), Boolean::logicalAnd);
      }
    }
    return clauses;
  }

  /** Sparse products that count, of which some or all are one vector by CSR at 80 % and more. */
  private List<Outcome> sparse(boolean vectors) {
    List<Outcome> races = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      RaceSpec spec = outcome.spec();
      boolean isProduct = !spec.operation().isDense() && spec.operation() != RaceOperation.MASK;
      boolean isVector =
          spec.operation() == RaceOperation.SPMV
              && spec.format().equals("csr")
              && spec.sparsity() >= MKL_SPARSITY;
      if (isProduct
          && isVector == vectors
          && !outcome.result().isVoid()
          && outcome.result().best(Role.OWN).isPresent()) {
        races.add(outcome);
      }
    }
    return races;
  }

  /** The fastest opponent of a race if it is faster than ours. */
  private static Optional<String> ahead(Outcome outcome) {
    double own = outcome.result().best(Role.OWN).orElseThrow();
    return outcome.result().timings().stream()
        .filter(timing -> timing.entry().role().isOpponent())
        .filter(timing -> timing.median() < own)
        .min((a, b) -> Double.compare(a.median(), b.median()))
        .map(timing ->
            "%s, by %s (%sx)"
                .formatted(
                    outcome.spec().label(),
                    timing.entry().name(),
                    Figures.brief(own / timing.median())));
  }

  private static List<String> ahead(List<Outcome> races) {
    return races.stream().map(ContractReport::ahead).flatMap(Optional::stream).toList();
  }

  /** The counts, one a line. */
  List<String> summary() {
    long judged = count(Verdict::isJudged);
    long reached = count(Verdict::isReached);
    long stretch = count(verdict -> verdict == Verdict.STRETCH);
    Map<String, Boolean> clauses = clauses();
    long kept = clauses.values().stream().filter(passed -> passed).count();
    List<String> lines = new ArrayList<>();
    lines.add("at target: " + share(reached, judged) + " rows that count");
    lines.add("at stretch: " + share(stretch, judged) + " rows that count");
    lines.add("clauses with every row at target: " + share(kept, clauses.size()));
    lines.add(
        "void: %d; not measured: %d; without a target: %d; of %d rows"
            .formatted(
                count(verdict -> verdict == Verdict.VOID),
                count(verdict -> verdict == Verdict.NOT_MEASURED),
                count(verdict -> verdict == Verdict.NONE),
                findings.size()));
    List<Outcome> races = sparse(false);
    List<Outcome> vectors = sparse(true);
    lines.add(
        "an opponent is ahead in: " + share(ahead(races).size(), races.size()) + " sparse races");
    lines.add(
        "apart, one vector by CSR at 80% and more: an opponent is ahead in "
            + share(ahead(vectors).size(), vectors.size()));
    return lines;
  }

  private static String share(long part, long whole) {
    return "%d of %d (%s)"
        .formatted(part, whole, whole == 0 ? "-" : Figures.percent((double) part / whole));
  }

  private List<String> allAhead() {
    List<String> names = new ArrayList<>(ahead(sparse(false)));
    names.addAll(ahead(sparse(true)));
    return names;
  }

  private static List<String> cells(ContractFinding finding) {
    ContractRow row = finding.row();
    boolean isRate = row.against().equals(ContractRow.GIGABYTES);
    String unit = isRate ? " GB/s" : "x";
    String verdict = finding.verdict().words();
    String against = row.against();
    String note = finding.note();
    if (finding.verdict() == Verdict.NOT_MEASURED) {
      verdict += ": " + note;
    } else if (!note.isEmpty() && !note.equals(against)) {
      against += " (" + note + ")";
    }
    return List.of(
        row.clause(),
        row.label(),
        against,
        number(finding.figure(), unit),
        number(finding.lower(), unit),
        number(row.target(), ""),
        number(row.stretch(), ""),
        verdict);
  }

  private static String number(double value, String unit) {
    return Double.isNaN(value) ? "-" : Figures.brief(value) + unit;
  }

  /** Table and counts for a terminal. */
  String text() {
    TextTable table = new TextTable(3, HEADINGS);
    findings.forEach(finding -> table.row(cells(finding)));
    return table + "\n\n" + String.join("\n", summary()) + "\n";
  }

  /** Table and counts for a page. */
  String markdown() {
    StringBuilder page = new StringBuilder("\n## Contract\n\n");
    page.append(
        """
        "Figure" is the ratio of the medians, or the rate at the median. "Lower" is the lower quartile, by rank, of the same figure taken
        round by round. A target is reached if the figure is not below it and "lower" not more than 3 % below it.

        """);
    summary().forEach(line -> page.append("- ").append(line).append('\n'));
    page.append("\n| ").append(String.join(" | ", HEADINGS)).append(" |\n");
    page.append("|---|---|---|---:|---:|---:|---:|---|\n");
    for (ContractFinding finding : findings) {
      page.append("| ").append(String.join(" | ", cells(finding))).append(" |\n");
    }
    List<String> ahead = allAhead();
    if (!ahead.isEmpty()) {
      page.append("\nRaces in which an opponent is ahead:\n\n");
      ahead.forEach(race -> page.append("- ").append(race).append('\n'));
    }
    return page.toString();
  }

  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    var rows = node.putArray("rows");
    findings.forEach(finding -> rows.add(finding.toJson()));
    ObjectNode summary = node.putObject("summary");
    Map<String, Boolean> clauses = clauses();
    List<Outcome> races = sparse(false);
    List<Outcome> vectors = sparse(true);
    summary.put("rows", findings.size());
    summary.put("judged", count(Verdict::isJudged));
    summary.put("atTarget", count(Verdict::isReached));
    summary.put("atStretch", count(verdict -> verdict == Verdict.STRETCH));
    summary.put("void", count(verdict -> verdict == Verdict.VOID));
    summary.put("notMeasured", count(verdict -> verdict == Verdict.NOT_MEASURED));
    summary.put("clauses", clauses.size());
    summary.put("clausesAtTarget", clauses.values().stream().filter(passed -> passed).count());
    summary.put("sparseRaces", races.size());
    summary.put("sparseRacesBehind", ahead(races).size());
    summary.put("csrVectorRaces", vectors.size());
    summary.put("csrVectorRacesBehind", ahead(vectors).size());
    var ahead = summary.putArray("opponentAhead");
    allAhead().forEach(ahead::add);
    return node;
  }
}
