package org.sparse4j.train.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;

class RegularizerTest {

  /** A parameter with a gradient, dense or sparse. */
  private static Parameter parameter(boolean dense, float[] weights, float... gradient) {
    DenseMatrix matrix = DenseMatrix.copyOf(1, weights.length, weights);
    if (dense) {
      DenseParameter parameter = DenseParameter.of("w", matrix, true);
      parameter.gradient().setRow(0, gradient, 0);
      parameter.claimGradient();
      return parameter;
    }
    SparseParameter parameter = SparseParameter.of("w", CsrMatrix.fromDense(matrix));
    System.arraycopy(gradient, 0, parameter.gradientTarget().array(), 0, gradient.length);
    parameter.gradientWritten();
    return parameter;
  }

  private static float[] gradient(Parameter parameter) {
    return switch (parameter) {
      case DenseParameter dense -> dense.gradient().toArray();
      case FlatParameter flat -> flat.gradient().array();
    };
  }

  private static float[] added(Regularizer term, boolean dense, float[] weights, long step) {
    Parameter parameter = parameter(dense, weights, new float[weights.length]);
    Parameter bias = DenseParameter.bias("b", 2);
    term.add(List.of(parameter, bias), step);
    assertEquals(false, bias.hasGradient());
    return gradient(parameter);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void l1AddsTheSign(boolean dense) {
    assertArrayEquals(
        new float[] {.5f, -.5f, .5f}, added(new L1(.5), dense, new float[] {.1f, -2, 7}, 0));
    assertEquals(
        "L1: factor (-1.0) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> new L1(-1)).getMessage());
  }

  /** The published example: tau .4, s 1.64625, sum of tanh 2.443993. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hyperSparseEqualsThePublishedGradient(boolean dense) {
    float[] weights = {.1f, -.2f, .3f, -.4f, 1};
    float[] got = added(new HyperSparse(.6, 1, 1.05, 0, 10), dense, weights, 0);
    double[] want = {1.311320, -1.211080, 1.065471, -.898099, .186157};
    for (int p = 0; p < want.length; p++) {
      assertEquals(want[p], got[p], 2e-6);
    }
  }

  /** The formula itself, for weights in two parameters: one threshold, one pair of sums. */
  @Test
  void hyperSparseLooksAtAllWeightsTogether() {
    float[] first = draws(1, 40);
    float[] second = draws(2, 60);
    Parameter dense = parameter(true, first, new float[40]);
    Parameter sparse = parameter(false, second, new float[60]);
    new HyperSparse(.9, 2, 1, 0, 1).add(List.of(dense, sparse), 0);
    float[] all = Arrays.copyOf(first, 100);
    System.arraycopy(second, 0, all, 40, 60);
    double[] magnitudes = new double[100];
    for (int p = 0; p < 100; p++) {
      magnitudes[p] = Math.abs(all[p]);
    }
    Arrays.sort(magnitudes);
    double s = .6585 / magnitudes[90];
    double tanh = Arrays.stream(magnitudes).map(m -> Math.tanh(s * m)).sum();
    double factor = 2 * s * Arrays.stream(magnitudes).sum() / tanh;
    for (int p = 0; p < 100; p++) {
      double cosh = Math.cosh(s * Math.abs(all[p]));
      double want = factor * Math.signum(all[p]) / (cosh * cosh);
      float got = p < 40 ? gradient(dense)[p] : gradient(sparse)[p - 40];
      assertEquals(want, got, 1e-5 * Math.abs(want) + 1e-6);
    }
  }

  private static float[] draws(long seed, int count) {
    float[] draws = new float[count];
    for (int p = 0; p < count; p++) {
      draws[p] = (float) Streams.normal(seed, p);
    }
    return draws;
  }

  @Test
  void hyperSparseGrowsFromEpochToEpochAfterAWarmUp() {
    HyperSparse term = new HyperSparse(.5, 4, 1.5, 2, 10);
    assertEquals(0, term.strength(19));
    assertEquals(4, term.strength(20));
    assertEquals(6, term.strength(30));
    assertArrayEquals(new float[2], added(term, true, new float[] {1, 2}, 5));
    // The weight at the threshold is 0: nothing to press.
    assertArrayEquals(new float[4], added(term, true, new float[] {0, 0, 0, 1}, 20));
    assertEquals(
        "HyperSparse: sparsity (1.0) must be in [0, 1), first strength (1.0) and growth (1.0) must"
            + " not be negative",
        assertThrows(IllegalArgumentException.class, () -> new HyperSparse(1, 1, 1, 0, 1))
            .getMessage());
    assertEquals(
        "HyperSparse: warm-up (0) must not be negative, steps per epoch (0) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> new HyperSparse(.5, 1, 1, 0, 0))
            .getMessage());
  }

  /** Irrelevances 0, .5 and 1: the weight of largest gradient does not decay. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void irrelevantWeightsDecay(boolean dense) {
    Parameter parameter = parameter(dense, new float[] {8, -8, 8}, -4, 2, 0);
    new IrrelevantDecay(.25).add(List.of(parameter), 0);
    assertArrayEquals(new float[] {-4, 1, 2}, gradient(parameter));
    assertArrayEquals(new float[] {2}, added(new IrrelevantDecay(.25), dense, new float[] {8}, 0));
    assertEquals(
        "IrrelevantDecay: factor (-1.0) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> new IrrelevantDecay(-1)).getMessage());
  }

  @Test
  void aStepAddsTheTermBeforeItClips() {
    Parameter parameter = parameter(false, new float[] {1, 1}, 3, 0);
    OptimizerState state =
        Sgd.rate(1).start(List.of(parameter)).regularize(new L1(1)).clip(GradientClipping.value(2));
    state.step(Kernels.best(), Workspace.create());
    assertArrayEquals(new float[] {-1, 0}, ((FlatParameter) parameter).values().array());
    assertEquals("none", Regularizer.none().toString());
  }
}
