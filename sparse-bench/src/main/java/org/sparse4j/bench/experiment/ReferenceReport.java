package org.sparse4j.bench.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs and checks as Markdown for people and as JSON for machines. */
final class ReferenceReport {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Map<String, String> setting;
  private final List<ReferenceRun> runs;
  private final List<ReferenceCheck> checks;

  ReferenceReport(
      Map<String, String> setting, List<ReferenceRun> runs, List<ReferenceCheck> checks) {
    this.setting = new LinkedHashMap<>(setting);
    this.runs = runs;
    this.checks = checks;
  }

  String markdown() {
    StringBuilder text = new StringBuilder("# Accuracy of sparse training\n\n");
    setting.forEach(
        (key, value) -> text.append("* ").append(key).append(": ").append(value).append('\n'));
    text.append(
        "\n| method | sparsity | seed | train | test | coverage | steps | mask updates |\n");
    text.append("|---|---|---|---|---|---|---|---|\n");
    for (ReferenceRun run : runs) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %d | %.2f | %.2f | %.3f | %d | %d |\n",
              run.method(),
              sparsity(run),
              run.seed(),
              run.train(),
              run.test(),
              run.coverage(),
              run.steps(),
              run.updates()));
    }
    text.append("\n| check | value | bound | holds |\n|---|---|---|---|\n");
    for (ReferenceCheck check : checks) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.2f | %s %.2f | %s |\n",
              check.what().replace("|", "\\|"),
              check.value(),
              check.atLeast() ? "at least" : "at most",
              check.bound(),
              check.holds() ? "yes" : "**no**"));
    }
    return text.toString();
  }

  private static String sparsity(ReferenceRun run) {
    return run.method() == ReferenceMethod.DENSE
        ? "-"
        : String.format(
            Locale.ROOT, "%.0f %%%s", 100 * run.sparsity(), run.uniform() ? " uniform" : "");
  }

  String json() {
    ObjectNode root = JSON.createObjectNode();
    setting.forEach(root::put);
    ArrayNode runNodes = root.putArray("runs");
    for (ReferenceRun run : runs) {
      runNodes
          .addObject()
          .put("method", run.method().toString())
          .put("distribution", run.uniform() ? "uniform" : "erdos-renyi-kernel")
          .put("sparsity", run.sparsity())
          .put("seed", run.seed())
          .put("trainAccuracy", run.train())
          .put("testAccuracy", run.test())
          .put("density", run.density())
          .put("coverage", run.coverage())
          .put("steps", run.steps())
          .put("maskUpdates", run.updates())
          .put("stepMicros", run.stepMicros())
          .put("seconds", run.seconds());
    }
    ArrayNode checkNodes = root.putArray("checks");
    for (ReferenceCheck check : checks) {
      checkNodes
          .addObject()
          .put("check", check.what())
          .put("value", check.value())
          .put(check.atLeast() ? "atLeast" : "atMost", check.bound())
          .put("holds", check.holds());
    }
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of numbers and texts can be written", e);
    }
  }
}
