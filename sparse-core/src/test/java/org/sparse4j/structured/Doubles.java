package org.sparse4j.structured;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.testing.Seed;

/** Dense arithmetic in double, written to be obviously right. */
final class Doubles {

  private Doubles() {}

  static double[][] of(DenseMatrix dense) {
    double[][] rows = new double[dense.rows()][dense.columns()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < dense.columns(); j++) {
        rows[i][j] = dense.get(i, j);
      }
    }
    return rows;
  }

  static double[][] of(CompressedMatrix matrix) {
    return of(matrix.toDense());
  }

  static DenseMatrix dense(double[][] rows, int columns) {
    DenseMatrix dense = DenseMatrix.zeros(rows.length, columns);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns; j++) {
        dense.set(i, j, (float) rows[i][j]);
      }
    }
    return dense;
  }

  static double[][] random(int rows, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(Seed.or(seed));
    double[][] result = new double[rows][columns];
    for (double[] row : result) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return result;
  }

  static double[][] identity(int n) {
    double[][] result = new double[n][n];
    for (int i = 0; i < n; i++) {
      result[i][i] = 1;
    }
    return result;
  }

  static double[][] times(double[][] a, double[][] b, int columns) {
    double[][] c = new double[a.length][columns];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < b.length; k++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  static double[][] transposed(double[][] a, int columns) {
    double[][] t = new double[columns][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < columns; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }

  static double squaredDistance(double[][] a, double[][] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        sum += (a[i][j] - b[i][j]) * (a[i][j] - b[i][j]);
      }
    }
    return sum;
  }

  static double squares(double[][] a) {
    return squaredDistance(a, new double[a.length][a.length == 0 ? 0 : a[0].length]);
  }

  static void requireEqual(double[][] want, double[][] got, double bound) {
    assertEquals(want.length, got.length, "rows");
    for (int i = 0; i < want.length; i++) {
      assertEquals(want[i].length, got[i].length, "columns");
      for (int j = 0; j < want[i].length; j++) {
        assertEquals(want[i][j], got[i][j], bound, "element " + i + ", " + j);
      }
    }
  }

  /** The numbers from, from + 1, ... */
  static FloatValues counting(int length, int from) {
    float[] numbers = new float[length];
    for (int k = 0; k < length; k++) {
      numbers[k] = from + k;
    }
    return FloatValues.wrap(numbers);
  }
}
