package org.sparse4j.train.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.random.Streams;

/**
 * Compares the gradients of a tape function with central differences.
 *
 * <p>The function's result is weighted and added up in double, so only the operators themselves
 * round to float32. The fourth-order difference with a wide step keeps both its own error (step^4)
 * and the rounding (2^-24 / step) near 1e-6.
 */
public final class GradientCheck {

  /** A function on a tape. */
  @FunctionalInterface
  public interface Function {
    Variable of(Tape tape, List<Variable> inputs);
  }

  private static final double STEP = 0x1p-5;

  private final Kernels kernels;
  private final Workspace workspace = Workspace.create();
  private final List<DenseMatrix> inputs = new ArrayList<>();
  private final List<Parameter> parameters = new ArrayList<>();
  private double tolerance = 2e-4;

  private GradientCheck(Kernels kernels) {
    this.kernels = kernels;
  }

  public static GradientCheck with(Kernels kernels) {
    return new GradientCheck(kernels);
  }

  public GradientCheck input(DenseMatrix value) {
    inputs.add(value);
    return this;
  }

  public GradientCheck parameter(Parameter parameter) {
    parameters.add(parameter);
    return this;
  }

  public GradientCheck tolerance(double relative) {
    tolerance = relative;
    return this;
  }

  /** Uniform numbers with |x| in [0.3, 1.3], away from kinks and poles. */
  public static DenseMatrix random(int rows, int columns, long seed) {
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, number(seed, (long) i * columns + j));
      }
    }
    return matrix;
  }

  public static float number(long seed, long index) {
    float size = 0.3f + (float) Streams.uniform(seed, 2 * index);
    return Streams.uniform(seed, 2 * index + 1) < 0.5 ? -size : size;
  }

  public static DenseMatrix positive(int rows, int columns, long seed) {
    DenseMatrix matrix = random(rows, columns, seed);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, Math.abs(matrix.get(i, j)));
      }
    }
    return matrix;
  }

  public void check(Function function) {
    Tape tape = Tape.of(kernels, workspace).poisonDeadMatrices(true);
    List<DenseMatrix> gradients = analytic(tape, function);
    DoubleSupplier loss = () -> loss(tape, function);
    for (int k = 0; k < inputs.size(); k++) {
      DenseMatrix input = inputs.get(k);
      compareMatrix("input " + k, input, gradients.get(k), loss);
    }
    for (Parameter parameter : parameters) {
      switch (parameter) {
        case DenseParameter dense ->
            compareMatrix(dense.name(), dense.value(), dense.gradient(), loss);
        case FlatParameter flat -> {
          float[] numbers = flat.values().array();
          for (int k = 0; k < numbers.length; k++) {
            int at = k;
            float old = numbers[at];
            double want =
                difference(shift -> {
                  numbers[at] = old + (float) (shift * STEP);
                  flat.values().markChanged();
                  return loss;
                });
            numbers[at] = old;
            flat.values().markChanged();
            compare(flat.name() + "[" + k + "]", want, flat.gradient().get(k));
          }
        }
      }
    }
  }

  private List<DenseMatrix> analytic(Tape tape, Function function) {
    // Two steps: the second one meets matrices that the first one has used and poisoned.
    List<DenseMatrix> gradients = new ArrayList<>();
    for (int step = 0; step < 2; step++) {
      gradients.clear();
      parameters.forEach(Parameter::zeroGradient);
      tape.startTraining(7);
      List<Variable> leaves = inputs.stream().map(tape::variable).toList();
      Variable y = function.of(tape, leaves);
      DenseMatrix weights = weights(y.rows(), y.columns());
      tape.backward(tape.sum(tape.multiply(y, tape.input(weights))));
      for (Variable leaf : leaves) {
        DenseMatrix gradient = leaf.gradient();
        requireZeroPadding(gradient);
        gradients.add(DenseMatrix.copyOf(gradient.view()));
      }
    }
    tape.end();
    return gradients;
  }

  private double loss(Tape tape, Function function) {
    tape.startTraining(7);
    List<Variable> leaves = inputs.stream().map(tape::variable).toList();
    Variable y = function.of(tape, leaves);
    requireZeroPadding(y.value());
    DenseMatrix weights = weights(y.rows(), y.columns());
    double sum = 0;
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        sum += (double) weights.get(i, j) * y.value().get(i, j);
      }
    }
    return sum;
  }

  private static DenseMatrix weights(int rows, int columns) {
    return random(rows, columns, 1234);
  }

  private static double difference(IntFunction<DoubleSupplier> shifted) {
    double near = shifted.apply(1).getAsDouble() - shifted.apply(-1).getAsDouble();
    double far = shifted.apply(2).getAsDouble() - shifted.apply(-2).getAsDouble();
    return (8 * near - far) / (12 * STEP);
  }

  private void compareMatrix(
      String name, DenseMatrix value, DenseMatrix gradient, DoubleSupplier loss) {
    for (int i = 0; i < value.rows(); i++) {
      for (int j = 0; j < value.columns(); j++) {
        int row = i;
        int column = j;
        float old = value.get(i, j);
        double want =
            difference(shift -> {
              value.set(row, column, old + (float) (shift * STEP));
              return loss;
            });
        value.set(i, j, old);
        compare(name + "[" + i + ", " + j + "]", want, gradient.get(i, j));
      }
    }
  }

  private void compare(String where, double want, double got) {
    assertEquals(want, got, tolerance * Math.max(1, Math.abs(want)), where + " on " + kernels);
  }

  public static void requireZeroPadding(DenseMatrix matrix) {
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = matrix.columns(); j < matrix.paddedColumns(); j++) {
        float padding =
            matrix
                .segment()
                .getAtIndex(
                    java.lang.foreign.ValueLayout.JAVA_FLOAT, (long) i * matrix.stride() + j);
        assertTrue(padding == 0, "padding of row " + i + " is " + padding);
      }
    }
  }
}
