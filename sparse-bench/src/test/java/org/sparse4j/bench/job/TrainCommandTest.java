package org.sparse4j.bench.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.bench.CommandRun;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.data.IdxFiles;

class TrainCommandTest {
  @TempDir private Path folder;
  private Path data;
  private Path out;

  @BeforeEach
  void writeImages() throws IOException {
    data = IdxFiles.set(folder.resolve("data"), 64, 40, 6, 10);
    out = folder.resolve("out");
  }

  private CommandRun small(Object... more) {
    Object[] all = {
      "train",
      "--data",
      data,
      "--epochs",
      2,
      "--batch",
      16,
      "--sparsity",
      "0.9",
      "--method",
      "rigl",
      "--interval",
      2,
      "--out",
      out
    };
    Object[] joined = Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, joined, all.length, more.length);
    return CommandRun.of(joined);
  }

  @Test
  void printsATableAndLeavesModelsAndReport() throws IOException {
    Path json = folder.resolve("result.json");
    CommandRun run = small("--json", json);
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    List<String> lines = run.out().strip().lines().toList();
    assertTrue(lines.get(0).startsWith("method  sparsity    test accuracy"), run.out());
    assertTrue(lines.get(2).startsWith("dense        0 %"), run.out());
    assertTrue(lines.get(3).startsWith("RigL        90 %"), run.out());
    assertTrue(run.out().contains("With 40 test images"), run.out());
    assertTrue(run.err().contains("64 images to train on, 40 to test on"), run.err());
    for (String file : List.of("dense.safetensors", "rigl-90.safetensors", "report.html")) {
      assertTrue(Files.size(out.resolve(file)) > 1000, file);
    }
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("RigL 90 %"), "report");
    JsonNode job = new ObjectMapper().readTree(json.toFile());
    assertEquals(2, job.get("runs").size());
    assertTrue(
        job.get("command").asText().startsWith("sparse4j train --data "),
        job.get("command").asText());
    CommandRun inspected =
        CommandRun.of("inspect", out.resolve("rigl-90.safetensors"), "--accuracy", "--data", data);
    assertEquals(ExitCode.OK, inspected.exitCode(), inspected.err());
  }

  @Test
  void jsonOnTheScreenIsAlone() throws IOException {
    CommandRun run = small("--no-progress", "--json");
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    assertEquals(2, new ObjectMapper().readTree(run.out()).get("runs").size());
    assertEquals("", run.err());
  }

  @Test
  void equalSeedsGiveEqualAccuraciesOthersDoNot() throws IOException {
    JsonNode first = new ObjectMapper().readTree(small("--seed", 3, "--json").out());
    JsonNode again =
        new ObjectMapper().readTree(small("--seed", 3, "--threads", 2, "--json").out());
    JsonNode other = new ObjectMapper().readTree(small("--seed", 4, "--json").out());
    for (int r = 0; r < 2; r++) {
      for (String name : List.of("testAccuracy", "trainAccuracy", "epochs")) {
        assertEquals(first.get("runs").get(r).get(name), again.get("runs").get(r).get(name), name);
      }
    }
    assertFalse(
        first.get("runs").get(1).get("epochs").equals(other.get("runs").get(1).get("epochs")));
  }

  @ParameterizedTest
  @CsvSource({
    "--sparsity, 90, --sparsity (90.0) must be between 0 and 1",
    "--sparsity, 0, --sparsity (0.0) must be between 0 and 1",
    "--sparsity, NaN, --sparsity (NaN) must be between 0 and 1",
    "--epochs, 0, --epochs (0) must be at least 1",
    "--batch, -1, --batch (-1) must be at least 1",
    "--interval, 0, --interval (0) must be at least 1",
    "--threads, 0, --threads (0) must be at least 1",
    "--threads, 5000, --threads (5000) must be at most 1024",
    "--learning-rate, 0, --learning-rate (0.0) must be above 0 and finite",
    "--learning-rate, Infinity, --learning-rate (Infinity) must be above 0 and finite",
    "--l2, -1, --l2 (-1.0) must be finite and not negative",
    "--classes, 1, --classes (1) must be between 2 and 256",
    "--method, lasso, 'lasso'",
    "--batch, 9000, '--batch (9000) must be at most 8000, the training images'",
    "--classes, 9, --classes (9) must be 10 for the bundled images"
  })
  void rejectsValuesOutOfRange(String option, String value, String message) {
    CommandRun run = CommandRun.of("train", "--out", out, option, value);
    assertEquals(ExitCode.USAGE, run.exitCode(), run.err());
    assertEquals(1, run.errors().size(), run.err());
    assertTrue(run.err().startsWith("sparse4j train: "), run.err());
    assertTrue(run.err().contains(message.replaceAll("^'(--.*)'$", "$1")), run.err());
    assertFalse(Files.exists(out), "nothing is made before the options are checked");
  }

  @Test
  void rejectsAMissingDataFolder() {
    Path missing = folder.resolve("none");
    assertError(
        ExitCode.INPUT,
        "no such file or folder: " + missing,
        CommandRun.of("train", "--data", missing, "--out", out));
  }

  @Test
  void rejectsAMissingDataFile() throws IOException {
    Path labels = data.resolve("t10k-labels-idx1-ubyte");
    Files.delete(labels);
    assertError(ExitCode.INPUT, "no such file or folder: " + labels + ".gz", small());
  }

  @Test
  void rejectsADamagedDataFile() throws IOException {
    Path images = data.resolve("t10k-images-idx3-ubyte");
    Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 1000));
    assertError(
        ExitCode.INPUT,
        "idx: the data must be as long as the sizes say; "
            + images
            + ", offset 1000, expected 1440 bytes, found 984 bytes",
        small());
  }

  @Test
  void rejectsLabelsThatAreNoClass() {
    CommandRun run = small("--classes", 9);
    assertError(
        ExitCode.INPUT,
        "idx: a label must be a class; "
            + data.resolve("train-labels-idx1-ubyte.gz")
            + ", offset 17, expected 0 to 8, found 9",
        run);
  }

  @Test
  void rejectsAFileAsOutputFolder() throws IOException {
    Files.writeString(out, "in the way");
    assertError(ExitCode.OUTPUT, "cannot write to " + out + ": not a folder", small());
  }

  @Test
  void rejectsAnOutputFolderThatCannotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    CommandRun run = CommandRun.of("train", "--out", file.resolve("below"));
    assertEquals(ExitCode.OUTPUT, run.exitCode());
    assertEquals(1, run.errors().size(), run.err());
    assertTrue(
        run.err().startsWith("sparse4j train: cannot write " + file.resolve("below") + ": "),
        run.err());
  }

  @Test
  void rejectsJsonInAFolderThatDoesNotExistBeforeTraining() {
    Path json = folder.resolve("none/result.json");
    assertError(
        ExitCode.OUTPUT,
        "cannot write " + json + ": no such folder: " + json.getParent(),
        small("--json", json));
    assertFalse(Files.exists(out));
  }

  @Test
  void saysThatTheDiskIsFull() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no device that is always full");
    assertError(
        ExitCode.OUTPUT,
        "cannot write /dev/full: disk full",
        small("--no-progress", "--json", full));
  }

  @Test
  void saysThatAModelCannotBeSaved() throws IOException {
    Path model = out.resolve("dense.safetensors");
    Files.createDirectories(model);
    CommandRun run = small("--no-progress");
    assertEquals(ExitCode.OUTPUT, run.exitCode());
    assertEquals(1, run.errors().size(), run.err());
    assertTrue(run.err().startsWith("sparse4j train: cannot write " + model + ": "), run.err());
  }

  @Test
  void saysThatTrainingDiverged() {
    CommandRun run = small("--no-progress", "--learning-rate", "1e30");
    assertEquals(ExitCode.FAILED, run.exitCode());
    assertEquals(1, run.errors().size(), run.err());
    assertTrue(run.err().startsWith("sparse4j train: Trainer: loss is "), run.err());
    assertTrue(run.err().contains("at step"), run.err());
  }

  private static void assertError(int exitCode, String message, CommandRun run) {
    assertEquals(List.of("sparse4j train: " + message), run.errors());
    assertEquals(exitCode, run.exitCode());
  }
}
