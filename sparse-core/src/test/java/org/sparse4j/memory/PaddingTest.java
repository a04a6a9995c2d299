package org.sparse4j.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaddingTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 16",
    "1, 16, 16",
    "15, 16, 16",
    "16, 16, 16",
    "17, 32, 32",
    "97, 112, 112",
    "112, 112, 112",
    "113, 128, 144",
    "127, 128, 144",
    "128, 128, 144",
    "129, 144, 144",
    "144, 144, 144",
    "145, 160, 176",
    "256, 256, 272",
    "512, 512, 528",
    "768, 768, 784",
    "784, 784, 784",
    "1024, 1024, 1040",
    "2147483615, 2147483616, 2147483632",
  })
  void widthIsAMultipleOf16AndStrideAnOddOneFrom128On(int columns, int width, int stride) {
    assertEquals(width, Padding.width(columns));
    assertEquals(stride, Padding.stride(columns));
  }

  @Test
  void strideHoldsTheRowAndIsAlignedForEveryLength() {
    for (int columns = 0; columns < 5000; columns++) {
      int stride = Padding.stride(columns);
      assertTrue(stride >= columns && stride * 4 % Padding.ALIGNMENT == 0, "columns " + columns);
      assertTrue(stride < 128 || stride / 16 % 2 == 1, "columns " + columns);
      assertTrue(stride - columns < 32, "columns " + columns);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, 2147483616, Integer.MAX_VALUE})
  void refusesSizesWithoutAWidth(int columns) {
    String message = "Padding: columns (" + columns + ") must be between 0 and 2147483615";
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> Padding.width(columns)).getMessage());
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> Padding.stride(columns)).getMessage());
  }
}
