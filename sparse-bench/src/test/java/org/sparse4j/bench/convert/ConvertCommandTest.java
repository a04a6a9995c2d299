package org.sparse4j.bench.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.bench.Main;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.weights.OnnxBytes;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.io.MatrixMarket;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;

class ConvertCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path model = Path.of("");
  private DenseMatrix weight = DenseMatrix.zeros(0, 0);

  @BeforeEach
  void writeModel() throws IOException {
    model = folder.resolve("model.safetensors");
    weight = DenseMatrix.zeros(32, 48);
    Random random = new Random(5);
    for (int i = 0; i < 32; i++) {
      for (int j = 0; j < 48; j++) {
        weight.set(i, j, (float) random.nextGaussian());
      }
    }
    Safetensors.writer()
        .add("0.weight", weight)
        .add("0.bias", DenseMatrix.zeros(1, 32))
        .add("2.weight", DenseMatrix.copyOf(new float[][] {{1, 0}, {0, 2}}))
        .add("step", new long[] {7})
        .metadata("trained", "today")
        .write(model);
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  private Path convert(String... options) {
    Path target = folder.resolve("out.safetensors");
    String[] arguments =
        Stream.concat(Stream.of("convert", model.toString(), target.toString()), Stream.of(options))
            .toArray(String[]::new);
    assertEquals(ExitCode.OK, run(arguments), err.toString());
    return target;
  }

  @Test
  void turnsWeightsAndCopiesTheRest() throws IOException {
    Path target = convert("--format", "csr", "--sparsity", "0.75");
    try (SafetensorsFile file = Safetensors.open(target)) {
      assertEquals(List.of("0.weight", "2.weight"), file.matrixNames());
      CsrMatrix matrix = (CsrMatrix) file.sparse("0.weight");
      assertEquals(384, matrix.nnz());
      matrix
          .pattern()
          .forEach((index, row, column) ->
              assertEquals(weight.get(row, column), matrix.values().get(index)));
      assertArrayEquals(new long[] {7}, file.longs("step"));
      assertEquals(List.of(1L, 32L), file.info("0.bias").shape());
      assertEquals("today", file.metadata().get("trained"));
    }
    assertTrue(out.toString().contains("2 matrices, 6.02 KiB before"), out.toString());
    assertTrue(out.toString().contains("2 other tensors copied"), out.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "csr",
        "csc",
        "coo",
        "bitmap",
        "block:4x4",
        "2:4",
        "8:2:4",
        "1:4:g1",
        "low-rank:2",
        "block-diagonal:2",
        "monarch:2"
      })
  void everyFormatGoesIntoAFileAndBack(String format) throws IOException {
    Path target = convert("--format", format, "--include", "0.weight");
    Path back = folder.resolve("back.safetensors");
    int status = run("convert", target.toString(), back.toString(), "--format", "dense");
    assertEquals(ExitCode.OK, status, err.toString());
    try (SafetensorsFile compressed = Safetensors.open(target);
        SafetensorsFile dense = Safetensors.open(back)) {
      assertTrue(compressed.matrix("0.weight").toDense().contentEquals(dense.dense("0.weight")));
      assertEquals(List.of(), dense.matrixNames());
      assertEquals(List.of(7L), List.of(dense.longs("step")[0]));
    }
  }

  @Test
  void onlyLeavesOtherTensorsOut() throws IOException {
    Path target = convert("--only", "--exclude", "2.*");
    try (SafetensorsFile file = Safetensors.open(target)) {
      assertEquals(List.of("0.weight"), file.matrixNames());
      assertFalse(file.contains("step"));
      assertFalse(file.contains("2.weight"));
    }
  }

  @Test
  void matricesThatAreNotChosenKeepTheirFormat() throws IOException {
    Path target = convert("--format", "2:4");
    Path again = folder.resolve("again.safetensors");
    int status =
        run("convert", target.toString(), again.toString(), "--include", "2.*", "--format", "csc");
    assertEquals(ExitCode.OK, status, err.toString());
    try (SafetensorsFile file = Safetensors.open(again)) {
      assertEquals("N:M", file.matrix("0.weight").format());
      assertEquals("CSC", file.matrix("2.weight").format());
    }
  }

  @Test
  void readsOnnxByNodes() throws IOException {
    Path onnx = folder.resolve("model.onnx");
    byte[] model =
        new OnnxBytes()
            .tensor("onnx::MatMul_7", new int[] {2, 3}, 1, 2, 3, 4, 5, 6)
            .tensor("layer.0.bias", new int[] {3}, 7, 8, 9)
            .tensor("embeddings", new int[] {2, 2}, 1, 2, 3, 4)
            .node("/layer.0/dense/MatMul", "MatMul", "x", "onnx::MatMul_7")
            .node("/layer.0/dense/Add", "Add", "/layer.0/dense/MatMul:0", "layer.0.bias")
            .node("/Gather", "Gather", "embeddings", "ids")
            .model();
    Files.write(onnx, model);
    Path target = folder.resolve("out.safetensors");
    int status = run("convert", onnx.toString(), target.toString(), "--format", "csc");
    assertEquals(ExitCode.OK, status, err.toString());
    try (SafetensorsFile file = Safetensors.open(target)) {
      assertEquals(List.of("layer.0.dense.weight"), file.matrixNames());
      DenseMatrix dense = file.matrix("layer.0.dense.weight").toDense();
      float[] outputsByInputs = {1, 4, 2, 5, 3, 6};
      assertArrayEquals(outputsByInputs, dense.toArray());
      assertArrayEquals(new float[] {7, 8, 9}, file.floats("layer.0.bias"));
      assertEquals(List.of(2L, 2L), file.info("embeddings").shape());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"one.npz", "one.npy", "one.mtx", "one.mtx.gz"})
  void writesOneMatrixForOtherTools(String name) throws IOException {
    Path target = folder.resolve(name);
    Path back = folder.resolve("back.safetensors");
    int status =
        run(
            "convert",
            model.toString(),
            target.toString(),
            "--include",
            "0.weight",
            "--sparsity",
            "0.5");
    assertEquals(ExitCode.OK, status, err.toString());
    assertEquals(ExitCode.OK, run("convert", target.toString(), back.toString()), err.toString());
    Path ours = convert("--include", "0.weight", "--sparsity", "0.5");
    try (SafetensorsFile file = Safetensors.open(ours);
        SafetensorsFile read = Safetensors.open(back)) {
      assertEquals(List.of("one"), read.matrixNames());
      assertEquals(file.matrix("0.weight"), read.matrix("one"));
    }
  }

  @Test
  void writesPositionsAlone() throws IOException {
    Path target = folder.resolve("one.smtx");
    Path back = folder.resolve("back.safetensors");
    String[] options = {"--include", "2.*"};
    assertEquals(
        ExitCode.OK, run("convert", model.toString(), target.toString(), options[0], options[1]));
    assertEquals("2, 2, 2", Files.readAllLines(target).getFirst());
    assertEquals(ExitCode.OK, run("convert", target.toString(), back.toString()), err.toString());
    try (SafetensorsFile read = Safetensors.open(back)) {
      assertArrayEquals(new float[] {1, 0, 0, 1}, read.matrix("one").toDense().toArray());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "torch, csr, CSR",
    "torch, csc, CSC",
    "torch, block:4x4, block",
    "compressed-tensors, bitmap, bitmap",
    "compressed-tensors, 2:4, N:M"
  })
  void followsOtherConventions(String convention, String format, String name) throws IOException {
    Path target = convert("--convention", convention, "--format", format, "--include", "0.weight");
    Path ours = folder.resolve("ours.safetensors");
    Path back = folder.resolve("back.safetensors");
    run("convert", model.toString(), ours.toString(), "--format", format, "--include", "0.weight");
    assertEquals(
        ExitCode.OK,
        run("convert", target.toString(), back.toString(), "--include", "2.*"),
        err.toString());
    try (SafetensorsFile foreign = Safetensors.open(target);
        SafetensorsFile own = Safetensors.open(ours);
        SafetensorsFile read = Safetensors.open(back)) {
      assertEquals(List.of(), foreign.matrixNames());
      assertEquals(name, read.matrix("0.weight").format());
      assertEquals(own.matrix("0.weight"), read.matrix("0.weight"));
      assertTrue(read.contains("step"));
    }
  }

  @Test
  void writesJson() throws IOException {
    Path json = folder.resolve("report.json");
    convert("--format", "csr", "--sparsity", "0.5", "--json", json.toString());
    JsonNode tree = new ObjectMapper().readTree(json.toFile());
    JsonNode first = tree.path("matrices").path(0);
    assertEquals("0.weight", first.path("name").asText());
    assertEquals(768, first.path("stored").asLong());
    assertEquals(0.5, first.path("density").asDouble());
    double error = first.path("error").asDouble();
    assertTrue(error > 0.1 && error < 0.5, "error " + error);
    assertEquals(2, tree.path("copied").asInt());
  }

  @Test
  void figuresReplaceNeitherFile() throws IOException {
    byte[] before = Files.readAllBytes(model);
    Path link = Files.createSymbolicLink(folder.resolve("link.json"), model);
    Path target = folder.resolve("out.safetensors");
    for (Path json : List.of(model, link, target, folder.resolve("./out.safetensors"))) {
      err.getBuffer().setLength(0);
      int status = run("convert", model.toString(), target.toString(), "--json", json.toString());
      assertEquals(ExitCode.USAGE, status, err.toString());
      String other = json.equals(model) || json.equals(link) ? "FROM (" + model : "TO (" + target;
      assertTrue(err.toString().contains(") must be another file than " + other), err.toString());
    }
    assertArrayEquals(before, Files.readAllBytes(model));
    assertFalse(Files.exists(target));
  }

  @Test
  void errorOfAMatrixThatHoldsNaNIsADash() throws IOException {
    weight.set(3, 4, Float.NaN);
    Safetensors.writer().add("0.weight", weight).write(model);
    Path json = folder.resolve("report.json");
    Path target = convert("--format", "csr", "--sparsity", "0.5", "--json", json.toString());
    assertTrue(out.toString().lines().anyMatch(line -> line.endsWith(" -")), out.toString());
    JsonNode first = new ObjectMapper().readTree(json.toFile()).path("matrices").path(0);
    assertTrue(first.path("error").isNull(), first.toString());
    try (SafetensorsFile file = Safetensors.open(target)) {
      assertEquals(768, file.sparse("0.weight").nnz());
    }
  }

  @Test
  void sparseMatricesNeedNoDenseForm() throws IOException {
    Path huge = folder.resolve("huge.mtx");
    CsrMatrix matrix =
        CsrMatrix.builder(1_000_000, 1_000_000).add(0, 7, 2).add(999_999, 3, 0).build();
    MatrixMarket.write(matrix, huge);
    Path target = folder.resolve("out.safetensors");
    for (String format : List.of("csr", "csc", "coo")) {
      int status = run("convert", huge.toString(), target.toString(), "--format", format);
      assertEquals(ExitCode.OK, status, err.toString());
      try (SafetensorsFile file = Safetensors.open(target)) {
        assertEquals(matrix, file.sparse("huge").toCsr(), "a stored zero stays");
      }
    }
  }

  @Test
  void secondConversionLeavesDenseMatricesAlone() throws IOException {
    Path target = convert("--include", "0.weight");
    Path again = folder.resolve("again.safetensors");
    int status = run("convert", target.toString(), again.toString(), "--format", "csc");
    assertEquals(ExitCode.OK, status, err.toString());
    try (SafetensorsFile file = Safetensors.open(again)) {
      assertEquals(List.of("0.weight"), file.matrixNames());
      assertEquals("F32", file.info("2.weight").dtype());
    }
  }

  @Test
  void mayReplaceItsInput() throws IOException {
    assertEquals(ExitCode.OK, run("convert", model.toString(), model.toString()), err.toString());
    try (SafetensorsFile file = Safetensors.open(model)) {
      assertEquals("CSR", file.matrix("0.weight").format());
      assertTrue(file.matrix("0.weight").toDense().contentEquals(weight));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          IN OUT --format 3:2             | 2 | format (3:2): NmStructure: n (3) must be between 1 and m (2)
          IN OUT --format block:0x4       | 2 | format (block:0x4): every size must be at least 1
          IN one.npz --convention torch   | 2 | --convention (torch) is for .safetensors files; TO is one.npz
          IN OUT --format 2:4 --sparsity .5 | 2 | format (2:4) takes no sparsity, got 0.5; its sizes say what it keeps
          IN OUT --include none*          | 3 | IN: no matrix is chosen; the file holds 4 tensors:
          none.safetensors OUT            | 3 | no such file or folder: none.safetensors
          model.bin OUT                   | 3 | no such file or folder: model.bin
          IN OUT --convention torch --format 2:4 | 3 | IN: 0.weight: convention (torch) holds csr, csc and block matrices, this one is N:M
          IN one.npz                      | 4 | a SciPy file holds one matrix, 2 are chosen; choose one with --include
          IN out.bin                      | 4 | cannot write out.bin: unknown kind of file; names end in
          IN no/such/out.safetensors      | 4 | cannot write no/such/out.safetensors: no such folder:
          IN                              | 2 | missing required parameter: 'TO'
          IN OUT --format dense --dtype I8 | 2 | format (dense) stores F32 numbers only, got I8
          IN OUT --json OUT               | 2 | --json (
          IN OUT --json IN                | 2 | --json (
          IN OUT --dtype F64              | 2 | invalid value for option '--dtype'
          """)
  void rejects(String line, int code, String message) throws IOException {
    Path target = folder.resolve("out.safetensors");
    Map<String, String> places = Map.of("IN", model.toString(), "OUT", target.toString());
    String[] arguments =
        Stream.concat(
                Stream.of("convert"),
                Stream.of(line.split(" ", -1)).map(word -> places.getOrDefault(word, word)))
            .toArray(String[]::new);
    int status = run(arguments);
    String wanted = "sparse4j convert: " + message.replace("IN:", model + ":");
    assertTrue(err.toString().startsWith(wanted), err.toString());
    assertEquals(code, status);
    assertEquals(1, err.toString().lines().count(), err.toString());
    assertFalse(Files.exists(target), "nothing half-written");
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count(), "no temporary files left");
    }
  }
}
