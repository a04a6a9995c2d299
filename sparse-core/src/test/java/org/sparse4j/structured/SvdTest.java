package org.sparse4j.structured;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.testing.Seed;

class SvdTest {

  private static double[][] product(Svd svd, int rows, int columns, int count) {
    double[][] sum = new double[rows][columns];
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          sum[i][j] += svd.sigma(k) * svd.left(k)[i] * svd.right(k)[j];
        }
      }
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0", "0, 3", "3, 0", "1, 1", "1, 7", "7, 1", "2, 3", "11, 12", "12, 12", "13, 13", "13, 31",
    "40, 17", "17, 64", "65, 63", "33, 100"
  })
  void allTriplesRebuildTheMatrix(int rows, int columns) {
    double[][] a = Doubles.random(rows, columns, 10L * rows + columns);
    int count = Math.min(rows, columns);
    Svd svd = Svd.truncated(a, columns, count);
    Doubles.requireEqual(a, product(svd, rows, columns, count), 1e-13 * (rows + columns));
    for (int i = 0; i < count; i++) {
      assertTrue(i == 0 || svd.sigma(i) <= svd.sigma(i - 1), "descending");
      for (int j = 0; j <= i; j++) {
        double want = i == j ? 1 : 0;
        assertEquals(want, dot(svd.left(i), svd.left(j)), 1e-13, "left " + i + ", " + j);
        assertEquals(want, dot(svd.right(i), svd.right(j)), 1e-13, "right " + i + ", " + j);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"40, 17, 3", "17, 40, 3", "12, 30, 5", "64, 64, 8"})
  void fewTriplesAreTheFirstOfAll(int rows, int columns, int count) {
    double[][] a = Doubles.random(rows, columns, rows);
    Svd all = Svd.truncated(a, columns, Math.min(rows, columns));
    Svd few = Svd.truncated(a, columns, count);
    double rest = 0;
    for (int k = 0; k < Math.min(rows, columns); k++) {
      if (k < count) {
        assertEquals(all.sigma(k), few.sigma(k), 1e-12);
      } else {
        rest += all.sigma(k) * all.sigma(k);
      }
    }
    assertEquals(rest, Doubles.squaredDistance(a, product(few, rows, columns, count)), 1e-10);
  }

  @ParameterizedTest
  @CsvSource({"5, 5", "20, 30", "30, 20"})
  void aMatrixOfZerosHasOnlyZeros(int rows, int columns) {
    Svd svd = Svd.truncated(new double[rows][columns], columns, 4);
    for (int k = 0; k < 4; k++) {
      assertEquals(0, svd.sigma(k));
      assertArrayEquals(new double[rows], rows >= columns ? svd.left(k) : new double[rows]);
      assertTrue(Double.isFinite(svd.left(k)[0]) && Double.isFinite(svd.right(k)[0]));
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 10", "30, 40", "50, 20"})
  void lowRankLeavesZeros(int rows, int columns) {
    double[][] a =
        Doubles.times(
            Doubles.random(rows, 3, Seed.or(1)), Doubles.random(3, columns, Seed.or(2)), columns);
    Svd svd = Svd.truncated(a, columns, 6);
    assertTrue(svd.sigma(2) > 0.1);
    for (int k = 3; k < 6; k++) {
      assertEquals(0, svd.sigma(k), 1e-12);
    }
    Doubles.requireEqual(a, product(svd, rows, columns, 3), 1e-12);
  }

  @Test
  void equalSingularValuesAreKeptApart() {
    Svd svd = Svd.truncated(Doubles.identity(20), 20, 20);
    for (int k = 0; k < 20; k++) {
      assertEquals(1, svd.sigma(k), 1e-15);
    }
    Doubles.requireEqual(Doubles.identity(20), product(svd, 20, 20, 20), 1e-14);
  }

  @Test
  void valuesOfVeryDifferentSizeAreAccurate() {
    // Singular values 1, 1e-3, ..., 1e-12 on random orthogonal sides.
    int n = 24;
    Svd sides = Svd.truncated(Doubles.random(n, n, 5), n, n);
    double[][] a = new double[n][n];
    for (int k = 0; k < 5; k++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          a[i][j] += Math.pow(10, -3 * k) * sides.left(k)[i] * sides.right(k)[j];
        }
      }
    }
    Svd svd = Svd.truncated(a, n, n);
    for (int k = 0; k < 5; k++) {
      double want = Math.pow(10, -3 * k);
      assertEquals(want, svd.sigma(k), Math.max(1e-15, 1e-12 * want), "value " + k);
    }
  }

  @ParameterizedTest
  @CsvSource({"1e-40", "1e-20", "1e30", "3e38"})
  void anyFloatScaleWorks(double scale) {
    double[][] a = Doubles.random(30, 20, 3);
    Svd plain = Svd.truncated(a, 20, 20);
    for (double[] row : a) {
      for (int j = 0; j < row.length; j++) {
        row[j] *= scale;
      }
    }
    Svd scaled = Svd.truncated(a, 20, 20);
    for (int k = 0; k < 20; k++) {
      assertEquals(plain.sigma(k), scaled.sigma(k) / scale, 1e-12);
    }
  }

  @Test
  void equalInputsGiveEqualResults() {
    double[][] a = Doubles.random(40, 30, 8);
    Svd one = Svd.truncated(a, 30, 7);
    Svd two = Svd.truncated(a, 30, 7);
    for (int k = 0; k < 7; k++) {
      assertEquals(one.sigma(k), two.sigma(k));
      assertArrayEquals(one.left(k), two.left(k));
      assertArrayEquals(one.right(k), two.right(k));
    }
  }

  @Test
  void aLayerOfATransformerTakesLessThanASecond() {
    double[][] a = Doubles.random(1536, 384, 4);
    Svd.truncated(Doubles.random(200, 100, 4), 100, 10);
    long best = Long.MAX_VALUE;
    for (int repeat = 0; repeat < 3; repeat++) {
      long start = System.nanoTime();
      Svd.truncated(a, 384, 32);
      best = Math.min(best, System.nanoTime() - start);
    }
    // The aim is one second on one idle core; a busy machine must not fail the build.
    assertTrue(best < 5_000_000_000L, best / 1e9 + " s");
  }
}
