package org.sparse4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.bench.data.IdxFiles;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.io.Safetensors;

/** docs/command-line.md says what the command does. */
class CommandLineDocTest {
  private static final String PAGE = page();

  @TempDir private Path folder;

  private static String page() {
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.isDirectory(here.resolve("docs")) ? here : here.resolveSibling("");
    try {
      return Files.readString(root.resolve("docs/command-line.md"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String section(String heading) {
    Matcher matcher =
        Pattern.compile("(?ms)^## " + Pattern.quote(heading) + "$(.*?)(?=^## |\\z)").matcher(PAGE);
    assertTrue(matcher.find(), "docs/command-line.md has no section " + heading);
    return matcher.group(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sparse4j",
        "sparse4j train",
        "sparse4j convert",
        "sparse4j inspect",
        "sparse4j plan",
        "sparse4j check",
        "sparse4j bench",
        "sparse4j experiment",
        "sparse4j reference"
      })
  void helpIsShownAsItIs(String command) {
    Object[] words = (command + " --help").substring("sparse4j ".length()).split(" ", -1);
    String shown = section(command).split("```text\\R", -1)[1].split("```", -1)[0];
    assertEquals(lines(CommandRun.of(words).out()), lines(shown));
  }

  private static String lines(String text) {
    return text.lines().map(String::stripTrailing).collect(Collectors.joining("\n")).strip();
  }

  @Test
  void everyNameInTheJsonOfAJobIsListed() throws IOException {
    Path data = IdxFiles.set(folder.resolve("data"), 32, 16, 4, 10);
    CommandRun run =
        CommandRun.of(
            "train",
            "--data",
            data,
            "--out",
            folder.resolve("out"),
            "--epochs",
            1,
            "--batch",
            16,
            "--sparsity",
            "0.5",
            "--method",
            "set",
            "--no-progress",
            "--json");
    assertListed(run, "JSON of train");
  }

  @Test
  void everyNameInTheJsonOfAnInspectionIsListed() throws IOException {
    Path data = IdxFiles.set(folder.resolve("data"), 32, 16, 4, 10);
    Path out = folder.resolve("out");
    CommandRun train =
        CommandRun.of(
            "train",
            "--data",
            data,
            "--out",
            out,
            "--epochs",
            1,
            "--batch",
            16,
            "--sparsity",
            "0.5",
            "--method",
            "set",
            "--no-progress");
    assertEquals(0, train.exitCode(), train.err());
    assertListed(
        CommandRun.of(
            "inspect", out.resolve("set-50.safetensors"), "--accuracy", "--data", data, "--json"),
        "JSON of inspect");
  }

  @Test
  void everyNameInTheJsonOfAPlanIsListed() throws IOException {
    Path model = folder.resolve("model.safetensors");
    CsrMatrix sparse = CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{1, 0}, {0, 2}}));
    Safetensors.writer().add("0.weight", sparse).write(model);
    assertListed(
        CommandRun.of("plan", model, "--seconds", "0.01", "--no-progress", "--json"),
        "JSON of plan");
  }

  @Test
  void everyNameInTheJsonOfACheckIsListed() throws IOException {
    assertListed(
        CommandRun.of("check", "--cases", 1, "--seed", 3, "--no-progress", "--json"),
        "JSON of check");
  }

  @Test
  void everyNameInTheJsonOfAnExperimentIsListed() throws IOException {
    Path data = IdxFiles.set(folder.resolve("data"), 256, 16, 4, 10);
    Path json = folder.resolve("results.json");
    Object[] words = {
      "experiment",
      "images",
      "--only",
      "static 98 %",
      "--only",
      "dense",
      "--data",
      data,
      "--seeds",
      1,
      "--no-progress",
      "--json",
      json
    };
    CommandRun run = CommandRun.of(words);
    Object[] timed = Arrays.copyOf(words, words.length + 1);
    timed[words.length] = "--times";
    assertEquals(0, CommandRun.of(timed).exitCode(), run.err());
    assertListed(new CommandRun(0, Files.readString(json), ""), "JSON of experiment");
  }

  private static void assertListed(CommandRun run, String heading) throws IOException {
    assertEquals(0, run.exitCode(), run.err());
    Set<String> names = new TreeSet<>();
    collect(new ObjectMapper().readTree(run.out()), names);
    String section = section(heading);
    Set<String> listed = new TreeSet<>();
    Matcher quoted = Pattern.compile("`(\\w+)`").matcher(section);
    while (quoted.find()) {
      listed.add(quoted.group(1));
    }
    assertEquals(names, listed);
  }

  private static void collect(JsonNode node, Set<String> names) {
    node.properties()
        .forEach(entry -> {
          names.add(entry.getKey());
          collect(entry.getValue(), names);
        });
    if (node.isArray()) {
      node.forEach(child -> collect(child, names));
    }
  }
}
