package org.sparse4j.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.testing.Seed;

/** Rows that share their columns, few samples: rows in the lanes of a vector. */
@Tag("kernels")
class SharedFewTest {

  private static final int[] BATCHES = {1, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17, 40};

  /**
   * Groups of rows with one list of columns each.
   *
   * @param rows rows
   * @param columns columns
   * @param group rows of a group
   * @param density share of stored positions
   */
  record Shape(int rows, int columns, int group, double density) {

    CsrMatrix matrix(boolean integers) {
      SplittableRandom random = new SplittableRandom(Seed.or(17L * rows + columns));
      DenseMatrix dense = DenseMatrix.zeros(rows, columns);
      boolean[] kept = new boolean[columns];
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns && i % group == 0; j++) {
          kept[j] = random.nextDouble() < density;
        }
        for (int j = 0; j < columns; j++) {
          float value = integers ? random.nextInt(1, 5) : (float) random.nextDouble(0.1, 2);
          dense.set(i, j, kept[j] ? random.nextBoolean() ? value : -value : 0);
        }
      }
      return CsrMatrix.fromDense(dense);
    }
  }

  static List<Shape> shapes() {
    return List.of(
        new Shape(16, 1, 16, 1),
        new Shape(16, 40, 16, 0.5),
        new Shape(48, 61, 16, 0.3),
        new Shape(62, 100, 31, 0.2),
        new Shape(78, 83, 13, 0.5),
        new Shape(320, 500, 16, 0.1),
        new Shape(96, 300, 32, 0.02));
  }

  @BeforeEach
  void needsVectors() {
    assumeTrue(Kernels.best().provider().equals("vector"), "the Vector API is not there");
  }

  private static DenseMatrix samples(int rows, int columns, boolean integers) {
    SplittableRandom random = new SplittableRandom(Seed.or(3L * rows));
    DenseMatrix x = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        x.set(i, j, integers ? random.nextInt(-6, 7) : (float) random.nextDouble(-1, 1));
      }
    }
    return x;
  }

  private static Epilogue epilogue(int rows, Activation activation) {
    DenseVector bias = DenseVector.zeros(rows);
    for (int i = 0; i < rows; i++) {
      bias.set(i, i % 7 - 3);
    }
    return Epilogue.biasThen(bias, activation);
  }

  private static Plan plan(SparseMatrix a, Operation operation, Epilogue epilogue, int batch) {
    return Kernels.best().plan(operation, a).epilogue(epilogue).batch(1, batch).build();
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
    CsrMatrix a = shape.matrix(true);
    Epilogue epilogue = epilogue(shape.rows, Activation.RELU);
    try (WorkerTeam team = WorkerTeam.of(3)) {
      for (Workspace workspace : List.of(Workspace.create(), Workspace.on(team))) {
        for (int n : BATCHES) {
          DenseMatrix x = samples(shape.columns, n, true);
          DenseMatrix y = DenseMatrix.zeros(shape.rows, n);
          y.fill(Float.NaN);
          plan(a, Operation.SPMM, epilogue, 8).run(workspace, x, y);
          DenseMatrix rows = DenseMatrix.zeros(n, shape.rows);
          DenseMatrix batch = DenseMatrix.copyOf(x.view().transposed());
          plan(a, Operation.LINEAR, epilogue, 8).run(workspace, batch.view(), rows);
          DenseMatrix dense = a.toDense();
          for (int i = 0; i < shape.rows; i++) {
            for (int t = 0; t < n; t++) {
              float want = i % 7 - 3;
              for (int j = 0; j < shape.columns; j++) {
                want += dense.get(i, j) * x.get(j, t);
              }
              String where = shape + ", n " + n + ", row " + i + ", sample " + t;
              assertEquals(Math.max(0, want), y.get(i, t), where);
              assertEquals(Math.max(0, want), rows.get(t, i), "linear, " + where);
            }
          }
          requirePadding(shape + ", n " + n, y);
          requirePadding("linear, " + shape + ", n " + n, rows);
        }
      }
    }
  }

  /** Whatever the type of the values and the number of threads, also with padding that f moves. */
  @ParameterizedTest
  @MethodSource("shapes")
  void sumsHaveTheBitsOfManySamples(Shape shape) {
    for (DType dtype : DType.values()) {
      SparseMatrix a = shape.matrix(false).to(dtype);
      Epilogue epilogue = epilogue(shape.rows, Activation.SIGMOID);
      Plan many = plan(a, Operation.SPMM, epilogue, 64);
      Plan back = plan(a, Operation.SPMM_TRANSPOSED, Epilogue.none(), 64);
      try (WorkerTeam team = WorkerTeam.of(3)) {
        for (int n : BATCHES) {
          DenseMatrix x = samples(shape.columns, n, false);
          DenseMatrix want = DenseMatrix.zeros(shape.rows, n);
          many.run(Workspace.create(), x, want);
          DenseMatrix y = DenseMatrix.zeros(shape.rows, n);
          y.fill(Float.NaN);
          plan(a, Operation.SPMM, epilogue, 16).run(Workspace.on(team), x, y);
          DenseMatrix g = samples(shape.rows, n, false);
          DenseMatrix wantBack = DenseMatrix.zeros(shape.columns, n);
          back.run(Workspace.create(), g, wantBack);
          DenseMatrix dx = DenseMatrix.zeros(shape.columns, n);
          plan(a, Operation.SPMM_TRANSPOSED, Epilogue.none(), 16).run(Workspace.on(team), g, dx);
          requireSame(shape + " " + dtype + ", n " + n, want, y);
          requireSame(shape + " " + dtype + ", transposed, n " + n, wantBack, dx);
        }
      }
    }
  }

  private static void requireSame(String what, DenseMatrix want, DenseMatrix got) {
    for (int i = 0; i < want.rows(); i++) {
      for (int t = 0; t < want.columns(); t++) {
        assertEquals(want.get(i, t), got.get(i, t), what + ", row " + i + ", sample " + t);
      }
    }
    requirePadding(what, got);
  }

  @Test
  void nanAndInfinityReachWhoeverReadsThemAsInPlainArithmetic() {
    CsrMatrix a = new Shape(32, 50, 16, 0.4).matrix(true);
    Plan product = plan(a, Operation.SPMM, Epilogue.none(), 8);
    for (float special : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int column = 0; column < 50; column++) {
        DenseMatrix x = samples(50, 5, true);
        x.set(column, 3, special);
        DenseMatrix y = DenseMatrix.zeros(32, 5);
        product.run(Workspace.create(), x, y);
        for (int i = 0; i < 32; i++) {
          for (int t = 0; t < 5; t++) {
            float value = a.get(i, column);
            boolean reads = t == 3 && value != 0;
            assertEquals(!reads, Float.isFinite(y.get(i, t)), "row " + i + ", sample " + t);
            if (reads) {
              assertEquals(value * special, y.get(i, t), "row " + i);
            }
          }
        }
        requirePadding("column " + column, y);
      }
    }
  }

  /** An infinity in A makes NaN of the zeros in the padding of X, which must not stay. */
  @Test
  void infiniteValuesLeaveThePaddingZero() {
    CsrMatrix a = new Shape(32, 50, 16, 0.4).matrix(true);
    a.values().set(0, Float.POSITIVE_INFINITY);
    for (int n : new int[] {3, 6, 11}) {
      DenseMatrix y = DenseMatrix.zeros(32, n);
      plan(a, Operation.SPMM, Epilogue.none(), 8).run(Workspace.create(), samples(50, n, true), y);
      requirePadding("n " + n, y);
    }
  }

  @Test
  void plansForFewSamplesPutRowsInLanes() {
    assumeTrue(SharedFewTiles.AVAILABLE, "few registers");
    int height = SharedLanes.HEIGHT;
    CsrMatrix a = new Shape(6 * height, 90, height, 0.5).matrix(true);
    String name = "shared-rows-lanes-" + height + "x8";
    for (int batch : new int[] {1, 8, 16}) {
      KernelInfo info = plan(a, Operation.SPMM, Epilogue.none(), batch).info(8);
      assertEquals(name, info.kernel());
      assertEquals(Kernels.best().vectorBits(), info.vectorBits());
      assertEquals(16L * a.nnz(), info.flops());
      assertTrue(info.bytes() > 4L * a.nnz() + 32L * (a.rows() + a.columns()), info.toString());
      String linear = plan(a, Operation.LINEAR, Epilogue.none(), batch).info(8).kernel();
      assertEquals("transposed-" + name, linear);
    }
    String bf16 = plan(a.to(DType.BF16), Operation.SPMM, Epilogue.none(), 8).info(8).kernel();
    assertEquals(name + "-BF16", bf16);
    String many = plan(a, Operation.SPMM, Epilogue.none(), 32).info(8).kernel();
    assertEquals("shared-rows-8", many);
    CsrMatrix half = new Shape(64, 90, height / 2, 0.5).matrix(true);
    String lower = plan(half, Operation.SPMM, Epilogue.none(), 8).info(8).kernel();
    assertTrue(!lower.contains("lanes"), lower);
  }

  /** A block has one scale for all of its columns, rows of it none: better bytes than lanes. */
  @Test
  void bytesWithAScaleABlockStayBytes() {
    DenseMatrix dense = new Shape(64, 64, 64, 1).matrix(false).toDense();
    SparseMatrix a = BlockMatrix.fromDense(dense, 16, 16).to(DType.I8);
    String kernel = plan(a, Operation.SPMM, Epilogue.none(), 8).info(8).kernel();
    assertTrue(kernel.endsWith("-I8") || Kernels.best().vectorBits() < 256, kernel);
  }
}
