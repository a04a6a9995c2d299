package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.testing.Formats;
import org.sparse4j.testing.Samples;

/** Every format of the registry, with values of every type, into a file and back. */
class MatrixFilesTest {

  @TempDir Path folder;

  static List<Formats.Entry> formats() {
    return Formats.all();
  }

  /** Returns a matrix of a format. */
  static SparseMatrix sample(Formats.Entry format) {
    return Samples.all().stream()
        .filter(sample -> sample.density() == 0.5 && format.takes(sample.rows(), sample.columns()))
        .findFirst()
        .map(sample -> format.build(sample.dense(), sample.seed()))
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void comesBackByteForByte(Formats.Entry format) throws IOException {
    int files = 0;
    for (Samples.Sample sample : Samples.all()) {
      if (format.takes(sample.rows(), sample.columns()) && sample.density() != 0.01) {
        SparseMatrix wild = format.build(sample.wild(), sample.seed());
        SparseMatrix tame = format.build(sample.dense(), sample.seed());
        requireRoundTrip(wild, sample + ", wild");
        requireRoundTrip(format.to(wild, DType.BF16), sample + ", wild BF16");
        requireRoundTrip(format.to(tame, DType.I8), sample + ", I8");
        files += 3;
      }
    }
    for (DenseMatrix dense : Samples.extremes()) {
      if (format.takes(dense.rows(), dense.columns())) {
        requireRoundTrip(format.build(dense, 1), dense.toString());
        files++;
      }
    }
    assertTrue(files > 20, "only " + files + " files");
  }

  private void requireRoundTrip(SparseMatrix matrix, String what) throws IOException {
    byte[] first = Safetensors.writer().add("m", matrix).toBytes();
    SafetensorsFile file = Bytes.open(first);
    SparseMatrix read = file.sparse("m");
    assertEquals(matrix, read, what);
    assertEquals(matrix.values().dtype(), read.values().dtype(), what);
    assertEquals(List.of("m"), file.sparseNames());
    assertEquals(List.of("m"), file.matrixNames());
    assertEquals(
        matrix.format().toLowerCase(Locale.ROOT), file.metadata().get("sparse4j.m.format"));
    assertEquals(
        matrix.values().dtype() == DType.F32 ? null : matrix.values().dtype().name(),
        file.metadata().get("sparse4j.m.dtype"));
    assertArrayEquals(first, Safetensors.writer().add("m", read).toBytes(), what);
  }

  @Test
  void valuesOfEveryTypeAreOrdinaryTensors() throws IOException {
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{0, 127}, {-64, 0}});
    Formats.Entry csr = Formats.named("CSR");
    SparseMatrix matrix = csr.build(dense, 1);
    Path path = folder.resolve("m.safetensors");
    Safetensors.writer()
        .add("b", csr.to(matrix, DType.BF16))
        .add("i", csr.to(matrix, DType.I8))
        .write(path);
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertEquals("BF16", file.info("b.values").dtype());
      assertArrayEquals(new float[] {127, -64}, file.toFloats("b.values"));
      assertEquals("I8", file.info("i.values").dtype());
      assertArrayEquals(new float[] {127, -127}, file.toFloats("i.values"));
      assertArrayEquals(new float[] {1, 64 / 127f}, file.floats("i.values.scales"));
      assertArrayEquals(new int[] {0, 1, 2}, file.ints("i.values.group_starts"));
    }
  }
}
