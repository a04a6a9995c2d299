package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.testing.Seed;

class TorchSparseTest {

  private static final CsrMatrix SMALL =
      CsrMatrix.copyOf(2, 3, new int[] {0, 1, 2}, new int[] {2, 0}, new float[] {3, 4});

  @TempDir Path folder;

  private SafetensorsFile write(SafetensorsWriter writer) throws IOException {
    Path path = folder.resolve("x.safetensors");
    writer.write(path);
    return Safetensors.open(path);
  }

  @Test
  void componentsHaveTheNamesOfTorch() throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    TorchSparse.add(writer, "a", SMALL);
    TorchSparse.add(writer, "b", CscMatrix.fromCsr(SMALL));
    TorchSparse.add(writer, "c", BlockMatrix.fromDense(SMALL.toDense(), 1, 3));
    try (SafetensorsFile file = write(writer)) {
      assertEquals(List.of("a", "b", "c"), TorchSparse.names(file));
      assertArrayEquals(new long[] {0, 1, 2}, file.longs("a.crow_indices"));
      assertArrayEquals(new long[] {2, 0}, file.longs("a.col_indices"));
      assertArrayEquals(new float[] {3, 4}, file.floats("a.values"));
      assertArrayEquals(new long[] {2, 3}, file.longs("a.shape"));
      assertEquals("csr", file.metadata().get("a.layout"));
      assertArrayEquals(new long[] {0, 1, 1, 2}, file.longs("b.ccol_indices"));
      assertArrayEquals(new long[] {1, 0}, file.longs("b.row_indices"));
      assertEquals(List.of(2L, 1L, 3L), file.info("c.values").shape());
      assertArrayEquals(new long[] {0, 0}, file.longs("c.col_indices"));
      assertEquals(SMALL, TorchSparse.read(file, "a"));
      assertEquals(CscMatrix.fromCsr(SMALL), TorchSparse.read(file, "b"));
      assertEquals(BlockMatrix.fromDense(SMALL.toDense(), 1, 3), TorchSparse.read(file, "c"));
    }
  }

  @Test
  void roundTripsKeepEveryBit() throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    int[][] shapes = {{0, 0}, {0, 4}, {6, 0}, {1, 1}, {6, 9}, {16, 33}};
    double[] densities = {0, 0.3, 1};
    for (int s = 0; s < shapes.length; s++) {
      for (int d = 0; d < densities.length; d++) {
        CsrMatrix csr =
            ScipySparseTest.random(shapes[s][0], shapes[s][1], densities[d], Seed.or(74));
        TorchSparse.add(writer, "r" + s + d, csr);
        TorchSparse.add(writer, "c" + s + d, CscMatrix.fromCsr(csr));
        TorchSparse.add(writer, "h" + s + d, csr.to(DType.BF16));
      }
    }
    CsrMatrix csr = ScipySparseTest.random(6, 9, 0.3, 1);
    BlockMatrix blocks = BlockMatrix.fromDense(csr.toDense(), 2, 3);
    TorchSparse.add(writer, "blocks", blocks);
    try (SafetensorsFile file = write(writer)) {
      for (int s = 0; s < shapes.length; s++) {
        for (int d = 0; d < densities.length; d++) {
          CsrMatrix want =
              ScipySparseTest.random(shapes[s][0], shapes[s][1], densities[d], Seed.or(74));
          ScipySparseTest.assertSameBits(want, TorchSparse.read(file, "r" + s + d).toCsr());
          ScipySparseTest.assertSameBits(want, TorchSparse.read(file, "c" + s + d).toCsr());
          assertEquals(want.to(DType.BF16), TorchSparse.read(file, "h" + s + d));
        }
      }
      assertEquals(blocks, TorchSparse.read(file, "blocks"));
    }
  }

  @Test
  void blocksMustDivideTheMatrix() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    TorchSparse.add(
                        Safetensors.writer(), "a", BlockMatrix.fromDense(SMALL.toDense(), 2, 2)))
            .getMessage();
    assertTrue(
        message.startsWith(
            "TorchSparse.add: bsr takes blocks by rows that divide the matrix; \"a\" is 2x3"),
        message);
  }

  private static SafetensorsWriter csr(int[] pointers, int[] indices) {
    return Safetensors.writer()
        .add("a.crow_indices", pointers)
        .add("a.col_indices", indices)
        .add("a.values", new float[indices.length])
        .add("a.shape", new long[] {2, 3})
        .metadata("a.layout", "csr");
  }

  private String error(SafetensorsWriter writer) throws IOException {
    try (SafetensorsFile file = write(writer)) {
      return assertThrows(IOException.class, () -> TorchSparse.read(file, "a"))
          .getMessage()
          .replaceAll("^.*matrix \"a\"", "")
          .replaceAll("offset \\d+", "offset N");
    }
  }

  @Test
  void indicesOf32BitsAreReadAndInvariantsChecked() throws IOException {
    try (SafetensorsFile file = write(csr(new int[] {0, 1, 2}, new int[] {2, 0}))) {
      SparseMatrix read = TorchSparse.read(file, "a");
      assertEquals(SMALL.pattern(), read.pattern());
    }
    assertEquals(
        ", offset N: expected shape [3] for \"a.crow_indices\", found [2]",
        error(csr(new int[] {0, 2}, new int[] {2, 0})));
    assertEquals(
        ", indices at offset N: CsrPattern: columnIndices[1] = 0 is not above its predecessor 2"
            + " (row 0)",
        error(csr(new int[] {0, 2, 2}, new int[] {2, 0})));
    assertEquals(
        ", offset N: expected between 0 and 2147483631 at 1 for \"a.col_indices\", found -1",
        error(csr(new int[] {0, 1, 2}, new int[] {2, -1})));
    assertEquals(
        ", offset N: expected blocks that divide 2x3 for \"a.values\", found 2x2",
        error(
            Safetensors.writer()
                .add("a.shape", new long[] {2, 3})
                .add("a.values", "F32", List.of(1L, 2L, 2L), MemorySegment.ofArray(new float[4]))
                .metadata("a.layout", "bsr")));
    try (SafetensorsFile file = write(Safetensors.writer().metadata("a.layout", "coo"))) {
      assertEquals(List.of(), TorchSparse.names(file));
      assertThrows(IllegalArgumentException.class, () -> TorchSparse.read(file, "a"));
    }
  }
}
