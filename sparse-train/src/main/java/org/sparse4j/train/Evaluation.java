package org.sparse4j.train;

import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.Layer;

/**
 * How well a model does on a data set.
 *
 * @param samples number of samples; of targets where a sample has several, such as tokens
 * @param correct samples whose largest output is that of their label; a tie counts for the lower
 *     one
 * @param loss mean loss of a sample
 */
public record Evaluation(int samples, int correct, double loss) {

  /**
   * Returns the fraction of correct samples.
   *
   * @return {@code correct / samples}
   */
  public double accuracy() {
    return (double) correct / samples;
  }

  /**
   * Runs a classifier over a data set in batches of up to 1,024 samples, without gradients and
   * dropout, with softmax cross-entropy as the loss.
   *
   * @param model the classifier
   * @param data the samples, at least one
   * @param kernels what computes
   * @param workspace scratch and threads
   * @return the result
   * @throws IllegalArgumentException if there is no sample, or the model has fewer outputs than the
   *     data have classes
   */
  public static Evaluation of(Layer model, Dataset data, Kernels kernels, Workspace workspace) {
    return new Evaluator(model, Loss.crossEntropy(), kernels, workspace, Evaluator.LARGEST_BATCH)
        .evaluate(data);
  }
}
