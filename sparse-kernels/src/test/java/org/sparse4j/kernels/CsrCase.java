package org.sparse4j.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.memory.Memory;
import org.sparse4j.memory.Padding;

/** A random CSR matrix and operands for it, with NaN around everything that a kernel may touch. */
record CsrCase(int m, int k, int n, double density, long seed) {

  private static final int GUARD = 1 << 10;

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%dx%d, n %d, density %.2f, seed %d, %s",
        m,
        k,
        n,
        density,
        seed,
        Kernels.best());
  }

  SplittableRandom random() {
    return new SplittableRandom(
        seed ^ Long.getLong("sparse4j.test.seed", 0) ^ ((long) m << 40) ^ ((long) k << 20) ^ n);
  }

  /** Rows of very different lengths: each draws a density of its own; some are empty or full. */
  CsrMatrix matrix(DoubleUnaryOperator number) {
    SplittableRandom random = random();
    int[] pointers = new int[m + 1];
    int[] columns = new int[Math.multiplyExact(m, k)];
    float[] values = new float[columns.length];
    int nnz = 0;
    for (int i = 0; i < m; i++) {
      double own = density * 2 * random.nextDouble();
      own = i % 11 == 3 ? 0 : i % 13 == 5 ? 1 : own;
      for (int j = 0; j < k && density > 0; j++) {
        if (density == 1 || random.nextDouble() < own) {
          columns[nnz] = j;
          values[nnz++] = (float) number.applyAsDouble(random.nextDouble());
        }
      }
      pointers[i + 1] = nnz;
    }
    return CsrMatrix.copyOf(
        m, k, pointers, Arrays.copyOf(columns, nnz), Arrays.copyOf(values, nnz));
  }

  /** A matrix whose rows are followed by NaN where the stride leaves room, and NaN around it. */
  static DenseMatrix guarded(int rows, int columns) {
    int stride = Padding.stride(columns) + 32;
    long floats = (long) rows * stride;
    MemorySegment all = Memory.auto().allocate(4 * (floats + 2L * GUARD));
    for (long i = 0; i < floats + 2L * GUARD; i++) {
      all.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.NaN);
    }
    MemorySegment own = all.asSlice(4L * GUARD, 4 * floats);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < Padding.width(columns); j++) {
        own.setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * stride + j, 0);
      }
    }
    return DenseMatrix.wrap(own, rows, columns, stride);
  }

  static DenseMatrix filled(int rows, int columns, SplittableRandom r, DoubleUnaryOperator number) {
    DenseMatrix matrix = guarded(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, (float) number.applyAsDouble(r.nextDouble()));
      }
    }
    return matrix;
  }

  /** An output that holds NaN in every element. */
  static DenseMatrix output(int rows, int columns) {
    return filled(rows, columns, new SplittableRandom(1), u -> Float.NaN);
  }

  /** Integers from -4 to 4: products and sums are exact whatever their order. */
  static double small(double uniform) {
    return Math.floor(9 * uniform) - 4;
  }

  static double real(double uniform) {
    return 2 * uniform - 1;
  }

  /** Throws unless the padding is zero and what is between the rows is still NaN. */
  static void requireGuards(String what, DenseMatrix y) {
    for (int i = 0; i < y.rows(); i++) {
      for (int j = y.columns(); j < y.stride(); j++) {
        float found = y.segment().getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * y.stride() + j);
        if (j < y.paddedColumns() ? found != 0 : !Float.isNaN(found)) {
          throw new AssertionError(what + ": row " + i + " holds " + found + " at float " + j);
        }
      }
    }
  }

  /** Throws unless every element is within the bound of a float32 sum of {@code terms} products. */
  static void requireClose(
      String what, DenseMatrix y, double[][] want, double[][] magnitude, int terms) {
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        requireClose(what + " at " + i + ", " + j, y.get(i, j), want[i][j], magnitude[i][j], terms);
      }
    }
  }

  static void requireClose(String what, float got, double want, double magnitude, int terms) {
    double bound = (terms + 2) * 0x1p-24 * magnitude + terms * (double) Float.MIN_VALUE;
    if (!(Math.abs(got - want) <= bound)) {
      throw new AssertionError(what + ": got " + got + ", want " + want + " within " + bound);
    }
  }
}
