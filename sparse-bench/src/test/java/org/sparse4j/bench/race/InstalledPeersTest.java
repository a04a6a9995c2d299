package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The opponents themselves, on small products; skipped unless {@code -Dsparse4j.peers} names their
 * folder. Each of those that are there must pass the check of every race it offers.
 */
class InstalledPeersTest {
  private static final List<String> RACES =
      List.of(
          "spmm csr 33x17 9 0.5 1",
          "spmm csr 64x48 40 0.9 2",
          "spmmTransposed csr 33x17 9 0.5 1",
          "spmv csr 33x17 1 0.5 1",
          "linear csr 33x17 9 0.5 1",
          "spmm block:4x4 32x16 9 0.5 1",
          "spmmTransposed block:16x16 64x48 9 0.5 1",
          "linear block:4x4 32x16 9 0.5 1",
          "spmv block:4x4 32x16 1 0.5 1",
          "spmm 16:2:4 32x16 9 0.5 1");

  @TempDir private Path temporary;

  @ParameterizedTest
  @EnumSource(
      value = WorkerKind.class,
      names = {"ND4J_HASWELL", "SHIM"},
      mode = EnumSource.Mode.EXCLUDE)
  void everyOpponentPassesTheChecks(WorkerKind kind) throws Exception {
    assumeTrue(System.getProperty("sparse4j.peers") != null, "-Dsparse4j.peers is not set");
    PeerFolders folders = new PeerFolders(PeerFolders.besideApplication(), temporary);
    List<String> there =
        kind.opponents().stream()
            .filter(name -> name.equals(Opponent.OWN) || folders.absence(name).isEmpty())
            .toList();
    assumeTrue(!there.isEmpty(), kind.label() + " is not there");
    Map<String, String> skipped = new LinkedHashMap<>();
    TreeSet<String> seen = new TreeSet<>();
    try (WorkerProcess process =
        WorkerProcess.start(
            kind.label(),
            kind.command(folders, 1, temporary),
            kind.environment(System.getenv(), 1, temporary),
            180)) {
      for (String race : RACES) {
        for (Lane lane : process.prepare(RaceSpec.parse(race), Participants.all(), skipped)) {
          there.stream()
              .filter(name -> Participants.belongs(lane.entry().name(), name))
              .forEach(seen::add);
        }
        assertEquals(Map.of(), skipped, race);
      }
    }
    assertEquals(new TreeSet<>(there), seen);
  }
}
