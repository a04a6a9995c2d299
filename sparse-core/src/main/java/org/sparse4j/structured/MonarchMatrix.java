package org.sparse4j.structured;

import java.util.Arrays;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;

/**
 * A Monarch matrix: two block-diagonal factors with a fixed transposition between them and another
 * one at the output (Dao et al., Monarch: Expressive Structured Matrices for Efficient and Accurate
 * Training, 2022, arXiv 2204.00595). For square n with sqrt(n) blocks {@code 2 n sqrt(n)}
 * parameters.
 *
 * <p>With the sizes of {@link MonarchShape}, {@code y = M x} is
 *
 * <ol>
 *   <li>x as (k, p): {@code u[k][q] = sum_p w1[k][q][p] x[k][p]}, flattened;
 *   <li>u as (r, l), transposed: {@code v[l][r] = u[r l' + l]} with l' the number of blocks;
 *   <li>{@code y[s][l] = sum_r w2[l][s][r] v[l][r]}, flattened: row {@code s l' + l}.
 * </ol>
 *
 * <p>Inputs are padded with zeros to k p, outputs past the last row are dropped. Where q = l and r
 * = k, the sub-matrix of every pair of blocks has rank one.
 *
 * <p>The parameters are w1 of shape (k, q, p), then w2 of shape (l, s, r), both row-major. The
 * transpose of a Monarch matrix has inputs and outputs permuted, so it is held as the same two
 * factors and a flag, see {@link #isTransposed()}.
 */
public final class MonarchMatrix extends ComputedMatrix {

  private static final String NAME = "MonarchMatrix";

  private final MonarchShape shape;
  private final boolean transposed;
  private final FloatValues first;
  private final FloatValues second;

  private MonarchMatrix(
      int rows,
      int columns,
      MonarchShape shape,
      boolean transposed,
      FloatValues first,
      FloatValues second) {
    super(rows, columns, List.of(first, second));
    this.shape = shape;
    this.transposed = transposed;
    this.first = first;
    this.second = second;
  }

  /**
   * Shares two factors.
   *
   * @param rows outputs, at most {@code l s}
   * @param columns inputs, at most {@code k p}
   * @param shape sizes of the factors
   * @param first w1, {@code k q p} numbers; kept
   * @param second w2, {@code l s r} numbers; kept
   * @return a matrix on the factors
   * @throws IllegalArgumentException if a size or a length does not fit
   */
  public static MonarchMatrix of(
      int rows, int columns, MonarchShape shape, FloatValues first, FloatValues second) {
    return of(rows, columns, shape, false, first, second);
  }

  /**
   * Shares two factors of a Monarch matrix or of a transposed one.
   *
   * @param rows outputs; for a transposed one at most {@code k p}
   * @param columns inputs; for a transposed one at most {@code l s}
   * @param shape sizes of the factors of the matrix that is not transposed
   * @param transposed whether this is the transpose of the matrix that the factors describe
   * @param first w1, {@code k q p} numbers; kept
   * @param second w2, {@code l s r} numbers; kept
   * @return a matrix on the factors
   * @throws IllegalArgumentException if a size or a length does not fit
   */
  public static MonarchMatrix of(
      int rows,
      int columns,
      MonarchShape shape,
      boolean transposed,
      FloatValues first,
      FloatValues second) {
    requireShape(NAME, rows, columns);
    int outputs = transposed ? columns : rows;
    int inputs = transposed ? rows : columns;
    requireFits(transposed ? "columns" : "rows", outputs, shape.paddedRows(), "l s", shape);
    requireFits(transposed ? "rows" : "columns", inputs, shape.paddedColumns(), "k p", shape);
    requireLength(NAME, "first", first, shape.firstLength(), "k q p");
    requireLength(NAME, "second", second, shape.secondLength(), "l s r");
    return new MonarchMatrix(rows, columns, shape, transposed, first, second);
  }

  private static void requireFits(
      String what, int size, long most, String rule, MonarchShape shape) {
    if (size > most) {
      throw new IllegalArgumentException(
          NAME
              + ": "
              + what
              + " ("
              + size
              + ") must be at most "
              + rule
              + " ("
              + most
              + "); the factors are "
              + shape);
    }
  }

  /**
   * Draws a layer with the same number of blocks in both factors, see {@link MonarchShape#linear};
   * every factor from {@code U(-1/sqrt(f), 1/sqrt(f))} with f the columns of its blocks.
   *
   * @param rows outputs
   * @param columns inputs
   * @param blocks number of blocks, at least 1
   * @param seed of the draw
   * @return a new matrix
   * @throws IllegalArgumentException if a size is out of range
   */
  public static MonarchMatrix random(int rows, int columns, int blocks, long seed) {
    return random(rows, columns, MonarchShape.linear(rows, columns, blocks), seed);
  }

  /**
   * Draws both factors from {@code U(-1/sqrt(f), 1/sqrt(f))} with f the columns of their blocks.
   *
   * @param rows outputs
   * @param columns inputs
   * @param shape sizes of the factors
   * @param seed of the draw
   * @return a new matrix
   * @throws IllegalArgumentException if a size is out of range
   */
  public static MonarchMatrix random(int rows, int columns, MonarchShape shape, long seed) {
    Draws draws = new Draws(seed);
    FloatValues first =
        draws.uniform(
            arrayLength(NAME, "first", shape.firstLength()),
            1 / Math.sqrt(Math.max(1, shape.firstColumns())));
    FloatValues second =
        draws.uniform(
            arrayLength(NAME, "second", shape.secondLength()),
            1 / Math.sqrt(Math.max(1, shape.secondColumns())));
    return of(rows, columns, shape, first, second);
  }

  /**
   * Returns the nearest Monarch matrix in the Frobenius norm with sub-matrices of a rank: the
   * largest singular triples of each of the k l disjoint sub-matrices, {@code sqrt(sigma)} on both
   * sides. The squared error is the sum of the squared singular values that were left out.
   *
   * <p>Triple j of the sub-matrix of blocks (a, b) is row {@code j l + b} of block a of w1 and
   * column {@code a rank + j} of block b of w2. Sizes that k and l do not divide are padded with
   * zeros. Computed in double and rounded once.
   *
   * @param dense the matrix; not kept
   * @param firstBlocks k, at least 1
   * @param secondBlocks l, at least 1
   * @param rank triples kept of each sub-matrix, at least 1; 1 is the definition of the paper
   * @return a new matrix; a sub-matrix of zeros has zeros in both factors, and then neither gets a
   *     gradient: add small numbers to one of them before training
   * @throws IllegalArgumentException if a size is out of range or an element is not finite
   */
  public static MonarchMatrix fromDense(
      DenseMatrix dense, int firstBlocks, int secondBlocks, int rank) {
    int rows = dense.rows();
    int columns = dense.columns();
    MonarchShape shape = MonarchShape.ofRank(rows, columns, firstBlocks, secondBlocks, rank);
    double[][] elements = finiteRows(NAME + ".fromDense", dense);
    float[] w1 = new float[arrayLength(NAME, "first", shape.firstLength())];
    float[] w2 = new float[arrayLength(NAME, "second", shape.secondLength())];
    for (int a = 0; a < firstBlocks; a++) {
      for (int b = 0; b < secondBlocks; b++) {
        project(elements, columns, shape, a, b, w1, w2);
      }
    }
    return of(rows, columns, shape, FloatValues.wrap(w1), FloatValues.wrap(w2));
  }

  private static void project(
      double[][] elements, int columns, MonarchShape shape, int a, int b, float[] w1, float[] w2) {
    int l = shape.secondBlocks();
    int p = shape.firstColumns();
    int s = shape.secondRows();
    int rank = shape.firstRows() / l;
    double[][] part = new double[s][p];
    for (int i = 0; i < s && i * l + b < elements.length; i++) {
      int start = Math.min(a * p, columns);
      int end = Math.min(start + p, columns);
      System.arraycopy(elements[i * l + b], start, part[i], 0, end - start);
    }
    int triples = Math.min(rank, Math.min(s, p));
    Svd svd = Svd.truncated(part, p, triples);
    for (int j = 0; j < triples; j++) {
      double root = Math.sqrt(svd.sigma(j));
      int row = (a * shape.firstRows() + j * l + b) * p;
      for (int i = 0; i < p; i++) {
        w1[row + i] = (float) (root * svd.right(j)[i]);
      }
      int column = a * rank + j;
      for (int i = 0; i < s; i++) {
        w2[(b * s + i) * shape.secondColumns() + column] = (float) (root * svd.left(j)[i]);
      }
    }
  }

  /**
   * Returns the sizes of the factors.
   *
   * @return those of the matrix that is not transposed
   */
  public MonarchShape shape() {
    return shape;
  }

  /**
   * Tells whether this is the transpose of the matrix that the factors describe.
   *
   * @return true after an odd number of {@link #transposed()}
   */
  public boolean isTransposed() {
    return transposed;
  }

  /**
   * Returns w1.
   *
   * @return live values of shape (k, q, p)
   */
  public FloatValues first() {
    return first;
  }

  /**
   * Returns w2.
   *
   * @return live values of shape (l, s, r)
   */
  public FloatValues second() {
    return second;
  }

  @Override
  public String format() {
    return "monarch";
  }

  @Override
  public MonarchMatrix transposed() {
    return new MonarchMatrix(columns(), rows(), shape, !transposed, first.copy(), second.copy());
  }

  @Override
  VectorProduct product() {
    double[] u = new double[Math.toIntExact(shape.middle())];
    return transposed
        ? (x, y) -> {
          secondTransposed(x, u);
          firstTransposed(u, y);
        }
        : (x, y) -> {
          firstFactor(x, u);
          secondFactor(u, y);
        };
  }

  private void firstFactor(double[] x, double[] u) {
    int p = shape.firstColumns();
    int q = shape.firstRows();
    float[] w = first.array();
    Arrays.fill(u, 0);
    for (int column = 0; column < columns(); column++) {
      int start = column / p * q;
      for (int i = start; x[column] != 0 && i < start + q; i++) {
        u[i] += w[i * p + column % p] * x[column];
      }
    }
  }

  private void secondFactor(double[] u, double[] y) {
    int l = shape.secondBlocks();
    int s = shape.secondRows();
    int r = shape.secondColumns();
    float[] w = second.array();
    Arrays.fill(y, 0, rows(), 0);
    for (int flat = 0; flat < u.length; flat++) {
      int block = flat % l;
      int column = flat / l;
      for (int i = 0; u[flat] != 0 && i < s && i * l + block < rows(); i++) {
        y[i * l + block] += w[(block * s + i) * r + column] * u[flat];
      }
    }
  }

  private void secondTransposed(double[] x, double[] u) {
    int l = shape.secondBlocks();
    int s = shape.secondRows();
    int r = shape.secondColumns();
    float[] w = second.array();
    Arrays.fill(u, 0);
    for (int row = 0; row < columns(); row++) {
      int block = row % l;
      for (int column = 0; x[row] != 0 && column < r; column++) {
        u[column * l + block] += w[(block * s + row / l) * r + column] * x[row];
      }
    }
  }

  private void firstTransposed(double[] u, double[] y) {
    int p = shape.firstColumns();
    int q = shape.firstRows();
    float[] w = first.array();
    Arrays.fill(y, 0, rows(), 0);
    for (int flat = 0; flat < u.length; flat++) {
      int start = flat / q * p;
      for (int j = 0; u[flat] != 0 && j < p && start + j < rows(); j++) {
        y[start + j] += w[flat * p + j] * u[flat];
      }
    }
  }

  @Override
  String layout() {
    return shape + (transposed ? ", transposed" : "");
  }
}
