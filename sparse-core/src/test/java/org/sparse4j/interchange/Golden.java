package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Files that other tools wrote, and Python to read ours. */
final class Golden {

  private Golden() {}

  static Path file(String name) {
    return Path.of("src", "test", "resources", "golden", "interchange", name);
  }

  static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(file(name));
  }

  /**
   * A line of a text file in which another tool printed what it put into a file.
   *
   * @param name name of the tensor
   * @param type element type in the words of the tool
   * @param shape sizes of the dimensions
   * @param numbers numbers in order of rows, as Python spells them
   */
  record Printed(String name, String type, List<Long> shape, List<String> numbers) {

    /** Returns the numbers as float32, each rounded once. */
    float[] floats() {
      float[] floats = new float[numbers.size()];
      for (int k = 0; k < floats.length; k++) {
        floats[k] =
            switch (numbers.get(k)) {
              case "True" -> 1;
              case "False" -> 0;
              case "nan" -> Float.NaN;
              case "inf" -> Float.POSITIVE_INFINITY;
              case "-inf" -> Float.NEGATIVE_INFINITY;
              default ->
                  type.startsWith("int")
                      ? Long.parseLong(numbers.get(k))
                      : (float) Double.parseDouble(numbers.get(k));
            };
      }
      return floats;
    }

    long[] longs() {
      return numbers.stream().mapToLong(Long::parseLong).toArray();
    }
  }

  /** Reads what a script printed: a name, a type, a shape and numbers on each line. */
  static Map<String, Printed> printed(String name) throws IOException {
    Map<String, Printed> all = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file(name))) {
      if (!line.startsWith("#")) {
        List<String> words = List.of(line.split(" ", -1));
        String tensor = URLDecoder.decode(words.get(0), StandardCharsets.UTF_8);
        List<Long> shape =
            words.get(2).equals("-")
                ? List.of()
                : Stream.of(words.get(2).split("x", -1)).map(Long::valueOf).toList();
        all.put(tensor, new Printed(tensor, words.get(1), shape, words.subList(3, words.size())));
      }
    }
    return all;
  }

  /** Compares numbers bit for bit, except that every NaN is one: Python prints no payload. */
  static void assertNumbers(Printed expected, float[] found) {
    float[] floats = expected.floats();
    assertEquals(floats.length, found.length, expected.name());
    for (int k = 0; k < floats.length; k++) {
      assertEquals(
          Float.floatToIntBits(floats[k]),
          Float.floatToIntBits(found[k]),
          expected.name() + " at " + k + ": " + floats[k] + ", " + found[k]);
    }
  }

  /**
   * Runs a script that must print nothing; skips the test where no Python has the modules. The one
   * of the system is tried, too, because distributions package modules for it alone.
   */
  static void python(String modules, String script, String... arguments) throws Exception {
    String found = "";
    for (String python : List.of("python3", "/usr/bin/python3")) {
      if (found.isEmpty() && run(python, "import " + modules).isEmpty()) {
        found = python;
      }
    }
    assumeTrue(!found.isEmpty(), "no python3 that imports " + modules + " is here");
    assertEquals("", run(found, script, arguments));
  }

  private static String run(String python, String script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(python, "-c", script));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? printed : printed + "(failed)";
    } catch (IOException e) {
      return "no " + python;
    }
  }
}
