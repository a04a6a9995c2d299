package org.sparse4j.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;

/** Dense products against a triple loop in double. */
@Tag("kernels")
class DenseProductTest {

  private static final int[] SIZES = {0, 1, 3, 7, 12, 13, 16, 17, 31, 33, 48};
  private static final long SEED = Long.getLong("sparse4j.test.seed", 20240611);

  private final Workspace workspace = Workspace.create();
  private final Random random = new Random(SEED);

  static Stream<DenseKernels> kernels() {
    return Stream.of(Kernels.best(), Kernels.scalar()).distinct().map(Kernels::dense);
  }

  private static Guarded left(GemmForm form, int m, int k, Random random, boolean integers) {
    int rows = form == GemmForm.ATB ? k : m;
    int columns = form == GemmForm.ATB ? m : k;
    return integers
        ? Guarded.integers(rows, columns, random)
        : Guarded.normal(rows, columns, random);
  }

  private static Guarded right(GemmForm form, int k, int n, Random random, boolean integers) {
    int rows = form == GemmForm.ABT ? n : k;
    int columns = form == GemmForm.ABT ? k : n;
    return integers
        ? Guarded.integers(rows, columns, random)
        : Guarded.normal(rows, columns, random);
  }

  private static double a(GemmForm form, DenseMatrix a, int i, int p) {
    return form == GemmForm.ATB ? a.get(p, i) : a.get(i, p);
  }

  private static double b(GemmForm form, DenseMatrix b, int p, int j) {
    return form == GemmForm.ABT ? b.get(j, p) : b.get(p, j);
  }

  private void requireExact(DenseKernels dense, GemmForm form, int m, int n, int k) {
    Guarded a = left(form, m, k, random, true);
    Guarded b = right(form, k, n, random, true);
    Guarded c = Guarded.of(m, n, () -> Double.NaN);
    Guarded sum = Guarded.integers(m, n, random);
    DenseMatrix before = DenseMatrix.copyOf(sum.matrix.view());
    dense.gemm(workspace, form, a.matrix, b.matrix, Epilogue.none(), c.matrix);
    dense.gemmAdd(workspace, form, a.matrix, b.matrix, sum.matrix);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double want = 0;
        for (int p = 0; p < k; p++) {
          want += a(form, a.matrix, i, p) * b(form, b.matrix, p, j);
        }
        String where = form + " " + m + "x" + n + "x" + k + " at " + i + ", " + j + " seed " + SEED;
        assertEquals(want, c.matrix.get(i, j), where);
        assertEquals(before.get(i, j) + want, sum.matrix.get(i, j), where);
      }
    }
    c.check();
    sum.check();
    a.check();
    b.check();
  }

  @ParameterizedTest
  @EnumSource(GemmForm.class)
  void productsOfSmallIntegersAreExact(GemmForm form) {
    kernels()
        .forEach(dense -> {
          for (int m : SIZES) {
            for (int n : SIZES) {
              for (int k : SIZES) {
                requireExact(dense, form, m, n, k);
              }
            }
          }
        });
  }

  /**
   * Few columns or rows of 64 products and more are dot products, which have tails of their own.
   */
  @ParameterizedTest
  @EnumSource(GemmForm.class)
  void deepProductsOfFewColumnsAndRowsAreExact(GemmForm form) {
    DenseKernels dense = Kernels.best().dense();
    for (int k : new int[] {63, 64, 65, 66, 67, 79, 127, 257}) {
      for (int few = 1; few <= 13; few++) {
        for (int other : new int[] {1, 9, 16, 17}) {
          requireExact(dense, form, other, few, k);
          requireExact(dense, form, few, other, k);
        }
      }
    }
  }

  /** Sizes above the blocks: 96 rows, 256 products. */
  @ParameterizedTest
  @EnumSource(GemmForm.class)
  void blockedProductsOfSmallIntegersAreExact(GemmForm form) {
    DenseKernels dense = Kernels.best().dense();
    requireExact(dense, form, 100, 130, 257);
    requireExact(dense, form, 193, 17, 300);
    requireExact(dense, form, 10, 128, 600);
    // Wider than the packed panels that are kept at a time.
    requireExact(dense, form, 7, 1100, 1025);
    // Rows, products and columns that leave a rest everywhere, wide enough to transpose A first.
    requireExact(dense, form, 103, 77, 139);
    requireExact(dense, form, 13, 64, 9);
  }

  /**
   * B is cut into ranges of columns and of rows; the bias is added once, after the last of them.
   */
  @ParameterizedTest
  @EnumSource(GemmForm.class)
  void productsOfADeepAndWideMatrixAreExactWithTheirEpilogue(GemmForm form) {
    DenseKernels dense = Kernels.best().dense();
    int m = 14;
    int n = 1100;
    int k = 1300;
    requireExact(dense, form, m, n, k);
    Guarded a = left(form, m, k, random, true);
    Guarded b = right(form, k, n, random, true);
    Guarded bias = Guarded.integers(1, m, random);
    Guarded c = Guarded.of(m, n, () -> Double.NaN);
    Epilogue epilogue = Epilogue.biasThen(bias.vector(), Activation.RELU);
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      Workspace parallel = Workspace.on(Threads.of(pool, 2));
      dense.gemm(parallel, form, a.matrix, b.matrix, epilogue, c.matrix);
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j += 7) {
        double want = bias.matrix.get(0, i);
        for (int p = 0; p < k; p++) {
          want += a(form, a.matrix, i, p) * b(form, b.matrix, p, j);
        }
        assertEquals(Math.max(want, 0), c.matrix.get(i, j), form + ", seed " + SEED);
      }
    }
    c.check();
  }

  @ParameterizedTest
  @EnumSource(GemmForm.class)
  void realProductsAreWithinTheRoundingBound(GemmForm form) {
    kernels()
        .forEach(dense -> {
          int m = 37;
          int n = 45;
          int k = 291;
          Guarded a = left(form, m, k, random, false);
          Guarded b = right(form, k, n, random, false);
          DenseMatrix c = DenseMatrix.zeros(m, n);
          dense.gemm(workspace, form, a.matrix, b.matrix, Epilogue.none(), c);
          for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
              double want = 0;
              double size = 0;
              for (int p = 0; p < k; p++) {
                double product = a(form, a.matrix, i, p) * b(form, b.matrix, p, j);
                want += product;
                size += Math.abs(product);
              }
              double bound = (k + 2) * 0x1p-24 * size + k * (double) Float.MIN_VALUE;
              assertEquals(want, c.get(i, j), bound, () -> form + ", seed " + SEED);
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void epilogueAddsTheBiasOfTheRowAndAppliesTheFunction(Activation activation) {
    kernels()
        .forEach(dense -> {
          Guarded a = Guarded.normal(23, 19, random);
          Guarded b = Guarded.normal(19, 37, random);
          Guarded bias = Guarded.normal(1, 23, random);
          Guarded c = Guarded.of(23, 37, () -> Double.NaN);
          DenseMatrix plain = DenseMatrix.zeros(23, 37);
          dense.gemm(workspace, GemmForm.AB, a.matrix, b.matrix, Epilogue.none(), plain);
          dense.gemm(
              workspace,
              GemmForm.AB,
              a.matrix,
              b.matrix,
              Epilogue.biasThen(bias.vector(), activation),
              c.matrix);
          for (int i = 0; i < 23; i++) {
            for (int j = 0; j < 37; j++) {
              double want = Reference.apply(activation, plain.get(i, j) + bias.matrix.get(0, i));
              assertEquals(want, c.matrix.get(i, j), 1e-6 * (1 + Math.abs(want)));
            }
          }
          c.check();
        });
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void infinitiesReachTheirRowAndNothingElse(DenseKernels dense) {
    for (GemmForm form : GemmForm.values()) {
      Guarded a =
          Guarded.of(form == GemmForm.ATB ? 40 : 30, form == GemmForm.ATB ? 30 : 40, () -> 1);
      Guarded b =
          Guarded.of(form == GemmForm.ABT ? 21 : 40, form == GemmForm.ABT ? 40 : 21, () -> 1);
      a.matrix.set(
          form == GemmForm.ATB ? 3 : 5, form == GemmForm.ATB ? 5 : 3, Float.POSITIVE_INFINITY);
      Guarded c = Guarded.of(30, 21, () -> 0);
      dense.gemm(workspace, form, a.matrix, b.matrix, Epilogue.none(), c.matrix);
      for (int i = 0; i < 30; i++) {
        for (int j = 0; j < 21; j++) {
          assertEquals(i == 5 ? Float.POSITIVE_INFINITY : 40f, c.matrix.get(i, j));
        }
      }
      c.check();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void productOfAVectorIsExactOnSmallIntegers(DenseKernels dense) {
    for (int m : new int[] {0, 1, 7, 8, 9, 31, 100}) {
      for (int k : new int[] {0, 1, 15, 16, 17, 65, 300}) {
        Guarded a = Guarded.integers(m, k, random);
        Guarded x = Guarded.integers(1, k, random);
        Guarded bias = Guarded.integers(1, m, random);
        Guarded y = Guarded.of(1, m, () -> Double.NaN);
        dense.gemv(
            workspace,
            a.matrix,
            x.vector(),
            Epilogue.biasThen(bias.vector(), Activation.RELU),
            y.vector());
        for (int i = 0; i < m; i++) {
          double want = bias.matrix.get(0, i);
          for (int p = 0; p < k; p++) {
            want += (double) a.matrix.get(i, p) * x.matrix.get(0, p);
          }
          assertEquals(Math.max(want, 0), y.matrix.get(0, i));
        }
        y.check();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void linearTakesAnyViewAndIsExactOnSmallIntegers(DenseKernels dense) {
    for (int n : new int[] {0, 1, 2, 5, 8, 11, 12, 13, 16, 17, 40, 140}) {
      for (int m : new int[] {0, 1, 10, 16, 49, 100}) {
        int k = m == 10 ? 0 : 37;
        DenseMatrix stored = Guarded.integers(n, k, random).matrix;
        // A view without columns has no number, whatever lies between its rows.
        float[] wide = new float[k == 0 ? 0 : n * (k + 3)];
        for (int t = 0; k > 0 && t < n; t++) {
          stored.getRow(t, wide, t * (k + 3));
        }
        DenseMatrix flipped = DenseMatrix.zeros(k, n);
        flipped.copyTransposed(stored);
        List<DenseView> views =
            List.of(
                stored.view(),
                DenseView.of(MemorySegment.ofArray(wide), n, k, k + 3L, 1),
                flipped.view().transposed());
        Guarded w = Guarded.integers(m, k, random);
        Guarded bias = Guarded.integers(1, m, random);
        for (DenseView x : views) {
          Guarded y = Guarded.of(n, m, () -> Double.NaN);
          dense.linear(
              workspace, x, w.matrix, Epilogue.biasThen(bias.vector(), Activation.RELU), y.matrix);
          for (int t = 0; t < n; t++) {
            for (int i = 0; i < m; i++) {
              double want = bias.matrix.get(0, i);
              for (int p = 0; p < k; p++) {
                want += (double) stored.get(t, p) * w.matrix.get(i, p);
              }
              assertEquals(Math.max(want, 0), y.matrix.get(t, i), n + " samples of " + m);
            }
          }
          y.check();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void transposesAnyView(DenseKernels dense) {
    for (int m : new int[] {0, 1, 5, 16, 17, 33, 70}) {
      for (int n : new int[] {0, 1, 4, 16, 31, 48, 65}) {
        Guarded x = Guarded.normal(n, m, random);
        Guarded y = Guarded.of(m, n, () -> Double.NaN);
        Guarded copy = Guarded.of(n, m, () -> Double.NaN);
        dense.transpose(workspace, x.matrix.view(), y.matrix);
        dense.transpose(workspace, x.matrix.view().transposed(), copy.matrix);
        DenseMatrix heap = DenseMatrix.zeros(m, n);
        dense.transpose(workspace, DenseView.of(x.matrix.toArray(), n, m), heap);
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            assertEquals(x.matrix.get(j, i), y.matrix.get(i, j));
            assertEquals(x.matrix.get(j, i), heap.get(i, j));
          }
        }
        assertTrue(copy.matrix.contentEquals(x.matrix));
        y.check();
        copy.check();
      }
    }
  }

  private void requireSameForAnyThreads(
      ExecutorService pool, GemmForm form, int m, int n, Epilogue epilogue) {
    DenseKernels dense = Kernels.best().dense();
    Guarded a = left(form, m, 970, random, false);
    Guarded b = right(form, 970, n, random, false);
    DenseMatrix one = DenseMatrix.zeros(m, n);
    dense.gemm(workspace, form, a.matrix, b.matrix, epilogue, one);
    for (int threads : new int[] {2, 3, 7}) {
      DenseMatrix many = DenseMatrix.zeros(m, n);
      Workspace parallel = Workspace.on(Threads.of(pool, threads));
      dense.gemm(parallel, form, a.matrix, b.matrix, epilogue, many);
      assertTrue(one.contentEquals(many), form + " " + m + "x" + n + " with " + threads);
    }
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() {
    DenseKernels dense = Kernels.best().dense();
    DenseMatrix bias = Guarded.normal(1, 301, random).matrix;
    Epilogue epilogue = Epilogue.biasThen(DenseVector.ofRow(bias, 0), Activation.GELU);
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      for (GemmForm form : GemmForm.values()) {
        for (int n : new int[] {133, 5}) {
          requireSameForAnyThreads(pool, form, 301, n, epilogue);
        }
        DenseVector few = DenseVector.ofRow(Guarded.normal(1, 7, random).matrix, 0);
        requireSameForAnyThreads(pool, form, 7, 301, Epilogue.biasThen(few, Activation.GELU));
      }
      Guarded w = Guarded.normal(301, 270, random);
      for (int samples : new int[] {1, 8, 50}) {
        DenseMatrix x = Guarded.normal(samples, 270, random).matrix;
        DenseMatrix one = DenseMatrix.zeros(samples, 301);
        dense.linear(workspace, x.view(), w.matrix, epilogue, one);
        for (int threads : new int[] {2, 5}) {
          DenseMatrix many = DenseMatrix.zeros(samples, 301);
          Workspace parallel = Workspace.on(Threads.of(pool, threads));
          dense.linear(parallel, x.view(), w.matrix, epilogue, many);
          assertTrue(one.contentEquals(many), samples + " samples with " + threads);
        }
      }
    }
  }
}
