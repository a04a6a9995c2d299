package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class FloatValuesTest {

  @Test
  void wrapSharesAndCopyOfCopies() {
    float[] array = {1, 2};
    FloatValues shared = FloatValues.wrap(array);
    FloatValues copied = FloatValues.copyOf(array);
    array[0] = 5;
    assertSame(array, shared.array());
    assertEquals(5, shared.get(0));
    assertNotSame(array, copied.array());
    assertEquals(1, copied.get(0));
    assertEquals(
        "array",
        assertThrows(NullPointerException.class, () -> FloatValues.wrap(null)).getMessage());
  }

  @Test
  void everyAnnouncedChangeRaisesTheVersion() {
    FloatValues values = FloatValues.zeros(3);
    assertEquals(0, values.version());
    values.set(2, 4);
    assertEquals(1, values.version());
    values.array()[0] = 1;
    assertEquals(1, values.version());
    values.markChanged();
    assertEquals(2, values.version());
  }

  @Test
  void knowsLengthTypeAndBytes() {
    FloatValues values = FloatValues.zeros(3);
    assertEquals(3, values.length());
    assertEquals(DType.F32, values.dtype());
    assertEquals(4, values.dtype().bytes());
    assertEquals(12, values.bytes());
    assertThrows(IndexOutOfBoundsException.class, () -> values.get(3));
    assertThrows(IndexOutOfBoundsException.class, () -> values.set(-1, 0));
  }

  @Test
  void equalsComparesNumbersAndNotVersions() {
    FloatValues a = FloatValues.copyOf(1, Float.NaN, 0f);
    FloatValues b = FloatValues.copyOf(1, Float.NaN, 0f);
    b.markChanged();
    assertEquals(a, b);
    assertEquals(a.hashCode(), b.hashCode());
    assertNotEquals(a, FloatValues.copyOf(1, Float.NaN, -0f));
    assertNotEquals(a, FloatValues.copyOf(1, Float.NaN));
    assertNotEquals(a, new Object());
    assertEquals("F32 x 3 [1.0, NaN, 0.0]", a.toString());
    assertEquals("F32 x 17", FloatValues.zeros(17).toString());
  }
}
