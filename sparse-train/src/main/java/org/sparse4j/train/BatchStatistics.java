package org.sparse4j.train;

import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.data.Batch;
import org.sparse4j.train.data.Batches;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.random.Streams;

/**
 * The running means and variances of batch norms, measured again: those of a training are not those
 * of an average of weights, nor of a network that was pruned since.
 */
public final class BatchStatistics {

  private BatchStatistics() {}

  /**
   * Replaces the running numbers of all batch norms by means over samples: of every batch's mean,
   * and of every batch's variance with {@code n / (n - 1)}, batches weighted by their samples. No
   * dropout, no gradients; costs a forward pass of the samples, or of one batch if the model has no
   * batch norm.
   *
   * @param model the model; nothing else of it changes
   * @param data where samples are drawn from, without replacement
   * @param samples how many, at least 1 and at most those of {@code data}
   * @param batchSize samples a batch, at least 1; that of the training as a rule
   * @param seed of the draw and of the batches
   * @param kernels what computes
   * @param workspace scratch and threads; results do not depend on their number
   * @throws IllegalArgumentException if a number is out of range
   */
  public static void recompute(
      Layer model,
      Dataset data,
      int samples,
      int batchSize,
      long seed,
      Kernels kernels,
      Workspace workspace) {
    if (samples < 1 || samples > data.size()) {
      throw new IllegalArgumentException(
          "BatchStatistics: samples (" + samples + ") must be between 1 and those of " + data);
    }
    Batches batches =
        Batches.shuffled(data, Math.min(batchSize, data.size()), Streams.derive(seed, "statistics"))
            .keepLast();
    Tape tape = Tape.of(kernels, workspace);
    int seen = 0;
    try {
      while (seen < samples) {
        Batch batch = batches.next(kernels, workspace);
        seen += batch.size();
        tape.startCalibration((double) batch.size() / seen);
        model.forward(tape, tape.input(batch.inputs()));
        if (tape.calibrated() == 0) {
          return;
        }
      }
    } finally {
      tape.end();
    }
  }
}
