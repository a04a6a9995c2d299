package org.sparse4j.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.testing.Seed;

/** Rows that share their columns: the same bits as row by row, in fewer loads. */
@Tag("kernels")
class SharedRowsTest {

  private final Workspace workspace = Workspace.create();

  /**
   * Groups of rows with one list of columns each.
   *
   * @param rows rows
   * @param columns columns
   * @param group rows of a group
   * @param width neighbouring columns that are stored together
   * @param density share of stored positions
   */
  record Shape(int rows, int columns, int group, int width, double density) {

    CsrMatrix matrix() {
      SplittableRandom random = new SplittableRandom(Seed.or(31L * rows + group));
      DenseMatrix dense = DenseMatrix.zeros(rows, columns);
      boolean[] kept = new boolean[columns];
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns && i % group == 0; j++) {
          kept[j] = j % width == 0 ? random.nextDouble() < density : kept[j - 1];
        }
        for (int j = 0; j < columns; j++) {
          dense.set(i, j, kept[j] ? (float) random.nextDouble(0.1, 2) : 0);
        }
      }
      return CsrMatrix.fromDense(dense);
    }
  }

  static List<Shape> shapes() {
    return List.of(
        new Shape(64, 50, 8, 1, 0.5),
        new Shape(67, 130, 8, 1, 0.2),
        new Shape(128, 500, 16, 1, 0.1),
        new Shape(97, 61, 4, 1, 0.4),
        new Shape(144, 70, 12, 1, 0.3),
        new Shape(96, 96, 16, 16, 0.3),
        new Shape(320, 440, 8, 8, 0.2),
        new Shape(78, 83, 6, 4, 0.5),
        new Shape(40, 30, 40, 1, 1),
        new Shape(48, 29, 48, 1, 1));
  }

  @BeforeEach
  void needsVectors() {
    assumeTrue(Kernels.best().provider().equals("vector"), "the Vector API is not there");
  }

  private static DenseMatrix random(int rows, int columns) {
    SplittableRandom random = new SplittableRandom(rows);
    DenseMatrix x = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        x.set(i, j, (float) random.nextDouble(-1, 1));
      }
    }
    return x;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void productsGiveTheSameBitsAsRowByRow(Shape shape) {
    CsrMatrix a = shape.matrix();
    RowStream rows = RowStream.of(a);
    DenseVector bias = DenseVector.zeros(shape.rows());
    bias.set(shape.rows() - 1, 3);
    Epilogue epilogue = Epilogue.biasThen(bias, Activation.GELU);
    SharedRows shared = SharedRows.of(rows, true).orElseThrow();
    SharedRows spread = SharedRows.of(rows, false).orElseThrow();
    for (int n : new int[] {1, 16, 17, 48, 129}) {
      PanelProduct one = new CsrSpmm(rows, epilogue, n);
      PanelProduct many = new SharedSpmm(shared, epilogue);
      CsrSpmm back = new CsrSpmm(rows.transposed(), Epilogue.none(), n);
      SharedSpread spreading = new SharedSpread(spread);
      one.refresh(a.values());
      many.refresh(a.values());
      back.refresh(a.values());
      spreading.refresh(a.values());
      DenseMatrix x = random(shape.columns(), n);
      DenseMatrix g = random(shape.rows(), n);
      DenseMatrix want = DenseMatrix.zeros(shape.rows(), n);
      DenseMatrix got = DenseMatrix.zeros(shape.rows(), n);
      one.run(workspace, x, want);
      many.run(workspace, x, got);
      assertArrayEquals(want.toArray(), got.toArray(), 0f, shape + ", n " + n);
      DenseMatrix wantBack = DenseMatrix.zeros(shape.columns(), n);
      DenseMatrix gotBack = DenseMatrix.zeros(shape.columns(), n);
      gotBack.fill(Float.NaN);
      back.run(workspace, g, wantBack);
      spreading.run(workspace, g, gotBack);
      assertArrayEquals(wantBack.toArray(), gotBack.toArray(), 0f, shape + ", n " + n);
    }
  }

  /** Integers, so that any order of a sum gives the same. */
  @ParameterizedTest
  @MethodSource("shapes")
  void singleSamplesAreExact(Shape shape) {
    CsrMatrix a = shape.matrix();
    for (int q = 0; q < a.nnz(); q++) {
      a.values().set(q, q * 5 % 9 - 4);
    }
    Optional<SharedRows> shared = SharedRows.lanes(RowStream.of(a));
    int fill = shape.group() % SharedLanes.HEIGHT;
    assertTrue(shared.isPresent() || fill != 0, shape + " fills tiles");
    if (shared.isEmpty()) {
      return;
    }
    DenseVector bias = DenseVector.zeros(shape.rows());
    bias.set(1, 7);
    SharedSpmv product = new SharedSpmv(shared.get(), Epilogue.biasThen(bias, Activation.RELU));
    product.refresh(a.values());
    DenseVector x = DenseVector.zeros(shape.columns());
    for (int j = 0; j < shape.columns(); j++) {
      x.set(j, j % 7 - 3);
    }
    float[] want = new float[shape.rows()];
    a.pattern().forEach((index, row, column) -> want[row] += a.values().get(index) * x.get(column));
    want[1] += 7;
    for (int i = 0; i < want.length; i++) {
      want[i] = Math.max(0, want[i]);
    }
    try (WorkerTeam team = WorkerTeam.of(3)) {
      for (Workspace on : List.of(workspace, Workspace.on(team))) {
        DenseVector y = DenseVector.zeros(shape.rows());
        product.run(on, x, y);
        assertArrayEquals(want, y.toArray(), 0f, shape.toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void plansFindSharedRows(Shape shape) {
    CsrMatrix a = shape.matrix();
    String kernel = Kernels.best().plan(Operation.SPMM, a).build().info(8).kernel();
    assertTrue(kernel.startsWith("shared-rows-"), kernel);
    String linear = Kernels.best().plan(Operation.LINEAR, a).build().info(8).kernel();
    assertTrue(linear.startsWith("transposed-shared-rows-"), linear);
    String back = Kernels.best().plan(Operation.SPMM_TRANSPOSED, a).build().info(8).kernel();
    String expected = shape.width() >= 4 || shape.density() == 1 ? "rows-[48]" : "rows-spread-[48]";
    assertTrue(back.matches("shared-" + expected), back);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void threadsGiveTheSameBits(Shape shape) {
    CsrMatrix a = shape.matrix();
    DenseMatrix x = random(shape.columns(), 70);
    DenseMatrix g = random(shape.rows(), 70);
    try (WorkerTeam team = WorkerTeam.of(3)) {
      for (Operation operation : List.of(Operation.SPMM, Operation.SPMM_TRANSPOSED)) {
        Plan plan = Kernels.best().plan(operation, a).build();
        boolean forward = operation == Operation.SPMM;
        DenseMatrix once = DenseMatrix.zeros(forward ? shape.rows() : shape.columns(), 70);
        DenseMatrix again = DenseMatrix.zeros(once.rows(), 70);
        plan.run(workspace, forward ? x : g, once);
        plan.run(Workspace.on(team), forward ? x : g, again);
        assertArrayEquals(once.toArray(), again.toArray(), 0f, operation + " " + shape);
      }
    }
  }

  @Test
  void rowsThatShareTooLittleAreReadOneByOne() {
    for (Shape shape :
        List.of(
            new Shape(64, 50, 1, 1, 0.5),
            new Shape(64, 50, 2, 1, 0.5),
            new Shape(63, 50, 1, 8, 0.2),
            new Shape(8, 50, 8, 1, 0))) {
      RowStream rows = RowStream.of(shape.matrix());
      assertTrue(SharedRows.of(rows, true).isEmpty(), shape.toString());
    }
  }

  @Test
  void groupsThatFillNoTileArePadded() {
    RowStream rows = RowStream.of(new Shape(30, 50, 6, 1, 0.5).matrix());
    SharedRows shared = SharedRows.of(rows, true).orElseThrow();
    assertEquals(shared.height == 8 ? 5 : 10, shared.tiles);
  }
}
