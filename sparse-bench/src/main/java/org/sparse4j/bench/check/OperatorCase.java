package org.sparse4j.bench.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.mask.Mask;
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.ButterflyMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.MonarchShape;
import org.sparse4j.structured.PermutationMatrix;
import org.sparse4j.structured.ProductMatrix;
import org.sparse4j.structured.SparsePlusLowRank;
import org.sparse4j.structured.SpqrMatrix;
import org.sparse4j.structured.SpqrSettings;
import org.sparse4j.structured.StructuredMatrix;
import org.sparse4j.structured.SumMatrix;

/**
 * The operator of a structured matrix: product, transposed product and gradient, against sums in
 * double over its dense form.
 *
 * <p>A product inside may round every partial sum, and so may the dense form: the bound is that of
 * as many terms as the matrix has rows and columns, twice, with the dense form of all magnitudes. A
 * gradient is compared at some parameters with the central difference of the loss, which is exact
 * as no matrix is more than quadratic in a parameter.
 */
final class OperatorCase extends CheckCase {
  private static final int GRADIENTS = 4;

  /** The kinds of matrices. */
  enum Kind {
    BLOCK_DIAGONAL,
    LOW_RANK,
    BUTTERFLY,
    MONARCH,
    PERMUTATION,
    SUM,
    PRODUCT,
    SPARSE_PLUS_LOW_RANK,
    SPQR
  }

  private final Kind kind;
  private final boolean turned;
  private final boolean integers;

  OperatorCase(SplittableRandom random, Kind kind) {
    super(random, 1, false);
    this.kind = kind;
    turned = random.nextBoolean();
    integers = numbers.exact();
  }

  @Override
  String kind() {
    return "operator " + kind;
  }

  @Override
  public String toString() {
    return super.toString() + (turned ? ", transposed" : "");
  }

  private CompressedMatrix matrix() {
    int parts = 1 + random.nextInt(5);
    int rank = 1 + random.nextInt(9);
    long seed = random.nextLong();
    CompressedMatrix made =
        switch (kind) {
          case BLOCK_DIAGONAL -> BlockDiagonalMatrix.random(m, k, parts, seed);
          case LOW_RANK -> LowRankMatrix.random(m, k, rank, seed);
          case BUTTERFLY ->
              ButterflyMatrix.random(
                  m, k, 1 + random.nextInt(2), ButterflyMatrix.Init.IDENTITY, seed);
          case MONARCH ->
              MonarchMatrix.random(
                  m, k, MonarchShape.ofRank(m, k, parts, 1 + random.nextInt(4), 2), seed);
          case PERMUTATION -> permutation(m);
          case SUM -> SumMatrix.of(List.of(LowRankMatrix.random(m, k, rank, seed), sparse()), 1, 2);
          case PRODUCT ->
              ProductMatrix.of(
                  LowRankMatrix.random(m, 6, rank, seed),
                  permutation(6),
                  BlockDiagonalMatrix.random(6, k, 2, seed));
          case SPARSE_PLUS_LOW_RANK ->
              SparsePlusLowRank.of(sparse(), LowRankMatrix.random(m, k, rank, seed), 0.5f);
          case SPQR -> SpqrMatrix.encode(reals(), SpqrSettings.standard(3 + parts % 2), 0.2);
        };
    // A quantised matrix has no transpose of its kind.
    return turned && made instanceof StructuredMatrix structured ? structured.transposed() : made;
  }

  private PermutationMatrix permutation(int size) {
    int[] sources = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      sources[i] = sources[j];
      sources[j] = i;
    }
    return PermutationMatrix.copyOf(sources);
  }

  private CsrMatrix sparse() {
    long count = Math.round(random.nextDouble() * m * k);
    Mask mask = Mask.random(m, k, count, random.nextLong());
    return CsrMatrix.fromDense(DenseMatrix.zeros(m, k), mask);
  }

  private DenseMatrix reals() {
    DenseMatrix dense = DenseMatrix.zeros(m, k);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < k; j++) {
        dense.set(i, j, Numbers.REALS.finite(random));
      }
    }
    return dense;
  }

  private void fill(CompressedMatrix matrix) {
    for (FloatValues values : floats(matrix)) {
      for (int index = 0; index < values.length(); index++) {
        values.set(index, integers ? random.nextInt(3) - 1 : Numbers.REALS.finite(random));
      }
      values.markChanged();
    }
  }

  private static List<FloatValues> floats(CompressedMatrix matrix) {
    List<FloatValues> floats = new ArrayList<>();
    for (Values values : matrix.parameters()) {
      if (values instanceof FloatValues each) {
        floats.add(each);
      }
    }
    return floats;
  }

  /** The dense form of all magnitudes: what rounding is measured against. */
  private static DenseMatrix sizes(CompressedMatrix matrix) {
    List<FloatValues> values = floats(matrix);
    List<float[]> kept = new ArrayList<>();
    for (FloatValues each : values) {
      float[] numbers = each.array();
      kept.add(numbers.clone());
      for (int index = 0; index < numbers.length; index++) {
        numbers[index] = Math.abs(numbers[index]);
      }
    }
    DenseMatrix sizes = matrix.toDense();
    for (int p = 0; p < kept.size(); p++) {
      System.arraycopy(kept.get(p), 0, values.get(p).array(), 0, kept.get(p).length);
    }
    return sizes;
  }

  @Override
  void run(Teams teams) {
    CompressedMatrix matrix = matrix();
    fill(matrix);
    LinearOperator operator = teams.kernels.operator(matrix);
    Numbers plain = integers ? Numbers.INTEGERS : Numbers.REALS;
    DenseMatrix x = Operands.input(matrix.columns(), n, plain, random);
    DenseMatrix dy = Operands.input(matrix.rows(), n, plain, random);
    DenseMatrix dense = matrix.toDense();
    DenseMatrix sizes = sizes(matrix);
    if (random.nextBoolean()) {
      // The operator must take over numbers that changed after it was used.
      operator.apply(teams.workspace(1), x, DenseMatrix.zeros(matrix.rows(), n));
      fill(matrix);
      dense = matrix.toDense();
      sizes = sizes(matrix);
    }
    product(teams, operator, dense, sizes, x, false);
    product(teams, operator, dense, sizes, dy, true);
    gradient(teams, operator, matrix, x, dy);
  }

  private void product(
      Teams teams,
      LinearOperator operator,
      DenseMatrix dense,
      DenseMatrix sizes,
      DenseMatrix x,
      boolean transposed) {
    int outputs = transposed ? dense.columns() : dense.rows();
    Operands.Result one = new Operands.Result(outputs, n);
    BiConsumer<Workspace, DenseMatrix> product =
        (workspace, y) -> {
          if (transposed) {
            operator.applyTransposed(workspace, x, y);
          } else {
            operator.apply(workspace, x, y);
          }
        };
    product.accept(teams.workspace(1), one.matrix());
    for (int i = 0; i < outputs; i++) {
      for (int t = 0; t < n; t++) {
        double sum = 0;
        double size = 0;
        for (int j = 0; j < x.rows(); j++) {
          int row = transposed ? j : i;
          int column = transposed ? i : j;
          sum += (double) dense.get(row, column) * x.get(j, t);
          size += Math.abs((double) sizes.get(row, column) * x.get(j, t));
        }
        require(
            (transposed ? "transposed, row " : "row ") + i + ", column " + t,
            one.matrix().get(i, t),
            sum,
            size);
      }
    }
    one.requireGuards();
    requireShared(teams, one.matrix(), product);
  }

  private void require(String place, float got, double want, double size) {
    boolean exact = integers && kind != Kind.SPQR;
    int terms = 2 * (m + k + n) + 64;
    double bound = exact ? 0 : terms * (0x1p-24 * size + Float.MIN_VALUE);
    if (!(Math.abs(got - want) <= bound)) {
      throw new Mismatch(
          place + ": got " + got + ", but " + want + " within " + bound + " is right");
    }
  }

  private void gradient(
      Teams teams,
      LinearOperator operator,
      CompressedMatrix matrix,
      DenseMatrix x,
      DenseMatrix dy) {
    List<FloatValues> parameters = operator.parameters();
    List<FloatValues> one = nan(parameters);
    operator.parameterGradient(teams.workspace(1), x, dy, one);
    if (threads > 1) {
      List<FloatValues> shared = nan(parameters);
      operator.parameterGradient(teams.workspace(threads), x, dy, shared);
      for (int p = 0; p < one.size(); p++) {
        if (!Arrays.equals(one.get(p).array(), shared.get(p).array())) {
          throw new Mismatch("gradient " + p + ": " + threads + " threads got other bits than one");
        }
      }
    }
    for (int p = 0; p < one.size(); p++) {
      FloatValues values = parameters.get(p);
      for (int c = 0; c < Math.min(GRADIENTS, values.length()); c++) {
        int index = random.nextInt(values.length());
        float old = values.get(index);
        values.set(index, old + 1);
        double above = loss(matrix.toDense(), x, dy, false);
        values.set(index, old - 1);
        double below = loss(matrix.toDense(), x, dy, false);
        values.set(index, Math.abs(old) + 1);
        double size = loss(sizes(matrix), x, dy, true);
        values.set(index, old);
        require(
            "gradient " + p + ", number " + index,
            one.get(p).get(index),
            (above - below) / 2,
            2 * size);
      }
    }
  }

  private static List<FloatValues> nan(List<FloatValues> parameters) {
    return parameters.stream().map(values -> Operands.nan(values.length())).toList();
  }

  /** The sum of {@code dY} times {@code A X}, or of their magnitudes. */
  private static double loss(DenseMatrix a, DenseMatrix x, DenseMatrix dy, boolean magnitudes) {
    double loss = 0;
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.columns(); j++) {
        double factor = 0;
        for (int t = 0; t < x.columns(); t++) {
          double product = (double) dy.get(i, t) * x.get(j, t);
          factor += magnitudes ? Math.abs(product) : product;
        }
        loss += factor * a.get(i, j);
      }
    }
    return loss;
  }
}
