package org.sparse4j.train.saliency;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.train.layer.ArrayView;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.parameter.SparseParameter;

class GrowthTest {

  /** 400 x 300 takes two tiles; 20 x 5000 takes two tiles of the least number of rows. */
  @ParameterizedTest
  @ValueSource(strings = {"1x1", "7x13", "400x300", "20x5000"})
  void gradientSearchEqualsSortingTheDenseGradient(String shape) {
    int rows = Integer.parseInt(shape.substring(0, shape.indexOf('x')));
    int columns = Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
    SplittableRandom random = new SplittableRandom(3);
    float[] gradient = new float[rows * columns];
    for (int p = 0; p < gradient.length; p++) {
      gradient[p] = random.nextInt(-1000, 1001);
    }
    for (double density : new double[] {0, .1, .9, 1}) {
      Mask kept = Mask.random(rows, columns, Math.round(density * gradient.length), 5);
      int missing = gradient.length - (int) kept.count();
      for (int k : new int[] {0, 1, missing / 3, missing}) {
        if (k <= missing) {
          float[] scores = new float[gradient.length];
          for (int p = 0; p < scores.length; p++) {
            scores[p] = kept.get(p / columns, p % columns) ? -1 : Math.abs(gradient[p]);
          }
          Mask want = new Unstructured(k).keepLargest(rows, columns, scores);
          LayerView view = ArrayView.of(rows, columns, kept, gradient, gradient, 0);
          TopK got = GradientMagnitude.instance().bestMissing(view, CsrPattern.of(kept), k);
          assertEquals(want, mask(rows, columns, got), shape + ", density " + density);
        }
      }
    }
  }

  /** Once through the layer the kernel's search is used, twice the rows of the sum: both exact. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void gradientSearchOfAParameterEqualsReadingItsRows(int passes) {
    int rows = 70;
    int columns = 1100;
    Mask stored = Mask.random(rows, columns, 3000, 5);
    SparseParameter weight =
        SparseParameter.of("w", CsrMatrix.fromDense(DenseMatrix.zeros(rows, columns), stored));
    Workspace workspace = Workspace.create();
    SplittableRandom random = new SplittableRandom(4);
    for (int pass = 0; pass < passes; pass++) {
      weight.addGradient(
          Kernels.best(), workspace, integers(columns, 5, random), integers(rows, 5, random));
    }
    LayerView view = LayerView.of(weight, workspace, 0);
    DenseMatrix gradient = DenseMatrix.zeros(rows, columns);
    weight.gradientRows(workspace, 0, rows, gradient);
    float[] dense = gradient.toArray();
    CsrPattern kept = CsrPattern.of(Mask.random(rows, columns, 2000, 6));
    for (int k : new int[] {0, 1, 999, 30000, rows * columns - 2000}) {
      TopK want = TopK.of(k);
      for (int p = 0; p < dense.length; p++) {
        if (kept.indexOf(p / columns, p % columns) < 0) {
          want.offer(Math.abs(dense[p]), p);
        }
      }
      TopK got = GradientMagnitude.instance().bestMissing(view, kept, k);
      assertArrayEquals(want.bestFirst(), got.bestFirst());
    }
    TopK full = GradientMagnitude.instance().bestMissing(view, kept, 9);
    long worst = full.bestFirst()[8];
    full.offer(Float.POSITIVE_INFINITY, 0); // as if it had been offered everything else before
    assertEquals(9, full.size());
    assertFalse(Arrays.stream(full.bestFirst()).anyMatch(p -> p == worst));
    assertEquals(passes == 1 ? 9 : -1, view.largestGradients(kept, 9, new long[9], new float[9]));
  }

  private static DenseMatrix integers(int rows, int columns, SplittableRandom random) {
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, random.nextInt(-20, 21));
      }
    }
    return matrix;
  }

  @Test
  void gradientSaliencyIsTheGradientAtStoredPositions() {
    LayerView view = ArrayView.row("0110", new float[] {1, 2, 3, 4}, new float[] {-5, -6, 7, 8});
    float[] scores = new float[2];
    GradientMagnitude.instance().scoreStored(view, scores);
    assertArrayEquals(new float[] {6, 7}, scores);
    Magnitude.instance().scoreStored(view, scores);
    assertArrayEquals(new float[] {2, 3}, scores);
  }

  @Test
  void randomGrowthFindsMissingPositionsOnly() {
    for (long seed = 0; seed < 50; seed++) {
      Mask kept = Mask.random(9, 11, 60, seed);
      CsrPattern pattern = CsrPattern.of(kept);
      LayerView view = ArrayView.of(9, 11, kept, new float[99], new float[99], seed);
      for (int k : new int[] {0, 1, 20, 39}) {
        long[] positions = RandomGrowth.instance().bestMissing(view, pattern, k).ascending();
        assertEquals(k, Arrays.stream(positions).distinct().count());
        for (long position : positions) {
          assertFalse(kept.get((int) position / 11, (int) position % 11), "seed " + seed);
        }
        assertArrayEquals(
            positions, RandomGrowth.instance().bestMissing(view, pattern, k).ascending());
      }
    }
  }

  @Test
  void randomGrowthPrefersNoPosition() {
    Mask kept = Mask.of(3, 4, (i, j) -> j == 3 || (i == 1 && j > 0));
    int[] counts = new int[12];
    int trials = 20_000;
    for (long seed = 0; seed < trials; seed++) {
      LayerView view = ArrayView.of(3, 4, kept, new float[12], new float[12], seed);
      TopK top = RandomGrowth.instance().bestMissing(view, CsrPattern.of(kept), 2);
      for (long position : top.bestFirst()) {
        counts[(int) position]++;
      }
    }
    int missing = 12 - (int) kept.count();
    double mean = 2.0 * trials / missing;
    for (int p = 0; p < 12; p++) {
      if (kept.get(p / 4, p % 4)) {
        assertEquals(0, counts[p]);
      } else {
        assertTrue(Math.abs(counts[p] - mean) < 5 * Math.sqrt(mean), Arrays.toString(counts));
      }
    }
  }

  @Test
  void randomGrowthRejectsMoreThanThereIs() {
    LayerView view = ArrayView.row("0110", new float[4], new float[4]);
    Throwable thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> RandomGrowth.instance().bestMissing(view, view.pattern(), 3));
    assertEquals(
        "RandomGrowth: k (3) must be between 0 and the number of missing positions (2) of w (1x4)",
        thrown.getMessage());
  }

  private static Mask mask(int rows, int columns, TopK top) {
    long[] positions = top.ascending();
    return Mask.of(
        rows, columns, (i, j) -> Arrays.binarySearch(positions, (long) i * columns + j) >= 0);
  }
}
