package org.sparse4j.bench.race;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The list of races, a text resource.
 *
 * <p>A line is {@code set operation formats shapes ns sparsities threads}; all but the first two
 * may hold several values with commas between, and the line stands for every combination. {@code #}
 * starts a comment.
 */
final class RaceList {
  private static final String RESOURCE = "races.txt";

  private RaceList() {}

  /** The races of the named sets in the order of the list. */
  static List<RaceSpec> bundled(List<String> sets) {
    return parse(text(RESOURCE), sets);
  }

  /** A text resource of this package. */
  static String text(String resource) {
    try (InputStream stream = RaceList.class.getResourceAsStream(resource)) {
      Objects.requireNonNull(stream, resource);
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static List<RaceSpec> parse(String text, List<String> sets) {
    List<RaceSpec> races = new ArrayList<>();
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.replaceFirst("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      String[] words = line.split("\\s+", -1);
      if (words.length != 7) {
        throw new IllegalArgumentException(
            "races, line %d: words (%d) must be 7: set operation formats shapes ns sparsities threads"
                .formatted(number, words.length));
      }
      if (!sets.contains(words[0])) {
        continue;
      }
      for (String threads : words[6].split(",", -1)) {
        for (String format : words[2].split(",", -1)) {
          races.addAll(
              combinations(words[1], List.of(format, words[3], words[4], words[5], threads)));
        }
      }
    }
    return races;
  }

  /**
   * Every combination of values with commas between.
   *
   * @param operation operation
   * @param columns formats, shapes, ns, sparsities and threads
   */
  static List<RaceSpec> combinations(String operation, List<String> columns) {
    List<String> lines = List.of(operation);
    for (String column : columns) {
      List<String> longer = new ArrayList<>();
      for (String line : lines) {
        for (String word : column.split(",", -1)) {
          longer.add(line + " " + word);
        }
      }
      lines = longer;
    }
    return lines.stream().map(RaceSpec::parse).toList();
  }
}
