package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.testing.Seed;

/** Files that lie, and files that were damaged. */
class SafetensorsHostileTest {

  private static final String OPEN = "Safetensors.open: x, offset ";

  @TempDir Path folder;

  private static String error(byte[] file) {
    return assertThrows(IOException.class, () -> Bytes.open(file)).getMessage();
  }

  private static String error(String header, int dataBytes) {
    return error(Bytes.file(header, new byte[dataBytes]));
  }

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, dtype, shape, offsets);
  }

  @Test
  void headerLengthMustFitIntoTheFile() {
    assertEquals(
        OPEN + "0: expected the 8 bytes of the header's length, found a file of 0 bytes",
        error(new byte[0]));
    assertEquals(
        OPEN + "0: expected the 8 bytes of the header's length, found a file of 7 bytes",
        error(new byte[7]));
    String rule = OPEN + "0: expected a header of at most 100000000 bytes inside the file of ";
    byte[] braces = {'{', '}'};
    assertEquals(rule + "10 bytes, found a length of 3", error(Bytes.file(3, braces)));
    assertEquals(
        rule + "10 bytes, found a length of 9223372036854775808",
        error(Bytes.file(Long.MIN_VALUE, braces)));
    assertEquals(
        rule + "10 bytes, found a length of 18446744073709551615", error(Bytes.file(-1, braces)));
    assertEquals(
        rule + "10 bytes, found a length of 9223372036854775807",
        error(Bytes.file(Long.MAX_VALUE, braces)));
    assertEquals(
        OPEN + "8: expected '{', found the end of the header", error(Bytes.file(0, new byte[0])));
  }

  @Test
  void headerOfMoreThan100MegabytesIsRefusedWithoutReadingIt() throws IOException {
    Path file = folder.resolve("large.safetensors");
    try (var channel =
        Files.newByteChannel(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(Bytes.file(100_000_001, new byte[] {'{', '}'})));
      channel.position(200_000_000);
      channel.write(ByteBuffer.wrap(new byte[1]));
    }
    assertEquals(
        "Safetensors.open: "
            + file
            + ", offset 0: expected a header of at most 100000000 bytes inside the file of"
            + " 200000001 bytes, found a length of 100000001",
        assertThrows(IOException.class, () -> Safetensors.open(file)).getMessage());
  }

  @Test
  void headerMustBeOneObjectFromItsFirstByte() {
    assertEquals(OPEN + "8: expected '{', found byte 0x20", error(" {}", 0));
    assertEquals(OPEN + "8: expected '{', found '['", error("[]", 0));
    assertEquals(OPEN + "10: expected the end of the header, found '{'", error("{}{}", 0));
    assertEquals(OPEN + "9: expected a string, found the end of the header", error("{", 0));
    assertEquals(OPEN + "10: expected the end of the header, found byte 0x00", error("{}\0", 0));
    assertEquals(OPEN + "9: expected a string, found ','", error("{,}", 0));
    assertEquals(OPEN + "13: expected '{', found 'n'", error("{\"a\":null}", 0));
  }

  @Test
  void deepNestingIsRefusedAtItsFirstLevel() {
    String deep = "{\"a\":".repeat(1_000_000);
    assertEquals(
        OPEN + "14: expected \"dtype\", \"shape\" or \"data_offsets\", found \"a\"",
        error(deep, 0));
    assertEquals(
        OPEN + "23: expected a number that is 0 or a positive integer, found '['",
        error("{\"a\":{\"shape\":" + "[".repeat(1_000_000), 0));
    assertEquals(
        OPEN + "31: expected a string, found '{'",
        error("{\"__metadata__\":{\"key\":" + "{\"k\":".repeat(1000), 0));
  }

  @Test
  void metadataMustMapStringsToStrings() {
    for (String value : new String[] {"1", "null", "true", "[]"}) {
      assertEquals(
          OPEN + "30: expected a string, found '" + value.charAt(0) + "'",
          error("{\"__metadata__\":{\"ab\":" + value + "}}", 0),
          value);
    }
    assertEquals(OPEN + "24: expected '{', found '['", error("{\"__metadata__\":[]}", 0));
    assertEquals(OPEN + "24: expected '{', found 'n'", error("{\"__metadata__\":null}", 0));
  }

  @Test
  void everyKeyComesOnce() {
    String a = tensor("a", "F32", "[1]", "[0,4]");
    assertEquals(
        OPEN + "62: expected every key once, found \"a\" for the second time",
        error("{" + a + "," + a + "}", 4));
    assertEquals(
        OPEN + "32: expected every key once, found \"k\" for the second time",
        error("{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}}", 0));
    assertEquals(
        OPEN + "27: expected every key once, found \"__metadata__\" for the second time",
        error("{\"__metadata__\":{},\"__metadata__\":{}}", 0));
    assertEquals(
        OPEN + "28: expected every key once, found \"dtype\" for the second time",
        error("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0));
    assertEquals(
        OPEN + "25: expected every key once, found \"shape\" for the second time",
        error("{\"a\":{\"shape\":[],\"shape\":[]}}", 0));
    // The same name, once with an escape.
    assertEquals(
        OPEN + "62: expected every key once, found \"a\" for the second time",
        error("{" + a + "," + a.replace("\"a\"", "\"\\u0061\"") + "}", 4));
  }

  @Test
  void everyTensorNeedsItsThreeKeys() {
    assertEquals(
        OPEN + "9: expected dtype, shape and data_offsets for \"a\", found no dtype",
        error("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4));
    assertEquals(
        OPEN + "9: expected dtype, shape and data_offsets for \"a\", found no shape",
        error("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4));
    assertEquals(
        OPEN + "9: expected dtype, shape and data_offsets for \"a\", found no data_offsets",
        error("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4));
    assertEquals(OPEN + "14: expected a string, found '}'", error("{\"a\":{}}", 0));
    assertEquals(
        OPEN + "22: expected a dtype of the format for \"a\", found \"f32\"",
        error("{\"a\":{\"dtype\":\"f32\"}}", 0));
    assertEquals(
        OPEN + "14: expected \"dtype\", \"shape\" or \"data_offsets\", found \"x?y\"",
        error("{\"a\":{\"x\\u0001y\":1}}", 0));
  }

  @Test
  void offsetsMustBeTwoInOrderAndInsideTheData() {
    assertEquals(
        OPEN + "55: expected two data offsets, found [0]",
        error("{" + tensor("a", "F32", "[1]", "[0]") + "}", 4));
    assertEquals(
        OPEN + "60: expected at most 2 numbers, found '4'",
        error("{" + tensor("a", "F32", "[1]", "[0,4,4]") + "}", 4));
    assertEquals(
        OPEN + "9: expected data offsets of \"a\" in ascending order and up to 4, found [4, 0]",
        error("{" + tensor("a", "F32", "[1]", "[4,0]") + "}", 4));
    assertEquals(
        OPEN + "9: expected data offsets of \"a\" in ascending order and up to 3, found [0, 4]",
        error("{" + tensor("a", "F32", "[1]", "[0,4]") + "}", 3));
    assertEquals(
        OPEN
            + "9: expected data offsets of \"a\" in ascending order and up to 4, found [0,"
            + " 9223372036854775807]",
        error("{" + tensor("a", "F32", "[1]", "[0,9223372036854775807]") + "}", 4));
  }

  @Test
  void shapesMustMultiplyToTheBytes() {
    assertEquals(
        OPEN + "9: expected 4 bytes for \"a\", F32 [1], found 8 bytes at data offsets [0, 8]",
        error("{" + tensor("a", "F32", "[1]", "[0,8]") + "}", 8));
    for (String shape :
        new String[] {
          "[9223372036854775807]", "[4294967296,4294967296]", "[2305843009213693952,8]"
        }) {
      assertEquals(
          OPEN
              + "9: expected a whole number of bytes below 2^60 for \"a\", found F32 "
              + shape.replace(",", ", "),
          error("{" + tensor("a", "F32", shape, "[0,0]") + "}", 0),
          shape);
    }
    assertEquals(
        OPEN + "9: expected a whole number of bytes below 2^60 for \"a\", found F4 [3]",
        error("{" + tensor("a", "F4", "[3]", "[0,2]") + "}", 2));
    String dimensions = "[" + "1,".repeat(16) + "1]";
    assertEquals(
        OPEN + "69: expected at most 16 numbers, found '1'",
        error("{" + tensor("a", "F32", dimensions, "[0,4]") + "}", 4));
  }

  @Test
  void fourAndSixBitTypesAreCountedInBits() throws IOException {
    String header =
        "{"
            + tensor("a", "F4", "[3,2]", "[0,3]")
            + ","
            + tensor("b", "F6_E2M3", "[4]", "[3,6]")
            + "}";
    assertEquals(3, Bytes.open(Bytes.file(header, new byte[6])).info("b").bytes());
  }

  @Test
  void dataMustBeFilledWithoutHolesAndOverlaps() {
    String a = tensor("a", "F32", "[1]", "[0,4]");
    assertEquals(
        OPEN + "66: expected \"a\" to begin at data offset 0, found 4 (a hole)",
        error("{" + tensor("a", "F32", "[1]", "[4,8]") + "}", 8));
    assertEquals(
        OPEN + "124: expected \"b\" to begin at data offset 4, found 8 (a hole)",
        error("{" + a + "," + tensor("b", "F32", "[1]", "[8,12]") + "}", 12));
    assertEquals(
        OPEN + "115: expected \"b\" to begin at data offset 4, found 0 (an overlap)",
        error("{" + a + "," + tensor("b", "F32", "[1]", "[0,4]") + "}", 4));
    assertEquals(
        OPEN + "66: expected the end of the file, found 1 more bytes", error("{" + a + "}", 5));
    assertEquals(OPEN + "10: expected the end of the file, found 1 more bytes", error("{}", 1));
  }

  @Test
  void tooManyEntriesAreRefused() {
    StringBuilder many = new StringBuilder("{\"__metadata__\":{");
    for (int i = 0; i <= Header.MOST_ENTRIES; i++) {
      many.append(i == 0 ? "" : ",").append('"').append(i).append("\":\"\"");
    }
    assertTrue(
        error(many.append("}}").toString(), 0)
            .endsWith(": expected at most 262144 metadata entries, found more"));
  }

  /** One file with everything in it. */
  private static byte[] sample(Path folder) throws IOException {
    DenseMatrix dense = DenseMatrix.zeros(6, 8);
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 8; j++) {
        dense.set(i, j, 10 * i + j);
      }
    }
    Mask mask = Mask.of(6, 8, (i, j) -> (i * 8 + j) % 3 == 0);
    Path file = folder.resolve("sample.safetensors");
    Safetensors.writer()
        .add("w", CsrMatrix.fromDense(dense, mask), new NmStructure(2, 4))
        .add("dense", dense)
        .add("slots", new float[] {1, 2, 3})
        .add("order", new int[] {4, 5, 6})
        .add("random", new long[] {7, 8})
        .add("flags", new byte[] {9})
        .metadata("step", "12")
        .write(file);
    return Files.readAllBytes(file);
  }

  private static void readAll(SafetensorsFile file) throws IOException {
    for (String name : file.names()) {
      TensorInfo info = file.info(name);
      boolean vector = info.shape().size() == 1;
      switch (info.dtype()) {
        case "F32" -> {
          if (info.shape().size() <= 2) {
            file.dense(name);
            file.view(name);
          }
          if (vector) {
            file.floats(name);
          }
        }
        case "F64", "F16", "BF16" -> {
          if (info.shape().size() <= 2) {
            file.dense(name);
          }
        }
        case "I32" -> {
          if (vector) {
            file.ints(name);
          }
        }
        case "I64" -> {
          if (vector) {
            file.longs(name);
          }
        }
        case "U8" -> {
          if (vector) {
            file.bytes(name);
          }
        }
        default -> {}
      }
    }
  }

  private static byte[] corrupt(byte[] original, Random random) {
    byte[] bytes = original.clone();
    int headerEnd = 8 + bytes[0] % 256 + 256 * (bytes[1] & 0xff);
    switch (random.nextInt(8)) {
      case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      case 2 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      case 3 -> {
        int at = random.nextInt(bytes.length);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
        longer[at] = (byte) random.nextInt();
        return longer;
      }
      case 4 -> {
        int at = random.nextInt(bytes.length);
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
        System.arraycopy(bytes, at + 1, shorter, at, shorter.length - at);
        return shorter;
      }
      case 5 -> {
        // A number or letter of the header becomes another one, the length stays.
        int at = 8 + random.nextInt(headerEnd - 8);
        bytes[at] = (byte) "0123456789,:[]{}\"\\FIUBux.".charAt(random.nextInt(25));
      }
      case 6 -> {
        // Eight bytes become an extreme number: a length, pointers or indices.
        int at = random.nextInt(bytes.length - 8);
        long extreme =
            switch (random.nextInt(4)) {
              case 0 -> 0;
              case 1 -> -1;
              case 2 -> Long.MAX_VALUE;
              default -> 1L << random.nextInt(64);
            };
        for (int i = 0; i < 8; i++) {
          bytes[at + i] = (byte) (extreme >>> (8 * i));
        }
      }
      default -> {
        // A piece is copied over another place.
        int length = 1 + random.nextInt(64);
        int from = random.nextInt(bytes.length - length);
        int to = random.nextInt(bytes.length - length);
        System.arraycopy(bytes, from, bytes, to, length);
      }
    }
    return bytes;
  }

  @Test
  @Timeout(120)
  void twentyThousandCorruptionsGiveOneClearErrorOrTheUndamagedMatrix() throws IOException {
    byte[] original = sample(folder);
    SparseMatrix matrix = Bytes.open(original).sparse("w");
    long seed = Seed.or(20);
    Random random = new Random(seed);
    Path path = folder.resolve("corrupt.safetensors");
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = corrupt(original, random);
      boolean mapped = round % 20 == 0;
      try {
        if (mapped) {
          Files.write(path, bytes);
        }
        try (SafetensorsFile file = mapped ? Safetensors.open(path) : null) {
          SafetensorsFile opened = file == null ? Bytes.open(bytes) : file;
          readAll(opened);
          for (String name : opened.sparseNames()) {
            assertEquals(matrix, opened.sparse(name));
          }
        }
      } catch (IOException e) {
        refused++;
        assertTrue(
            e.getMessage().startsWith("Safetensors") && !e.getMessage().contains("\n"),
            e.getMessage());
      } catch (RuntimeException | Error e) {
        fail("-Dsparse4j.test.seed=" + seed + ", round " + round + ": " + e, e);
      }
    }
    assertTrue(refused > 10_000, "refused " + refused);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] original = sample(folder);
    for (int length = 0; length < original.length; length++) {
      byte[] cut = Arrays.copyOf(original, length);
      assertThrows(IOException.class, () -> Bytes.open(cut), () -> cut.length + " bytes");
    }
  }
}
