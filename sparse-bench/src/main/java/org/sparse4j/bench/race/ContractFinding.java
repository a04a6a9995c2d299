package org.sparse4j.bench.race;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Collectors;

/**
 * A row of the contract with what was measured.
 *
 * @param row row
 * @param figure ratio of the medians, or rate at the median; NaN if there is none
 * @param lower lower quartile of the same figure, taken round by round; NaN if there is none
 * @param verdict verdict
 * @param note name of the contestant that was compared with, or why there is no figure
 */
record ContractFinding(ContractRow row, double figure, double lower, Verdict verdict, String note) {

  private static final int DIGITS = 4;

  static ContractFinding unmeasured(ContractRow row, String reason) {
    return new ContractFinding(row, Double.NaN, Double.NaN, Verdict.NOT_MEASURED, reason);
  }

  ObjectNode toJson() {
    String races = row.races().stream().map(RaceSpec::line).collect(Collectors.joining("; "));
    return JsonNodeFactory.instance
        .objectNode()
        .put("clause", row.clause())
        .put("races", races)
        .put("against", row.against())
        .put("target", Figures.rounded(row.target(), DIGITS))
        .put("stretch", Figures.rounded(row.stretch(), DIGITS))
        .put("figure", Figures.rounded(figure, DIGITS))
        .put("lower", Figures.rounded(lower, DIGITS))
        .put("verdict", verdict.words())
        .put("note", note);
  }
}
