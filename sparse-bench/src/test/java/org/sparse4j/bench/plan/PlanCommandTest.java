package org.sparse4j.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.bench.CommandRun;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.io.Safetensors;
import org.sparse4j.mask.Mask;
import org.sparse4j.structured.MonarchMatrix;

class PlanCommandTest {
  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeAModel() throws IOException {
    model = folder.resolve("model.safetensors");
    CsrMatrix sparse = CsrMatrix.fromDense(dense(32, 48), Mask.random(32, 48, 150, 1));
    Safetensors.writer()
        .add("0.weight", sparse)
        .add("0.bias", new float[32])
        .add("4.weight", MonarchMatrix.random(16, 16, 4, 3))
        .write(model);
  }

  private static DenseMatrix dense(int rows, int columns) {
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, 1 + (i * 7 + j * 3) % 5);
      }
    }
    return matrix;
  }

  private CommandRun run(Object... options) {
    Object[] words = new Object[options.length + 4];
    words[0] = "plan";
    words[1] = model;
    words[2] = "--seconds";
    words[3] = "0.02";
    System.arraycopy(options, 0, words, 4, options.length);
    return CommandRun.of(words);
  }

  @Test
  void showsALineForEachMatrix() {
    CommandRun run = run("--batch", 8, "--no-progress");
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    assertEquals("", run.err());
    List<String> lines = run.out().lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertTrue(lines.getFirst().startsWith(model + ": spmm of 8 samples, 1 thread, "), run.out());
    assertEquals("matrix shape stored density chosen kernel time to dense crossover", lines.get(2));
    assertTrue(lines.get(4).startsWith("0.weight 32x48 CSR 9.77 % "), run.out());
    assertTrue(lines.get(5).startsWith("4.weight 16x16 monarch "), run.out());
    for (String line : lines.subList(4, 6)) {
      assertTrue(line.matches(".* (us|ms) \\d+\\.\\d\\dx [01]\\.\\d{3}"), line);
    }
    assertTrue(lines.contains("2 measured, 0 remembered"), run.out());
    assertFalse(run.out().contains("ceilings"), run.out());
  }

  @Test
  void denseWeightsCountAsTheirNumbers() throws IOException {
    model = folder.resolve("dense.safetensors");
    DenseMatrix half = dense(16, 32);
    half.rows(0, 8).fill(0);
    Safetensors.writer().add("0.weight", half).write(model);
    CommandRun run = run("--threads", 1, "--no-crossover");
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    String line = run.out().lines().toList().get(4).replaceAll(" +", " ");
    assertTrue(line.startsWith("0.weight 16x32 F32 50 % "), run.out());
    assertTrue(line.endsWith(" -"), run.out());
  }

  @Test
  void matricesWithoutRowsOrColumnsAreLeftOut() throws IOException {
    model = folder.resolve("empty.safetensors");
    CsrMatrix some = CsrMatrix.fromDense(dense(8, 8), Mask.random(8, 8, 20, 1));
    Safetensors.writer()
        .add("0.weight", CsrMatrix.fromDense(DenseMatrix.zeros(0, 5)))
        .add("1.weight", some)
        .add("2.weight", CsrMatrix.fromDense(DenseMatrix.zeros(5, 0)))
        .write(model);
    CommandRun run = run("--no-crossover");
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    assertTrue(run.out().lines().toList().get(4).startsWith("1.weight "), run.out());
    assertTrue(run.out().contains("1 measured, 0 remembered"), run.out());
  }

  @Test
  void remembersAndExplains() throws IOException {
    Path plans = folder.resolve("plans.txt");
    CommandRun first =
        run("--batch", 1, "--threads", 1, "--remember", plans, "--no-crossover", "--explain");
    assertEquals(ExitCode.OK, first.exitCode(), first.err());
    assertTrue(first.out().contains(": spmv of 1 samples, 1 thread, "), first.out());
    assertTrue(first.out().contains("spmv 32x48 CSR (nnz 150), n 1, 1 thread: "), first.out());
    assertEquals(2, first.out().lines().filter(line -> line.startsWith("ceilings: ")).count());
    CommandRun second = run("--batch", 1, "--remember", plans, "--no-crossover");
    assertTrue(second.out().contains("0 measured, 2 remembered"), second.out());
    Files.writeString(plans, "something else\n");
    CommandRun third = run("--remember", plans);
    assertEquals(ExitCode.INPUT, third.exitCode());
    assertEquals(
        List.of(
            "sparse4j plan: plans: "
                + plans
                + " is no file of plans or damaged: line 1 must be \"sparse4j-plans 1\", found"
                + " \"something else\""),
        third.errors());
  }

  @Test
  void writesJson() throws IOException {
    CommandRun screen = run("--batch", 4, "--no-progress", "--json");
    assertEquals(ExitCode.OK, screen.exitCode(), screen.err());
    JsonNode tree = new ObjectMapper().readTree(screen.out());
    assertEquals("spmm", tree.get("operation").asText());
    assertEquals(2, tree.get("layers").size());
    JsonNode layer = tree.get("layers").get(0);
    assertEquals(150.0 / (32 * 48), layer.get("density").asDouble());
    assertFalse(layer.get("remembered").asBoolean());
    double crossover = layer.get("crossover").asDouble();
    assertTrue(crossover > 0 && crossover < 1, "" + crossover);
    assertTrue(layer.get("candidates").size() >= 2);
    assertTrue(
        Set.of("dense", "CSR", "bitmap").contains(layer.get("chosen").asText()), screen.out());
    Path file = folder.resolve("plan.json");
    CommandRun quiet = run("--json", file, "--no-crossover");
    assertEquals(ExitCode.OK, quiet.exitCode(), quiet.err());
    assertFalse(new ObjectMapper().readTree(file.toFile()).findPath("layers").isMissingNode());
    assertTrue(quiet.out().contains("0.weight"), quiet.out());
  }

  @Test
  void errorsAreOneLine() throws IOException {
    assertError(ExitCode.USAGE, "--batch (0) must be at least 1", "--batch", 0);
    int processors = Runtime.getRuntime().availableProcessors();
    assertError(
        ExitCode.USAGE,
        "--threads (0) must be between 1 and " + processors + ", the processors here",
        "--threads",
        0);
    assertError(ExitCode.USAGE, "--seconds (0.0) must be between 0.001 and 3600", "--seconds", 0);
    assertError(
        ExitCode.USAGE, "--remember takes a file of plans, got " + model, "--remember", model);
    assertError(
        ExitCode.USAGE,
        "--json would write over " + model + "; give --json after the file",
        "--json",
        model);
    Path none = folder.resolve("none.safetensors");
    Safetensors.writer().add("0.bias", new float[3]).write(none);
    model = none;
    assertError(ExitCode.INPUT, none + ": there is no weight matrix");
    model = folder.resolve("missing.onnx");
    assertEquals(ExitCode.INPUT, run().exitCode());
  }

  private void assertError(int exitCode, String message, Object... options) {
    CommandRun run =
        options.length == 2 && options[0].equals("--seconds")
            ? CommandRun.of("plan", model, options[0], options[1])
            : run(options);
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals(1, run.errors().size(), run.err());
    assertTrue(run.err().contains(message), run.err());
  }
}
