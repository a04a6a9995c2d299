package org.sparse4j.train.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.ButterflyMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.PermutationMatrix;
import org.sparse4j.structured.PixelflyBudget;
import org.sparse4j.structured.ProductMatrix;
import org.sparse4j.structured.SparsePlusLowRank;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.optim.Adam;

/** Structured matrices as layers of a model. */
class StructuredLayerTest {

  static List<CompressedMatrix> matrices() {
    return List.of(
        MonarchMatrix.random(16, 16, 4, 1),
        BlockDiagonalMatrix.random(16, 16, 2, 1),
        ButterflyMatrix.random(16, 16, 1, ButterflyMatrix.Init.ORTHOGONAL, 1),
        LowRankMatrix.random(16, 16, 6, 1),
        SparsePlusLowRank.random(16, 16, 4, 0.2, 4, 1),
        new PixelflyBudget(16, 16, 2, 8, 1, 2).random(0.5f, 1),
        ProductMatrix.of(
            BlockDiagonalMatrix.random(16, 16, 4, 1), PermutationMatrix.transposition(4, 4)));
  }

  /** The squared distance of {@code A x} to the Hadamard transform of x, trained from samples. */
  @ParameterizedTest
  @MethodSource("matrices")
  void theLossFalls(CompressedMatrix matrix) {
    double[] losses = losses(matrix, 60, 0.02f);
    assertTrue(losses[59] < 0.9 * losses[0], losses[0] + " to " + losses[59]);
  }

  /** Both can hold the transform exactly; low rank with as many numbers cannot. */
  @Test
  void aMonarchLayerLearnsATransformThatLowRankCannotHold() {
    double[] monarch = losses(MonarchMatrix.random(16, 16, 4, 1), 800, 0.02f);
    double[] low = losses(LowRankMatrix.random(16, 16, 4, 1), 800, 0.02f);
    assertEquals(0.75, low[799], 0.1);
    assertTrue(monarch[799] < low[799] / 5, monarch[799] + " against " + low[799]);
  }

  /** Mean squared errors; 1 for the answer 0. */
  private static double[] losses(CompressedMatrix matrix, int steps, float rate) {
    Kernels kernels = Kernels.best();
    Workspace workspace = Workspace.create();
    Sequential model = Sequential.of(OperatorLinear.of(kernels.operator(matrix)));
    model.initialise(1);
    var optimizer = Adam.rate(rate).start(model.parameters());
    Tape tape = Tape.of(kernels, workspace);
    var transform = kernels.operator(ButterflyMatrix.hadamard(16).scaled(0.25));
    DenseMatrix wanted = DenseMatrix.zeros(16, 64);
    SplittableRandom random = new SplittableRandom(2);
    DenseMatrix samples = DenseMatrix.zeros(16, 64);
    double[] losses = new double[steps];
    for (int step = 0; step < steps; step++) {
      for (int i = 0; i < 16; i++) {
        for (int t = 0; t < 64; t++) {
          samples.set(i, t, (float) random.nextGaussian());
        }
      }
      transform.apply(workspace, samples, wanted);
      tape.startTraining(step);
      Variable x = tape.input(samples);
      Variable loss = tape.meanSquaredError(model.forward(tape, x), tape.input(wanted));
      losses[step] = loss.value().get(0, 0);
      tape.backward(loss);
      optimizer.step(kernels, workspace);
    }
    return losses;
  }
}
