package org.sparse4j.structured;

import java.util.Arrays;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;

/**
 * A matrix of low rank, {@code M = U V} with U rows x r and V r x columns; {@code r (rows +
 * columns)} parameters, fewer than the dense matrix has below {@link #breakEvenRank}.
 *
 * <p>The parameters are U, then V, both row-major. Weight decay on both acts like a penalty on the
 * nuclear norm of the product, since balanced factors have equal norms.
 */
public final class LowRankMatrix extends ComputedMatrix {

  private static final String NAME = "LowRankMatrix";

  private final int rank;
  private final FloatValues left;
  private final FloatValues right;

  private LowRankMatrix(int rows, int columns, int rank, FloatValues left, FloatValues right) {
    super(rows, columns, List.of(left, right));
    this.rank = rank;
    this.left = left;
    this.right = right;
  }

  /**
   * Shares two factors.
   *
   * @param rows outputs
   * @param columns inputs
   * @param rank r, at least 0; more than the smaller size is allowed and wasteful
   * @param left U, {@code rows * rank} numbers, row-major; kept
   * @param right V, {@code rank * columns} numbers, row-major; kept
   * @return a matrix on the factors
   * @throws IllegalArgumentException if a size or a length does not fit
   */
  public static LowRankMatrix of(
      int rows, int columns, int rank, FloatValues left, FloatValues right) {
    requireShape(NAME, rows, columns);
    requireAtLeast(NAME, "rank", rank, 0);
    requireLength(NAME, "left", left, (long) rows * rank, "rows * rank");
    requireLength(NAME, "right", right, (long) rank * columns, "rank * columns");
    return new LowRankMatrix(rows, columns, rank, left, right);
  }

  /**
   * Returns the nearest matrix of a rank in the Frobenius norm: the largest singular values, each
   * split evenly, {@code U_r sqrt(S)} and {@code sqrt(S) V_r^T} (Eckart and Young, 1936).
   *
   * <p>Computed in double and rounded once. Singular values keep about eight digits relative to the
   * largest one, which is what float32 elements have. Cost {@code O(rows * columns * s + s^3)} with
   * s the smaller size.
   *
   * @param dense the matrix; not kept
   * @param rank r, at least 0; where it exceeds the smaller size the surplus is zero
   * @return a new matrix; both factors of a singular value 0 are zero, and get no gradient
   * @throws IllegalArgumentException if the rank is negative or an element is not finite
   */
  public static LowRankMatrix fromDense(DenseMatrix dense, int rank) {
    requireAtLeast(NAME, "rank", rank, 0);
    double[][] elements = finiteRows(NAME + ".fromDense", dense);
    return fromSvd(dense.rows(), dense.columns(), rank, elements);
  }

  static LowRankMatrix fromSvd(int rows, int columns, int rank, double[][] elements) {
    int triples = Math.min(rank, Math.min(rows, columns));
    Svd svd = Svd.truncated(elements, columns, triples);
    float[] u = new float[arrayLength(NAME, "left", (long) rows * rank)];
    float[] v = new float[arrayLength(NAME, "right", (long) rank * columns)];
    for (int r = 0; r < triples; r++) {
      double root = Math.sqrt(svd.sigma(r));
      for (int i = 0; i < rows; i++) {
        u[i * rank + r] = (float) (root * svd.left(r)[i]);
      }
      for (int j = 0; j < columns; j++) {
        v[r * columns + j] = (float) (root * svd.right(r)[j]);
      }
    }
    return new LowRankMatrix(rows, columns, rank, FloatValues.wrap(u), FloatValues.wrap(v));
  }

  /**
   * Draws both factors like dense layers: U from {@code U(-1/sqrt(r), 1/sqrt(r))}, V from {@code
   * U(-1/sqrt(columns), 1/sqrt(columns))}.
   *
   * @param rows outputs
   * @param columns inputs
   * @param rank r, at least 0
   * @param seed of the draw
   * @return a new matrix
   * @throws IllegalArgumentException if a size is out of range
   */
  public static LowRankMatrix random(int rows, int columns, int rank, long seed) {
    requireShape(NAME, rows, columns);
    requireAtLeast(NAME, "rank", rank, 0);
    Draws draws = new Draws(seed);
    FloatValues left =
        draws.uniform(
            arrayLength(NAME, "left", (long) rows * rank), 1 / Math.sqrt(Math.max(1, rank)));
    FloatValues right =
        draws.uniform(
            arrayLength(NAME, "right", (long) rank * columns), 1 / Math.sqrt(Math.max(1, columns)));
    return new LowRankMatrix(rows, columns, rank, left, right);
  }

  /**
   * Draws a dense matrix from {@code U(-1/sqrt(columns), 1/sqrt(columns))} and takes its nearest
   * matrix of the rank: a spectral start.
   *
   * @param rows outputs
   * @param columns inputs
   * @param rank r, at least 0
   * @param seed of the draw
   * @return a new matrix
   * @throws IllegalArgumentException if a size is out of range
   */
  public static LowRankMatrix randomSpectral(int rows, int columns, int rank, long seed) {
    requireShape(NAME, rows, columns);
    requireAtLeast(NAME, "rank", rank, 0);
    Draws draws = new Draws(seed);
    double[][] elements = new double[rows][columns];
    double bound = 1 / Math.sqrt(Math.max(1, columns));
    for (double[] row : elements) {
      Arrays.setAll(row, j -> (2 * draws.next() - 1) * bound);
    }
    return fromSvd(rows, columns, rank, elements);
  }

  /**
   * Returns the rank below which two factors hold fewer numbers than the dense matrix, {@code rows
   * columns / (rows + columns)}.
   *
   * @param rows outputs
   * @param columns inputs
   * @return the break-even rank, not rounded; 0 for an empty matrix
   */
  public static double breakEvenRank(int rows, int columns) {
    return rows == 0 || columns == 0 ? 0 : (double) rows * columns / ((double) rows + columns);
  }

  /**
   * Returns the rank r.
   *
   * @return columns of U and rows of V
   */
  public int rank() {
    return rank;
  }

  /**
   * Returns U.
   *
   * @return live values, rows x rank, row-major
   */
  public FloatValues left() {
    return left;
  }

  /**
   * Returns V.
   *
   * @return live values, rank x columns, row-major
   */
  public FloatValues right() {
    return right;
  }

  @Override
  public String format() {
    return "low-rank";
  }

  @Override
  public LowRankMatrix transposed() {
    return new LowRankMatrix(
        columns(),
        rows(),
        rank,
        transposed(right, rank, columns()),
        transposed(left, rows(), rank));
  }

  private static FloatValues transposed(FloatValues values, int rows, int columns) {
    float[] from = values.array();
    float[] to = new float[from.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        to[j * rows + i] = from[i * columns + j];
      }
    }
    return FloatValues.wrap(to);
  }

  @Override
  VectorProduct product() {
    float[] u = left.array();
    float[] v = right.array();
    double[] inner = new double[rank];
    return (x, y) -> {
      Arrays.fill(inner, 0);
      for (int j = 0; j < columns(); j++) {
        for (int r = 0; x[j] != 0 && r < rank; r++) {
          inner[r] += v[r * columns() + j] * x[j];
        }
      }
      for (int i = 0; i < rows(); i++) {
        double sum = 0;
        for (int r = 0; r < rank; r++) {
          sum += u[i * rank + r] * inner[r];
        }
        y[i] = sum;
      }
    };
  }

  @Override
  String layout() {
    return "rank " + rank;
  }
}
