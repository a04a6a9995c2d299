package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors of others: every type as float32, every number of dimensions. */
class PlainTensorsTest {

  private static SafetensorsFile file(String dtype, String shape, String hex) throws IOException {
    byte[] data = HexFormat.of().parseHex(hex.replace(" ", ""));
    return Bytes.open(
        Bytes.file(
            "{\"t\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]}}"
                .formatted(dtype, shape, data.length),
            data));
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, 00 01 ff, 0 1 1",
    "U8, 00 7f ff, 0 127 255",
    "I8, 00 7f ff 80, 0 127 -1 -128",
    "U16, 0100 ffff, 1 65535",
    "I16, 0100 ffff 0080, 1 -1 -32768",
    "U32, 01000000 ffffffff 01000001, 1 4294967296 16777216",
    "I32, ffffffff 00000080 03000001, -1 -2147483648 16777220",
    "U64, 0100000000000000 ffffffffffffffff 0100000001000080, 1 0x1p64 9223372041149743104",
    "I64, ffffffffffffffff 0000000000000080 ffffffffffffff7f, -1 -0x1p63 0x1p63",
    "F16, 0100 ff7b 007c 00fc 0080 0000, 0x1p-24 65504 Infinity -Infinity -0 0",
    "BF16, 803f 4940 80ff, 1 3.140625 -Infinity",
    "F32, 0000803f 000000c0, 1 -2",
    "F64, 555555555555d53f 9c7500883ce437fe, 0.333333343 -Infinity",
    // Bias 7, no infinity, largest 448, smallest 2^-9.
    "F8_E4M3, 38 7e 01 b8 80 7f ff, 1 448 0x1p-9 -1 -0 NaN NaN",
    // Bias 15, as IEEE has it, largest 57344, smallest 2^-16.
    "F8_E5M2, 3c 7b 01 bc 7c fc 7d, 1 57344 0x1p-16 -1 Infinity -Infinity NaN",
    // Bias 8 and 16, one NaN in the place of -0.
    "F8_E4M3FNUZ, 40 7f 01 c0 00 80, 1 240 0x1p-10 -1 0 NaN",
    "F8_E5M2FNUZ, 40 7f 01 c0 00 80, 1 57344 0x1p-17 -1 0 NaN",
    "F8_E8M0, 7f 00 fe ff, 1 0x1p-127 0x1p127 NaN"
  })
  void everyTypeOfWholeBytesReadsAsFloat(String dtype, String hex, String numbers)
      throws IOException {
    List<String> words = List.of(numbers.split(" ", -1));
    float[] wanted = new float[words.size()];
    for (int k = 0; k < wanted.length; k++) {
      wanted[k] = Float.parseFloat(words.get(k));
    }
    SafetensorsFile file = file(dtype, "[" + wanted.length + "]", hex);
    assertArrayEquals(wanted, file.toFloats("t"));
    assertArrayEquals(wanted, file.dense("t").toArray());
  }

  @Test
  void unsignedNumbersAreRoundedOnce() throws IOException {
    // 2^63 + 2^39 is a tie, and one more is not: the last bit decides.
    SafetensorsFile file = file("U64", "[2]", "0000000080000080 0100000080000080");
    assertArrayEquals(new float[] {0x1p63f, Math.nextUp(0x1p63f)}, file.toFloats("t"));
  }

  @ParameterizedTest
  @CsvSource({
    "F4, '[2]', 00",
    "F6_E2M3, '[4]', 000000",
    "F6_E3M2, '[4]', 000000",
    "C64, '[1]', 0000000000000000"
  })
  void otherTypesAreRefusedByName(String dtype, String shape, String hex) throws IOException {
    SafetensorsFile file = file(dtype, shape, hex);
    String rule =
        "BOOL, U8 to U64, I8 to I64, F16, BF16, F32, F64 and the F8 types; F4, F6 and C64 are not";
    assertEquals(
        "SafetensorsFile.toFloats: x: dtype of \"t\" is " + dtype + "; toFloats reads " + rule,
        assertThrows(IllegalArgumentException.class, () -> file.toFloats("t")).getMessage());
    assertEquals(
        "SafetensorsFile.dense: x: dtype of \"t\" is " + dtype + "; dense reads " + rule,
        assertThrows(IllegalArgumentException.class, () -> file.dense("t")).getMessage());
  }

  @Test
  void anyNumberOfDimensionsReadsFlat() throws IOException {
    SafetensorsFile file = file("U8", "[2,1,3]", "010203040506");
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, file.toFloats("t"));
    assertEquals(List.of(2L, 1L, 3L), file.info("t").shape());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> file.dense("t"))
            .getMessage()
            .contains("a matrix has at most two dimensions"));
    assertArrayEquals(new float[] {7}, file("I8", "[]", "07").toFloats("t"));
    assertArrayEquals(new float[0], file("F64", "[3,0,2]", "").toFloats("t"));
  }

  @Test
  void matricesOfWholeNumbersKeepTheirRows() throws IOException {
    SafetensorsFile file = file("I16", "[2,3]", "010002000300 ffff00000900");
    assertArrayEquals(new float[] {1, 2, 3, -1, 0, 9}, file.dense("t").toArray());
    assertEquals(3, file.dense("t").columns());
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void everyTypeIsEitherReadOrRefused(TensorType type) throws IOException {
    SafetensorsFile file = file(type.name(), "[4]", "00".repeat(type.bits() / 2));
    if (FloatDecoder.reads(type)) {
      assertEquals(4, file.toFloats("t").length);
    } else {
      assertThrows(IllegalArgumentException.class, () -> file.toFloats("t"));
    }
  }
}
