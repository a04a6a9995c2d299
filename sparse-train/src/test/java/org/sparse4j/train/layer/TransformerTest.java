package org.sparse4j.train.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.sparse4j.train.autograd.GradientCheck.random;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.train.autograd.GradientCheck;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;

/** Layers and blocks for sequences. */
@Tag("kernels")
class TransformerTest {

  private static final Initializer START = Initializer.normal(1);

  private final Tape tape = Tape.of(Kernels.best(), Workspace.create()).poisonDeadMatrices(true);

  static List<Kernels> providers() {
    return List.of(Kernels.best(), Kernels.scalar());
  }

  private static GradientCheck check(Kernels kernels, Layer layer, int rows, int columns) {
    return Numbers.check(
        GradientCheck.with(kernels).input(random(rows, columns, 21)).tolerance(2e-3), layer);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void attentionWithWeightsOfEveryKind(Kernels kernels) {
    LinearFactory mixed =
        (name, inputs, outputs, start) ->
            switch (name) {
              case "attention.query" ->
                  OperatorLinear.of(kernels.operator(LowRankMatrix.random(outputs, inputs, 2, 22)));
              case "attention.key" -> Numbers.HALF_SPARSE.create(name, inputs, outputs, start);
              default -> Linear.of(inputs, outputs, start);
            };
    for (int[] shape : new int[][] {{1, 1}, {1, 5}, {3, 4}}) {
      int time = shape[1];
      SelfAttention layer =
          Numbers.fill(SelfAttention.of(4, 2, time, true, mixed, START, START), 5, 0.5f);
      check(kernels, layer, 4, shape[0] * time).check((tape, x) -> layer.forward(tape, x.get(0)));
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void feedForwardWithAndWithoutGate(Kernels kernels) {
    for (LinearFactory factory : List.of(LinearFactory.dense(), Numbers.HALF_SPARSE)) {
      FeedForward plain =
          Numbers.fill(
              FeedForward.of(
                  factory.create("up", 3, 5, START),
                  Activation.GELU,
                  factory.create("down", 5, 3, START)),
              6,
              1);
      check(kernels, plain, 3, 7).check((tape, x) -> plain.forward(tape, x.get(0)));
      FeedForward gated =
          Numbers.fill(
              FeedForward.swiGlu(
                  factory.create("gate", 3, 5, START),
                  factory.create("up", 3, 5, START),
                  factory.create("down", 5, 3, START)),
              7,
              1);
      check(kernels, gated, 3, 7).check((tape, x) -> gated.forward(tape, x.get(0)));
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void gptOfEveryKind(Kernels kernels) {
    int[] tokens = {1, 4, 0, 2, 4, 3, 9};
    Gpt.Builder[] builders = {
      Gpt.builder(),
      Gpt.builder().rmsNorm().swiGlu().untiedHead(),
      Gpt.builder().weights(Numbers.HALF_SPARSE).dropout(0.3),
      Gpt.builder().weights(Numbers.HALF_SPARSE).untiedHead().activation(Activation.SILU),
    };
    for (Gpt.Builder builder : builders) {
      Gpt model =
          Numbers.fill(
              builder.vocabulary(5).context(3).width(4).heads(2).layers(1).feedForward(6).build(),
              8,
              0.7f);
      GradientCheck both = GradientCheck.with(kernels).tolerance(4e-3);
      Numbers.check(both, model).check((tape, x) -> model.forward(tape, tokens, 2, 3));
    }
    Gpt model =
        Numbers.fill(
            Gpt.builder().vocabulary(5).context(3).width(4).heads(2).layers(1).build(), 8, 0.7f);
    GradientCheck single = GradientCheck.with(kernels).tolerance(4e-3);
    Numbers.check(single, model).check((tape, x) -> model.forward(tape, tokens, 1, 1));
  }

  @Test
  void namesParametersByBlockAndPart() {
    Gpt model = Gpt.builder().layers(1).swiGlu().rmsNorm().untiedHead().build();
    assertEquals(
        List.of(
            "tokens.weight",
            "positions.weight",
            "blocks.0.attention_norm.weight",
            "blocks.0.attention.query.weight",
            "blocks.0.attention.query.bias",
            "blocks.0.attention.key.weight",
            "blocks.0.attention.key.bias",
            "blocks.0.attention.value.weight",
            "blocks.0.attention.value.bias",
            "blocks.0.attention.output.weight",
            "blocks.0.attention.output.bias",
            "blocks.0.feed_forward_norm.weight",
            "blocks.0.feed_forward.gate.weight",
            "blocks.0.feed_forward.gate.bias",
            "blocks.0.feed_forward.up.weight",
            "blocks.0.feed_forward.up.bias",
            "blocks.0.feed_forward.down.weight",
            "blocks.0.feed_forward.down.bias",
            "norm.weight",
            "head.weight",
            "head.bias"),
        model.parameters().stream().map(Parameter::name).toList());
    assertEquals(OptionalInt.empty(), model.inputs());
    assertEquals(256, model.outputs(64));
  }

  @Test
  void startsWithTheDeviationsOfThePaper() {
    Gpt model = Gpt.builder().layers(8).weights(Numbers.HALF_SPARSE).build();
    model.initialise(3);
    for (Parameter parameter : model.parameters()) {
      double squares = 0;
      float[] numbers =
          switch (parameter) {
            case DenseParameter dense -> dense.value().toArray();
            case SparseParameter sparse -> sparse.values().array();
            default -> throw new AssertionError(parameter);
          };
      for (float number : numbers) {
        squares += (double) number * number;
      }
      String name = parameter.name();
      double deviation = Math.sqrt(squares / numbers.length);
      if (name.contains("norm.weight")) {
        assertEquals(1, deviation, name);
      } else if (name.endsWith("bias")) {
        assertEquals(0, deviation, name);
      } else {
        boolean residual = name.contains("output") || name.contains("down");
        // Half of the inputs are stored, so each carries twice the variance.
        double want =
            0.02
                * (residual ? Math.sqrt(1 / 16.0) : 1)
                * (parameter instanceof SparseParameter ? Math.sqrt(2) : 1);
        assertEquals(want, deviation, 0.03 * want, name);
      }
    }
    Gpt again = Gpt.builder().layers(8).weights(Numbers.HALF_SPARSE).build();
    again.initialise(3);
    assertArrayEquals(
        model.sparseParameters().get(5).values().array(),
        again.sparseParameters().get(5).values().array());
    assertFalse(
        java.util.Arrays.equals(
            model.sparseParameters().get(0).values().array(),
            model.sparseParameters().get(6).values().array()));
  }

  @Test
  void laterTokensAndTheLengthChangeNoEarlierLogits() {
    Gpt model =
        Numbers.fill(Gpt.builder().vocabulary(7).context(6).width(8).layers(2).build(), 9, 0.5f);
    tape.startEvaluation();
    DenseMatrix whole =
        DenseMatrix.copyOf(model.forward(tape, new int[] {1, 2, 3, 4, 5, 6}, 1, 6).value().view());
    DenseMatrix other =
        DenseMatrix.copyOf(model.forward(tape, new int[] {1, 2, 3, 0, 0, 0}, 1, 6).value().view());
    DenseMatrix shorter = model.forward(tape, new int[] {1, 2, 3}, 1, 3).value();
    for (int i = 0; i < 7; i++) {
      for (int t = 0; t < 3; t++) {
        assertEquals(whole.get(i, t), other.get(i, t), 1e-6);
        assertEquals(whole.get(i, t), shorter.get(i, t), 1e-5);
      }
    }
  }

  @Test
  void takesTokensAsNumbersOfSequencesToo() {
    Gpt model =
        Numbers.fill(Gpt.builder().vocabulary(7).context(3).width(4).layers(1).build(), 9, 0.5f);
    tape.startEvaluation();
    float[] direct = model.forward(tape, new int[] {1, 2, 3, 4, 5, 6}, 2, 3).value().toArray();
    Variable x = tape.input(DenseMatrix.copyOf(new float[][] {{1, 4}, {2, 5}, {3, 6}}));
    assertArrayEquals(direct, model.forward(tape, x).value().toArray());
  }

  private static void assertRejects(String message, Runnable operation) {
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, operation::run).getMessage());
  }

  @Test
  void saysWhatDoesNotFit() {
    assertRejects(
        "SelfAttention: heads (3) must divide the width (4)",
        () -> Gpt.builder().width(4).heads(3).build());
    assertRejects(
        "SelfAttention: key (4 -> 5) must be 4 -> 4",
        () ->
            SelfAttention.of(
                Linear.of(4, 4), Linear.of(4, 5), Linear.of(4, 4), Linear.of(4, 4), 2, 3, true));
    assertRejects(
        "FeedForward: down (6 -> 4) must take the 5 outputs of up",
        () -> FeedForward.of(Linear.of(4, 5), Activation.RELU, Linear.of(6, 4)));
    SelfAttention attention = SelfAttention.of(4, 2, 3, false, LinearFactory.dense(), START, START);
    assertRejects(
        "TransformerBlock: width of RmsNorm 5 must be that of the attention (4)",
        () ->
            TransformerBlock.of(
                RmsNorm.of(4),
                attention,
                RmsNorm.of(5),
                FeedForward.of(Linear.of(4, 5), Activation.RELU, Linear.of(5, 4)),
                0));
    assertRejects("Gpt: dropout (1.0) must be in [0, 1)", () -> Gpt.builder().dropout(1).build());
    assertRejects(
        "Gpt: vocabulary (0) must be at least 1", () -> Gpt.builder().vocabulary(0).build());
    assertRejects("Gpt: layers (-1) must not be negative", () -> Gpt.builder().layers(-1).build());
    assertRejects("RmsNorm: epsilon (0.0) must be above 0", () -> RmsNorm.of(3, 0));
    assertRejects(
        "Embedding: tokens (16777217) must be between 1 and 16777216",
        () -> Embedding.of((1 << 24) + 1, 1));
    Gpt model = Numbers.fill(Gpt.builder().vocabulary(7).context(3).width(4).build(), 1, 1);
    tape.startEvaluation();
    assertRejects(
        "Gpt: length of a sequence (4) must be between 1 and 3",
        () -> model.forward(tape, new int[8], 2, 4));
    assertRejects(
        "embedding: tokens[1] (7) must be between 0 and 6; the table is 7x4",
        () -> model.forward(tape, new int[] {0, 7}, 1, 2));
    assertRejects(
        "Embedding: element (1, 0) of the tokens is 2.5, which is no whole number",
        () -> model.forward(tape, tape.input(DenseMatrix.copyOf(new float[][] {{1}, {2.5f}}))));
    assertRejects(
        "PositionEmbedding: length (3) must be between 1 and 3 and divide the columns of X (4)",
        () ->
            Numbers.fill(PositionEmbedding.of(3, 4), 1, 1)
                .forward(tape, tape.input(DenseMatrix.zeros(4, 4))));
    Gpt fresh = Gpt.builder().build();
    assertEquals(
        "embedding: tokens.weight (256x128) has no numbers yet; call initialise(seed) on the model"
            + " or load them",
        assertThrows(IllegalStateException.class, () -> fresh.forward(tape, new int[] {0}, 1, 1))
            .getMessage());
  }
}
