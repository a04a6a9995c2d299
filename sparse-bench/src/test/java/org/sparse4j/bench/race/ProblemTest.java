package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;

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

  @ParameterizedTest
  @ValueSource(strings = {"csr:bf16", "bitmap:i8", "16:2:4:bf16", "block:4x4:i8"})
  void weightsHaveTheValuesTheirTypeCanHold(String format) {
    try (Problem problem = new Problem(RaceSpec.parse("spmm " + format + " 32x16 3 0.5 1"))) {
      CsrMatrix csr =
          CsrMatrix.of(
              CsrPattern.copyOf(32, 16, problem.rowPointers(), problem.columnIndices()),
              FloatValues.copyOf(problem.values()));
      SparseMatrix narrow = RaceFormat.of(format).matrix(csr);
      assertEquals(format.endsWith("i8") ? DType.I8 : DType.BF16, narrow.values().dtype());
      assertArrayEquals(problem.weights(), floats(narrow.toDense()));
    }
  }

  private static float[] floats(DenseMatrix matrix) {
    float[] numbers = new float[matrix.rows() * matrix.columns()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = matrix.get(i / matrix.columns(), i % matrix.columns());
    }
    return numbers;
  }

  @Test
  void maskHasAllWeightsAndExactlyTheRulesPositions() {
    try (Problem problem = new Problem(RaceSpec.parse("mask 2:4 3x8 1 0.5 1"))) {
      assertEquals(24, problem.nnz());
      float[] scores = problem.weights().clone();
      for (int i = 0; i < scores.length; i++) {
        scores[i] = Math.abs(scores[i]);
      }
      Mask mask = new NmStructure(2, 4).keepLargest(3, 8, scores);
      assertEquals(Optional.empty(), problem.check((row, column) -> mask.get(row, column) ? 1 : 0));
      String wrong =
          problem
              .check((row, column) -> row == 2 ? 1 : mask.get(row, column) ? 1 : 0)
              .orElseThrow();
      assertTrue(wrong.startsWith("wrong result: row 2, column "), wrong);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spmm", "spmmTransposed", "sddmm"})
  void largeProductIsComparedAtAShareOfItsResults(String operation) {
    try (Problem problem = new Problem(RaceSpec.parse(operation + " csr 40x30 12 0 1"))) {
      Set<Integer> rows = new TreeSet<>();
      Reference reference = new Reference(problem, 40 * 30 * 12 / 2);
      assertEquals(Optional.empty(), reference.check(exact(problem, operation, rows)));
      if (operation.equals("sddmm")) {
        assertEquals(40, rows.size(), "every second position");
      } else {
        assertTrue(rows.stream().allMatch(row -> row % 2 == 0), rows.toString());
        assertEquals((operation.equals("spmm") ? 40 : 30) / 2, rows.size());
      }
      assertTrue(reference.check((row, column) -> row == 2 ? 9e9f : 0).isPresent());
    }
  }

  /** Elements in double precision, computed when they are asked for. */
  private static Elements exact(Problem problem, String operation, Set<Integer> rows) {
    int n = problem.n();
    int k = problem.k();
    return (row, column) -> {
      rows.add(row);
      double sum = 0;
      switch (operation) {
        case "spmm" -> {
          for (int j = 0; j < k; j++) {
            sum += (double) problem.weights()[row * k + j] * problem.inputs()[j * n + column];
          }
        }
        case "sddmm" -> {
          for (int t = 0; t < n; t++) {
            sum += (double) problem.gradients()[row * n + t] * problem.inputs()[column * n + t];
          }
        }
        default -> {
          for (int i = 0; i < problem.m(); i++) {
            sum += (double) problem.weights()[i * k + row] * problem.gradients()[i * n + column];
          }
        }
      }
      return (float) sum;
    };
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
