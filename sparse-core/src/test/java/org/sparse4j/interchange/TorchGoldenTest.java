package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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

/** Sparse tensors that PyTorch made; {@code torch.txt} says what is in them. */
class TorchGoldenTest {

  @TempDir Path folder;

  private static SafetensorsFile open() throws IOException {
    return Safetensors.open(Golden.file("torch_sparse.safetensors"));
  }

  private static List<Golden.Printed> matrices() throws IOException {
    return Golden.printed("torch.txt").values().stream()
        .filter(line -> List.of("csr", "csc", "bsr").contains(line.type()))
        .toList();
  }

  /** Turns -0.0, which PyTorch's own to_dense() loses, into 0.0. */
  private static float[] withoutSigns(float[] numbers) {
    float[] sums = new float[numbers.length];
    for (int k = 0; k < sums.length; k++) {
      sums[k] = numbers[k] + 0.0f;
    }
    return sums;
  }

  @Test
  void readsWhatTorchMadeOfItsMatrices() throws IOException {
    try (SafetensorsFile file = open()) {
      List<String> names = new ArrayList<>();
      for (Golden.Printed line : matrices()) {
        names.add(line.name());
        SparseMatrix read = TorchSparse.read(file, line.name());
        Class<?> type =
            switch (line.type()) {
              case "csr" -> CsrMatrix.class;
              case "csc" -> CscMatrix.class;
              default -> BlockMatrix.class;
            };
        assertInstanceOf(type, read, line.name());
        assertEquals(line.shape(), List.of((long) read.rows(), (long) read.columns()));
        Golden.assertNumbers(line, withoutSigns(read.toDense().toArray()));
        DType stored = line.name().endsWith("bf16") ? DType.BF16 : DType.F32;
        assertEquals(stored, read.values().dtype(), line.name());
      }
      assertEquals(new TreeSet<>(names), new TreeSet<>(TorchSparse.names(file)));
      assertEquals(15, names.size());
    }
  }

  /** Positions and numbers array by array: also an explicit zero, and -0.0 inside a block. */
  @Test
  void readsTheArraysOfTorch() throws IOException {
    Map<String, Golden.Printed> lines = Golden.printed("torch.txt");
    try (SafetensorsFile file = open()) {
      for (Golden.Printed line : matrices()) {
        SparseMatrix read = TorchSparse.read(file, line.name());
        float[] values = new float[Math.toIntExact(read.nnz())];
        for (int k = 0; k < values.length; k++) {
          values[k] = read.values().get(k);
        }
        Golden.assertNumbers(lines.get(line.name() + ".values"), values);
      }
      CsrMatrix narrow = (CsrMatrix) TorchSparse.read(file, "narrow");
      assertEquals("I32", file.info("narrow.col_indices").dtype());
      assertEquals(
          CsrMatrix.copyOf(
              3, 4, new int[] {0, 2, 2, 3}, new int[] {0, 3, 1}, new float[] {7, 0, -8}),
          narrow);
      BlockMatrix blocks = (BlockMatrix) TorchSparse.read(file, "bsr");
      assertEquals(2, blocks.pattern().blockHeight());
      assertEquals(3, blocks.pattern().blockWidth());
      assertEquals(5, blocks.pattern().blockCount());
      assertEquals(-0.0f, blocks.get(2, 3));
      assertEquals(0, blocks.toCsr().nnz() % 6);
    }
  }

  /** Where nothing is widened or narrowed, our arrays are those of PyTorch to the last byte. */
  @Test
  void writesTheArraysOfTorch() throws IOException {
    Path path = folder.resolve("ours.safetensors");
    try (SafetensorsFile theirs = open()) {
      SafetensorsWriter writer = Safetensors.writer();
      for (Golden.Printed line : matrices()) {
        add(writer, line.name(), TorchSparse.read(theirs, line.name()));
      }
      writer.write(path);
      int same = 0;
      try (SafetensorsFile ours = Safetensors.open(path)) {
        assertEquals(theirs.metadata(), ours.metadata());
        assertEquals(new TreeSet<>(theirs.names()), new TreeSet<>(ours.names()));
        for (String name : theirs.names()) {
          assertEquals(theirs.info(name).shape(), ours.info(name).shape(), name);
          String wanted =
              switch (theirs.info(name).dtype()) {
                case "I32" -> "I64";
                case "F16", "F64" -> "F32";
                default -> theirs.info(name).dtype();
              };
          assertEquals(wanted, ours.info(name).dtype(), name);
          assertArrayEquals(theirs.toFloats(name), ours.toFloats(name), name);
          if (theirs.info(name).dtype().equals(wanted)) {
            assertEquals(-1, theirs.segment(name).mismatch(ours.segment(name)), name);
            same++;
          }
        }
        assertEquals(theirs.names().size() - 5, same);
      }
    }
  }

  private static void add(SafetensorsWriter writer, String name, SparseMatrix matrix) {
    switch (matrix) {
      case CsrMatrix csr -> TorchSparse.add(writer, name, csr);
      case CscMatrix csc -> TorchSparse.add(writer, name, csc);
      case BlockMatrix blocks -> TorchSparse.add(writer, name, blocks);
      default -> throw new AssertionError(matrix);
    }
  }

  @Test
  void torchRebuildsOurMatrices() throws Exception {
    SafetensorsWriter writer = Safetensors.writer();
    int[][] shapes = {{0, 0}, {0, 4}, {6, 0}, {1, 1}, {6, 9}, {12, 33}};
    for (int s = 0; s < shapes.length; s++) {
      for (double density : new double[] {0, 0.3, 1}) {
        CsrMatrix csr = ScipySparseTest.random(shapes[s][0], shapes[s][1], density, Seed.or(92));
        String name = s + "/" + density;
        TorchSparse.add(writer, "r" + name, csr);
        TorchSparse.add(writer, "c" + name, CscMatrix.fromCsr(csr));
        TorchSparse.add(writer, "h" + name, csr.to(DType.BF16));
        writer.add("dense.r" + name, csr.toDense()).add("dense.c" + name, csr.toDense());
        writer.add("dense.h" + name, csr.to(DType.BF16).toDense());
        if (csr.rows() % 2 == 0 && csr.columns() % 3 == 0 && csr.columns() > 0 && csr.rows() > 0) {
          TorchSparse.add(writer, "b" + name, BlockMatrix.fromDense(csr.toDense(), 2, 3));
          writer.add("dense.b" + name, csr.toDense());
        }
      }
    }
    writer.write(folder.resolve("w.safetensors"));
    Golden.python(
        "torch, safetensors.torch",
        """
        import sys, warnings, torch
        from safetensors import safe_open
        warnings.simplefilter('ignore')  # sparse tensors are called beta
        if hasattr(torch.sparse, 'check_sparse_tensor_invariants'):
            torch.sparse.check_sparse_tensor_invariants.enable()
        seen = set()
        with safe_open(sys.argv[1], 'pt') as f:
            layouts = {k[:-7]: v for k, v in f.metadata().items() if k.endswith('.layout')}
            assert len(layouts) == 60, len(layouts)
            for name, layout in layouts.items():
                get = lambda part: f.get_tensor(name + '.' + part)
                shape = get('shape').tolist()
                parts = ('ccol_indices', 'row_indices') if layout == 'csc' else \\
                    ('crow_indices', 'col_indices')
                build = getattr(torch, f'sparse_{layout}_tensor')
                w = build(get(parts[0]), get(parts[1]), get('values'), shape)
                assert str(w.layout) == 'torch.sparse_' + layout, w.layout
                assert w.dtype == (torch.bfloat16 if name[0] == 'h' else torch.float32), name
                seen.add((layout, w.dtype))
                dense = f.get_tensor('dense.' + name)
                found = w.to_dense().float()
                assert found.shape == dense.shape, name
                assert torch.allclose(found, dense, rtol=0, atol=0, equal_nan=True), name
        assert len(seen) == 4, seen
        """,
        folder.resolve("w.safetensors").toString());
  }

  @Test
  void theProgramOfTheDocumentationRuns() throws Exception {
    CsrMatrix w = CsrMatrix.builder(3, 4).add(0, 3, 2.5f).add(2, 0, -1).add(2, 1, 4).build();
    SafetensorsWriter writer = Safetensors.writer();
    TorchSparse.add(writer, "w", w);
    writer.write(folder.resolve("w.safetensors"));
    String page = Files.readString(Path.of("..", "docs", "interchange.md"));
    String program = "";
    for (String block : page.split("```python\n", -1)) {
      if (block.startsWith("import torch\n")) {
        program = block.split("```", -1)[0];
      }
    }
    Golden.python(
        "torch, safetensors.torch",
        """
        import os, sys, warnings
        os.chdir(sys.argv[1])
        warnings.simplefilter('ignore')
        """
            + program
            + "assert w.to_dense().tolist() == [[0, 0, 0, 2.5], [0] * 4, [-1, 4, 0, 0]], w\n",
        folder.toString());
  }
}
