package org.sparse4j.train.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;

class RateFactorTest {

  private static SparseParameter sparse(int stored) {
    CsrPattern pattern = CsrPattern.of(Mask.random(4, 5, stored, 1));
    FloatValues ones = FloatValues.zeros(stored);
    Arrays.fill(ones.array(), 1);
    return SparseParameter.of("w", CsrMatrix.of(pattern, ones));
  }

  @Test
  void inverseDensityIsCapped() {
    RateFactor factor = RateFactor.inverseDensity(8);
    assertEquals(4, factor.of(sparse(5)));
    assertEquals(8, factor.of(sparse(1)));
    assertEquals(1, factor.of(sparse(0)));
    assertEquals(1, factor.of(DenseParameter.bias("b", 3)));
    assertEquals(
        "RateFactor: cap (0.5) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> RateFactor.inverseDensity(.5))
            .getMessage());
  }

  /** The step of a parameter with factor f is that of an optimizer with f times the rate. */
  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "adamw"})
  void everyParameterStepsWithItsOwnRate(String kind) {
    SparseParameter own = sparse(5);
    SparseParameter plain = sparse(5);
    OptimizerState scaled =
        optimizer(kind, .25).rates(RateFactor.named(Map.of("w", 4.0))).start(List.of(own));
    OptimizerState direct = optimizer(kind, 1).start(List.of(plain));
    assertEquals(.25, scaled.optimizer().rateAt(0));
    for (int step = 0; step < 3; step++) {
      for (SparseParameter parameter : List.of(own, plain)) {
        for (int p = 0; p < 5; p++) {
          parameter.gradientTarget().array()[p] = p - 2 + step;
        }
        parameter.gradientWritten();
      }
      scaled.step(Kernels.best(), Workspace.create());
      direct.step(Kernels.best(), Workspace.create());
    }
    for (int p = 0; p < 5; p++) {
      assertEquals(plain.values().get(p), own.values().get(p));
    }
  }

  private static Optimizer optimizer(String kind, double rate) {
    return switch (kind) {
      case "sgd" -> Sgd.rate(rate).momentum(.5);
      case "adam" -> Adam.rate(rate);
      default -> AdamW.rate(rate);
    };
  }

  /** Width 4, density 1/4: the multipliers cancel in weights and rates, not in outputs. */
  @Test
  void smuParScalesHiddenLayersByWidthAndDensity() {
    SmuPar par = new SmuPar(4, .0625);
    assertEquals(4, par.rates("2.weight").of(named("2.weight")));
    assertEquals(1, par.rates("2.weight").of(named("0.weight")));
    assertEquals(.5f, par.outputFactor(2));
    DenseMatrix dense = DenseMatrix.zeros(3, 4);
    par.hidden(.5).fill(9, dense);
    // .5 / sqrt(4 / 16) = 1: the draws themselves.
    assertEquals((float) Streams.normal(9, 6), dense.get(1, 2));
    CsrMatrix sparse = CsrMatrix.fromDense(DenseMatrix.zeros(3, 4), Mask.random(3, 4, 5, 2));
    par.hidden(.5).fill(9, sparse);
    sparse
        .pattern()
        .forEach((p, i, j) ->
            assertEquals(dense.get(i, j), sparse.floatValues().get(p), "independent of the mask"));
    assertEquals(
        "SmuPar: width (0.0) and density (0.5) multipliers must be above 0",
        assertThrows(IllegalArgumentException.class, () -> new SmuPar(0, .5)).getMessage());
    assertEquals(
        "Initializer.deviation: deviation (-1.0) must be finite and not negative",
        assertThrows(IllegalArgumentException.class, () -> Initializer.deviation(-1)).getMessage());
  }

  private static SparseParameter named(String name) {
    SparseParameter parameter = sparse(5);
    parameter.rename(name);
    return parameter;
  }
}
