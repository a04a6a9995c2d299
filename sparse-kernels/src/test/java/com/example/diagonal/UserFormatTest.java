package com.example.diagonal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.kernels.operation.Operation;

/** A format the library has never heard of, from a package outside of it. */
class UserFormatTest {

  private final DiagonalMatrix matrix = new DiagonalMatrix(2, 0, -3);
  private final DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1, 2}, {3, 4}, {5, 6}});
  private final Kernels kernels = Kernels.best().with(new DiagonalProvider());

  @Test
  void multipliesWithTheUsersKernel() {
    DenseMatrix y = DenseMatrix.zeros(3, 2);
    Plan plan = kernels.plan(Operation.SPMM, matrix).build();
    plan.run(Workspace.create(), x, y);
    assertArrayEquals(new float[] {2, 4, 0, 0, -15, -18}, y.toArray());
    assertEquals("diagonal", plan.info(2).kernel());
    assertTrue(plan.explain(2).startsWith("spmm 3x3 diagonal (nnz 3), n 2: user/diagonal"));
  }

  @Test
  void trainsThroughTheUsersKernels() {
    LinearOperator operator = kernels.operator(matrix);
    DenseMatrix dy = DenseMatrix.copyOf(new float[][] {{1, 1}, {1, 0}, {0, 2}});
    DenseMatrix dx = DenseMatrix.zeros(3, 2);
    FloatValues gradient = FloatValues.zeros(3);
    Workspace workspace = Workspace.create();
    operator.applyTransposed(workspace, dy, dx);
    operator.parameterGradient(workspace, x, dy, List.of(gradient));
    assertArrayEquals(new float[] {2, 2, 0, 0, -0f, -6}, dx.toArray());
    assertArrayEquals(new float[] {3, 3, 12}, gradient.array());

    matrix.values().set(1, 7);
    DenseMatrix y = DenseMatrix.zeros(3, 2);
    operator.apply(workspace, x, y);
    assertEquals(28, y.get(1, 1), "the operator follows changed values");
  }

  @Test
  void convertsToCsrOnlyWhereAllowed() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> kernels.plan(Operation.SPMV, matrix).build());
    assertTrue(
        refused.getMessage().contains("serves diagonal with F32 values"), refused.getMessage());
    assertTrue(refused.getMessage().contains("allowConversion()"), refused.getMessage());

    Plan plan = kernels.plan(Operation.SPMV, matrix).allowConversion().build();
    DenseVector y = DenseVector.zeros(3);
    plan.run(Workspace.create(), DenseVector.copyOf(1, 2, 3), y);
    assertArrayEquals(new float[] {2, 0, -9}, y.toArray());
    assertTrue(plan.explain(1).endsWith("converted from diagonal to CSR"), plan.explain(1));
    matrix.values().set(0, 5);
    plan.refresh();
    plan.run(Workspace.create(), DenseVector.copyOf(1, 2, 3), y);
    assertArrayEquals(new float[] {5, 0, -9}, y.toArray());
  }

  @Test
  void convertsToDenseAndMask() {
    assertArrayEquals(new float[] {2, 0, 0, 0, 0, 0, 0, 0, -3}, matrix.toDense().toArray());
    assertEquals(3, matrix.mask().count());
    assertEquals(2, matrix.countNonZero());
    assertEquals(3, matrix.toCsr().nnz(), "explicit zeros are kept");
  }
}
