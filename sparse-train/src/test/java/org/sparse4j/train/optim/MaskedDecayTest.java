package org.sparse4j.train.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

class MaskedDecayTest {

  private static final Kernels KERNELS = Kernels.best();

  private static DenseParameter weight(float gradient) {
    DenseParameter weight =
        DenseParameter.of("w", DenseMatrix.copyOf(new float[][] {{.5f, -2, 1, .25f}}), true);
    ForwardWeight forward = ForwardWeight.of(weight, ForwardRule.prune(new NmStructure(2, 4)));
    forward.begin(KERNELS, Workspace.create(), new ForwardPoint(0, 1, 0));
    weight.claimGradient();
    weight.gradient().fill(gradient);
    return weight;
  }

  @Test
  void prunedWeightsDecay() {
    DenseParameter weight = weight(.1f);
    new MaskedDecay(2e-4).add(List.of(weight), 0);
    assertArrayEquals(new float[] {.1001f, .1f, .1f, .10005f}, weight.gradient().toArray(), 1e-7f);
  }

  @Test
  void keptWeightsHaveNoPartInIt() {
    DenseParameter weight = weight(.1f);
    weight.value().set(0, 1, Float.NEGATIVE_INFINITY);
    weight.value().set(0, 2, Float.NaN);
    new MaskedDecay(2e-4).add(List.of(weight), 0);
    assertArrayEquals(new float[] {.1001f, .1f, .1f, .10005f}, weight.gradient().toArray(), 1e-7f);
  }

  @Test
  void otherParametersDoNot() {
    DenseParameter plain =
        DenseParameter.of("v", DenseMatrix.copyOf(new float[][] {{1, 2, 3, 4}}), true);
    plain.claimGradient();
    plain.gradient().fill(1);
    new MaskedDecay(1).add(List.of(plain), 0);
    assertArrayEquals(new float[] {1, 1, 1, 1}, plain.gradient().toArray());
  }

  /** Clipping to norm 1 shrinks what was added before it, and nothing that is added after it. */
  @Test
  void decayIsAddedBeforeOrAfterClipping() {
    Workspace workspace = Workspace.create();
    float[] before = new float[4];
    float[] after = new float[4];
    for (boolean unclipped : new boolean[] {false, true}) {
      DenseParameter weight = weight(10);
      OptimizerState state = Sgd.rate(1).start(List.of(weight)).clip(GradientClipping.norm(1));
      if (unclipped) {
        state.regularizeUnclipped(new MaskedDecay(10));
      } else {
        state.regularize(new MaskedDecay(10));
      }
      weight.value().getRow(0, before, 0);
      state.step(KERNELS, workspace);
      weight.value().getRow(0, after, 0);
      double[] g = {10, 10, 10, 10};
      double[] decay = {5, 0, 0, 2.5};
      double norm = 0;
      for (int j = 0; j < 4; j++) {
        g[j] += unclipped ? 0 : decay[j];
        norm += g[j] * g[j];
      }
      for (int j = 0; j < 4; j++) {
        double step = g[j] / Math.sqrt(norm) + (unclipped ? decay[j] : 0);
        assertEquals(before[j] - step, after[j], 1e-5, "weight " + j);
      }
    }
  }

  @Test
  void rejectsNegativeFactors() {
    assertEquals(
        "MaskedDecay: factor (-1.0) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> new MaskedDecay(-1)).getMessage());
  }
}
