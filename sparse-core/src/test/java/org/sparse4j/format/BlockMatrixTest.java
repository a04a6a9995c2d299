package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.mask.BlockStructure;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Samples;
import org.sparse4j.testing.Seed;

class BlockMatrixTest {

  /** SciPy's and torch's example of the interchange page: 4x4, blocks 1..4 and 5..8. */
  private static DenseMatrix blockDiagonal() {
    return DenseMatrix.copyOf(
        new float[][] {{1, 2, 0, 0}, {3, 4, 0, 0}, {0, 0, 5, 6}, {0, 0, 7, 8}});
  }

  /**
   * 5x7 in blocks of 2x3, so that the last block row has one row and the last block column one
   * column; stored are blocks (0, 1), (1, 0), (1, 2), (2, 2).
   */
  private static DenseMatrix clipped() {
    return DenseMatrix.copyOf(
        new float[][] {
          {0, 0, 0, 1, 0, 0, 0},
          {0, 0, 0, 0, 0, 2, 0},
          {0, 3, 0, 0, 0, 0, 4},
          {0, 0, 0, 0, 0, 0, 0},
          {0, 0, 0, 0, 0, 0, 5}
        });
  }

  private static String refused(
      int rows, int columns, int height, int width, BlockOrder order, int[] pointers, int... of) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> BlockPattern.copyOf(rows, columns, height, width, order, pointers, of))
        .getMessage();
  }

  private static int[] ints(int... numbers) {
    return numbers;
  }

  private static int[] all(IntBuffer buffer) {
    int[] numbers = new int[buffer.remaining()];
    buffer.get(numbers);
    return numbers;
  }

  @Test
  void wholeBlocksHaveTheArraysOfScipyAndTorch() {
    BlockMatrix matrix = BlockMatrix.fromDense(blockDiagonal(), 2, 2);
    assertArrayEquals(ints(0, 1, 2), all(matrix.pattern().pointers()));
    assertArrayEquals(ints(0, 1), all(matrix.pattern().indices()));
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, matrix.floatValues().array());
    assertEquals(4 * (3 + 2) + 4 * 8, matrix.bytes());
    assertArrayEquals(ints(0, 4, 8), matrix.pattern().valueGroups());
    assertEquals(
        matrix,
        BlockMatrix.copyOf(
            4,
            4,
            2,
            2,
            BlockOrder.ROWS,
            ints(0, 1, 2),
            ints(0, 1),
            new float[] {1, 2, 3, 4, 5, 6, 7, 8}));
  }

  @Test
  void blocksAtTheEdgeAreClipped() {
    BlockMatrix matrix = BlockMatrix.fromDense(clipped(), 2, 3);
    BlockPattern pattern = matrix.pattern();
    assertEquals(3, pattern.blockRows());
    assertEquals(3, pattern.blockColumns());
    assertEquals(4, pattern.blockCount());
    assertEquals(2, pattern.height(1));
    assertEquals(1, pattern.height(2));
    assertEquals(3, pattern.width(0));
    assertEquals(1, pattern.width(2));
    assertArrayEquals(ints(0, 1, 3, 4), all(pattern.pointers()));
    assertArrayEquals(ints(1, 0, 2, 2), all(pattern.indices()));
    assertArrayEquals(ints(0, 6, 12, 14, 15), pattern.valueGroups());
    assertEquals(12, pattern.valueOffset(2));
    assertEquals(15, pattern.valueOffset(4));
    assertEquals(15, matrix.nnz());
    assertArrayEquals(
        new float[] {1, 0, 0, 0, 0, 2, 0, 3, 0, 0, 0, 0, 4, 0, 5}, matrix.floatValues().array());
    assertEquals(4 * (4 + 4 + 5) + 4 * 15, matrix.bytes());
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.height(3));
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.width(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.valueOffset(5));
  }

  @Test
  void blocksByColumnsAreTheSameMatrix() {
    BlockMatrix rows = BlockMatrix.fromDense(clipped(), 2, 3);
    BlockMatrix columns = BlockMatrix.fromDense(clipped(), 2, 3, BlockOrder.COLUMNS);
    assertArrayEquals(ints(0, 1, 2, 4), all(columns.pattern().pointers()));
    assertArrayEquals(ints(1, 0, 1, 2), all(columns.pattern().indices()));
    assertArrayEquals(
        new float[] {0, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 4, 0, 5}, columns.floatValues().array());
    assertNotEquals(rows, columns);
    assertEquals(columns, rows.ordered(BlockOrder.COLUMNS));
    assertEquals(rows, columns.ordered(BlockOrder.ROWS));
    assertEquals(rows, rows.ordered(BlockOrder.ROWS));
    assertSame(rows.pattern(), rows.pattern().ordered(BlockOrder.ROWS));
    assertEquals(rows.toCsr(), columns.toCsr());
    rows.ordered(BlockOrder.ROWS).values().set(0, 77);
    assertEquals(1, rows.get(0, 3));
  }

  @Test
  void transposeTurnsBlocksAndOrder() {
    BlockMatrix transposed = BlockMatrix.fromDense(clipped(), 2, 3).transposed();
    assertEquals(3, transposed.pattern().blockHeight());
    assertEquals(2, transposed.pattern().blockWidth());
    assertEquals(BlockOrder.COLUMNS, transposed.pattern().order());
    assertArrayEquals(
        new float[] {1, 0, 0, 0, 0, 2, 0, 0, 3, 0, 0, 0, 4, 0, 5},
        transposed.floatValues().array());
    DenseMatrix turned = DenseMatrix.zeros(7, 5);
    turned.copyTransposed(clipped());
    assertTrue(transposed.toDense().contentEquals(turned));
  }

  @Test
  void maskDecidesWhichNumbersSurviveAndItsBlocksAreStoredWhole() {
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{1, 2, 3, 4}, {5, 6, 7, 8}});
    Mask mask = Mask.of(2, 4, (i, j) -> i == 1 && j == 2);
    BlockMatrix matrix = BlockMatrix.fromDense(dense, mask, 2, 2);
    assertArrayEquals(new float[] {0, 0, 7, 0}, matrix.floatValues().array());
    assertEquals(4, matrix.mask().count());
    assertEquals(
        "BlockMatrix.fromDense: shape of the mask (4x2) must equal the shape of the matrix (2x4)",
        assertThrows(
                IllegalArgumentException.class,
                () -> BlockMatrix.fromDense(dense, Mask.empty(4, 2), 2, 2))
            .getMessage());
  }

  @Test
  void ruleKeepsTheLargestBlocks() {
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{1, 1, 0, -9}, {1, 1, 0, 0}});
    BlockMatrix matrix = BlockMatrix.fromDense(dense, new BlockStructure(2, 2, 1));
    assertArrayEquals(new float[] {0, -9, 0, 0}, matrix.floatValues().array());
    assertEquals(-9, matrix.get(0, 3));
    assertEquals(0, matrix.get(0, 0));
    new BlockStructure(2, 2, 1).check(matrix.mask());
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "16, 1", "3, 5", "32, 32", "70, 90"})
  void csrAndBackKeepsEveryNumber(int height, int width) {
    Samples.Sample sample = new Samples.Sample(33, 65, 0.05, Seed.or(height));
    CsrMatrix csr = CsrMatrix.fromDense(sample.dense());
    for (BlockOrder order : BlockOrder.values()) {
      BlockMatrix matrix = BlockMatrix.fromCsr(csr, height, width, order);
      assertEquals(BlockMatrix.fromDense(sample.dense(), height, width, order), matrix);
      assertEquals(csr, matrix.toCsr().dropZeros());
      matrix.validate();
    }
  }

  @Test
  void explicitZerosOfCsrStoreTheirBlock() {
    CsrMatrix csr = CsrMatrix.copyOf(2, 4, ints(0, 1, 1), ints(3), new float[] {0});
    BlockMatrix matrix = BlockMatrix.fromCsr(csr, 2, 2, BlockOrder.ROWS);
    assertEquals(4, matrix.nnz());
    assertEquals(0, matrix.countNonZero());
  }

  @Test
  void findsPositionsByBlock() {
    for (BlockOrder order : BlockOrder.values()) {
      BlockPattern pattern = BlockPattern.of(StoredMatrix.nonZero(clipped()), 2, 3, order);
      List<String> visited = new ArrayList<>();
      pattern.forEach((index, row, column) -> {
        assertEquals(index, pattern.indexOf(row, column));
        visited.add(row + "," + column);
      });
      assertEquals(15, visited.size());
      assertEquals(
          order == BlockOrder.ROWS
              ? List.of("0,3", "0,4", "0,5", "1,3", "1,4", "1,5", "2,0")
              : List.of("2,0", "2,1", "2,2", "3,0", "3,1", "3,2", "0,3"),
          visited.subList(0, 7));
      assertEquals(-1, pattern.indexOf(0, 0));
      assertEquals(-1, pattern.indexOf(4, 3));
      assertThrows(IndexOutOfBoundsException.class, () -> pattern.indexOf(5, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> pattern.indexOf(0, 7));
    }
  }

  @Test
  void rejectsEveryBrokenRule() {
    assertEquals(
        "BlockPattern: height (0) and width (3) must be at least 1",
        refused(5, 7, 0, 3, BlockOrder.ROWS, ints(0)));
    assertEquals(
        "BlockPattern: height (2) and width (-3) must be at least 1",
        refused(5, 7, 2, -3, BlockOrder.ROWS, ints(0)));
    assertEquals(
        "BlockPattern: rows (-5) and columns (7) must not be negative",
        refused(-5, 7, 2, 3, BlockOrder.ROWS, ints(0)));
    assertEquals(
        "BlockPattern: length of pointers (3) must equal block rows + 1 (4)",
        refused(5, 7, 2, 3, BlockOrder.ROWS, ints(0, 1, 1), 0));
    assertEquals(
        "BlockPattern: length of pointers (3) must equal block columns + 1 (4)",
        refused(5, 8, 2, 3, BlockOrder.COLUMNS, ints(0, 1, 1), 0));
    assertEquals(
        "BlockPattern: pointers[0] (1) must be 0",
        refused(2, 3, 2, 3, BlockOrder.ROWS, ints(1, 1), 0));
    assertEquals(
        "BlockPattern: pointers[2] = 0 is below pointers[1] = 1",
        refused(5, 7, 2, 3, BlockOrder.ROWS, ints(0, 1, 0, 1), 0));
    assertEquals(
        "BlockPattern: pointers[3] (2) must equal the length of indices (1)",
        refused(5, 7, 2, 3, BlockOrder.ROWS, ints(0, 1, 2, 2), 0));
    assertEquals(
        "BlockPattern: indices[1] = 3 is not below block columns = 3 (block row 1)",
        refused(5, 7, 2, 3, BlockOrder.ROWS, ints(0, 1, 2, 2), 0, 3));
    assertEquals(
        "BlockPattern: indices[1] = 3 is not below block rows = 3 (block column 1)",
        refused(5, 7, 2, 3, BlockOrder.COLUMNS, ints(0, 1, 2, 2), 0, 3));
    assertEquals(
        "BlockPattern: indices[0] = -1 is negative (block row 0)",
        refused(5, 7, 2, 3, BlockOrder.ROWS, ints(0, 1, 1, 1), -1));
    assertEquals(
        "BlockPattern: indices[1] = 1 is not above its predecessor 1 (block row 0)",
        refused(5, 7, 2, 3, BlockOrder.ROWS, ints(0, 2, 2, 2), 1, 1));
  }

  @Test
  void namesTheOrderThatIsMissing() {
    assertEquals(
        "order",
        assertThrows(
                NullPointerException.class,
                () -> BlockPattern.copyOf(2, 2, 1, 1, null, ints(0, 0, 0), ints()))
            .getMessage());
  }

  @Test
  void rejectsMorePositionsThanAnArrayHolds() {
    assertEquals(
        "BlockPattern: 1 blocks of 65536x32768 are 2147483648 positions, an array holds"
            + " 2147483639",
        refused(65536, 32768, 65536, 32768, BlockOrder.ROWS, ints(0, 1), 0));
    assertEquals(
        "BlockPattern: 1 blocks of 70000x40000 are 2147483648 positions, an array holds"
            + " 2147483639",
        refused(65536, 32768, 70000, 40000, BlockOrder.ROWS, ints(0, 1), 0));
  }

  @Test
  void copiesItsArraysAndHandsOutReadOnlyOnes() {
    int[] pointers = ints(0, 1);
    int[] indices = ints(0);
    BlockPattern pattern = BlockPattern.copyOf(2, 3, 2, 3, BlockOrder.ROWS, pointers, indices);
    pointers[1] = 9;
    indices[0] = 9;
    assertEquals(1, pattern.pointers().get(1));
    assertEquals(0, pattern.indices().get(0));
    assertThrows(ReadOnlyBufferException.class, () -> pattern.indices().put(0, 1));
    assertThrows(ReadOnlyBufferException.class, () -> pattern.pointers().put(0, 1));
  }

  @Test
  void printsBlocks() {
    assertEquals(
        "5x7 block (nnz 15, 4 blocks of 2x3 by rows)",
        BlockPattern.of(StoredMatrix.nonZero(clipped()), 2, 3).toString());
    assertEquals(
        "1x2 block (nnz 2, 1 blocks of 1x2 by columns), 0.0 % sparse: (0, 0) 4.0, (0, 1) 0.0",
        BlockMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{4, 0}}), 1, 2, BlockOrder.COLUMNS)
            .toString());
  }
}
