package org.sparse4j.train;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;

/** Cross-entropy of the token that follows; keeps its array of targets from step to step. */
final class NextToken implements Loss {

  private static final int NONE = -1;

  private int[] targets = new int[0];

  @Override
  public Variable of(Tape tape, Variable output, Batch batch) {
    DenseMatrix tokens = batch.inputs();
    int time = tokens.rows();
    int count = Math.multiplyExact(time, tokens.columns());
    if (output.columns() != count) {
      throw new IllegalArgumentException(
          "nextToken: columns of the output ("
              + output.columns()
              + ") must equal time * batch ("
              + time
              + " * "
              + tokens.columns()
              + ")");
    }
    if (targets.length < count) {
      targets = new int[count];
    }
    fill(tokens, targets);
    return tape.crossEntropy(output, targets, 0, NONE);
  }

  @Override
  public int[] targets(Batch batch) {
    DenseMatrix tokens = batch.inputs();
    int[] all = new int[Math.multiplyExact(tokens.rows(), tokens.columns())];
    fill(tokens, all);
    return all;
  }

  private static void fill(DenseMatrix tokens, int[] targets) {
    int time = tokens.rows();
    for (int b = 0; b < tokens.columns(); b++) {
      for (int t = 0; t + 1 < time; t++) {
        targets[b * time + t] = (int) tokens.get(t + 1, b);
      }
      targets[b * time + time - 1] = NONE;
    }
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return "next token";
  }
}
