package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sparse4j.testing.Seed;

class CsrBuilderTest {

  @Test
  void entriesMayComeInAnyOrder() {
    CsrMatrix matrix =
        CsrMatrix.builder(3, 4).add(2, 1, 5).add(0, 3, 2).add(2, 0, 4).add(0, 1, 1).build();
    assertEquals(
        CsrMatrix.copyOf(
            3, 4, new int[] {0, 2, 2, 4}, new int[] {1, 3, 0, 1}, new float[] {1, 2, 4, 5}),
        matrix);
  }

  @Test
  void zerosAreStored() {
    CsrMatrix matrix = CsrMatrix.builder(2, 2).add(0, 0, 0f).add(1, 1, -0f).build();
    assertEquals(2, matrix.nnz());
    assertEquals(0, matrix.countNonZero());
  }

  @Test
  void positionGivenTwiceIsAnErrorThatNamesBothNumbers() {
    CsrBuilder builder = CsrMatrix.builder(5, 7).add(3, 6, 1.5f).add(0, 0, 1).add(3, 6, -2);
    assertEquals(
        "CsrMatrix.builder: position (3, 6) was given twice, with 1.5 and -2.0; call"
            + " sumDuplicates() to add them up",
        assertThrows(IllegalArgumentException.class, builder::build).getMessage());
  }

  @Test
  void duplicatesAddUpInTheOrderTheyCame() {
    // 1e8 + 1 - 1e8 is 0 in float32, 1e8 - 1e8 + 1 is 1.
    assertEquals(
        0,
        CsrMatrix.builder(1, 1)
            .sumDuplicates()
            .add(0, 0, 1e8f)
            .add(0, 0, 1)
            .add(0, 0, -1e8f)
            .build()
            .get(0, 0));
    CsrMatrix other =
        CsrMatrix.builder(1, 2)
            .add(0, 0, 1e8f)
            .add(0, 1, 7)
            .add(0, 0, -1e8f)
            .add(0, 0, 1)
            .sumDuplicates()
            .build();
    assertEquals(1, other.get(0, 0));
    assertEquals(2, other.nnz());
  }

  @Test
  void buildingDoesNotEndCollecting() {
    CsrBuilder builder = CsrMatrix.builder(2, 2).add(1, 1, 3);
    CsrMatrix first = builder.build();
    CsrMatrix second = builder.add(0, 0, 2).build();
    first.values().set(0, 9);
    assertEquals(1, first.nnz());
    assertEquals(3, second.get(1, 1));
  }

  @Test
  void positionsMustLieInside() {
    CsrBuilder builder = CsrMatrix.builder(2, 3);
    assertThrows(IndexOutOfBoundsException.class, () -> builder.add(2, 0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> builder.add(0, 3, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> builder.add(-1, 0, 1));
    assertEquals(0, builder.build().nnz());
    assertEquals(
        "CsrMatrix.builder: rows (-2) and columns (3) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> CsrMatrix.builder(-2, 3)).getMessage());
    assertEquals(
        "CsrMatrix.builder: rows (2) and columns (2147483639) must be below 2147483639, one less"
            + " than the longest array",
        assertThrows(IllegalArgumentException.class, () -> CsrMatrix.builder(2, 2147483639))
            .getMessage());
  }

  @Test
  void emptyMatricesBuild() {
    assertEquals(0, CsrMatrix.builder(0, 0).build().nnz());
    assertEquals(5, CsrMatrix.builder(5, 0).build().rows());
  }

  @Test
  void randomEntriesAddUpAsInADenseMatrix() {
    long seed = Seed.or(17);
    Random random = new Random(seed);
    float[][] dense = new float[23][31];
    CsrBuilder builder = CsrMatrix.builder(23, 31).sumDuplicates();
    for (int k = 0; k < 1000; k++) {
      int row = random.nextInt(23);
      int column = random.nextInt(31);
      float value = 1 + random.nextInt(9);
      dense[row][column] += value;
      builder.add(row, column, value);
    }
    CsrMatrix matrix = builder.build();
    assertEquals(CsrMatrix.fromDense(DenseMatrix.copyOf(dense)), matrix, "seed " + seed);
    matrix.validate();
  }
}
