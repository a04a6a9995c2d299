package org.sparse4j.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.testing.Seed;

/** Few samples have kernels of their own, whose sums are those of many samples. */
@Tag("kernels")
class CsrTiles8Test {

  private static final int ROWS = 131;

  /** Two tiles. */
  private static final int COLUMNS = 1500;

  private static DenseMatrix random(int rows, int columns, double density) {
    SplittableRandom random = new SplittableRandom(Seed.or(7L * rows + columns));
    DenseMatrix dense = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      double own = i % 19 == 4 ? 0 : density;
      for (int j = 0; j < columns; j++) {
        dense.set(i, j, random.nextDouble() < own ? (float) random.nextDouble(-1, 1) : 0);
      }
    }
    return dense;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 7, 8, 9})
  void aSampleHasTheSameBitsAloneAndAmongMany(int n) {
    CsrMatrix a = CsrMatrix.fromDense(random(ROWS, COLUMNS, 0.1));
    DenseMatrix many = random(COLUMNS, 40, 1);
    DenseVector bias = DenseVector.ofRow(random(1, ROWS, 1), 0);
    Epilogue epilogue = Epilogue.biasThen(bias, Activation.SIGMOID);
    Plan plan = Kernels.best().plan(Operation.SPMM, a).epilogue(epilogue).batch(n, n).build();
    Plan layer = Kernels.best().plan(Operation.LINEAR, a).epilogue(epilogue).batch(n, n).build();
    Workspace workspace = Workspace.create();
    DenseMatrix want = DenseMatrix.zeros(ROWS, 40);
    plan.run(workspace, many, want);
    DenseMatrix few = DenseMatrix.zeros(COLUMNS, n);
    for (int i = 0; i < COLUMNS; i++) {
      for (int t = 0; t < n; t++) {
        few.set(i, t, many.get(i, t));
      }
    }
    try (WorkerTeam team = WorkerTeam.of(2)) {
      DenseMatrix y = DenseMatrix.zeros(ROWS, n);
      y.fill(Float.NaN);
      plan.run(Workspace.on(team), few, y);
      DenseMatrix rows = DenseMatrix.zeros(n, ROWS);
      layer.run(workspace, few.view().transposed(), rows);
      for (int i = 0; i < ROWS; i++) {
        for (int t = 0; t < n; t++) {
          assertEquals(want.get(i, t), y.get(i, t), "spmm, row " + i + ", sample " + t);
          assertEquals(want.get(i, t), rows.get(t, i), "linear, row " + i + ", sample " + t);
        }
      }
    }
  }
}
