package org.sparse4j.bench.race;

import java.util.Map;

/**
 * A race that was run.
 *
 * @param spec what was raced
 * @param result times
 * @param skipped contestants that did not take part or did not finish, and why
 */
record Outcome(RaceSpec spec, RaceResult result, Map<String, String> skipped) {
  Outcome {
    skipped = Map.copyOf(skipped);
  }

  /** What a reader must know before quoting the rows; empty if nothing. */
  String remark() {
    StringBuilder remark = new StringBuilder();
    if (result.isVoid()) {
      remark
          .append("void: the probe moved by ")
          .append(Figures.percent(result.probeSpread().orElse(0)))
          .append(", limit ")
          .append(Figures.percent(RaceResult.PROBE_SPREAD_LIMIT));
    }
    if (!result.unsettled().isEmpty()) {
      remark
          .append(remark.isEmpty() ? "" : "; ")
          .append("rounds far apart, perhaps not compiled yet: ")
          .append(String.join(", ", result.unsettled()));
    }
    return remark.toString();
  }
}
