package org.sparse4j.train.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.sparse4j.train.autograd.GradientCheck.random;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.GradientCheck;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;

/** Convolutions, pools, batch norms, patches and mixers. */
@Tag("kernels")
class ImageLayersTest {

  private final Tape tape = Tape.of(Kernels.best(), Workspace.create()).poisonDeadMatrices(true);

  static List<Kernels> providers() {
    return List.of(Kernels.best(), Kernels.scalar());
  }

  private static GradientCheck check(Kernels kernels, Layer layer, int rows, int columns) {
    GradientCheck check =
        GradientCheck.with(kernels).input(random(rows, columns, 41)).tolerance(3e-3);
    return Numbers.check(check, layer);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void convolutionsHaveGradients(Kernels kernels) {
    ImageShape image = ImageShape.of(2, 4, 3);
    for (LinearFactory weights : List.of(LinearFactory.dense(), Numbers.HALF_SPARSE)) {
      for (int batch : new int[] {1, 3}) {
        Convolution plain =
            Numbers.fill(Convolution.of(image, 3, 3).padding(1).weights(weights).build(), 5, 0.5f);
        check(kernels, plain, 24, batch).check((tape, x) -> plain.forward(tape, x.get(0)));
        Convolution grouped =
            Numbers.fill(
                Convolution.of(image, 4, 2)
                    .stride(2)
                    .groups(2)
                    .activation(Activation.TANH)
                    .weights(weights)
                    .build(),
                6,
                0.5f);
        check(kernels, grouped, 24, batch).check((tape, x) -> grouped.forward(tape, x.get(0)));
      }
    }
  }

  /** The definition, in double. */
  @Test
  void convolutionsComputeTheirDefinition() {
    int batch = 5;
    for (int groups : new int[] {1, 2}) {
      Convolution layer =
          Numbers.fill(
              Convolution.of(ImageShape.of(4, 5, 6), 6, 3)
                  .stride(2)
                  .padding(1)
                  .groups(groups)
                  .build(),
              7,
              1);
      assertEquals(ImageShape.of(6, 3, 3), layer.output());
      DenseMatrix x = random(120, batch, 42);
      tape.startEvaluation();
      DenseMatrix y = layer.forward(tape, tape.input(x)).value();
      int each = 4 / groups;
      for (int f = 0; f < 6; f++) {
        int group = f / (6 / groups);
        DenseMatrix weight = ((DenseParameter) layer.parameters().get(2 * group)).value();
        DenseMatrix bias = ((DenseParameter) layer.parameters().get(2 * group + 1)).value();
        int own = f % (6 / groups);
        for (int p = 0; p < 9; p++) {
          for (int b = 0; b < batch; b++) {
            double sum = bias.get(0, own);
            for (int k = 0; k < each * 9; k++) {
              int row = p / 3 * 2 - 1 + k % 9 / 3;
              int column = p % 3 * 2 - 1 + k % 3;
              if (row >= 0 && row < 5 && column >= 0 && column < 6) {
                int channel = group * each + k / 9;
                sum += (double) weight.get(own, k) * x.get((channel * 5 + row) * 6 + column, b);
              }
            }
            assertEquals(sum, y.get(f * 9 + p, b), 1e-4);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void batchNormsAndPatchesAndMixersHaveGradients(Kernels kernels) {
    ImageShape image = ImageShape.of(2, 4, 4);
    BatchNorm norm = BatchNorm.of(image, 0.1, 0.1);
    GradientCheck.with(kernels)
        .input(random(32, 3, 43))
        .parameter(norm.parameters().get(0))
        .parameter(norm.parameters().get(1))
        .tolerance(2e-3)
        .check((tape, x) -> norm.forward(tape, x.get(0)));
    PatchEmbedding patches =
        Numbers.fill(PatchEmbedding.of(image, 2, 3, Numbers.HALF_SPARSE), 8, 0.5f);
    assertEquals(4, patches.tokens());
    check(kernels, patches, 32, 2).check((tape, x) -> patches.forward(tape, x.get(0)));
    for (LinearFactory weights : List.of(LinearFactory.dense(), Numbers.HALF_SPARSE)) {
      for (int batch : new int[] {1, 2}) {
        MixerBlock mixer = Numbers.fill(MixerBlock.of(3, 5, 4, 6, weights), 9, 0.5f);
        check(kernels, mixer, 5, 3 * batch).check((tape, x) -> mixer.forward(tape, x.get(0)));
      }
    }
  }

  @Test
  void chainsIntoNetworks() {
    Convolution first =
        Convolution.of(ImageShape.of(1, 8, 8), 4, 3)
            .padding(1)
            .weights(Numbers.HALF_SPARSE)
            .build();
    Pool pool = Pool.max(first.output(), 2, 2);
    Convolution second = Convolution.of(pool.output(), 6, 3).groups(2).build();
    Pool all = Pool.globalAverage(second.output());
    Sequential network =
        Sequential.of(
            first,
            BatchNorm.of(first.output()),
            ActivationLayer.relu(),
            pool,
            second,
            ActivationLayer.relu(),
            all,
            Linear.of(6, 3));
    assertEquals(64, network.inputs().orElseThrow());
    assertEquals(3, network.outputs(64));
    assertEquals(
        List.of(
            "0.weight",
            "0.bias",
            "1.weight",
            "1.bias",
            "1.running_mean",
            "1.running_var",
            "4.0.weight",
            "4.0.bias",
            "4.1.weight",
            "4.1.bias",
            "7.weight",
            "7.bias"),
        network.parameters().stream().map(Parameter::name).toList());
    network.initialise(1);
    tape.startEvaluation();
    DenseMatrix y = network.forward(tape, tape.input(random(64, 5, 44))).value();
    assertEquals(3, y.rows());
    assertEquals(5, y.columns());
    PatchEmbedding patches = PatchEmbedding.of(ImageShape.of(1, 8, 8), 4, 6);
    LinearFactory dense = LinearFactory.dense();
    Initializer start = Initializer.normal(1);
    Sequential vit =
        Sequential.of(
            patches,
            PositionEmbedding.of(patches.tokens(), 6),
            TransformerBlock.of(
                LayerNorm.of(6),
                SelfAttention.of(6, 2, patches.tokens(), false, dense, start, start),
                LayerNorm.of(6),
                FeedForward.of(Linear.of(6, 12), Activation.GELU, Linear.of(12, 6)),
                0),
            MixerBlock.of(patches.tokens(), 6, 5, 7, dense),
            LayerNorm.of(6),
            TokenMean.of(patches.tokens()),
            Linear.of(6, 3));
    vit.initialise(1);
    y = vit.forward(tape, tape.input(random(64, 5, 44))).value();
    assertEquals(3, y.rows());
    assertEquals(5, y.columns());
  }

  @Test
  void distributionsSeeTheDimensionsOfConvolutions() {
    Convolution layer =
        Convolution.of(ImageShape.of(4, 6, 6), 8, 3)
            .groups(2)
            .weights(LinearFactory.sparse())
            .build();
    SparseParameter weight = layer.sparseParameters().getFirst();
    assertEquals(List.of(4, 2, 3, 3), weight.dimensions());
    assertRejects(
        "inputDimensions: product of [2, 3, 2] (12) must equal the inputs of " + weight,
        () -> weight.inputDimensions(2, 3, 2));
    assertEquals(List.of(5, 7), SparseLinear.of(7, 5).sparseParameters().getFirst().dimensions());
  }

  private static void assertRejects(String message, Runnable operation) {
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, operation::run).getMessage());
  }

  @Test
  void saysWhatDoesNotFit() {
    ImageShape image = ImageShape.of(2, 4, 6);
    assertRejects(
        "Convolution: groups (3) must divide the channels (2) and the filters (6)",
        () -> Convolution.of(image, 6, 3).groups(3).build());
    assertRejects(
        "Convolution: convolution (18 -> 5) must be 18 -> 6",
        () ->
            Convolution.of(image, 6, 3)
                .weights((name, inputs, outputs, start) -> Linear.of(inputs, 5))
                .build());
    assertRejects(
        "PatchEmbedding: patch (4) must divide the sides of the images (2x4x6)",
        () -> PatchEmbedding.of(image, 4, 3));
    assertRejects("ImageShape: width (0) must be at least 1", () -> ImageShape.of(1, 1, 0));
    assertRejects("TokenMean: tokens (0) must be at least 1", () -> TokenMean.of(0));
    assertRejects(
        "MixerBlock: token_mix.up (3 -> 9) must be 3 -> 4",
        () -> MixerBlock.of(3, 5, 4, 6, (name, inputs, outputs, start) -> Linear.of(inputs, 9)));
  }
}
