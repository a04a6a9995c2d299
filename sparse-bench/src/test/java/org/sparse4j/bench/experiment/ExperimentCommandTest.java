package org.sparse4j.bench.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.bench.CommandRun;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.data.IdxFiles;

class ExperimentCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void makeImages() throws IOException {
    data = IdxFiles.set(folder.resolve("noise"), 256, 40, 6, 10);
  }

  private CommandRun run(String file, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "experiment",
                "images",
                "--data",
                data,
                "--no-progress",
                "--json",
                folder.resolve(file)));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  private JsonNode rows(String file) throws IOException {
    return JSON.readTree(folder.resolve(file).toFile()).get("rows");
  }

  @Test
  void rowsRepeatToTheLastDigitForAnyNumberOfThreads() throws IOException {
    Object[] some = {"--seeds", "4", "--only", "dense", "--only", "RigL 98 %"};
    CommandRun first = run("one.json", some);
    assertEquals(ExitCode.OK, first.exitCode(), first.err());
    run("again.json", some);
    run("two.json", "--seeds", "4", "--only", "dense", "--only", "RigL 98 %", "--threads", 2);
    JsonNode rows = rows("one.json");
    assertEquals(2, rows.size());
    assertEquals(rows, rows("again.json"));
    assertEquals(rows, rows("two.json"));
    JsonNode rigL = rows.get(1);
    assertEquals("RigL", rigL.get("method").asText());
    assertEquals(20, rigL.get("curve").get("loss").size());
    assertEquals(20, rigL.get("curve").get("epochs").get(19).asDouble());
    assertTrue(rigL.get("flops").get("forward").asDouble() > 0);
    // Numbers, gradients and one slot of momentum, each 4 bytes a stored weight.
    JsonNode memory = rigL.get("memory");
    assertEquals(12 * memory.get("stored").asLong(), memory.get("expected").asLong());
    assertEquals(
        memory.get("expected").asLong(),
        memory.get("weights").asLong()
            + memory.get("gradients").asLong()
            + memory.get("slots").asLong());
    assertEquals(
        "sparse4j experiment images --data noise --only 'RigL 98 %' --seeds 4",
        rigL.get("command").asText());
    assertTrue(first.out().contains("| RigL 98 % | 0.98"), first.out());
  }

  @Test
  void whatIsInTheFileIsNotRunAgain() throws IOException {
    Path file = folder.resolve("one.json");
    run("one.json", "--seeds", "1", "--only", "dense");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
    run("one.json", "--seeds", "1", "--only", "dense");
    assertEquals(1000, Files.getLastModifiedTime(file).toMillis());
    run("one.json", "--seeds", "1,2", "--only", "dense");
    assertEquals(2, rows("one.json").size());
    // Another recipe is another run.
    ObjectNode tree = (ObjectNode) JSON.readTree(file.toFile());
    ((ObjectNode) tree.get("rows").get(0)).put("recipe", "older");
    Files.writeString(file, tree.toString());
    run("one.json", "--seeds", "1,2", "--only", "dense");
    assertEquals(3, rows("one.json").size());
  }

  @Test
  void theSameRunOfAnotherExperimentIsTakenOver() throws IOException {
    run("one.json", "--seeds", "1", "--only", "dense");
    CommandRun.of(
        "experiment",
        "rounds",
        "--data",
        data,
        "--no-progress",
        "--json",
        folder.resolve("one.json"),
        "--seeds",
        "1",
        "--only",
        "dense");
    JsonNode rows = rows("one.json");
    assertEquals(2, rows.size());
    assertEquals("rounds", rows.get(1).get("experiment").asText());
    assertEquals(rows.get(0).get("command"), rows.get(1).get("command"));
  }

  @Test
  void timesAreAddedToRows() throws IOException {
    run("one.json", "--seeds", "1", "--only", "dense", "--only", "static 98 %");
    run("one.json", "--seeds", "1", "--only", "static 98 %", "--times");
    JsonNode rows = rows("one.json");
    assertEquals(2, rows.size());
    assertTrue(rows.get(1).get("stepMicros").get("own").asDouble() > 0);
    assertTrue(rows.get(1).get("stepMicros").get("reference").asDouble() > 0);
    assertTrue(rows.get(0).get("stepMicros") == null);
  }

  /** Masks are chosen in every step of these, so no step can be left out. */
  @Test
  void stepsThatChooseMasksAreTimedToo() throws IOException {
    Path file = folder.resolve("one.json");
    for (String more : List.of("--threads=1", "--times")) {
      CommandRun run =
          CommandRun.of(
              "experiment",
              "n-m",
              "--data",
              data,
              "--no-progress",
              "--json",
              file,
              "--seeds",
              "1",
              "--only",
              "STE 2:4",
              more);
      assertEquals(ExitCode.OK, run.exitCode(), run.err());
    }
    assertTrue(rows("one.json").get(0).get("stepMicros").get("own").asDouble() > 0);
  }

  /** The page would take the place of the results. */
  @Test
  void pageAndResultsAreDifferentFiles() throws IOException {
    Path file = folder.resolve("one.json");
    Files.writeString(file, "{\"rows\": []}");
    Path page = folder.resolve("noise").resolve("..").resolve("one.json");
    CommandRun run = CommandRun.of("experiment", "--json", file, "--page", page);
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(
        run.err().contains("--page (" + page + ") must be another file than --json"), run.err());
    assertEquals("{\"rows\": []}", Files.readString(file));
  }

  /** Noise of six by six pixels and some thousand characters: only that every recipe runs. */
  @Test
  void everyVariantRuns() throws IOException {
    Path text = Files.createDirectories(folder.resolve("letters"));
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      letters.append((char) ('a' + i * i % 7));
    }
    Files.writeString(text.resolve("letters.txt"), letters);
    Path file = folder.resolve("all.json");
    int variants = 0;
    for (Experiment experiment : Experiments.all(true)) {
      CommandRun run =
          CommandRun.of(
              "experiment",
              experiment.name(),
              "--data",
              experiment.source() == Experiment.Source.IMAGES ? data : text,
              "--seeds",
              "1",
              "--no-progress",
              "--json",
              file,
              "--page",
              folder.resolve("all.md"));
      assertEquals(ExitCode.OK, run.exitCode(), experiment.name() + ": " + run.err());
      variants += experiment.variants().size();
    }
    assertEquals(variants, rows("all.json").size());
    for (JsonNode row : rows("all.json")) {
      assertTrue(row.get("test").isNumber(), row.toString());
      assertTrue(row.get("flops").get("forward").asDouble() > 0, row.toString());
    }
    String page = Files.readString(folder.resolve("all.md"));
    for (Experiment experiment : Experiments.all(true)) {
      assertTrue(page.contains("\n## " + experiment.name() + ": "), experiment.name());
    }
  }

  @Test
  void everyVariantIsListedOnce() {
    for (boolean full : new boolean[] {false, true}) {
      Set<String> names = new TreeSet<>();
      for (Experiment experiment : Experiments.all(full)) {
        assertTrue(names.add(experiment.name()), experiment.name());
        Set<String> labels = new TreeSet<>();
        for (Variant variant : experiment.variants()) {
          assertTrue(labels.add(variant.label()), experiment.name() + " " + variant.label());
        }
        assertTrue(labels.contains(experiment.reference()), experiment.name());
        for (Claim claim : experiment.claims()) {
          List<String> left = claim.among().isEmpty() ? List.of(claim.left()) : claim.among();
          assertTrue(labels.containsAll(left), claim.toString());
          assertTrue(claim.right().map(labels::contains).orElse(true), claim.toString());
        }
      }
    }
    CommandRun list = CommandRun.of("experiment", "--list");
    assertTrue(list.out().contains("images: Which rule"), list.out());
    assertTrue(list.out().contains("RigL 98 %"), list.out());
  }

  @Test
  void wrongUseIsOneLine() {
    CommandRun none = CommandRun.of("experiment");
    assertEquals(ExitCode.USAGE, none.exitCode());
    assertTrue(none.err().contains("missing experiment; --list shows them"), none.err());
    CommandRun unknown = CommandRun.of("experiment", "pictures");
    assertEquals(ExitCode.USAGE, unknown.exitCode());
    assertTrue(
        unknown.err().contains("unknown experiment pictures; there are images, "), unknown.err());
    CommandRun variant = CommandRun.of("experiment", "images", "--only", "Rigel");
    assertTrue(
        variant.err().contains("--only (Rigel) is no variant of these experiments"), variant.err());
    CommandRun threads = CommandRun.of("experiment", "images", "--threads", "0");
    assertTrue(threads.err().contains("--threads (0) must be between 1 and 1024"), threads.err());
  }

  /** The numbers that are named are enough. */
  @Test
  void dataThatDoNotServeAreOneLine() throws IOException {
    Path gone = folder.resolve("gone");
    for (String more : List.of("--list", "--threads=1")) {
      CommandRun run = CommandRun.of("experiment", "gpt", "--data", gone, more);
      assertEquals(ExitCode.INPUT, run.exitCode());
      assertEquals("sparse4j experiment: no such file or folder: " + gone, run.err().strip());
    }
    Path text = Files.createDirectories(folder.resolve("short")).resolve("a.txt");
    CommandRun file = CommandRun.of("experiment", "--data", text, "--list");
    assertEquals(ExitCode.INPUT, file.exitCode());
    // A line break follows the file.
    assertShort(text, "gpt", 200, 1121, "batch of 16 sequences", "dense");
    assertShort(text, "text", 299, 302, "batch of 256 windows", "dense");
    Path few = IdxFiles.set(folder.resolve("few"), 146, 1, 6, 10);
    CommandRun images =
        CommandRun.of("experiment", "images", "--data", few, "--no-progress", "--only", "dense");
    assertEquals(ExitCode.INPUT, images.exitCode());
    assertEquals(
        "sparse4j experiment: images: "
            + few
            + " must have at least 147 images to train on and 1 to test on, has 146 and 1",
        images.err().strip());
  }

  private static void assertShort(
      Path text, String experiment, int has, int needs, String batch, String variant)
      throws IOException {
    Files.writeString(text, "ab".repeat(needs).substring(0, has - 1));
    Object[] words = {
      "experiment",
      experiment,
      "--data",
      text.getParent(),
      "--no-progress",
      "--only",
      variant,
      "--seeds",
      "1"
    };
    CommandRun run = CommandRun.of(words);
    assertEquals(ExitCode.INPUT, run.exitCode());
    assertEquals(
        "sparse4j experiment: text: "
            + text.getParent()
            + " must have at least "
            + needs
            + " characters for a "
            + batch
            + ", has "
            + has,
        run.err().strip());
    Files.writeString(text, "ab".repeat(needs).substring(0, needs - 1));
    CommandRun enough = CommandRun.of(words);
    assertEquals(ExitCode.OK, enough.exitCode(), enough.err());
  }

  @Test
  void rowsAreReadAsTheyWereWritten() throws IOException {
    run("one.json", "--seeds", "1", "--only", "dense");
    ObjectNode tree = (ObjectNode) JSON.readTree(folder.resolve("one.json").toFile());
    ObjectNode node = (ObjectNode) tree.get("rows").get(0);
    node.put("test", "Infinity").put("train", "NaN");
    ((ObjectNode) node.get("figures")).put("drop", "-Infinity");
    ObjectNode again = JSON.createObjectNode();
    Row.read(node).write(again);
    // As text: whether a whole number is an int or a long makes no difference there.
    assertEquals(node.toString(), again.toString());
    ObjectNode curve = (ObjectNode) node.get("curve");
    curve.putArray("loss").add("x");
    assertUnfit("loss", node);
    curve.putArray("loss").addNull();
    assertUnfit("loss", node);
    curve.putArray("loss");
    node.put("seed", BigInteger.TEN.pow(30));
    assertUnfit("seed", node);
    node.put("seed", 1).put("test", "inf");
    assertUnfit("test", node);
  }

  private static void assertUnfit(String name, JsonNode node) {
    assertEquals(
        name + " is missing or no such thing",
        assertThrows(IllegalArgumentException.class, () -> Row.read(node)).getMessage());
  }

  @Test
  void aDamagedFileIsNotMended() throws IOException {
    Path file = folder.resolve("bad.json");
    Files.writeString(file, "{\"rows\": [{}]}");
    CommandRun run = run("bad.json", "--seeds", "1", "--only", "dense");
    assertEquals(ExitCode.INPUT, run.exitCode());
    assertTrue(
        run.err().contains("holds no results of experiments: row 1: flops is missing or no such"),
        run.err());
    Files.writeString(file, "{\"rows\": [");
    assertEquals(
        "sparse4j experiment: "
            + file
            + " holds no results of experiments: line 1: Unexpected end-of-input: expected close"
            + " marker for Array",
        run("bad.json").err().strip());
    Files.writeString(file, "{");
    assertTrue(run("bad.json").err().contains("holds no results of experiments: line 1: "));
    assertEquals("{", Files.readString(file));
  }
}
