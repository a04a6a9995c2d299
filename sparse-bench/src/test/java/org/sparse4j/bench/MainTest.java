package org.sparse4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.bench.console.ExitCode;

class MainTest {
  @TempDir private Path folder;

  @Test
  void helpNamesCommandsExitCodesAndExamples() {
    CommandRun run = CommandRun.of("--help");
    assertEquals(ExitCode.OK, run.exitCode());
    for (String text :
        List.of("train", "inspect", "bench", "Exit codes:", "4   a result", "Examples:")) {
      assertTrue(run.out().contains(text), text + " in " + run.out());
    }
    assertEquals("", run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "inspect", "bench", "reference"})
  void everyCommandHasHelpWithExamplesAndAVersion(String command) {
    CommandRun help = CommandRun.of(command, "--help");
    assertEquals(ExitCode.OK, help.exitCode());
    assertTrue(help.out().startsWith("Usage: sparse4j " + command), help.out());
    assertTrue(help.out().contains("Examples:"), help.out());
    assertTrue(help.out().contains("sparse4j " + command + " "), help.out());
    assertTrue(help.out().contains("--verbose"), help.out());
    CommandRun version = CommandRun.of(command, "--version");
    assertEquals(ExitCode.OK, version.exitCode());
    assertTrue(version.out().startsWith("sparse4j "), version.out());
  }

  @Test
  void versionNamesTheJavaRunTime() {
    String out = CommandRun.of("--version").out();
    assertTrue(out.contains("Java " + Runtime.version()), out);
  }

  @Test
  void withoutCommandOneLineSaysWhichThereAre() {
    CommandRun run = CommandRun.of();
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals(
        List.of(
            "sparse4j: missing command: train, convert, inspect, plan, check, bench, experiment or"
                + " reference; see sparse4j --help"),
        run.errors());
  }

  @Test
  void referenceChecksWhereItsResultGoesBeforeItTrains(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    CommandRun run = CommandRun.of("reference", "--output", file.resolve("accuracy"));
    assertEquals(ExitCode.OUTPUT, run.exitCode());
    assertEquals(
        List.of("sparse4j reference: cannot write to " + file + ": not a folder"), run.errors());
    assertEquals("", run.out());
    assertEquals(ExitCode.OUTPUT, CommandRun.of("reference", "--output", "").exitCode());
  }

  @Test
  void unknownOptionsAreNamedWithASuggestion() {
    CommandRun run = CommandRun.of("train", "--epoch", "3");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals(1, run.errors().size(), run.err());
    assertTrue(
        run.err().startsWith("sparse4j train: unknown options: '--epoch', '3'; did you mean "),
        run.err());
    assertTrue(run.err().contains("--epochs"), run.err());
    assertTrue(run.err().strip().endsWith("; see sparse4j train --help"), run.err());
  }

  @Test
  void unknownCommandsAreNamed() {
    CommandRun run = CommandRun.of("trian");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals(1, run.errors().size(), run.err());
    assertTrue(
        run.err().contains("'trian'; did you mean plan or train or experiment?; see"), run.err());
  }

  @Test
  void wrongValuesAreNamedWithTheirOption() {
    CommandRun run = CommandRun.of("train", "--epochs", "many");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals(
        List.of(
            "sparse4j train: invalid value for option '--epochs': 'many' is not an int; see"
                + " sparse4j train --help"),
        run.errors());
  }

  @Test
  void stackTracesAppearOnRequestOnly() {
    Path missing = folder.resolve("none.safetensors");
    CommandRun plain = CommandRun.of("inspect", missing);
    CommandRun verbose = CommandRun.of("inspect", missing, "--verbose");
    assertEquals(ExitCode.INPUT, plain.exitCode());
    assertEquals(ExitCode.INPUT, verbose.exitCode());
    assertEquals(List.of("sparse4j inspect: no such file or folder: " + missing), plain.errors());
    assertEquals(plain.errors().getFirst(), verbose.errors().getFirst());
    assertFalse(plain.err().contains("\tat "), plain.err());
    assertTrue(verbose.err().contains("\tat "), verbose.err());
  }

  @Test
  void standardOutputThatCannotBeWrittenIsAnError() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws java.io.IOException {
            throw new java.io.IOException("No space left on device");
          }
        };
    StringWriter err = new StringWriter();
    int exitCode =
        Main.run(
            new PrintWriter(full, true, StandardCharsets.UTF_8), new PrintWriter(err), "--help");
    assertEquals(ExitCode.OUTPUT, exitCode);
    assertEquals("sparse4j: cannot write to standard output", err.toString().strip());
  }
}
