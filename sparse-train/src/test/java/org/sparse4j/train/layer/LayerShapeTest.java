package org.sparse4j.train.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerShapeTest {

  @ParameterizedTest
  @CsvSource({
    "0.5, 60, 30, 4, 1, 1",
    "0.8, 2, 1, 2, 1, 4",
    "0.1, 27, 30, 1, 1, 1",
    "0.9, 23520, 300, 784, 1, 1",
    "0.7, 3, 10, 1, 1, 1",
    "0.29, 71, 100, 1, 1, 1",
    "0, 100, 100, 1, 1, 1",
    "1, 0, 100, 1, 1, 1"
  })
  void dropsTheFloorOfSparsityTimesSize(double sparsity, long stored, int a, int b, int c, int d) {
    LayerShape shape = LayerShape.of("w", a, b, c, d);
    assertEquals(stored, shape.size() - shape.dropped(sparsity));
    assertEquals(stored, shape.stored(1 - sparsity));
  }

  @Test
  void describesAConvolutionAsAMatrix() {
    LayerShape shape = LayerShape.of("conv", 16, 3, 5, 5);
    assertEquals(16, shape.rows());
    assertEquals(75, shape.columns());
    assertEquals(1200, shape.size());
    assertEquals("conv (16x3x5x5)", shape.toString());
  }

  @Test
  void rejectsWhatIsNoShape() {
    Throwable none = assertThrows(IllegalArgumentException.class, () -> LayerShape.of("w"));
    assertEquals("LayerShape: w has no dimension", none.getMessage());
    Throwable zero = assertThrows(IllegalArgumentException.class, () -> LayerShape.of("w", 3, 0));
    assertEquals("LayerShape: dimension 1 of w (0) must be at least 1", zero.getMessage());
  }

  @Test
  void rejectsFractionsOutsideZeroToOne() {
    LayerShape shape = LayerShape.of("w", 3, 4);
    Throwable density = assertThrows(IllegalArgumentException.class, () -> shape.stored(1.5));
    assertEquals("LayerShape: density (1.5) of w must be between 0 and 1", density.getMessage());
    Throwable nan = assertThrows(IllegalArgumentException.class, () -> shape.dropped(Double.NaN));
    assertEquals("LayerShape: sparsity (NaN) of w must be between 0 and 1", nan.getMessage());
  }
}
