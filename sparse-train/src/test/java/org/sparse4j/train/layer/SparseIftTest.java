package org.sparse4j.train.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparse4j.train.autograd.GradientCheck.random;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.autograd.GradientCheck;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.flops.NetworkFlops;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;

class SparseIftTest {
  private static final ImageShape IMAGE = ImageShape.of(64, 6, 6);

  /** Sizes of a linear layer of 128 x 128 weights and of a 3x3 convolution of 64 channels. */
  @ParameterizedTest
  @CsvSource({
    ".5,  1.414214, 2,  128, 116, 32, 28, 86",
    ".75, 2,        4,  256, 231, 48, 43, 103",
    ".9,  3.162278, 10, 640, 576, 57, 51, 117"
  })
  void sizesFollowTheRules(
      double sparsity,
      double widening,
      int branches,
      int linear,
      int convolution,
      int linearRank,
      int convolutionRank,
      int denseSecond) {
    SparseIft ift = new SparseIft(sparsity);
    assertEquals(widening, ift.widening(), 1e-6);
    assertEquals(branches, ift.branches());
    assertEquals(linear, ift.inner(128, 128));
    assertEquals(convolution, ift.inner(576, 64));
    assertEquals(linearRank, ift.rank(128, 128));
    assertEquals(convolutionRank, ift.rank(576, 64));
    assertEquals(denseSecond, ift.innerOfDenseSecond(128, 128));
  }

  @Test
  void hiddenLayersAreWidenedOuterOnesAreNot() {
    assertArrayEquals(new int[] {784, 128, 10}, new SparseIft(.75).wideWidths(784, 64, 10));
    assertArrayEquals(new int[] {784, 202, 10}, new SparseIft(.9).wideWidths(784, 64, 10));
    assertArrayEquals(
        new double[] {.5, .75, .5}, new SparseIft(.75).wideSparsities(784, 64, 32, 10), 1e-12);
    assertArrayEquals(new double[] {0}, new SparseIft(.75).wideSparsities(784, 10));
  }

  private static double operations(Layer layer, int inputs, Sparsifier.Builder sparsifier) {
    sparsifier.seed(1).build().start(layer, 100, 1);
    return NetworkFlops.of(layer, inputs).forward();
  }

  private static Sparsifier.Builder uniform(double sparsity) {
    return Sparsifier.builder().distribution(Uniform.sparsity(sparsity));
  }

  /** All take the operations of the dense layer, up to whole sizes. */
  @ParameterizedTest
  @CsvSource({".5", ".75", ".9"})
  void operationsStay(double sparsity) {
    SparseIft ift = new SparseIft(sparsity);
    double dense = 2.0 * 96 * 128;
    for (Layer layer :
        List.of(ift.parallel(96, 128), ift.factorised(96, 128), ift.doped(96, 128))) {
      double now = operations(layer, 96, uniform(sparsity));
      assertEquals(dense, now, .02 * dense, layer.toString());
    }
    double convolution = 2.0 * 576 * 64 * 36;
    for (Layer layer :
        List.of(
            ift.parallel(IMAGE, 64, 3, 1, 1),
            ift.factorised(IMAGE, 64, 3, 1, 1),
            ift.doped(IMAGE, 64, 3, 1, 1))) {
      double now = operations(layer, IMAGE.size(), uniform(sparsity));
      assertEquals(convolution, now, .02 * convolution, layer.toString());
      assertEquals(IMAGE.size(), layer.outputs(IMAGE.size()));
    }
    int[] widths = {60, 40, 30, 10};
    Sequential chain = ift.wideChain(Activation.RELU, widths);
    Sparsifier.Builder own = uniform(0);
    double[] sparsities = ift.wideSparsities(widths);
    for (int l = 0; l < sparsities.length; l++) {
      own.sparsity(chain.sparseParameters().get(l).name(), sparsities[l]);
    }
    double wide = operations(chain, 60, own);
    assertEquals(2.0 * (60 * 40 + 40 * 30 + 30 * 10), wide, 6);
  }

  @Test
  void stridesAreThoseOfTheConvolution() {
    SparseIft ift = new SparseIft(.5);
    for (Layer layer :
        List.of(
            ift.parallel(IMAGE, 8, 3, 2, 1),
            ift.factorised(IMAGE, 8, 3, 2, 1),
            ift.doped(IMAGE, 8, 3, 2, 1))) {
      assertEquals(8 * 9, layer.outputs(IMAGE.size()), layer.toString());
    }
  }

  @Test
  void sumsHaveGradients() {
    for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
      Parallel sum =
          Numbers.fill(
              Parallel.of(
                  Numbers.HALF_SPARSE.create("a", 5, 3, Initializer.normal(1)),
                  Sequential.of(Linear.of(5, 2), ActivationLayer.tanh(), Linear.of(2, 3)),
                  Linear.of(5, 3)),
              7,
              .5f);
      Numbers.check(GradientCheck.with(kernels).input(random(5, 4, 3)).tolerance(2e-3), sum)
          .check((tape, x) -> sum.forward(tape, x.getFirst()));
      assertEquals("1.2.bias", sum.parameters().get(5).name());
    }
  }

  @Test
  void aSumIsTheSum() {
    Linear one = Linear.of(4, 3);
    Linear two = Linear.of(4, 3);
    Parallel sum = Parallel.of(one, two);
    Numbers.fill(sum, 3, 1);
    DenseMatrix x = random(4, 2, 5);
    Tape tape = Tape.of(Kernels.scalar(), Workspace.create());
    tape.startEvaluation();
    DenseMatrix y = sum.forward(tape, tape.input(x)).value();
    DenseMatrix first = one.forward(tape, tape.input(x)).value();
    DenseMatrix second = two.forward(tape, tape.input(x)).value();
    for (int i = 0; i < 3; i++) {
      assertEquals(first.get(i, 1) + second.get(i, 1), y.get(i, 1));
    }
  }

  /** Branches have masks of their own, and start with the signal of one layer. */
  @Test
  void branchesDiffer() {
    Parallel layer = new SparseIft(.75).parallel(400, 50);
    operations(layer, 400, uniform(.75));
    List<SparseParameter> weights = layer.sparseParameters();
    assertEquals(4, weights.size());
    assertTrue(!weights.get(0).pattern().equals(weights.get(1).pattern()));
    DenseMatrix x = DenseMatrix.zeros(400, 200);
    for (int i = 0; i < 400; i++) {
      for (int j = 0; j < 200; j++) {
        x.set(i, j, (float) Streams.normal(3, i * 200 + j));
      }
    }
    Tape tape = Tape.of(Kernels.scalar(), Workspace.create());
    tape.startEvaluation();
    double sum = 0;
    DenseMatrix y = layer.forward(tape, tape.input(x)).value();
    for (int i = 0; i < 50; i++) {
      for (int j = 0; j < 200; j++) {
        sum += y.get(i, j) * y.get(i, j);
      }
    }
    assertEquals(2, sum / 10_000, .15);
  }

  @Test
  void rejectsWhatDoesNotFit() {
    assertMessage("SparseIft: sparsity (1.0) must be in [0, 1)", () -> new SparseIft(1));
    assertMessage("SparseIft: features (0) must be at least 1", () -> new SparseIft(.5).wide(0));
    assertMessage(
        "SparseIft: features (1073741824) become 2147483648 at sparsity 0.75",
        () -> new SparseIft(.75).wide(1 << 30));
    assertMessage(
        "SparseIft: a chain needs at least two widths; it has 1",
        () -> new SparseIft(.5).wideWidths(3));
    assertMessage(
        "SparseIft: sparsity (0.1) leaves no operations for a product of rank 1 beside 4x4 weights",
        () -> new SparseIft(.1).doped(4, 4));
    assertMessage("Parallel: needs at least one branch", () -> Parallel.of(List.of()));
    assertMessage(
        "Parallel: inputs and outputs of Linear 4 -> 2 must be those of Linear 4 -> 3",
        () -> Parallel.of(Linear.of(4, 3), Linear.of(4, 2)));
  }

  private static void assertMessage(String expected, Runnable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
