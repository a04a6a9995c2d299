package org.sparse4j.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;

/** Operations down the columns against double formulas and central differences. */
@Tag("kernels")
class ColumnsTest {

  private static final int[][] SHAPES = {
    {1, 1}, {2, 5}, {10, 16}, {7, 17}, {3, 33}, {10, 128}, {31, 130}
  };
  private static final double STEP = 1e-4;
  private static final long SEED = Long.getLong("sparse4j.test.seed", 11);

  private final Workspace workspace = Workspace.create();
  private final Random random = new Random(SEED);

  static Stream<DenseKernels> kernels() {
    return Stream.of(Kernels.best(), Kernels.scalar()).distinct().map(Kernels::dense);
  }

  private static double[] column(DenseMatrix x, int j) {
    double[] column = new double[x.rows()];
    for (int i = 0; i < column.length; i++) {
      column[i] = x.get(i, j);
    }
    return column;
  }

  private static double logSum(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += Math.exp(value);
    }
    return Math.log(sum);
  }

  private static double crossEntropy(double[] x, int label, double smoothing) {
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      double target = smoothing / x.length + (i == label ? 1 - smoothing : 0);
      loss -= target * (x[i] - logSum(x));
    }
    return loss;
  }

  @FunctionalInterface
  private interface Loss {
    double of(double[] x);
  }

  private static double[] differences(double[] x, Loss loss) {
    double[] slopes = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double old = x[i];
      x[i] = old + STEP;
      double above = loss.of(x);
      x[i] = old - STEP;
      slopes[i] = (above - loss.of(x)) / (2 * STEP);
      x[i] = old;
    }
    return slopes;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void softmaxAndItsLogarithmAreCloseToTheirFormulas(DenseKernels dense) {
    for (int[] shape : SHAPES) {
      Guarded x = Guarded.of(shape[0], shape[1], () -> 4 * random.nextGaussian() + 50);
      Guarded y = Guarded.of(shape[0], shape[1], () -> Double.NaN);
      Guarded log = Guarded.of(shape[0], shape[1], () -> Double.NaN);
      dense.softmax(workspace, x.matrix, y.matrix);
      dense.logSoftmax(workspace, x.matrix, log.matrix);
      for (int j = 0; j < shape[1]; j++) {
        double[] column = column(x.matrix, j);
        double shift = logSum(column);
        for (int i = 0; i < shape[0]; i++) {
          assertEquals(Math.exp(column[i] - shift), y.matrix.get(i, j), 1e-6);
          assertEquals(column[i] - shift, log.matrix.get(i, j), 1e-5);
        }
      }
      y.check();
      log.check();
      Guarded z = Guarded.of(shape[0], shape[1], () -> 0);
      dense.copy(workspace, x.matrix, z.matrix);
      dense.softmax(workspace, x.matrix, x.matrix);
      dense.logSoftmax(workspace, z.matrix, z.matrix);
      assertTrue(
          x.matrix.contentEquals(y.matrix) && z.matrix.contentEquals(log.matrix), "in place");
      x.check();
      z.check();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void softmaxSurvivesLargeNumbersAndKeepsNanInItsColumn(DenseKernels dense) {
    DenseMatrix x =
        DenseMatrix.copyOf(
            new float[][] {{1e30f, Float.NaN, Float.NEGATIVE_INFINITY}, {-1e30f, 0f, 0f}});
    dense.softmax(workspace, x, x);
    assertEquals(1f, x.get(0, 0));
    assertEquals(0f, x.get(1, 0));
    assertTrue(Float.isNaN(x.get(0, 1)) && Float.isNaN(x.get(1, 1)));
    assertEquals(0f, x.get(0, 2));
    assertEquals(1f, x.get(1, 2));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void softmaxGradientsAreTheCentralDifferences(DenseKernels dense) {
    for (int[] shape : SHAPES) {
      Guarded x = Guarded.normal(shape[0], shape[1], random);
      Guarded dy = Guarded.normal(shape[0], shape[1], random);
      Guarded y = Guarded.of(shape[0], shape[1], () -> 0);
      Guarded dx = Guarded.of(shape[0], shape[1], () -> Double.NaN);
      Guarded dlog = Guarded.of(shape[0], shape[1], () -> Double.NaN);
      dense.softmax(workspace, x.matrix, y.matrix);
      dense.softmaxGradient(workspace, y.matrix, dy.matrix, dx.matrix);
      dense.logSoftmax(workspace, x.matrix, y.matrix);
      dense.logSoftmaxGradient(workspace, y.matrix, dy.matrix, dlog.matrix);
      for (int j = 0; j < shape[1]; j++) {
        double[] slopes = column(dy.matrix, j);
        double[] plain =
            differences(
                column(x.matrix, j),
                v -> {
                  double sum = 0;
                  for (int i = 0; i < v.length; i++) {
                    sum += slopes[i] * Math.exp(v[i] - logSum(v));
                  }
                  return sum;
                });
        double[] log =
            differences(
                column(x.matrix, j),
                v -> {
                  double sum = 0;
                  for (int i = 0; i < v.length; i++) {
                    sum += slopes[i] * (v[i] - logSum(v));
                  }
                  return sum;
                });
        assertArrayEquals(plain, column(dx.matrix, j), 5e-6);
        assertArrayEquals(log, column(dlog.matrix, j), 1e-5);
      }
      dx.check();
      dlog.check();
      dense.logSoftmaxGradient(workspace, y.matrix, dy.matrix, dy.matrix);
      assertTrue(dy.matrix.contentEquals(dlog.matrix), "in place");
      dy.check();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void crossEntropyAndItsGradientInOnePass(DenseKernels dense) {
    for (float smoothing : new float[] {0, 0.1f}) {
      for (int[] shape : SHAPES) {
        Guarded x = Guarded.of(shape[0], shape[1], () -> 3 * random.nextGaussian());
        Guarded dx = Guarded.of(shape[0], shape[1], () -> Double.NaN);
        Guarded losses = Guarded.of(1, shape[1], () -> Double.NaN);
        int[] labels = random.ints(shape[1] + 2L, 0, shape[0]).toArray();
        dense.crossEntropy(workspace, x.matrix, labels, smoothing, losses.vector(), dx.matrix);
        for (int j = 0; j < shape[1]; j++) {
          int label = labels[j];
          double[] column = column(x.matrix, j);
          assertEquals(crossEntropy(column, label, smoothing), losses.matrix.get(0, j), 1e-5);
          double[] want = differences(column, v -> crossEntropy(v, label, smoothing));
          assertArrayEquals(want, column(dx.matrix, j), 2e-6);
        }
        dx.check();
        losses.check();
        dense.crossEntropy(workspace, x.matrix, labels, smoothing, losses.vector(), x.matrix);
        assertTrue(x.matrix.contentEquals(dx.matrix), "in place");
        x.check();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void argmaxTakesTheLowerRowOfEqualOnesAndNeverANan(DenseKernels dense) {
    DenseMatrix x =
        DenseMatrix.copyOf(
            new float[][] {
              {1, 2, Float.NaN, Float.NEGATIVE_INFINITY, 0},
              {3, 2, -5, Float.NEGATIVE_INFINITY, Float.NaN},
              {3, 1, Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}
            });
    int[] rows = new int[6];
    rows[5] = 77;
    dense.argmax(workspace, x, rows);
    assertArrayEquals(new int[] {1, 0, 1, 0, 2, 77}, rows);
    for (int[] shape : SHAPES) {
      Guarded big = Guarded.normal(shape[0], shape[1], random);
      int[] found = new int[shape[1]];
      dense.argmax(workspace, big.matrix, found);
      for (int j = 0; j < shape[1]; j++) {
        for (double value : column(big.matrix, j)) {
          assertTrue(value <= big.matrix.get(found[j], j));
        }
      }
    }
  }

  private static double[] normalized(double[] x, double[] gamma, double[] beta, double epsilon) {
    double mean = 0;
    for (double value : x) {
      mean += value / x.length;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = gamma[i] * (x[i] - mean) / Math.sqrt(variance + epsilon) + beta[i];
    }
    return y;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void layerNormAndItsGradients(DenseKernels dense) {
    float epsilon = 1e-3f;
    for (int[] shape : SHAPES) {
      int m = shape[0];
      int n = shape[1];
      Guarded x = Guarded.of(m, n, () -> 2 * random.nextGaussian() + 3);
      Guarded dy = Guarded.normal(m, n, random);
      Guarded gamma = Guarded.normal(1, m, random);
      Guarded beta = Guarded.normal(1, m, random);
      Guarded mean = Guarded.of(1, n, () -> Double.NaN);
      Guarded invStd = Guarded.of(1, n, () -> Double.NaN);
      Guarded y = Guarded.of(m, n, () -> Double.NaN);
      Guarded dx = Guarded.of(m, n, () -> Double.NaN);
      Guarded dgamma = Guarded.of(1, m, () -> Double.NaN);
      Guarded dbeta = Guarded.of(1, m, () -> Double.NaN);
      dense.layerNorm(
          workspace,
          x.matrix,
          gamma.vector(),
          beta.vector(),
          epsilon,
          mean.vector(),
          invStd.vector(),
          y.matrix);
      dense.layerNormGradient(
          workspace,
          x.matrix,
          gamma.vector(),
          mean.vector(),
          invStd.vector(),
          dy.matrix,
          dgamma.vector(),
          dbeta.vector(),
          dx.matrix);
      double[] g = column(DenseMatrix.copyOf(gamma.matrix.view().transposed()), 0);
      double[] b = column(DenseMatrix.copyOf(beta.matrix.view().transposed()), 0);
      double[] wantGamma = new double[m];
      double[] wantBeta = new double[m];
      for (int j = 0; j < n; j++) {
        double[] column = column(x.matrix, j);
        double[] slopes = column(dy.matrix, j);
        double[] want = normalized(column, g, b, epsilon);
        assertArrayEquals(want, column(y.matrix, j), 2e-5);
        double[] wantSlopes =
            differences(
                column,
                v -> {
                  double[] z = normalized(v, g, b, epsilon);
                  double sum = 0;
                  for (int i = 0; i < z.length; i++) {
                    sum += slopes[i] * z[i];
                  }
                  return sum;
                });
        // invStd is up to 1 / sqrt(epsilon) in a column of nearly equal numbers.
        assertArrayEquals(wantSlopes, column(dx.matrix, j), 3e-5 * (1 + invStd.matrix.get(0, j)));
        double[] normal = normalized(column, ones(m), new double[m], epsilon);
        for (int i = 0; i < m; i++) {
          wantGamma[i] += slopes[i] * normal[i];
          wantBeta[i] += slopes[i];
        }
      }
      for (int i = 0; i < m; i++) {
        assertEquals(wantGamma[i], dgamma.matrix.get(0, i), 1e-5 * n);
        assertEquals(wantBeta[i], dbeta.matrix.get(0, i), 1e-5 * n);
      }
      Stream.of(y, mean, invStd, dx, dgamma, dbeta).forEach(Guarded::check);
      dense.layerNormGradient(
          workspace,
          x.matrix,
          gamma.vector(),
          mean.vector(),
          invStd.vector(),
          dy.matrix,
          dgamma.vector(),
          dbeta.vector(),
          dy.matrix);
      assertTrue(dy.matrix.contentEquals(dx.matrix), "in place");
    }
  }

  private static double[] divided(double[] x, double[] gamma, double epsilon) {
    double squares = 0;
    for (double value : x) {
      squares += value * value / x.length;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = gamma[i] * x[i] / Math.sqrt(squares + epsilon);
    }
    return y;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void rmsNormAndItsGradients(DenseKernels dense) {
    float epsilon = 1e-3f;
    for (int[] shape : SHAPES) {
      int m = shape[0];
      int n = shape[1];
      Guarded x = Guarded.of(m, n, () -> 2 * random.nextGaussian() + 1);
      Guarded dy = Guarded.normal(m, n, random);
      Guarded gamma = Guarded.normal(1, m, random);
      Guarded inverse = Guarded.of(1, n, () -> Double.NaN);
      Guarded y = Guarded.of(m, n, () -> Double.NaN);
      Guarded dx = Guarded.of(m, n, () -> Double.NaN);
      Guarded dgamma = Guarded.of(1, m, () -> Double.NaN);
      dense.rmsNorm(workspace, x.matrix, gamma.vector(), epsilon, inverse.vector(), y.matrix);
      dense.rmsNormGradient(
          workspace,
          x.matrix,
          gamma.vector(),
          inverse.vector(),
          dy.matrix,
          dgamma.vector(),
          dx.matrix);
      double[] g = column(DenseMatrix.copyOf(gamma.matrix.view().transposed()), 0);
      double[] wantGamma = new double[m];
      for (int j = 0; j < n; j++) {
        double[] column = column(x.matrix, j);
        double[] slopes = column(dy.matrix, j);
        assertArrayEquals(divided(column, g, epsilon), column(y.matrix, j), 2e-5);
        double[] wantSlopes =
            differences(
                column,
                v -> {
                  double[] z = divided(v, g, epsilon);
                  double sum = 0;
                  for (int i = 0; i < z.length; i++) {
                    sum += slopes[i] * z[i];
                  }
                  return sum;
                });
        // The inverse is up to 1 / sqrt(epsilon) in a column of small numbers.
        assertArrayEquals(wantSlopes, column(dx.matrix, j), 3e-5 * (1 + inverse.matrix.get(0, j)));
        double[] normal = divided(column, ones(m), epsilon);
        for (int i = 0; i < m; i++) {
          wantGamma[i] += slopes[i] * normal[i];
        }
      }
      for (int i = 0; i < m; i++) {
        assertEquals(wantGamma[i], dgamma.matrix.get(0, i), 1e-5 * n);
      }
      Stream.of(y, inverse, dx, dgamma).forEach(Guarded::check);
      dense.rmsNormGradient(
          workspace,
          x.matrix,
          gamma.vector(),
          inverse.vector(),
          dy.matrix,
          dgamma.vector(),
          dy.matrix);
      assertTrue(dy.matrix.contentEquals(dx.matrix), "in place");
    }
  }

  @Test
  void gradientsOfNormsOverlapNoInput() {
    DenseKernels dense = Kernels.best().dense();
    DenseMatrix x = DenseMatrix.zeros(3, 3);
    DenseMatrix dy = DenseMatrix.zeros(3, 3);
    DenseMatrix dx = DenseMatrix.zeros(3, 3);
    DenseVector gamma = DenseVector.zeros(3);
    DenseVector beta = DenseVector.zeros(3);
    DenseVector mean = DenseVector.zeros(3);
    DenseVector inverse = DenseVector.zeros(3);
    assertOverlap(
        "rmsNorm", () -> dense.rmsNorm(workspace, x, gamma, 1e-5f, gamma, dx), "inverse", "gamma");
    assertOverlap(
        "rmsNormGradient",
        () -> dense.rmsNormGradient(workspace, x, gamma, inverse, dy, gamma, dx),
        "dgamma",
        "gamma");
    assertOverlap(
        "rmsNormGradient",
        () -> dense.rmsNormGradient(workspace, x, gamma, inverse, dy, inverse, dx),
        "dgamma",
        "inverse");
    assertOverlap(
        "layerNormGradient",
        () -> dense.layerNormGradient(workspace, x, gamma, mean, inverse, dy, beta, beta, dx),
        "dgamma",
        "dbeta");
    assertOverlap(
        "layerNormGradient",
        () -> dense.layerNormGradient(workspace, x, gamma, mean, inverse, dy, beta, gamma, dx),
        "dbeta",
        "gamma");
  }

  private static void assertOverlap(
      String operation, Executable call, String output, String input) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.startsWith(operation + ": "), message);
    assertTrue(message.contains(output) && message.contains(input), message);
  }

  private static double[] ones(int length) {
    double[] ones = new double[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() {
    DenseKernels dense = Kernels.best().dense();
    DenseMatrix x = Guarded.normal(40, 501, random).matrix;
    int[] labels = random.ints(501, 0, 40).toArray();
    DenseMatrix one = DenseMatrix.zeros(40, 501);
    DenseMatrix many = DenseMatrix.zeros(40, 501);
    DenseVector oneLoss = DenseVector.zeros(501);
    DenseVector manyLoss = DenseVector.zeros(501);
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      Workspace parallel = Workspace.on(Threads.of(pool, 3));
      dense.crossEntropy(workspace, x, labels, 0.1f, oneLoss, one);
      dense.crossEntropy(parallel, x, labels, 0.1f, manyLoss, many);
      assertTrue(one.contentEquals(many));
      assertTrue(oneLoss.asRow().contentEquals(manyLoss.asRow()));
    }
  }
}
