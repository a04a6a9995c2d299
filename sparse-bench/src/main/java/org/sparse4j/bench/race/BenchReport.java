package org.sparse4j.bench.race;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparse4j.bench.console.Output;

/**
 * All races of one command.
 *
 * @param machine processor, cores, operating system
 * @param jdk Java run time
 * @param commit commit of the working copy
 * @param command command line
 * @param races races in the order they ran
 * @param contract the contract that the races serve, if they do
 */
record BenchReport(
    String machine,
    String jdk,
    String commit,
    String command,
    List<RaceRows> races,
    Optional<ContractReport> contract) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  BenchReport {
    races = List.copyOf(races);
  }

  /** Contestants that never ran, with the first reason given. */
  Map<String, String> skipped() {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (RaceRows race : races) {
      race.skipped().forEach(reasons::putIfAbsent);
    }
    return reasons;
  }

  /**
   * The file: machine, jdk, commit, rows; and, so that nothing is hidden, the command line, races
   * whose probe moved too much, and who was skipped. {@code races} says how many of the rows belong
   * to which race, in the same order, and has remarks and skipped contestants race by race.
   */
  ObjectNode toJson() {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("machine", machine).put("jdk", jdk).put("commit", commit).put("command", command);
    var rows = file.putArray("rows");
    races.forEach(race -> race.rows().forEach(row -> rows.add(row.toJson())));
    var remarks = file.putArray("remarks");
    for (RaceRows race : races) {
      if (!race.remark().isEmpty()) {
        RaceSpec spec = race.spec();
        remarks
            .addObject()
            .put("operation", spec.operation().word())
            .put("format", spec.format())
            .put("shape", spec.shape())
            .put("n", spec.n())
            .put("sparsity", spec.sparsity())
            .put("threads", spec.threads())
            .put("void", race.isVoid())
            .put("remark", race.remark());
      }
    }
    ObjectNode absent = file.putObject("skipped");
    skipped().forEach(absent::put);
    var list = file.putArray("races");
    for (RaceRows race : races) {
      ObjectNode entry = list.addObject();
      entry.put("race", race.spec().line()).put("rows", race.rows().size());
      entry.put("void", race.isVoid()).put("remark", race.remark());
      ObjectNode reasons = entry.putObject("skipped");
      race.skipped().forEach(reasons::put);
    }
    contract.ifPresent(report -> file.set("contract", report.toJson()));
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
