package org.sparse4j.train.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.train.forward.ForwardPoint;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.ForwardWeight;
import org.sparse4j.train.parameter.Parameter;

class MaskedOptimizersTest {

  private static final Kernels KERNELS = Kernels.best();
  private static final LearningRate RATE = LearningRate.constant(.01);

  /**
   * Weights at columns 0 (kept, .5) and 1 (pruned, .5), with the mask of the first step throughout.
   */
  private static double[][] run(Optimizer optimizer, double kept, double pruned, int steps) {
    DenseParameter weight =
        DenseParameter.of("w", DenseMatrix.copyOf(new float[][] {{.5f, .5f}}), true);
    ForwardRule rule = ForwardRule.dense(new NmStructure(1, 2)).every(1000);
    Workspace workspace = Workspace.create();
    ForwardWeight.of(weight, rule).begin(KERNELS, workspace, new ForwardPoint(0, steps, 0));
    return walk(optimizer, weight, kept, pruned, steps);
  }

  private static double[][] walk(
      Optimizer optimizer, DenseParameter weight, double first, double second, int steps) {
    OptimizerState state = optimizer.start(List.<Parameter>of(weight));
    double[][] values = new double[2][steps];
    for (int t = 0; t < steps; t++) {
      weight.claimGradient();
      weight.gradient().set(0, 0, (float) first);
      weight.gradient().set(0, 1, (float) second);
      state.step(KERNELS, Workspace.create());
      values[0][t] = weight.value().get(0, 0);
      values[1][t] = weight.value().get(0, 1);
    }
    return values;
  }

  private static void compare(double[] wanted, double[] got) {
    for (int t = 0; t < wanted.length; t++) {
      assertEquals(wanted[t], got[t], 2e-6, "step " + t);
    }
  }

  @Test
  void adamSPressesPrunedWeights() {
    AdamS optimizer = AdamS.of(RATE, .01, 10);
    double[][] still = run(optimizer, .02, 0, 6);
    compare(new double[] {.5, .425587, .368445, .321841, .281991, .246774}, still[1]);
    compare(new double[] {.400000, .334144, .284061, .243064, .207967}, still[0]);
    double[][] pushed = run(optimizer, .02, .02, 5);
    compare(new double[] {.400000, .332199, .281467, .240793, .206748}, pushed[1]);
  }

  @Test
  void decayBetweenTheMoments() {
    AdamWMaskedDecay optimizer = new AdamWMaskedDecay(RATE, .9, .999, 1e-8, 0, .1, 0);
    double[][] got = run(optimizer, .02, .02, 4);
    compare(new double[] {.4000000, .3520467, .3192609, .2936703}, got[1]);
    compare(new double[] {.4000005, .3341436, .2840611, .2430642}, got[0]);
  }

  /** Decay of pruned weights has no part in kept ones, infinite or not. */
  @Test
  void keptWeightsDoNotDecay() {
    DenseParameter weight =
        DenseParameter.of(
            "w", DenseMatrix.copyOf(new float[][] {{Float.POSITIVE_INFINITY, .5f}}), true);
    ForwardRule rule = ForwardRule.dense(new NmStructure(1, 2)).every(1000);
    ForwardWeight.of(weight, rule).begin(KERNELS, Workspace.create(), new ForwardPoint(0, 1, 0));
    double[][] got =
        walk(new AdamWMaskedDecay(RATE, .9, .999, 1e-8, 0, .1, 0), weight, .02, .02, 2);
    assertEquals(Double.POSITIVE_INFINITY, got[0][1]);
    assertTrue(Double.isFinite(got[1][1]), "the pruned weight: " + got[1][1]);
  }

  /** The same numbers with the decay in the gradient: another variant, which must not be met. */
  @Test
  void decayInTheGradientIsAnotherOne() {
    DenseParameter weight =
        DenseParameter.of("w", DenseMatrix.copyOf(new float[][] {{.5f, .5f}}), true);
    ForwardRule rule = ForwardRule.dense(new NmStructure(1, 2)).every(1000);
    ForwardWeight.of(weight, rule).begin(KERNELS, Workspace.create(), new ForwardPoint(0, 4, 0));
    OptimizerState state = Adam.rate(RATE).start(List.<Parameter>of(weight));
    state.regularize(new MaskedDecay(.1));
    double[] got = new double[4];
    for (int t = 0; t < 4; t++) {
      weight.claimGradient();
      weight.gradient().fill(.02f);
      state.step(KERNELS, Workspace.create());
      got[t] = weight.value().get(0, 1);
    }
    compare(new double[] {.49, .480004, .4700148, .4600351}, got);
  }

  @Test
  void strengthGrows() {
    AdamWMaskedDecay optimizer = AdamWMaskedDecay.of(RATE, 1e-4, 100);
    assertEquals(0, optimizer.strengthAt(0));
    assertEquals(5e-5, optimizer.strengthAt(50), 1e-12);
    assertEquals(1e-4, optimizer.strengthAt(100));
    assertEquals(1e-4, optimizer.strengthAt(1000));
  }

  /** Weight decay comes first, to pruned weights too. */
  @Test
  void weightDecayComesFirst() {
    AdamWMaskedDecay optimizer = AdamWMaskedDecay.of(RATE, 0, 0).decay(.5);
    double[][] got = run(optimizer, 0, .02, 1);
    assertEquals(.5 * (1 - .01 * .5), got[0][0], 1e-6);
    assertEquals(.5 * (1 - .01 * .5) - .1, got[1][0], 1e-6);
  }

  @Test
  void otherParametersGetAdam() {
    List<Optimizer> masked =
        List.of(
            AdamS.of(RATE, .01, 10),
            AdamWMaskedDecay.of(RATE, .1, 0).decay(0),
            FrozenAdam.of(RATE, 100));
    DenseParameter plain =
        DenseParameter.of("w", DenseMatrix.copyOf(new float[][] {{.5f, -.5f}}), true);
    double[][] wanted = walk(Adam.rate(.01), plain, .3, -.1, 5);
    for (Optimizer optimizer : masked) {
      plain.load(DenseMatrix.copyOf(new float[][] {{.5f, -.5f}}));
      double[][] got = walk(optimizer, plain, .3, -.1, 5);
      for (int j = 0; j < 2; j++) {
        compare(wanted[j], got[j]);
      }
    }
  }

  @Test
  void secondMomentFreezes() {
    DenseParameter plain =
        DenseParameter.of("w", DenseMatrix.copyOf(new float[][] {{.5f, .5f}}), true);
    OptimizerState state = FrozenAdam.of(RATE, 2).start(List.<Parameter>of(plain));
    float[] gradients = {.1f, .3f, 1, -2};
    double w = .5;
    double m = 0;
    double v = 0;
    for (int t = 0; t < gradients.length; t++) {
      m = .9 * m + .1 * gradients[t];
      v = t < 2 ? .999 * v + .001 * gradients[t] * gradients[t] : v;
      double root = Math.sqrt(v / (1 - Math.pow(.999, Math.min(t + 1, 2))));
      w -= .01 * m / (1 - Math.pow(.9, t + 1)) / (root + 1e-8);
      plain.claimGradient();
      plain.gradient().fill(gradients[t]);
      state.step(KERNELS, Workspace.create());
      assertEquals(w, plain.value().get(0, 0), 2e-6, "step " + t);
    }
  }

  @Test
  void rejectsNumbersOutOfRange() {
    assertEquals(
        "AdamS: steps of the training (0) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> AdamS.of(RATE, 1, 0)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> AdamS.of(RATE, -1, 1));
    assertEquals(
        "AdamWMaskedDecay: strength (-1.0) and steps of growth (0) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> AdamWMaskedDecay.of(RATE, -1, 0))
            .getMessage());
    assertEquals(
        "FrozenAdam: first frozen step (0) must be at least 1, so that there is a second moment",
        assertThrows(IllegalArgumentException.class, () -> FrozenAdam.of(RATE, 0)).getMessage());
  }
}
