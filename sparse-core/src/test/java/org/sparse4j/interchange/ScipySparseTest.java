package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Seed;

class ScipySparseTest {

  private static final CsrMatrix SMALL =
      CsrMatrix.copyOf(2, 3, new int[] {0, 1, 2}, new int[] {2, 0}, new float[] {3, 4});

  @TempDir Path folder;

  /** Random positions with every kind of number, explicit zeros among them. */
  static CsrMatrix random(int rows, int columns, double density, long seed) {
    long count = Math.round(density * rows * columns);
    Random random = new Random(seed);
    CsrMatrix matrix =
        CsrMatrix.fromDense(
            DenseMatrix.zeros(rows, columns), Mask.random(rows, columns, count, seed));
    float[] values = matrix.floatValues().array();
    float[] special = {
      0, -0.0f, Float.intBitsToFloat(0x7fc1_2345), Float.NEGATIVE_INFINITY, Float.MIN_VALUE
    };
    for (int k = 0; k < values.length; k++) {
      values[k] = k < special.length ? special[k] : (float) random.nextGaussian();
    }
    return matrix;
  }

  static void assertSameBits(CsrMatrix expected, CsrMatrix found) {
    assertEquals(expected.pattern(), found.pattern());
    float[] a = expected.floatValues().array();
    float[] b = found.floatValues().array();
    for (int k = 0; k < a.length; k++) {
      assertEquals(Float.floatToRawIntBits(a[k]), Float.floatToRawIntBits(b[k]), "value " + k);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"csr", "csc", "coo", "coords"})
  void readsTheLayoutsOfScipy(String layout) throws IOException {
    assertEquals(SMALL, ScipySparse.read(Golden.file(layout + ".npz")));
  }

  @Test
  void readsBlocksAndDiagonals() throws IOException {
    CsrMatrix blocks = ScipySparse.read(Golden.file("bsr.npz"));
    assertEquals(
        CsrMatrix.copyOf(
            4,
            4,
            new int[] {0, 2, 4, 6, 8},
            new int[] {0, 1, 0, 1, 2, 3, 2, 3},
            new float[] {1, 2, 3, 4, 5, 6, 7, 8}),
        blocks);
    // Row 0: 1 on the diagonal, and 0 above it, which is not stored.
    assertEquals(
        CsrMatrix.copyOf(
            3,
            4,
            new int[] {0, 1, 3, 6},
            new int[] {0, 1, 2, 0, 2, 3},
            new float[] {1, 2, 11, 5, 3, 12}),
        ScipySparse.read(Golden.file("dia.npz")));
  }

  @Test
  void sortsAndSumsWhatIsNotCanonical() throws IOException {
    assertEquals(
        CsrMatrix.copyOf(
            3, 3, new int[] {0, 2, 2, 4}, new int[] {0, 2, 0, 1}, new float[] {2, 4, 6, 5}),
        ScipySparse.read(Golden.file("loose.npz")));
  }

  @Test
  void infoReadsNoNumbers() throws IOException {
    assertEquals(new ScipyInfo("csr", "F32", 2, 3, 2), ScipySparse.info(Golden.file("csr.npz")));
    assertEquals(new ScipyInfo("bsr", "F32", 4, 4, 8), ScipySparse.info(Golden.file("bsr.npz")));
    assertEquals(new ScipyInfo("csr", "F64", 3, 3, 6), ScipySparse.info(Golden.file("loose.npz")));
    assertEquals(new ScipyInfo("csc", "F32", 0, 5, 0), ScipySparse.info(Golden.file("empty.npz")));
    assertEquals(0, ScipySparse.read(Golden.file("empty.npz")).rows());
  }

  @Test
  void arraysOfOneDimensionAreRefused() {
    Path line = Golden.file("line.npz");
    assertEquals(
        "ScipySparse.read: "
            + line
            + ", array \"shape\": expected two sizes of at most 2147483631, found [4]",
        assertThrows(IOException.class, () -> ScipySparse.read(line)).getMessage());
  }

  @Test
  void writesTheArraysOfScipy() throws IOException {
    Path path = folder.resolve("a.npz");
    for (ScipyLayout layout : ScipyLayout.values()) {
      ScipySparse.write(SMALL, layout, path);
      try (NpzFile ours = Numpy.open(path);
          NpzFile theirs =
              Numpy.open(Golden.file(layout.name().toLowerCase(Locale.ROOT) + ".npz"))) {
        assertEquals(theirs.names(), ours.names());
        for (String name : theirs.names()) {
          assertEquals(theirs.read(name), ours.read(name), layout + " " + name);
        }
      }
    }
    ScipySparse.writeBlocks(ScipySparse.read(Golden.file("bsr.npz")), 2, 2, path);
    try (NpzFile ours = Numpy.open(path);
        NpzFile theirs = Numpy.open(Golden.file("bsr.npz"))) {
      assertEquals(theirs.names(), ours.names());
      for (String name : theirs.names()) {
        assertEquals(theirs.read(name), ours.read(name), name);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ScipyLayout.class)
  void roundTripsKeepEveryBit(ScipyLayout layout) throws IOException {
    Path path = folder.resolve("a.npz");
    int[][] shapes = {{0, 0}, {0, 5}, {5, 0}, {1, 1}, {1, 9}, {7, 3}, {17, 33}, {64, 65}};
    for (int[] shape : shapes) {
      for (double density : new double[] {0, 0.1, 0.5, 1}) {
        CsrMatrix matrix = random(shape[0], shape[1], density, Seed.or(5));
        ScipySparse.write(matrix, layout, path);
        assertSameBits(matrix, ScipySparse.read(path));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,3", "4,6", "6,12", "1,12"})
  void blocksKeepValuesAndStoreZerosBetween(int blockRows, int blockColumns) throws IOException {
    Path path = folder.resolve("a.npz");
    for (double density : new double[] {0, 0.05, 0.5, 1}) {
      CsrMatrix matrix = random(12, 24, density, Seed.or(6));
      ScipySparse.writeBlocks(matrix, blockRows, blockColumns, path);
      CsrMatrix read = ScipySparse.read(path);
      assertTrue(matrix.toDense().contentEquals(read.toDense()));
      assertEquals(0, read.nnz() % ((long) blockRows * blockColumns));
      assertEquals(matrix.mask(), matrix.mask().and(read.mask()));
      if (blockRows * blockColumns == 1) {
        assertSameBits(matrix, read);
      }
    }
  }

  @Test
  void blocksMustDivideTheMatrix() {
    Path path = folder.resolve("a.npz");
    assertEquals(
        "ScipySparse.writeBlocks: blocks (2x2) must divide the matrix (2x3)",
        assertThrows(
                IllegalArgumentException.class, () -> ScipySparse.writeBlocks(SMALL, 2, 2, path))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> ScipySparse.writeBlocks(SMALL, 0, 1, path));
  }

  @Test
  void otherValuesAreWrittenAsFloats() throws IOException {
    Path path = folder.resolve("a.npz");
    ScipySparse.write(SMALL.to(DType.BF16), ScipyLayout.CSR, path);
    assertEquals(SMALL, ScipySparse.read(path));
  }

  private String error(NpzWriter npz) throws IOException {
    Path path = folder.resolve("bad.npz");
    npz.write(path);
    String message = assertThrows(IOException.class, () -> ScipySparse.read(path)).getMessage();
    String start = "ScipySparse.read: " + path;
    assertTrue(message.startsWith(start), message);
    return message.substring(start.length());
  }

  private static NpzWriter npz(String format, long... shape) {
    return Numpy.npz()
        .add("format", ArrayOutput.of(format.getBytes(StandardCharsets.US_ASCII)))
        .add("shape", shape);
  }

  private static NpzWriter csr(int[] pointers, int[] indices) {
    return npz("csr", 2, 3)
        .add("indptr", pointers)
        .add("indices", indices)
        .add("data", new float[indices.length]);
  }

  @Test
  void contradictionsAreNamed() throws IOException {
    assertEquals(": expected an array \"format\", found only ", error(Numpy.npz()));
    assertEquals(
        ", array \"format\": expected csr, csc, coo, bsr or dia, found \"lil\"",
        error(npz("lil", 2, 3)));
    assertEquals(
        ", array \"shape\": expected two sizes of at most 2147483631, found [2, -3]",
        error(npz("csr", 2, -3)));
    assertEquals(
        ", array \"shape\": expected two sizes of at most 2147483631, found [2, 2147483632]",
        error(npz("csr", 2, 2147483632L)));
    assertEquals(
        ", array \"shape\": expected a short array, found shape [65]",
        error(npz("csr", new long[65])));
    assertEquals(
        ": expected an array \"data\", found only \"format\", \"shape\"", error(npz("csr", 2, 3)));
    int[] two = {2, 0};
    assertEquals(
        ", array \"indptr\": expected 3 elements, found 2", error(csr(new int[] {0, 2}, two)));
    assertEquals(
        ", array \"indptr\": expected between 0 and 0 at 0, found 1",
        error(csr(new int[] {1, 1, 2}, two)));
    assertEquals(
        ", array \"indptr\": expected between 2 and 2 at 2, found 1",
        error(csr(new int[] {0, 2, 1}, two)));
    assertEquals(
        ", array \"indptr\": expected between 0 and 2 at 1, found 3",
        error(csr(new int[] {0, 3, 3}, two)));
    assertEquals(
        ", array \"indices\": expected an index below 3 at 1, found 3",
        error(csr(new int[] {0, 1, 2}, new int[] {0, 3})));
    assertEquals(
        ", array \"indices\": expected an index below 3 at 0, found -1",
        error(csr(new int[] {0, 1, 2}, new int[] {-1, 0})));
    assertEquals(
        ", array \"indices\": expected 1 elements, found 2",
        error(
            npz("csr", 1, 3)
                .add("indptr", new int[2])
                .add("indices", new int[2])
                .add("data", new float[1])));
    assertEquals(
        ", array \"row\": expected 2 elements, found 1",
        error(
            npz("coo", 2, 3)
                .add("row", new int[1])
                .add("col", new int[2])
                .add("data", new float[2])));
    assertEquals(
        ", array \"data\": expected blocks that divide 2x3, found 2x2",
        error(
            npz("bsr", 2, 3)
                .add("indptr", new int[2])
                .add("indices", new int[0])
                .add("data", ArrayOutput.of(new float[0], 0, 2, 2))));
    assertEquals(
        ", array \"offsets\": expected every diagonal once, found [1, 1]",
        error(
            npz("dia", 2, 3)
                .add("offsets", new int[] {1, 1})
                .add("data", ArrayOutput.of(new float[6], 2, 3))));
    assertEquals(
        ", array \"data\": expected 1 dimensions, found shape [1, 2]",
        error(
            npz("csr", 2, 3)
                .add("indptr", new int[3])
                .add("indices", new int[2])
                .add("data", ArrayOutput.of(new float[2], 1, 2))));
  }

  @Test
  void farDiagonalsHoldNothing() throws IOException {
    Path path = folder.resolve("a.npz");
    npz("dia", 2, 3)
        .add("offsets", new long[] {Long.MIN_VALUE, Long.MAX_VALUE, -1})
        .add("data", ArrayOutput.of(new float[] {1, 1, 1, 1, 1, 1, 7, 8, 9}, 3, 3))
        .write(path);
    assertEquals(
        CsrMatrix.copyOf(2, 3, new int[] {0, 0, 1}, new int[] {0}, new float[] {7}),
        ScipySparse.read(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"csr", "bsr", "dia", "loose"})
  @Timeout(60)
  void damagedFilesGiveOneClearError(String name) throws IOException {
    Path file = folder.resolve("x.npz");
    Corruption.of(
        Golden.bytes(name + ".npz"),
        "ScipySparse.read: " + file,
        Seed.or(53),
        700,
        bytes -> {
          Files.write(file, bytes);
          ScipySparse.read(file);
        });
  }

  /** Damage that checksums do not see: arrays of random small numbers. */
  @Test
  @Timeout(60)
  void arraysThatContradictEachOtherGiveOneClearError() throws IOException {
    long seed = Seed.or(54);
    Random random = new Random(seed);
    String[] formats = {"csr", "csc", "coo", "bsr", "dia"};
    int read = 0;
    Path file = folder.resolve("x.npz");
    for (int round = 0; round < 1500; round++) {
      NpzWriter npz = npz(formats[random.nextInt(5)], random.nextInt(4), random.nextInt(4));
      for (String name : new String[] {"indices", "indptr", "row", "col", "offsets"}) {
        npz.add(name, random.ints(random.nextInt(4), 0, 3).toArray());
      }
      int rows = random.nextInt(1, 3);
      long[][] shapes = {{2L * rows}, {rows, 2}, {rows, 1, 2}};
      npz.add("data", ArrayOutput.of(new float[2 * rows], shapes[random.nextInt(3)]));
      try (OutputStream out = Files.newOutputStream(file)) {
        npz.write(out);
      }
      try {
        ScipySparse.read(file).validate();
        read++;
      } catch (IOException e) {
        assertTrue(e.getMessage().startsWith("ScipySparse.read: " + file), e.getMessage());
      } catch (RuntimeException e) {
        throw new AssertionError("-Dsparse4j.test.seed=" + seed + ", round " + round, e);
      }
    }
    assertTrue(read > 10, "only " + read + " were valid");
  }

  @Test
  void scipyReadsOurFiles() throws Exception {
    for (ScipyLayout layout : ScipyLayout.values()) {
      ScipySparse.write(random(17, 33, 0.3, 1), layout, folder.resolve(layout.name() + ".npz"));
    }
    ScipySparse.writeBlocks(random(16, 32, 0.1, 1), 4, 8, folder.resolve("BSR.npz"));
    Numpy.npz()
        .add("d", random(17, 33, 0.3, 1).toDense())
        .add("b", random(16, 32, 0.1, 1).toDense())
        .write(folder.resolve("dense.npz"));
    Golden.python(
        "scipy.sparse",
        """
        import numpy as np, scipy.sparse as sp, sys
        dense = np.load(sys.argv[1] + '/dense.npz')
        for layout in ('CSR', 'CSC', 'COO', 'BSR'):
            a = sp.load_npz(sys.argv[1] + '/' + layout + '.npz')
            assert a.format == layout.lower() and a.dtype == np.float32, layout
            d = dense['b' if layout == 'BSR' else 'd']
            assert np.array_equal(a.toarray(), d, equal_nan=True), layout
            if layout in ('CSR', 'CSC'):
                assert a.has_canonical_format and a.nnz == 168, a.nnz
        """,
        folder.toString());
  }

  @Test
  void failuresOfTheFileSystemAreNamed() {
    Path missing = folder.resolve("none").resolve("a.npz");
    assertEquals(
        "NpzWriter: folder " + missing.getParent() + " does not exist; cannot write " + missing,
        assertThrows(IOException.class, () -> ScipySparse.write(SMALL, ScipyLayout.CSR, missing))
            .getMessage());
    assertArrayEquals(new String[0], folder.toFile().list());
  }
}
