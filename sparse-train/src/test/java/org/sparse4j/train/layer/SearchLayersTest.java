package org.sparse4j.train.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparse4j.train.autograd.GradientCheck.random;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.autograd.GradientCheck;
import org.sparse4j.train.autograd.ScalarFunction;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;

/** Functions with numbers of their own, choices between layers, weights chosen by scores. */
@Tag("kernels")
class SearchLayersTest {
  private final Tape tape = Tape.of(Kernels.scalar(), Workspace.create());

  private static DenseParameter parameter(Layer layer, int index) {
    return (DenseParameter) layer.parameters().get(index);
  }

  @ParameterizedTest
  @EnumSource(ScalarFunction.class)
  void functionsTrainTheirNumbers(ScalarFunction function) {
    ScaledActivation layer = ScaledActivation.of(function);
    Numbers.check(
            GradientCheck.with(Kernels.scalar()).input(random(3, 4, 7)).tolerance(2e-3), layer)
        .check((tape, x) -> layer.forward(tape, x.getFirst()));
    assertArrayEquals(function.start(), layer.numbers());
    assertEquals(List.of(), ScaledActivation.fixed(function).parameters());
    assertTrue(!layer.parameters().getFirst().decays());
  }

  @Test
  void functionsStartWhereTheyAreTold() {
    ScaledActivation layer = ScaledActivation.of(ScalarFunction.TANH, 2, .5f);
    layer.initialise(7);
    assertArrayEquals(new float[] {2, .5f}, layer.numbers());
    assertEquals("tanh [2.0, 0.5]", layer.toString());
    assertEquals("fixed relu [1.0, 1.0]", ScaledActivation.fixed(ScalarFunction.RELU).toString());
    assertMessage(
        "ScaledActivation: numbers of RELU must be finite, not [NaN, 1.0]",
        () -> ScaledActivation.of(ScalarFunction.RELU, Float.NaN, 1));
    assertMessage(
        "ScaledActivation: ACON has 3 numbers, 2 are given",
        () -> ScaledActivation.of(ScalarFunction.ACON, 1, 2));
  }

  /** A layer before a rectifier starts with the variance for one, whoever computes it. */
  @Test
  void weightsStartForTheFunctionThatFollows() {
    Sequential known = Sequential.of(Linear.of(5, 4), ActivationLayer.relu(), Linear.of(4, 2));
    Sequential scaled =
        Sequential.of(
            Linear.of(5, 4), ScaledActivation.fixed(ScalarFunction.RELU), Linear.of(4, 2));
    known.initialise(3);
    scaled.initialise(3);
    assertArrayEquals(
        parameter(known, 0).value().toArray(), parameter(scaled, 0).value().toArray());
  }

  @Test
  void mixturesHaveGradients() {
    for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
      Mixture layer =
          Numbers.fill(
              Mixture.of(
                  Linear.of(5, 3),
                  Sequential.of(Linear.of(5, 2), ActivationLayer.tanh(), Linear.of(2, 3)),
                  Sequential.of(Linear.of(5, 3), ActivationLayer.sigmoid())),
              7,
              .5f);
      Numbers.check(GradientCheck.with(kernels).input(random(5, 4, 3)).tolerance(2e-3), layer)
          .check((tape, x) -> layer.forward(tape, x.getFirst()));
    }
  }

  @Test
  void mixturesWeighTheirCandidates() {
    Mixture layer = Mixture.of(ActivationLayer.relu(), ActivationLayer.tanh(), Linear.of(2, 2));
    layer.initialise(1);
    assertArrayEquals(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, layer.shares(), 1e-12);
    assertEquals(0, layer.chosen());
    parameter(layer, 0).value().set(0, 1, (float) Math.log(8));
    assertArrayEquals(new double[] {.1, .8, .1}, layer.shares(), 1e-6);
    assertEquals(1, layer.chosen());
    parameter(layer, 1).value().set(0, 0, 3);
    parameter(layer, 1).value().set(0, 1, 0);
    tape.startEvaluation();
    Variable y = layer.forward(tape, tape.input(DenseMatrix.copyOf(2, 1, new float[] {.5f, -1})));
    assertEquals(.1 * .5 + .8 * Math.tanh(.5) + .1 * 1.5, y.value().get(0, 0), 1e-6);
    assertEquals("architecture", layer.parameters().getFirst().name());
    assertEquals(2, layer.outputs(2));
    assertMessage("Mixture: candidates (1) must be at least 2", () -> Mixture.of(Linear.of(2, 2)));
    assertMessage(
        "Mixture: inputs and outputs of Linear 2 -> 3 must be those of Linear 2 -> 2",
        () -> Mixture.of(Linear.of(2, 2), Linear.of(2, 3)));
  }

  private static ScoredLinear scored(float[] weights, float[] scores) {
    ScoredLinear layer = ScoredLinear.of(3, 2);
    layer.initialise(1);
    for (int p = 0; p < 6; p++) {
      parameter(layer, 0).value().set(p / 3, p % 3, weights[p]);
      parameter(layer, 1).value().set(p / 3, p % 3, scores[p]);
    }
    return layer;
  }

  private DenseMatrix run(ScoredLinear layer) {
    tape.startTraining(1);
    layer.parameters().forEach(p -> p.zeroGradient());
    Variable x = tape.input(DenseMatrix.copyOf(3, 1, new float[] {1, 2, 3}));
    Variable y = layer.forward(tape, x);
    tape.backward(tape.sum(y));
    return y.value();
  }

  /** Half of six weights, those of scores .9, -.8 and .7, are used; dL/dW is x in every row. */
  @Test
  void scoresDecideAndLearnAtAllPositions() {
    float[] weights = {1, -2, 3, 4, 5, -6};
    float[] scores = {.9f, .1f, .2f, -.8f, .7f, .3f};
    ScoredLinear layer = scored(weights, scores).enter(ScoredLinear.Phase.SCORES, .5);
    DenseMatrix y = run(layer);
    assertEquals(1, y.get(0, 0));
    assertEquals(4 + 10, y.get(1, 0));
    assertArrayEquals(
        new float[] {1, -4, 9, -4, 10, -18}, parameter(layer, 1).gradient().toArray());
    assertTrue(!parameter(layer, 0).hasGradient() && !parameter(layer, 2).hasGradient());
    layer.enter(ScoredLinear.Phase.KEPT_WEIGHTS, .5);
    run(layer);
    assertArrayEquals(new float[] {1, 0, 0, 1, 2, 0}, parameter(layer, 0).gradient().toArray());
    assertTrue(!parameter(layer, 1).hasGradient());
    CsrMatrix kept = layer.toCsr(Kernels.scalar(), Workspace.create());
    assertEquals(3, kept.nnz());
    assertEquals(5, kept.get(1, 1));
    layer.enter(ScoredLinear.Phase.DENSE, 1);
    assertEquals(1 - 4 + 9, run(layer).get(0, 0));
    assertArrayEquals(new float[] {1, 2, 3, 1, 2, 3}, parameter(layer, 0).gradient().toArray());
  }

  @Test
  void scoresStartAtMagnitudes() {
    ScoredLinear layer = scored(new float[] {1, -2, 3, 4, 5, -8}, new float[6]);
    layer.startScores();
    assertArrayEquals(
        new float[] {.125f, .25f, .375f, .5f, .625f, 1}, parameter(layer, 1).value().toArray());
  }

  @Test
  void keptWeightsHaveTheGradientOfTheirProduct() {
    for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
      ScoredLinear layer = Numbers.fill(ScoredLinear.of(6, 4), 5, .5f);
      layer.enter(ScoredLinear.Phase.KEPT_WEIGHTS, .4);
      GradientCheck.with(kernels)
          .input(random(6, 3, 9))
          .parameter(parameter(layer, 0))
          .parameter(parameter(layer, 2))
          .tolerance(1e-3)
          .check((tape, x) -> layer.forward(tape, x.getFirst()));
    }
  }

  @Test
  void rejectsWhatDoesNotFit() {
    ScoredLinear layer = ScoredLinear.of(3, 2);
    assertMessage(
        "ScoredLinear: density (0.5) must be between 0 and 1, and 1 in the phase DENSE; the phase"
            + " is DENSE",
        () -> layer.enter(ScoredLinear.Phase.DENSE, .5));
    assertMessage("ScoredLinear: inputs (0) must be at least 1", () -> ScoredLinear.of(0, 2));
    tape.startEvaluation();
    Variable x = tape.input(DenseMatrix.zeros(4, 1));
    assertThrows(IllegalStateException.class, () -> layer.forward(tape, x));
    assertThrows(IllegalStateException.class, layer::startScores);
    layer.initialise(1);
    assertMessage(
        "ScoredLinear: rows of the input (4) must be the inputs of the layer (3)",
        () -> layer.forward(tape, x));
  }

  private static void assertMessage(String expected, Runnable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
