package org.sparse4j.train.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.parameter.DenseParameter;

@Tag("kernels")
class ScalarFunctionTest {

  private static double value(ScalarFunction function, double x, double... p) {
    return function.value(x, p, ScalarFunction.slopes());
  }

  /** Worked out by hand from the formulas. */
  @ParameterizedTest
  @CsvSource({
    "RELU, -1, 0",
    "RELU, 2, 3", // 2 max(.75 * 2, 0)
    "RELU6, 10, 12",
    "HARD_SWISH, 2, 2.25", // 2 * 1.5 * 4.5 / 6
    "HARD_SWISH, -5, 0",
    "SWISH, 2, 2.452723", // 3 / (1 + exp(-1.5))
    "GELU, 2, 2.799578", // 3 Phi(1.5)
    "GELU, -2, -.200422",
    "ELU, -4, -1.900426", // 2 (exp(-3) - 1)
    "TANH, 2, 1.810297",
    "SOFTPLUS, -2, .402827",
    "LOG_SIGMOID, 2, -.402827",
    "SYMMETRIC_LOG, -4, -2.772589", // -2 ln 4
    "SYMMETRIC_EXP, -4, -38.171074" // -2 (exp(3) - 1)
  })
  void scaledFunctionsComputeTheirFormula(ScalarFunction function, double x, double expected) {
    assertEquals(expected, value(function, x, 2, .75), 1e-6);
  }

  @Test
  void functionsOfOtherFormsComputeTheirs() {
    assertEquals(
        Math.tanh(.5) * Math.log(1 + Math.exp(2)), value(ScalarFunction.TANH_SOFT, 2, .25), 1e-12);
    // (2 - .5) * 3 / (1 + exp(-2 * 1.5 * 3)) + .5 * 3
    assertEquals(5.999445, value(ScalarFunction.ACON, 3, 2, .5, 2), 1e-6);
    assertEquals(
        -2 / (-2.0 / 5 + Math.exp(2.0 / 3)), value(ScalarFunction.SOFT_ROOT_SIGN, -2, 5, 3), 1e-12);
  }

  /** At their start, functions that kernels know too give what those give. */
  @ParameterizedTest
  @CsvSource({"RELU, RELU", "GELU, GELU", "SWISH, SILU", "TANH, TANH", "ACON, SILU"})
  void agreesWithTheKernels(ScalarFunction function, Activation known) {
    DenseMatrix x = GradientCheck.random(7, 9, 3);
    Tape tape = Tape.of(Kernels.scalar(), Workspace.create());
    tape.startEvaluation();
    DenseMatrix p = DenseMatrix.copyOf(1, function.numbers(), function.start());
    DenseMatrix y = tape.activate(function, tape.input(x), tape.input(p)).value();
    DenseMatrix z = tape.activate(known, tape.input(x)).value();
    for (int i = 0; i < 7; i++) {
      for (int j = 0; j < 9; j++) {
        assertEquals(z.get(i, j), y.get(i, j), 1e-6f);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ScalarFunction.class)
  void gradientsAreThoseOfTheFunction(ScalarFunction function) {
    float[] p = function.start();
    for (int k = 0; k < p.length; k++) {
      p[k] += .2f + .1f * k;
    }
    for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
      for (int columns : new int[] {1, 5, 17}) {
        DenseParameter numbers =
            DenseParameter.of("numbers", DenseMatrix.copyOf(1, p.length, p), false);
        GradientCheck.with(kernels)
            .input(GradientCheck.random(3, columns, 5))
            .parameter(numbers)
            .tolerance(1e-3)
            .check((tape, x) -> tape.activate(function, x.getFirst(), tape.parameter(numbers)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ScalarFunction.class)
  void passesNaNOn(ScalarFunction function) {
    double[] p = new double[function.numbers()];
    for (int k = 0; k < p.length; k++) {
      p[k] = function.start()[k];
    }
    assertTrue(Double.isNaN(value(function, Double.NaN, p)));
  }

  /** Far out, where exponentials leave the range of a double. */
  @ParameterizedTest
  @EnumSource(ScalarFunction.class)
  void slopesAreNumbersWhereverValuesAre(ScalarFunction function) {
    double[] p = new double[function.numbers()];
    for (int k = 0; k < p.length; k++) {
      p[k] = function.start()[k];
    }
    for (double x : new double[] {-1e30, -3000, -1500, -700, 700, 1500, 3000, 1e30}) {
      double[] slopes = ScalarFunction.slopes();
      if (Double.isFinite(function.value(x, p, slopes))) {
        for (int k = 0; k <= p.length; k++) {
          assertTrue(Double.isFinite(slopes[k]), function + " at " + x + ": " + slopes[k]);
        }
      }
    }
  }

  @Test
  void rejectsNumbersThatAreNotItsOwn() {
    Tape tape = Tape.of(Kernels.scalar(), Workspace.create());
    tape.startEvaluation();
    Variable x = tape.input(DenseMatrix.zeros(2, 3));
    Variable numbers = tape.input(DenseMatrix.zeros(1, 3));
    assertEquals(
        "TANH: numbers (1x3) must be 1x2",
        assertThrows(
                IllegalArgumentException.class,
                () -> tape.activate(ScalarFunction.TANH, x, numbers))
            .getMessage());
  }
}
