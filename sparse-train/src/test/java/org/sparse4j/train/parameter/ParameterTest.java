package org.sparse4j.train.parameter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Remap;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.Affine;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.random.Streams;

class ParameterTest {

  private static CsrMatrix matrix() {
    // [1 . 2]
    // [. 3 .]
    return CsrMatrix.copyOf(2, 3, new int[] {0, 2, 3}, new int[] {0, 2, 1}, new float[] {1, 2, 3});
  }

  /** Drops (0, 2), keeps (0, 0) and (1, 1), grows (0, 1) and (1, 2). */
  private static Remap remap(CsrPattern from) {
    return Remap.between(
        from, CsrPattern.copyOf(2, 3, new int[] {0, 2, 4}, new int[] {0, 1, 1, 2}));
  }

  @Test
  void keptWeightsStayAndGrownOnesAreZero() {
    SparseParameter weight = SparseParameter.of("w", matrix());
    weight.replace(remap(weight.pattern()));
    assertArrayEquals(new float[] {1, 0, 3, 0}, weight.values().array());
  }

  @Test
  void grownWeightsCanBeGiven() {
    SparseParameter weight = SparseParameter.of("w", matrix());
    weight.replace(remap(weight.pattern()), new float[] {8, 9});
    assertArrayEquals(new float[] {1, 8, 3, 9}, weight.values().array());
    assertEquals(
        "replace: number of grown values (1) must equal grown positions (2); w (2x3 CSR (nnz 3))",
        assertThrows(
                IllegalArgumentException.class,
                () -> {
                  SparseParameter other = SparseParameter.of("w", matrix());
                  other.replace(remap(other.pattern()), new float[] {8});
                })
            .getMessage());
  }

  @Test
  void aRemapMustStartFromTheCurrentPattern() {
    SparseParameter weight = SparseParameter.of("w", matrix());
    Remap remap = remap(weight.pattern());
    weight.replace(remap);
    assertEquals(
        "replace: the remap starts from 2x3 CSR (nnz 3), which is not the current pattern of w (2x3"
            + " CSR (nnz 4))",
        assertThrows(IllegalArgumentException.class, () -> weight.replace(remap)).getMessage());
  }

  @Test
  void aNewPatternEmptiesTheGradientAndRenewsTheOperator() {
    SparseParameter weight = SparseParameter.of("w", matrix());
    weight.gradientTarget().array()[1] = 5;
    weight.gradientWritten();
    assertArrayEquals(new float[] {0, 5, 0}, weight.gradient().array());
    var operator = weight.operator(Kernels.scalar());
    weight.replace(remap(weight.pattern()));
    assertFalse(weight.hasGradient());
    assertArrayEquals(new float[4], weight.gradient().array());
    assertNotSame(operator, weight.operator(Kernels.scalar()));
  }

  @Tag("kernels")
  @Test
  void productsFollowChangedValuesAndPatterns() {
    for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
      SparseParameter weight = SparseParameter.of("w", matrix());
      DenseMatrix x = DenseMatrix.copyOf(3, 1, new float[] {1, 10, 100});
      DenseMatrix y = DenseMatrix.zeros(2, 1);
      Workspace workspace = Workspace.create();
      weight.apply(kernels, workspace, Epilogue.none(), x, y);
      assertArrayEquals(new float[] {201, 30}, y.toArray());
      weight.values().set(2, 4);
      weight.apply(kernels, workspace, Epilogue.none(), x, y);
      assertArrayEquals(new float[] {201, 40}, y.toArray());
      weight.replace(remap(weight.pattern()), new float[] {5, 6});
      weight.apply(kernels, workspace, Epilogue.none(), x, y);
      assertArrayEquals(new float[] {51, 640}, y.toArray());
    }
  }

  @Tag("kernels")
  @Test
  void givesTheDenseGradientRowByRow() {
    for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
      SparseParameter weight = SparseParameter.of("w", matrix());
      DenseMatrix x = DenseMatrix.copyOf(3, 2, new float[] {1, 2, 3, 4, 5, 6});
      Tape tape = Tape.of(kernels, Workspace.create());
      tape.startTraining(0);
      Variable y = tape.affine(Affine.sparse(weight), tape.input(x));
      Variable z = tape.affine(Affine.sparse(weight), tape.input(x));
      DenseMatrix slopes = DenseMatrix.copyOf(2, 2, new float[] {1, -1, 2, 3});
      tape.backward(tape.sum(tape.multiply(tape.add(y, z), tape.input(slopes))));
      assertEquals(2, weight.captures());
      DenseMatrix tile = DenseMatrix.zeros(1, 3);
      weight.gradientRows(tape.workspace(), 0, 1, tile);
      assertArrayEquals(new float[] {-2, -2, -2}, tile.toArray()); // 2 (x_j0 - x_j1)
      weight.gradientRows(tape.workspace(), 1, 2, tile);
      assertArrayEquals(new float[] {16, 36, 56}, tile.toArray()); // 2 (2 x_j0 + 3 x_j1)
      assertArrayEquals(new float[] {-2, -2, 36}, weight.gradient().array());
      assertEquals(
          "gradientRows: shape of the tile (1x3) must be 2x3 for rows 0 to 2 of w (2x3 CSR (nnz"
              + " 3))",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> weight.gradientRows(tape.workspace(), 0, 2, tile))
              .getMessage());
      tape.end();
      assertEquals(
          "gradientRows: no backward pass has gone through w (2x3 CSR (nnz 3)) since the step"
              + " began; its operands die with the step",
          assertThrows(
                  IllegalStateException.class,
                  () -> weight.gradientRows(tape.workspace(), 0, 1, tile))
              .getMessage());
    }
  }

  @Test
  void drawsDependOnThePositionNotOnTheMask() {
    CsrPattern wide = CsrPattern.of(Mask.of(4, 6, (i, j) -> (i + j) % 2 == 0));
    CsrPattern narrow = CsrPattern.of(Mask.of(4, 6, (i, j) -> (i + j) % 4 == 0));
    SparseParameter weight = SparseParameter.create("w", wide, Initializer.normal(2));
    assertFalse(weight.isInitialised());
    weight.initialise(9);
    assertTrue(weight.isInitialised());
    CsrMatrix first = weight.matrix();
    weight.restart(narrow);
    assertFalse(weight.isInitialised());
    weight.initialise(9);
    CsrMatrix second = weight.matrix();
    DenseParameter dense = DenseParameter.create("d", 4, 6, true, Initializer.normal(2));
    dense.initialise(9);
    narrow.forEach((index, row, column) -> {
      double draw = second.get(row, column) / deviation(narrow, row);
      assertEquals(first.get(row, column) / deviation(wide, row), draw, 1e-5);
      assertEquals(dense.value().get(row, column) / Math.sqrt(2.0 / 6), draw, 1e-5);
    });
  }

  private static double deviation(CsrPattern pattern, int row) {
    return Math.sqrt(2.0 / (pattern.rowStart(row + 1) - pattern.rowStart(row)));
  }

  @Test
  void rowsHaveTheVarianceOfTheirStoredPositions() {
    CsrPattern pattern = CsrPattern.of(Mask.of(2, 4000, (i, j) -> i == 0 || j < 400));
    SparseParameter weight = SparseParameter.create("w", pattern, Initializer.normal(2));
    weight.initialise(Streams.derive(1, 2));
    double[] squares = new double[2];
    pattern.forEach(
        (index, row, column) -> squares[row] += Math.pow(weight.matrix().get(row, column), 2));
    assertEquals(2, squares[0], 0.2); // 4000 times 2 / 4000
    assertEquals(2, squares[1], 0.5); // 400 times 2 / 400
  }

  @Test
  void storesEverythingIfNobodyChose() {
    SparseParameter weight = SparseParameter.create("w", 3, 4, Initializer.normal(1));
    assertEquals(0, weight.size());
    weight.initialise(1);
    assertEquals(12, weight.size());
    SparseParameter chosen = SparseParameter.create("w", 2, 3, Initializer.normal(1));
    chosen.restart(matrix().pattern());
    chosen.initialise(1);
    assertEquals(3, chosen.size());
  }

  @Test
  void otherShapesAreRejected() {
    SparseParameter weight = SparseParameter.of("w", matrix());
    CsrPattern other = CsrPattern.of(Mask.full(2, 4));
    assertEquals(
        "restart: 2x4 CSR (nnz 8) must have the shape of w (2x3 CSR (nnz 3))",
        assertThrows(IllegalArgumentException.class, () -> weight.restart(other)).getMessage());
    DenseParameter dense = DenseParameter.bias("b", 3);
    assertEquals(
        "load: shape of the source (3x1) must equal the shape of b (1x3)",
        assertThrows(IllegalArgumentException.class, () -> dense.load(DenseMatrix.zeros(3, 1)))
            .getMessage());
    assertEquals(
        "Initializer.normal: gain (0.0) must be above 0",
        assertThrows(IllegalArgumentException.class, () -> Initializer.normal(0)).getMessage());
  }

  @Test
  void slotsFollowTheRemap() {
    SparseParameter weight = SparseParameter.of("w", matrix());
    Slots slots = Slots.of(weight, "first", "second");
    assertEquals(24, slots.bytes());
    System.arraycopy(new float[] {10, 20, 30}, 0, slots.array("second"), 0, 3);
    slots.remap(remap(weight.pattern()));
    assertArrayEquals(new float[] {10, 0, 30, 0}, slots.array("second"));
    assertArrayEquals(new float[4], slots.array("first"));
    slots.clear();
    assertArrayEquals(new float[4], slots.array("second"));
    assertEquals(
        "Slots: no array named third; w has [first, second]",
        assertThrows(IllegalArgumentException.class, () -> slots.array("third")).getMessage());
  }

  @Test
  void denseSlotsAreMatrices() {
    DenseParameter weight = DenseParameter.of("w", DenseMatrix.zeros(2, 3), true);
    Slots slots = Slots.of(weight, "velocity");
    assertTrue(slots.isDense());
    assertEquals(2, slots.matrix("velocity").rows());
    assertEquals(24, slots.bytes());
    assertEquals("Slots of w [velocity] (24 bytes)", slots.toString());
    assertThrows(IllegalArgumentException.class, () -> slots.array("velocity"));
  }

  @Test
  void valuesOfAnOperatorKeepTheirNumbers() {
    FloatValues values = FloatValues.copyOf(1, 2);
    ValuesParameter parameter = ValuesParameter.of("weight", values, true);
    parameter.rename("3.weight");
    parameter.gradientTarget().array()[0] = 4;
    parameter.gradientWritten();
    parameter.gradientTarget().array()[0] = 3;
    parameter.gradientWritten();
    assertEquals(7, parameter.gradient().get(0));
    parameter.initialise(1);
    assertArrayEquals(new float[] {1, 2}, values.array());
    assertFalse(parameter.hasGradient());
    assertEquals("3.weight (2 values)", parameter.toString());
  }
}
