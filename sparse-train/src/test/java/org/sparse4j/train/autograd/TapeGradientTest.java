package org.sparse4j.train.autograd;

import static org.sparse4j.train.autograd.GradientCheck.positive;
import static org.sparse4j.train.autograd.GradientCheck.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.parameter.ValuesParameter;
import org.sparse4j.train.random.Streams;

/** Every operator against central differences, on both providers. */
@Tag("kernels")
class TapeGradientTest {

  static Stream<Arguments> cases() {
    int[][] shapes = {{1, 1}, {1, 17}, {5, 1}, {3, 16}, {7, 5}};
    List<Arguments> all = new ArrayList<>();
    for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
      for (int[] shape : shapes) {
        all.add(Arguments.of(kernels, shape[0], shape[1]));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void twoOperands(Kernels kernels, int m, int n) {
    GradientCheck check = GradientCheck.with(kernels).input(random(m, n, 1)).input(random(m, n, 2));
    check.check((tape, x) -> tape.add(x.get(0), x.get(1)));
    check.check((tape, x) -> tape.subtract(x.get(0), x.get(1)));
    check.check((tape, x) -> tape.multiply(x.get(0), x.get(1)));
    check.check((tape, x) -> tape.meanSquaredError(x.get(0), x.get(1)));
    check.check((tape, x) -> tape.concatenateRows(List.of(x.get(0), x.get(1), x.get(0))));
    // Second derivatives of 1 / b reach 1 / 0.3^3.
    check.tolerance(2e-3).check((tape, x) -> tape.divide(x.get(0), x.get(1)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneOperand(Kernels kernels, int m, int n) {
    GradientCheck check = GradientCheck.with(kernels).input(random(m, n, 3));
    check.check((tape, x) -> tape.scale(-2.5f, x.get(0)));
    check.check((tape, x) -> tape.exp(x.get(0)));
    check.check((tape, x) -> tape.square(x.get(0)));
    check.check((tape, x) -> tape.sum(x.get(0)));
    check.check((tape, x) -> tape.mean(x.get(0)));
    check.check((tape, x) -> tape.rows(x.get(0), m / 3, m));
    check.check((tape, x) -> tape.dropout(0.4f, x.get(0)));
    check.check((tape, x) -> tape.softmax(x.get(0)));
    check.check((tape, x) -> tape.logSoftmax(x.get(0)));
    for (Activation function : Activation.values()) {
      check.check((tape, x) -> tape.activate(function, x.get(0)));
    }
    GradientCheck above = GradientCheck.with(kernels).input(positive(m, n, 4)).tolerance(2e-3);
    above.check((tape, x) -> tape.log(x.get(0)));
    above.check((tape, x) -> tape.sqrt(x.get(0)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void crossEntropy(Kernels kernels, int m, int n) {
    int[] labels = labels(m, n);
    GradientCheck check = GradientCheck.with(kernels).input(random(m, n, 5));
    check.check((tape, x) -> tape.crossEntropy(x.get(0), labels, 0));
    check.check((tape, x) -> tape.crossEntropy(x.get(0), labels, 0.2f));
  }

  private static int[] labels(int classes, int batch) {
    int[] labels = new int[batch];
    for (int j = 0; j < batch; j++) {
      labels[j] = Streams.below(11, j, classes);
    }
    return labels;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void biasAndLayerNorm(Kernels kernels, int m, int n) {
    GradientCheck check = GradientCheck.with(kernels).input(random(m, n, 6)).input(random(1, m, 7));
    check.check((tape, x) -> tape.addBias(x.get(0), x.get(1)));
    GradientCheck norm =
        GradientCheck.with(kernels)
            .input(random(m, n, 8))
            .input(random(1, m, 9))
            .input(random(1, m, 10))
            .tolerance(1e-3);
    norm.check((tape, x) -> tape.layerNorm(x.get(0), x.get(1), x.get(2), 0.1f));
    DenseParameter gamma = DenseParameter.of("gamma", random(1, m, 9), false);
    DenseParameter beta = DenseParameter.bias("beta", m);
    GradientCheck.with(kernels)
        .input(random(m, n, 8))
        .parameter(gamma)
        .parameter(beta)
        .tolerance(1e-3)
        .check((tape, x) ->
            tape.layerNorm(x.get(0), tape.parameter(gamma), tape.parameter(beta), 0.1f));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void products(Kernels kernels, int m, int n) {
    int k = 4;
    GradientCheck.with(kernels)
        .input(random(m, k, 11))
        .input(random(k, n, 12))
        .check((tape, x) -> tape.matmul(GemmForm.AB, x.get(0), x.get(1)));
    GradientCheck.with(kernels)
        .input(random(k, m, 13))
        .input(random(k, n, 14))
        .check((tape, x) -> tape.matmul(GemmForm.ATB, x.get(0), x.get(1)));
    GradientCheck.with(kernels)
        .input(random(m, k, 15))
        .input(random(n, k, 16))
        .check((tape, x) -> tape.matmul(GemmForm.ABT, x.get(0), x.get(1)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void denseAffine(Kernels kernels, int m, int n) {
    DenseParameter weight = DenseParameter.of("weight", random(m, 6, 17), true);
    DenseParameter bias = DenseParameter.of("bias", random(1, m, 18), false);
    for (Activation function : Activation.values()) {
      Affine map = Affine.dense(weight).bias(bias).activation(function);
      affine(kernels, map, n, weight, bias);
    }
    affine(kernels, Affine.dense(weight), n, weight);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sparseAffine(Kernels kernels, int m, int n) {
    SparseParameter weight = SparseParameter.of("weight", sparse(m, 6));
    DenseParameter bias = DenseParameter.of("bias", random(1, m, 18), false);
    for (Activation function : Activation.values()) {
      Affine map = Affine.sparse(weight).bias(bias).activation(function);
      affine(kernels, map, n, weight, bias);
    }
    affine(kernels, Affine.sparse(weight), n, weight);
  }

  /** About half of the positions, among them an empty row. */
  private static CsrMatrix sparse(int m, int k) {
    var builder = CsrMatrix.builder(m, k);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < k; j++) {
        if (i != 2 && (i + j) % 2 == 0) {
          builder.add(i, j, GradientCheck.number(19, (long) i * k + j));
        }
      }
    }
    return builder.build();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void openAffine(Kernels kernels, int m, int n) {
    Diagonal diagonal = new Diagonal(kernels, random(1, 6, 20).toArray());
    ValuesParameter values = ValuesParameter.of("diagonal", diagonal.values, true);
    DenseParameter bias = DenseParameter.of("bias", random(1, 6, 21), false);
    for (Activation function : Activation.values()) {
      Affine map = Affine.of(diagonal, List.of(values)).bias(bias).activation(function);
      affine(kernels, map, n, values, bias);
    }
  }

  /** The map alone, twice with the same weights, and its result used twice. */
  private static void affine(
      Kernels kernels, Affine map, int n, org.sparse4j.train.parameter.Parameter... parameters) {
    GradientCheck check =
        GradientCheck.with(kernels)
            .input(awayFromKinks(kernels, map, n, 22))
            .input(awayFromKinks(kernels, map, n, 23))
            .tolerance(4e-4);
    for (var parameter : parameters) {
      check.parameter(parameter);
    }
    check.check((tape, x) -> tape.affine(map, x.get(0)));
    check.check((tape, x) -> {
      Variable y = tape.affine(map, x.get(0));
      return tape.add(tape.multiply(y, y), tape.affine(map, x.get(1)));
    });
  }

  /** Inputs for which no output is so near 0 that a shift of one number crosses it. */
  private static DenseMatrix awayFromKinks(Kernels kernels, Affine map, int n, long seed) {
    Tape tape = Tape.of(kernels, Workspace.create());
    Affine inner = map.activation(Activation.IDENTITY);
    for (long attempt = 0; ; attempt++) {
      DenseMatrix x = random(map.columns(), n, Streams.derive(seed, attempt));
      tape.startEvaluation();
      if (map.activation() != Activation.RELU || farFromZero(tape.affine(inner, tape.input(x)))) {
        return x;
      }
      for (int j = 0; j < n; j++) {
        // Large batches rarely succeed as a whole: search every sample on its own.
        column(tape, inner, x, j, seed);
      }
      return x;
    }
  }

  private static void column(Tape tape, Affine inner, DenseMatrix x, int j, long seed) {
    for (long attempt = 0; ; attempt++) {
      DenseMatrix single = random(x.rows(), 1, Streams.derive(seed + j, attempt));
      tape.startEvaluation();
      if (farFromZero(tape.affine(inner, tape.input(single)))) {
        for (int i = 0; i < x.rows(); i++) {
          x.set(i, j, single.get(i, 0));
        }
        return;
      }
    }
  }

  private static boolean farFromZero(Variable y) {
    for (float value : y.value().toArray()) {
      if (Math.abs(value) < 0.1f) {
        return false;
      }
    }
    return true;
  }

  /** A user's operator: a trainable diagonal matrix. */
  private static final class Diagonal implements LinearOperator {
    private final Kernels kernels;
    private final FloatValues values;

    Diagonal(Kernels kernels, float[] diagonal) {
      this.kernels = kernels;
      this.values = FloatValues.wrap(diagonal);
    }

    @Override
    public int rows() {
      return values.length();
    }

    @Override
    public int columns() {
      return values.length();
    }

    @Override
    public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
      for (int i = 0; i < rows(); i++) {
        kernels.dense().scale(workspace, values.get(i), x.rows(i, i + 1), y.rows(i, i + 1));
      }
    }

    @Override
    public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
      apply(workspace, x, y);
    }

    @Override
    public List<FloatValues> parameters() {
      return List.of(values);
    }

    @Override
    public void parameterGradient(
        Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
      DenseMatrix product = DenseMatrix.zeros(x.rows(), x.columns());
      kernels.dense().multiply(workspace, x, dy, product);
      DenseVector sums = DenseVector.zeros(x.rows());
      kernels.dense().rowSums(workspace, product, sums);
      System.arraycopy(sums.toArray(), 0, gradients.get(0).array(), 0, rows());
    }
  }
}
