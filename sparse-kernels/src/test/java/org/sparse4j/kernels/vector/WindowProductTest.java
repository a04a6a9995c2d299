package org.sparse4j.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.testing.Seed;

/** Rows with equally many entries in every sixteen columns, and few samples. */
@Tag("kernels")
class WindowProductTest {

  private static final int[] BATCHES = {3, 8, 9, 16, 24, 37};

  record Shape(int rows, int columns, int keep, int of) {

    /** Integers from 1 to 4 that are not zero, so that sums are exact and all entries stay. */
    NmMatrix matrix() {
      SplittableRandom random = new SplittableRandom(Seed.or(13L * rows + columns + keep));
      DenseMatrix dense = DenseMatrix.zeros(rows, columns);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j += of) {
          int left = keep;
          for (int q = 0; q < of; q++) {
            if (random.nextInt(of - q) < left) {
              dense.set(i, j + q, random.nextInt(1, 5) * (random.nextBoolean() ? 1 : -1));
              left--;
            }
          }
        }
      }
      return NmMatrix.fromDense(dense, new NmStructure(keep, of));
    }
  }

  static List<Shape> shapes() {
    return List.of(
        new Shape(16, 16, 2, 4),
        new Shape(48, 80, 2, 4),
        new Shape(160, 208, 1, 4),
        new Shape(64, 96, 4, 8),
        new Shape(32, 64, 1, 8),
        new Shape(80, 48, 3, 16),
        new Shape(96, 32, 8, 16),
        new Shape(144, 160, 1, 16));
  }

  private static DenseMatrix samples(int columns, int n) {
    DenseMatrix x = DenseMatrix.zeros(columns, n);
    for (int j = 0; j < columns; j++) {
      for (int t = 0; t < n; t++) {
        x.set(j, t, (j * 5 + t * 3) % 13 - 6);
      }
    }
    return x;
  }

  private static Plan plan(SparseMatrix a, Operation operation, Epilogue epilogue) {
    return Kernels.best().plan(operation, a).epilogue(epilogue).batch(1, 8).build();
  }

  private static String kernel(SparseMatrix a, Operation operation, int n) {
    return Kernels.best().plan(operation, a).batch(n, n).build().info(n).kernel();
  }

  private static DenseMatrix unset(int rows, int columns) {
    DenseMatrix y = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        y.set(i, j, Float.NaN);
      }
    }
    return y;
  }

  private static void requirePadding(String what, DenseMatrix y) {
    for (int i = 0; i < y.rows(); i++) {
      for (int j = y.columns(); j < y.paddedColumns(); j++) {
        long at = (long) i * y.stride() + j;
        assertEquals(0, y.segment().getAtIndex(ValueLayout.JAVA_FLOAT, at), what + ", row " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void productsAreExactOnSmallIntegers(Shape shape) {
    NmMatrix a = shape.matrix();
    DenseVector bias = DenseVector.zeros(shape.rows);
    for (int i = 0; i < shape.rows; i++) {
      bias.set(i, i % 7 - 3);
    }
    Epilogue epilogue = Epilogue.biasThen(bias, Activation.RELU);
    for (SparseMatrix w : List.of(a, CsrMatrix.fromDense(a.toDense()), a.to(DType.BF16))) {
      Plan product = plan(w, Operation.SPMM, epilogue);
      Plan layer = plan(w, Operation.LINEAR, epilogue);
      try (WorkerTeam team = WorkerTeam.of(3)) {
        for (Workspace workspace : List.of(Workspace.create(), Workspace.on(team))) {
          for (int n : BATCHES) {
            compare(product, layer, workspace, a.toDense(), bias, n);
          }
        }
      }
    }
  }

  private static void compare(
      Plan product, Plan layer, Workspace workspace, DenseMatrix a, DenseVector bias, int n) {
    DenseMatrix x = samples(a.columns(), n);
    DenseMatrix y = unset(a.rows(), n);
    product.run(workspace, x, y);
    DenseMatrix batch = DenseMatrix.copyOf(x.view().transposed());
    DenseMatrix rows = unset(n, a.rows());
    layer.run(workspace, batch.view(), rows);
    DenseMatrix strided = unset(n, a.rows());
    layer.run(workspace, x.view().transposed(), strided);
    for (int i = 0; i < a.rows(); i++) {
      for (int t = 0; t < n; t++) {
        float want = bias.get(i);
        for (int j = 0; j < a.columns(); j++) {
          want += a.get(i, j) * x.get(j, t);
        }
        want = Math.max(0, want);
        String where = ", n " + n + ", row " + i + ", sample " + t;
        assertEquals(want, y.get(i, t), product + where);
        assertEquals(want, rows.get(t, i), layer + where);
        assertEquals(want, strided.get(t, i), layer + ", transposed view" + where);
      }
    }
    requirePadding(product + ", n " + n, y);
    requirePadding(layer + ", n " + n, rows);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void nanAndInfinityReachWhoeverReadsThemAsInPlainArithmetic(Shape shape) {
    NmMatrix a = shape.matrix();
    Plan layer = plan(a, Operation.LINEAR, Epilogue.none());
    for (float special : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int column : new int[] {0, shape.columns - 1}) {
        DenseMatrix x = DenseMatrix.copyOf(samples(shape.columns, 5).view().transposed());
        x.set(3, column, special);
        DenseMatrix y = DenseMatrix.zeros(5, shape.rows);
        layer.run(Workspace.create(), x.view(), y);
        for (int i = 0; i < shape.rows; i++) {
          for (int t = 0; t < 5; t++) {
            float value = a.get(i, column);
            boolean reads = t == 3 && value != 0;
            boolean finite = Math.abs(y.get(t, i)) < Float.MAX_VALUE;
            assertEquals(!reads, finite, "row " + i + ", sample " + t + " holds " + y.get(t, i));
            if (reads) {
              assertEquals(value * special, y.get(t, i), "row " + i);
            }
          }
        }
      }
    }
  }

  @Test
  void sumsHaveTheBitsOfTheRowsOneByOne() {
    SplittableRandom random = new SplittableRandom(Seed.or(5));
    NmMatrix a = new Shape(64, 160, 2, 4).matrix();
    for (int k = 0; k < a.values().length(); k++) {
      a.values().set(k, (float) random.nextDouble(-1, 1));
    }
    DenseMatrix x = DenseMatrix.zeros(160, 8);
    for (int j = 0; j < 160; j++) {
      for (int t = 0; t < 8; t++) {
        x.set(j, t, (float) random.nextDouble(-1, 1));
      }
    }
    Workspace workspace = Workspace.create();
    DenseMatrix few = DenseMatrix.zeros(64, 8);
    plan(a, Operation.SPMM, Epilogue.none()).run(workspace, x, few);
    DenseMatrix many = DenseMatrix.zeros(64, 8);
    Kernels.best().plan(Operation.SPMM, a).batch(100, 100).build().run(workspace, x, many);
    for (int i = 0; i < 64; i++) {
      for (int t = 0; t < 8; t++) {
        assertEquals(many.get(i, t), few.get(i, t), "row " + i + ", sample " + t);
      }
    }
  }

  @Test
  void windowsServeFewSamplesOfEvenRowsInWideRegisters() {
    assumeTrue(Kernels.best().vectorBits() == 512, "permutes want 512-bit registers");
    NmMatrix a = new Shape(48, 80, 2, 4).matrix();
    assertEquals("rows of N:M, windows-16", kernel(a, Operation.LINEAR, 8));
    assertEquals("rows of N:M, transposed-windows-16", kernel(a, Operation.SPMM, 16));
    String quads = "rows of N:M, csr-quads-" + CsrTiles.name(QuadValues.chosen(32)) + "80";
    assertEquals(quads, kernel(a, Operation.SPMM, 32));
    CsrMatrix csr = CsrMatrix.fromDense(a.toDense());
    assertEquals("windows-16", kernel(csr, Operation.LINEAR, 8), "positions count, not formats");
    DenseMatrix uneven = a.toDense();
    uneven.set(7, 0, 0);
    uneven.set(7, 1, 0);
    uneven.set(7, 2, 0);
    uneven.set(7, 3, 0);
    CsrMatrix less = CsrMatrix.fromDense(uneven);
    assertEquals("csr-quads-80", kernel(less, Operation.SPMM, 8), "a window that lacks entries");
    NmMatrix rows = new Shape(40, 80, 2, 4).matrix();
    assertEquals("rows of N:M, csr-quads-80", kernel(rows, Operation.SPMM, 8), "40 rows");
    NmMatrix columns = new Shape(48, 72, 2, 4).matrix();
    assertEquals("rows of N:M, csr-quads-72", kernel(columns, Operation.SPMM, 8), "72 columns");
    NmMatrix full = new Shape(48, 80, 3, 4).matrix();
    assertEquals("rows of N:M, csr-quads-80", kernel(full, Operation.SPMM, 8), "12 a window");
  }

  @Test
  void narrowerRegistersReadRowsOneByOne() {
    assumeTrue(Kernels.best().vectorBits() < 512, "permutes are there");
    assumeTrue(Kernels.best().provider().equals("vector"), "the Vector API is not there");
    NmMatrix a = new Shape(48, 80, 2, 4).matrix();
    String tile = CsrTiles8.AVAILABLE ? "" : CsrTiles.name(QuadValues.chosen(8));
    assertEquals("rows of N:M, csr-quads-" + tile + "80", kernel(a, Operation.SPMM, 8));
  }
}
