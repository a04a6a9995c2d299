package org.sparse4j.structured;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.BlockMatrix;

class PixelflyBudgetTest {

  @ParameterizedTest
  @CsvSource({
    // rank = b max(1, round(density / 3 mn / ((m + n) b))), then the largest f that fits
    "1024, 1024, 32, 0.3, 64, 32, 4",
    "512, 2048, 32, 0.5, 64, 16, 4",
    "64, 64, 4, 0.5, 4, 16, 4"
  })
  void aThirdOfTheDensityGoesToTheRank(
      int rows, int columns, int block, double density, int rank, int size, int factors) {
    PixelflyBudget budget = PixelflyBudget.of(rows, columns, block, density);
    assertEquals(new PixelflyBudget(rows, columns, block, size, factors, rank), budget);
    assertTrue(budget.parameterRatio() <= density + 1e-12, "ratio " + budget.parameterRatio());
  }

  @Test
  void aLayerIsASumOfBlocksAndRank() {
    PixelflyBudget budget = new PixelflyBudget(64, 128, 8, 8, 2, 4);
    SumMatrix layer = budget.random(0.25f, 3);
    BlockMatrix blocks = (BlockMatrix) layer.parts().get(0);
    assertEquals(0.375, blocks.density(), 0);
    assertEquals(0.75f, layer.coefficient(0));
    assertEquals(0.25f, layer.coefficient(1));
    assertEquals(budget.parameterRatio(), layer.parameterCount() / 8192.0, 1e-12);
    // 16 blocks in all, 6 stored in every row of blocks.
    double bound = Math.sqrt(16.0 / 6 / 128);
    double largest = 0;
    for (float value : blocks.floatValues().array()) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertEquals(bound, largest, 1e-3);
    assertTrue(largest <= bound + 1e-7);
    assertEquals(layer, budget.random(0.25f, 3));
  }

  @Test
  void rejectsWhatLeavesNoRoom() {
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> PixelflyBudget.of(64, 64, 32, 0.5));
    assertEquals(
        "PixelflyBudget: density (0.5) leaves no room for a factor beside rank 32; the matrix is"
            + " 64x64 with blocks of 32",
        thrown.getMessage());
  }
}
