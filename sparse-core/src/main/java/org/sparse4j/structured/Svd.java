package org.sparse4j.structured;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The largest singular triples of a small or middling matrix, in double: {@code A ~ sum_i sigma_i
 * left_i right_i^T}, largest first.
 *
 * <p>A starting basis comes from the eigenvectors of the smaller Gram matrix, which places the
 * subspace to about {@code sqrt(2^-52)} of the largest singular value, below the rounding of
 * float32 elements; one-sided Jacobi rotations (Hestenes, 1958) then make the products with it
 * orthogonal to working precision, so that values, left and right vectors of what is kept are as
 * accurate as a full Jacobi decomposition of that part, also where singular values are equal. Up to
 * {@value #DIRECT} vectors the rotations start from the matrix itself. Deterministic.
 */
final class Svd {

  /** Sizes up to which Jacobi alone is faster. */
  static final int DIRECT = 12;

  private static final int MOST_SWEEPS = 40;

  private final double[] sigma;
  private final double[][] left;
  private final double[][] right;

  private Svd(double[] sigma, double[][] left, double[][] right) {
    this.sigma = sigma;
    this.left = left;
    this.right = right;
  }

  /**
   * Decomposes a matrix.
   *
   * @param rows its rows, finite
   * @param columns length of each row
   * @param count triples wanted, at most the smaller size
   */
  static Svd truncated(double[][] rows, int columns, int count) {
    boolean tall = rows.length >= columns;
    double[][] vectors = tall ? transposed(rows, columns) : rows;
    int small = vectors.length;
    boolean direct = small <= DIRECT;
    double[][] weights = direct ? identity(small) : basis(vectors, count);
    double[][] combined = new double[weights.length][];
    for (int i = 0; i < combined.length; i++) {
      combined[i] = direct ? vectors[i].clone() : combination(weights[i], vectors);
    }
    orthogonalise(combined, weights);
    double[] lengths = normalise(combined);
    Integer[] order = new Integer[lengths.length];
    Arrays.setAll(order, i -> i);
    // The sort is stable: equal values keep their order.
    Arrays.sort(order, Comparator.comparingDouble(i -> -lengths[i]));
    double[] sigma = new double[count];
    double[][] longer = new double[count][];
    double[][] shorter = new double[count][];
    for (int i = 0; i < count; i++) {
      sigma[i] = lengths[order[i]];
      longer[i] = combined[order[i]];
      shorter[i] = weights[order[i]];
    }
    return tall ? new Svd(sigma, longer, shorter) : new Svd(sigma, shorter, longer);
  }

  /** Returns a singular value; 0 where rounding is all that is left. */
  double sigma(int index) {
    return sigma[index];
  }

  /** Returns a unit vector of the rows' side, zeros on the longer side of a singular value 0. */
  double[] left(int index) {
    return left[index];
  }

  /** Returns a unit vector of the columns' side, zeros on the longer side of a singular value 0. */
  double[] right(int index) {
    return right[index];
  }

  private static double[][] transposed(double[][] rows, int columns) {
    double[][] result = new double[columns][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns; j++) {
        result[j][i] = rows[i][j];
      }
    }
    return result;
  }

  private static double[][] identity(int n) {
    double[][] result = new double[n][n];
    for (int i = 0; i < n; i++) {
      result[i][i] = 1;
    }
    return result;
  }

  /** The eigenvectors of the largest eigenvalues of {@code vectors vectors^T}. */
  private static double[][] basis(double[][] vectors, int count) {
    int n = vectors.length;
    double[][] gram = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        gram[i][j] = SymmetricEigen.dot(vectors[i], vectors[j], 0, vectors[i].length);
        gram[j][i] = gram[i][j];
      }
    }
    SymmetricEigen eigen = SymmetricEigen.of(gram);
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> -eigen.value(i)));
    double[][] result = new double[count][];
    for (int i = 0; i < count; i++) {
      result[i] = eigen.vector(order[i]);
    }
    return result;
  }

  private static double[] combination(double[] weights, double[][] vectors) {
    double[] sum = new double[vectors.length == 0 ? 0 : vectors[0].length];
    for (int k = 0; k < vectors.length; k++) {
      SymmetricEigen.addScaled(weights[k], vectors[k], sum, 0, sum.length);
    }
    return sum;
  }

  /** Rotates pairs until all are orthogonal; the weights turn with them. */
  private static void orthogonalise(double[][] vectors, double[][] weights) {
    if (vectors.length < 2) {
      return;
    }
    int length = vectors[0].length;
    double tolerance = 0x1p-52 * Math.sqrt(length);
    double[] squares = new double[vectors.length];
    boolean rotated = true;
    for (int sweep = 0; rotated && sweep < MOST_SWEEPS; sweep++) {
      rotated = false;
      for (int i = 0; i < vectors.length; i++) {
        squares[i] = SymmetricEigen.dot(vectors[i], vectors[i], 0, length);
      }
      for (int i = 0; i < vectors.length; i++) {
        for (int j = i + 1; j < vectors.length; j++) {
          double both = SymmetricEigen.dot(vectors[i], vectors[j], 0, length);
          if (Math.abs(both) <= tolerance * Math.sqrt(squares[i] * squares[j])) {
            continue;
          }
          rotated = true;
          double zeta = (squares[j] - squares[i]) / (2 * both);
          double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
          double c = 1 / Math.sqrt(1 + t * t);
          SymmetricEigen.rotate(c, -c * t, vectors[i], vectors[j]);
          SymmetricEigen.rotate(c, -c * t, weights[i], weights[j]);
          squares[i] = Math.max(0, squares[i] - t * both);
          squares[j] += t * both;
        }
      }
    }
  }

  /** Returns the lengths and divides by them; what is rounding only becomes 0. */
  private static double[] normalise(double[][] vectors) {
    double[] lengths = new double[vectors.length];
    double longest = 0;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = Math.sqrt(SymmetricEigen.dot(vectors[i], vectors[i], 0, vectors[i].length));
      longest = Math.max(longest, lengths[i]);
    }
    for (int i = 0; i < lengths.length; i++) {
      double[] vector = vectors[i];
      if (lengths[i] <= longest * 0x1p-52 * vector.length) {
        lengths[i] = 0;
        Arrays.fill(vector, 0);
      } else {
        for (int p = 0; p < vector.length; p++) {
          vector[p] /= lengths[i];
        }
      }
    }
    return lengths;
  }
}
