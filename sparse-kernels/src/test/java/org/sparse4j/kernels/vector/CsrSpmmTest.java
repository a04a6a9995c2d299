package org.sparse4j.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.testing.Seed;

/** Panels of X: copied or as they lie, one or several to a phase, sums beside Y or in it. */
@Tag("kernels")
class CsrSpmmTest {

  /** Small integers, whose sums are exact in every order. */
  private static DenseMatrix integers(int rows, int columns, double density) {
    SplittableRandom random = new SplittableRandom(Seed.or(31L * rows + columns));
    DenseMatrix dense = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        dense.set(i, j, random.nextDouble() < density ? random.nextInt(1, 5) : 0);
      }
    }
    return dense;
  }

  private static void check(DenseMatrix left, DenseMatrix x, DenseMatrix y, String what) {
    for (int i = 0; i < left.rows(); i++) {
      double[] sums = new double[x.columns()];
      for (int k = 0; k < left.columns(); k++) {
        for (int t = 0; t < sums.length && left.get(i, k) != 0; t++) {
          sums[t] += (double) left.get(i, k) * x.get(k, t);
        }
      }
      for (int t = 0; t < sums.length; t++) {
        assertEquals(sums[t], y.get(i, t), what + ", row " + i + ", column " + t);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // X copied; one panel, as it lies; few entries in a column of A, so rows of X as they lie.
    "70, 300, 0.3, 100",
    "70, 300, 0.3, 32",
    "70, 300, 0.3, 16",
    "20, 300, 0.1, 128",
    // Odd numbers of vectors; tiles of columns; more columns than a phase copies.
    "70, 900, 0.2, 48",
    "37, 5000, 0.02, 112",
    "40, 4500, 0.1, 176",
    // Y large: sums in a panel of their own.
    "2900, 200, 0.05, 200",
    "2900, 900, 0.3, 176",
    "2900, 40, 0.01, 192",
  })
  void sumsAreExactAndEqualForAnyNumberOfThreads(int m, int k, double density, int n) {
    DenseMatrix left = integers(m, k, density);
    DenseMatrix x = integers(k, n, 0.9);
    Plan plan = Kernels.best().plan(Operation.SPMM, CsrMatrix.fromDense(left)).batch(n, n).build();
    DenseMatrix one = DenseMatrix.zeros(m, n);
    one.fill(Float.NaN);
    plan.run(Workspace.create(), x, one);
    check(left, x, one, m + "x" + k + ", n " + n);
    try (WorkerTeam team = WorkerTeam.of(3)) {
      Workspace workspace = Workspace.on(team);
      DenseMatrix three = DenseMatrix.zeros(m, n);
      // Parts that got into each other's way would not do so every time.
      for (int run = 0; run < 5; run++) {
        three.fill(Float.NaN);
        plan.run(workspace, x, three);
        for (int i = 0; i < m; i++) {
          for (int t = 0; t < n; t++) {
            assertEquals(one.get(i, t), three.get(i, t), "three threads, row " + i);
          }
        }
      }
    }
  }

  @Test
  void columnsOfAWiderMatrixAreReadAndWrittenInPlace() {
    DenseMatrix left = integers(61, 90, 0.4);
    DenseMatrix wide = integers(90, 200, 0.9);
    DenseMatrix out = DenseMatrix.zeros(61, 200);
    Plan plan = Kernels.best().plan(Operation.SPMM, CsrMatrix.fromDense(left)).build();
    plan.run(Workspace.create(), wide.columns(64, 112), out.columns(64, 112));
    check(left, wide.columns(64, 112), out.columns(64, 112), "view");
    for (int i = 0; i < 61; i++) {
      assertEquals(0, out.get(i, 63));
      assertEquals(0, out.get(i, 112));
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 40", "64, 5"})
  void aPlanForOtherNumbersOfSamplesGivesTheSameBits(int planned, int n) {
    DenseMatrix left = integers(83, 700, 0.2);
    DenseMatrix x = integers(700, n, 0.9);
    Plan plan =
        Kernels.best()
            .plan(Operation.SPMM, CsrMatrix.fromDense(left))
            .batch(planned, planned)
            .build();
    DenseMatrix y = DenseMatrix.zeros(83, n);
    plan.run(Workspace.create(), x, y);
    check(left, x, y, "planned for " + planned);
  }
}
