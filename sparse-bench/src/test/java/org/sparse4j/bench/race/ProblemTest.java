package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemTest {
  private static float[] product(Problem problem) {
    int n = problem.n();
    float[] y = new float[problem.m() * n];
    for (int row = 0; row < problem.m(); row++) {
      for (int t = 0; t < n; t++) {
        float sum = 0;
        for (int column = 0; column < problem.k(); column++) {
          sum += problem.weights()[row * problem.k() + column] * problem.inputs()[column * n + t];
        }
        y[row * n + t] = sum;
      }
    }
    return y;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.9, 0.98})
  void patternHoldsExactlyTheWeightsThatTheSparsityAsksFor(double sparsity) {
    RaceSpec spec = new RaceSpec(RaceOperation.SPMM, "csr", "37x53", 3, sparsity, 1);
    try (Problem problem = new Problem(spec)) {
      assertEquals(Math.round(37 * 53 * (1 - sparsity)), problem.nnz());
      assertEquals(problem.nnz(), problem.rowPointers()[37]);
      for (int row = 0; row < 37; row++) {
        for (int p = problem.rowPointers()[row]; p < problem.rowPointers()[row + 1]; p++) {
          assertEquals(
              problem.values()[p], problem.weights()[row * 53 + problem.columnIndices()[p]]);
        }
      }
    }
  }

  @Test
  void everyProcessDrawsTheSameOperands() {
    RaceSpec spec = RaceSpec.parse("spmm csr 19x23 5 0.8 1");
    try (Problem first = new Problem(spec);
        Problem second = new Problem(spec)) {
      assertArrayEquals(first.weights(), second.weights());
      assertArrayEquals(first.inputs(), second.inputs());
      assertArrayEquals(first.gradients(), second.gradients());
    }
  }

  @Test
  void acceptsAFloatProductAndNamesAWrongElement() {
    try (Problem problem = new Problem(RaceSpec.parse("spmm csr 31x29 7 0.5 1"))) {
      float[] y = product(problem);
      Elements output = (row, column) -> y[row * 7 + column];
      assertEquals(Optional.empty(), problem.check(output));
      y[5 * 7 + 3] += 1e-3f;
      String wrong = problem.check(output).orElseThrow();
      assertTrue(wrong.startsWith("wrong result: row 5, column 3 is " + y[5 * 7 + 3]), wrong);
    }
  }

  @Test
  void rejectsWhatWasNeverWritten() {
    try (Problem problem = new Problem(RaceSpec.parse("spmm csr 4x4 2 0.5 1"))) {
      var memory = problem.result(8);
      String wrong =
          problem
              .check((row, column) ->
                  memory.getAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, row * 2L + column))
              .orElseThrow();
      assertTrue(wrong.startsWith("wrong result: row 0, column 0 is NaN"), wrong);
    }
  }

  @Test
  void nativeOperandsAreSharedAndAligned() {
    try (Problem problem = new Problem(RaceSpec.parse("spmm csr 8x8 4 0.5 1"))) {
      var segment = problem.segment(problem.inputs());
      assertEquals(segment, problem.segment(problem.inputs()));
      assertEquals(0, segment.address() % 64);
    }
  }
}
