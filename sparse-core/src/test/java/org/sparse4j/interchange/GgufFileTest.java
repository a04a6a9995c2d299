package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.testing.Seed;

class GgufFileTest {

  @TempDir Path folder;

  /** Writes a file by hand. */
  private static final class Gguf {
    private final ByteBuffer out = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    Gguf(int version, long tensors, long pairs) {
      out.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(version);
      out.putLong(tensors).putLong(pairs);
    }

    Gguf string(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.putLong(bytes.length).put(bytes);
      return this;
    }

    Gguf ints(int... numbers) {
      for (int number : numbers) {
        out.putInt(number);
      }
      return this;
    }

    Gguf longs(long... numbers) {
      for (long number : numbers) {
        out.putLong(number);
      }
      return this;
    }

    Gguf bytes(byte... bytes) {
      out.put(bytes);
      return this;
    }

    Gguf tensor(String name, int type, long offset, long... dims) {
      return string(name).ints(dims.length).longs(dims).ints(type).longs(offset);
    }

    Gguf align(int alignment) {
      out.position((out.position() + alignment - 1) & -alignment);
      return this;
    }

    byte[] file() {
      return Arrays.copyOf(out.array(), out.position());
    }
  }

  private static GgufFile open(byte[] file) throws IOException {
    return GgufFile.of("x", MappedFile.of("x", MemorySegment.ofArray(file)));
  }

  private static String error(byte[] file) {
    return assertThrows(IOException.class, () -> open(file)).getMessage();
  }

  private static byte[] q8() {
    byte[] block = new byte[34];
    block[0] = 0x08;
    block[1] = 0x20;
    for (int k = 0; k < 32; k++) {
      float x = -1 + k * (2f / 31);
      block[2 + k] = (byte) (Math.signum(x) * Math.floor(Math.abs(x) * 127 + 0.5f));
    }
    return block;
  }

  private static byte[] sample() {
    return new Gguf(3, 5, 7)
        .string("general.alignment")
        .ints(4, 64)
        .string("name")
        .ints(8)
        .string("m\u00f6del")
        .string("yes")
        .ints(7)
        .bytes((byte) 1)
        .string("rate")
        .ints(6, Float.floatToRawIntBits(0.5f))
        .string("small")
        .ints(1)
        .bytes((byte) -3)
        .string("list")
        .ints(9, 9)
        .longs(2)
        .ints(0)
        .longs(2)
        .bytes((byte) 1, (byte) 255)
        .ints(8)
        .longs(1)
        .string("t")
        .string("wide")
        .ints(11)
        .longs(-5)
        .tensor("w", 0, 0, 3, 2)
        .tensor("half", 1, 64, 2)
        .tensor("brain", 30, 128, 2)
        .tensor("q", 8, 192, 32, 1)
        .tensor("other", 12, 0, 256)
        .align(64)
        .bytes(Proto.raw(1, -0.0f, Float.intBitsToFloat(0x7fa0_0001), 4, 5, 6))
        .align(64)
        .bytes((byte) 0, (byte) 0x3c, (byte) 0, (byte) 0xfc)
        .align(64)
        .bytes((byte) 0x80, (byte) 0x3f, (byte) 0x49, (byte) 0x40)
        .align(64)
        .bytes(q8())
        .file();
  }

  @Test
  void readsMetadataAndShapes() throws IOException {
    Path path = folder.resolve("m.gguf");
    Files.write(path, sample());
    try (GgufFile file = GgufFile.open(path)) {
      assertEquals(
          Map.of(
              "general.alignment",
              64L,
              "name",
              "m\u00f6del",
              "yes",
              true,
              "rate",
              0.5,
              "small",
              -3L,
              "list",
              List.of(List.of(1L, 255L), List.of("t")),
              "wide",
              -5L),
          file.metadata());
      assertEquals(
          List.of(
              new ArrayInfo("w", "F32", List.of(2L, 3L)),
              new ArrayInfo("half", "F16", List.of(2L)),
              new ArrayInfo("brain", "BF16", List.of(2L)),
              new ArrayInfo("q", "Q8_0", List.of(1L, 32L)),
              new ArrayInfo("other", "type 12", List.of(256L))),
          file.tensors());
      assertEquals("GgufFile " + path + " (5 tensors)", file.toString());
    }
  }

  @Test
  void readsNumbers() throws IOException {
    try (GgufFile file = open(sample())) {
      DenseMatrix w = file.dense("w");
      assertEquals(2, w.rows());
      assertEquals(6, w.get(1, 2));
      assertArrayEquals(
          Proto.raw(1, -0.0f, Float.intBitsToFloat(0x7fa0_0001), 4, 5, 6), Proto.raw(w.toArray()));
      assertArrayEquals(new float[] {1, Float.NEGATIVE_INFINITY}, file.floats("half"));
      assertArrayEquals(new float[] {1, 3.140625f}, file.dense("brain").toArray());
      float[] q = file.floats("q");
      float scale = Float.float16ToFloat((short) 0x2008);
      assertEquals(0.00787353515625, scale);
      assertEquals(-127 * scale, q[0]);
      assertEquals(127 * scale, q[31]);
      for (int k = 0; k < 32; k++) {
        assertEquals(-1 + k * (2f / 31), q[k], 0.5f / 127 + 1e-4f);
      }
      assertArrayEquals(q, file.dense("q").toArray());
      assertEquals(
          "GgufFile: x, tensor \"other\": unsupported type 12",
          assertThrows(IOException.class, () -> file.dense("other")).getMessage());
      assertEquals(
          "GgufFile: x, tensor \"other\": unsupported type 12",
          assertThrows(IOException.class, () -> file.floats("other")).getMessage());
      assertEquals(
          "GgufFile: x: there is no tensor \"v\"; there are 5: \"w\", \"half\", \"brain\", \"q\","
              + " \"other\"",
          assertThrows(IllegalArgumentException.class, () -> file.floats("v")).getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"24, 1", "25, 2", "26, 4", "27, 8"})
  void integersAreRead(int type, int size) throws IOException {
    byte[] data = new byte[2 * size];
    Arrays.fill(data, 0, size, (byte) -1);
    data[size] = 7;
    byte[] file = new Gguf(2, 1, 0).tensor("n", type, 0, 2).align(32).bytes(data).file();
    try (GgufFile gguf = open(file)) {
      assertArrayEquals(new float[] {-1, 7}, gguf.floats("n"));
    }
  }

  @Test
  void brokenFilesAreNamed() {
    assertEquals(
        "GgufFile.open: x, offset 0: expected \"GGUF\" and 20 bytes more, found 3 bytes",
        error(new byte[3]));
    assertEquals(
        "GgufFile.open: x, offset 0: expected \"GGUF\" and 20 bytes more, found other bytes",
        error(new byte[30]));
    assertEquals(
        "GgufFile.open: x, offset 4: expected version 2 or 3, found 1",
        error(new Gguf(1, 0, 0).file()));
    assertEquals(
        "GgufFile.open: x, offset 4: expected version 2 or 3, found 50331648; is the file"
            + " big-endian?",
        error(new Gguf(0x0300_0000, 0, 0).file()));
    assertEquals(
        "GgufFile.open: x, offset 8: expected at most 0 tensors in the bytes that follow, found"
            + " 18446744073709551615",
        error(new Gguf(3, -1, 0).file()));
    assertEquals(
        "GgufFile.open: x, offset 16: expected at most 0 metadata in the bytes that follow, found"
            + " 1",
        error(new Gguf(3, 0, 1).file()));
    assertEquals(
        "GgufFile.open: x, offset 33: expected a type up to 12, found 13",
        error(new Gguf(3, 0, 1).string("k").ints(13, 0).file()));
    assertEquals(
        "GgufFile.open: x, offset 41: expected at most 0 elements in the bytes that follow, found"
            + " 1",
        error(new Gguf(3, 0, 1).string("k").ints(9, 4).longs(1).file()));
    assertTrue(
        error(new Gguf(3, 0, 1).string("general.alignment").ints(4, 48).file())
            .endsWith("a power of two of type 4 for general.alignment, found 48"));
    assertTrue(
        error(new Gguf(3, 0, 2).string("k").ints(4, 1).string("k").ints(4, 1).file())
            .endsWith("expected every key once, found \"k\" for the second time"));
    Gguf deep = new Gguf(3, 0, 1).string("k").ints(9);
    for (int k = 0; k < 20; k++) {
      deep.ints(9).longs(1);
    }
    assertTrue(error(deep.file()).endsWith("expected arrays at most 8 deep, found a deeper one"));
    assertTrue(
        error(new Gguf(3, 1, 0).tensor("t", 0, 0, 8).align(32).bytes(new byte[31]).file())
            .endsWith(
                "expected 32 bytes at a multiple of 32 inside the 31 bytes of data for \"t\","
                    + " found offset 0"));
    assertTrue(
        error(new Gguf(3, 1, 0).tensor("t", 0, 4, 1).align(32).bytes(new byte[64]).file())
            .endsWith("for \"t\", found offset 4"));
    assertTrue(
        error(new Gguf(3, 1, 0).tensor("t", 8, 0, 33).align(32).bytes(new byte[64]).file())
            .endsWith("expected rows of a multiple of 32 for Q8_0, found dimensions [33]"));
    assertTrue(
        error(new Gguf(3, 1, 0).tensor("t", 0, 0, 1L << 40, 1L << 40).file())
            .endsWith("expected fewer than 2^59 elements, found 1099511627776 more"));
    assertTrue(
        error(new Gguf(3, 1, 0).tensor("t", 0, 0, 1, 1, 1, 1, 1).file())
            .endsWith("expected at most 4 dimensions, found 5"));
  }

  @Test
  @Timeout(60)
  void damagedFilesGiveOneClearError() {
    Corruption.of(
        sample(),
        "GgufFile",
        Seed.or(91),
        20_000,
        bytes -> {
          try (GgufFile file = open(bytes)) {
            for (ArrayInfo info : file.tensors()) {
              file.floats(info.name());
              file.dense(info.name());
            }
          }
        });
  }
}
