package org.sparse4j.bench.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.bench.Main;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;

/**
 * The linear weights of a real model, all-MiniLM-L6-v2, into five formats and back. The model takes
 * 83 MB and comes with the Maven profile {@code models}; without it these tests are skipped.
 */
class MiniLmTest {
  private static final String MODEL = "/all-minilm-l6-v2.onnx";

  @TempDir private static Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    try (InputStream model = MiniLmTest.class.getResourceAsStream(MODEL)) {
      assumeTrue(model != null, "the model is not here; the profile models brings it");
      assertNotNull(model);
      Files.copy(model, folder.resolve("model.onnx"));
    }
  }

  private static void run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[arguments.length];
    for (int w = 0; w < words.length; w++) {
      words[w] = arguments[w].toString();
    }
    int status = Main.run(new PrintWriter(out), new PrintWriter(err), words);
    assertEquals(ExitCode.OK, status, err.toString());
    if (words[0].equals("inspect")) {
      assertTrue(out.toString().contains("encoder.layer.5.output.dense.weight"), out.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "csr, 0.9, CSR, 1061700",
    "2:4,, N:M, 5308416",
    "16:2:4,, V:N:M, 5308416",
    "block:16x16, 0.9, block, 1065984",
    "monarch:4,, monarch, 3981312"
  })
  void everyLinearWeightGoesThereAndBack(
      String format, String sparsity, String name, long parameters) throws IOException {
    Path there = folder.resolve("there.safetensors");
    Path back = folder.resolve("back.safetensors");
    if (sparsity == null) {
      run(
          "convert",
          folder.resolve("model.onnx"),
          there,
          "--format",
          format,
          "--include",
          "encoder.*",
          "--only");
    } else {
      run(
          "convert",
          folder.resolve("model.onnx"),
          there,
          "--format",
          format,
          "--sparsity",
          sparsity,
          "--include",
          "encoder.*",
          "--only");
    }
    run("convert", there, back, "--format", "dense");
    run("inspect", there, "--no-pattern");
    long stored = 0;
    try (SafetensorsFile compressed = Safetensors.open(there);
        SafetensorsFile dense = Safetensors.open(back)) {
      assertEquals(36, compressed.matrixNames().size());
      for (String weight : compressed.matrixNames()) {
        CompressedMatrix matrix = compressed.matrix(weight);
        assertEquals(name, matrix.format());
        stored += matrix.parameterCount();
        assertTrue(matrix.toDense().contentEquals(dense.dense(weight)), weight);
      }
    }
    assertEquals(parameters, stored);
  }
}
