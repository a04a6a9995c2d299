package org.sparse4j.kernels.masks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.Scores;
import org.sparse4j.testing.Seed;

/** The largest entries of a product outside a pattern, against sorting the whole product. */
@Tag("kernels")
class GradientSearchTest {

  private final Workspace workspace = Workspace.create();

  private static DenseMatrix random(int rows, int columns, boolean whole, Random random) {
    DenseMatrix x = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        x.set(i, j, whole ? random.nextInt(5) - 2 : (float) random.nextGaussian());
      }
    }
    return x;
  }

  private static long[] sorted(float[] product, CsrPattern pattern, int count) {
    long[] keys = new long[product.length];
    int size = 0;
    for (int p = 0; p < product.length; p++) {
      if (pattern.indexOf(p / pattern.columns(), p % pattern.columns()) < 0) {
        keys[size++] = Scores.descendingKey(Math.abs(product[p]), p);
      }
    }
    Arrays.sort(keys, 0, size);
    long[] positions = new long[Math.min(size, count)];
    for (int p = 0; p < positions.length; p++) {
      positions[p] = (int) keys[p];
    }
    return positions;
  }

  private void requireSearch(
      Kernels kernels, Workspace on, CsrPattern pattern, DenseMatrix g, DenseMatrix x, int count) {
    DenseMatrix product = DenseMatrix.zeros(g.rows(), x.rows());
    kernels.dense().gemm(workspace, GemmForm.ABT, g, x, Epilogue.none(), product);
    long[] wanted = sorted(product.toArray(), pattern, count);
    long[] positions = new long[count + 1];
    float[] values = new float[count + 1];
    int found = kernels.sddmmTopK(on, pattern, g, x, count, positions, values);
    String what = kernels + " " + pattern + ", count " + count + ", n " + g.columns();
    assertEquals(wanted.length, found, what);
    assertArrayEquals(wanted, Arrays.copyOf(positions, found), what);
    for (int p = 0; p < found; p++) {
      int row = (int) (positions[p] / x.rows());
      int column = (int) (positions[p] % x.rows());
      assertEquals(Math.abs(product.get(row, column)), values[p], what);
    }
    assertEquals(0, positions[count]);
  }

  @Test
  void findsWhatSortingFinds() {
    Random random = new Random(Seed.or(21));
    int[][] shapes = {{0, 3}, {3, 0}, {1, 1}, {5, 7}, {17, 33}, {64, 65}, {40, 131}};
    for (int[] shape : shapes) {
      int size = shape[0] * shape[1];
      for (double density : new double[] {0, 0.1, 0.5, 1}) {
        CsrPattern pattern =
            CsrPattern.of(Mask.random(shape[0], shape[1], (long) (density * size), 3));
        for (int n : new int[] {1, 8, 19}) {
          DenseMatrix g = random(shape[0], n, true, random);
          DenseMatrix x = random(shape[1], n, true, random);
          for (int count : new int[] {0, 1, size / 7, size}) {
            for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
              requireSearch(kernels, workspace, pattern, g, x, count);
            }
          }
        }
      }
    }
  }

  @Test
  void manyTilesGiveTheSameOnSeveralThreads() {
    Random random = new Random(Seed.or(22));
    CsrPattern pattern = CsrPattern.of(Mask.random(331, 523, 20_000, 5));
    for (boolean whole : new boolean[] {true, false}) {
      DenseMatrix g = random(331, 24, whole, random);
      DenseMatrix x = random(523, 24, whole, random);
      for (int count : new int[] {1, 500, 20_000}) {
        requireSearch(Kernels.best(), workspace, pattern, g, x, count);
        try (WorkerTeam team = WorkerTeam.of(3)) {
          requireSearch(Kernels.best(), Workspace.on(team), pattern, g, x, count);
        }
      }
    }
  }

  @Test
  void nanIsLargestAndTiesGoToTheLowerPosition() {
    DenseMatrix g = DenseMatrix.copyOf(new float[][] {{1}, {Float.NaN}, {-1}});
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{2}, {-2}, {3}});
    CsrPattern pattern = CsrPattern.copyOf(3, 3, new int[] {0, 1, 2, 2}, new int[] {0, 1});
    long[] positions = new long[5];
    float[] values = new float[5];
    for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
      assertEquals(5, kernels.sddmmTopK(workspace, pattern, g, x, 5, positions, values));
      assertArrayEquals(new long[] {3, 5, 2, 8, 1}, positions);
      assertArrayEquals(new float[] {Float.NaN, Float.NaN, 3, 3, 2}, values);
    }
  }

  @Test
  void operandsAreChecked() {
    CsrPattern pattern = CsrPattern.of(Mask.empty(3, 4));
    DenseMatrix g = DenseMatrix.zeros(3, 2);
    DenseMatrix x = DenseMatrix.zeros(4, 2);
    String operands = "; the pattern is 3x4 CSR (nnz 0), G is ";
    requireMessage(
        "sddmmTopK: rows of G (4) must equal rows of the pattern (3)" + operands + "4x2, X is 4x2",
        () -> search(pattern, x, x, 1, 1));
    requireMessage(
        "sddmmTopK: rows of X (3) must equal columns of the pattern (4)"
            + operands
            + "3x2, X is 3x2",
        () -> search(pattern, g, g, 1, 1));
    requireMessage(
        "sddmmTopK: columns of G (2) must equal columns of X (1)" + operands + "3x2, X is 4x1",
        () -> search(pattern, g, DenseMatrix.zeros(4, 1), 1, 1));
    requireMessage(
        "sddmmTopK: count (2) must be between 0 and the lengths of positions (1) and magnitudes"
            + " (1)"
            + operands
            + "3x2, X is 4x2",
        () -> search(pattern, g, x, 2, 1));
  }

  private void search(CsrPattern pattern, DenseMatrix g, DenseMatrix x, int count, int length) {
    Kernels.best().sddmmTopK(workspace, pattern, g, x, count, new long[length], new float[length]);
  }

  private static void requireMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
