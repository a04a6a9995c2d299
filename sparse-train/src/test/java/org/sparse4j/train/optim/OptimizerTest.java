package org.sparse4j.train.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Remap;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.SparseParameter;

/** Optimizer steps against numbers worked out by hand. */
@Tag("kernels")
class OptimizerTest {

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.best(), Kernels.scalar());
  }

  private final Workspace workspace = Workspace.create();

  /** A weight and a bias, dense, and a sparse weight, all 1 at first. */
  private static final class Three {
    final DenseParameter weight = DenseParameter.of("w", ones(), true);
    final DenseParameter bias = DenseParameter.of("b", ones(), false);
    final SparseParameter sparse =
        SparseParameter.of(
            "s", CsrMatrix.copyOf(1, 5, new int[] {0, 2}, new int[] {1, 3}, new float[] {1, 1}));

    private static DenseMatrix ones() {
      return DenseMatrix.copyOf(1, 2, new float[] {1, 1});
    }

    OptimizerState start(Optimizer optimizer) {
      return optimizer.start(List.of(weight, bias, sparse));
    }

    void gradients(float first, float second) {
      for (DenseParameter parameter : List.of(weight, bias)) {
        parameter.claimGradient();
        parameter.gradient().set(0, 0, first);
        parameter.gradient().set(0, 1, second);
      }
      sparse.gradientTarget().array()[0] = first;
      sparse.gradientTarget().array()[1] = second;
      sparse.gradientWritten();
    }

    void assertWeights(double first, double second) {
      float[] want = {(float) first, (float) second};
      assertArrayEquals(want, weight.value().toArray(), 1e-6f);
      assertArrayEquals(want, sparse.values().array(), 1e-6f);
    }

    void assertBias(double first, double second) {
      assertArrayEquals(new float[] {(float) first, (float) second}, bias.value().toArray(), 1e-6f);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void plainDescent(Kernels kernels) {
    Three three = new Three();
    OptimizerState state = three.start(Sgd.rate(0.5));
    assertEquals(0, state.bytes());
    three.gradients(1, -2);
    state.step(kernels, workspace);
    three.assertWeights(0.5, 2);
    three.assertBias(0.5, 2);
    assertFalse(three.weight.hasGradient() || three.sparse.hasGradient());
    assertEquals(1, state.steps());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void momentumAndDecay(Kernels kernels) {
    Three three = new Three();
    OptimizerState state = three.start(Sgd.rate(0.1).momentum(0.5).l2(0.1));
    three.gradients(1, 2);
    state.step(kernels, workspace); // v = g + 0.1 w = 1.1, 2.1
    three.assertWeights(1 - 0.11, 1 - 0.21);
    three.assertBias(0.9, 0.8);
    three.gradients(1, 2);
    state.step(kernels, workspace);
    double v0 = 0.5 * 1.1 + 1 + 0.1 * 0.89;
    double v1 = 0.5 * 2.1 + 2 + 0.1 * 0.79;
    three.assertWeights(0.89 - 0.1 * v0, 0.79 - 0.1 * v1);
    three.assertBias(0.9 - 0.1 * 1.5, 0.8 - 0.1 * 3);
    assertEquals(24, state.bytes());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void nesterovLooksAhead(Kernels kernels) {
    Three three = new Three();
    OptimizerState state = three.start(Sgd.rate(0.1).momentum(0.9).withNesterov());
    three.gradients(1, -1);
    state.step(kernels, workspace); // v = 1, w -= 0.1 (1 + 0.9 * 1)
    three.assertWeights(1 - 0.19, 1.19);
    three.gradients(1, -1);
    state.step(kernels, workspace); // v = 1.9, w -= 0.1 (1 + 0.9 * 1.9)
    three.assertWeights(0.81 - 0.271, 1.19 + 0.271);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void adam(Kernels kernels) {
    Three three = new Three();
    OptimizerState state = three.start(Adam.rate(0.1).l2(0.5));
    three.gradients(1, -3);
    state.step(kernels, workspace); // the first step is rate * sign(g')
    three.assertWeights(0.9, 1.1);
    three.assertBias(0.9, 1.1);
    three.gradients(1, -3);
    state.step(kernels, workspace);
    double g1 = 1.5;
    double g2 = 1 + 0.5 * 0.9;
    double m = 0.9 * 0.1 * g1 + 0.1 * g2;
    double v = 0.999 * 0.001 * g1 * g1 + 0.001 * g2 * g2;
    double want = 0.9 - 0.1 * (m / (1 - 0.81)) / (Math.sqrt(v / (1 - 0.999 * 0.999)) + 1e-8);
    assertEquals(want, three.weight.value().get(0, 0), 1e-5);
    assertEquals(want, three.sparse.values().get(0), 1e-5);
    assertEquals(0.8, three.bias.value().get(0, 0), 1e-5);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void decoupledDecayIsNotScaledByTheMoments(Kernels kernels) {
    Three three = new Three();
    OptimizerState state = three.start(AdamW.rate(0.1).decay(0.5));
    three.gradients(1, -3);
    state.step(kernels, workspace); // w (1 - 0.1 * 0.5), then rate * sign(g)
    three.assertWeights(0.95 - 0.1, 0.95 + 0.1);
    three.assertBias(0.9, 1.1);
  }

  @Test
  void parametersWithoutAGradientKeepTheirNumbersAndState() {
    Three three = new Three();
    OptimizerState state = three.start(Sgd.rate(0.1).momentum(0.9));
    three.gradients(1, 1);
    three.weight.zeroGradient();
    state.step(Kernels.scalar(), workspace);
    assertArrayEquals(new float[] {1, 1}, three.weight.value().toArray());
    assertArrayEquals(new float[2], state.slots(three.weight).matrix("velocity").toArray());
    three.assertBias(0.9, 0.9);
  }

  @Test
  void weightsAndStateMoveTogetherWhenThePatternChanges() {
    Three three = new Three();
    OptimizerState state = three.start(Sgd.rate(0.1).momentum(0.9));
    three.gradients(1, 2);
    state.step(Kernels.scalar(), workspace);
    CsrPattern next = CsrPattern.copyOf(1, 5, new int[] {0, 2}, new int[] {0, 3});
    state.replace(three.sparse, Remap.between(three.sparse.pattern(), next));
    assertArrayEquals(new float[] {0, 0.8f}, three.sparse.values().array(), 1e-6f);
    assertArrayEquals(new float[] {0, 2}, state.slots(three.sparse).array("velocity"), 1e-6f);
    state.reset(three.sparse);
    assertArrayEquals(new float[2], state.slots(three.sparse).array("velocity"));
  }

  @Test
  void stateCanBeSetAndResumed() {
    Three three = new Three();
    OptimizerState state = three.start(Adam.rate(LearningRate.linear(1, 0, 10)));
    state.resumeAt(4);
    assertEquals(4, state.steps());
    assertEquals(0.6, state.optimizer().rateAt(state.steps()), 1e-12);
    assertEquals(List.of("first", "second"), state.slots(three.sparse).names());
    assertEquals(
        "OptimizerState: steps (-1) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> state.resumeAt(-1)).getMessage());
    DenseParameter stranger = DenseParameter.bias("x", 2);
    assertEquals(
        "OptimizerState: x (1x2) is none of the 3 parameters",
        assertThrows(IllegalArgumentException.class, () -> state.slots(stranger)).getMessage());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void clipsByTheNormOfAllGradientsTogether(Kernels kernels) {
    Three three = new Three();
    three.gradients(3, 4); // three times 25
    List<org.sparse4j.train.parameter.Parameter> all =
        List.of(three.weight, three.bias, three.sparse);
    double norm = GradientClipping.globalNorm(kernels.dense(), workspace, all);
    assertEquals(Math.sqrt(75), norm, 1e-9);
    GradientClipping.norm(100).clip(kernels.dense(), workspace, all);
    assertArrayEquals(new float[] {3, 4}, three.sparse.gradient().array());
    GradientClipping.norm(1).clip(kernels.dense(), workspace, all);
    assertEquals(1, GradientClipping.globalNorm(kernels.dense(), workspace, all), 1e-6);
    assertEquals(3 / Math.sqrt(75), three.weight.gradient().get(0, 0), 1e-6);
  }

  @Test
  void clipsEveryNumber() {
    Three three = new Three();
    OptimizerState state = three.start(Sgd.rate(1)).clip(GradientClipping.value(0.5));
    three.gradients(-3, 0.25f);
    state.step(Kernels.scalar(), workspace);
    three.assertWeights(1.5, 0.75);
    three.assertBias(1.5, 0.75);
    assertEquals(
        "GradientClipping.value: max (0.0) must be above 0",
        assertThrows(IllegalArgumentException.class, () -> GradientClipping.value(0)).getMessage());
  }

  @Test
  void namesNumbersThatAreOutOfRange() {
    assertEquals(
        "Sgd: momentum (1.0) must be in [0, 1) and l2 (0.0) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> Sgd.rate(1).momentum(1)).getMessage());
    assertEquals(
        "Sgd: nesterov needs momentum above 0, it is 0.0",
        assertThrows(IllegalArgumentException.class, () -> Sgd.rate(1).withNesterov())
            .getMessage());
    assertEquals(
        "AdamW: betas (0.9, 1.0) must be in [0, 1), epsilon (1.0E-8) above 0 and the decay (0.01)"
            + " not negative",
        assertThrows(IllegalArgumentException.class, () -> AdamW.rate(1).betas(0.9, 1))
            .getMessage());
  }

  @Test
  void grownWeightsAndStateMayBeGiven() {
    CsrPattern from = CsrPattern.copyOf(1, 4, new int[] {0, 2}, new int[] {0, 2});
    CsrPattern to = CsrPattern.copyOf(1, 4, new int[] {0, 3}, new int[] {1, 2, 3});
    SparseParameter weight =
        SparseParameter.of("w", CsrMatrix.of(from, FloatValues.copyOf(new float[] {5, 6})));
    OptimizerState state = AdamW.rate(.1).start(List.of(weight));
    state.slots(weight).array("first")[1] = 8;
    state.slots(weight).array("second")[1] = 9;
    Remap remap = Remap.between(from, to);
    assertEquals(
        "replace: number of first (1) must equal grown positions (2); " + weight,
        assertThrows(
                IllegalArgumentException.class,
                () -> state.replace(weight, remap, new float[2], Map.of("first", new float[] {1})))
            .getMessage());
    assertEquals(from, weight.pattern());
    state.replace(weight, remap, new float[] {1, 2}, Map.of("first", new float[] {3, 4}));
    assertArrayEquals(new float[] {1, 6, 2}, weight.values().array());
    assertArrayEquals(new float[] {3, 8, 4}, state.slots(weight).array("first"));
    assertArrayEquals(new float[] {0, 9, 0}, state.slots(weight).array("second"));
    state.forget();
    assertArrayEquals(new float[3], state.slots(weight).array("first"));
  }
}
