package org.sparse4j.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;

/** Sums have the same bits whether a kernel is interpreted or compiled. */
@Tag("kernels")
class SumOrderTest {
  private static final int ROWS = 40;
  private static final int COLUMNS = 160;

  @Test
  void lanesAreAddedInOneFixedOrder() {
    Kernels kernels = Kernels.best();
    assumeTrue(kernels.vectorBits() > 0, "the scalar kernels have no lanes");
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[ROWS * COLUMNS];
    for (int p = 0; p < values.length; p++) {
      values[p] = (float) random.nextGaussian();
    }
    DenseMatrix x = DenseMatrix.copyOf(ROWS, COLUMNS, values);
    DenseVector sums = DenseVector.zeros(ROWS);
    Workspace workspace = Workspace.create();
    // Enough calls for every compiler to have its turn.
    for (int call = 0; call < 5_000; call++) {
      kernels.dense().rowSums(workspace, x, sums);
      for (int i = 0; i < ROWS; i++) {
        float want = inOrder(values, i * COLUMNS, kernels.vectorBits() / 32);
        assertEquals(want, sums.get(i), 0, "row " + i + ", call " + call);
      }
    }
  }

  /** Lane by lane, then halves onto each other. */
  private static float inOrder(float[] values, int start, int lanes) {
    float[] sums = new float[lanes];
    for (int j = 0; j < COLUMNS; j++) {
      sums[j % lanes] += values[start + j];
    }
    for (int half = lanes / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        sums[lane] += sums[lane + half];
      }
    }
    return sums[0];
  }
}
