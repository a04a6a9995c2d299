package org.sparse4j.train;

import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;

/** What training makes small: a number that a tape computes of a model's output. */
@FunctionalInterface
public interface Loss {

  /**
   * Computes the loss of a batch.
   *
   * @param tape the tape of this step
   * @param output the model's output, outputs x batch
   * @param batch inputs and labels
   * @return the mean over the batch, 1 x 1
   */
  Variable of(Tape tape, Variable output, Batch batch);

  /**
   * Returns what an evaluation compares the largest output of every column with.
   *
   * @param batch inputs and labels
   * @return one class a column of the output, negative where there is none and the loss takes none
   *     either; the labels of the batch unless overridden; not to be changed
   */
  default int[] targets(Batch batch) {
    return batch.labels();
  }

  /**
   * Multiplies the model's output before this loss: a temperature of T is a factor of 1 / T.
   *
   * @param factor the factor
   * @return the new loss
   */
  default Loss ofScaledOutput(float factor) {
    Loss loss = this;
    return new Loss() {
      @Override
      public Variable of(Tape tape, Variable output, Batch batch) {
        return loss.of(tape, tape.scale(factor, output), batch);
      }

      @Override
      public int[] targets(Batch batch) {
        return loss.targets(batch);
      }

      @Override
      public String toString() {
        return loss + " of output times " + factor;
      }
    };
  }

  /**
   * The softmax cross-entropy of the labels.
   *
   * @return the loss
   */
  static Loss crossEntropy() {
    return crossEntropy(0);
  }

  /**
   * The softmax cross-entropy with label smoothing.
   *
   * @param smoothing share of the target spread over all classes, in [0, 1)
   * @return the loss
   */
  static Loss crossEntropy(float smoothing) {
    return new CrossEntropy(smoothing);
  }

  /**
   * The softmax cross-entropy of the next token of sequences, for models such as {@code Gpt}: the
   * inputs are token numbers, time x batch, and the target of a position is the token that follows
   * it. The last position of a sequence has none, so sequences of T tokens train T - 1 positions.
   * The labels of the data are not looked at.
   *
   * @return the loss, for one training at a time
   */
  static Loss nextToken() {
    return new NextToken();
  }
}
