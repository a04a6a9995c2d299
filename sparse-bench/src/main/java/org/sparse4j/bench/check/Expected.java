package org.sparse4j.bench.check;

import org.sparse4j.kernels.operation.Activation;

/**
 * Sums in double of the products that make up each element of a result, beside what bounds how far
 * a float32 result may be off, and which elements read an infinity or a NaN.
 *
 * <p>The bound is {@code (k + 4) 2^-24 sum |a| |b| + k MIN_VALUE} with k products: one rounding for
 * each product and each addition, in any order, one for a bias, and two for values that are decoded
 * or scaled after they are summed. A function f has a slope of at most 1.2 and is computed to 5e-7
 * of {@code 1 + |z|}.
 */
final class Expected {
  private static final double STEEPEST = 1.2;
  private static final double FUNCTION_ERROR = 5e-7;

  final int rows;
  final int columns;
  private final double[] sums;
  private final double[] sizes;
  private final boolean[] readsNaN;
  private final boolean[] readsInfinity;

  Expected(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    sums = new double[rows * columns];
    sizes = new double[rows * columns];
    readsNaN = new boolean[rows * columns];
    readsInfinity = new boolean[rows * columns];
  }

  /** Adds {@code a b} to an element. */
  void add(int row, int column, double a, double b) {
    int at = row * columns + column;
    if (Double.isFinite(a) && Double.isFinite(b)) {
      sums[at] += a * b;
      sizes[at] += Math.abs(a * b);
    } else if (Double.isNaN(a) || Double.isNaN(b)) {
      readsNaN[at] = true;
    } else {
      readsInfinity[at] = true;
    }
  }

  /** Compares one element; {@code terms} products were summed. */
  void require(int row, int column, float got, int terms, Activation activation, boolean exact) {
    int at = row * columns + column;
    if (readsNaN[at] || readsInfinity[at]) {
      // An infinity may meet its opposite or a stored zero, so NaN is right as well.
      if (Float.isFinite(got) || (readsNaN[at] && !Float.isNaN(got))) {
        throw new Mismatch(
            place(row, column, got) + (readsNaN[at] ? "a NaN" : "an infinity") + " was read there");
      }
      return;
    }
    double want = apply(activation, sums[at]);
    double bound = 0;
    boolean linear = activation == Activation.IDENTITY || activation == Activation.RELU;
    if (!exact) {
      bound = (terms + 4) * 0x1p-24 * sizes[at] + terms * (double) Float.MIN_VALUE;
    }
    if (!linear) {
      bound = STEEPEST * bound + FUNCTION_ERROR * (1 + Math.abs(sums[at]));
    }
    if (!(Math.abs(got - want) <= bound)) {
      throw new Mismatch(place(row, column, got) + want + " within " + bound + " is right");
    }
  }

  private static String place(int row, int column, float got) {
    return "row " + row + ", column " + column + ": got " + got + ", but ";
  }

  private static double apply(Activation activation, double z) {
    return switch (activation) {
      case IDENTITY -> z;
      case RELU -> Math.max(z, 0);
      case GELU -> z * (1 + erf(z / Math.sqrt(2))) / 2;
      case SILU -> z / (1 + Math.exp(-z));
      case TANH -> Math.tanh(z);
      case SIGMOID -> 1 / (1 + Math.exp(-z));
    };
  }

  /**
   * By the series whose terms are all positive: 2 / sqrt(pi) e^-x^2 sum 2^n x^(2n+1) / (2n+1)!!.
   */
  private static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
