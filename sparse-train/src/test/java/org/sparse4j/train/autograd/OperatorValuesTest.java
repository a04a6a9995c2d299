package org.sparse4j.train.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.GemmForm;

/** Every operator's result against plain double arithmetic. */
@Tag("kernels")
class OperatorValuesTest {

  static Stream<Arguments> cases() {
    return Stream.of(Kernels.best(), Kernels.scalar())
        .flatMap(kernels ->
            Stream.of(
                Arguments.of(kernels, 1, 1),
                Arguments.of(kernels, 4, 17),
                Arguments.of(kernels, 33, 3)));
  }

  private static void assertEach(Variable got, DenseMatrix x, DenseUnary want) {
    GradientCheck.requireZeroPadding(got.value());
    for (int i = 0; i < got.rows(); i++) {
      for (int j = 0; j < got.columns(); j++) {
        double expected = want.at(x, i, j);
        assertEquals(expected, got.value().get(i, j), 3e-6 * Math.max(1, Math.abs(expected)));
      }
    }
  }

  @FunctionalInterface
  private interface DenseUnary {
    double at(DenseMatrix x, int row, int column);
  }

  private static DenseUnary each(DoubleUnaryOperator f) {
    return (x, i, j) -> f.applyAsDouble(x.get(i, j));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void elementWise(Kernels kernels, int m, int n) {
    Tape tape = Tape.of(kernels, Workspace.create());
    tape.startEvaluation();
    DenseMatrix x = GradientCheck.random(m, n, 1);
    Variable v = tape.input(x);
    assertEach(tape.scale(-3, v), x, each(a -> -3 * a));
    assertEach(tape.exp(v), x, each(Math::exp));
    assertEach(tape.square(v), x, each(a -> a * a));
    assertEach(tape.activate(Activation.RELU, v), x, each(a -> Math.max(a, 0)));
    assertEach(tape.activate(Activation.TANH, v), x, each(Math::tanh));
    assertEach(tape.activate(Activation.SIGMOID, v), x, each(a -> 1 / (1 + Math.exp(-a))));
    assertEach(tape.activate(Activation.SILU, v), x, each(a -> a / (1 + Math.exp(-a))));
    DenseMatrix above = GradientCheck.positive(m, n, 2);
    Variable p = tape.input(above);
    assertEach(tape.log(p), above, each(Math::log));
    assertEach(tape.sqrt(p), above, each(Math::sqrt));
    DenseMatrix y = GradientCheck.random(m, n, 3);
    Variable w = tape.input(y);
    assertEach(tape.add(v, w), x, both(y, Double::sum));
    assertEach(tape.subtract(v, w), x, both(y, (a, b) -> a - b));
    assertEach(tape.multiply(v, w), x, both(y, (a, b) -> a * b));
    assertEach(tape.divide(v, w), x, both(y, (a, b) -> a / b));
  }

  private static DenseUnary both(DenseMatrix y, DoubleBinaryOperator f) {
    return (x, i, j) -> f.applyAsDouble(x.get(i, j), y.get(i, j));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rowsAndColumns(Kernels kernels, int m, int n) {
    Tape tape = Tape.of(kernels, Workspace.create());
    tape.startEvaluation();
    DenseMatrix x = GradientCheck.random(m, n, 4);
    DenseMatrix b = GradientCheck.random(1, m, 5);
    Variable v = tape.input(x);
    assertEach(tape.addBias(v, tape.input(b)), x, (a, i, j) -> a.get(i, j) + b.get(0, i));
    assertEach(tape.softmax(v), x, (a, i, j) -> Math.exp(a.get(i, j)) / total(a, j));
    assertEach(tape.logSoftmax(v), x, (a, i, j) -> a.get(i, j) - Math.log(total(a, j)));
    assertEach(
        tape.layerNorm(v, tape.input(b), tape.input(b), 1e-3f),
        x,
        (a, i, j) -> b.get(0, i) * (normal(a, i, j, 1e-3) + 1));
    assertEach(tape.rows(v, m / 2, m), x, (a, i, j) -> a.get(m / 2 + i, j));
    assertEach(
        tape.concatenateRows(List.of(v, tape.rows(v, 0, 1))), x, (a, i, j) -> a.get(i % m, j));
    assertEach(
        tape.matmul(GemmForm.ABT, v, v),
        x,
        (a, i, j) -> {
          double sum = 0;
          for (int p = 0; p < a.columns(); p++) {
            sum += (double) a.get(i, p) * a.get(j, p);
          }
          return sum;
        });
  }

  private static double total(DenseMatrix x, int column) {
    double sum = 0;
    for (int i = 0; i < x.rows(); i++) {
      sum += Math.exp(x.get(i, column));
    }
    return sum;
  }

  private static double normal(DenseMatrix x, int row, int column, double epsilon) {
    double mean = 0;
    for (int i = 0; i < x.rows(); i++) {
      mean += x.get(i, column) / x.rows();
    }
    double variance = 0;
    for (int i = 0; i < x.rows(); i++) {
      variance += (x.get(i, column) - mean) * (x.get(i, column) - mean) / x.rows();
    }
    return (x.get(row, column) - mean) / Math.sqrt(variance + epsilon);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void reductions(Kernels kernels, int m, int n) {
    Tape tape = Tape.of(kernels, Workspace.create());
    tape.startEvaluation();
    DenseMatrix x = GradientCheck.random(m, n, 6);
    DenseMatrix y = GradientCheck.random(m, n, 7);
    double sum = 0;
    double squares = 0;
    double entropy = 0;
    int[] labels = new int[n];
    for (int j = 0; j < n; j++) {
      labels[j] = j % m;
      entropy += (Math.log(total(x, j)) - x.get(labels[j], j)) / n;
      for (int i = 0; i < m; i++) {
        sum += x.get(i, j);
        squares += Math.pow((double) x.get(i, j) - y.get(i, j), 2) / (m * n);
      }
    }
    Variable v = tape.input(x);
    assertEquals(sum, tape.sum(v).scalar(), 1e-5 * m * n);
    assertEquals(sum / (m * n), tape.mean(v).scalar(), 1e-5);
    assertEquals(squares, tape.meanSquaredError(v, tape.input(y)).scalar(), 1e-5);
    assertEquals(entropy, tape.crossEntropy(v, labels, 0).scalar(), 1e-5);
  }
}
