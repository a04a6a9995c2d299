package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sparse4j.mask.Pictures.illegal;
import static org.sparse4j.mask.Pictures.mask;
import static org.sparse4j.mask.Pictures.picture;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.testing.Seed;

class BlockStructureTest {

  @Test
  void keepsWholeBlocksByTheirNorm() {
    float[] scores = {
      3, 0, 2, 2, 9,
      0, 0, 0, 1, 0,
      1, 1, 0, 0, 1,
    };
    // L1: 3 5 9 / 2 0 1; L2: 9 9 81 / 2 0 1.
    assertEquals(
        "00111 00111 00000", picture(new BlockStructure(2, 2, 2).keepLargest(3, 5, scores)));
    BlockStructure squares = new BlockStructure(2, 2, 2).withNorm(BlockStructure.Norm.L2);
    assertEquals("11001 11001 00000", picture(squares.keepLargest(3, 5, scores)));
    assertEquals(Mask.full(3, 5), new BlockStructure(2, 2, 6).keepLargest(3, 5, scores));
    assertEquals(Mask.empty(3, 5), new BlockStructure(2, 2, 0).keepLargest(3, 5, scores));
    float[] signed = {-3, 2, 1, -9};
    assertEquals("0110", picture(new BlockStructure(1, 1, 2).keepLargest(1, 4, signed)));
    assertEquals(
        "0110",
        picture(new BlockStructure(1, 1, 2, BlockStructure.Norm.L2).keepLargest(1, 4, signed)));
    float[] odd = {1, Float.NaN, Float.POSITIVE_INFINITY, 7};
    assertEquals("0100", picture(new BlockStructure(1, 1, 1).keepLargest(1, 4, odd)));
    assertEquals("0110", picture(new BlockStructure(1, 1, 2).keepLargest(1, 4, odd)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0.5",
    "2, 3, 0.5",
    "4, 4, 0.9",
    "16, 1, 0.1",
    "1, 16, 0",
    "3, 5, 1",
    "64, 64, 0.5"
  })
  void selectionIsTheHeadOfTheSortedBlocks(int height, int width, double sparsity) {
    long seed = Seed.or(height * 100L + width);
    int rows = 33;
    int columns = 31;
    float[] scores = Pictures.ties(seed, rows * columns, 3);
    for (BlockStructure.Norm norm : BlockStructure.Norm.values()) {
      BlockStructure rule =
          BlockStructure.ofSparsity(rows, columns, height, width, sparsity).withNorm(norm);
      int across = (columns + width - 1) / width;
      double[] sums = new double[(rows + height - 1) / height * across];
      for (int p = 0; p < scores.length; p++) {
        sums[p / columns / height * across + p % columns / width] +=
            norm == BlockStructure.Norm.L1 ? scores[p] : scores[p] * scores[p];
      }
      assertEquals(sums.length, rule.blocks(rows, columns));
      assertEquals(sums.length - (int) Math.floor(sparsity * sums.length), rule.count());
      List<Integer> head =
          IntStream.range(0, sums.length)
              .boxed()
              .sorted(Comparator.comparingDouble(b -> -sums[b]))
              .limit(rule.count())
              .toList();
      Mask mask = rule.keepLargest(rows, columns, scores);
      assertEquals(
          Mask.of(rows, columns, (i, j) -> head.contains(i / height * across + j / width)),
          mask,
          "seed " + seed);
      rule.check(mask);
    }
  }

  @Test
  void checkWantsWholeBlocksAndTheirNumber() {
    BlockStructure rule = new BlockStructure(2, 2, 2);
    rule.check(mask("11001 11001 00000"));
    rule.check(mask("11000 11000 00001"));
    assertEquals(
        "BlockStructure: block (1, 0) keeps 1 of its 2 positions, the rule wants all or none",
        illegal(() -> rule.check(mask("11001 11001 10000"))));
    assertEquals(
        "BlockStructure: block (0, 0) keeps 3 of its 4 positions, the rule wants all or none",
        illegal(() -> rule.check(mask("11001 10001 10000"))));
    assertEquals(
        "BlockStructure: the mask keeps 3 blocks, the rule wants 2",
        illegal(() -> rule.check(mask("11001 11001 11000"))));
    assertEquals(
        "BlockStructure: the mask keeps 0 blocks, the rule wants 2",
        illegal(() -> rule.check(Mask.empty(0, 0))));
  }

  @Test
  void parametersMustFit() {
    assertEquals(
        "BlockStructure: height (0) and width (4) must be at least 1",
        illegal(() -> new BlockStructure(0, 4, 1)));
    assertEquals(
        "BlockStructure: count (-1) must not be negative",
        illegal(() -> new BlockStructure(4, 4, -1)));
    assertEquals(
        "BlockStructure: count (7) must be at most the number of blocks (6); the matrix is 3x5, a"
            + " block 2x2",
        illegal(() -> new BlockStructure(2, 2, 7).keepLargest(3, 5, new float[15])));
    assertEquals(
        "BlockStructure: sparsity (NaN) must be between 0 and 1",
        illegal(() -> BlockStructure.ofSparsity(3, 5, 2, 2, Double.NaN)));
    assertEquals(
        "BlockStructure: rows (-3) and columns (5) must not be negative",
        illegal(() -> BlockStructure.ofSparsity(-3, 5, 2, 2, 0.5)));
    assertEquals(
        "BlockStructure: number of scores (14) must equal rows * columns (15); the matrix is 3x5",
        illegal(() -> new BlockStructure(2, 2, 2).keepLargest(3, 5, new float[14])));
    int huge = Integer.MAX_VALUE;
    BlockStructure one = new BlockStructure(huge, huge, 1);
    assertEquals(15, one.keepLargest(3, 5, new float[15]).count());
    one.check(Mask.full(3, 5));
  }
}
