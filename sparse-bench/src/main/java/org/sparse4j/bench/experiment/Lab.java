package org.sparse4j.bench.experiment;

import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.train.Loss;
import org.sparse4j.train.data.Dataset;

/**
 * The data that all runs of an experiment share.
 *
 * @param data what they are, in words
 * @param symbols number of classes, or of different characters of a text
 * @param metric what networks are judged by
 * @param loss what training makes small
 * @param train samples to learn from
 * @param test samples to be judged on
 * @param seen samples to learn from that the metric is also taken on
 * @param glance samples to test on that curves are made of
 * @param evaluationBatch samples of an evaluation at a time
 * @param threads what computes
 */
record Lab(
    String data,
    int symbols,
    Metric metric,
    Loss loss,
    Dataset train,
    Dataset test,
    Dataset seen,
    Dataset glance,
    int evaluationBatch,
    Threads threads) {

  /** Batches of an epoch; the partial last one is dropped. */
  int perEpoch(int batch) {
    return train.size() / batch;
  }
}
