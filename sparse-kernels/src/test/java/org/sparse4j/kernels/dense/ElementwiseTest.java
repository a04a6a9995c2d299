package org.sparse4j.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.DenseKernels;

/** Element-wise operations and row sums against formulas in double. */
@Tag("kernels")
class ElementwiseTest {

  private static final int[][] SHAPES = {
    {0, 3}, {3, 0}, {1, 1}, {2, 15}, {3, 16}, {4, 17}, {2, 31}, {5, 33}, {3, 100}, {2, 128},
    {3, 200}
  };
  private static final float[] SPECIAL = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE
  };
  private static final long SEED = Long.getLong("sparse4j.test.seed", 7);

  private final Workspace workspace = Workspace.create();
  private final Random random = new Random(SEED);

  static Stream<DenseKernels> kernels() {
    return Stream.of(Kernels.best(), Kernels.scalar()).distinct().map(Kernels::dense);
  }

  @FunctionalInterface
  private interface Unary {
    void run(DenseMatrix x, DenseMatrix y);
  }

  @FunctionalInterface
  private interface Binary {
    void run(DenseMatrix a, DenseMatrix b, DenseMatrix c);
  }

  private void check(Unary operation, DoubleUnaryOperator formula, double scale, double tolerance) {
    for (int[] shape : SHAPES) {
      Guarded x = Guarded.of(shape[0], shape[1], () -> random.nextGaussian() * scale);
      Guarded y = Guarded.of(shape[0], shape[1], () -> Double.NaN);
      operation.run(x.matrix, y.matrix);
      for (int i = 0; i < shape[0]; i++) {
        for (int j = 0; j < shape[1]; j++) {
          double want = formula.applyAsDouble(x.matrix.get(i, j));
          Reference.close(want, y.matrix.get(i, j), tolerance);
        }
      }
      y.check();
      x.check();
      operation.run(x.matrix, x.matrix);
      assertTrue(x.matrix.contentEquals(y.matrix), "in place");
      x.check();
    }
  }

  private void check(Binary operation, DoubleBinaryOperator formula) {
    for (int[] shape : SHAPES) {
      Guarded a = Guarded.normal(shape[0], shape[1], random);
      Guarded b = Guarded.normal(shape[0], shape[1], random);
      Guarded c = Guarded.of(shape[0], shape[1], () -> Double.NaN);
      operation.run(a.matrix, b.matrix, c.matrix);
      for (int i = 0; i < shape[0]; i++) {
        for (int j = 0; j < shape[1]; j++) {
          double want = formula.applyAsDouble(a.matrix.get(i, j), b.matrix.get(i, j));
          assertEquals((float) want, c.matrix.get(i, j));
        }
      }
      c.check();
      operation.run(a.matrix, b.matrix, a.matrix);
      assertTrue(a.matrix.contentEquals(c.matrix), "in place");
      a.check();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void arithmeticIsRoundedOnce(DenseKernels dense) {
    check((a, b, c) -> dense.add(workspace, a, b, c), Double::sum);
    check((a, b, c) -> dense.subtract(workspace, a, b, c), (p, q) -> p - q);
    check((a, b, c) -> dense.multiply(workspace, a, b, c), (p, q) -> p * q);
    check((a, b, c) -> dense.divide(workspace, a, b, c), (p, q) -> p / q);
    check((x, y) -> dense.copy(workspace, x, y), x -> x, 1, 0);
    check((x, y) -> dense.scale(workspace, 0.3f, x, y), x -> (float) (0.3f * x), 1, 0);
    check((x, y) -> dense.sqrt(workspace, x, y), x -> (float) Math.sqrt(x), 1, 0);
    check((x, y) -> dense.fill(workspace, 2.5f, y), x -> 2.5, 1, 0);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void addScaledAddsWithOneRounding(DenseKernels dense) {
    Guarded x = Guarded.normal(5, 37, random);
    Guarded y = Guarded.normal(5, 37, random);
    DenseMatrix before = DenseMatrix.copyOf(y.matrix.view());
    dense.addScaled(workspace, -1.7f, x.matrix, y.matrix);
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 37; j++) {
        assertEquals(Math.fma(-1.7f, x.matrix.get(i, j), before.get(i, j)), y.matrix.get(i, j));
      }
    }
    y.check();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void infiniteFactorsLeaveThePaddingZero(DenseKernels dense) {
    Guarded x = Guarded.normal(3, 5, random);
    Guarded y = Guarded.normal(3, 5, random);
    dense.addScaled(workspace, Float.POSITIVE_INFINITY, x.matrix, y.matrix);
    y.check();
    dense.scale(workspace, Float.NaN, x.matrix, x.matrix);
    x.check();
    assertTrue(Float.isNaN(x.matrix.get(2, 4)));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void exponentialAndLogarithmAreWithinTwoUnits(DenseKernels dense) {
    check((x, y) -> dense.exp(workspace, x, y), Math::exp, 5, 1.2e-7);
    check((x, y) -> dense.log(workspace, x, y), Math::log, 3, 1.2e-7);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void activationsAreCloseToTheirFormulas(DenseKernels dense) {
    for (Activation f : Activation.values()) {
      check((x, y) -> dense.activate(workspace, f, x, y), x -> Reference.apply(f, x), 3, 5e-7);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void activationGradientsAreTheCentralDifferences(DenseKernels dense) {
    for (Activation f : Activation.values()) {
      for (int[] shape : SHAPES) {
        Guarded x = Guarded.of(shape[0], shape[1], () -> random.nextGaussian() * 2 + 1e-3);
        Guarded dy = Guarded.normal(shape[0], shape[1], random);
        Guarded dx = Guarded.of(shape[0], shape[1], () -> Double.NaN);
        dense.activateGradient(workspace, f, x.matrix, dy.matrix, dx.matrix);
        for (int i = 0; i < shape[0]; i++) {
          for (int j = 0; j < shape[1]; j++) {
            double at = x.matrix.get(i, j);
            if (f != Activation.RELU || Math.abs(at) > 1e-3) {
              double slope = dy.matrix.get(i, j);
              assertEquals(
                  slope * Reference.derivative(f, at),
                  dx.matrix.get(i, j),
                  2e-6 * (1 + Math.abs(slope)),
                  () -> f + "'(" + at + ")");
            }
          }
        }
        dx.check();
        dense.activateGradient(workspace, f, x.matrix, dy.matrix, dy.matrix);
        assertTrue(dy.matrix.contentEquals(dx.matrix), "in place");
        dy.check();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void reluHasSlopeZeroAtZero(DenseKernels dense) {
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{0f, -0f, 1f, -1f}});
    DenseMatrix d = DenseMatrix.copyOf(new float[][] {{5f, 5f, 5f, 5f}});
    dense.activateGradient(workspace, Activation.RELU, x, d, d);
    assertTrue(d.contentEquals(DenseMatrix.copyOf(new float[][] {{0f, 0f, 5f, 0f}})));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void specialNumbersGoThroughAsLimits(DenseKernels dense) {
    DenseMatrix x = DenseMatrix.copyOf(1, SPECIAL.length, SPECIAL);
    DenseMatrix y = DenseMatrix.zeros(1, SPECIAL.length);
    dense.exp(workspace, x, y);
    expect(y, Float.NaN, Float.POSITIVE_INFINITY, 0, 1, 1, 1, 1, 1, Float.POSITIVE_INFINITY, 0);
    dense.log(workspace, x, y);
    float infinity = Float.POSITIVE_INFINITY;
    float tiny = (float) Math.log(Float.MIN_VALUE);
    float small = (float) Math.log(Float.MIN_NORMAL);
    float most = (float) Math.log(Float.MAX_VALUE);
    expect(
        y, Float.NaN, infinity, Float.NaN, -infinity, -infinity, tiny, Float.NaN, small, most,
        Float.NaN);
    dense.activate(workspace, Activation.TANH, x, y);
    expect(y, Float.NaN, 1, -1, 0, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 1, -1);
    dense.activate(workspace, Activation.SIGMOID, x, y);
    expect(y, Float.NaN, 1, 0, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 1, 0);
    dense.activate(workspace, Activation.RELU, x, y);
    expect(
        y, Float.NaN, infinity, 0, 0, 0, Float.MIN_VALUE, 0, Float.MIN_NORMAL, Float.MAX_VALUE, 0);
  }

  private static void expect(DenseMatrix y, float... want) {
    for (int j = 0; j < want.length; j++) {
      Reference.close(want[j], y.get(0, j), 1e-7);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void dropoutDependsOnSeedRowAndColumnAlone(DenseKernels dense) {
    Guarded x = Guarded.of(40, 133, () -> 1);
    Guarded y = Guarded.of(40, 133, () -> Double.NaN);
    dense.dropout(workspace, 0.3f, 99, x.matrix, y.matrix);
    y.check();
    DenseMatrix narrow = DenseMatrix.zeros(40, 17);
    narrow.fill(1);
    dense.dropout(workspace, 0.3f, 99, narrow, narrow);
    DenseMatrix scalar = DenseMatrix.zeros(40, 133);
    Kernels.scalar().dense().dropout(workspace, 0.3f, 99, x.matrix, scalar);
    int kept = 0;
    for (int i = 0; i < 40; i++) {
      for (int j = 0; j < 133; j++) {
        float value = y.matrix.get(i, j);
        assertTrue(value == 0 || value == 1 / (1 - 0.3f));
        assertEquals(scalar.get(i, j), value);
        if (j < 17) {
          assertEquals(value, narrow.get(i, j));
        }
        kept += value == 0 ? 0 : 1;
      }
    }
    // Five standard deviations of the binomial distribution.
    double expected = 40 * 133 * 0.7;
    assertEquals(expected, kept, 5 * Math.sqrt(expected * 0.3));
    DenseMatrix other = DenseMatrix.zeros(40, 133);
    dense.dropout(workspace, 0.3f, 100, x.matrix, other);
    assertTrue(!other.contentEquals(y.matrix), "another seed, another choice");
    dense.dropout(workspace, 0, 1, x.matrix, other);
    assertTrue(other.contentEquals(x.matrix), "rate 0 keeps everything");
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void biasIsAddedToEverySampleAndItsGradientIsTheRowSum(DenseKernels dense) {
    for (int[] shape : SHAPES) {
      Guarded x = Guarded.integers(shape[0], shape[1], random);
      Guarded bias = Guarded.integers(1, shape[0], random);
      Guarded y = Guarded.of(shape[0], shape[1], () -> Double.NaN);
      Guarded sums = Guarded.of(1, shape[0], () -> Double.NaN);
      dense.addBias(workspace, x.matrix, bias.vector(), y.matrix);
      dense.rowSums(workspace, x.matrix, sums.vector());
      double total = 0;
      double squares = 0;
      for (int i = 0; i < shape[0]; i++) {
        float sum = 0;
        for (int j = 0; j < shape[1]; j++) {
          float value = x.matrix.get(i, j);
          assertEquals(value + bias.matrix.get(0, i), y.matrix.get(i, j));
          sum += value;
          squares += (double) value * value;
        }
        assertEquals(sum, sums.matrix.get(0, i));
        total += sum;
      }
      assertEquals(total, dense.sum(workspace, x.matrix));
      assertEquals(squares, dense.sumOfSquares(workspace, x.matrix));
      assertEquals(squares, dense.sumOfSquares(x.matrix.toArray()));
      y.check();
      sums.check();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void rowsAreScaledAndTheGradientOfTheFactorsIsTheDotOfTheRows(DenseKernels dense) {
    for (int[] shape : SHAPES) {
      Guarded x = Guarded.integers(shape[0], shape[1], random);
      Guarded dy = Guarded.integers(shape[0], shape[1], random);
      Guarded factors = Guarded.integers(1, shape[0], random);
      Guarded y = Guarded.of(shape[0], shape[1], () -> Double.NaN);
      Guarded dots = Guarded.of(1, shape[0], () -> Double.NaN);
      dense.scaleRows(workspace, x.matrix, factors.vector(), y.matrix);
      dense.rowDots(workspace, x.matrix, dy.matrix, dots.vector());
      for (int i = 0; i < shape[0]; i++) {
        float dot = 0;
        for (int j = 0; j < shape[1]; j++) {
          float value = x.matrix.get(i, j);
          assertEquals(value * factors.matrix.get(0, i), y.matrix.get(i, j));
          dot += value * dy.matrix.get(i, j);
        }
        assertEquals(dot, dots.matrix.get(0, i));
      }
      y.check();
      dots.check();
      dense.scaleRows(workspace, x.matrix, factors.vector(), x.matrix);
      assertTrue(x.matrix.contentEquals(y.matrix), "in place");
      Guarded infinite = Guarded.of(1, shape[0], () -> Double.POSITIVE_INFINITY);
      dense.scaleRows(workspace, x.matrix, infinite.vector(), y.matrix);
      y.check();
    }
  }

  @Test
  void namesWhatDoesNotFitRowFactors() {
    DenseKernels dense = Kernels.best().dense();
    DenseMatrix x = DenseMatrix.zeros(3, 5);
    DenseVector four = DenseVector.zeros(4);
    assertEquals(
        "scaleRows: length of factors (4) must equal rows of X (3); X is 3x5",
        assertThrows(IllegalArgumentException.class, () -> dense.scaleRows(workspace, x, four, x))
            .getMessage());
    assertEquals(
        "rowDots: length of dots (4) must equal rows of A (3); A is 3x5",
        assertThrows(IllegalArgumentException.class, () -> dense.rowDots(workspace, x, x, four))
            .getMessage());
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() {
    DenseKernels dense = Kernels.best().dense();
    DenseMatrix x = Guarded.normal(301, 301, random).matrix;
    DenseMatrix one = DenseMatrix.zeros(301, 301);
    DenseMatrix many = DenseMatrix.zeros(301, 301);
    DenseVector oneSum = DenseVector.zeros(301);
    DenseVector manySum = DenseVector.zeros(301);
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      Workspace parallel = Workspace.on(Threads.of(pool, 5));
      for (Activation f : Activation.values()) {
        dense.activate(workspace, f, x, one);
        dense.activate(parallel, f, x, many);
        assertTrue(one.contentEquals(many));
      }
      dense.dropout(workspace, 0.5f, 3, x, one);
      dense.dropout(parallel, 0.5f, 3, x, many);
      assertTrue(one.contentEquals(many));
      dense.rowSums(workspace, x, oneSum);
      dense.rowSums(parallel, x, manySum);
      assertTrue(oneSum.asRow().contentEquals(manySum.asRow()));
      dense.rowDots(workspace, x, x, oneSum);
      dense.rowDots(parallel, x, x, manySum);
      assertTrue(oneSum.asRow().contentEquals(manySum.asRow()));
      assertEquals(dense.sum(workspace, x), dense.sum(parallel, x));
      assertEquals(dense.sumOfSquares(workspace, x), dense.sumOfSquares(parallel, x));
    }
  }
}
