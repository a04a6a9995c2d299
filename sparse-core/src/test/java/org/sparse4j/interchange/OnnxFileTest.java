package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.testing.Seed;

class OnnxFileTest {

  private static final float[] SIX = {1, -0.0f, Float.intBitsToFloat(0x7fa0_0001), 4, 5, 6};

  @TempDir Path folder;

  private static OnnxFile open(byte[] model) throws IOException {
    return OnnxFile.of("x", MemorySegment.ofArray(model));
  }

  private static OnnxFile open(Proto graph) throws IOException {
    return open(Proto.model(graph));
  }

  private static String error(Proto graph) {
    return assertThrows(IOException.class, () -> open(graph)).getMessage();
  }

  /** W is stored as inputs x outputs (2 x 3) and used by a MatMul. */
  private static Proto raw() {
    return Proto.tensor("onnx::MatMul_1", 1, 2, 3).bytes(9, Proto.raw(SIX));
  }

  private static Proto sample() {
    return new Proto()
        .message(1, Proto.node("/layer.0/query/MatMul", "MatMul", "q", "x", "onnx::MatMul_1"))
        .message(
            1,
            Proto.node("/pooler/Gemm", "Gemm", "p", "q", "pooler.weight", "pooler.bias")
                .message(5, Proto.attribute("transB", 1)))
        .message(5, raw())
        .message(5, Proto.tensor("pooler.weight", 1, 4, 3).packedFloats(4, new float[12]))
        .message(5, Proto.tensor("pooler.bias", 1, 4).looseFloat(4, 1).packedFloats(4, 2, 3, 4))
        .message(
            15,
            new Proto()
                .message(1, Proto.tensor("sparse", 1, 2).packedFloats(4, 3, 4))
                .message(2, Proto.tensor("", 7, 2).packed(7, 2, 3))
                .packed(3, 2, 3));
  }

  @Test
  void listsInitializersAndTheNodesThatUseThem() throws IOException {
    try (OnnxFile file = open(sample())) {
      assertEquals(
          List.of(
              new OnnxInitializer(
                  new ArrayInfo("onnx::MatMul_1", "F32", List.of(2L, 3L)),
                  false,
                  List.of(new OnnxUse("/layer.0/query/MatMul", "MatMul", 1, false))),
              new OnnxInitializer(
                  new ArrayInfo("pooler.weight", "F32", List.of(4L, 3L)),
                  false,
                  List.of(new OnnxUse("/pooler/Gemm", "Gemm", 1, true))),
              new OnnxInitializer(
                  new ArrayInfo("pooler.bias", "F32", List.of(4L)),
                  false,
                  List.of(new OnnxUse("/pooler/Gemm", "Gemm", 2, false))),
              new OnnxInitializer(
                  new ArrayInfo("sparse", "F32", List.of(2L, 3L)), true, List.of())),
          file.initializers());
      assertEquals(
          List.of(
              new OnnxWeight("/layer.0/query/MatMul", "onnx::MatMul_1", 3, 2, true),
              new OnnxWeight("/pooler/Gemm", "pooler.weight", 4, 3, false)),
          file.linearWeights());
      assertEquals("OnnxFile x (4 initializers, 2 nodes)", file.toString());
    }
  }

  @Test
  void weightsComeOutAsOutputsByInputs() throws IOException {
    try (OnnxFile file = open(sample())) {
      DenseMatrix weight = file.weight("/layer.0/query/MatMul");
      assertEquals(3, weight.rows());
      assertEquals(2, weight.columns());
      assertEquals(4, weight.get(0, 1));
      assertEquals(5, weight.get(1, 1));
      assertEquals(4, file.weight("/pooler/Gemm").rows());
      assertEquals(
          "OnnxFile: x: there is no linear weight of a node \"onnx::MatMul_1\"; there are 2:"
              + " \"/layer.0/query/MatMul\", \"/pooler/Gemm\"",
          assertThrows(IllegalArgumentException.class, () -> file.weight("onnx::MatMul_1"))
              .getMessage());
    }
  }

  @Test
  void numbersKeepTheirBits() throws IOException {
    for (boolean raw : new boolean[] {true, false}) {
      Proto tensor = Proto.tensor("w", 1, 2, 3);
      Proto full = raw ? tensor.bytes(9, Proto.raw(SIX)) : tensor.packedFloats(4, SIX);
      try (OnnxFile file = open(new Proto().message(5, full))) {
        assertArrayEquals(Proto.raw(SIX), Proto.raw(file.floats("w")));
        DenseMatrix dense = file.dense("w");
        assertArrayEquals(Proto.raw(SIX), Proto.raw(dense.toArray()));
        if (raw) {
          assertEquals(5, file.view("w").get(1, 1));
        } else {
          assertEquals(
              "OnnxFile.open: x, tensor \"w\", offset 14: expected F32 numbers as raw bytes, found"
                  + " typed data",
              assertThrows(IOException.class, () -> file.view("w"))
                  .getMessage()
                  .replaceAll("offset \\d+", "offset 14"));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, U8", "3, I8", "4, U16", "5, I16", "6, I32", "7, I64", "9, BOOL", "12, U32", "13, U64"
  })
  void integersAreReadFromTypedAndRawFields(int code, String dtype) throws IOException {
    int field = code == 7 ? 7 : code >= 12 ? 11 : 5;
    Proto packed = Proto.tensor("w", code, 3).packed(field, 1, 0, 1);
    Proto loose = Proto.tensor("v", code, 3).number(field, 1).number(field, 0).number(field, 1);
    int size = ElementType.valueOf(dtype).bytes();
    byte[] raw = new byte[3 * size];
    raw[0] = 1;
    raw[2 * size] = 1;
    Proto bytes = Proto.tensor("r", code, 3).bytes(9, raw);
    try (OnnxFile file = open(new Proto().message(5, packed).message(5, loose).message(5, bytes))) {
      for (String name : new String[] {"w", "v", "r"}) {
        assertArrayEquals(new float[] {1, 0, 1}, file.floats(name), name);
      }
      assertEquals(dtype, file.initializers().getFirst().info().dtype());
    }
  }

  @Test
  void halvesAreBitPatternsAndDoublesRound() throws IOException {
    Proto doubles =
        Proto.tensor("d", 11, 1).bytes(10, new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf8, 0x3f});
    try (OnnxFile file =
        open(
            new Proto()
                .message(5, Proto.tensor("f", 10, 2).packed(5, 0x3c00, 0xfc00))
                .message(5, Proto.tensor("b", 16, 2).packed(5, 0x3f80, 0x4049))
                .message(5, doubles)
                .message(5, Proto.tensor("n", 6, 1).packed(5, -7))
                .message(5, Proto.tensor("e", 17, 1).bytes(9, new byte[1])))) {
      assertArrayEquals(new float[] {1, Float.NEGATIVE_INFINITY}, file.floats("f"));
      assertArrayEquals(new float[] {1, 3.140625f}, file.floats("b"));
      assertArrayEquals(new float[] {1.5f}, file.floats("d"));
      assertArrayEquals(new float[] {-7}, file.floats("n"));
      assertEquals("F8_E4M3", file.initializers().getLast().info().dtype());
      String message = assertThrows(IOException.class, () -> file.floats("e")).getMessage();
      assertTrue(message.endsWith("expected real numbers, found F8_E4M3"), message);
    }
  }

  @Test
  void sparseInitializersOfBothForms() throws IOException {
    CsrMatrix expected =
        CsrMatrix.copyOf(2, 3, new int[] {0, 1, 2}, new int[] {2, 0}, new float[] {3, 4});
    Proto coordinates =
        new Proto()
            .message(1, Proto.tensor("c", 1, 2).packedFloats(4, 3, 4))
            .message(2, Proto.tensor("", 7, 2, 2).packed(7, 0, 2, 1, 0))
            .number(3, 2)
            .number(3, 3);
    Proto vector =
        new Proto()
            .message(1, Proto.tensor("v", 1, 1).packedFloats(4, 9))
            .message(2, Proto.tensor("", 7, 1, 1).packed(7, 4))
            .packed(3, 5);
    try (OnnxFile file = open(sample().message(15, coordinates).message(15, vector))) {
      assertEquals(expected, file.sparse("sparse"));
      assertEquals(expected, file.sparse("c"));
      assertEquals(9, file.sparse("v").get(0, 4));
      assertThrows(IllegalArgumentException.class, () -> file.sparse("pooler.weight"));
      assertThrows(IllegalArgumentException.class, () -> file.dense("sparse"));
    }
  }

  private static String sparseError(long[] dims, long[] shape, long... indices) throws IOException {
    Proto tensor =
        new Proto()
            .message(1, Proto.tensor("s", 1, 2).packedFloats(4, 3, 4))
            .message(2, Proto.tensor("", 7, shape).packed(7, indices))
            .packed(3, dims);
    try (OnnxFile file = open(new Proto().message(15, tensor))) {
      return assertThrows(IOException.class, () -> file.sparse("s"))
          .getMessage()
          .replaceAll("^.*offset \\d+: ", "");
    }
  }

  @Test
  void sparseIndicesMustAscendInside() throws IOException {
    long[] dims = {2, 3};
    long[] two = {2};
    assertEquals(
        "expected ascending indices, each once, found (0, 2) at 1 behind linear index 3",
        sparseError(dims, two, 3, 2));
    assertEquals(
        "expected ascending indices, each once, found (1, 0) at 1 behind linear index 3",
        sparseError(dims, two, 3, 3));
    assertEquals("expected an index inside 2x3 at 1, found 6", sparseError(dims, two, 3, 6));
    assertEquals("expected an index inside 2x3 at 0, found -1", sparseError(dims, two, -1, 6));
    assertEquals(
        "expected an index inside 2x3 at 0, found (0, 3)",
        sparseError(dims, new long[] {2, 2}, 0, 3, 1, 0));
    assertEquals(
        "expected [2] linear indices or [2, 2] coordinates for the values [2], found [1, 2]",
        sparseError(dims, new long[] {1, 2}, 0, 3));
    assertEquals(
        "expected one or two dimensions of at most 2147483631, found [2, 3, 4]",
        sparseError(new long[] {2, 3, 4}, two, 0, 3));
    assertEquals(
        "expected an index inside 0x0 at 0, found 0", sparseError(new long[] {0, 0}, two, 0, 3));
  }

  @Test
  void orientationFollowsEveryTranspose() throws IOException {
    Proto graph =
        new Proto()
            .message(5, raw())
            .message(1, Proto.node("t", "Transpose", "wt", "onnx::MatMul_1"))
            .message(1, Proto.node("i", "Identity", "wi", "wt"))
            .message(1, Proto.node("a", "MatMul", "ya", "x", "wi"))
            .message(1, Proto.node("b", "MatMul", "yb", "onnx::MatMul_1", "x"))
            .message(1, Proto.node("c", "MatMul", "yc", "wt", "x"))
            .message(
                1,
                Proto.node("d", "Gemm", "yd", "x", "wt").message(5, Proto.attribute("transB", 1)))
            .message(
                1,
                Proto.node("e", "Gemm", "ye", "onnx::MatMul_1", "x")
                    .message(5, Proto.attribute("transA", 1)))
            .message(1, Proto.node("", "Gemm", "yf", "x", "onnx::MatMul_1"))
            .message(1, Proto.node("g", "MatMul", "yg", "wt", "onnx::MatMul_1"))
            .message(1, Proto.node("h", "MatMul", "yh", "x", "onnx::MatMul_1").text(7, "mine"));
    try (OnnxFile file = open(graph)) {
      String name = "onnx::MatMul_1";
      assertEquals(
          List.of(
              new OnnxWeight("a", name, 2, 3, false),
              new OnnxWeight("b", name, 2, 3, false),
              new OnnxWeight("c", name, 3, 2, true),
              new OnnxWeight("d", name, 3, 2, true),
              new OnnxWeight("e", name, 3, 2, true),
              new OnnxWeight("yf", name, 3, 2, true)),
          file.linearWeights());
      OnnxUse last = file.initializers().getFirst().uses().getLast();
      assertEquals(new OnnxUse("h", "mine.MatMul", 1, false), last);
    }
  }

  @Test
  void constantsOfTheGraphAreInitializers() throws IOException {
    Proto constant =
        new Proto()
            .text(2, "w")
            .text(4, "Constant")
            .message(5, new Proto().text(1, "value").message(5, raw()));
    try (OnnxFile file =
        open(
            new Proto()
                .message(1, constant)
                .message(1, Proto.node("m", "MatMul", "y", "x", "w")))) {
      assertEquals("w", file.initializers().getFirst().info().name());
      assertEquals(3, file.weight("m").rows());
    }
  }

  private Path model(Proto... entries) throws IOException {
    Proto tensor = Proto.tensor("w", 1, 2, 3).number(14, 1);
    for (Proto entry : entries) {
      tensor.message(13, entry);
    }
    Path path = folder.resolve("m.onnx");
    Files.write(path, Proto.model(new Proto().message(5, tensor)));
    return path;
  }

  @Test
  void externalDataIsReadBesideTheModel() throws IOException {
    byte[] data = new byte[40];
    System.arraycopy(Proto.raw(SIX), 0, data, 8, 24);
    Files.createDirectory(folder.resolve("part"));
    Files.write(folder.resolve("part").resolve("w.bin"), data);
    Path path =
        model(
            Proto.entry("location", "part/w.bin"),
            Proto.entry("offset", "8"),
            Proto.entry("length", "24"));
    try (OnnxFile file = OnnxFile.open(path)) {
      assertArrayEquals(Proto.raw(SIX), Proto.raw(file.floats("w")));
      assertEquals(5, file.view("w").get(1, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../w.bin", "/w.bin", "", ".", "part/../../w.bin", "link/w.bin", "..\0"})
  void externalDataElsewhereIsRefused(String location) throws IOException {
    Path outside = Files.createTempDirectory(folder.getParent(), "outside");
    Files.write(outside.resolve("w.bin"), new byte[24]);
    Files.createSymbolicLink(folder.resolve("link"), outside);
    Path path = model(Proto.entry("location", location));
    try (OnnxFile file = OnnxFile.open(path)) {
      String message = assertThrows(IOException.class, () -> file.floats("w")).getMessage();
      assertTrue(
          message.contains("expected external data in the folder of the model, found ")
              || message.contains("expected a path of external data, found"),
          message);
    } finally {
      Files.delete(outside.resolve("w.bin"));
      Files.delete(outside);
    }
  }

  @Test
  void externalDataMustHoldTheTensor() throws IOException {
    Files.write(folder.resolve("w.bin"), new byte[30]);
    String[][] cases = {
      {"7", "24", "expected 24 bytes inside the 30 of \"w.bin\", found 24 at offset 7"},
      {"0", "23", "expected 24 bytes inside the 30 of \"w.bin\", found 23 at offset 0"},
      {"-1", "24", "expected a number for offset of external data, found \"-1\""},
      {"0", "x", "expected a number for length of external data, found \"x\""},
      {
        "999999999999999999",
        "24",
        "expected 24 bytes inside the 30 of \"w.bin\", found 24 at offset 999999999999999999"
      }
    };
    for (String[] one : cases) {
      Path path =
          model(
              Proto.entry("location", "w.bin"),
              Proto.entry("offset", one[0]),
              Proto.entry("length", one[1]));
      try (OnnxFile file = OnnxFile.open(path)) {
        String message = assertThrows(IOException.class, () -> file.floats("w")).getMessage();
        assertTrue(message.endsWith(one[2]), message);
      }
    }
    byte[] bytes = Files.readAllBytes(folder.resolve("m.onnx"));
    try (OnnxFile file = open(bytes)) {
      String message = assertThrows(IOException.class, () -> file.floats("w")).getMessage();
      assertTrue(message.endsWith("found external data, but it has no folder"), message);
    }
  }

  @Test
  void shapesMustFitTheNumbers() throws IOException {
    Proto[] tensors = {
      Proto.tensor("w", 1, 2, 3).bytes(9, new byte[23]),
      Proto.tensor("w", 1, 2, 3).packedFloats(4, 1, 2),
      Proto.tensor("w", 1, 2).packedFloats(4, 1, 2, 3),
      Proto.tensor("w", 1, 1L << 31, 1L << 31),
      Proto.tensor("w", 1, 1L << 31, 1L << 30).bytes(9, new byte[4]),
      Proto.tensor("w", 1, 2).packed(5, 1, 2),
    };
    String[] found = {
      "expected 24 bytes for F32 [2, 3], found 23",
      "expected 6 numbers for shape [2, 3], found 2",
      "expected 2 numbers for shape [2], found more",
      "expected bytes that a long counts, found [2147483648, 2147483648]",
      "expected 9223372036854775808 bytes",
      "expected data in field 4 for F32, found field 5",
    };
    found[4] = "expected bytes that a long counts, found [2147483648, 1073741824]";
    for (int k = 0; k < tensors.length; k++) {
      try (OnnxFile file = open(new Proto().message(5, tensors[k]))) {
        String message = assertThrows(IOException.class, () -> file.floats("w")).getMessage();
        assertTrue(message.endsWith(found[k]), message);
      }
    }
    assertEquals(
        "OnnxFile.open: x, offset 13: expected a shape whose product a long holds, found"
            + " [4294967296, 4294967296]",
        error(new Proto().message(5, Proto.tensor("w", 1, 1L << 32, 1L << 32)))
            .replaceAll("offset \\d+", "offset 13"));
    assertTrue(
        error(new Proto().message(5, Proto.tensor("w", 1, 1).packed(4, 1).bytes(9, new byte[4])))
            .endsWith("found several"));
    assertTrue(
        error(new Proto().message(5, raw()).message(5, raw()))
            .endsWith("found \"onnx::MatMul_1\" for the second time"));
    assertTrue(error(new Proto().message(5, new Proto())).endsWith("found none"));
  }

  @Test
  void brokenWireFormatIsNamed() {
    String open = "OnnxFile.open: x";
    assertEquals(
        open + ": expected an ONNX model with a graph, found no graph",
        assertThrows(IOException.class, () -> open(new byte[0])).getMessage());
    byte[][] files = {
      {0x3a, 5, 0},
      {0x3b},
      {0x02, 0},
      {0x08, (byte) 0x80},
      {0x08, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2},
      {0x0d, 0, 0},
      {0x38, 1}
    };
    String[] found = {
      ", offset 0: expected a length up to the 1 bytes of the message, found 5",
      ", offset 0: expected wire type 0, 1, 2 or 5, found 3",
      ", offset 0: expected a field number between 1 and 536870911, found 0",
      ", offset 0: expected a number that ends inside its message, found the end of the message",
      ", offset 0: expected a number of at most 64 bits, found a longer one",
      ", offset 0: expected 4 bytes, found 2 and the end of the message",
      ", offset 0: expected wire type 2 for field 7, found 0",
    };
    for (int k = 0; k < files.length; k++) {
      byte[] file = files[k];
      assertEquals(
          open + found[k],
          assertThrows(IOException.class, () -> open(file)).getMessage(),
          Arrays.toString(file));
    }
  }

  @Test
  void closedFilesSaySo() throws IOException {
    OnnxFile file = open(sample());
    file.close();
    file.close();
    assertEquals(
        "OnnxFile.of: x: the file was closed",
        assertThrows(IllegalStateException.class, () -> file.dense("pooler.weight")).getMessage());
    assertEquals(4, file.initializers().size());
  }

  @Test
  @Timeout(60)
  void damagedModelsGiveOneClearError() {
    Corruption.of(
        Proto.model(sample()),
        "OnnxFile.",
        Seed.or(61),
        20_000,
        bytes -> {
          try (OnnxFile file = open(bytes)) {
            for (OnnxInitializer tensor : file.initializers()) {
              String name = tensor.info().name();
              if (tensor.sparse()) {
                file.sparse(name);
              } else {
                file.floats(name);
                file.dense(name);
              }
            }
            for (OnnxWeight weight : file.linearWeights()) {
              file.weight(weight.node());
            }
          }
        });
  }
}
