package org.sparse4j.bench.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparse4j.bench.console.ErrorLine;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.console.JsonFault;
import org.sparse4j.bench.console.Output;
import org.sparse4j.bench.report.JobJson;

/** Rows of runs, kept in a file if there is one, so that a long job goes on where it stopped. */
final class ResultFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Map<Row.Key, Row> rows = new LinkedHashMap<>();
  private final Optional<Path> file;

  private ResultFile(Optional<Path> file) {
    this.file = file;
  }

  /** Rows that are not kept. */
  static ResultFile none() {
    return new ResultFile(Optional.empty());
  }

  /**
   * Opens a file, or begins one.
   *
   * @throws Failure if it cannot be read or holds something else
   */
  static ResultFile open(Path file) {
    ResultFile results = new ResultFile(Optional.of(file));
    if (Files.exists(file)) {
      results.read(file);
    }
    return results;
  }

  private void read(Path path) {
    JsonNode rowNodes;
    try {
      rowNodes = JSON.readTree(path.toFile()).path("rows");
    } catch (JsonProcessingException failure) {
      throw Failure.input(
          path + " holds no results of experiments: " + JsonFault.words(failure), failure);
    } catch (IOException failure) {
      throw Failure.input("cannot read " + path + ": " + ErrorLine.reason(failure), failure);
    }
    if (!rowNodes.isArray()) {
      throw Failure.input(
          path + " holds no results of experiments: rows are missing",
          new IllegalArgumentException("rows"));
    }
    for (JsonNode node : rowNodes) {
      int number = rows.size() + 1;
      try {
        Row row = Row.read(node);
        if (rows.put(row.key(), row) != null) {
          throw new IllegalArgumentException("it was there before");
        }
      } catch (IllegalArgumentException failure) {
        throw Failure.input(
            "%s holds no results of experiments: row %d: %s"
                .formatted(path, number, failure.getMessage()),
            failure);
      }
    }
  }

  boolean has(Row.Key key) {
    return rows.containsKey(key);
  }

  /** The same run as part of another experiment, as a row of this one. */
  Optional<Row> equalRun(Row.Key key) {
    return rows.values().stream()
        .filter(row -> row.key().in(key.experiment()).equals(key))
        .findFirst()
        .map(row -> new Row(key, row.metric(), row.outcome(), row.stepMicros(), row.site()));
  }

  /** Puts a row in, in the place of one with the same key, and writes the file. */
  void put(Row row) {
    rows.put(row.key(), row);
    file.ifPresent(path -> Output.write(path, text()));
  }

  Collection<Row> rows() {
    return List.copyOf(rows.values());
  }

  String text() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode all = root.putArray("rows");
    rows.values().forEach(row -> row.write(all.addObject()));
    return JobJson.text(root);
  }
}
