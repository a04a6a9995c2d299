package org.sparse4j.structured;

import java.util.Arrays;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix in double: Householder reflections to
 * tridiagonal form, then implicit QR steps with Wilkinson's shift (Golub and Van Loan, Matrix
 * Computations, 8.3).
 *
 * <p>Eigenvectors are kept as rows, so that a rotation runs along memory.
 */
final class SymmetricEigen {

  /** An off-diagonal element this much below the norm counts as zero. */
  private static final double NEGLIGIBLE = 0x1p-53;

  /** Two or three steps an eigenvalue are usual. */
  private static final int MOST_STEPS_EACH = 60;

  private final int n;
  private final double[] diagonal;
  private final double[] beside;
  private final double[][] vectors;

  private SymmetricEigen(int n) {
    this.n = n;
    this.diagonal = new double[n];
    this.beside = new double[Math.max(0, n - 1)];
    this.vectors = new double[n][n];
  }

  /**
   * Decomposes a matrix.
   *
   * @param a symmetric, finite; overwritten
   */
  static SymmetricEigen of(double[][] a) {
    SymmetricEigen eigen = new SymmetricEigen(a.length);
    eigen.reduce(a);
    eigen.iterate();
    return eigen;
  }

  double value(int index) {
    return diagonal[index];
  }

  double[] vector(int index) {
    return vectors[index];
  }

  /** Makes {@code a = Q T Q^T}; leaves T in the two diagonals and Q^T in the vectors. */
  private void reduce(double[][] a) {
    double[][] reflectors = new double[Math.max(0, n - 2)][];
    double[] factors = new double[reflectors.length];
    for (int k = 0; k < reflectors.length; k++) {
      reflectors[k] = a[k].clone();
      factors[k] = reflect(a, k, reflectors[k]);
    }
    for (int k = 0; k < n; k++) {
      diagonal[k] = a[k][k];
    }
    if (n > 1) {
      beside[n - 2] = a[n - 2][n - 1];
    }
    transpose(assemble(reflectors, factors));
  }

  /** Applies {@code (I - f v v^T)} from both sides below row k; v replaces the row's copy. */
  private double reflect(double[][] a, int k, double[] v) {
    double tail = 0;
    for (int i = k + 2; i < n; i++) {
      tail += v[i] * v[i];
    }
    double first = v[k + 1];
    if (tail == 0) {
      beside[k] = first;
      return 0;
    }
    double norm = -Math.copySign(Math.sqrt(first * first + tail), first);
    beside[k] = norm;
    v[k + 1] = first - norm;
    double factor = 2 / (v[k + 1] * v[k + 1] + tail);
    double[] w = new double[n];
    double along = 0;
    for (int i = k + 1; i < n; i++) {
      w[i] = factor * dot(a[i], v, k + 1, n);
      along += w[i] * v[i];
    }
    for (int i = k + 1; i < n; i++) {
      w[i] -= factor / 2 * along * v[i];
    }
    for (int i = k + 1; i < n; i++) {
      double vi = v[i];
      double wi = w[i];
      double[] row = a[i];
      for (int j = k + 1; j < n; j++) {
        row[j] -= vi * w[j] + wi * v[j];
      }
    }
    return factor;
  }

  /** Multiplies the reflections from the last to the first, each on the part that it changes. */
  private double[][] assemble(double[][] reflectors, double[] factors) {
    double[][] q = new double[n][n];
    for (int i = 0; i < n; i++) {
      q[i][i] = 1;
    }
    double[] combined = new double[n];
    for (int k = reflectors.length - 1; k >= 0; k--) {
      if (factors[k] == 0) {
        continue;
      }
      double[] v = reflectors[k];
      Arrays.fill(combined, 0);
      for (int i = k + 1; i < n; i++) {
        addScaled(v[i], q[i], combined, k + 1, n);
      }
      for (int i = k + 1; i < n; i++) {
        addScaled(-factors[k] * v[i], combined, q[i], k + 1, n);
      }
    }
    return q;
  }

  private void transpose(double[][] q) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        vectors[j][i] = q[i][j];
      }
    }
  }

  private void iterate() {
    double norm = 0;
    for (int k = 0; k < n; k++) {
      norm = Math.max(norm, Math.abs(diagonal[k]) + (k < n - 1 ? Math.abs(beside[k]) : 0));
    }
    double negligible = NEGLIGIBLE * norm;
    int high = n - 1;
    for (long left = (long) MOST_STEPS_EACH * n; high > 0 && left > 0; left--) {
      if (Math.abs(beside[high - 1]) <= negligible) {
        high--;
        continue;
      }
      int low = high - 1;
      while (low > 0 && Math.abs(beside[low - 1]) > negligible) {
        low--;
      }
      step(low, high);
    }
    if (high > 0) {
      throw new ArithmeticException("SymmetricEigen: no convergence; the matrix is " + n + "x" + n);
    }
  }

  /** One implicit QR step on the unreduced part low..high. */
  private void step(int low, int high) {
    double half = (diagonal[high - 1] - diagonal[high]) / 2;
    double corner = beside[high - 1];
    double shift =
        diagonal[high]
            - corner
                * corner
                / (half + Math.copySign(Math.sqrt(half * half + corner * corner), half));
    double kept = diagonal[low] - shift;
    double bulge = beside[low];
    for (int k = low; k < high; k++) {
      double length = Math.sqrt(kept * kept + bulge * bulge);
      double c = length == 0 ? 1 : kept / length;
      double s = length == 0 ? 0 : bulge / length;
      if (k > low) {
        beside[k - 1] = length;
      }
      double a = diagonal[k];
      double b = beside[k];
      double d = diagonal[k + 1];
      diagonal[k] = c * c * a + 2 * c * s * b + s * s * d;
      diagonal[k + 1] = s * s * a - 2 * c * s * b + c * c * d;
      beside[k] = (c * c - s * s) * b + c * s * (d - a);
      if (k < high - 1) {
        kept = beside[k];
        bulge = s * beside[k + 1];
        beside[k + 1] *= c;
      }
      rotate(c, s, vectors[k], vectors[k + 1]);
    }
  }

  /** Computes {@code a = c a + s b} and {@code b = c b - s a} at once. */
  static void rotate(double c, double s, double[] a, double[] b) {
    for (int i = 0; i < a.length; i++) {
      double old = a[i];
      a[i] = c * old + s * b[i];
      b[i] = c * b[i] - s * old;
    }
  }

  static void addScaled(double factor, double[] x, double[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] += factor * x[i];
    }
  }

  /** Four sums side by side: a single one waits for each addition. */
  static double dot(double[] a, double[] b, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < to; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
