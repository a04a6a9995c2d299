package org.sparse4j.train.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.sparse4j.train.autograd.GradientCheck.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.parameter.DenseParameter;

/** Operators of transformers: values against formulas in double, gradients against differences. */
@Tag("kernels")
class SequenceOperatorsTest {

  private final Tape tape = Tape.of(Kernels.best(), Workspace.create()).poisonDeadMatrices(true);

  static List<Kernels> providers() {
    return List.of(Kernels.best(), Kernels.scalar());
  }

  /** Heads, features of a head, sequences, columns of a sequence. */
  static Stream<Arguments> shapes() {
    int[][] shapes = {{1, 1, 1, 1}, {2, 3, 2, 1}, {2, 4, 1, 5}, {1, 2, 3, 16}, {3, 2, 2, 17}};
    List<Arguments> all = new ArrayList<>();
    for (Kernels kernels : providers()) {
      for (int[] shape : shapes) {
        for (boolean causal : new boolean[] {false, true}) {
          all.add(Arguments.of(kernels, shape[0], shape[1], shape[2], shape[3], causal));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void attention(Kernels kernels, int heads, int width, int batch, int time, boolean causal) {
    int rows = heads * width;
    int columns = batch * time;
    GradientCheck.with(kernels)
        .input(random(rows, columns, 1))
        .input(random(rows, columns, 2))
        .input(random(rows, columns, 3))
        .tolerance(4e-4)
        .check((tape, x) -> tape.attention(x.get(0), x.get(1), x.get(2), heads, time, causal));
    GradientCheck.with(kernels)
        .input(random(rows, columns, 4))
        .tolerance(2e-3)
        .check((tape, x) ->
            tape.add(x.get(0), tape.attention(x.get(0), x.get(0), x.get(0), heads, time, causal)));
    GradientCheck.with(kernels)
        .input(random(rows, columns, 1))
        .input(random(rows, columns, 2))
        .input(random(rows, columns, 3))
        .tolerance(8e-4)
        .check(
            (tape, x) -> tape.attention(x.get(0), x.get(1), x.get(2), heads, time, causal, 0.4f));
    DenseMatrix q = random(rows, columns, 1);
    DenseMatrix k = random(rows, columns, 2);
    DenseMatrix v = random(rows, columns, 3);
    Tape own = Tape.of(kernels, Workspace.create());
    own.startEvaluation();
    DenseMatrix got =
        own.attention(own.input(q), own.input(k), own.input(v), heads, time, causal).value();
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < heads; h++) {
        for (int t = 0; t < time; t++) {
          double[] want = attend(q, k, v, h * width, width, b * time, time, t, causal);
          for (int i = 0; i < width; i++) {
            assertEquals(want[i], got.get(h * width + i, b * time + t), 2e-6);
          }
        }
      }
    }
  }

  /** What one query of one head gets. */
  private static double[] attend(
      DenseMatrix q,
      DenseMatrix k,
      DenseMatrix v,
      int row,
      int width,
      int column,
      int time,
      int query,
      boolean causal) {
    double sum = 0;
    double[] result = new double[width];
    for (int s = 0; s < (causal ? query + 1 : time); s++) {
      double score = 0;
      for (int i = 0; i < width; i++) {
        score += (double) q.get(row + i, column + query) * k.get(row + i, column + s);
      }
      double weight = Math.exp(score / Math.sqrt(width));
      sum += weight;
      for (int i = 0; i < width; i++) {
        result[i] += weight * v.get(row + i, column + s);
      }
    }
    for (int i = 0; i < width; i++) {
      result[i] /= sum;
    }
    return result;
  }

  @Test
  void causalAttentionDoesNotSeeWhatComesLater() {
    DenseMatrix x = random(4, 10, 5);
    tape.startEvaluation();
    Variable before = tape.input(x);
    float[] early = tape.attention(before, before, before, 2, 5, true).value().toArray();
    for (int i = 0; i < 4; i++) {
      x.set(i, 3, 1000 * (i + 1)); // column 3 of the first sequence
    }
    tape.startEvaluation();
    Variable after = tape.input(x);
    DenseMatrix late = tape.attention(after, after, after, 2, 5, true).value();
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 3; j++) {
        assertEquals(early[10 * i + j], late.get(i, j), "row " + i + " column " + j);
      }
      for (int j = 5; j < 10; j++) {
        assertEquals(early[10 * i + j], late.get(i, j), "row " + i + " column " + j);
      }
      assertEquals(1000 * (i + 1), late.get(i, 3));
    }
  }

  /** With values of 1 a result is the sum of the kept probabilities. */
  @Test
  void attentionDropsProbabilitiesInTrainingOnly() {
    DenseMatrix ones = DenseMatrix.zeros(2, 400);
    ones.fill(1);
    DenseMatrix zeros = DenseMatrix.zeros(2, 400);
    tape.startTraining(5);
    Variable same = tape.input(zeros);
    float[] kept =
        tape.attention(same, same, tape.input(ones), 1, 20, false, 0.25f).value().toArray();
    double sum = 0;
    for (float value : kept) {
      double count = value * 20 * 0.75; // each of 20 equal probabilities is dropped or 4/3 as large
      assertEquals(Math.rint(count), count, 1e-4);
      sum += value;
    }
    assertEquals(1, sum / kept.length, 0.02);
    tape.startTraining(5);
    same = tape.input(zeros);
    assertArrayEquals(
        kept, tape.attention(same, same, tape.input(ones), 1, 20, false, 0.25f).value().toArray());
    tape.startEvaluation();
    same = tape.input(zeros);
    for (float value :
        tape.attention(same, same, tape.input(ones), 1, 20, false, 0.25f).value().toArray()) {
      assertEquals(1, value, 1e-6);
    }
  }

  @Test
  void attentionDoesNotDependOnTheNumberOfThreads() {
    float[][] one = attentionOn(Threads.caller());
    for (int count : new int[] {2, 4}) {
      try (WorkerTeam team = WorkerTeam.of(count)) {
        float[][] many = attentionOn(team);
        for (int part = 0; part < 4; part++) {
          assertArrayEquals(one[part], many[part], part + " on " + count + " threads");
        }
      }
    }
  }

  private static float[][] attentionOn(Threads threads) {
    Tape own = Tape.of(Kernels.best(), Workspace.on(threads)).poisonDeadMatrices(true);
    float[][] results = new float[4][];
    for (int step = 0; step < 3; step++) {
      own.startTraining(step);
      Variable q = own.variable(random(48, 7 * 33, 6));
      Variable k = own.variable(random(48, 7 * 33, 7));
      Variable v = own.variable(random(48, 7 * 33, 8));
      Variable o = own.attention(q, k, v, 3, 33, true, 0.1f);
      own.backward(own.sum(own.multiply(o, own.input(random(48, 7 * 33, 9)))));
      results =
          new float[][] {
            o.value().toArray(),
            q.gradient().toArray(),
            k.gradient().toArray(),
            v.gradient().toArray()
          };
    }
    return results;
  }

  @ParameterizedTest
  @MethodSource("providers")
  void embedding(Kernels kernels) {
    int[] tokens = {4, 0, 4, 2, 4, 9};
    DenseParameter table = DenseParameter.of("table", random(5, 3, 10), true);
    GradientCheck.with(kernels)
        .input(random(5, 3, 11))
        .parameter(table)
        .check((tape, x) ->
            tape.add(
                tape.embedding(x.get(0), tokens, 5),
                tape.embedding(tape.parameter(table), tokens, 5)));
    GradientCheck.with(kernels)
        .input(random(5, 17, 12))
        .check((tape, x) -> tape.embedding(x.get(0), tokens, 1));
  }

  @Test
  void embeddingCopiesRowsAndAddsGradientsOfEqualTokens() {
    tape.startTraining(0);
    Variable table = tape.variable(DenseMatrix.copyOf(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
    int[] tokens = {2, 0, 2, 77};
    Variable y = tape.embedding(table, tokens, 3);
    tokens[0] = 1; // not kept
    assertArrayEquals(new float[] {5, 1, 5, 6, 2, 6}, y.value().toArray());
    Variable weights = tape.input(DenseMatrix.copyOf(new float[][] {{1, 2, 4}, {8, 16, 32}}));
    tape.backward(tape.sum(tape.multiply(y, weights)));
    assertArrayEquals(new float[] {2, 16, 0, 0, 5, 40}, table.gradient().toArray());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void normsAndGates(Kernels kernels) {
    for (int[] shape : new int[][] {{1, 1}, {5, 1}, {3, 16}, {7, 5}, {2, 33}}) {
      int m = shape[0];
      int n = shape[1];
      DenseParameter gamma = DenseParameter.of("gamma", random(1, m, 13), false);
      GradientCheck.with(kernels)
          .input(random(m, n, 14))
          .input(random(1, m, 15))
          .parameter(gamma)
          .tolerance(1e-3)
          .check((tape, x) ->
              tape.add(
                  tape.rmsNorm(x.get(0), x.get(1), 0.1f),
                  tape.rmsNorm(x.get(0), tape.parameter(gamma), 0.1f)));
      GradientCheck.with(kernels)
          .input(random(m, n, 16))
          .input(random(m, n, 17))
          .check((tape, x) -> tape.swiGlu(x.get(0), x.get(1)));
      GradientCheck.with(kernels)
          .input(random(m, n, 16))
          .check((tape, x) -> tape.swiGlu(x.get(0), x.get(0)));
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void crossEntropyWithIgnoredTargets(Kernels kernels) {
    int[] labels = {2, -1, 0, -1, 4, 1, -1};
    GradientCheck check = GradientCheck.with(kernels).input(random(5, 7, 18));
    check.check((tape, x) -> tape.crossEntropy(x.get(0), labels, 0, -1));
    check.check((tape, x) -> tape.crossEntropy(x.get(0), labels, 0.2f, -1));
  }

  @Test
  void ignoredTargetsTakeNoPart() {
    DenseMatrix logits = random(3, 4, 19);
    DenseMatrix kept = DenseMatrix.zeros(3, 2);
    for (int i = 0; i < 3; i++) {
      kept.set(i, 0, logits.get(i, 1));
      kept.set(i, 1, logits.get(i, 3));
      logits.set(i, 0, Float.NaN);
      logits.set(i, 2, Float.POSITIVE_INFINITY);
    }
    tape.startTraining(0);
    Variable x = tape.variable(logits);
    Variable loss = tape.crossEntropy(x, new int[] {-100, 2, -100, 1}, 0.1f, -100);
    assertEquals(
        tape.crossEntropy(tape.input(kept), new int[] {2, 1}, 0.1f).scalar(), loss.scalar());
    tape.backward(loss);
    for (int i = 0; i < 3; i++) {
      assertEquals(0, x.gradient().get(i, 0));
      assertEquals(0, x.gradient().get(i, 2));
    }
    tape.startTraining(1);
    Variable again = tape.variable(logits);
    Variable nothing = tape.crossEntropy(again, new int[] {7, 7, 7, 7}, 0, 7);
    assertEquals(0, nothing.scalar());
    tape.backward(nothing);
    assertArrayEquals(new float[12], again.gradient().toArray());
  }

  private void assertRejects(String message, Runnable operation) {
    tape.startTraining(0);
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, operation::run).getMessage());
  }

  private Variable zeros(int rows, int columns) {
    return tape.input(DenseMatrix.zeros(rows, columns));
  }

  @Test
  void saysWhatDoesNotFit() {
    assertRejects(
        "attention: shapes must be equal; a is 4x6, b is 4x5",
        () -> tape.attention(zeros(4, 6), zeros(4, 6), zeros(4, 5), 2, 3, true));
    assertRejects(
        "attention: heads (3) must divide the features; Q is 4x6",
        () -> tape.attention(zeros(4, 6), zeros(4, 6), zeros(4, 6), 3, 3, true));
    assertRejects(
        "attention: time (4) must divide the columns; Q is 4x6",
        () -> tape.attention(zeros(4, 6), zeros(4, 6), zeros(4, 6), 2, 4, true));
    assertRejects(
        "attention: rate (1.0) must be in [0, 1)",
        () -> tape.attention(zeros(4, 6), zeros(4, 6), zeros(4, 6), 2, 3, true, 1));
    assertRejects(
        "embedding: tokens[1] (5) must be between 0 and 4; the table is 5x2",
        () -> tape.embedding(zeros(5, 2), new int[] {4, 5}, 2));
    assertRejects(
        "embedding: count (3) must be between 0 and the number of tokens (2)",
        () -> tape.embedding(zeros(5, 2), new int[] {4, 3}, 3));
    assertRejects(
        "rmsNorm: gamma must be 1x4, one element a row of X; gamma is 1x3, X is 4x2",
        () -> tape.rmsNorm(zeros(4, 2), zeros(1, 3), 1e-5f));
    assertRejects(
        "swiGlu: shapes must be equal; a is 4x2, b is 4x3",
        () -> tape.swiGlu(zeros(4, 2), zeros(4, 3)));
    assertRejects(
        "crossEntropy: labels[1] (-2) must be between 0 and 2; logits are 3x2",
        () -> tape.crossEntropy(zeros(3, 2), new int[] {-1, -2}, 0, -1));
  }
}
