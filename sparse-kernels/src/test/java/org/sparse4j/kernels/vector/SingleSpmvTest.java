package org.sparse4j.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
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
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.testing.Seed;

/** One sample by rows: in the lanes of vectors where tiles are full enough, else four at a time. */
@Tag("kernels")
class SingleSpmvTest {

  /** Integers from 1 to 8, so that sums are exact; some rows are empty, some full. */
  record Shape(int rows, int columns, double density) {

    CsrMatrix matrix() {
      SplittableRandom random = new SplittableRandom(Seed.or(97L * rows + columns));
      DenseMatrix dense = DenseMatrix.zeros(rows, columns);
      for (int i = 0; i < rows; i++) {
        double share = i % 17 == 5 ? 0 : i % 29 == 7 ? 1 : density;
        for (int j = 0; j < columns; j++) {
          dense.set(i, j, random.nextDouble() < share ? random.nextInt(1, 9) : 0);
        }
      }
      return CsrMatrix.fromDense(dense);
    }
  }

  static List<Shape> shapes() {
    return List.of(
        new Shape(1, 1, 1),
        new Shape(16, 64, 0.5),
        new Shape(17, 63, 0.5),
        new Shape(31, 65, 0.3),
        new Shape(255, 128, 0.2),
        new Shape(257, 1024, 0.1),
        new Shape(530, 1100, 0.2),
        new Shape(1100, 2113, 0.05),
        new Shape(300, 1000, 0.01),
        new Shape(16, 1 << 17, 0.001));
  }

  @BeforeEach
  void needsVectors() {
    assumeTrue(Kernels.best().provider().equals("vector"), "the Vector API is not there");
  }

  private static DenseVector sample(int length) {
    DenseVector x = DenseVector.zeros(length);
    for (int j = 0; j < length; j++) {
      x.set(j, j * 7 % 11 - 5);
    }
    return x;
  }

  private static String kernel(CsrMatrix a) {
    return Kernels.best().plan(Operation.SPMV, a).build().info(1).kernel();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void sumsAreExactOnSmallIntegersWhateverTheThreads(Shape shape) {
    CsrMatrix a = shape.matrix();
    DenseVector x = sample(shape.columns);
    float[] want = new float[shape.rows];
    for (int i = 0; i < shape.rows; i++) {
      for (int k = a.pattern().rowStart(i); k < a.pattern().rowStart(i + 1); k++) {
        want[i] += a.values().get(k) * x.get(a.pattern().columnIndices().get(k));
      }
    }
    Plan plan = Kernels.best().plan(Operation.SPMV, a).build();
    try (WorkerTeam team = WorkerTeam.of(3)) {
      for (Workspace workspace : List.of(Workspace.create(), Workspace.on(team))) {
        DenseVector y = DenseVector.zeros(shape.rows);
        for (int i = 0; i < shape.rows; i++) {
          y.set(i, Float.NaN);
        }
        plan.run(workspace, x, y);
        assertArrayEquals(want, y.toArray(), shape + ", " + plan);
      }
    }
  }

  /** Padding repeats entries with the value zero, which must not make numbers of anything. */
  @ParameterizedTest
  @MethodSource("shapes")
  void nanAndInfinityReachTheRowsThatReadThemAndNoOthers(Shape shape) {
    CsrMatrix a = shape.matrix();
    Plan plan = Kernels.best().plan(Operation.SPMV, a).build();
    for (float special : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      for (int column : new int[] {0, shape.columns / 2, shape.columns - 1}) {
        DenseVector x = sample(shape.columns);
        x.set(column, special);
        DenseVector y = DenseVector.zeros(shape.rows);
        plan.run(Workspace.create(), x, y);
        for (int i = 0; i < shape.rows; i++) {
          boolean reads = a.pattern().indexOf(i, column) >= 0;
          boolean finite = Math.abs(y.get(i)) < Float.MAX_VALUE;
          assertEquals(!reads, finite, "row " + i + " of " + shape + " holds " + y.get(i));
          assertTrue(!Float.isNaN(special) || !reads || Float.isNaN(y.get(i)), "row " + i);
        }
      }
    }
  }

  @Test
  void tilesWithTwoEntriesOfARowAndMoreGoInLanes() {
    assumeTrue(Kernels.best().vectorBits() == 512, "permutes want 512-bit registers");
    assertEquals("csr-permuted-64", kernel(new Shape(255, 128, 0.2).matrix()));
    assertEquals("csr-quads-1000", kernel(new Shape(300, 1000, 0.01).matrix()));
    assertEquals("csr-quads-65536", kernel(new Shape(16, 1 << 17, 0.001).matrix()));
    assertEquals("csr-quads-64", kernel(new Shape(15, 64, 0.5).matrix()), "fewer rows than lanes");
  }

  @Test
  void narrowerRegistersReadFourRowsAtATime() {
    assumeTrue(Kernels.best().vectorBits() < 512, "permutes are there");
    assertEquals("csr-quads-128", kernel(new Shape(255, 128, 0.2).matrix()));
  }
}
