package org.sparse4j.train;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;
import org.sparse4j.train.data.Batches;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.Layer;

/**
 * Runs a model over data sets; keeps its tape, whose matrices are larger than those of training.
 */
final class Evaluator {

  static final int LARGEST_BATCH = 1024;

  private final Layer model;
  private final Loss loss;
  private final Kernels kernels;
  private final Workspace workspace;
  private final Tape tape;
  private final int largestBatch;

  Evaluator(Layer model, Loss loss, Kernels kernels, Workspace workspace, int largestBatch) {
    this.largestBatch = largestBatch;
    this.model = model;
    this.loss = loss;
    this.kernels = kernels;
    this.workspace = workspace;
    this.tape = Tape.of(kernels, workspace);
  }

  Evaluation evaluate(Dataset data) {
    Batches batches = Batches.inOrder(data, Math.max(1, Math.min(largestBatch, data.size())));
    double sum = 0;
    int correct = 0;
    int samples = 0;
    try {
      for (int b = 0; b < batches.perEpoch(); b++) {
        Batch batch = batches.next(kernels, workspace);
        tape.startEvaluation();
        Variable output = model.forward(tape, tape.input(batch.inputs()));
        int[] targets = loss.targets(batch);
        if (output.rows() < data.classes() || output.columns() != targets.length) {
          throw new IllegalArgumentException(
              "evaluate: the model's output is "
                  + output.rows()
                  + "x"
                  + output.columns()
                  + "; "
                  + data
                  + " need at least "
                  + data.classes()
                  + "x"
                  + targets.length);
        }
        int counted = counted(targets);
        sum += (double) loss.of(tape, output, batch).scalar() * counted;
        correct += correct(output.value(), targets);
        samples += counted;
      }
    } finally {
      tape.end();
    }
    return new Evaluation(samples, correct, sum / samples);
  }

  private static int counted(int[] targets) {
    int counted = 0;
    for (int target : targets) {
      counted += target < 0 ? 0 : 1;
    }
    return counted;
  }

  private static int correct(DenseMatrix output, int[] labels) {
    float[] best = new float[labels.length];
    int[] classOf = new int[labels.length];
    float[] row = new float[labels.length];
    output.getRow(0, best, 0);
    for (int i = 1; i < output.rows(); i++) {
      output.getRow(i, row, 0);
      for (int j = 0; j < row.length; j++) {
        if (row[j] > best[j]) {
          best[j] = row[j];
          classOf[j] = i;
        }
      }
    }
    int correct = 0;
    for (int j = 0; j < labels.length; j++) {
      // A sample whose outputs are not numbers is not correct, whatever its label.
      if (classOf[j] == labels[j] && !Float.isNaN(best[j])) {
        correct++;
      }
    }
    return correct;
  }
}
