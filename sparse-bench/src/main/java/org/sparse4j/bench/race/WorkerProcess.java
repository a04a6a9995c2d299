package org.sparse4j.bench.race;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A running process of contestants, seen from the race.
 *
 * <p>One thread at a time. A process that dies or does not answer fails the contestants behind it,
 * with the last lines it wrote to its error stream as the reason.
 */
final class WorkerProcess implements AutoCloseable {
  /** What a reply starts with. */
  static final String REPLY = "sparse4j-race:";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEPT_LINES = 4;

  private final String name;
  private final Process process;
  private final Writer requests;
  private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
  private final Deque<String> complaints = new ArrayDeque<>();
  private final long timeoutSeconds;
  private final Thread atExit;

  private WorkerProcess(String name, Process process, long timeoutSeconds) {
    this.name = name;
    this.process = process;
    this.timeoutSeconds = timeoutSeconds;
    requests = process.outputWriter(StandardCharsets.UTF_8);
    atExit = new Thread(process::destroyForcibly, "stop " + name);
    Runtime.getRuntime().addShutdownHook(atExit);
    // Platform threads: a blocked read holds the carrier of a virtual one, and two cores have two.
    Thread.ofPlatform().daemon().start(() -> read(process.getInputStream(), this::keepReply));
    Thread.ofPlatform().daemon().start(() -> read(process.getErrorStream(), this::keepComplaint));
  }

  /**
   * Starts a process.
   *
   * @param name what messages call it
   * @param command command line
   * @param environment its environment, all of it
   * @param timeoutSeconds how long an answer may take
   * @return the process
   */
  static WorkerProcess start(
      String name, List<String> command, Map<String, String> environment, long timeoutSeconds) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return new WorkerProcess(name, builder.start(), timeoutSeconds);
    } catch (IOException failure) {
      throw new LaneFailure(name + ": process did not start: " + failure.getMessage());
    }
  }

  private static void read(InputStream stream, Consumer<String> line) {
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      reader.lines().forEach(line);
    } catch (IOException | UncheckedIOException failure) {
      line.accept(failure.toString());
    }
  }

  private void keepReply(String line) {
    if (line.startsWith(REPLY)) {
      replies.add(line.substring(REPLY.length()));
    }
  }

  private void keepComplaint(String line) {
    synchronized (complaints) {
      String text = line.strip();
      boolean trace = text.startsWith("at ") || text.startsWith("...");
      if (!text.isEmpty() && !trace) {
        complaints.addLast(text);
      }
      if (complaints.size() > KEPT_LINES) {
        complaints.removeFirst();
      }
    }
  }

  private String lastWords() {
    synchronized (complaints) {
      return complaints.isEmpty() ? "it left no message" : String.join(" | ", complaints);
    }
  }

  /** Whether the process can still be asked. */
  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Prepares a race.
   *
   * @param spec race
   * @param participants who takes part
   * @param skipped receives names and reasons of contestants that cannot
   * @return the lanes of those that do
   */
  List<Lane> prepare(RaceSpec spec, Participants participants, Map<String, String> skipped) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("prepare", spec.line());
    request.setAll(Wire.write(participants));
    JsonNode reply = ask(request);
    Map<String, String> reasons = new LinkedHashMap<>();
    reply.path("skipped").properties().forEach(e -> reasons.put(e.getKey(), e.getValue().asText()));
    skipped.putAll(reasons);
    List<Lane> lanes = new ArrayList<>();
    for (JsonNode entry : reply.path("entries")) {
      lanes.add(new RemoteLane(lanes.size(), Wire.read(entry)));
    }
    return lanes;
  }

  private JsonNode ask(ObjectNode request) {
    try {
      requests.write(request + "\n");
      requests.flush();
      String reply = awaitReply();
      JsonNode node = JSON.readTree(reply);
      if (node.has("error")) {
        throw new LaneFailure(name + ": " + node.path("error").asText());
      }
      return node;
    } catch (JsonProcessingException failure) {
      throw new LaneFailure(name + ": unreadable answer: " + failure.getOriginalMessage());
    } catch (IOException failure) {
      throw new LaneFailure(name + ": process ended; " + lastWords());
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new LaneFailure(name + ": interrupted");
    }
  }

  private String awaitReply() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
    while (System.nanoTime() < end) {
      String reply = replies.poll(100, TimeUnit.MILLISECONDS);
      if (reply != null) {
        return reply;
      }
      if (!process.isAlive()) {
        String last = replies.poll(500, TimeUnit.MILLISECONDS); // the reader may still be at it
        if (last != null) {
          return last;
        }
        throw new LaneFailure(
            "%s: process ended with status %d; %s"
                .formatted(name, process.exitValue(), lastWords()));
      }
    }
    process.destroyForcibly();
    throw new LaneFailure(name + ": no answer within " + timeoutSeconds + " s; process stopped");
  }

  /** Ends the process. */
  @Override
  public void close() {
    try {
      requests.close(); // the end of its input ends it
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException failure) {
      process.destroyForcibly();
    } catch (InterruptedException failure) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException shuttingDown) {
      process.destroyForcibly();
    }
  }

  /** A contestant in that process. */
  private final class RemoteLane implements Lane {
    private final int index;
    private final Entry entry;

    RemoteLane(int index, Entry entry) {
      this.index = index;
      this.entry = entry;
    }

    @Override
    public Entry entry() {
      return entry;
    }

    @Override
    public double seconds(int calls) {
      JsonNode reply =
          ask(JsonNodeFactory.instance.objectNode().put("entry", index).put("calls", calls));
      return reply.path("seconds").asDouble();
    }
  }
}
