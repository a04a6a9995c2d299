package org.sparse4j.bench.race;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a list of races with contestants in several processes.
 *
 * <p>All contestants of a race take turns, whatever process they live in; the others wait for their
 * input and use no time. The process with our kernels starts anew for each shape, so that what the
 * compiler learned from one shape does not decide the next; opponents' processes stay while the
 * number of threads stays.
 */
final class Bench implements AutoCloseable {
  private static final long ANSWER_SECONDS = 180;
  private static final double THREADS_PAUSE_SECONDS = 0.006;

  private final PeerFolders folders;
  private final Map<String, Path> shims;
  private final RaceSettings settings;
  private final Map<String, Worker> workers = new HashMap<>();

  private record Worker(WorkerProcess process, String key) {}

  /**
   * A bench.
   *
   * @param folders opponents that come with the application
   * @param shims names of opponents that the user built, with the files of their shims
   * @param settings lengths of a race
   */
  Bench(PeerFolders folders, Map<String, Path> shims, RaceSettings settings) {
    this.folders = folders;
    this.shims = new LinkedHashMap<>(shims);
    this.settings = settings;
  }

  /** Runs one race of those who take part. */
  Outcome run(RaceSpec spec, Participants participants) {
    Map<String, String> skipped = new LinkedHashMap<>();
    List<Lane> lanes = new ArrayList<>();
    for (WorkerKind kind : WorkerKind.values()) {
      if (!kind.offers(spec.operation())) {
        continue;
      }
      if (kind == WorkerKind.SHIM) {
        shims.forEach((name, library) -> {
          if (participants.has(name)) {
            lanes.addAll(prepare(kind, name, spec, participants, skipped));
          }
        });
      } else if (isNeeded(kind, participants, skipped)) {
        lanes.addAll(prepare(kind, kind.label(), spec, participants, skipped));
      }
    }
    RaceSettings lengths = spec.threads() > 1 ? settings.pausing(THREADS_PAUSE_SECONDS) : settings;
    RaceResult result = new Race(lengths).run(lanes);
    skipped.putAll(result.failures());
    return new Outcome(spec, result, skipped);
  }

  /** Notes absent opponents; tells whether anybody is left for whom the process is needed. */
  private boolean isNeeded(
      WorkerKind kind, Participants participants, Map<String, String> skipped) {
    boolean isNeeded = false;
    for (String opponent : kind.opponents()) {
      if (participants.has(opponent)) {
        Optional<String> absence =
            opponent.equals(Opponent.OWN) ? Optional.empty() : folders.absence(opponent);
        absence.ifPresent(reason -> skipped.put(opponent, reason));
        isNeeded |= absence.isEmpty();
      }
    }
    return isNeeded;
  }

  private List<Lane> prepare(
      WorkerKind kind,
      String name,
      RaceSpec spec,
      Participants participants,
      Map<String, String> skipped) {
    try {
      return worker(kind, name, spec).prepare(spec, participants, skipped);
    } catch (LaneFailure failure) {
      skipped.put(name, String.valueOf(failure.getMessage()));
      stop(name);
      return List.of();
    }
  }

  private WorkerProcess worker(WorkerKind kind, String name, RaceSpec spec) {
    String key =
        kind == WorkerKind.KERNELS ? spec.shape() + " " + spec.threads() : "" + spec.threads();
    Worker present = workers.get(name);
    if (present != null && present.key().equals(key) && present.process().isAlive()) {
      return present.process();
    }
    stop(name);
    try {
      Path writable =
          switch (kind) {
            case KERNELS, JAVA, SHIM -> Path.of(System.getProperty("java.io.tmpdir"));
            default -> folders.writable(kind.opponents().getFirst());
          };
      Path shim = shims.get(name);
      if (shim != null && !Files.isRegularFile(shim)) {
        throw new LaneFailure("no file " + shim);
      }
      WorkerProcess process =
          WorkerProcess.start(
              name,
              shim == null
                  ? kind.command(folders, spec.threads(), writable)
                  : kind.command(name, shim, spec.threads(), writable),
              kind.environment(System.getenv(), spec.threads(), writable),
              ANSWER_SECONDS);
      workers.put(name, new Worker(process, key));
      return process;
    } catch (IOException failure) {
      throw new LaneFailure(name + ": " + failure);
    }
  }

  private void stop(String name) {
    Worker worker = workers.remove(name);
    if (worker != null) {
      worker.process().close();
    }
  }

  /** Ends all processes. */
  @Override
  public void close() {
    List.copyOf(workers.keySet()).forEach(this::stop);
  }
}
