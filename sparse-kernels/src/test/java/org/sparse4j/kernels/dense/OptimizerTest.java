package org.sparse4j.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.AdamStep;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.SgdStep;

/** Optimizer steps: formulas in double, and the same bits for arrays and matrices everywhere. */
@Tag("kernels")
class OptimizerTest {

  private static final int ROWS = 3;
  private static final int COLUMNS = 37;
  private static final int STEPS = 4;

  private final Workspace workspace = Workspace.create();
  private final Random random = new Random(Long.getLong("sparse4j.test.seed", 5));

  static Stream<DenseKernels> kernels() {
    return Stream.of(Kernels.best(), Kernels.scalar()).distinct().map(Kernels::dense);
  }

  static Stream<SgdStep> sgdSteps() {
    return Stream.of(
        new SgdStep(0.1f, 0, false, 0),
        new SgdStep(0.1f, 0, false, 0.01f),
        new SgdStep(0.05f, 0.9f, false, 0.01f),
        new SgdStep(0.05f, 0.9f, true, 0.01f));
  }

  private float[] numbers() {
    float[] x = new float[ROWS * COLUMNS];
    for (int k = 0; k < x.length; k++) {
      x[k] = (float) random.nextGaussian();
    }
    return x;
  }

  private static void load(float[] values, DenseMatrix target) {
    target.copyFrom(DenseMatrix.copyOf(ROWS, COLUMNS, values));
  }

  private static Guarded guarded(float[] values) {
    Guarded guarded = Guarded.of(ROWS, COLUMNS, () -> 0);
    load(values, guarded.matrix);
    return guarded;
  }

  @ParameterizedTest
  @MethodSource("sgdSteps")
  void sgdFollowsItsFormula(SgdStep step) {
    kernels()
        .forEach(dense -> {
          float[] weights = numbers();
          float[] velocity = new float[weights.length];
          Guarded w = guarded(weights);
          Guarded v = guarded(velocity);
          double[] exact = new double[weights.length];
          double[] speed = new double[weights.length];
          for (int k = 0; k < exact.length; k++) {
            exact[k] = weights[k];
          }
          for (int t = 0; t < STEPS; t++) {
            float[] gradient = numbers();
            dense.sgd(step, gradient, velocity, weights);
            dense.sgd(workspace, step, guarded(gradient).matrix, v.matrix, w.matrix);
            for (int k = 0; k < exact.length; k++) {
              double g = gradient[k] + step.decay() * exact[k];
              speed[k] = step.momentum() * speed[k] + g;
              exact[k] -=
                  step.rate() * (step.nesterov() ? g + step.momentum() * speed[k] : speed[k]);
            }
          }
          for (int k = 0; k < exact.length; k++) {
            assertEquals(exact[k], weights[k], 2e-6 * (1 + Math.abs(exact[k])));
          }
          assertArrayEquals(weights, w.matrix.toArray());
          assertArrayEquals(velocity, v.matrix.toArray());
          w.check();
          v.check();
        });
  }

  static Stream<AdamStep> adamSteps() {
    return Stream.of(
        new AdamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0, 0, 1),
        new AdamStep(0.01f, 0.9f, 0.99f, 1e-6f, 0.01f, 0, 1),
        new AdamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0, 0.1f, 1));
  }

  @ParameterizedTest
  @MethodSource("adamSteps")
  void adamFollowsItsFormula(AdamStep first) {
    kernels()
        .forEach(dense -> {
          float[] weights = numbers();
          float[] mean = new float[weights.length];
          float[] square = new float[weights.length];
          Guarded w = guarded(weights);
          Guarded m = guarded(mean);
          Guarded v = guarded(square);
          double[] exact = new double[weights.length];
          double[] one = new double[weights.length];
          double[] two = new double[weights.length];
          for (int k = 0; k < exact.length; k++) {
            exact[k] = weights[k];
          }
          for (int t = 1; t <= STEPS; t++) {
            AdamStep step =
                new AdamStep(
                    first.rate(),
                    first.beta1(),
                    first.beta2(),
                    first.epsilon(),
                    first.l2(),
                    first.decay(),
                    t);
            float[] gradient = numbers();
            dense.adam(step, gradient, mean, square, weights);
            dense.adam(workspace, step, guarded(gradient).matrix, m.matrix, v.matrix, w.matrix);
            for (int k = 0; k < exact.length; k++) {
              double g = gradient[k] + step.l2() * exact[k];
              one[k] = step.beta1() * one[k] + (1 - step.beta1()) * g;
              two[k] = step.beta2() * two[k] + (1 - step.beta2()) * g * g;
              double hat = one[k] / (1 - Math.pow(step.beta1(), t));
              double root = Math.sqrt(two[k] / (1 - Math.pow(step.beta2(), t)));
              exact[k] -= step.rate() * step.decay() * exact[k];
              exact[k] -= step.rate() * hat / (root + step.epsilon());
            }
          }
          for (int k = 0; k < exact.length; k++) {
            assertEquals(exact[k], weights[k], 2e-6 * (1 + Math.abs(exact[k])));
          }
          assertArrayEquals(weights, w.matrix.toArray());
          assertArrayEquals(mean, m.matrix.toArray());
          assertArrayEquals(square, v.matrix.toArray());
          w.check();
          m.check();
          v.check();
        });
  }

  @ParameterizedTest
  @MethodSource("sgdSteps")
  void providersGiveTheSameBits(SgdStep step) {
    float[] gradient = numbers();
    float[] start = numbers();
    Guarded a = guarded(start);
    Guarded b = guarded(start);
    Guarded u = guarded(start);
    Guarded v = guarded(start);
    DenseMatrix g = guarded(gradient).matrix;
    Kernels.best().dense().sgd(workspace, step, g, u.matrix, a.matrix);
    Kernels.scalar().dense().sgd(workspace, step, g, v.matrix, b.matrix);
    assertArrayEquals(a.matrix.toArray(), b.matrix.toArray());
    assertArrayEquals(u.matrix.toArray(), v.matrix.toArray());
    AdamStep adam = new AdamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0.1f, 0.1f, 3);
    float[] squares = new float[start.length];
    for (int k = 0; k < squares.length; k++) {
      squares[k] = start[k] * start[k];
    }
    Guarded s = guarded(squares);
    Guarded t = guarded(squares);
    Kernels.best().dense().adam(workspace, adam, g, u.matrix, s.matrix, a.matrix);
    Kernels.scalar().dense().adam(workspace, adam, g, v.matrix, t.matrix, b.matrix);
    assertArrayEquals(a.matrix.toArray(), b.matrix.toArray());
    assertArrayEquals(s.matrix.toArray(), t.matrix.toArray());
  }
}
