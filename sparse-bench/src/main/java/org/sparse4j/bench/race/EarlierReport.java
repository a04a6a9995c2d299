package org.sparse4j.bench.race;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparse4j.bench.console.ErrorLine;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.console.JsonFault;

/**
 * A report that was written before, so that a long run goes on where it was stopped.
 *
 * @param machine processor, cores, operating system
 * @param jdk Java run time
 * @param commit commit of the working copy, several with commas between if it went on before
 * @param options Java options that chose kernels or vector widths
 * @param races its races
 */
record EarlierReport(
    String machine, String jdk, String commit, String options, List<RaceRows> races) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  EarlierReport {
    races = List.copyOf(races);
  }

  /**
   * Reads what {@link BenchReport#writeJson} wrote.
   *
   * @param file file
   * @return its contents
   * @throws Failure if it cannot be read or is no such report: one that was damaged is not mended
   */
  static EarlierReport read(Path file) {
    JsonNode node;
    try {
      node = JSON.readTree(file.toFile());
    } catch (JsonProcessingException failure) {
      throw Failure.input(file + " is no report of races: " + JsonFault.words(failure), failure);
    } catch (IOException failure) {
      throw Failure.input("cannot read " + file + ": " + ErrorLine.reason(failure), failure);
    }
    JsonNode rows = node.path("rows");
    Map<RaceSpec, RaceRows> races = new LinkedHashMap<>();
    int from = 0;
    try {
      for (JsonNode race : node.path("races")) {
        int number = races.size() + 1;
        int count = race.path("rows").asInt(-1);
        if (count < 0 || count > rows.size() - from) {
          throw new IllegalArgumentException(
              "race %d ends at row %d of %d".formatted(number, (long) from + count, rows.size()));
        }
        RaceRows read = race(race, rows, from, from + count);
        if (races.put(read.spec(), read) != null) {
          throw new IllegalArgumentException(
              "race %d (%s) was there before".formatted(number, read.spec().label()));
        }
        from += count;
      }
    } catch (IllegalArgumentException failure) {
      throw Failure.input(file + " is no report of races: " + failure.getMessage(), failure);
    }
    if (from != rows.size() || races.isEmpty()) {
      throw Failure.input(
          "%s is no report of races: %d races name %d of its %d rows"
              .formatted(file, races.size(), from, rows.size()));
    }
    return new EarlierReport(
        node.path("machine").asText(),
        node.path("jdk").asText(),
        node.path("commit").asText(),
        options(node.path("command").asText()),
        List.copyOf(races.values()));
  }

  private static RaceRows race(JsonNode race, JsonNode rows, int from, int end) {
    RaceSpec spec = RaceSpec.parse(race.path("race").asText());
    List<Row> own = new ArrayList<>();
    for (int i = from; i < end; i++) {
      try {
        own.add(Row.read(rows.path(i), spec));
      } catch (IllegalArgumentException failure) {
        throw new IllegalArgumentException(
            "row %d: %s".formatted(i + 1, failure.getMessage()), failure);
      }
    }
    if (!race.path("void").isBoolean()) {
      throw new IllegalArgumentException(
          "void (%s) of %s must be true or false".formatted(race.path("void"), spec.label()));
    }
    Map<String, String> skipped = new TreeMap<>();
    race.path("skipped")
        .properties()
        .forEach(entry -> skipped.put(entry.getKey(), entry.getValue().asText()));
    return new RaceRows(
        spec, own, race.path("void").asBoolean(), race.path("remark").asText(), skipped);
  }

  /** The commits of all races when those of another one follow: each once, the last one last. */
  String commits(String next) {
    List<String> all = new ArrayList<>(List.of(commit.split(", ", -1)));
    all.remove(next);
    all.add(next);
    return String.join(", ", all);
  }

  /** The Java options that a command line begins with; empty if there are none. */
  static String options(String command) {
    int end = command.indexOf("sparse4j bench");
    return end < 0 ? "" : command.substring(0, end).strip();
  }
}
