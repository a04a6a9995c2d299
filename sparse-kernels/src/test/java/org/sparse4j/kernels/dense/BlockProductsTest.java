package org.sparse4j.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.GemmForm;

/** Products of the blocks of a diagonal. */
@Tag("kernels")
class BlockProductsTest {

  private static final int[] COLUMNS = {0, 1, 7, 16, 17, 33, 100, 300};

  private final Workspace workspace = Workspace.create();
  private final List<Kernels> providers = List.of(Kernels.best(), Kernels.scalar());

  private static DenseMatrix integers(int rows, int columns, SplittableRandom random) {
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, random.nextInt(-3, 4));
      }
    }
    return matrix;
  }

  /** Element by element: which block a row is in, and which of its rows. */
  private static double want(
      boolean transposed,
      int blocks,
      boolean interleaved,
      DenseMatrix a,
      DenseMatrix b,
      int i,
      int j) {
    int q = a.rows() / blocks;
    int outer = transposed ? a.columns() : q;
    int inner = transposed ? q : a.columns();
    int block = interleaved ? i % blocks : i / outer;
    int row = interleaved ? i / blocks : i % outer;
    double sum = 0;
    for (int p = 0; p < inner; p++) {
      int from = interleaved ? p * blocks + block : block * inner + p;
      if (from < b.rows()) {
        double number = transposed ? a.get(block * q + p, row) : a.get(block * q + row, p);
        sum += number * b.get(from, j);
      }
    }
    return sum;
  }

  /** Blocks of all sorts of sizes, B and C whole, one row short, a block short and empty. */
  @Test
  void integersAreExactWhateverTheSizes() {
    SplittableRandom random = new SplittableRandom(Long.getLong("sparse4j.test.seed", 3));
    for (int[] s :
        new int[][] {
          {1, 1, 1}, {3, 5, 7}, {2, 6, 12}, {4, 13, 4}, {5, 2, 33}, {2, 37, 300}, {2, 170, 16}
        }) {
      DenseMatrix a = integers(s[0] * s[1], s[2], random);
      for (GemmForm form : List.of(GemmForm.AB, GemmForm.ATB)) {
        boolean transposed = form == GemmForm.ATB;
        int inner = transposed ? s[1] : s[2];
        int outer = transposed ? s[2] : s[1];
        for (int missing : new int[] {0, 1, inner, s[0] * inner}) {
          DenseMatrix whole = integers(s[0] * inner - missing, 300, random);
          for (int n : COLUMNS) {
            DenseMatrix b = DenseMatrix.zeros(whole.rows(), n);
            for (int i = 0; i < b.rows(); i++) {
              for (int j = 0; j < n; j++) {
                b.set(i, j, whole.get(i, j));
              }
            }
            int rows = Math.max(0, s[0] * outer - (missing == inner ? outer : missing));
            for (Kernels kernels : providers) {
              requireProduct(kernels, form, s[0], false, a, b, rows);
              requireProduct(kernels, form, s[0], true, a, b, rows);
            }
          }
        }
      }
    }
  }

  private void requireProduct(
      Kernels kernels,
      GemmForm form,
      int blocks,
      boolean interleaved,
      DenseMatrix a,
      DenseMatrix b,
      int rows) {
    DenseMatrix c = DenseMatrix.zeros(rows, b.columns());
    c.fill(Float.NaN);
    kernels.dense().gemmBlocks(workspace, form, blocks, interleaved, a, b, c);
    String what =
        form + ", " + blocks + " blocks, A " + a + ", B " + b + ", C " + c + ", " + kernels;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < b.columns(); j++) {
        double want = want(form == GemmForm.ATB, blocks, interleaved, a, b, i, j);
        assertEquals(want + 0.0, c.get(i, j) + 0.0, what);
      }
    }
  }

  @Test
  void threadsDoNotChangeABit() {
    SplittableRandom random = new SplittableRandom(4);
    DenseMatrix a = DenseMatrix.zeros(256, 32);
    DenseMatrix b = DenseMatrix.zeros(256, 300);
    for (DenseMatrix matrix : List.of(a, b)) {
      for (int i = 0; i < 256; i++) {
        for (int j = 0; j < matrix.columns(); j++) {
          matrix.set(i, j, (float) random.nextDouble(-1, 1));
        }
      }
    }
    DenseMatrix once = DenseMatrix.zeros(256, 300);
    DenseMatrix again = DenseMatrix.zeros(256, 300);
    DenseKernels dense = Kernels.best().dense();
    dense.gemmBlocks(workspace, GemmForm.AB, 8, true, a, b, once);
    try (WorkerTeam team = WorkerTeam.of(3)) {
      dense.gemmBlocks(Workspace.on(team), GemmForm.AB, 8, true, a, b, again);
    }
    assertTrue(once.contentEquals(again));
  }

  @Test
  void infinitiesStayInTheirBlockAndColumn() {
    DenseMatrix a = DenseMatrix.zeros(4, 2);
    a.fill(1);
    DenseMatrix b = DenseMatrix.zeros(4, 3);
    b.set(0, 1, Float.POSITIVE_INFINITY);
    for (Kernels kernels : providers) {
      DenseMatrix c = DenseMatrix.zeros(4, 3);
      kernels.dense().gemmBlocks(workspace, GemmForm.AB, 2, false, a, b, c);
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 3; j++) {
          float want = i < 2 && j == 1 ? Float.POSITIVE_INFINITY : 0;
          assertEquals(want, c.get(i, j), kernels + " " + i + " " + j);
        }
      }
    }
  }

  @Test
  void operandsAreChecked() {
    DenseKernels dense = Kernels.best().dense();
    DenseMatrix a = DenseMatrix.zeros(6, 2);
    DenseMatrix b = DenseMatrix.zeros(6, 5);
    DenseMatrix c = DenseMatrix.zeros(6, 5);
    requireMessage(
        "gemmBlocks: form must be AB or ATB; A is 6x2, B is 6x5, C is 6x5",
        () -> dense.gemmBlocks(workspace, GemmForm.ABT, 3, false, a, b, c));
    requireMessage(
        "gemmBlocks: rows of A (6) must be a multiple of the blocks (4); A is 6x2, B is 6x5, C is"
            + " 6x5",
        () -> dense.gemmBlocks(workspace, GemmForm.AB, 4, false, a, b, c));
    requireMessage(
        "gemmBlocks: rows of A (6) must be a multiple of the blocks (0); A is 6x2, B is 6x5, C is"
            + " 6x5",
        () -> dense.gemmBlocks(workspace, GemmForm.AB, 0, false, a, b, c));
    requireMessage(
        "gemmBlocks: rows of B (6) must be at most 4; A is 6x2, B is 6x5, C is 6x5",
        () -> dense.gemmBlocks(workspace, GemmForm.AB, 2, false, a, b, c));
    requireMessage(
        "gemmBlocks: rows of C (6) must be at most 4; A is 6x2, B is 6x5, C is 6x5",
        () -> dense.gemmBlocks(workspace, GemmForm.ATB, 2, false, a, b, c));
    requireMessage(
        "gemmBlocks: columns of C (4) must equal columns of B (5); A is 6x2, B is 6x5, C is 6x4",
        () -> dense.gemmBlocks(workspace, GemmForm.AB, 3, false, a, b, DenseMatrix.zeros(6, 4)));
    assertThrows(
        IllegalArgumentException.class,
        () -> dense.gemmBlocks(workspace, GemmForm.AB, 3, false, a, b, b));
  }

  private static void requireMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
