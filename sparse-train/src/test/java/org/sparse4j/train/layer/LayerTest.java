package org.sparse4j.train.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.sparse4j.train.layer.ActivationLayer.gelu;
import static org.sparse4j.train.layer.ActivationLayer.relu;
import static org.sparse4j.train.layer.ActivationLayer.sigmoid;
import static org.sparse4j.train.layer.ActivationLayer.silu;
import static org.sparse4j.train.layer.ActivationLayer.tanh;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.GradientCheck;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

class LayerTest {

  private final Tape tape = Tape.of(Kernels.best(), Workspace.create());

  private static List<String> names(Layer layer) {
    return layer.parameters().stream().map(Parameter::name).toList();
  }

  @Test
  void parametersAreNamedByPosition() {
    Sequential inner = Sequential.of(Linear.of(5, 4), relu(), Linear.withoutBias(4, 4));
    Sequential model =
        Sequential.of(SparseLinear.of(7, 5), relu(), LayerNorm.of(5), inner, Linear.of(4, 2));
    assertEquals(
        List.of(
            "0.weight",
            "0.bias",
            "2.weight",
            "2.bias",
            "3.0.weight",
            "3.0.bias",
            "3.2.weight",
            "4.weight",
            "4.bias"),
        names(model));
    assertEquals(
        List.of("0.weight"), model.sparseParameters().stream().map(Parameter::name).toList());
    assertEquals(OptionalInt.of(7), model.inputs());
    assertEquals(2, model.outputs(7));
  }

  @Test
  void onlyWeightsDecay() {
    Sequential model = Sequential.of(SparseLinear.of(3, 3), LayerNorm.of(3), Linear.of(3, 2));
    assertEquals(
        List.of(true, false, false, false, true, false),
        model.parameters().stream().map(Parameter::decays).toList());
  }

  @Test
  void aLayerThatAppearsTwiceSharesItsWeights() {
    Linear shared = Linear.of(4, 4);
    Sequential model = Sequential.of(shared, relu(), shared);
    assertEquals(List.of("0.weight", "0.bias"), names(model));
  }

  @Test
  void saysWhichLayersDoNotFit() {
    assertEquals(
        "Sequential: layer 3 (Linear 100 -> 10) takes 100 inputs, layer 2 (SparseLinear 300 -> 200)"
            + " gives 200",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Sequential.of(
                        SparseLinear.of(784, 300),
                        relu(),
                        SparseLinear.of(300, 200),
                        Linear.of(100, 10)))
            .getMessage());
    assertEquals(
        "Sequential: layer 2 (LayerNorm 3) takes 3 inputs, layer 1 (relu) gives 4",
        assertThrows(
                IllegalArgumentException.class,
                () -> Sequential.of(Linear.of(2, 4), relu(), LayerNorm.of(3)))
            .getMessage());
    assertEquals(
        "Sequential: needs at least one layer",
        assertThrows(IllegalArgumentException.class, Sequential::of).getMessage());
    assertEquals(
        "Dropout: rate (1.0) must be in [0, 1)",
        assertThrows(IllegalArgumentException.class, () -> Dropout.rate(1)).getMessage());
    assertEquals(
        "LayerNorm: epsilon (0.0) must be above 0",
        assertThrows(IllegalArgumentException.class, () -> LayerNorm.of(3, 0)).getMessage());
  }

  @Test
  void refusesToRunBeforeItIsInitialised() {
    Sequential model = Sequential.of(Linear.of(3, 2));
    tape.startEvaluation();
    Variable x = tape.input(DenseMatrix.zeros(3, 1));
    assertEquals(
        "affine: 0.weight (2x3) has no numbers yet; call initialise(seed) on the model or load"
            + " them",
        assertThrows(IllegalStateException.class, () -> model.forward(tape, x)).getMessage());
    model.initialise(1);
    model.forward(tape, x);
  }

  /** Gain 2 before a rectifier, 1 before anything else and at the end. */
  @Test
  void weightsStartWithTheVarianceTheNextFunctionNeeds() {
    Linear[] layers = new Linear[6];
    for (int l = 0; l < layers.length; l++) {
      layers[l] = Linear.of(100, 100);
    }
    Sequential model =
        Sequential.of(
            layers[0], relu(), layers[1], gelu(), layers[2], silu(), layers[3], tanh(), layers[4],
            sigmoid(), layers[5]);
    model.initialise(3);
    double[] gains = {2, 2, 2, 1, 1, 1};
    for (int l = 0; l < layers.length; l++) {
      double squares = 0;
      for (float w : layers[l].weight().value().toArray()) {
        squares += (double) w * w;
      }
      assertEquals(gains[l], squares / 100, 0.1 * gains[l], "layer " + l);
    }
    Linear own = Linear.of(100, 100, Initializer.normal(9));
    Sequential.of(own, relu()).initialise(3);
    double squares = 0;
    for (float w : own.weight().value().toArray()) {
      squares += (double) w * w;
    }
    assertEquals(9, squares / 100, 0.5);
  }

  @Test
  void equalSeedsGiveEqualWeights() {
    Sequential one = Sequential.of(Linear.of(9, 8), relu(), SparseLinear.of(Mask.full(7, 8)));
    Sequential two = Sequential.of(Linear.of(9, 8), relu(), SparseLinear.of(8, 7));
    one.initialise(4);
    two.initialise(4);
    assertArrayEquals(weights(one), weights(two));
    assertArrayEquals(
        one.sparseParameters().get(0).values().array(),
        two.sparseParameters().get(0).values().array());
    two.initialise(5);
    assertFalse(java.util.Arrays.equals(weights(one), weights(two)));
  }

  private static float[] weights(Sequential model) {
    return ((DenseParameter) model.parameters().get(0)).value().toArray();
  }

  @Tag("kernels")
  @Test
  void computesWhatTheLayersSay() {
    CsrMatrix sparse =
        CsrMatrix.fromDense(DenseMatrix.copyOf(2, 3, new float[] {1, 0, 2, 0, -3, 0}));
    DenseParameter weight =
        DenseParameter.of("w", DenseMatrix.copyOf(2, 2, new float[] {1, 1, 2, -1}), true);
    DenseParameter bias =
        DenseParameter.of("b", DenseMatrix.copyOf(1, 2, new float[] {1, 2}), false);
    Sequential model = Sequential.of(SparseLinear.of(sparse), relu(), Linear.of(weight, bias));
    tape.startEvaluation();
    Variable y =
        model.forward(tape, tape.input(DenseMatrix.copyOf(3, 2, new float[] {1, 0, 1, -1, 1, 1})));
    // relu: (3, 0) and (2, 3)
    assertArrayEquals(new float[] {4, 6, 8, 3}, y.value().toArray());
  }

  @Tag("kernels")
  @Test
  void fusedAndSeparateFunctionsAgree() {
    DenseMatrix x = GradientCheck.random(6, 11, 1);
    for (ActivationLayer function : List.of(relu(), gelu(), silu(), tanh(), sigmoid())) {
      Linear layer = Linear.of(6, 5);
      Sequential fused = Sequential.of(layer, function);
      fused.initialise(2);
      tape.startTraining(0);
      float[] together = fused.forward(tape, tape.input(x)).value().toArray();
      float[] apart = function.forward(tape, layer.forward(tape, tape.input(x))).value().toArray();
      assertArrayEquals(apart, together, 1e-6f, function.toString());
    }
  }

  @Tag("kernels")
  @Test
  void normalisesItsInput() {
    Sequential model = Sequential.of(LayerNorm.of(4), Dropout.rate(0.5));
    tape.startEvaluation();
    DenseMatrix y =
        model.forward(tape, tape.input(DenseMatrix.copyOf(4, 1, new float[] {1, 2, 3, 4}))).value();
    float unit = (float) (1 / Math.sqrt(1.25 + 1e-5));
    assertArrayEquals(
        new float[] {-1.5f * unit, -0.5f * unit, 0.5f * unit, 1.5f * unit}, y.toArray(), 1e-6f);
  }
}
