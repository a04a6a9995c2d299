package org.sparse4j.bench.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.sparse4j.train.flops.RunFlops;

/**
 * One run of a file of results.
 *
 * @param key what was run
 * @param metric what {@code value} is
 * @param outcome what came out
 * @param stepMicros time of a training step beside that of the dense network, if it was measured
 * @param site where and when it ran
 */
record Row(Key key, Metric metric, Outcome outcome, Optional<StepTime> stepMicros, Site site) {

  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  /**
   * What decides the numbers.
   *
   * @param experiment name of the experiment
   * @param method name of the method
   * @param setting how sparse
   * @param seed the seed
   * @param data what was trained on
   * @param recipe everything else
   */
  record Key(
      String experiment, String method, String setting, long seed, String data, String recipe) {

    /** The same run as part of another experiment. */
    Key in(String other) {
      return new Key(other, method, setting, seed, data, recipe);
    }

    String label() {
      return Variant.label(method, setting);
    }
  }

  /**
   * Median times of a training step that were measured by turns in one process.
   *
   * @param own of this variant, microseconds
   * @param reference of the variant that all are compared with
   * @param machine where, in words
   * @param date when
   */
  record StepTime(double own, double reference, String machine, String date) {}

  /**
   * Where and when a run took place.
   *
   * @param command what repeats it
   * @param date the day
   * @param machine processor and system
   * @param jdk Java run time
   * @param kernels provider and vector width
   */
  record Site(String command, String date, String machine, String jdk, String kernels) {}

  Row timed(StepTime time) {
    return new Row(key, metric, outcome, Optional.of(time), site);
  }

  /** A figure by the name that claims use. */
  OptionalDouble figure(String name) {
    return switch (name) {
      case Claim.VALUE -> OptionalDouble.of(outcome.value());
      case Claim.TRAIN -> OptionalDouble.of(outcome.train());
      case Claim.COVERAGE -> OptionalDouble.of(outcome.coverage());
      case Claim.ONE_SHOT -> {
        Double jump = outcome.figures().get(TextVariants.JUMP);
        yield jump == null ? OptionalDouble.empty() : OptionalDouble.of(outcome.value() + jump);
      }
      default -> {
        Double value = outcome.figures().get(name);
        yield value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
      }
    };
  }

  /** Fraction of the weights that are not stored at the end. */
  double sparsity() {
    return outcome.positions() == 0
        ? 0
        : 1 - (double) outcome.memory().stored() / outcome.positions();
  }

  void write(ObjectNode node) {
    node.put("experiment", key.experiment())
        .put("method", key.method())
        .put("setting", key.setting())
        .put("seed", key.seed())
        .put("data", key.data())
        .put("recipe", key.recipe())
        .put("metric", metric.name())
        .put("test", outcome.value())
        .put("train", outcome.train())
        .put("positions", outcome.positions())
        .put("coverage", outcome.coverage())
        .put("steps", outcome.steps())
        .put("updates", outcome.updates());
    node.putObject("flops")
        .put("forward", outcome.flops().forward())
        .put("backward", outcome.flops().backward())
        .put("dense", outcome.flops().dense());
    Memory memory = outcome.memory();
    node.putObject("memory")
        .put("stored", memory.stored())
        .put("weights", memory.weights())
        .put("gradients", memory.gradients())
        .put("slots", memory.slots())
        .put("expected", memory.expected())
        .put("positions", memory.positions())
        .put("plans", memory.plans());
    ObjectNode figures = node.putObject("figures");
    outcome.figures().forEach(figures::put);
    ObjectNode curve = node.putObject("curve");
    put(curve.putArray("epochs"), outcome.curve().epochs());
    put(curve.putArray("loss"), outcome.curve().loss());
    put(curve.putArray("metric"), outcome.curve().metric());
    put(curve.putArray("flips"), outcome.curve().flips());
    stepMicros.ifPresent(time ->
        node.putObject("stepMicros")
            .put("own", time.own())
            .put("reference", time.reference())
            .put("machine", time.machine())
            .put("date", time.date()));
    node.put("command", site.command())
        .put("date", site.date())
        .put("machine", site.machine())
        .put("jdk", site.jdk())
        .put("kernels", site.kernels());
  }

  private static void put(ArrayNode array, List<Double> numbers) {
    numbers.forEach(array::add);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException naming a member that is missing or no such thing
   */
  static Row read(JsonNode node) {
    JsonNode passes = object(node, "flops");
    JsonNode bytes = object(node, "memory");
    JsonNode lines = object(node, "curve");
    Map<String, Double> figures = new TreeMap<>();
    object(node, "figures")
        .properties()
        .forEach(entry -> figures.put(entry.getKey(), number(entry.getValue(), entry.getKey())));
    return new Row(
        new Key(
            text(node, "experiment"),
            text(node, "method"),
            text(node, "setting"),
            whole(node, "seed"),
            text(node, "data"),
            text(node, "recipe")),
        metric(text(node, "metric")),
        new Outcome(
            real(node, "test"),
            real(node, "train"),
            whole(node, "positions"),
            real(node, "coverage"),
            whole(node, "steps"),
            whole(node, "updates"),
            new RunFlops(real(passes, "forward"), real(passes, "backward"), real(passes, "dense")),
            new Memory(
                whole(bytes, "stored"),
                whole(bytes, "weights"),
                whole(bytes, "gradients"),
                whole(bytes, "slots"),
                whole(bytes, "expected"),
                whole(bytes, "positions"),
                whole(bytes, "plans")),
            figures,
            new Curve(
                numbers(lines, "epochs"),
                numbers(lines, "loss"),
                numbers(lines, "metric"),
                numbers(lines, "flips"))),
        node.has("stepMicros") ? Optional.of(time(node.get("stepMicros"))) : Optional.empty(),
        new Site(
            text(node, "command"),
            text(node, "date"),
            text(node, "machine"),
            text(node, "jdk"),
            text(node, "kernels")));
  }

  private static StepTime time(JsonNode node) {
    return new StepTime(
        real(node, "own"), real(node, "reference"), text(node, "machine"), text(node, "date"));
  }

  private static Metric metric(String name) {
    for (Metric metric : Metric.values()) {
      if (metric.name().equals(name)) {
        return metric;
      }
    }
    throw new IllegalArgumentException("metric (" + name + ") is unknown");
  }

  private static JsonNode member(JsonNode node, String name, boolean fits) {
    if (!fits) {
      throw unfit(name);
    }
    return node.get(name);
  }

  private static IllegalArgumentException unfit(String name) {
    return new IllegalArgumentException(name + " is missing or no such thing");
  }

  private static JsonNode object(JsonNode node, String name) {
    return member(node, name, node.path(name).isObject());
  }

  private static String text(JsonNode node, String name) {
    return member(node, name, node.path(name).isTextual()).asText();
  }

  private static long whole(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return member(node, name, value.isIntegralNumber() && value.canConvertToLong()).asLong();
  }

  /** A number; what JSON cannot write is a text there. */
  private static double real(JsonNode node, String name) {
    return number(node.path(name), name);
  }

  private static double number(JsonNode value, String name) {
    if (!value.isNumber() && !(value.isTextual() && NOT_FINITE.contains(value.asText()))) {
      throw unfit(name);
    }
    return Double.parseDouble(value.asText());
  }

  private static List<Double> numbers(JsonNode node, String name) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode value : member(node, name, node.path(name).isArray())) {
      numbers.add(number(value, name));
    }
    return numbers;
  }
}
