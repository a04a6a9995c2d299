package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.memory.Memory;

@Tag("kernels")
class PlanTest {

  private final CsrMatrix a =
      CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{0, 2, 0}, {1, 0, 3}}));
  private final Kernels kernels = Kernels.best();
  private final Workspace workspace = Workspace.create();

  private static String message(Class<? extends Exception> type, Executable call) {
    return assertThrows(type, call).getMessage();
  }

  @Test
  void multiplies() {
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1, 2}, {3, 4}, {5, 6}});
    DenseMatrix y = DenseMatrix.zeros(2, 2);
    kernels.spmm(a, x, y);
    assertArrayEquals(new float[] {6, 8, 16, 20}, y.toArray());
  }

  @Test
  void multipliesTransposed() {
    DenseMatrix y = DenseMatrix.zeros(3, 2);
    kernels.spmmTransposed(a, DenseMatrix.copyOf(new float[][] {{1, 2}, {3, 4}}), y);
    assertArrayEquals(new float[] {3, 4, 2, 4, 9, 12}, y.toArray());
  }

  @Test
  void samples() {
    DenseMatrix g = DenseMatrix.copyOf(new float[][] {{1, 2}, {3, 4}});
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1, 0}, {2, 1}, {0, 5}});
    FloatValues sampled = FloatValues.zeros(3);
    long before = sampled.version();
    kernels.sddmm(a, g, x, sampled);
    assertArrayEquals(new float[] {4, 3, 20}, sampled.array());
    assertTrue(sampled.version() > before, "the result is marked as changed");
  }

  @Test
  void multipliesOneSample() {
    DenseVector y = DenseVector.zeros(2);
    kernels.spmv(a, DenseVector.copyOf(1, 2, 3), y);
    assertArrayEquals(new float[] {4, 10}, y.toArray());
  }

  @Test
  void multipliesBatchMajorFromAnyStrides() {
    DenseMatrix y = DenseMatrix.zeros(2, 2);
    kernels.linear(a, DenseView.of(new float[] {1, 3, 5, 2, 4, 6}, 2, 3), y);
    assertArrayEquals(new float[] {6, 16, 8, 20}, y.toArray());
    DenseMatrix columns = DenseMatrix.copyOf(new float[][] {{1, 2}, {3, 4}, {5, 6}});
    kernels.linear(a, columns.view().transposed(), y);
    assertArrayEquals(new float[] {6, 16, 8, 20}, y.toArray());
  }

  @Test
  void fusesBiasAndActivation() {
    DenseVector bias = DenseVector.copyOf(-7, 1);
    Plan plan =
        kernels.plan(Operation.SPMM, a).epilogue(Epilogue.biasThen(bias, Activation.RELU)).build();
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1, 2}, {3, 4}, {5, 6}});
    DenseMatrix y = DenseMatrix.zeros(2, 2);
    plan.run(workspace, x, y);
    assertArrayEquals(new float[] {0, 1, 17, 21}, y.toArray());
    bias.set(0, 0);
    plan.run(workspace, x, y);
    assertArrayEquals(new float[] {6, 8, 17, 21}, y.toArray(), "the bias is read at run time");
  }

  @Test
  void namesTheShapesThatDoNotFit() {
    Plan plan = kernels.plan(Operation.SPMM, a).build();
    DenseMatrix y = DenseMatrix.zeros(2, 4);
    y.fill(7);
    assertEquals(
        "spmm: rows of X (2) must equal columns of A (3); A is 2x3 CSR (nnz 3), X is 2x4, Y is 2x4",
        message(
            IllegalArgumentException.class, () -> plan.run(workspace, DenseMatrix.zeros(2, 4), y)));
    assertEquals(
        "spmm: columns of Y (4) must equal columns of X (5); A is 2x3 CSR (nnz 3), X is 3x5, Y is"
            + " 2x4",
        message(
            IllegalArgumentException.class, () -> plan.run(workspace, DenseMatrix.zeros(3, 5), y)));
    assertEquals(7, y.get(1, 3), "nothing was touched");
  }

  @Test
  void namesTheOperandsOfTheOtherOperations() {
    Plan transposed = kernels.plan(Operation.SPMM_TRANSPOSED, a).build();
    assertEquals(
        "spmmTransposed: rows of X (3) must equal rows of A (2); A is 2x3 CSR (nnz 3), X is 3x1, Y"
            + " is 3x1",
        message(
            IllegalArgumentException.class,
            () -> transposed.run(workspace, DenseMatrix.zeros(3, 1), DenseMatrix.zeros(3, 1))));
    Plan sddmm = kernels.plan(Operation.SDDMM, a).build();
    assertEquals(
        "sddmm: length of the result (2) must equal nnz of A (3); A is 2x3 CSR (nnz 3), G is 2x1, X"
            + " is 3x1",
        message(
            IllegalArgumentException.class,
            () ->
                sddmm.sample(
                    workspace,
                    DenseMatrix.zeros(2, 1),
                    DenseMatrix.zeros(3, 1),
                    FloatValues.zeros(2))));
    Plan spmv = kernels.plan(Operation.SPMV, a).build();
    assertEquals(
        "spmv: length of x (4) must equal columns of A (3); A is 2x3 CSR (nnz 3), x is 4 elements,"
            + " y is 2 elements",
        message(
            IllegalArgumentException.class,
            () -> spmv.run(workspace, DenseVector.zeros(4), DenseVector.zeros(2))));
    Plan linear = kernels.plan(Operation.LINEAR, a).build();
    assertEquals(
        "linear: columns of X (2) must equal columns of A (3); A is 2x3 CSR (nnz 3), X is 5x2, Y is"
            + " 5x2",
        message(
            IllegalArgumentException.class,
            () -> linear.run(workspace, DenseMatrix.zeros(5, 2), DenseMatrix.zeros(5, 2))));
    assertTrue(
        message(
                IllegalStateException.class,
                () -> spmv.run(workspace, DenseMatrix.zeros(3, 1), DenseMatrix.zeros(2, 1)))
            .startsWith("spmv: run(Workspace, DenseMatrix, DenseMatrix) does not take"));
  }

  @Test
  void rejectsOverlap() {
    DenseMatrix memory = DenseMatrix.zeros(5, 4);
    Plan plan = kernels.plan(Operation.SPMM, a).build();
    assertEquals(
        "spmm: Y must not overlap X; Y is 2x4, X is 3x4",
        message(
            IllegalArgumentException.class,
            () -> plan.run(workspace, memory.rows(0, 3), memory.rows(2, 4))));
    plan.run(workspace, memory.rows(0, 3), memory.rows(3, 5));
  }

  /** Rows written early would be read as the bias of later ones. */
  @Test
  void rejectsAnOutputThatHoldsTheBias() {
    CsrMatrix square = CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{1, 0}, {0, 1}}));
    DenseMatrix y = DenseMatrix.copyOf(new float[][] {{10, 20}, {0, 0}});
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1, 2}, {3, 4}});
    Epilogue epilogue = Epilogue.bias(DenseVector.ofRow(y, 0));
    for (Operation operation : new Operation[] {Operation.SPMM, Operation.LINEAR}) {
      Plan plan = kernels.plan(operation, square).epilogue(epilogue).build();
      assertEquals(
          operation.label() + ": Y must not overlap the bias; Y is 2x2, the bias is 1x2",
          message(IllegalArgumentException.class, () -> plan.run(workspace, x, y)));
    }
    Plan one = kernels.plan(Operation.SPMV, square).epilogue(epilogue).build();
    assertEquals(
        "spmv: y must not overlap the bias; y is 1x2, the bias is 1x2",
        message(
            IllegalArgumentException.class,
            () -> one.run(workspace, DenseVector.copyOf(1, 2), DenseVector.ofRow(y, 0))));
    assertArrayEquals(new float[] {10, 20, 0, 0}, y.toArray());
  }

  @Test
  void refusesToRunStale() {
    Plan plan = kernels.plan(Operation.SPMM, a).build();
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1}, {1}, {1}});
    DenseMatrix y = DenseMatrix.zeros(2, 1);
    a.floatValues().array()[0] = 10;
    a.values().markChanged();
    assertTrue(plan.isStale());
    assertEquals(
        "spmm: values changed since the plan copied them (version 0, now 1); call refresh() first;"
            + " A is 2x3 CSR (nnz 3)",
        message(IllegalStateException.class, () -> plan.run(workspace, x, y)));
    plan.refresh();
    plan.run(workspace, x, y);
    assertArrayEquals(new float[] {10, 4}, y.toArray());
  }

  @Test
  void refusesClosedMemory() {
    Plan plan = kernels.plan(Operation.SPMM, a).build();
    DenseMatrix x;
    try (Memory.Scope scope = Memory.scope()) {
      x = DenseMatrix.zeros(scope, 3, 1);
    }
    assertEquals(
        "spmm: the memory of a 3x1 dense matrix was closed",
        message(
            IllegalStateException.class, () -> plan.run(workspace, x, DenseMatrix.zeros(2, 1))));
  }

  @Test
  void rejectsEpiloguesThatDoNotFit() {
    assertEquals(
        "spmm: length of the bias (3) must equal rows of A (2); A is 2x3 CSR (nnz 3)",
        message(
            IllegalArgumentException.class,
            () ->
                kernels
                    .plan(Operation.SPMM, a)
                    .epilogue(Epilogue.bias(DenseVector.zeros(3)))
                    .build()));
    assertEquals(
        "sddmm: takes no epilogue, got RELU(y)",
        message(
            IllegalArgumentException.class,
            () ->
                kernels
                    .plan(Operation.SDDMM, a)
                    .epilogue(Epilogue.activation(Activation.RELU))
                    .build()));
    assertEquals(
        "Plan: batch must satisfy 0 <= min <= max; min is 5, max is 4",
        message(IllegalArgumentException.class, () -> kernels.plan(Operation.SPMM, a).batch(5, 4)));
  }

  @Test
  void explainsWhatRuns() {
    Plan plan = kernels.plan(Operation.SPMM, a).build();
    String text = plan.explain(128);
    assertTrue(text.startsWith("spmm 2x3 CSR (nnz 3), n 128: "), text);
    assertEquals(2 * 3 * 128, plan.info(128).flops());
    assertTrue(plan.info(128).bytes() >= 4L * 128 * 5, text);
  }

  @Test
  void worksOnEmptyShapes() {
    CsrMatrix empty = CsrMatrix.fromDense(DenseMatrix.zeros(0, 3));
    kernels.spmm(empty, DenseMatrix.zeros(3, 4), DenseMatrix.zeros(0, 4));
    CsrMatrix none = CsrMatrix.fromDense(DenseMatrix.zeros(2, 0));
    DenseMatrix y = DenseMatrix.zeros(2, 4);
    y.fill(9);
    kernels.spmm(none, DenseMatrix.zeros(0, 4), y);
    assertArrayEquals(new float[8], y.toArray());
    kernels.spmm(a, DenseMatrix.zeros(3, 0), DenseMatrix.zeros(2, 0));
  }
}
