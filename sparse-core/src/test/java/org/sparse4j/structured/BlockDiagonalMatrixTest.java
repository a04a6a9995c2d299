package org.sparse4j.structured;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;

class BlockDiagonalMatrixTest {

  @Test
  void theExampleOfTwoBlocks() {
    BlockDiagonalMatrix matrix = BlockDiagonalMatrix.of(4, 4, 2, Doubles.counting(8, 1));
    double[][] want = {{1, 2, 0, 0}, {3, 4, 0, 0}, {0, 0, 5, 6}, {0, 0, 7, 8}};
    Doubles.requireEqual(want, Doubles.of(matrix), 0);
    double[] y = new double[4];
    matrix.product().apply(new double[] {1, 1, 1, 1}, y);
    assertArrayEquals(new double[] {3, 7, 11, 15}, y);
    assertEquals("4x4 block-diagonal (2 blocks of 2x2), 8 parameters", matrix.toString());
    assertEquals("block-diagonal", matrix.format());
    assertEquals(32, matrix.bytes());
    assertEquals(8, matrix.multiplications());
    matrix.validate();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "0, 5, 2",
    "5, 0, 2",
    "1, 1, 1",
    "1, 9, 4",
    "9, 1, 4",
    "7, 5, 3",
    "5, 7, 4",
    "16, 8, 4",
    "13, 31, 5",
    "33, 17, 2"
  })
  void everySizeIsPaddedAndCutOff(int rows, int columns, int blocks) {
    BlockDiagonalMatrix matrix = BlockDiagonalMatrix.random(rows, columns, blocks, 1);
    int q = (rows + blocks - 1) / blocks;
    int p = (columns + blocks - 1) / blocks;
    assertEquals(q, matrix.blockRows());
    assertEquals(p, matrix.blockColumns());
    assertEquals((long) blocks * q * p, matrix.parameterCount());
    double[][] dense = Doubles.of(matrix);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        float want = i / q == j / p ? matrix.values().get(i * p + j % p) : 0;
        assertEquals(want, dense[i][j], i + ", " + j);
      }
    }
    Doubles.requireEqual(Doubles.transposed(dense, columns), Doubles.of(matrix.transposed()), 0);
    assertEquals(matrix, matrix.transposed().transposed());
    BlockDiagonalMatrix again = BlockDiagonalMatrix.fromDense(matrix.toDense(), blocks);
    Doubles.requireEqual(dense, Doubles.of(again), 0);
    assertEquals(again, BlockDiagonalMatrix.fromDense(again.toDense(), blocks));
  }

  @Test
  void fromDenseDropsWhatLiesBesideTheBlocks() {
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
    double[][] want = {{1, 2, 0}, {4, 5, 0}, {0, 0, 9}};
    Doubles.requireEqual(want, Doubles.of(BlockDiagonalMatrix.fromDense(dense, 2)), 0);
  }

  @Test
  void randomStaysBelowTheBoundOfABlocksInputs() {
    BlockDiagonalMatrix matrix = BlockDiagonalMatrix.random(64, 256, 4, 7);
    float largest = 0;
    double squares = 0;
    for (float value : matrix.values().array()) {
      largest = Math.max(largest, Math.abs(value));
      squares += (double) value * value;
    }
    assertTrue(largest <= 0.125 && largest > 0.1249, "largest " + largest);
    assertEquals(0.125 * 0.125 / 3, squares / 4096, 3e-4);
    assertEquals(matrix, BlockDiagonalMatrix.random(64, 256, 4, 7));
    assertNotEquals(matrix, BlockDiagonalMatrix.random(64, 256, 4, 8));
  }

  @Test
  void aShuffleSpreadsTheInputsOfABlock() {
    PermutationMatrix shuffle = PermutationMatrix.transposition(2, 3);
    assertEquals(PermutationMatrix.copyOf(0, 3, 1, 4, 2, 5), shuffle);
    BlockDiagonalMatrix blocks = BlockDiagonalMatrix.of(2, 6, 2, Doubles.counting(6, 1));
    double[][] want = {{1, 3, 0, 2, 0, 0}, {0, 0, 5, 0, 4, 6}};
    Doubles.requireEqual(want, Doubles.of(ProductMatrix.of(blocks, shuffle)), 0);
  }

  @Test
  void numbersAreLive() {
    BlockDiagonalMatrix matrix = BlockDiagonalMatrix.of(2, 2, 2, FloatValues.copyOf(1, 2));
    matrix.parameters().get(0).set(1, Float.NaN);
    assertTrue(Float.isNaN(matrix.toDense().get(1, 1)));
    assertEquals(0, matrix.toDense().get(0, 1));
    assertEquals(1, matrix.toDense().get(0, 0));
  }

  @Test
  void rejectsWhatDoesNotFit() {
    requireMessage(
        "BlockDiagonalMatrix: length of values (7) must equal blocks * q * p (8)", 4, 4, 2, 7);
    requireMessage("BlockDiagonalMatrix: blocks (0) must be at least 1", 4, 4, 0, 7);
    requireMessage(
        "BlockDiagonalMatrix: rows (-1) and columns (4) must not be negative", -1, 4, 1, 0);
    IllegalArgumentException large =
        assertThrows(
            IllegalArgumentException.class,
            () -> BlockDiagonalMatrix.random(1 << 20, 1 << 20, 2, 1));
    assertEquals(
        "BlockDiagonalMatrix: 1048576x1048576 takes 549755813888 numbers, an array holds 2^31 - 9",
        large.getMessage());
  }

  private static void requireMessage(
      String message, int rows, int columns, int blocks, int length) {
    IllegalArgumentException thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> BlockDiagonalMatrix.of(rows, columns, blocks, FloatValues.zeros(length)));
    assertEquals(message, thrown.getMessage());
  }
}
