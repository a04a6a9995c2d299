package org.sparse4j.bench.race;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparse4j.bench.console.Output;

/**
 * All races of one command.
 *
 * @param machine processor, cores, operating system
 * @param jdk Java run time
 * @param commit commit of the working copy
 * @param command command line
 * @param outcomes races in the order they ran
 */
record BenchReport(
    String machine, String jdk, String commit, String command, List<Outcome> outcomes) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  BenchReport {
    outcomes = List.copyOf(outcomes);
  }

  /** Contestants that never ran, with the first reason given. */
  Map<String, String> skipped() {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      outcome.skipped().forEach(reasons::putIfAbsent);
    }
    return reasons;
  }

  /**
   * The file: machine, jdk, commit, rows; and, so that nothing is hidden, the command line, races
   * whose probe moved too much, and who was skipped.
   */
  ObjectNode toJson() {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("machine", machine).put("jdk", jdk).put("commit", commit).put("command", command);
    var rows = file.putArray("rows");
    outcomes.forEach(outcome -> outcome.rows().forEach(row -> rows.add(row.toJson())));
    var remarks = file.putArray("remarks");
    for (Outcome outcome : outcomes) {
      if (!outcome.remark().isEmpty()) {
        RaceSpec spec = outcome.spec();
        remarks
            .addObject()
            .put("operation", spec.operation().word())
            .put("format", spec.format())
            .put("shape", spec.shape())
            .put("n", spec.n())
            .put("sparsity", spec.sparsity())
            .put("threads", spec.threads())
            .put("void", outcome.result().isVoid())
            .put("remark", outcome.remark());
      }
    }
    ObjectNode absent = file.putObject("skipped");
    skipped().forEach(absent::put);
    return file;
  }

  /** Writes the file in one step: a reader sees the old one or the new one. */
  void writeJson(Path file) {
    Output.write(file, target -> JSON.writeValue(target.toFile(), toJson()));
  }

  /** Writes the tables as a page, in one step. */
  void writeMarkdown(Path file) {
    Output.write(file, Tables.markdown(this));
  }
}
