package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.sparse4j.memory.Memory;

class DenseVectorTest {

  @Test
  void isTheRowOfAMatrix() {
    DenseVector vector = DenseVector.copyOf(1, 2, 3);
    assertEquals(3, vector.length());
    vector.set(2, 7);
    assertEquals(7, vector.get(2));
    assertArrayEquals(new float[] {1, 2, 7}, vector.toArray());
    assertEquals(1, vector.asRow().rows());
    assertEquals(7, vector.asRow().get(0, 2));
    assertEquals("DenseVector 3 [1.0, 2.0, 7.0]", vector.toString());
    assertEquals(0, DenseVector.zeros(0).length());
  }

  @Test
  void rowOfAMatrixIsShared() {
    DenseMatrix matrix = DenseMatrix.zeros(3, 5);
    DenseVector row = DenseVector.ofRow(matrix, 1);
    row.set(4, 9);
    assertEquals(9, matrix.get(1, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> DenseVector.ofRow(matrix, 3));
  }

  @Test
  void contentComparesLikeThatOfMatrices() {
    assertTrue(DenseVector.copyOf(1, Float.NaN).contentEquals(DenseVector.copyOf(1, Float.NaN)));
    assertFalse(DenseVector.copyOf(0f).contentEquals(DenseVector.copyOf(-0f)));
    assertFalse(DenseVector.zeros(2).contentEquals(DenseVector.zeros(3)));
  }

  @Test
  void livesAsLongAsItsMemory() {
    DenseVector vector;
    try (Memory.Scope scope = Memory.scope()) {
      vector = DenseVector.zeros(scope, 4);
      assertEquals(0, vector.get(3));
    }
    assertThrows(IllegalStateException.class, () -> vector.get(3));
  }

  @Test
  void sizesAndPositionsMustFit() {
    assertEquals(
        "DenseMatrix: rows (1) and columns (-1) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> DenseVector.zeros(-1)).getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> DenseVector.zeros(3).get(3));
    assertThrows(IndexOutOfBoundsException.class, () -> DenseVector.zeros(3).set(-1, 0));
  }
}
