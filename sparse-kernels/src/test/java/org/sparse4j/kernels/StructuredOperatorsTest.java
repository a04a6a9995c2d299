package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.Bf16Values;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.kernels.spi.OperatorProvider;
import org.sparse4j.memory.Memory;
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.ButterflyMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.ProductMatrix;
import org.sparse4j.structured.SparsePlusLowRank;
import org.sparse4j.structured.SpqrMatrix;
import org.sparse4j.structured.SpqrSettings;
import org.sparse4j.structured.SumMatrix;

/** Operators of structured matrices against their dense forms. */
@Tag("kernels")
class StructuredOperatorsTest {

  private static final int[] BATCHES = {1, 5, 16, 33, 0};

  private final List<Kernels> providers = List.of(Kernels.best(), Kernels.scalar());
  private final Workspace workspace = Workspace.create();

  static List<StructuredCase> cases() {
    return StructuredCase.all();
  }

  private static double tiny(double uniform) {
    return Math.floor(5 * uniform) - 2;
  }

  private static double[][] product(double[][] a, boolean transposed, DenseMatrix x, int outputs) {
    double[][] y = new double[outputs][x.columns()];
    for (int i = 0; i < outputs; i++) {
      for (int k = 0; k < x.rows(); k++) {
        for (int t = 0; t < x.columns(); t++) {
          y[i][t] += (transposed ? a[k][i] : a[i][k]) * x.get(k, t);
        }
      }
    }
    return y;
  }

  private static DenseMatrix absolute(DenseMatrix x) {
    DenseMatrix sizes = DenseMatrix.zeros(x.rows(), x.columns());
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < x.columns(); j++) {
        sizes.set(i, j, Math.abs(x.get(i, j)));
      }
    }
    return sizes;
  }

  /** Integers must be exact, real numbers within the bound of all their roundings. */
  @ParameterizedTest
  @MethodSource("cases")
  void productsEqualThoseOfTheDenseForm(StructuredCase c) {
    for (DoubleUnaryOperator number :
        List.<DoubleUnaryOperator>of(StructuredOperatorsTest::tiny, CsrCase::real)) {
      c.filled(number);
      double[][] a = c.dense();
      double[][] sizes = c.sizes();
      int rows = c.matrix().rows();
      int columns = c.matrix().columns();
      boolean exact = number.applyAsDouble(0.3) == Math.rint(number.applyAsDouble(0.3));
      int terms = exact ? 0 : rows + columns + 64;
      double[][] bound = exact ? new double[rows][columns] : sizes;
      for (Kernels kernels : providers) {
        LinearOperator operator = kernels.operator(c.matrix());
        for (int n : BATCHES) {
          String what = c + ", n " + n + ", " + kernels;
          SplittableRandom random = new SplittableRandom(n);
          DenseMatrix x = CsrCase.filled(columns, n, random, number);
          DenseMatrix y = CsrCase.output(rows, n);
          operator.apply(workspace, x, y);
          CsrCase.requireClose(
              what, y, product(a, false, x, rows), product(bound, false, absolute(x), rows), terms);
          CsrCase.requireGuards(what, y);
          DenseMatrix g = CsrCase.filled(rows, n, random, number);
          DenseMatrix dx = CsrCase.output(columns, n);
          operator.applyTransposed(workspace, g, dx);
          CsrCase.requireClose(
              what + " transposed",
              dx,
              product(a, true, g, columns),
              product(bound, true, absolute(g), columns),
              terms);
          CsrCase.requireGuards(what + " transposed", dx);
        }
      }
    }
  }

  /**
   * The loss {@code sum dY (A X)} is linear in every single number, so its central difference of
   * any width is its gradient; with integers there is no rounding either.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void gradientsEqualCentralDifferences(StructuredCase c) {
    c.filled(StructuredOperatorsTest::tiny);
    int n = 5;
    SplittableRandom random = new SplittableRandom(8);
    DenseMatrix x = CsrCase.filled(c.matrix().columns(), n, random, StructuredOperatorsTest::tiny);
    DenseMatrix dy = CsrCase.filled(c.matrix().rows(), n, random, StructuredOperatorsTest::tiny);
    for (Kernels kernels : providers) {
      LinearOperator operator = kernels.operator(c.matrix());
      assertEquals(c.matrix().parameters(), operator.parameters());
      List<FloatValues> gradients = new ArrayList<>();
      for (FloatValues values : operator.parameters()) {
        float[] numbers = new float[values.length()];
        Arrays.fill(numbers, Float.NaN);
        gradients.add(FloatValues.wrap(numbers));
      }
      operator.parameterGradient(workspace, x, dy, gradients);
      for (int p = 0; p < gradients.size(); p++) {
        FloatValues values = operator.parameters().get(p);
        for (int k = 0; k < values.length(); k++) {
          float old = values.get(k);
          values.set(k, old + 1);
          double above = loss(c, x, dy);
          values.set(k, old - 1);
          double below = loss(c, x, dy);
          values.set(k, old);
          String what = c + ", " + kernels + ": parameter " + p + ", number " + k;
          assertEquals((above - below) / 2, gradients.get(p).get(k), what);
        }
      }
    }
  }

  private static double loss(StructuredCase c, DenseMatrix x, DenseMatrix dy) {
    double[][] y = product(c.dense(), false, x, c.matrix().rows());
    double loss = 0;
    for (int i = 0; i < y.length; i++) {
      for (int t = 0; t < dy.columns(); t++) {
        loss += y[i][t] * dy.get(i, t);
      }
    }
    return loss;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTransposeIsTheAdjoint(StructuredCase c) {
    c.filled(StructuredOperatorsTest::tiny);
    LinearOperator operator = Kernels.best().operator(c.matrix());
    SplittableRandom random = new SplittableRandom(9);
    DenseMatrix x = CsrCase.filled(operator.columns(), 7, random, StructuredOperatorsTest::tiny);
    DenseMatrix y = CsrCase.filled(operator.rows(), 7, random, StructuredOperatorsTest::tiny);
    DenseMatrix ax = CsrCase.output(operator.rows(), 7);
    DenseMatrix aty = CsrCase.output(operator.columns(), 7);
    operator.apply(workspace, x, ax);
    operator.applyTransposed(workspace, y, aty);
    assertEquals(inner(ax, y), inner(x, aty));
  }

  private static double inner(DenseMatrix a, DenseMatrix b) {
    double sum = 0;
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.columns(); j++) {
        sum += (double) a.get(i, j) * b.get(i, j);
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void singleSamplesAndBatchMajorDataGiveTheSame(StructuredCase c) {
    c.filled(StructuredOperatorsTest::tiny);
    int rows = c.matrix().rows();
    int columns = c.matrix().columns();
    for (Kernels kernels : providers) {
      LinearOperator operator = kernels.operator(c.matrix());
      DenseMatrix x =
          CsrCase.filled(3, columns, new SplittableRandom(1), StructuredOperatorsTest::tiny);
      DenseMatrix y = CsrCase.output(3, rows);
      operator.linear(workspace, x.view(), y);
      double[][] a = c.dense();
      for (int t = 0; t < 3; t++) {
        DenseVector single = DenseVector.zeros(rows);
        operator.apply(workspace, DenseVector.ofRow(x, t), single);
        for (int i = 0; i < rows; i++) {
          double want = 0;
          for (int j = 0; j < columns; j++) {
            want += a[i][j] * x.get(t, j);
          }
          assertEquals(want + 0.0, y.get(t, i) + 0.0, c + ": batch-major");
          assertEquals(want + 0.0, single.get(i) + 0.0, c + ": single");
        }
      }
      CsrCase.requireGuards(c.toString(), y);
    }
  }

  @Test
  void newNumbersAreUsedOnceTheyAreAnnounced() {
    for (StructuredCase c : cases()) {
      c.filled(StructuredOperatorsTest::tiny);
      LinearOperator operator = Kernels.best().operator(c.matrix());
      DenseMatrix x =
          CsrCase.filled(operator.columns(), 4, new SplittableRandom(2), CsrCase::small);
      DenseMatrix y = CsrCase.output(operator.rows(), 4);
      operator.apply(workspace, x, y);
      c.filled(u -> tiny(u) + 1);
      operator.apply(workspace, x, y);
      double[][] want = product(c.dense(), false, x, operator.rows());
      CsrCase.requireClose(c.toString(), y, want, new double[want.length][4], 0);
    }
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() {
    CompressedMatrix matrix =
        SumMatrix.of(
            ButterflyMatrix.random(256, 256, 2, ButterflyMatrix.Init.ORTHOGONAL, 1),
            MonarchMatrix.random(256, 256, 4, 2),
            LowRankMatrix.random(256, 256, 16, 3));
    DenseMatrix x = CsrCase.filled(256, 200, new SplittableRandom(3), CsrCase::real);
    DenseMatrix once = DenseMatrix.zeros(256, 200);
    DenseMatrix again = DenseMatrix.zeros(256, 200);
    LinearOperator operator = Kernels.best().operator(matrix);
    List<FloatValues> first = zeros(operator);
    List<FloatValues> second = zeros(operator);
    operator.apply(workspace, x, once);
    operator.parameterGradient(workspace, x, once, first);
    try (WorkerTeam team = WorkerTeam.of(3)) {
      Workspace shared = Workspace.on(team);
      operator.apply(shared, x, again);
      operator.parameterGradient(shared, x, again, second);
    }
    assertTrue(once.contentEquals(again));
    assertEquals(first, second);
  }

  /** Blocks too large, or samples too few, for one call of all blocks. */
  @Test
  void largeBlocksAndFewSamplesAreExact() {
    for (CompressedMatrix matrix :
        List.of(
            BlockDiagonalMatrix.random(131, 150, 2, 1),
            MonarchMatrix.random(203, 181, 2, 1),
            MonarchMatrix.random(203, 181, 2, 1).transposed())) {
      StructuredCase c = new StructuredCase("large", matrix).filled(StructuredOperatorsTest::tiny);
      double[][] a = c.dense();
      for (Kernels kernels : providers) {
        LinearOperator operator = kernels.operator(matrix);
        for (int n : new int[] {1, 4, 5}) {
          SplittableRandom random = new SplittableRandom(n);
          DenseMatrix x =
              CsrCase.filled(matrix.columns(), n, random, StructuredOperatorsTest::tiny);
          DenseMatrix y = CsrCase.output(matrix.rows(), n);
          operator.apply(workspace, x, y);
          double[][] want = product(a, false, x, matrix.rows());
          CsrCase.requireClose(c + ", " + n, y, want, new double[want.length][n], 0);
          DenseMatrix dx = CsrCase.output(matrix.columns(), n);
          operator.applyTransposed(workspace, y, dx);
          want = product(a, true, y, matrix.columns());
          CsrCase.requireClose(c + " transposed, " + n, dx, want, new double[want.length][n], 0);
        }
      }
    }
  }

  private static List<FloatValues> zeros(LinearOperator operator) {
    List<FloatValues> zeros = new ArrayList<>();
    operator.parameters().forEach(values -> zeros.add(FloatValues.zeros(values.length())));
    return zeros;
  }

  /** A multiple of the identity with one trainable number: a matrix of a user's own. */
  private record Scale(int size, FloatValues factor) implements CompressedMatrix {
    @Override
    public int rows() {
      return size;
    }

    @Override
    public int columns() {
      return size;
    }

    @Override
    public String format() {
      return "scale";
    }

    @Override
    public List<Values> parameters() {
      return List.of(factor);
    }

    @Override
    public long bytes() {
      return 4;
    }

    @Override
    public DenseMatrix toDense() {
      DenseMatrix dense = DenseMatrix.zeros(size, size);
      for (int i = 0; i < size; i++) {
        dense.set(i, i, factor.get(0));
      }
      return dense;
    }

    @Override
    public void validate() {}
  }

  private record ScaleOperator(Scale matrix, Kernels kernels) implements LinearOperator {
    @Override
    public int rows() {
      return matrix.size();
    }

    @Override
    public int columns() {
      return matrix.size();
    }

    @Override
    public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
      kernels.dense().scale(workspace, matrix.factor().get(0), x, y);
    }

    @Override
    public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
      apply(workspace, x, y);
    }

    @Override
    public List<FloatValues> parameters() {
      return List.of(matrix.factor());
    }

    @Override
    public void parameterGradient(
        Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
      gradients.get(0).set(0, (float) inner(x, dy));
    }
  }

  private static final class ScaleProvider implements OperatorProvider {
    @Override
    public Optional<LinearOperator> operator(
        CompressedMatrix matrix, Function<CompressedMatrix, LinearOperator> parts) {
      return matrix instanceof Scale scale
          ? Optional.of(new ScaleOperator(scale, Kernels.best()))
          : Optional.empty();
    }
  }

  @Test
  void matricesOfAUsersOwnWorkAloneAndAsParts() {
    Kernels kernels = Kernels.best().with(new ScaleProvider());
    Scale scale = new Scale(8, FloatValues.copyOf(3));
    ProductMatrix product =
        ProductMatrix.of(scale, SumMatrix.of(List.of(LowRankMatrix.random(8, 5, 2, 1)), 2));
    StructuredCase c = new StructuredCase("scaled", product).filled(StructuredOperatorsTest::tiny);
    LinearOperator operator = kernels.operator(product);
    assertSame(scale.factor(), operator.parameters().get(0));
    DenseMatrix x = CsrCase.filled(5, 4, new SplittableRandom(1), CsrCase::small);
    DenseMatrix y = CsrCase.output(8, 4);
    operator.apply(workspace, x, y);
    double[][] want = product(c.dense(), false, x, 8);
    CsrCase.requireClose("scaled", y, want, new double[8][4], 0);
    List<FloatValues> gradients = zeros(operator);
    operator.parameterGradient(workspace, x, y, gradients);
    // L = y . y with y = s z, so dL/ds of the first y alone is y . z = y . y / s.
    assertEquals(inner(y, y), scale.factor().get(0) * gradients.get(0).get(0));
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> Kernels.best().operator(product));
    assertEquals(
        "operator: no operator for a scale matrix; give an OperatorProvider to Kernels.with; A is"
            + " 8x8",
        thrown.getMessage());
  }

  @Test
  void narrowPartsAreFrozen() {
    CsrMatrix sparse =
        CsrMatrix.copyOf(2, 3, new int[] {0, 1, 2}, new int[] {2, 0}, new float[] {4, 5});
    CsrMatrix narrow = sparse.to(DType.BF16);
    assertTrue(narrow.values() instanceof Bf16Values);
    LowRankMatrix low = LowRankMatrix.random(2, 3, 1, 1);
    SumMatrix sum = SumMatrix.of(narrow, low);
    LinearOperator operator = Kernels.best().operator(sum);
    assertEquals(List.of(low.left(), low.right()), operator.parameters());
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1}, {2}, {3}});
    DenseMatrix dy = DenseMatrix.copyOf(new float[][] {{1}, {1}});
    List<FloatValues> gradients = zeros(operator);
    operator.parameterGradient(workspace, x, dy, gradients);
    float[] v = low.right().array();
    assertEquals(v[0] + 2 * v[1] + 3 * v[2], gradients.get(0).get(0), 1e-6);
  }

  /** The gradients of the page on SLTrain: scale 2, rank one, two stored positions. */
  @Test
  void gradientsOfSparsePlusLowRankAreThoseOfTheReference() {
    CsrMatrix sparse =
        CsrMatrix.copyOf(2, 3, new int[] {0, 1, 2}, new int[] {1, 2}, new float[] {0.5f, -1});
    LowRankMatrix low =
        LowRankMatrix.of(2, 3, 1, FloatValues.copyOf(1, 2), FloatValues.copyOf(1, 0, -1));
    for (Kernels kernels : providers) {
      LinearOperator operator = kernels.operator(SparsePlusLowRank.of(sparse, low, 2));
      DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1}, {2}, {3}});
      DenseMatrix y = DenseMatrix.zeros(2, 1);
      operator.apply(workspace, x, y);
      assertArrayEquals(new float[] {-3, -11}, y.toArray());
      DenseMatrix g = DenseMatrix.copyOf(new float[][] {{1}, {-1}});
      DenseMatrix dx = DenseMatrix.zeros(3, 1);
      operator.applyTransposed(workspace, g, dx);
      assertArrayEquals(new float[] {-2, 0.5f, 3}, dx.toArray());
      List<FloatValues> gradients = zeros(operator);
      operator.parameterGradient(workspace, x, g, gradients);
      assertArrayEquals(new float[] {2, -3}, gradients.get(0).array());
      assertArrayEquals(new float[] {-4, 4}, gradients.get(1).array());
      assertArrayEquals(new float[] {-2, -4, -6}, gradients.get(2).array());
    }
  }

  @Test
  void quantisedMatricesMultiplyAsTheirDenseForms() {
    for (int[] shape : new int[][] {{0, 5}, {5, 0}, {1, 1}, {47, 33}, {48, 16}, {97, 50}}) {
      DenseMatrix w = CsrCase.filled(shape[0], shape[1], new SplittableRandom(1), CsrCase::real);
      SpqrMatrix matrix = SpqrMatrix.encode(w, SpqrSettings.standard(3), 0.2);
      double[][] a = new StructuredCase("spqr", matrix).dense();
      double[][] sizes = new double[shape[0]][shape[1]];
      for (int i = 0; i < shape[0]; i++) {
        for (int j = 0; j < shape[1]; j++) {
          sizes[i][j] = Math.abs(a[i][j]);
        }
      }
      for (Kernels kernels : providers) {
        LinearOperator operator = kernels.operator(matrix);
        assertEquals(List.of(), operator.parameters());
        DenseMatrix x = CsrCase.filled(shape[1], 7, new SplittableRandom(2), CsrCase::real);
        DenseMatrix y = CsrCase.output(shape[0], 7);
        operator.apply(workspace, x, y);
        double[][] bound = product(sizes, false, absolute(x), shape[0]);
        CsrCase.requireClose("spqr", y, product(a, false, x, shape[0]), bound, shape[1]);
        DenseMatrix g = CsrCase.filled(shape[0], 7, new SplittableRandom(3), CsrCase::real);
        DenseMatrix dx = CsrCase.output(shape[1], 7);
        operator.applyTransposed(workspace, g, dx);
        bound = product(sizes, true, absolute(g), shape[1]);
        CsrCase.requireClose("spqr^T", dx, product(a, true, g, shape[1]), bound, shape[0]);
        CsrCase.requireGuards("spqr^T", dx);
        operator.parameterGradient(workspace, x, g, List.of());
      }
    }
  }

  @Test
  void operandsAreCheckedOnce() {
    LinearOperator operator = Kernels.best().operator(MonarchMatrix.random(8, 6, 2, 1));
    DenseMatrix x = DenseMatrix.zeros(6, 3);
    DenseMatrix y = DenseMatrix.zeros(8, 3);
    requireMessage(
        "apply: rows of X (8) must equal columns of A (6); A is 8x6 monarch, X is 8x3, Y is 8x3",
        () -> operator.apply(workspace, y, DenseMatrix.zeros(8, 3)));
    requireMessage(
        "apply: columns of Y (2) must equal columns of X (3); A is 8x6 monarch, X is 6x3, Y is 8x2",
        () -> operator.apply(workspace, x, DenseMatrix.zeros(8, 2)));
    requireMessage(
        "applyTransposed: rows of Y (8) must equal columns of A (6); A is 8x6 monarch, X is 8x3, Y"
            + " is 8x3",
        () -> operator.applyTransposed(workspace, y, DenseMatrix.zeros(8, 3)));
    requireMessage(
        "parameterGradient: number of gradients (1) must equal number of parameters (2); A is 8x6"
            + " monarch",
        () -> operator.parameterGradient(workspace, x, y, List.of(FloatValues.zeros(1))));
    requireMessage(
        "parameterGradient: length of gradient 0 (1) must equal length of its parameter (18); A is"
            + " 8x6 monarch",
        () ->
            operator.parameterGradient(
                workspace, x, y, List.of(FloatValues.zeros(1), FloatValues.zeros(24))));
    requireMessage(
        "apply: lengths of x (8) and y (8) must equal columns and rows of A; A is 8x6",
        () -> operator.apply(workspace, DenseVector.zeros(8), DenseVector.zeros(8)));
    requireMessage(
        "linear: X must be n x columns and Y n x rows of A; A is 8x6, X is 3x5, Y is 3x8",
        () -> operator.linear(workspace, DenseMatrix.zeros(3, 5).view(), DenseMatrix.zeros(3, 8)));
    LinearOperator square = Kernels.best().operator(ButterflyMatrix.hadamard(8));
    requireMessage(
        "apply: Y must not overlap X; Y is 8x3, X is 8x3", () -> square.apply(workspace, y, y));
    DenseMatrix closed;
    try (Memory.Scope scope = Memory.scope()) {
      closed = DenseMatrix.zeros(scope, 6, 3);
    }
    IllegalStateException thrown =
        assertThrows(IllegalStateException.class, () -> operator.apply(workspace, closed, y));
    assertEquals("apply: the memory of a 6x3 dense matrix was closed", thrown.getMessage());
  }

  private static void requireMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
