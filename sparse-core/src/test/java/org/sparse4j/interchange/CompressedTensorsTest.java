package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.testing.Seed;

class CompressedTensorsTest {

  private static final NmStructure TWO_OF_FOUR = new NmStructure(2, 4);

  private static final DenseMatrix ANY =
      DenseMatrix.copyOf(
          new float[][] {{1, 0, 0, 2, 0, 0, 0, 0, 3}, new float[9], {0, 4, 5, 0, 0, 0, 0, 6, 0}});

  private static final DenseMatrix HALF =
      DenseMatrix.copyOf(new float[][] {{1, 0, 0, 2, 0, 3, 4, 0}, {0, 0, 5, 6, 7, 0, 0, 8}});

  @TempDir Path folder;

  private SafetensorsFile write(SafetensorsWriter writer) throws IOException {
    Path path = folder.resolve("x.safetensors");
    writer.write(path);
    return Safetensors.open(path);
  }

  private static byte[] bytes(SafetensorsFile file, String name) {
    return file.segment(name).toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void bitmaskHasTheBytesOfTheFormat() throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    CompressedTensors.add(writer, "fc.weight", BitmapMatrix.fromDense(ANY));
    try (SafetensorsFile file = write(writer)) {
      assertArrayEquals(new byte[] {9, 1, 0, 0, (byte) 134, 0}, bytes(file, "fc.bitmask"));
      assertEquals(List.of(3L, 2L), file.info("fc.bitmask").shape());
      assertArrayEquals(new long[] {0, 3, 3}, file.longs("fc.row_offsets"));
      assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, file.floats("fc.compressed"));
      assertArrayEquals(new long[] {3, 9}, file.longs("fc.shape"));
      assertEquals(BitmapMatrix.fromDense(ANY), CompressedTensors.read(file, "fc"));
      assertEquals(BitmapMatrix.fromDense(ANY), CompressedTensors.read(file, "fc.weight"));
      assertEquals(
          List.of(
              new CompressedTensorInfo(
                  "fc", CompressedTensorsFormat.SPARSE_BITMASK, "F32", 3, 9, 6)),
          CompressedTensors.list(file));
    }
  }

  @Test
  void twoOfFourHasTheBytesOfTheFormat() throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    CompressedTensors.add(writer, "fc", NmMatrix.fromDense(HALF, TWO_OF_FOUR));
    try (SafetensorsFile file = write(writer)) {
      assertArrayEquals(new byte[] {105, (byte) 156}, bytes(file, "fc.bitmask"));
      assertEquals(List.of(2L, 4L), file.info("fc.compressed").shape());
      assertArrayEquals(
          new float[] {1, 2, 3, 4, 5, 6, 7, 8}, file.dense("fc.compressed").toArray());
      assertEquals(List.of(2L, 1L), file.info("fc.shape").shape());
      assertEquals("I64", file.info("fc.shape").dtype());
      assertEquals(
          NmMatrix.fromDense(HALF, TWO_OF_FOUR), CompressedTensors.read(file, "fc.weight"));
      assertEquals(
          CompressedTensorsFormat.SPARSE_24_BITMASK,
          CompressedTensors.list(file).getFirst().format());
      assertEquals(
          "sparse-24-bitmask", CompressedTensors.list(file).getFirst().format().toString());
    }
  }

  @Test
  void oldNamesAndHalvesAreRead() throws IOException {
    SafetensorsWriter writer =
        Safetensors.writer()
            .add("fc.weight.shape", new long[] {1, 9})
            .add(
                "fc.weight.bitmask",
                "U8",
                List.of(1L, 2L),
                MemorySegment.ofArray(new byte[] {9, 1}))
            .add(
                "fc.weight.compressed",
                "F16",
                List.of(3L),
                MemorySegment.ofArray(new short[] {0x3c00, (short) 0x8000, 0x7e01}));
    try (SafetensorsFile file = write(writer)) {
      SparseMatrix matrix = CompressedTensors.read(file, "fc");
      assertEquals(1, matrix.values().get(0));
      assertEquals(0x8000_0000, Float.floatToRawIntBits(matrix.values().get(1)));
      assertTrue(Float.isNaN(matrix.values().get(2)));
      assertEquals("fc", CompressedTensors.list(file).getFirst().name());
      assertEquals("F16", CompressedTensors.list(file).getFirst().dtype());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 8, 9, 31, 33, 64, 65})
  void bitmasksRoundTrip(int columns) throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    double[] densities = {0, 0.1, 0.5, 1};
    for (int rows : new int[] {0, 1, 5}) {
      for (int d = 0; d < densities.length; d++) {
        CsrMatrix csr = ScipySparseTest.random(rows, columns, densities[d], Seed.or(71));
        BitmapMatrix matrix = BitmapMatrix.fromCsr(csr);
        CompressedTensors.add(writer, "f." + rows + "." + d, matrix);
        CompressedTensors.add(writer, "b." + rows + "." + d, matrix.to(DType.BF16));
      }
    }
    try (SafetensorsFile file = write(writer)) {
      assertEquals(24, CompressedTensors.list(file).size());
      for (int rows : new int[] {0, 1, 5}) {
        for (int d = 0; d < densities.length; d++) {
          CsrMatrix csr = ScipySparseTest.random(rows, columns, densities[d], Seed.or(71));
          SparseMatrix read = CompressedTensors.read(file, "f." + rows + "." + d);
          ScipySparseTest.assertSameBits(csr, read.toCsr());
          assertEquals(
              BitmapMatrix.fromCsr(csr).to(DType.BF16),
              CompressedTensors.read(file, "b." + rows + "." + d));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 8, 12, 32, 36, 64})
  void twoOfFourRoundTrips(int columns) throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    NmMatrix[] matrices = new NmMatrix[4];
    for (int rows = 0; rows < 4; rows++) {
      DenseMatrix dense = ScipySparseTest.random(rows, columns, 1, Seed.or(72)).toDense();
      // Magnitudes decide, so what no order knows is taken out.
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          if (!Float.isFinite(dense.get(i, j))) {
            dense.set(i, j, 0);
          }
        }
      }
      matrices[rows] = NmMatrix.fromDense(dense, TWO_OF_FOUR);
      CompressedTensors.add(writer, "w" + rows, matrices[rows]);
      CompressedTensors.add(writer, "h" + rows, matrices[rows].to(DType.BF16));
    }
    try (SafetensorsFile file = write(writer)) {
      for (int rows = 0; rows < 4; rows++) {
        assertEquals(matrices[rows], CompressedTensors.read(file, "w" + rows));
        assertEquals(matrices[rows].to(DType.BF16), CompressedTensors.read(file, "h" + rows));
      }
    }
  }

  @Test
  void whatTheFormatsDoNotHoldIsRefused() {
    SafetensorsWriter writer = Safetensors.writer();
    assertEquals(
        "SafetensorsWriter: values of \"a.compressed\" must be F32 or BF16, they are I8;"
            + " matrix.to(DType.F32) turns them into floats",
        assertThrows(
                IllegalArgumentException.class,
                () -> CompressedTensors.add(writer, "a", BitmapMatrix.fromDense(ANY).to(DType.I8)))
            .getMessage());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    CompressedTensors.add(
                        writer, "a", NmMatrix.fromDense(HALF, new NmStructure(1, 4))))
            .getMessage();
    assertTrue(
        message.startsWith(
            "CompressedTensors.add: sparse-24-bitmask takes 2:4 and a multiple of 4 columns;"
                + " \"a\" is 2x8"),
        message);
    assertThrows(
        IllegalArgumentException.class,
        () -> CompressedTensors.add(writer, "a", NmMatrix.fromDense(ANY, TWO_OF_FOUR)));
  }

  private String error(SafetensorsWriter writer) throws IOException {
    try (SafetensorsFile file = write(writer)) {
      String message =
          assertThrows(IOException.class, () -> CompressedTensors.read(file, "a")).getMessage();
      String start = "CompressedTensors.read: " + file.path() + ", weight \"a\"";
      assertTrue(message.startsWith(start), message);
      return message.substring(start.length()).replaceAll(", offset \\d+", "");
    }
  }

  private static SafetensorsWriter parts(long[] shape, int values, long rows, byte... bits) {
    return Safetensors.writer()
        .add("a.shape", shape)
        .add("a.bitmask", "U8", List.of(rows, bits.length / rows), MemorySegment.ofArray(bits))
        .add("a.compressed", new float[values]);
  }

  private static SafetensorsWriter half(byte... bits) {
    long[] shape = {1, 4L * 2 * bits.length};
    return Safetensors.writer()
        .add("a.shape", "I64", List.of(2L, 1L), MemorySegment.ofArray(shape))
        .add("a.bitmask", "U8", List.of(1L, (long) bits.length), MemorySegment.ofArray(bits))
        .add(
            "a.compressed",
            "F32",
            List.of(1L, 4L * bits.length),
            MemorySegment.ofArray(new float[4 * bits.length]));
  }

  @Test
  void contradictionsAreNamed() throws IOException {
    long[] shape = {2, 9};
    assertEquals(
        ": expected shape [2] for \"a.compressed\", found [3]",
        error(parts(shape, 3, 2, (byte) 1, (byte) 1, (byte) 0, (byte) 0)));
    assertEquals(
        ": expected shape [2, 2] for \"a.bitmask\", found [4, 1]",
        error(parts(shape, 3, 4, (byte) 1, (byte) 1, (byte) 0, (byte) 0)));
    assertEquals(
        ": expected between 0 and 2147483631 at 1 for \"a.shape\", found -9",
        error(parts(new long[] {2, -9}, 0, 2, (byte) 1, (byte) 1)));
    String message = error(parts(shape, 2, 2, (byte) 1, (byte) 3, (byte) 0, (byte) 0));
    assertTrue(message.startsWith(", bitmask at offset "), message);
    assertEquals(
        ": expected 1 at 1, as the bits say, for \"a.row_offsets\", found 2",
        error(
            parts(shape, 1, 2, (byte) 1, (byte) 0, (byte) 0, (byte) 0)
                .add("a.row_offsets", new long[] {0, 2})));
    assertEquals(
        ": expected two bits in every four columns, 0 beyond them, for \"a.bitmask\", found byte"
            + " 0x37 in row 0",
        error(half((byte) 0x37)));
    assertEquals(
        ": expected a tensor \"a.shape\", found none of that name",
        error(Safetensors.writer().add("a.compressed", new float[1])));
    try (SafetensorsFile file =
        write(
            Safetensors.writer()
                .add("a.compressed", new float[1])
                .add("a.weight.compressed", new float[1]))) {
      assertTrue(
          assertThrows(IOException.class, () -> CompressedTensors.read(file, "a"))
              .getMessage()
              .endsWith("one of the two spellings for \"a\", found a and a.weight"));
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> CompressedTensors.read(file, "b"))
              .getMessage()
              .endsWith("there is no compressed weight \"b\""));
    }
  }

  @Test
  @Timeout(60)
  void damagedFilesGiveOneClearError() throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    CompressedTensors.add(writer, "a", BitmapMatrix.fromDense(ANY));
    CompressedTensors.add(writer, "b", NmMatrix.fromDense(HALF, TWO_OF_FOUR));
    TorchSparse.add(writer, "c", CsrMatrix.fromDense(ANY));
    Path path = folder.resolve("y.safetensors");
    writer.write(path);
    byte[] original = Files.readAllBytes(path);
    Corruption.of(
        original,
        "",
        Seed.or(73),
        3000,
        bytes -> {
          Files.write(path, bytes);
          try (SafetensorsFile file = Safetensors.open(path)) {
            for (CompressedTensorInfo info : CompressedTensors.list(file)) {
              CompressedTensors.read(file, info.name());
            }
            for (String name : TorchSparse.names(file)) {
              TorchSparse.read(file, name);
            }
          }
        });
  }
}
