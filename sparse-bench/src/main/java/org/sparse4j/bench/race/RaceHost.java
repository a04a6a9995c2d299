package org.sparse4j.bench.race;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The far end of a race: prepares contestants and runs their slices when told to.
 *
 * <p>Two requests, one JSON object a line: {@code {"prepare":"spmm csr 768x768 128 0.9 1"}},
 * perhaps with {@code "opponents"} that alone take part and {@code "scalar":false}, answered with
 * the entries of the contestants that passed their check and the reasons of those that did not, and
 * {@code {"entry":2,"calls":40}}, answered with the seconds.
 */
final class RaceHost implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Path> folders;
  private final boolean hasProbe;
  private final List<Opponent> opponents;
  private final List<Lane> lanes = new ArrayList<>();
  private Optional<Problem> problem = Optional.empty();

  /**
   * A host for some opponents.
   *
   * @param opponents those found here
   * @param folders names of the opponents that take part, with the folders of their files; {@code
   *     shim:eigen} is the opponent {@code shim} under the name {@code eigen}
   * @param hasProbe whether the probe runs here
   */
  RaceHost(List<Opponent> opponents, Map<String, Path> folders, boolean hasProbe) {
    this.opponents = List.copyOf(opponents);
    this.folders = new LinkedHashMap<>(folders);
    this.hasProbe = hasProbe;
  }

  /** Answers one request; what goes wrong is an answer too. */
  String answer(String line) {
    ObjectNode reply;
    try {
      JsonNode request = JSON.readTree(line);
      reply =
          request.has("prepare")
              ? prepare(
                  RaceSpec.parse(request.path("prepare").asText()), Wire.readParticipants(request))
              : slice(request.path("entry").asInt(-1), request.path("calls").asInt(0));
    } catch (JsonProcessingException
        | IllegalArgumentException
        | IllegalStateException
        | LaneFailure failure) {
      reply = JsonNodeFactory.instance.objectNode().put("error", reason(failure));
    }
    return reply.toString();
  }

  private ObjectNode prepare(RaceSpec spec, Participants participants) {
    close();
    ObjectNode reply = JsonNodeFactory.instance.objectNode();
    var entries = reply.putArray("entries");
    var skipped = reply.putObject("skipped");
    if (hasProbe && FmaProbe.isAvailable()) {
      accept(FmaProbe.create(), entries::add);
    }
    Optional<StepProblem> steps = Optional.empty();
    if (spec.operation() == RaceOperation.TRAINING_STEP) {
      steps = Optional.of(new StepProblem(spec));
    } else {
      problem = Optional.of(new Problem(spec));
    }
    for (Map.Entry<String, Path> expected : folders.entrySet()) {
      String[] names = expected.getKey().split(":", 2);
      String name = names[names.length - 1];
      if (!participants.has(name)) {
        continue;
      }
      Site site = new Site(name, expected.getValue(), spec.threads(), participants.scalar());
      try {
        Opponent opponent = named(names[0]);
        if (spec.operation() == RaceOperation.MASK && !opponent.name().equals(Opponent.OWN)) {
          continue;
        }
        List<Contender> contenders =
            steps.isPresent()
                ? opponent.steps(steps.get(), site)
                : opponent.contenders(problem.orElseThrow(), site);
        for (Contender contender : contenders) {
          Optional<String> wrong = contender.check().get();
          if (wrong.isPresent()) {
            skipped.put(contender.entry().name(), wrong.get());
          } else {
            accept(contender, entries::add);
          }
        }
      } catch (RuntimeException
          | LinkageError failure) { // whatever a library throws excludes that library only
        skipped.put(name, reason(failure));
      }
    }
    return reply;
  }

  private Opponent named(String name) {
    return opponents.stream()
        .filter(opponent -> opponent.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new LaneFailure("no opponent of this name is part of this build"));
  }

  private void accept(Contender contender, Consumer<JsonNode> entries) {
    lanes.add(Lane.of(contender));
    entries.accept(Wire.write(contender.entry()));
  }

  private ObjectNode slice(int index, int calls) {
    if (index < 0 || index >= lanes.size() || calls < 1) {
      throw new IllegalArgumentException(
          "race: entry (%d) must be below %d and calls (%d) positive"
              .formatted(index, lanes.size(), calls));
    }
    return JsonNodeFactory.instance.objectNode().put("seconds", lanes.get(index).seconds(calls));
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && !(root instanceof LaneFailure)) {
      root = root.getCause();
    }
    String text = root instanceof LaneFailure ? String.valueOf(root.getMessage()) : root.toString();
    return text.lines().findFirst().orElse("unknown");
  }

  @Override
  public void close() {
    lanes.clear();
    problem.ifPresent(Problem::close);
    problem = Optional.empty();
  }
}
