package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.memory.Memory;

/** Every CSR product against loops in double. */
@Tag("kernels")
class CsrProductsTest {

  private static final List<DoubleUnaryOperator> NUMBERS = List.of(CsrCase::small, CsrCase::real);

  private final Kernels kernels = Kernels.best();
  private final Workspace workspace = Workspace.create();

  static List<CsrCase> cases() {
    List<CsrCase> cases = new ArrayList<>();
    int[][] shapes = {
      {0, 0, 0},
      {0, 5, 3},
      {5, 0, 3},
      {5, 3, 0},
      {1, 1, 1},
      {1, 40, 1},
      {40, 1, 2},
      {2, 3, 5},
      {3, 7, 15},
      {4, 8, 16},
      {5, 9, 17},
      {7, 31, 31},
      {13, 64, 32},
      {31, 33, 33},
      {33, 130, 47},
      {61, 97, 63},
      {64, 200, 64},
      {65, 127, 65},
      {97, 211, 80},
      {130, 61, 127},
      {100, 300, 128},
      {37, 401, 129},
      {211, 173, 150},
      {29, 53, 300}
    };
    double[] densities = {0.1, 0.5, 0.01, 1, 0};
    int number = 0;
    for (int[] shape : shapes) {
      cases.add(new CsrCase(shape[0], shape[1], shape[2], densities[number % 5], number));
      cases.add(new CsrCase(shape[0], shape[1], shape[2], densities[(number + 1) % 5], number));
      number++;
    }
    cases.add(new CsrCase(500, 300, 20, 0.05, 99));
    return cases;
  }

  private static double[][] expected(CsrMatrix a, DenseMatrix x, boolean transposed, boolean size) {
    double[][] y = new double[transposed ? a.columns() : a.rows()][x.columns()];
    a.pattern()
        .forEach((index, row, column) -> {
          int from = transposed ? row : column;
          double[] to = y[transposed ? column : row];
          for (int t = 0; t < to.length; t++) {
            double term = (double) a.values().get(index) * x.get(from, t);
            to[t] += size ? Math.abs(term) : term;
          }
        });
    return y;
  }

  private Plan plan(Operation operation, CsrMatrix a, Epilogue epilogue, int n) {
    return kernels.plan(operation, a).epilogue(epilogue).batch(n, n).build();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void spmmEqualsTripleLoop(CsrCase c) {
    for (DoubleUnaryOperator number : NUMBERS) {
      CsrMatrix a = c.matrix(number);
      DenseMatrix x = CsrCase.filled(c.k(), c.n(), c.random(), number);
      DenseMatrix y = CsrCase.output(c.m(), c.n());
      plan(Operation.SPMM, a, Epilogue.none(), c.n()).run(workspace, x, y);
      double[][] size = expected(a, x, false, true);
      CsrCase.requireClose("spmm " + c, y, expected(a, x, false, false), size, c.k());
      CsrCase.requireGuards("spmm " + c, y);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void spmmTransposedEqualsTripleLoop(CsrCase c) {
    for (DoubleUnaryOperator number : NUMBERS) {
      CsrMatrix a = c.matrix(number);
      DenseMatrix x = CsrCase.filled(c.m(), c.n(), c.random(), number);
      DenseMatrix y = CsrCase.output(c.k(), c.n());
      plan(Operation.SPMM_TRANSPOSED, a, Epilogue.none(), c.n()).run(workspace, x, y);
      double[][] size = expected(a, x, true, true);
      CsrCase.requireClose("spmmTransposed " + c, y, expected(a, x, true, false), size, c.m());
      CsrCase.requireGuards("spmmTransposed " + c, y);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sddmmEqualsTripleLoop(CsrCase c) {
    for (DoubleUnaryOperator number : NUMBERS) {
      CsrMatrix a = c.matrix(number);
      DenseMatrix g = CsrCase.filled(c.m(), c.n(), c.random(), number);
      DenseMatrix x = CsrCase.filled(c.k(), c.n(), c.random().split(), number);
      FloatValues sampled = FloatValues.wrap(filled((int) a.nnz(), Float.NaN));
      kernels.plan(Operation.SDDMM, a).batch(c.n(), c.n()).build().sample(workspace, g, x, sampled);
      a.pattern()
          .forEach((index, row, column) -> {
            double want = 0;
            double size = 0;
            for (int t = 0; t < c.n(); t++) {
              double term = (double) g.get(row, t) * x.get(column, t);
              want += term;
              size += Math.abs(term);
            }
            String what = "sddmm " + c + " at " + row + ", " + column;
            CsrCase.requireClose(what, sampled.get(index), want, size, c.n());
          });
    }
  }

  private static float[] filled(int length, float value) {
    float[] array = new float[length];
    Arrays.fill(array, value);
    return array;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void spmvEqualsDoubleLoop(CsrCase c) {
    for (DoubleUnaryOperator number : NUMBERS) {
      CsrMatrix a = c.matrix(number);
      DenseMatrix x = CsrCase.filled(1, c.k(), c.random(), number);
      DenseMatrix y = CsrCase.output(1, c.m());
      plan(Operation.SPMV, a, Epilogue.none(), 1)
          .run(workspace, DenseVector.ofRow(x, 0), DenseVector.ofRow(y, 0));
      DenseMatrix column = DenseMatrix.copyOf(x.view().transposed());
      double[][] want = transpose(expected(a, column, false, false), c.m());
      double[][] size = transpose(expected(a, column, false, true), c.m());
      CsrCase.requireClose("spmv " + c, y, want, size, c.k());
      CsrCase.requireGuards("spmv " + c, y);
    }
  }

  private static double[][] transpose(double[][] column, int rows) {
    double[][] row = new double[1][rows];
    for (int i = 0; i < rows; i++) {
      row[0][i] = column[i][0];
    }
    return row;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void linearEqualsTripleLoopForViewsOfAnyLayout(CsrCase c) {
    for (DoubleUnaryOperator number : NUMBERS) {
      CsrMatrix a = c.matrix(number);
      DenseMatrix columns = CsrCase.filled(c.k(), c.n(), c.random(), number);
      double[][] want = expected(a, columns, false, false);
      double[][] size = expected(a, columns, false, true);
      Plan plan = plan(Operation.LINEAR, a, Epilogue.none(), c.n());
      for (DenseView x : views(columns)) {
        DenseMatrix y = CsrCase.output(c.n(), c.m());
        plan.run(workspace, x, y);
        DenseMatrix back = DenseMatrix.copyOf(y.view().transposed());
        CsrCase.requireClose("linear " + c + " of " + x, back, want, size, c.k());
        CsrCase.requireGuards("linear " + c, y);
      }
    }
  }

  /** The transpose of a matrix in native and heap memory, with unit and other strides. */
  private static List<DenseView> views(DenseMatrix columns) {
    int n = columns.columns();
    int k = columns.rows();
    float[] heap = new float[n * k];
    float[] spread = filled(3 * n * k + 1, Float.NaN);
    MemorySegment exact = Memory.auto().allocate(4L * n * k + 4).asSlice(4);
    MemorySegment wide = Memory.auto().allocate(12L * n * k + 4).asSlice(4);
    for (int t = 0; t < n; t++) {
      for (int j = 0; j < k; j++) {
        heap[t * k + j] = columns.get(j, t);
        spread[3 * (t * k + j)] = columns.get(j, t);
        exact.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, t * (long) k + j, columns.get(j, t));
        wide.setAtIndex(
            ValueLayout.JAVA_FLOAT_UNALIGNED, 3 * (t * (long) k + j), columns.get(j, t));
      }
    }
    return List.of(
        columns.view().transposed(),
        DenseMatrix.copyOf(columns.view().transposed()).view(),
        DenseView.of(heap, n, k),
        DenseView.of(MemorySegment.ofArray(spread), n, k, 3L * k, 3),
        DenseView.of(exact, n, k, k, 1),
        DenseView.of(wide, n, k, 3L * k, 3));
  }

  @Test
  void biasAndFunctionAreAppliedAndPaddingIsZeroAgain() {
    for (Activation activation : Activation.values()) {
      CsrCase c = new CsrCase(70, 50, 37, 0.2, 5);
      CsrMatrix a = c.matrix(CsrCase::real);
      DenseMatrix x = CsrCase.filled(c.k(), c.n(), c.random(), CsrCase::real);
      DenseVector bias = DenseVector.zeros(c.m());
      for (int i = 0; i < c.m(); i++) {
        bias.set(i, 0.5f + i % 3);
      }
      double[][] sums = expected(a, x, false, false);
      double[][] want = new double[c.m()][c.n()];
      double[][] one = new double[c.m()][c.n()];
      for (int i = 0; i < c.m(); i++) {
        for (int j = 0; j < c.n(); j++) {
          want[i][j] = apply(activation, sums[i][j] + bias.get(i));
          one[i][j] = 8;
        }
      }
      Epilogue epilogue = Epilogue.biasThen(bias, activation);
      DenseMatrix y = CsrCase.output(c.m(), c.n());
      plan(Operation.SPMM, a, epilogue, c.n()).run(workspace, x, y);
      CsrCase.requireClose("spmm " + activation, y, want, one, c.k());
      CsrCase.requireGuards("spmm " + activation, y);
      DenseMatrix rows = CsrCase.output(c.n(), c.m());
      plan(Operation.LINEAR, a, epilogue, c.n()).run(workspace, x.view().transposed(), rows);
      DenseMatrix back = DenseMatrix.copyOf(rows.view().transposed());
      CsrCase.requireClose("linear " + activation, back, want, one, c.k());
      CsrCase.requireGuards("linear " + activation, rows);
      DenseVector sample = DenseVector.zeros(c.k());
      for (int j = 0; j < c.k(); j++) {
        sample.set(j, x.get(j, 0));
      }
      DenseMatrix single = CsrCase.output(1, c.m());
      plan(Operation.SPMV, a, epilogue, 1).run(workspace, sample, DenseVector.ofRow(single, 0));
      for (int i = 0; i < c.m(); i++) {
        CsrCase.requireClose("spmv " + activation, single.get(0, i), want[i][0], 8, c.k());
      }
      CsrCase.requireGuards("spmv " + activation, single);
    }
  }

  private static double apply(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0);
      case GELU -> x * normal(x);
      case SILU -> x / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
    };
  }

  /** The normal distribution function by its power series, enough for |x| below 8. */
  private static double normal(double x) {
    double term = x;
    double sum = x;
    for (int i = 1; i < 400; i++) {
      term *= x * x / (2 * i + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  @Test
  void refreshTakesNewValues() {
    CsrCase c = new CsrCase(90, 70, 33, 0.3, 8);
    CsrMatrix a = c.matrix(CsrCase::small);
    DenseMatrix x = CsrCase.filled(c.k(), c.n(), c.random(), CsrCase::small);
    DenseMatrix dy = CsrCase.filled(c.m(), c.n(), c.random(), CsrCase::small);
    DenseMatrix y = CsrCase.output(c.m(), c.n());
    DenseMatrix dx = CsrCase.output(c.k(), c.n());
    Plan forward = plan(Operation.SPMM, a, Epilogue.none(), c.n());
    Plan backward = plan(Operation.SPMM_TRANSPOSED, a, Epilogue.none(), c.n());
    for (int i = 0; i < a.nnz(); i++) {
      a.values().set(i, 1 + i % 5);
    }
    forward.refresh();
    backward.refresh();
    forward.run(workspace, x, y);
    backward.run(workspace, dy, dx);
    CsrCase.requireClose("spmm", y, expected(a, x, false, false), new double[c.m()][c.n()], 0);
    CsrCase.requireClose("dX", dx, expected(a, dy, true, false), new double[c.k()][c.n()], 0);
  }

  @Test
  void moreThan65536ColumnsAreNoMatter() {
    int k = 70_000;
    SplittableRandom random = new SplittableRandom(4);
    int[] pointers = new int[20];
    int[] columns = new int[19 * 700];
    float[] values = new float[columns.length];
    for (int i = 0; i < 19; i++) {
      for (int q = 0; q < 700; q++) {
        columns[700 * i + q] = 100 * q + random.nextInt(100);
        values[700 * i + q] = 1 + random.nextInt(3);
      }
      pointers[i + 1] = 700 * (i + 1);
    }
    CsrMatrix a = CsrMatrix.copyOf(19, k, pointers, columns, values);
    DenseMatrix x = CsrCase.filled(k, 3, random, CsrCase::small);
    DenseMatrix y = CsrCase.output(19, 3);
    kernels.spmm(a, x, y);
    CsrCase.requireClose("spmm", y, expected(a, x, false, false), new double[19][3], 0);
    DenseMatrix dx = CsrCase.output(k, 3);
    kernels.spmmTransposed(a, y, dx);
    CsrCase.requireClose("dX", dx, expected(a, y, true, false), new double[k][3], 0);
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() {
    CsrCase c = new CsrCase(600, 333, 70, 0.07, 21);
    CsrMatrix a = c.matrix(CsrCase::real);
    DenseMatrix x = CsrCase.filled(c.k(), c.n(), c.random(), CsrCase::real);
    DenseMatrix g = CsrCase.filled(c.m(), c.n(), c.random(), CsrCase::real);
    List<float[]> once = results(workspace, a, x, g);
    try (WorkerTeam team = WorkerTeam.of(3)) {
      Workspace shared = Workspace.on(team);
      for (int repeat = 0; repeat < 5; repeat++) {
        List<float[]> again = results(shared, a, x, g);
        for (int i = 0; i < once.size(); i++) {
          assertArrayEquals(once.get(i), again.get(i), 0f, "result " + i);
        }
      }
    }
  }

  private List<float[]> results(Workspace on, CsrMatrix a, DenseMatrix x, DenseMatrix g) {
    int n = x.columns();
    DenseMatrix y = CsrCase.output(a.rows(), n);
    plan(Operation.SPMM, a, Epilogue.none(), n).run(on, x, y);
    DenseMatrix dx = CsrCase.output(a.columns(), n);
    plan(Operation.SPMM_TRANSPOSED, a, Epilogue.none(), n).run(on, g, dx);
    DenseMatrix batch = CsrCase.output(n, a.rows());
    plan(Operation.LINEAR, a, Epilogue.none(), n).run(on, x.view().transposed(), batch);
    FloatValues sampled = FloatValues.zeros((int) a.nnz());
    kernels.plan(Operation.SDDMM, a).build().sample(on, g, x, sampled);
    DenseVector sample = DenseVector.ofRow(DenseMatrix.copyOf(x.view().transposed()), 0);
    DenseVector single = DenseVector.zeros(a.rows());
    plan(Operation.SPMV, a, Epilogue.none(), 1).run(on, sample, single);
    return List.of(
        y.toArray(), dx.toArray(), batch.toArray(), sampled.array().clone(), single.toArray());
  }

  @Test
  void nanAndInfinityReachTheRowsThatReadThemAndNoOthers() {
    CsrCase c = new CsrCase(120, 90, 20, 0.1, 31);
    CsrMatrix a = c.matrix(u -> 1 + u);
    for (float special : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      DenseMatrix x = CsrCase.filled(c.k(), c.n(), c.random(), u -> 1 + u);
      x.set(40, 7, special);
      DenseMatrix y = CsrCase.output(c.m(), c.n());
      plan(Operation.SPMM, a, Epilogue.none(), c.n()).run(workspace, x, y);
      DenseVector single = DenseVector.zeros(c.m());
      DenseVector sample = DenseVector.ofRow(DenseMatrix.copyOf(x.view().transposed()), 7);
      plan(Operation.SPMV, a, Epilogue.none(), 1).run(workspace, sample, single);
      for (int i = 0; i < c.m(); i++) {
        boolean reads = a.pattern().indexOf(i, 40) >= 0;
        for (int t = 0; t < c.n(); t++) {
          boolean finite = Float.isFinite(y.get(i, t));
          assertEquals(!reads || t != 7, finite, "row " + i + ", column " + t);
        }
        assertEquals(!reads, Float.isFinite(single.get(i)), "row " + i + " of one sample");
      }
    }
  }

  @Test
  void plansSayWhichKernelRuns() {
    CsrMatrix a = new CsrCase(120, 90, 20, 0.1, 31).matrix(CsrCase::real);
    for (Operation operation : Operation.values()) {
      Plan plan = kernels.plan(operation, a).build();
      assertEquals(kernels.provider(), plan.info(8).provider(), operation + ": " + plan.info(8));
      assertEquals(kernels.vectorBits(), plan.info(8).vectorBits(), operation.toString());
      assertEquals(16 * a.nnz(), plan.info(8).flops(), operation.toString());
      assertTrue(plan.info(8).bytes() > 0, operation.toString());
    }
  }
}
