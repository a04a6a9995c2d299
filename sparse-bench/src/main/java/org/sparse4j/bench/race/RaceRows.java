package org.sparse4j.bench.race;

import java.util.List;
import java.util.Map;

/**
 * A race as reports hold it, whether it was run now or read from a report.
 *
 * @param spec what was raced
 * @param rows one row for each contestant
 * @param isVoid whether the machine was too restless for the times to count
 * @param remark what a reader must know before quoting the rows; empty if nothing
 * @param skipped contestants that did not take part or did not finish, and why
 */
record RaceRows(
    RaceSpec spec, List<Row> rows, boolean isVoid, String remark, Map<String, String> skipped) {

  RaceRows {
    rows = List.copyOf(rows);
    skipped = Map.copyOf(skipped);
  }

  static RaceRows of(Outcome outcome) {
    return new RaceRows(
        outcome.spec(),
        Row.of(outcome.spec(), outcome.result()),
        outcome.result().isVoid(),
        outcome.remark(),
        outcome.skipped());
  }
}
