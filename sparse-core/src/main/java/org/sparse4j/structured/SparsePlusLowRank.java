package org.sparse4j.structured;

import java.util.List;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.Structure;

/**
 * A sparse matrix plus one of low rank, {@code W = S + s U V}: what SLTrain trains from the start
 * (Han et al., SLTrain: a sparse plus low-rank approach for parameter and memory efficient
 * pretraining, 2024, arXiv 2406.02214) and what a dense weight can be split into.
 *
 * <p>The parameters are the values of S, then U, then V; the scale s is fixed.
 */
public final class SparsePlusLowRank extends CompositeMatrix {

  private static final String NAME = "SparsePlusLowRank";

  private final SparseMatrix sparse;
  private final LowRankMatrix lowRank;
  private final float scale;

  private SparsePlusLowRank(SparseMatrix sparse, LowRankMatrix lowRank, float scale) {
    super(sparse.rows(), sparse.columns(), List.of(sparse, lowRank));
    this.sparse = sparse;
    this.lowRank = lowRank;
    this.scale = scale;
  }

  /**
   * Adds two matrices.
   *
   * @param sparse S, of any format; shared
   * @param lowRank U V; shared
   * @param scale s, often alpha / rank
   * @return a matrix on the two
   * @throws IllegalArgumentException if the shapes differ
   */
  public static SparsePlusLowRank of(SparseMatrix sparse, LowRankMatrix lowRank, float scale) {
    if (sparse.rows() != lowRank.rows() || sparse.columns() != lowRank.columns()) {
      throw new IllegalArgumentException(
          NAME
              + ": shapes must be equal; the sparse part is "
              + describe(sparse)
              + ", the other is "
              + describe(lowRank));
    }
    return new SparsePlusLowRank(sparse, lowRank, scale);
  }

  /**
   * Starts a layer to train: {@code floor(density * rows * columns)} positions chosen at random and
   * then fixed, their values and V from {@code U(-1/sqrt(columns), 1/sqrt(columns))}, U = 0, scale
   * {@code alpha / rank}. In the first step only U and the values get a gradient.
   *
   * @param rows outputs
   * @param columns inputs
   * @param rank of U V, at least 1
   * @param density of S, in [0, 1]; published models use 0.03
   * @param alpha numerator of the scale
   * @param seed of positions and numbers
   * @return a new matrix; S is CSR
   * @throws IllegalArgumentException if a size is out of range
   */
  public static SparsePlusLowRank random(
      int rows, int columns, int rank, double density, double alpha, long seed) {
    requireShape(NAME, rows, columns);
    requireAtLeast(NAME, "rank", rank, 1);
    if (!(density >= 0 && density <= 1)) {
      throw new IllegalArgumentException(
          NAME + ": density (" + density + ") must be between 0 and 1");
    }
    long kept = (long) Math.floor(density * rows * columns);
    CsrMatrix positions =
        CsrMatrix.fromDense(
            DenseMatrix.zeros(rows, columns), Mask.random(rows, columns, kept, seed));
    double bound = 1 / Math.sqrt(Math.max(1, columns));
    // Not the seed itself: the stream that chose the positions must not choose the values.
    Draws draws = new Draws(seed ^ 0x5eedL);
    CsrMatrix sparse = positions.withValues(draws.uniform((int) positions.nnz(), bound));
    FloatValues left = FloatValues.zeros(arrayLength(NAME, "U", (long) rows * rank));
    FloatValues right = draws.uniform(arrayLength(NAME, "V", (long) rank * columns), bound);
    LowRankMatrix lowRank = LowRankMatrix.of(rows, columns, rank, left, right);
    return new SparsePlusLowRank(sparse, lowRank, (float) (alpha / rank));
  }

  /**
   * Splits a dense matrix: in every round U V becomes the nearest matrix of the rank to {@code W -
   * S}, then S the largest elements of {@code W - U V} that the structure allows. No round makes
   * the error larger where the structure keeps the largest squares, as all of ours do.
   *
   * @param dense W; not kept
   * @param rank of U V, at least 0
   * @param structure which positions S may have
   * @param rounds of refitting, at least 1; the first starts from S = 0
   * @return a new matrix with scale 1; S is CSR
   * @throws IllegalArgumentException if a size is out of range or an element is not finite
   */
  public static SparsePlusLowRank fromDense(
      DenseMatrix dense, int rank, Structure structure, int rounds) {
    return fit(
        dense,
        rank,
        rounds,
        residual -> {
          float[] scores = residual.toArray();
          for (int k = 0; k < scores.length; k++) {
            scores[k] = Math.abs(scores[k]);
          }
          return structure.keepLargest(residual.rows(), residual.columns(), scores);
        });
  }

  /**
   * Splits a dense matrix with given positions for S.
   *
   * @param dense W; not kept
   * @param rank of U V, at least 0
   * @param support positions of S
   * @param rounds of refitting, at least 1; the first starts from S = 0
   * @return a new matrix with scale 1; S is CSR
   * @throws IllegalArgumentException if a size is out of range or an element is not finite
   */
  public static SparsePlusLowRank fromDense(DenseMatrix dense, int rank, Mask support, int rounds) {
    return fit(dense, rank, rounds, residual -> support);
  }

  @FunctionalInterface
  private interface Choice {
    Mask of(DenseMatrix residual);
  }

  private static SparsePlusLowRank fit(DenseMatrix dense, int rank, int rounds, Choice choice) {
    requireAtLeast(NAME, "rank", rank, 0);
    requireAtLeast(NAME, "rounds", rounds, 1);
    int rows = dense.rows();
    int columns = dense.columns();
    double[][] target = finiteRows(NAME + ".fromDense", dense);
    double[][] rest = finiteRows(NAME + ".fromDense", dense);
    DenseMatrix residual = DenseMatrix.zeros(rows, columns);
    Mask kept = Mask.empty(rows, columns);
    LowRankMatrix low = LowRankMatrix.fromSvd(rows, columns, rank, rest);
    for (int round = 0; round < rounds; round++) {
      if (round > 0) {
        subtract(target, residual, kept, rest);
        low = LowRankMatrix.fromSvd(rows, columns, rank, rest);
      }
      DenseMatrix near = low.toDense();
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          residual.set(i, j, (float) (target[i][j] - near.get(i, j)));
        }
      }
      kept = choice.of(residual);
    }
    return new SparsePlusLowRank(CsrMatrix.fromDense(residual, kept), low, 1);
  }

  private static void subtract(
      double[][] target, DenseMatrix residual, Mask kept, double[][] rest) {
    for (int i = 0; i < target.length; i++) {
      for (int j = 0; j < target[i].length; j++) {
        rest[i][j] = target[i][j] - (kept.get(i, j) ? residual.get(i, j) : 0);
      }
    }
  }

  /**
   * Returns S.
   *
   * @return the sparse part, shared
   */
  public SparseMatrix sparse() {
    return sparse;
  }

  /**
   * Returns U V.
   *
   * @return the part of low rank, shared
   */
  public LowRankMatrix lowRank() {
    return lowRank;
  }

  /**
   * Returns s.
   *
   * @return what U V is multiplied by
   */
  public float scale() {
    return scale;
  }

  @Override
  public String format() {
    return "sparse+low-rank";
  }

  /** {@inheritDoc} S becomes CSR, whatever its format was. */
  @Override
  public SparsePlusLowRank transposed() {
    return new SparsePlusLowRank(sparse.toCsr().transposed(), lowRank.transposed(), scale);
  }

  @Override
  VectorProduct product() {
    return SumMatrix.sum(products(), new float[] {1, scale}, rows());
  }

  @Override
  String layout() {
    return sparse.format() + " (nnz " + sparse.nnz() + ") + " + scale + " * rank " + lowRank.rank();
  }
}
