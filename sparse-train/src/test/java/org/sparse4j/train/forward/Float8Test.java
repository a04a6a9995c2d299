package org.sparse4j.train.forward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparse4j.format.DenseMatrix;

class Float8Test {

  /** All numbers of a format are fixed points; in between the nearer one is taken. */
  @ParameterizedTest
  @EnumSource(Float8.class)
  void roundsToTheNearest(Float8 format) {
    int mantissa = format == Float8.E4M3 ? 3 : 2;
    int bias = format == Float8.E4M3 ? 7 : 15;
    double last = 0;
    int count = 0;
    for (int code = 1; last < format.largest(); code++, count++) {
      int exponent = code >> mantissa;
      int fraction = code & ((1 << mantissa) - 1);
      double unit = Math.scalb(1.0, Math.max(exponent, 1) - bias - mantissa);
      double number = (exponent == 0 ? fraction : fraction + (1 << mantissa)) * unit;
      assertTrue(number > last);
      assertEquals((float) number, format.round((float) number));
      assertEquals((float) -number, format.round((float) -number));
      double middle = (number + last) / 2;
      double even = (code & 1) == 0 ? number : last;
      assertEquals((float) even, format.round((float) middle), "between " + last);
      assertEquals((float) number, format.round((float) (middle + unit / 16)));
      assertEquals((float) last, format.round((float) (middle - unit / 16)));
      last = number;
    }
    // All positive codes but those of NaN and, with five bits of exponent, infinity.
    assertEquals(format == Float8.E4M3 ? 126 : 123, count);
    assertEquals(format.largest(), last);
    assertEquals(format.largest(), format.round(2 * format.largest()));
    assertEquals(-format.largest(), format.round(Float.NEGATIVE_INFINITY));
    assertTrue(Float.isNaN(format.round(Float.NaN)));
  }

  @Test
  void scalesTheLargestToTheLargest() {
    DenseMatrix from = DenseMatrix.copyOf(new float[][] {{1, -2, .3f}, {0, .5f, 1e-9f}});
    DenseMatrix to = DenseMatrix.zeros(2, 3);
    assertEquals(224, Float8.E4M3.scaled(from, to));
    assertArrayEquals(new float[] {224, -448, 64, 0, 112, 0}, to.toArray());
    from.fill(0);
    assertEquals(1, Float8.E5M2.scaled(from, to));
    assertArrayEquals(new float[6], to.toArray());
    from.set(0, 0, Float.NaN);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Float8.E5M2.scaled(from, to))
            .getMessage();
    assertTrue(message.endsWith(" is NaN"), message);
    assertThrows(
        IllegalArgumentException.class, () -> Float8.E4M3.scaled(from, DenseMatrix.zeros(3, 2)));
  }
}
