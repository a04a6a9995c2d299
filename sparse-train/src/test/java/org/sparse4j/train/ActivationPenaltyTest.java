package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batches;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.Sgd;

class ActivationPenaltyTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);

  /** The loss is 3 sum(a) plus the penalty; both contribute to the gradient. */
  @Test
  void valueAndGradientAreThoseOfTheFormula() {
    ActivationPenalty penalty = new ActivationPenalty(.5f);
    Tape tape = Tape.of(Kernels.best(), Workspace.create());
    tape.startTraining(0);
    float[] numbers = {0, 1, -2, .5f, 3, -.25f};
    Variable a = tape.variable(DenseMatrix.copyOf(2, 3, numbers)).retainGradient();
    Loss loss = penalty.addedTo((t, output, batch) -> t.scale(3, t.sum(output)));
    Dataset one = TRAIN.range(0, 1);
    var batches = Batches.inOrder(one, 1);
    var batch = batches.next(Kernels.best(), tape.workspace());
    Variable total = loss.of(tape, penalty.forward(tape, a), batch);
    double want = 0;
    double sum = 0;
    for (float number : numbers) {
      want += .5 * Math.log(1 + number * number) / 6;
      sum += number;
    }
    assertEquals(3 * sum + want, total.scalar(), 1e-6);
    tape.backward(total);
    for (int p = 0; p < 6; p++) {
      double slope = 3 + .5 * 2 * numbers[p] / (1 + numbers[p] * numbers[p]) / 6;
      assertEquals(slope, a.gradient().get(p / 3, p % 3), 1e-6);
    }
    tape.startEvaluation();
    Variable plain = tape.input(DenseMatrix.copyOf(2, 3, numbers));
    assertEquals(3 * sum, loss.of(tape, penalty.forward(tape, plain), batch).scalar(), 1e-6);
  }

  /** Losses of tokens have other targets than the labels. */
  @Test
  void targetsAreThoseOfTheLoss() {
    Loss loss = new ActivationPenalty(1).addedTo(Loss.nextToken());
    Dataset tokens = Dataset.of(DenseMatrix.copyOf(1, 3, new float[] {4, 7, 2}), new int[1], 1);
    var batch = Batches.inOrder(tokens, 1).next(Kernels.best(), Workspace.create());
    assertArrayEquals(new int[] {7, 2, -1}, loss.targets(batch));
    assertArrayEquals(new int[] {7, 2, -1}, loss.ofScaledOutput(2).targets(batch));
    assertEquals("next token, activation penalty 1.0", loss.toString());
  }

  @Test
  void trainingWithItMakesActivationsSmaller() {
    assertTrue(activity(20) < .8 * activity(0), activity(20) + " of " + activity(0));
    assertEquals(
        "ActivationPenalty: factor (-1.0) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> new ActivationPenalty(-1)).getMessage());
  }

  private static double activity(float factor) {
    ActivationPenalty penalty = new ActivationPenalty(factor);
    SparseLinear first = SparseLinear.of(Examples.FEATURES, 20);
    Sequential model =
        Sequential.of(first, ActivationLayer.relu(), penalty, Linear.of(20, Examples.CLASSES));
    Trainer.of(model)
        .optimizer(Sgd.rate(.02))
        .loss(penalty.addedTo(Loss.crossEntropy()))
        .batchSize(16)
        .epochs(5)
        .seed(3)
        .fit(TRAIN);
    Tape tape = Tape.of(Kernels.best(), Workspace.create());
    tape.startEvaluation();
    DenseMatrix x = DenseMatrix.zeros(Examples.FEATURES, 200);
    for (int s = 0; s < 200; s++) {
      for (int f = 0; f < Examples.FEATURES; f++) {
        x.set(f, s, TRAIN.samples().get(s, f));
      }
    }
    Variable y = ActivationLayer.relu().forward(tape, first.forward(tape, tape.input(x)));
    return tape.sum(y).scalar();
  }
}
