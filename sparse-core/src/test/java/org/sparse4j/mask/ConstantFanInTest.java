package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sparse4j.mask.Pictures.illegal;
import static org.sparse4j.mask.Pictures.mask;
import static org.sparse4j.mask.Pictures.picture;

import org.junit.jupiter.api.Test;

class ConstantFanInTest {

  @Test
  void keepsTheLargestOfEveryRowWithTiesToTheLeft() {
    float[] scores = {1, 3, 2, 0, 5, 5, 5, 5, -1, -0f, 0, -2, 1, 9, Float.NaN, 8};
    ConstantFanIn rule = new ConstantFanIn(2);
    Mask kept = rule.keepLargest(4, 4, scores);
    assertEquals("0110 1100 0110 0110", picture(kept));
    rule.check(kept);
    assertEquals(0, new ConstantFanIn(0).keepLargest(4, 4, scores).count());
    assertEquals(Mask.full(4, 4), new ConstantFanIn(4).keepLargest(4, 4, scores));
    assertEquals(0, new ConstantFanIn(3).keepLargest(0, 2, new float[0]).count());
    assertEquals(0, new ConstantFanIn(0).keepLargest(3, 0, new float[0]).count());
  }

  @Test
  void checkNamesTheFirstRowThatDiffers() {
    assertEquals(
        "ConstantFanIn: row 1 keeps 1 positions, the rule wants 2",
        illegal(() -> new ConstantFanIn(2).check(mask("110 010 111"))));
    assertEquals(
        "ConstantFanIn: row 2 keeps 3 positions, the rule wants 2",
        illegal(() -> new ConstantFanIn(2).check(mask("110 011 111"))));
    new ConstantFanIn(5).check(Mask.empty(0, 5));
  }

  @Test
  void sparsityGivesTheCountOfUnstructured() {
    assertEquals(new ConstantFanIn(79), ConstantFanIn.ofSparsity(784, 0.9));
    assertEquals(new ConstantFanIn(0), ConstantFanIn.ofSparsity(7, 1));
    assertEquals(new ConstantFanIn(7), ConstantFanIn.ofSparsity(7, 0));
    assertEquals(
        "ConstantFanIn: sparsity (1.5) must be between 0 and 1",
        illegal(() -> ConstantFanIn.ofSparsity(7, 1.5)));
    assertEquals(
        "ConstantFanIn: columns (-7) must not be negative",
        illegal(() -> ConstantFanIn.ofSparsity(-7, 0.5)));
  }

  @Test
  void countMustFit() {
    assertEquals(
        "ConstantFanIn: count (-1) must not be negative", illegal(() -> new ConstantFanIn(-1)));
    assertEquals(
        "ConstantFanIn: count (5) must be at most columns (4); the matrix is 2x4",
        illegal(() -> new ConstantFanIn(5).keepLargest(2, 4, new float[8])));
    assertEquals(
        "ConstantFanIn: number of scores (7) must equal rows * columns (8); the matrix is 2x4",
        illegal(() -> new ConstantFanIn(2).keepLargest(2, 4, new float[7])));
  }
}
