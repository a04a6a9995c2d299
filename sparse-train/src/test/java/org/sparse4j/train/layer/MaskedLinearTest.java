package org.sparse4j.train.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.train.autograd.GradientCheck;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.forward.Fade;
import org.sparse4j.train.forward.ForwardPoint;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.ForwardWeight;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

@Tag("kernels")
class MaskedLinearTest {

  private static final NmStructure HALF = new NmStructure(2, 4);

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.best());
  }

  private static ForwardWeight weight(ForwardRule rule) {
    return ForwardWeight.of(DenseParameter.of("w", GradientCheck.random(6, 8, 1), true), rule);
  }

  private static void begin(Kernels kernels, ForwardWeight weight, long step) {
    weight.begin(kernels, Workspace.create(), new ForwardPoint(step, 10, step));
  }

  /**
   * Everything but the dense weights has a true gradient; of those, with the mask of the step, the
   * kept ones.
   */
  @ParameterizedTest
  @MethodSource("kernels")
  void gradientsAreThoseOfDifferences(Kernels kernels) {
    List<ForwardRule> rules =
        List.of(
            ForwardRule.prune(HALF).sparseFrom(0),
            ForwardRule.prune(HALF).blockSums(4),
            ForwardRule.dense(HALF).scaled(2).blockSums(2),
            ForwardRule.prune(HALF).scaled(4).fading(Fade.linear(.1)));
    for (ForwardRule rule : rules) {
      for (Activation function : List.of(Activation.IDENTITY, Activation.GELU)) {
        ForwardWeight weight = weight(rule);
        weight.scale().ifPresent(scale -> scale.load(GradientCheck.random(6, rule.factors(), 2)));
        MaskedLinear layer = MaskedLinear.of(weight, DenseParameter.bias("b", 6));
        begin(kernels, weight, 3);
        GradientCheck check = GradientCheck.with(kernels).input(GradientCheck.random(8, 5, 3));
        for (Parameter parameter : layer.parameters()) {
          if (!parameter.name().equals("w") && !parameter.name().equals("scale")) {
            check.parameter(parameter);
          }
        }
        check.check((tape, inputs) -> tape.affine(layer.map(function), inputs.getFirst()));
      }
    }
  }

  /** With all weights in the product, W and A have true gradients too. */
  @ParameterizedTest
  @MethodSource("kernels")
  void gradientsOfDenseProductsAreTrue(Kernels kernels) {
    ForwardRule rule = ForwardRule.dense(HALF).scaled(2);
    ForwardWeight weight = weight(rule);
    weight.scale().orElseThrow().load(GradientCheck.random(6, 2, 2));
    MaskedLinear layer = MaskedLinear.of(weight, DenseParameter.bias("b", 6));
    long[] step = {0};
    GradientCheck.with(kernels)
        .input(GradientCheck.random(8, 5, 3))
        .parameter(weight.weight())
        .parameter(weight.scale().orElseThrow())
        .check((tape, inputs) -> {
          weight.weight().markChanged();
          begin(kernels, weight, step[0]++);
          return layer.forward(tape, inputs.getFirst());
        });
  }

  /** The gradient of pruned weights is that of a dense product: nothing is masked. */
  @ParameterizedTest
  @MethodSource("kernels")
  void gradientGoesToAllWeights(Kernels kernels) {
    DenseMatrix x = GradientCheck.random(8, 12, 3);
    DenseMatrix dense = gradient(kernels, null, x);
    assertEquals(0, distance(dense, gradient(kernels, ForwardRule.prune(HALF), x)), 1e-5);
    assertEquals(0, distance(dense, gradient(kernels, ForwardRule.softThreshold(), x)), 1e-5);
  }

  /** Sampled gradients are right on average; the error of the mean falls with the draws. */
  @ParameterizedTest
  @MethodSource("kernels")
  void sampledGradientsAreRightOnAverage(Kernels kernels) {
    DenseMatrix x = GradientCheck.random(8, 12, 3);
    DenseMatrix dense = gradient(kernels, null, x);
    for (GroupSampling.Method method : GroupSampling.Method.values()) {
      double[] errors = new double[2];
      int[] draws = {100, 6400};
      for (int k = 0; k < 2; k++) {
        ForwardRule rule = ForwardRule.prune(HALF).sampleGradient(new GroupSampling(method, 2, 4));
        ForwardWeight weight = weight(rule);
        MaskedLinear layer = MaskedLinear.of(weight, DenseParameter.bias("b", 6));
        for (int step = 0; step < draws[k]; step++) {
          begin(kernels, weight, step);
          backward(kernels, layer, x);
        }
        DenseMatrix mean = weight.weight().gradient();
        kernels.dense().scale(Workspace.create(), 1f / draws[k], mean, mean);
        errors[k] = distance(dense, mean);
      }
      assertTrue(errors[1] < errors[0] / 4, method + ": " + errors[0] + ", " + errors[1]);
      assertTrue(errors[1] > 0);
    }
  }

  /** The sparse and the dense product of the same sample agree. */
  @ParameterizedTest
  @MethodSource("kernels")
  void sampledProductsAgree(Kernels kernels) {
    for (int n : new int[] {4, 7, 24}) {
      DenseMatrix x = GradientCheck.random(8, n, 3);
      ForwardRule rule =
          ForwardRule.prune(HALF).sampleGradient(GroupSampling.minimumVariance(2, 4));
      DenseMatrix sparse = gradient(kernels, rule.sparseFrom(0), x);
      DenseMatrix dense = gradient(kernels, rule.sparseFrom(Double.POSITIVE_INFINITY), x);
      assertEquals(0, distance(dense, sparse), 1e-4);
    }
  }

  /** Rounded products are near exact ones, and of numbers that 8 bits hold they are exact. */
  @ParameterizedTest
  @MethodSource("kernels")
  void roundedProducts(Kernels kernels) {
    ForwardRule rule = ForwardRule.prune(HALF).float8();
    DenseMatrix x = GradientCheck.random(8, 12, 3);
    DenseMatrix exact = gradient(kernels, ForwardRule.prune(HALF), x);
    double error = distance(exact, gradient(kernels, rule, x));
    double size = distance(exact, DenseMatrix.zeros(6, 8));
    assertTrue(error > 1e-3 * size && error < .1 * size, error + " of " + size);

    float[][] w = {{448, 0, 64, 0}, {0, -1, 0, 3.5f}};
    float[][] inputs = {{448, 1}, {2, -1}, {-7, 12}, {0, 224}};
    ForwardWeight weight =
        ForwardWeight.of(DenseParameter.of("w", DenseMatrix.copyOf(w), true), rule);
    MaskedLinear layer = MaskedLinear.of(weight, DenseParameter.bias("b", 2));
    begin(kernels, weight, 0);
    Tape tape = Tape.of(kernels, Workspace.create());
    tape.startTraining(1);
    Variable y = layer.forward(tape, tape.input(DenseMatrix.copyOf(inputs)));
    assertEquals(448 * 448 - 64 * 7, y.value().get(0, 0));
    assertEquals(448 + 64 * 12, y.value().get(0, 1));
    assertEquals(-2, y.value().get(1, 0));
    assertEquals(1 + 3.5 * 224, y.value().get(1, 1));
    tape.end();

    weight.weight().value().set(1, 1, Float.POSITIVE_INFINITY);
    weight.weight().markChanged();
    begin(kernels, weight, 1);
    tape.startTraining(1);
    Variable again = tape.input(DenseMatrix.copyOf(inputs));
    String message =
        assertThrows(IllegalArgumentException.class, () -> layer.forward(tape, again)).getMessage();
    assertTrue(message.startsWith("Float8: a number of "), message);
    assertTrue(message.endsWith(" is Infinity, in a product of w (2x4)"), message);
  }

  /** Groups lie along the channels of each position of the kernel, not along a row of it. */
  @Test
  void groupsOfConvolutionsLieAlongChannels() {
    Kernels kernels = Kernels.best();
    Workspace workspace = Workspace.create();
    for (ForwardRule rule : List.of(ForwardRule.prune(HALF), ForwardRule.softThreshold())) {
      Convolution convolution =
          Convolution.of(ImageShape.of(8, 5, 5), 6, 3).weights(MaskedLinear.where(rule)).build();
      convolution.initialise(3);
      DenseParameter dense = (DenseParameter) convolution.parameters().getFirst();
      ForwardWeight weight = dense.forward().orElseThrow();
      begin(kernels, weight, 0);
      DenseMatrix seen = weight.current(kernels, workspace, true);
      for (int filter = 0; filter < 6; filter++) {
        for (int position = 0; position < 9; position++) {
          for (int group = 0; group < 8; group += 4) {
            float[] numbers = new float[4];
            int kept = 0;
            for (int c = 0; c < 4; c++) {
              int column = (group + c) * 9 + position;
              numbers[c] = Math.abs(dense.value().get(filter, column));
              kept += seen.get(filter, column) == 0 ? 0 : 1;
              assertEquals(weight.mask().get(filter, column), seen.get(filter, column) != 0);
            }
            assertEquals(2, kept);
            float[] sorted = numbers.clone();
            Arrays.sort(sorted);
            for (int c = 0; c < 4; c++) {
              int column = (group + c) * 9 + position;
              assertEquals(numbers[c] > sorted[1], seen.get(filter, column) != 0);
            }
          }
        }
      }
      int at = 5 * 9 + 7;
      assertEquals(
          weight.current(kernels, workspace, false).get(2, at),
          weight.toNm(kernels, workspace).get(2, 7 * 8 + 5));
      assertEquals(6 * 36, weight.toNm(kernels, workspace).nnz());
    }
    assertEquals(
        "ForwardWeight: channels (2) must be a multiple of 4 for 2:4; weight (6x8)",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Convolution.of(ImageShape.of(2, 5, 5), 6, 2)
                        .weights(MaskedLinear.where(ForwardRule.prune(HALF)))
                        .build())
            .getMessage());
  }

  /** Gradient of the weights of a layer, dense without a rule, for the sum of squares. */
  private static DenseMatrix gradient(Kernels kernels, @Nullable ForwardRule rule, DenseMatrix x) {
    DenseParameter bias = DenseParameter.bias("b", 6);
    if (rule == null) {
      DenseParameter weight = DenseParameter.of("w", GradientCheck.random(6, 8, 1), true);
      backward(kernels, Linear.of(weight, bias), x);
      return weight.gradient();
    }
    ForwardWeight weight = weight(rule);
    begin(kernels, weight, 0);
    backward(kernels, MaskedLinear.of(weight, bias), x);
    return weight.weight().gradient();
  }

  /** A linear loss, so that the gradient of the outputs does not depend on the weights. */
  private static void backward(Kernels kernels, Layer layer, DenseMatrix x) {
    Tape tape = Tape.of(kernels, Workspace.create());
    tape.startTraining(1);
    Variable y = layer.forward(tape, tape.input(x));
    Variable weights = tape.input(GradientCheck.random(y.rows(), y.columns(), 9));
    tape.backward(tape.sum(tape.multiply(y, weights)));
    tape.end();
  }

  private static double distance(DenseMatrix a, DenseMatrix b) {
    double sum = 0;
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.columns(); j++) {
        double difference = a.get(i, j) - b.get(i, j);
        sum += difference * difference;
      }
    }
    return Math.sqrt(sum);
  }

  @Test
  void layersThatDoNotFitStayDense() {
    ForwardRule rule = ForwardRule.prune(HALF);
    LinearFactory factory = MaskedLinear.where(rule);
    Initializer start = Initializer.normal(1);
    assertInstanceOf(MaskedLinear.class, factory.create("a", 8, 3, start));
    assertInstanceOf(Linear.class, factory.create("a", 10, 3, start));
    assertEquals(
        "ForwardWeight: inputs (10) must be a multiple of 4 for 2:4; weight (3x10)",
        assertThrows(IllegalArgumentException.class, () -> MaskedLinear.of(10, 3, rule))
            .getMessage());
  }

  @Test
  void copiesOfTrainedLayersArePruned() {
    Linear trained =
        Linear.of(
            DenseParameter.of(
                "v", DenseMatrix.copyOf(new float[][] {{1, 2, 3, 4}, {8, 7, 6, 5}}), true),
            DenseParameter.of("c", DenseMatrix.copyOf(new float[][] {{10, 20}}), false));
    MaskedLinear copy = MaskedLinear.copyOf(trained, ForwardRule.prune(HALF).blockSums(2));
    Tape tape = Tape.of(Kernels.best(), Workspace.create());
    tape.startEvaluation();
    Variable y =
        copy.forward(tape, tape.input(DenseMatrix.copyOf(new float[][] {{1}, {1}, {1}, {1}})));
    assertEquals(17, y.value().get(0, 0));
    assertEquals(35, y.value().get(1, 0));
    tape.end();
    copy.weight().weight().value().fill(0);
    assertEquals(4, trained.weight().value().get(0, 3));
    MaskedLinear plain = MaskedLinear.copyOf(withoutBias(), ForwardRule.softThreshold());
    assertEquals(
        List.of("weight", "beta", "bias"),
        plain.parameters().stream().map(Parameter::name).toList());
  }

  private static Linear withoutBias() {
    Linear layer = Linear.withoutBias(4, 4);
    layer.initialise(1);
    return layer;
  }

  @Test
  void describesItself() {
    ForwardRule rule =
        ForwardRule.prune(HALF).every(40).sampleGradient(GroupSampling.minimumVariance(2, 4));
    MaskedLinear layer = MaskedLinear.of(8, 3, rule);
    assertEquals(
        "MaskedLinear 8 -> 3 (pruned 2:4 every 40, " + GroupSampling.minimumVariance(2, 4) + ")",
        layer.toString());
    Sequential model =
        Sequential.of(MaskedLinear.of(8, 4, ForwardRule.dense(HALF).scaled(2).blockSums(8)));
    assertEquals(
        List.of("0.weight", "0.scale", "0.blocks", "0.bias"),
        model.parameters().stream().map(Parameter::name).toList());
  }
}
