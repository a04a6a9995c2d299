package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.bench.peers.OwnKernels;
import org.sparse4j.kernels.Kernels;

class RaceHostTest {
  private static final String PREPARE = "{\"prepare\":\"spmm csr 8x8 4 0.5 1\"}";

  @TempDir private Path temporary;

  /** One right contestant, one wrong, and an error on request. */
  private record Toy(String name, AtomicInteger calls, boolean broken) implements Opponent {
    @Override
    public List<Contender> contenders(Problem problem, Site site) {
      if (broken) {
        throw new NoClassDefFoundError("org/toy/Missing");
      }
      Entry right = Entry.of(name, "count", Role.DENSE, 8);
      Entry wrong = Entry.of(name + "-wrong", "count", Role.DENSE, 8);
      return List.of(
          new Contender(right, () -> calls.incrementAndGet(), Optional::empty),
          problem.contender(wrong, () -> {}, (row, column) -> 42));
    }
  }

  private static JsonNode answer(RaceHost host, String request) throws Exception {
    return new ObjectMapper().readTree(host.answer(request));
  }

  @Test
  void contestantWithAWrongResultIsSkippedByName() throws Exception {
    Toy toy = new Toy("toy", new AtomicInteger(), false);
    try (RaceHost host = new RaceHost(List.of(toy), Map.of("toy", Path.of("")), false)) {
      JsonNode reply = answer(host, PREPARE);
      assertEquals(1, reply.path("entries").size());
      assertEquals("toy", reply.path("entries").path(0).path("name").asText());
      String reason = reply.path("skipped").path("toy-wrong").asText();
      assertTrue(reason.startsWith("wrong result: row 0, column 0 is 42.0, expected "), reason);
    }
  }

  @Test
  void onlyThoseAskedForArePreparedAndChecked() throws Exception {
    Toy toy = new Toy("toy", new AtomicInteger(), false);
    Toy broken = new Toy("broken", new AtomicInteger(), true);
    Map<String, Path> folders = new LinkedHashMap<>();
    folders.put("broken", Path.of(""));
    folders.put("toy", Path.of(""));
    try (RaceHost host = new RaceHost(List.of(toy, broken), folders, false)) {
      String request = PREPARE.replace("}", ",\"opponents\":[\"toy\"],\"scalar\":false}");
      JsonNode reply = answer(host, request);
      assertEquals(1, reply.path("entries").size());
      assertTrue(reply.path("skipped").path("broken").isMissingNode(), reply.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "spmm csr 33x17 9 0.5 1, -",
    "spmm csr:bf16 33x17 9 0.5 2, - -f32 -one-thread",
    "trainingStep csr 20-10 8 0.5 1, - -"
  })
  void ourBestKernelsAndTheirVariantsStayWithoutScalarOnes(String line, String variants)
      throws Exception {
    String best = "sparse4j-" + Kernels.best().provider();
    List<String> names =
        Stream.of(variants.split(" ", -1)).map(end -> best + (end.equals("-") ? "" : end)).toList();
    try (RaceHost host =
        new RaceHost(List.of(new OwnKernels()), Map.of(Opponent.OWN, Path.of("")), false)) {
      JsonNode reply = answer(host, "{\"prepare\":\"" + line + "\",\"scalar\":false}");
      List<String> entries = new ArrayList<>();
      reply.path("entries").forEach(entry -> entries.add(entry.path("name").asText()));
      assertEquals(names, entries, reply.toString());
    }
  }

  @Test
  void participantsAreReadBack() {
    for (Participants participants :
        List.of(
            Participants.all(),
            Participants.withoutScalar(),
            Participants.named(List.of("mkl", "eigen")))) {
      assertEquals(participants, Wire.readParticipants(Wire.write(participants)));
    }
  }

  @Test
  void slicesRunTheContestant() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Toy toy = new Toy("toy", calls, false);
    try (RaceHost host = new RaceHost(List.of(toy), Map.of("toy", Path.of("")), false)) {
      answer(host, PREPARE);
      assertTrue(answer(host, "{\"entry\":0,\"calls\":12}").path("seconds").asDouble() > 0);
      assertEquals(12, calls.get());
      assertEquals(
          "java.lang.IllegalArgumentException: race: entry (7) must be below 1 and calls (1)"
              + " positive",
          answer(host, "{\"entry\":7,\"calls\":1}").path("error").asText());
    }
  }

  @Test
  void libraryThatCannotBeLinkedIsSkippedByNameAndTheOthersStay() throws Exception {
    Map<String, Path> folders = new LinkedHashMap<>();
    folders.put("broken", Path.of(""));
    folders.put("toy", Path.of(""));
    folders.put("unknown", Path.of(""));
    var opponents =
        List.<Opponent>of(
            new Toy("toy", new AtomicInteger(), false),
            new Toy("broken", new AtomicInteger(), true));
    try (RaceHost host = new RaceHost(opponents, folders, false)) {
      JsonNode reply = answer(host, PREPARE);
      assertEquals(1, reply.path("entries").size());
      assertEquals(
          "java.lang.NoClassDefFoundError: org/toy/Missing",
          reply.path("skipped").path("broken").asText());
      assertEquals(
          "no opponent of this name is part of this build",
          reply.path("skipped").path("unknown").asText());
    }
  }

  @Test
  void nonsenseIsAnsweredWithAnError() throws Exception {
    try (RaceHost host = new RaceHost(List.of(), Map.of(), false)) {
      assertTrue(answer(host, "{").has("error"));
      assertTrue(answer(host, "{}").path("error").asText().contains("entry (-1)"));
      assertTrue(
          answer(host, "{\"prepare\":\"spmm\"}").path("error").asText().contains("words (1)"));
    }
  }

  @Test
  void processRunsOurKernelsAndTheProbe() throws Exception {
    PeerFolders folders = new PeerFolders(temporary, temporary);
    try (WorkerProcess process =
        WorkerProcess.start(
            "kernels",
            WorkerKind.KERNELS.command(folders, 1, temporary),
            WorkerKind.KERNELS.environment(System.getenv(), 1, temporary),
            60)) {
      Map<String, String> skipped = new HashMap<>();
      List<Lane> lanes =
          process.prepare(
              RaceSpec.parse("spmm csr 33x17 8 0.5 1"), Participants.withoutScalar(), skipped);
      assertEquals(Map.of(), skipped);
      assertTrue(lanes.stream().anyMatch(lane -> lane.entry().role() == Role.OWN));
      for (Lane lane : lanes) {
        assertTrue(lane.seconds(3) > 0, lane.entry().name());
      }
    }
  }

  @Test
  void processThatEndsSaysWhy() {
    List<String> command =
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "NoSuchMain");
    try (WorkerProcess process = WorkerProcess.start("toy", command, System.getenv(), 60)) {
      var failure =
          assertThrows(
              LaneFailure.class,
              () ->
                  process.prepare(
                      RaceSpec.parse("spmm csr 8x8 4 0.5 1"), Participants.all(), new HashMap<>()));
      assertTrue(failure.getMessage().startsWith("toy: process ended"), failure.getMessage());
      assertTrue(failure.getMessage().contains("NoSuchMain"), failure.getMessage());
    }
  }

  @Test
  void processThatCannotStartSaysWhy() {
    List<String> command = List.of(temporary.resolve("no-such-program").toString());
    var failure =
        assertThrows(LaneFailure.class, () -> WorkerProcess.start("toy", command, Map.of(), 60));
    assertTrue(
        failure.getMessage().startsWith("toy: process did not start: "), failure.getMessage());
  }
}
