package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sparse4j.mask.Pictures.illegal;
import static org.sparse4j.mask.Pictures.mask;
import static org.sparse4j.mask.Pictures.picture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ButterflyStructureTest {

  @Test
  void gridOfSize8With2Factors() {
    ButterflyStructure rule = new ButterflyStructure(8, 2, 1);
    String grid = "11100000 11010000 10110000 01110000 00001110 00001101 00001011 00000111";
    assertEquals(grid, picture(rule.mask(8, 8)));
    // Cells of 2 x 3 positions.
    Mask stretched = rule.mask(16, 24);
    assertEquals(Mask.of(16, 24, (i, j) -> mask(grid).get(i / 2, j / 3)), stretched);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 2, 0.75",
    "8, 1, 0.25",
    "8, 2, 0.375",
    "8, 3, 0.5",
    "16, 2, 0.1875",
    "16, 3, 0.25",
    "16, 4, 0.3125",
    "32, 3, 0.125"
  })
  void densityIsFactorsAndOneOverSize(int size, int factors, double density) {
    for (int[] shape : new int[][] {{512, 2048}, {768, 3072}, {2048, 512}, {64, 64}}) {
      int cell = Math.min(shape[0], shape[1]) / size;
      for (int block : new int[] {1, cell}) {
        Mask mask = new ButterflyStructure(size, factors, block).mask(shape[0], shape[1]);
        assertEquals(density, mask.density());
      }
    }
  }

  @Test
  void maskOfASquareIsSymmetricWithEqualRows() {
    Mask mask = new ButterflyStructure(16, 3, 2).mask(64, 64);
    assertEquals(mask, mask.transposed());
    for (int i = 0; i < 64; i++) {
      assertEquals(16, mask.countRow(i));
    }
  }

  @Test
  void globalRowsAndColumnsAreRoundedToBlocks() {
    Mask plain = new ButterflyStructure(8, 1, 2).mask(16, 16);
    Mask global = new ButterflyStructure(8, 1, 2, 1).mask(16, 16);
    assertEquals(Mask.of(16, 16, (i, j) -> plain.get(i, j) || i < 2 || j < 2), global);
  }

  @Test
  void blocksThatDoNotDivideTheCellsKeepWhatTheyTouch() {
    // Cells of 2.5 positions: rows 0-2, 3-4, 5-7, 8-9 by the floor of 4 i / 10; blocks of 4.
    Mask fine = new ButterflyStructure(4, 1, 1).mask(10, 10);
    assertEquals(
        "1111100000 1111100000 1111100000 1111100000 1111100000 0000011111 0000011111 0000011111"
            + " 0000011111 0000011111",
        picture(fine));
    Mask coarse = new ButterflyStructure(4, 1, 4).mask(10, 10);
    assertEquals(
        Mask.of(
            10,
            10,
            (i, j) -> {
              for (int p = i / 4 * 4; p < Math.min(10, i / 4 * 4 + 4); p++) {
                for (int q = j / 4 * 4; q < Math.min(10, j / 4 * 4 + 4); q++) {
                  if (fine.get(p, q)) {
                    return true;
                  }
                }
              }
              return false;
            }),
        coarse);
    assertEquals(0, new ButterflyStructure(4, 1, 4).mask(0, 9).count());
    assertEquals(0, new ButterflyStructure(4, 1, 4).mask(9, 0).count());
    // Fewer positions than cells: the three rows lie in cells 0, 2 and 5.
    assertEquals("110 110 001", picture(new ButterflyStructure(8, 2, 1).mask(3, 3)));
  }

  @Test
  void onlyTheMaskOfTheShapePasses() {
    ButterflyStructure rule = new ButterflyStructure(8, 2, 1);
    rule.check(rule.mask(8, 8));
    assertEquals(rule.mask(8, 16), rule.keepLargest(8, 16, new float[128]));
    assertEquals(
        "ButterflyStructure: position (0, 3) is kept, the rule wants it dropped; the mask is 8x8",
        illegal(() -> rule.check(Mask.full(8, 8))));
    assertEquals(
        "ButterflyStructure: position (0, 0) is dropped, the rule wants it kept; the mask is 8x8",
        illegal(() -> rule.check(Mask.empty(8, 8))));
  }

  @Test
  void parametersMustFit() {
    assertEquals(
        "ButterflyStructure: size (12) must be a power of two, at least 2",
        illegal(() -> new ButterflyStructure(12, 1, 1)));
    assertEquals(
        "ButterflyStructure: size (1) must be a power of two, at least 2",
        illegal(() -> new ButterflyStructure(1, 1, 1)));
    assertEquals(
        "ButterflyStructure: size (-2147483648) must be a power of two, at least 2",
        illegal(() -> new ButterflyStructure(Integer.MIN_VALUE, 1, 1)));
    assertEquals(
        "ButterflyStructure: factors (4) must be between 1 and log2(size) (3)",
        illegal(() -> new ButterflyStructure(8, 4, 1)));
    assertEquals(
        "ButterflyStructure: block (0) must be at least 1",
        illegal(() -> new ButterflyStructure(8, 2, 0)));
    assertEquals(
        "ButterflyStructure: global (-1) must not be negative",
        illegal(() -> new ButterflyStructure(8, 2, 1, -1)));
    assertEquals(
        "ButterflyStructure: rows (-1) and columns (8) must not be negative",
        illegal(() -> new ButterflyStructure(8, 2, 1).mask(-1, 8)));
    assertEquals(
        "ButterflyStructure: number of scores (7) must equal rows * columns (8); the matrix is 2x4",
        illegal(() -> new ButterflyStructure(8, 2, 1).keepLargest(2, 4, new float[7])));
  }
}
