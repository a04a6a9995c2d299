package org.sparse4j.train;

import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;

/** The softmax cross-entropy of the labels. */
record CrossEntropy(float smoothing) implements Loss {

  @Override
  public Variable of(Tape tape, Variable output, Batch batch) {
    return tape.crossEntropy(output, batch.labels(), smoothing);
  }

  /** Returns name and smoothing. */
  @Override
  public String toString() {
    return "cross-entropy" + (smoothing == 0 ? "" : ", smoothing " + smoothing);
  }
}
