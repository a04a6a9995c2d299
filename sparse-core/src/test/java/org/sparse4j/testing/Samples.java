package org.sparse4j.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.sparse4j.format.DenseMatrix;

/** Dense matrices that tests of all formats start from; equal seeds give equal matrices. */
public final class Samples {

  private static final double[] DENSITIES = {0, 0.01, 0.1, 0.5, 1};

  private Samples() {}

  /**
   * A shape, a share of non-zeros, and a seed.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param density share of non-zeros
   * @param seed of the data
   */
  public record Sample(int rows, int columns, double density, long seed) {

    /** Returns non-zeros of either sign, none smaller than 1/16. */
    public DenseMatrix dense() {
      return fill(0);
    }

    /** Returns the same positions with NaN, infinities, -0.0 and extremes among the numbers. */
    public DenseMatrix wild() {
      return fill(0.5);
    }

    /** Returns the same positions with integers from -8 to 8 other than 0. */
    public DenseMatrix integers() {
      SplittableRandom random = new SplittableRandom(seed ^ 7);
      DenseMatrix dense = dense();
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          if (dense.get(i, j) != 0) {
            dense.set(i, j, random.nextInt(1, 9) * (random.nextBoolean() ? 1 : -1));
          }
        }
      }
      return dense;
    }

    private DenseMatrix fill(double wild) {
      float[] odd = {
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        -0f,
        Float.MIN_VALUE,
        Float.MAX_VALUE
      };
      SplittableRandom random = new SplittableRandom(seed);
      SplittableRandom choice = new SplittableRandom(seed ^ 1);
      DenseMatrix dense = DenseMatrix.zeros(rows, columns);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          float number = (float) random.nextDouble(1.0 / 16, 2);
          boolean kept = random.nextDouble() < density;
          number = random.nextBoolean() ? number : -number;
          if (kept) {
            dense.set(i, j, choice.nextDouble() < wild ? odd[choice.nextInt(odd.length)] : number);
          }
        }
      }
      return dense;
    }

    @Override
    public String toString() {
      return rows + "x" + columns + ", density " + density + ", seed " + seed;
    }
  }

  /** Returns shapes and densities that formats and kernels are tested with, about a hundred. */
  public static List<Sample> all() {
    int[][] shapes = {
      {0, 0}, {0, 5}, {5, 0}, {1, 1}, {1, 7}, {7, 1}, {1, 64}, {64, 1}, {2, 3}, {3, 4}, {4, 5},
      {5, 4}, {7, 8}, {8, 9}, {9, 7}, {15, 16}, {16, 17}, {17, 15}, {31, 32}, {32, 33}, {33, 31},
      {63, 64}, {64, 65}, {65, 63}, {13, 101}, {101, 13}
    };
    List<Sample> samples = new ArrayList<>();
    for (int[] shape : shapes) {
      for (double density : shape[0] * shape[1] == 0 ? new double[] {0} : DENSITIES) {
        samples.add(new Sample(shape[0], shape[1], density, Seed.or(1000L * shape[0] + shape[1])));
      }
    }
    return samples;
  }

  /** Returns matrices whose rows differ most: one full row, one full column, one entry. */
  public static List<DenseMatrix> extremes() {
    List<DenseMatrix> matrices = new ArrayList<>();
    for (int[] shape : new int[][] {{5, 7}, {17, 33}, {64, 16}}) {
      DenseMatrix row = DenseMatrix.zeros(shape[0], shape[1]);
      DenseMatrix column = DenseMatrix.zeros(shape[0], shape[1]);
      DenseMatrix single = DenseMatrix.zeros(shape[0], shape[1]);
      for (int j = 0; j < shape[1]; j++) {
        row.set(shape[0] / 2, j, j + 1);
      }
      for (int i = 0; i < shape[0]; i++) {
        column.set(i, shape[1] - 1, -i - 1);
      }
      single.set(shape[0] - 1, shape[1] - 1, 3);
      matrices.addAll(List.of(row, column, single));
    }
    return matrices;
  }
}
