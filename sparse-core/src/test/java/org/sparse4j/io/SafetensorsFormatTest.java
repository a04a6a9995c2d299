package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.memory.Memory;
import org.sparse4j.testing.Seed;

/** Bytes that go out and come back, and others' bytes that come in. */
class SafetensorsFormatTest {

  /** The worked example of the format: w = [[1, -2]] in 72 bytes. */
  private static final String EXAMPLE =
      "3800000000000000"
          + HexFormat.of()
              .formatHex(
                  "{\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}"
                      .getBytes(StandardCharsets.US_ASCII))
          + "0000803f000000c0";

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("x.safetensors");
  }

  @Test
  void writesTheExampleOfTheFormat() throws IOException {
    Safetensors.writer().add("w", DenseMatrix.copyOf(new float[][] {{1, -2}})).write(file());
    assertEquals(EXAMPLE, HexFormat.of().formatHex(Files.readAllBytes(file())));
  }

  @Test
  void readsTheExampleOfTheFormat() throws IOException {
    Files.write(file(), HexFormat.of().parseHex(EXAMPLE));
    try (SafetensorsFile file = Safetensors.open(file())) {
      assertEquals(List.of("w"), file.names());
      assertEquals(new TensorInfo("w", "F32", List.of(1L, 2L), 64, 8), file.info("w"));
      assertEquals("w F32 [1, 2] at 64 (8 bytes)", file.info("w").toString());
      assertEquals(2, file.info("w").elements());
      assertTrue(file.dense("w").contentEquals(DenseMatrix.copyOf(new float[][] {{1, -2}})));
      assertEquals(Map.of(), file.metadata());
      assertEquals("SafetensorsFile " + file() + " (1 tensors, 72 bytes)", file.toString());
      assertEquals(file(), file.path());
    }
  }

  @Test
  void readsAHeaderWhoseLengthIsNoMultipleOf8() throws IOException {
    String header = "{\"test\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}";
    byte[] bytes = Bytes.file(header, new byte[16]);
    assertEquals(60, bytes[0]);
    assertEquals(List.of(2L, 2L), Bytes.open(bytes).info("test").shape());
  }

  @Test
  void readsAnEmptyFileWithAnyWhiteSpace() throws IOException {
    assertEquals(List.of(), Bytes.open(Bytes.file("{}")).names());
    assertEquals(List.of(), Bytes.open(Bytes.file("{ \n}\t\r\n  ")).names());
    assertEquals(Map.of(), Bytes.open(Bytes.file("{\"__metadata__\" : { } }")).metadata());
  }

  @Test
  void readsScalarsAndEmptyTensors() throws IOException {
    String header =
        "{\"a\":{\"data_offsets\":[0,4],\"shape\":[],\"dtype\":\"F32\"},"
            + "\"e\":{\"dtype\":\"F32\",\"shape\":[0,5],\"data_offsets\":[4,4]},"
            + "\"f\":{\"dtype\":\"F32\",\"shape\":[3,0],\"data_offsets\":[0,0]}}";
    SafetensorsFile file = Bytes.open(Bytes.file(header, new byte[] {0, 0, (byte) 0x80, 0x3f}));
    assertEquals(List.of("f", "a", "e"), file.names());
    assertEquals(1, file.info("a").elements());
    assertArrayEquals(new float[] {1}, file.dense("a").toArray());
    assertEquals(0, file.dense("e").rows());
    assertEquals(5, file.dense("e").columns());
    assertEquals(3, file.dense("f").rows());
    assertEquals(3, file.view("f").rows());
    assertEquals(0, file.view("e").rows());
  }

  @Test
  void ordersTensorsAsTheReferenceWriterDoes() throws IOException {
    Safetensors.writer()
        .add("z", new byte[] {1, 2, 3})
        .add("b", new float[] {1})
        .add("a", new int[] {2})
        .add("a2", new float[] {3})
        .add("c", new long[] {4})
        .add("\ud83d\ude00", new float[] {5})
        .add("\uff5e", new float[] {6})
        .write(file());
    try (SafetensorsFile file = Safetensors.open(file())) {
      // By width, and inside a type by the bytes of the name: U+FF5E is below U+1F600 there.
      assertEquals(List.of("c", "a2", "b", "\uff5e", "\ud83d\ude00", "a", "z"), file.names());
    }
  }

  @Test
  void equalContentsGiveEqualBytesInWhateverOrder() throws IOException {
    Path other = folder.resolve("y.safetensors");
    CsrMatrix matrix = CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{0, 1}, {2, 0}}));
    Safetensors.writer()
        .add("a", new float[] {1, 2})
        .add("m", matrix)
        .metadata("x", "1")
        .metadata("y", "2")
        .write(file());
    Safetensors.writer()
        .metadata("y", "2")
        .metadata("x", "1")
        .add("m", matrix)
        .add("a", new float[] {1, 2})
        .write(other);
    assertArrayEquals(Files.readAllBytes(file()), Files.readAllBytes(other));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 3", "3, 0", "1, 1", "1, 17", "7, 16", "13, 127", "5, 128", "3, 40000"})
  void denseMatricesComeBackBitForBitAtAlignedData(int rows, int columns) throws IOException {
    Random random = new Random(Seed.or(rows * 31L + columns));
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, Float.intBitsToFloat(random.nextInt()));
      }
    }
    Safetensors.writer().add("m", matrix).write(file());
    assertEquals(0, dataStart(Files.readAllBytes(file())) % 64);
    try (SafetensorsFile file = Safetensors.open(file());
        Memory.Scope scope = Memory.scope()) {
      DenseMatrix read = file.dense("m", scope);
      DenseView view = file.view("m");
      assertEquals(rows, read.rows());
      assertEquals(columns, view.columns());
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          int bits = Float.floatToRawIntBits(matrix.get(i, j));
          assertEquals(bits, Float.floatToRawIntBits(read.get(i, j)));
          assertEquals(bits, Float.floatToRawIntBits(view.get(i, j)));
        }
      }
    }
  }

  private static long dataStart(byte[] file) {
    return 8 + ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
  }

  @Test
  void viewsOfADenseMatrixAreWrittenAsTheyAreSeen() throws IOException {
    DenseMatrix matrix = DenseMatrix.zeros(4, 40);
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 40; j++) {
        matrix.set(i, j, 100 * i + j);
      }
    }
    DenseMatrix part = matrix.rows(1, 3).columns(16, 32);
    Safetensors.writer().add("part", part).write(file());
    try (SafetensorsFile file = Safetensors.open(file())) {
      assertTrue(part.contentEquals(file.dense("part")));
    }
  }

  @Test
  void arraysComeBackBitForBit() throws IOException {
    Random random = new Random(Seed.or(5));
    float[] floats = new float[70_001];
    int[] ints = new int[70_001];
    long[] longs = new long[40_001];
    byte[] bytes = new byte[200_003];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(random.nextInt());
      ints[i] = random.nextInt();
    }
    for (int i = 0; i < longs.length; i++) {
      longs[i] = random.nextLong();
    }
    random.nextBytes(bytes);
    Safetensors.writer()
        .add("f", floats)
        .add("i", ints)
        .add("l", longs)
        .add("b", bytes)
        .add("empty", new float[0])
        .write(file());
    try (SafetensorsFile file = Safetensors.open(file())) {
      assertArrayEquals(rawBits(floats), rawBits(file.floats("f")));
      assertArrayEquals(ints, file.ints("i"));
      assertArrayEquals(longs, file.longs("l"));
      assertArrayEquals(bytes, file.bytes("b"));
      assertArrayEquals(new float[0], file.floats("empty"));
      // One dimension reads as a row.
      assertEquals(1, file.dense("f").rows());
      assertEquals(70_001, file.view("f").columns());
    }
  }

  private static int[] rawBits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @Test
  void convertsWiderAndNarrowerFloats() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(1.0 / 3).putDouble(-1e300);
    data.putShort((short) 0x0001)
        .putShort((short) 0x7bff)
        .putShort((short) 0xfc00)
        .putShort((short) 0);
    data.putShort((short) 0x3f80)
        .putShort((short) 0x4049)
        .putShort((short) 0xff80)
        .putShort((short) 1);
    String header =
        "{\"d\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]},"
            + "\"h\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[16,24]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[4,1],\"data_offsets\":[24,32]}}";
    SafetensorsFile file = Bytes.open(Bytes.file(header, data.array()));
    assertArrayEquals(new float[] {1 / 3f, Float.NEGATIVE_INFINITY}, file.dense("d").toArray());
    assertArrayEquals(
        new float[] {0x1p-24f, 65504, Float.NEGATIVE_INFINITY, 0}, file.dense("h").toArray());
    assertArrayEquals(
        new float[] {1, 3.140625f, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(0x10000)},
        file.dense("b").toArray());
  }

  @Test
  void metadataAndNamesComeBackWhateverTheyHold() throws IOException {
    String odd = "q\"b\\s/\b\f\n\r\t\0\u001f é€\ud83d\ude00 {}[]:,";
    Safetensors.writer()
        .add(odd, new float[] {1})
        .metadata(odd, odd)
        .metadata("", "")
        .write(file());
    try (SafetensorsFile file = Safetensors.open(file())) {
      assertEquals(List.of(odd), file.names());
      assertEquals(Map.of(odd, odd, "", ""), file.metadata());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 5, 0",
    "5, 0, 0",
    "1, 1, 0",
    "1, 1, 1",
    "7, 13, 0",
    "7, 13, 1",
    "7, 13, 40",
    "7, 13, 91",
    "97, 101, 500",
    "300, 784, 23520"
  })
  void csrMatricesComeBackByteForByte(int rows, int columns, long nnz) throws IOException {
    long seed = Seed.or(rows + columns + nnz);
    Random random = new Random(seed);
    CsrPattern pattern = CsrPattern.of(Mask.random(rows, columns, nnz, seed));
    float[] values = new float[(int) nnz];
    for (int k = 0; k < values.length; k++) {
      values[k] = Float.intBitsToFloat(random.nextInt());
    }
    CsrMatrix matrix = CsrMatrix.of(pattern, FloatValues.wrap(values));
    Safetensors.writer().add("m", matrix).write(file());
    byte[] first = Files.readAllBytes(file());
    CsrMatrix read;
    try (SafetensorsFile file = Safetensors.open(file())) {
      assertEquals(List.of("m"), file.sparseNames());
      read = (CsrMatrix) file.sparse("m");
    }
    assertEquals(pattern, read.pattern());
    assertArrayEquals(rawBits(values), rawBits(read.floatValues().array()));
    Safetensors.writer().add("m", read).write(file());
    assertArrayEquals(first, Files.readAllBytes(file()));
  }

  @Test
  void csrMetadataSayWhatIsThere() throws IOException {
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{0, 2, 0, 1}, {0, 0, 3, 0}});
    Safetensors.writer()
        .add("w", CsrMatrix.fromDense(dense), new NmStructure(2, 4))
        .add("v", CsrMatrix.fromDense(dense), new Unstructured(3))
        .write(file());
    try (SafetensorsFile file = Safetensors.open(file())) {
      assertEquals(List.of("v", "w"), file.sparseNames());
      Map<String, String> metadata = file.metadata();
      assertEquals("csr", metadata.get("sparse4j.w.format"));
      assertEquals("1", metadata.get("sparse4j.w.version"));
      assertEquals("2x4", metadata.get("sparse4j.w.shape"));
      assertEquals("3", metadata.get("sparse4j.w.nnz"));
      assertEquals("2:4", metadata.get("sparse4j.w.structure"));
      assertEquals("unstructured", metadata.get("sparse4j.v.structure"));
      assertTrue(metadata.get("sparse4j.w.checksum").matches("sha256:[0-9a-f]{64}"));
      assertArrayEquals(new int[] {0, 2, 3}, file.ints("w.row_pointers"));
      assertArrayEquals(new int[] {1, 3, 2}, file.ints("w.column_indices"));
      assertArrayEquals(new float[] {2, 1, 3}, file.floats("w.values"));
      assertEquals(CsrMatrix.fromDense(dense), file.sparse("w"));
    }
  }

  @Test
  void pythonReadsAndChecksOurFilesWithItsStandardLibraryAlone() throws Exception {
    assumeTrue(runs("python3", "-c", "import json, struct, hashlib, array"), "no python3 here");
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{0, 2, 0, 1}, {0, 0, 3, 0}});
    Safetensors.writer()
        .add("w", CsrMatrix.fromDense(dense))
        .add("d", dense)
        .add("steps", new long[] {-1, 1L << 40})
        .metadata("epoch", "zwölf")
        .write(file());
    String script =
        pythonOfTheDocumentation()
            +
"""

print(dense('w'), intact('w'))
print(header['d']['shape'], numbers('d'))
print(numbers('steps'), ascii(metadata['epoch']))
""";
    Process python =
        new ProcessBuilder("python3", "-c", script, file().toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(
        """
        [[0.0, 2.0, 0.0, 1.0], [0.0, 0.0, 3.0, 0.0]] True
        [2, 4] [0.0, 2.0, 0.0, 1.0, 0.0, 0.0, 3.0, 0.0]
        [-1, 1099511627776] 'zw\\xf6lf'
        """,
        printed);
    assertEquals(0, python.waitFor());
  }

  private static String pythonOfTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "formats.md"));
    return page.split("```python\n", -1)[1].split("```", -1)[0];
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
