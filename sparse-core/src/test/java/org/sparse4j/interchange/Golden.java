package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files that other tools wrote, and Python to read ours. */
final class Golden {

  private Golden() {}

  static Path file(String name) {
    return Path.of("src", "test", "resources", "golden", "interchange", name);
  }

  static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(file(name));
  }

  /** Runs a script that must print nothing; skips the test where Python lacks a module. */
  static void python(String modules, String script, String... arguments) throws Exception {
    assumeTrue(
        run("import " + modules).isEmpty(), "no python3 that imports " + modules + " is here");
    assertEquals("", run(script, arguments));
  }

  private static String run(String script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", "-c", script));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? printed : printed + "(failed)";
    } catch (IOException e) {
      return "no python3";
    }
  }
}
