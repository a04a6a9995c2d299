package org.sparse4j.kernels;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.Int8Values;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.testing.Formats;
import org.sparse4j.testing.Seed;

/**
 * A matrix of some format, the numbers it was made of, and how far each stored value may be from
 * its number: what the tests of all formats multiply.
 */
final class FormatCase {

  /** Rows, columns and percent of non-zeros in what the format is made of. */
  static final List<int[]> SHAPES =
      List.of(
          new int[] {0, 0, 0},
          new int[] {0, 5, 0},
          new int[] {5, 0, 0},
          new int[] {1, 1, 100},
          new int[] {1, 40, 50},
          new int[] {40, 1, 50},
          new int[] {7, 31, 0},
          new int[] {8, 16, 100},
          new int[] {13, 17, 10},
          new int[] {16, 33, 50},
          new int[] {33, 130, 1},
          new int[] {37, 64, 30},
          new int[] {65, 48, 10},
          new int[] {29, 200, 60},
          new int[] {127, 61, 50});

  private final SparseMatrix matrix;
  private final float[] numbers;
  private final double[] errors;

  private FormatCase(SparseMatrix matrix, float[] numbers, double[] errors) {
    this.matrix = matrix;
    this.numbers = numbers;
    this.errors = errors;
  }

  SparseMatrix matrix() {
    return matrix;
  }

  /** The float32 numbers before they were stored, in pattern order; live. */
  float[] numbers() {
    return numbers;
  }

  /** Builds a matrix; small numbers stay exact in every type. */
  static FormatCase of(
      Formats.Entry entry, int[] shape, DType dtype, boolean small, SplittableRandom random) {
    DoubleUnaryOperator number = small ? CsrCase::small : CsrCase::real;
    DenseMatrix dense = DenseMatrix.zeros(shape[0], shape[1]);
    for (int i = 0; i < shape[0]; i++) {
      // Rows of different lengths; some empty, some full.
      double density = i % 11 == 3 ? 0 : i % 13 == 5 ? 1 : shape[2] / 100.0;
      for (int j = 0; j < shape[1] && shape[2] > 0; j++) {
        if (random.nextDouble() < density) {
          dense.set(i, j, (float) number.applyAsDouble(random.nextDouble()));
        }
      }
    }
    SparseMatrix exact = entry.build(dense, Seed.or(11));
    float[] numbers = exact.values().toFloats();
    double[] errors = new double[numbers.length];
    if (dtype == DType.F32) {
      return new FormatCase(exact, numbers, errors);
    }
    SparseMatrix stored = entry.to(exact, dtype);
    if (small && stored.values() instanceof Int8Values values) {
      Arrays.fill(values.scales(), 1);
      for (int k = 0; k < numbers.length; k++) {
        values.codes()[k] = (byte) numbers[k];
      }
      values.markChanged();
    } else if (!small) {
      setErrors(dtype, numbers, stored.pattern().valueGroups(), errors);
    }
    return new FormatCase(stored, numbers, errors);
  }

  /**
   * Rounding to 8 significant bits is off by at most 2^-8 of the number; a code by half a scale,
   * which is the group's largest magnitude over 127, and a little for computing and applying it.
   */
  private static void setErrors(DType dtype, float[] numbers, int[] groups, double[] errors) {
    if (dtype == DType.BF16) {
      for (int k = 0; k < numbers.length; k++) {
        errors[k] = 0x1p-8 * Math.abs(numbers[k]);
      }
      return;
    }
    for (int g = 0; g + 1 < groups.length; g++) {
      double largest = 0;
      for (int k = groups[g]; k < groups[g + 1]; k++) {
        largest = Math.max(largest, Math.abs(numbers[k]));
      }
      Arrays.fill(errors, groups[g], groups[g + 1], largest * (0.5 / 127 + 0x1p-22));
    }
  }

  /** The product in double, beside sums that bound how far a result may be off. */
  static final class Want {
    final double[][] sums;
    final double[][] sizes;
    final double[][] stored;

    Want(int rows, int columns) {
      sums = new double[rows][columns];
      sizes = new double[rows][columns];
      stored = new double[rows][columns];
    }

    private void add(int row, int column, double a, double x, double error) {
      sums[row][column] += a * x;
      sizes[row][column] += (Math.abs(a) + error) * Math.abs(x);
      stored[row][column] += error * Math.abs(x);
    }

    void require(String what, int row, int column, float got, int terms, boolean exact) {
      double rounding =
          (terms + 2) * 0x1p-24 * sizes[row][column] + terms * (double) Float.MIN_VALUE;
      double bound = exact ? 0 : rounding + stored[row][column];
      double want = sums[row][column];
      if (!(Math.abs(got - want) <= bound)) {
        throw new AssertionError(
            what
                + " at "
                + row
                + ", "
                + column
                + ": got "
                + got
                + ", want "
                + want
                + " within "
                + bound);
      }
    }

    void require(String what, DenseMatrix y, int terms, boolean exact) {
      for (int i = 0; i < y.rows(); i++) {
        for (int j = 0; j < y.columns(); j++) {
          require(what, i, j, y.get(i, j), terms, exact);
        }
      }
    }
  }

  /** {@code A X}, or {@code A^T X}. */
  Want product(DenseMatrix x, boolean transposed) {
    Want want = new Want(transposed ? matrix.columns() : matrix.rows(), x.columns());
    matrix
        .pattern()
        .forEach((index, row, column) -> {
          int to = transposed ? column : row;
          int from = transposed ? row : column;
          for (int t = 0; t < x.columns(); t++) {
            want.add(to, t, numbers[index], x.get(from, t), errors[index]);
          }
        });
    return want;
  }

  /** The dot products at stored positions, one a row of the result. */
  Want sampled(DenseMatrix g, DenseMatrix x) {
    Want want = new Want(numbers.length, 1);
    matrix
        .pattern()
        .forEach((index, row, column) -> {
          for (int t = 0; t < g.columns(); t++) {
            want.add(index, 0, g.get(row, t), x.get(column, t), 0);
          }
        });
    return want;
  }

  @Override
  public String toString() {
    return matrix.rows()
        + "x"
        + matrix.columns()
        + " "
        + matrix.format()
        + " "
        + matrix.values().dtype()
        + " (nnz "
        + matrix.nnz()
        + ")";
  }
}
