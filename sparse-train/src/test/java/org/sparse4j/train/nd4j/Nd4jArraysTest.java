package org.sparse4j.train.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.memory.Memory;

class Nd4jArraysTest {

  private static DenseMatrix random(int rows, int columns, long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[rows * columns];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = random.nextInt(-9, 10);
    }
    return DenseMatrix.copyOf(rows, columns, numbers);
  }

  private static void assertSame(DenseMatrix matrix, INDArray array) {
    assertArrayEquals(new long[] {matrix.rows(), matrix.columns()}, array.shape());
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < matrix.columns(); j++) {
        assertEquals(matrix.get(i, j), array.getFloat(i, j), i + ", " + j);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 17", "5, 16", "7, 3", "3, 200"})
  void viewSharesMemoryBothWays(int rows, int columns) {
    DenseMatrix matrix = random(rows, columns, 5);
    INDArray view = Nd4jArrays.view(matrix);
    assertSame(matrix, view);
    matrix.set(rows - 1, columns - 1, 99);
    assertEquals(99, view.getFloat(rows - 1, columns - 1));
    view.putScalar(0, 0, -77);
    assertEquals(-77, matrix.get(0, 0));
    view.muli(2);
    assertEquals(-154, matrix.get(0, 0));
    assertSame(matrix, view);
  }

  @Test
  void operationsOnAViewLeavePaddingZero() {
    DenseMatrix matrix = random(3, 5, 6);
    Nd4jArrays.view(matrix).addi(1);
    MemorySegment memory = matrix.segment();
    for (int i = 0; i < 3; i++) {
      for (int j = 5; j < matrix.paddedColumns(); j++) {
        assertEquals(0, memory.getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * matrix.stride() + j));
      }
    }
  }

  @Test
  void viewTakesPartInProducts() {
    DenseMatrix a = random(4, 7, 1);
    DenseMatrix b = random(7, 6, 2);
    DenseMatrix ours = DenseMatrix.zeros(4, 6);
    Kernels.best().dense().gemm(Workspace.create(), GemmForm.AB, a, b, Epilogue.none(), ours);
    assertSame(ours, Nd4jArrays.view(a).mmul(Nd4jArrays.view(b)));
  }

  @Test
  void arraysOnAViewKeepItsMatrixAlive() throws InterruptedException {
    INDArray part = Nd4jArrays.view(random(64, 1000, 3)).transpose().get(NDArrayIndex.point(7));
    DenseMatrix same = random(64, 1000, 3);
    for (int k = 0; k < 20; k++) {
      System.gc();
      Thread.sleep(1);
      DenseMatrix.zeros(64, 1000).fill(k); // would land where a freed matrix was
    }
    for (int i = 0; i < 64; i++) {
      assertEquals(same.get(i, 7), part.getFloat(i));
    }
  }

  @Test
  void letsGoOfWhatNobodyReaches() throws InterruptedException {
    for (int k = 0; k < 50; k++) {
      Nd4jArrays.view(random(2, 3, k));
    }
    int held = KeptMatrix.letGo();
    for (int k = 0; k < 200 && held >= 50; k++) {
      System.gc();
      Thread.sleep(5);
      held = KeptMatrix.letGo();
    }
    assertTrue(held < 50, "held " + held);
  }

  @Test
  void viewRejectsEmptyAndClosedMatrices() {
    var empty =
        assertThrows(
            IllegalArgumentException.class, () -> Nd4jArrays.view(DenseMatrix.zeros(0, 3)));
    assertEquals(
        "Nd4jArrays.view: rows (0) and columns (3) must be at least 1; ND4J has no memory behind an"
            + " empty array",
        empty.getMessage());
    DenseMatrix closed;
    try (Memory.Scope scope = Memory.scope()) {
      closed = DenseMatrix.zeros(scope, 2, 2);
    }
    assertThrows(IllegalStateException.class, () -> Nd4jArrays.view(closed));
  }

  @Test
  void copiesAnyStrides() {
    INDArray rowMajor = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}});
    assertSame(Nd4jArrays.copyOf(rowMajor), rowMajor);
    assertSame(Nd4jArrays.copyOf(rowMajor.transpose()), rowMajor.transpose());
    assertSame(Nd4jArrays.copyOf(rowMajor.dup('f')), rowMajor);
    INDArray part = rowMajor.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 3));
    assertSame(Nd4jArrays.copyOf(part), part);
    INDArray partOfPart = part.get(NDArrayIndex.interval(0, 2), NDArrayIndex.interval(1, 2));
    assertSame(Nd4jArrays.copyOf(partOfPart), partOfPart.dup().reshape(2, 1));
    INDArray row = rowMajor.getRow(1);
    assertSame(Nd4jArrays.copyOf(row), row.reshape(1, 3));
    INDArray column = rowMajor.getColumn(2);
    assertSame(Nd4jArrays.copyOf(column), column.reshape(1, 2));
  }

  @Test
  void copySharesNothing() {
    INDArray array = Nd4j.createFromArray(new float[][] {{1, 2}});
    DenseMatrix copy = Nd4jArrays.copyOf(array);
    array.putScalar(0, 0, 9);
    assertEquals(1, copy.get(0, 0));
    copy.set(0, 1, 8);
    assertEquals(2, array.getFloat(0, 1));
  }

  @Test
  void readLivesUntilTheCallReturns() {
    INDArray array = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}}).transpose();
    DenseView[] kept = new DenseView[1];
    float sum =
        Nd4jArrays.read(
            array,
            view -> {
              kept[0] = view;
              return view.get(0, 1) + view.get(1, 1);
            });
    assertEquals(7, sum);
    assertThrows(IllegalStateException.class, () -> kept[0].requireAlive("later"));
    assertThrows(IllegalStateException.class, () -> kept[0].get(0, 0));
  }

  @Test
  void rejectsOtherTypesAndRanks() {
    var type =
        assertThrows(
            IllegalArgumentException.class,
            () -> Nd4jArrays.copyOf(Nd4j.zeros(DataType.DOUBLE, 2, 3)));
    assertEquals(
        "Nd4jArrays.copyOf: data type (DOUBLE) must be FLOAT; call castTo(DataType.FLOAT) first;"
            + " the shape is [2, 3]",
        type.getMessage());
    var rank =
        assertThrows(
            IllegalArgumentException.class,
            () -> Nd4jArrays.read(Nd4j.zeros(DataType.FLOAT, 2, 3, 4), view -> 0));
    assertEquals(
        "Nd4jArrays.read: rank (3) must be 1 or 2; the shape is [2, 3, 4]", rank.getMessage());
  }

  @Test
  void copiesEmptyArrays() {
    DenseMatrix copy = Nd4jArrays.copyOf(Nd4j.create(DataType.FLOAT, 0, 3));
    assertTrue(copy.rows() == 0 && copy.columns() == 3, copy.toString());
  }
}
