package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.testing.Seed;

class TorchSemiStructuredTest {

  private static NmMatrix random(int rows, int columns, NmStructure rule, long seed) {
    Random random = new Random(seed);
    DenseMatrix dense = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        dense.set(i, j, random.nextInt(4) == 0 ? 0 : (float) random.nextGaussian());
      }
    }
    return NmMatrix.fromDense(dense, rule);
  }

  private static NmStructure rule(TorchElement element) {
    return element == TorchElement.FLOAT ? new NmStructure(1, 2) : new NmStructure(2, 4);
  }

  @ParameterizedTest
  @CsvSource({"1100, 0100", "1010, 1000", "0110, 1001", "1001, 1100", "0101, 1101", "0011, 1110"})
  void codesOfGroups(String mask, String code) {
    int bits = Integer.parseInt(new StringBuilder(mask).reverse().toString(), 2);
    assertEquals(Integer.parseInt(code, 2), TorchSemiStructured.code(bits, TorchElement.HALF));
  }

  @Test
  void codesOfFloatPairs() {
    assertEquals(0b0100, TorchSemiStructured.code(1, TorchElement.FLOAT));
    assertEquals(0b1110, TorchSemiStructured.code(2, TorchElement.FLOAT));
  }

  @Test
  void wordsOfLastTwoAreEs() {
    float[][] rows = new float[32][64];
    for (float[] row : rows) {
      for (int j = 0; j < 64; j++) {
        row[j] = j % 4 < 2 ? 0 : 1;
      }
    }
    CsrMatrix matrix = CsrMatrix.fromDense(DenseMatrix.copyOf(rows));
    for (TorchMetaOrder order :
        new TorchMetaOrder[] {TorchMetaOrder.NATURAL, TorchMetaOrder.PYTORCH}) {
      int[] meta = TorchSemiStructured.of(matrix, TorchElement.HALF, order).meta();
      assertEquals(32 * 4, meta.length);
      for (int word : meta) {
        assertEquals(-4370, word);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PYTORCH, 0, 0 2 128 130",
    "PYTORCH, 1, 8 10 136 138",
    "PYTORCH, 2, 16 18 144 146",
    "PYTORCH, 8, 1 3 129 131",
    "MARLIN, 0, 0 2 128 130",
    "MARLIN, 1, 4 6 132 134",
    "MARLIN, 2, 64 66 192 194",
    "MARLIN, 4, 1 3 129 131"
  })
  void offsetsOf64RowsAndFourWords(TorchMetaOrder order, int row, String offsets) {
    int[] expected = Arrays.stream(offsets.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    for (int column = 0; column < 4; column++) {
      assertEquals(expected[column], order.offset(row, column, 64, 4, false));
    }
  }

  @ParameterizedTest
  @EnumSource(TorchMetaOrder.class)
  void ordersArePermutations(TorchMetaOrder order) {
    for (boolean wide : new boolean[] {false, true}) {
      for (int tiles = 1; tiles <= 3; tiles++) {
        int rows = tiles * order.rowMultiple(wide);
        for (int columns : new int[] {2, 4, 10}) {
          boolean[] taken = new boolean[rows * columns];
          for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
              int offset = order.offset(row, column, rows, columns, wide);
              assertFalse(taken[offset], order + " " + wide + " " + rows + "x" + columns);
              taken[offset] = true;
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TorchElement.class)
  void roundTripsInEveryOrder(TorchElement element) {
    for (TorchMetaOrder order : TorchMetaOrder.values()) {
      NmMatrix matrix = random(64, 128, rule(element), Seed.or(81));
      TorchSemiStructured torch = TorchSemiStructured.of(matrix, element, order);
      assertEquals(matrix.toCsr(), torch.toCsr());
      assertArrayEquals(matrix.values().toFloats(), torch.packed());
      TorchSemiStructured copy =
          TorchSemiStructured.copyOf(64, 128, element, order, torch.packed(), torch.meta());
      assertEquals(matrix.toCsr(), copy.toCsr());
      for (TorchMetaOrder other : TorchMetaOrder.values()) {
        assertArrayEquals(
            TorchSemiStructured.of(matrix, element, other).meta(), torch.ordered(other).meta());
      }
    }
  }

  @Test
  void wordsOfInt8HoldEightGroups() {
    NmMatrix matrix = random(16, 128, rule(TorchElement.BYTE), Seed.or(82));
    int[] wide = TorchSemiStructured.of(matrix, TorchElement.BYTE, TorchMetaOrder.NATURAL).meta();
    int[] narrow = TorchSemiStructured.of(matrix, TorchElement.HALF, TorchMetaOrder.NATURAL).meta();
    for (int k = 0; k < wide.length; k++) {
      assertEquals(wide[k], (narrow[2 * k] & 0xffff) | (narrow[2 * k + 1] << 16));
    }
  }

  @Test
  void irregularGroupsAreRefused() {
    for (String mask : new String[] {"0000", "0100", "0111", "1111"}) {
      DenseMatrix dense = DenseMatrix.zeros(1, 16);
      for (int j = 0; j < 16; j++) {
        dense.set(0, j, j < 12 ? j % 4 / 2 : mask.charAt(j - 12) - '0');
      }
      CsrMatrix matrix = CsrMatrix.fromDense(dense);
      assertEquals(
          "TorchSemiStructured: every 4 columns must store 2; row 0, columns from 12 store "
              + mask.replace("0", "").length()
              + "; the matrix is "
              + matrix.pattern(),
          assertThrows(
                  IllegalArgumentException.class,
                  () -> TorchSemiStructured.of(matrix, TorchElement.HALF, TorchMetaOrder.NATURAL))
              .getMessage());
    }
  }

  @Test
  void shapesAndWordsAreChecked() {
    NmMatrix matrix = random(32, 64, rule(TorchElement.HALF), 1);
    assertEquals(
        "TorchSemiStructured: rows (32) must be a multiple of 64 and columns (64) of 32 for HALF"
            + " in the order MARLIN",
        assertThrows(
                IllegalArgumentException.class,
                () -> TorchSemiStructured.of(matrix, TorchElement.HALF, TorchMetaOrder.MARLIN))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            TorchSemiStructured.of(
                random(31, 64, rule(TorchElement.HALF), 1),
                TorchElement.HALF,
                TorchMetaOrder.PYTORCH));
    assertEquals(
        "TorchSemiStructured: length of packed (3) must be 8",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    TorchSemiStructured.copyOf(
                        1, 16, TorchElement.HALF, TorchMetaOrder.NATURAL, new float[3], new int[1]))
            .getMessage());
    assertEquals(
        "TorchSemiStructured: row 0, group 0 has the bits 0, which keep no two of four; was the"
            + " order another than NATURAL?",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    TorchSemiStructured.copyOf(
                        1, 16, TorchElement.HALF, TorchMetaOrder.NATURAL, new float[8], new int[1]))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            TorchSemiStructured.copyOf(
                1,
                8,
                TorchElement.FLOAT,
                TorchMetaOrder.NATURAL,
                new float[4],
                new int[] {0x8444}));
  }
}
