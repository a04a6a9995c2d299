package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.testing.Seed;

class NarrowValuesTest {

  @ParameterizedTest
  @CsvSource({
    "1.0, 3f80",
    "3.1415927, 4049",
    "1.00390625, 3f80",
    "1.01171875, 3f82",
    "-0.0, 8000",
    "3.4028235e38, 7f80",
    "Infinity, 7f80",
    "-Infinity, ff80"
  })
  void bf16RoundsToNearestEven(float number, String bits) {
    assertEquals(bits, String.format("%04x", Bf16Values.round(number) & 0xffff));
  }

  @Test
  void bf16KeepsNaN() {
    assertTrue(Float.isNaN(Bf16Values.widen(Bf16Values.round(Float.intBitsToFloat(0x7f800001)))));
    assertTrue(Float.isNaN(Bf16Values.widen(Bf16Values.round(Float.intBitsToFloat(0xffffffff)))));
  }

  @Test
  void bf16ReadsBackWhatItHolds() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float number = Bf16Values.widen((short) bits);
      if (!Float.isNaN(number)) {
        assertEquals((short) bits, Bf16Values.round(number), () -> "of " + number);
      }
    }
  }

  @Test
  void bf16CountsWrites() {
    Bf16Values values = Bf16Values.of(1, 2, 3);
    values.set(1, 5.01f);
    assertEquals(5, values.get(1));
    assertEquals(1, values.version());
    assertEquals(6, values.bytes());
    assertNotEquals(values, Bf16Values.of(1, 2, 3));
    assertEquals(values, values.copy());
    assertArrayEquals(new float[] {1, 5, 3}, values.toFloats());
    assertEquals("BF16 x 3 [1.0, 5.0, 3.0]", values.toString());
  }

  @Test
  void int8KeepsTheLargestFloatFinite() {
    for (float large : new float[] {Float.MAX_VALUE, Math.nextDown(Float.MAX_VALUE), 3.4e38f}) {
      Int8Values values = Int8Values.quantise(new float[] {large, -large}, new int[] {0, 2});
      assertEquals(large, values.get(0), 0x1p-20f * large);
      assertEquals(-large, values.get(1), 0x1p-20f * large);
    }
  }

  @Test
  void int8IsOffByHalfAScaleAtMost() {
    var random = new java.util.Random(Seed.or(7));
    float[] numbers = new float[1000];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = (float) random.nextGaussian();
    }
    int[] starts = {0, 0, 17, 400, 400, 1000, 1000};
    Int8Values values = Int8Values.quantise(numbers, starts);
    float[] read = values.toFloats();
    for (int g = 0; g + 1 < starts.length; g++) {
      for (int k = starts[g]; k < starts[g + 1]; k++) {
        assertEquals(values.get(k), read[k]);
        assertEquals(numbers[k], read[k], 0.5001f * values.scales()[g]);
      }
    }
    assertEquals(1000 + 4 * 6 + 4 * 7, values.bytes());
  }

  @Test
  void int8KeepsTheLargestOfAGroupAndZero() {
    Int8Values values = Int8Values.quantise(new float[] {0, -254, 2, 0, 0}, new int[] {0, 3, 5});
    assertArrayEquals(new byte[] {0, -127, 1, 0, 0}, values.codes());
    assertArrayEquals(new float[] {2, 0}, values.scales());
    values.set(2, 1000);
    assertEquals(254, values.get(2));
    assertEquals(values, values.copy());
  }

  @Test
  void int8RejectsWhatIsNotFinite() {
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> Int8Values.quantise(new float[] {1, Float.NaN}, new int[] {0, 2}));
    assertEquals("Int8Values: number 1 (NaN) must be finite", thrown.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | Int8Values: group offsets must go from 0 to the number of values (3), got none
          1,3 | Int8Values: group offsets must go from 0 to the number of values (3), got 1 to 3
          0,2 | Int8Values: group offsets must go from 0 to the number of values (3), got 0 to 2
          0,2,1,3 | Int8Values: group offset 2 (1) is below its predecessor (2)
          """)
  void int8RejectsGroups(String offsets, String message) {
    int[] starts =
        offsets.isEmpty()
            ? new int[0]
            : java.util.Arrays.stream(offsets.split(",")).mapToInt(Integer::parseInt).toArray();
    var thrown =
        assertThrows(
            IllegalArgumentException.class, () -> Int8Values.quantise(new float[3], starts));
    assertEquals(message, thrown.getMessage());
  }

  @Test
  void csrStoresAnyType() {
    CsrMatrix exact =
        CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{0, 2, 0}, {1, 0, -127}}));
    CsrMatrix half = exact.to(DType.BF16);
    CsrMatrix bytes = exact.to(DType.I8);
    assertEquals(exact, half.toCsr());
    assertEquals(exact, bytes.toCsr());
    assertEquals(exact.pattern().bytes() + 6, half.bytes());
    assertEquals(
        "2x3 CSR (nnz 3), 50.0 % sparse, BF16: (0, 1) 2.0, (1, 0) 1.0, (1, 2) -127.0",
        half.toString());
    var thrown = assertThrows(IllegalStateException.class, half::floatValues);
    assertEquals(
        "CSR: values must be F32, they are BF16; the matrix is 2x3 (nnz 3)", thrown.getMessage());
    assertNotEquals(exact, half);
  }
}
