package org.sparse4j.bench.experiment;

import java.util.Map;
import java.util.TreeMap;
import org.sparse4j.train.flops.RunFlops;

/**
 * What came out of one run.
 *
 * @param value the metric on the test set
 * @param train the metric on samples that were trained on
 * @param positions all positions of the weight matrices
 * @param coverage fraction of the positions that were stored at some time
 * @param steps weight steps, over all trainings of the run
 * @param updates mask updates
 * @param flops operations of the products of all trainings
 * @param memory bytes at the end
 * @param figures other numbers, by name
 * @param curve how it went
 */
record Outcome(
    double value,
    double train,
    long positions,
    double coverage,
    long steps,
    long updates,
    RunFlops flops,
    Memory memory,
    Map<String, Double> figures,
    Curve curve) {

  Outcome {
    figures = new TreeMap<>(figures);
  }
}
