package org.sparse4j.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.sparse4j.bench.console.TextTable;

/** The one table of a job: every network beside the dense one. */
public final class ResultTable {

  /** Headings of the columns. */
  public static final List<String> HEADINGS =
      List.of(
          "method",
          "sparsity",
          "test accuracy",
          "training step",
          "inference, 1",
          "inference, 128",
          "weights",
          "optimizer");

  /** What the figures in brackets are. */
  public static final String CAPTION =
      "In brackets: points of accuracy against dense; how many times faster or smaller than dense.";

  private ResultTable() {}

  /**
   * Lays the table out for a terminal.
   *
   * @param job its networks
   * @return lines without a line break at the end
   */
  public static String text(JobResult job) {
    TextTable table = new TextTable(1, HEADINGS);
    job.runs().forEach(run -> table.row(cells(job, run)));
    return table.toString();
  }

  /**
   * Returns one row.
   *
   * @param job the job
   * @param run one of its networks
   * @return a cell for each heading
   */
  public static List<String> cells(JobResult job, RunResult run) {
    double difference = job.testAccuracy(run) - job.testAccuracy(job.dense());
    boolean dense = run.isDense();
    return List.of(
        run.method(),
        Numbers.percent(run.sparsity()),
        Numbers.accuracy(job.testAccuracy(run))
            + (dense ? "" : " (" + Numbers.points(difference) + ")"),
        Numbers.time(run.times().step()) + beside(job, run, r -> r.times().step()),
        Numbers.time(run.times().single()) + beside(job, run, r -> r.times().single()),
        Numbers.time(run.times().batch()) + beside(job, run, r -> r.times().batch()),
        Numbers.bytes(run.weightBytes()) + beside(job, run, RunResult::weightBytes),
        Numbers.bytes(run.optimizerBytes()) + beside(job, run, RunResult::optimizerBytes));
  }

  /**
   * Says what changes of masks cost beside the steps of the table, which contain none.
   *
   * @param job the job
   * @return a sentence, or an empty text if no mask changed
   */
  public static String maskUpdates(JobResult job) {
    List<String> shares = new ArrayList<>();
    for (RunResult run : job.runs()) {
      RunResult.Updates updates = run.updates();
      long steps =
          (long) run.curve().size() * (job.setting().data().train() / job.setting().batch());
      if (updates.count() > 0 && updates.stepMicros() > 0 && steps > 0) {
        double extra = updates.count() * (updates.updateMicros() - updates.stepMicros());
        shares.add(
            String.format(
                Locale.ROOT,
                "%s at %s %.1f %%",
                run.method(),
                Numbers.percent(run.sparsity()),
                100 * Math.max(0, extra) / (steps * updates.stepMicros())));
      }
    }
    return shares.isEmpty()
        ? ""
        : "Steps are those without a change of masks; the changes added to the whole training: "
            + String.join(", ", shares)
            + ".";
  }

  private static String beside(JobResult job, RunResult run, ToDoubleFunction<RunResult> figure) {
    double base = figure.applyAsDouble(job.dense());
    return run.isDense() ? "" : " (" + Numbers.times(base, figure.applyAsDouble(run)) + ")";
  }
}
