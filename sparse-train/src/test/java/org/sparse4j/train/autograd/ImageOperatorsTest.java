package org.sparse4j.train.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparse4j.train.autograd.GradientCheck.random;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.parameter.DenseParameter;

/** Operators of images and tokens: values against formulas, gradients against differences. */
@Tag("kernels")
class ImageOperatorsTest {

  private final Tape tape = Tape.of(Kernels.best(), Workspace.create()).poisonDeadMatrices(true);

  static List<Kernels> providers() {
    return List.of(Kernels.best(), Kernels.scalar());
  }

  static Stream<Arguments> windows() {
    Window[] windows = {
      new Window(1, 1, 1, 1, 1, 1, 0),
      new Window(2, 3, 3, 2, 2, 1, 0),
      new Window(1, 5, 4, 3, 2, 2, 1),
      new Window(2, 4, 5, 3, 3, 1, 1),
      new Window(3, 2, 2, 2, 2, 2, 1),
      new Window(1, 3, 7, 3, 7, 1, 0),
    };
    List<Arguments> all = new ArrayList<>();
    for (Kernels kernels : providers()) {
      for (Window window : windows) {
        for (int batch : new int[] {1, 3}) {
          all.add(Arguments.of(kernels, window, batch));
        }
      }
    }
    return all.stream();
  }

  /** Numbers of a column that are 0.15 apart, so that no shift changes which one is largest. */
  private static DenseMatrix apart(int rows, int columns) {
    int prime = 211;
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, 0.15f * ((i * 89 + j * 31 + 7) % prime) - 10);
      }
    }
    return matrix;
  }

  /** The pixel under element (y, x) of window p, or null in the padding. */
  private static Float pixel(Window w, DenseMatrix image, int c, int p, int y, int x, int b) {
    int row = p / w.outputWidth() * w.stride() - w.padding() + y;
    int column = p % w.outputWidth() * w.stride() - w.padding() + x;
    boolean inside = row >= 0 && row < w.height() && column >= 0 && column < w.width();
    return inside ? image.get((c * w.height() + row) * w.width() + column, b) : null;
  }

  @ParameterizedTest
  @MethodSource("windows")
  void windows(Kernels kernels, Window w, int batch) {
    DenseMatrix image = apart(w.inputs(), batch);
    Tape own = Tape.of(kernels, Workspace.create());
    own.startEvaluation();
    Variable x = own.input(image);
    DenseMatrix patches = own.patches(w, x).value();
    DenseMatrix largest = own.maxPool(w, x).value();
    DenseMatrix mean = own.averagePool(w, x).value();
    assertEquals(w.patch(), patches.rows());
    for (int c = 0; c < w.channels(); c++) {
      for (int p = 0; p < w.positions(); p++) {
        for (int b = 0; b < batch; b++) {
          float max = Float.NEGATIVE_INFINITY;
          double sum = 0;
          int count = 0;
          for (int y = 0; y < w.kernelHeight(); y++) {
            for (int z = 0; z < w.kernelWidth(); z++) {
              Float want = pixel(w, image, c, p, y, z, b);
              int row = (c * w.kernelHeight() + y) * w.kernelWidth() + z;
              assertEquals(want == null ? 0 : want, patches.get(row, p * batch + b));
              if (want != null) {
                max = Math.max(max, want);
                sum += want;
                count++;
              }
            }
          }
          assertEquals(max, largest.get(c * w.positions() + p, b));
          assertEquals(sum / count, mean.get(c * w.positions() + p, b), 1e-5);
        }
      }
    }
    GradientCheck check = GradientCheck.with(kernels).input(image).tolerance(1e-3);
    check.check((tape, v) -> tape.patches(w, v.get(0)));
    check.check((tape, v) -> tape.maxPool(w, v.get(0)));
    check.check((tape, v) -> tape.averagePool(w, v.get(0)));
  }

  @Test
  void theFirstOfEqualPixelsGetsTheGradientAndNanIsKept() {
    Window w = new Window(1, 2, 2, 2, 2, 1, 0);
    tape.startTraining(0);
    Variable x =
        tape.variable(DenseMatrix.copyOf(new float[][] {{1, 1}, {2, Float.NaN}, {2, 3}, {0, 4}}));
    Variable y = tape.maxPool(w, x);
    assertArrayEquals(new float[] {2, Float.NaN}, y.value().toArray());
    tape.backward(tape.sum(tape.scale(5, y)));
    assertArrayEquals(new float[] {0, 0, 5, 5, 0, 0, 0, 0}, x.gradient().toArray());
  }

  @Test
  void ordersOfTokens() {
    tape.startEvaluation();
    // Two features, positions 0 to 2 of samples 0 and 1: element (d, p, b) is 100 d + 10 p + b.
    Variable x =
        tape.input(
            DenseMatrix.copyOf(
                new float[][] {{0, 1, 10, 11, 20, 21}, {100, 101, 110, 111, 120, 121}}));
    assertArrayEquals(
        new float[] {0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121},
        tape.positionsToRows(x, 3).value().toArray());
    assertEquals(6, tape.positionsToRows(x, 3).rows());
    Variable tokens = tape.positionsToTokens(x, 3);
    assertArrayEquals(
        new float[] {0, 10, 20, 1, 11, 21, 100, 110, 120, 101, 111, 121}, tokens.value().toArray());
    Variable swapped = tape.transposeTokens(tokens, 3);
    assertEquals(3, swapped.rows());
    assertArrayEquals(
        new float[] {0, 100, 1, 101, 10, 110, 11, 111, 20, 120, 21, 121},
        swapped.value().toArray());
    assertArrayEquals(tokens.value().toArray(), tape.transposeTokens(swapped, 2).value().toArray());
    assertArrayEquals(new float[] {10, 11, 110, 111}, tape.meanTokens(tokens, 3).value().toArray());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void ordersOfTokensHaveGradients(Kernels kernels) {
    for (int[] shape : new int[][] {{1, 1, 1}, {3, 4, 1}, {2, 5, 4}, {19, 3, 2}}) {
      int count = shape[1];
      GradientCheck check =
          GradientCheck.with(kernels).input(random(shape[0], count * shape[2], 31));
      List<UnaryOperator<Variable>> orders =
          List.of(
              x -> x.tape().positionsToRows(x, count),
              x -> x.tape().positionsToTokens(x, count),
              x -> x.tape().transposeTokens(x, count),
              x -> x.tape().meanTokens(x, count));
      for (UnaryOperator<Variable> order : orders) {
        check.check((tape, x) -> order.apply(x.get(0)));
        check.check((tape, x) -> order.apply(tape.add(x.get(0), tape.square(x.get(0)))));
      }
    }
  }

  private static BatchNormalization norm(DenseParameter[] parts, int channels, double epsilon) {
    parts[0] = DenseParameter.of("gamma", random(1, channels, 32), false);
    parts[1] = DenseParameter.of("beta", random(1, channels, 33), false);
    parts[2] = DenseParameter.bias("mean", channels);
    parts[3] = DenseParameter.bias("variance", channels);
    parts[3].value().fill(1);
    return BatchNormalization.of(parts[0], parts[1], parts[2], parts[3], 0.1, epsilon);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void batchNorm(Kernels kernels) {
    for (int[] shape : new int[][] {{1, 1, 1}, {2, 1, 5}, {2, 3, 1}, {3, 2, 17}, {1, 4, 4}}) {
      DenseParameter[] parts = new DenseParameter[4];
      BatchNormalization norm = norm(parts, shape[0], 0.1);
      GradientCheck.with(kernels)
          .input(random(shape[0] * shape[1], shape[2], 34))
          .parameter(parts[0])
          .parameter(parts[1])
          .tolerance(2e-3)
          .check((tape, x) -> tape.batchNorm(norm, x.get(0)));
      GradientCheck.with(kernels)
          .input(random(shape[0] * shape[1], shape[2], 34))
          .tolerance(2e-3)
          .check((tape, x) -> tape.add(x.get(0), tape.batchNorm(norm, tape.square(x.get(0)))));
    }
  }

  @Test
  void batchNormTakesTheBatchInTrainingAndRunningNumbersInEvaluation() {
    DenseParameter[] parts = new DenseParameter[4];
    BatchNormalization norm = norm(parts, 1, 1e-5);
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1, 2}, {3, 6}});
    tape.startTraining(0);
    DenseMatrix y = tape.batchNorm(norm, tape.input(x)).value();
    float gamma = parts[0].value().get(0, 0);
    float beta = parts[1].value().get(0, 0);
    // Mean 3, variance 14 / 4, unbiased 14 / 3.
    double unit = 1 / Math.sqrt(3.5 + 1e-5);
    assertEquals(gamma * -2 * unit + beta, y.get(0, 0), 1e-6);
    assertEquals(gamma * 3 * unit + beta, y.get(1, 1), 1e-6);
    assertEquals(0.3f, parts[2].value().get(0, 0), 1e-7);
    assertEquals(0.9 + 0.1 * 14 / 3, parts[3].value().get(0, 0), 1e-6);
    tape.startEvaluation();
    y = tape.batchNorm(norm, tape.input(x)).value();
    double running = 1 / Math.sqrt(0.9 + 1.4 / 3 + 1e-5);
    assertEquals(gamma * (6 - 0.3) * running + beta, y.get(1, 1), 1e-6);
    assertEquals(0.3f, parts[2].value().get(0, 0), 1e-7, "an evaluation moves nothing");
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() {
    float[][] one = onThreads(Workspace.create());
    for (int count : new int[] {2, 4}) {
      try (WorkerTeam team = WorkerTeam.of(count)) {
        float[][] many = onThreads(Workspace.on(team));
        for (int r = 0; r < one.length; r++) {
          assertArrayEquals(one[r], many[r], r + " on " + count);
        }
      }
    }
  }

  private static float[][] onThreads(Workspace workspace) {
    Window w = new Window(6, 12, 11, 3, 3, 2, 1);
    Tape own = Tape.of(Kernels.best(), workspace);
    DenseParameter[] parts = new DenseParameter[4];
    BatchNormalization norm = norm(parts, 6, 1e-5);
    own.startTraining(0);
    Variable x = own.variable(random(w.inputs(), 33, 35));
    Variable y = own.batchNorm(norm, x);
    Variable patches = own.patches(w, y);
    Variable pooled = own.add(own.maxPool(w, y), own.averagePool(w, y));
    own.backward(own.add(own.sum(own.square(patches)), own.sum(own.square(pooled))));
    return new float[][] {
      patches.value().toArray(),
      pooled.value().toArray(),
      x.gradient().toArray(),
      parts[0].gradient().toArray(),
      parts[3].value().toArray()
    };
  }

  private void assertRejects(String message, Runnable operation) {
    tape.startTraining(0);
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, operation::run).getMessage());
  }

  @Test
  void saysWhatDoesNotFit() {
    Window w = new Window(2, 3, 4, 2, 2, 1, 0);
    assertRejects(
        "patches: rows of X (23) must equal channels * height * width (2 * 3 * 4)",
        () -> tape.patches(w, tape.input(DenseMatrix.zeros(23, 2))));
    assertRejects(
        "maxPool: rows of X (23) must equal channels * height * width (2 * 3 * 4)",
        () -> tape.maxPool(w, tape.input(DenseMatrix.zeros(23, 2))));
    assertRejects(
        "positionsToRows: positions (4) must divide the columns; X is 2x6",
        () -> tape.positionsToRows(tape.input(DenseMatrix.zeros(2, 6)), 4));
    assertRejects(
        "meanTokens: tokens (0) must divide the columns; X is 2x6",
        () -> tape.meanTokens(tape.input(DenseMatrix.zeros(2, 6)), 0));
    assertRejects("Window: stride (0) must be at least 1", () -> new Window(1, 3, 3, 2, 2, 0, 0));
    assertRejects(
        "Window: padding (2) must be at least 0 and below the window (2x3)",
        () -> new Window(1, 3, 3, 2, 3, 1, 2));
    assertRejects(
        "Window: window (6x3) must fit into the image (3x3) with padding 1",
        () -> new Window(1, 3, 3, 6, 3, 1, 1));
    DenseParameter[] parts = new DenseParameter[4];
    BatchNormalization norm = norm(parts, 4, 1e-5);
    assertRejects(
        "batchNorm: channels (4) must divide the rows; X is 6x2",
        () -> tape.batchNorm(norm, tape.input(DenseMatrix.zeros(6, 2))));
    assertRejects(
        "batchNorm: b (1x3) must be 1x4, like gamma (1x4)",
        () ->
            BatchNormalization.of(
                parts[0], DenseParameter.bias("b", 3), parts[2], parts[3], 0.1, 1e-5));
    assertRejects(
        "batchNorm: momentum (1.5) must be between 0 and 1",
        () -> BatchNormalization.of(parts[0], parts[1], parts[2], parts[3], 1.5, 1e-5));
    assertTrue(norm.toString().contains("4 channels"));
  }
}
