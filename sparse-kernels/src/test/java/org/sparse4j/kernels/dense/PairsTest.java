package org.sparse4j.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;

/** 2x2 blocks on pairs of rows; butterfly operators test them at every size. */
@Tag("kernels")
class PairsTest {

  private final Workspace workspace = Workspace.create();
  private final List<Kernels> providers = List.of(Kernels.best(), Kernels.scalar());
  private final float[] blocks = {9, 1, 2, 3, 4, 5, 6, 7, 8};
  private final DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}});

  @Test
  void aBlockMixesTheRowsOfItsPair() {
    float[] apart = {1 + 2 * 5, 2 + 2 * 6, 15 + 42, 20 + 48, 3 + 20, 6 + 24, 21 + 56, 28 + 64};
    float[] beside = {1 + 6, 2 + 8, 3 + 12, 6 + 16, 25 + 42, 30 + 48, 35 + 56, 42 + 64};
    float[] turned = {1 + 9, 2 + 12, 2 + 12, 4 + 16, 25 + 49, 30 + 56, 30 + 56, 36 + 64};
    for (Kernels kernels : providers) {
      DenseMatrix y = DenseMatrix.zeros(4, 2);
      kernels.dense().mixPairs(workspace, 2, blocks, 1, false, x, y);
      assertArrayEquals(apart, y.toArray(), 0, kernels.toString());
      kernels.dense().mixPairs(workspace, 1, blocks, 1, false, x, y);
      assertArrayEquals(beside, y.toArray(), 0, kernels.toString());
      kernels.dense().mixPairs(workspace, 1, blocks, 1, true, x, y);
      assertArrayEquals(turned, y.toArray(), 0, kernels.toString());
      y.copyFrom(x);
      kernels.dense().mixPairs(workspace, 2, blocks, 1, false, y, y);
      assertArrayEquals(apart, y.toArray(), 0, kernels + " in place");
    }
  }

  @Test
  void theGradientOfABlockIsTheProductOfSlopesAndRows() {
    DenseMatrix dy = DenseMatrix.copyOf(new float[][] {{1, 0}, {0, 1}, {2, 1}, {-1, 0}});
    for (Kernels kernels : providers) {
      float[] gradient = new float[9];
      kernels.dense().mixPairsGradient(workspace, 2, x, dy, gradient, 1);
      assertArrayEquals(new float[] {0, 1, 5, 4, 16, 4, 8, -3, -7}, gradient, 0);
    }
  }

  /** Growing, shrinking, repeated and distant strides; in place and apart; whole and transposed. */
  @Test
  void severalFactorsAreOneAfterTheOther() {
    SplittableRandom random = new SplittableRandom(Long.getLong("sparse4j.test.seed", 6));
    float[] numbers = new float[3 + 6 * 2 * 16];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = random.nextInt(-2, 3);
    }
    for (int n : new int[] {0, 1, 16, 33, 100}) {
      DenseMatrix from = DenseMatrix.zeros(16, n);
      for (int i = 0; i < 16; i++) {
        for (int j = 0; j < n; j++) {
          from.set(i, j, random.nextInt(-2, 3));
        }
      }
      for (int[] strides :
          new int[][] {
            {}, {4}, {1, 2}, {8, 4}, {1, 2, 4}, {1, 2, 4, 8}, {8, 4, 2, 1, 1, 2}, {1, 4}, {2, 2}
          }) {
        for (boolean transposed : new boolean[] {false, true}) {
          requireFactors(strides, numbers, transposed, from);
        }
      }
    }
  }

  private void requireFactors(
      int[] strides, float[] numbers, boolean transposed, DenseMatrix from) {
    DenseMatrix want = DenseMatrix.zeros(16, from.columns());
    want.copyFrom(from);
    for (int step = 0; step < strides.length; step++) {
      int f = transposed ? strides.length - 1 - step : step;
      Kernels.scalar()
          .dense()
          .mixPairs(workspace, strides[f], numbers, 3 + 32 * f, transposed, want, want);
    }
    try (WorkerTeam team = WorkerTeam.of(3)) {
      Workspace threads = Workspace.on(team);
      for (Kernels kernels : providers) {
        String what =
            Arrays.toString(strides) + (transposed ? " transposed, " : ", ") + from + kernels;
        DenseMatrix apart = DenseMatrix.zeros(16, from.columns());
        kernels.dense().mixFactors(workspace, strides, numbers, 3, transposed, from, apart);
        assertArrayEquals(want.toArray(), apart.toArray(), 0, what);
        DenseMatrix inPlace = DenseMatrix.zeros(16, from.columns());
        inPlace.copyFrom(from);
        kernels.dense().mixFactors(threads, strides, numbers, 3, transposed, inPlace, inPlace);
        assertArrayEquals(want.toArray(), inPlace.toArray(), 0, what + " in place, threads");
      }
    }
  }

  @Test
  void operandsAreChecked() {
    DenseKernels dense = Kernels.best().dense();
    requireMessage(
        "mixPairs: rows of X (4) must be a multiple of twice the stride (3); X is 4x2",
        () -> dense.mixPairs(workspace, 3, blocks, 1, false, x, DenseMatrix.zeros(4, 2)));
    requireMessage(
        "mixPairs: length of blocks (9) must be at least offset + 2 * rows of X (10); X is 4x2",
        () -> dense.mixPairs(workspace, 2, blocks, 2, false, x, DenseMatrix.zeros(4, 2)));
    requireMessage(
        "mixFactors: length of blocks (9) must be at least offset + 2 * rows of X (16); X is 4x2",
        () ->
            dense.mixFactors(
                workspace, new int[] {1, 2}, blocks, 0, false, x, DenseMatrix.zeros(4, 2)));
    requireMessage(
        "mixFactors: rows of X (4) must be a multiple of twice the stride (4); X is 4x2",
        () -> dense.mixFactors(workspace, new int[] {1, 4}, new float[99], 0, false, x, x));
    requireMessage(
        "mixPairsGradient: length of gradient (0) must be at least offset + 2 * rows of X (8); X is"
            + " 4x2",
        () -> dense.mixPairsGradient(workspace, 2, x, x, new float[0], 0));
  }

  private static void requireMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
