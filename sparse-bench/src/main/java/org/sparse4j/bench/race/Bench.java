package org.sparse4j.bench.race;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
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
  private final RaceSettings settings;
  private final Map<WorkerKind, Worker> workers = new EnumMap<>(WorkerKind.class);

  private record Worker(WorkerProcess process, String key) {}

  Bench(PeerFolders folders, RaceSettings settings) {
    this.folders = folders;
    this.settings = settings;
  }

  /** Runs one race of those who take part. */
  Outcome run(RaceSpec spec, Participants participants) {
    Map<String, String> skipped = new LinkedHashMap<>();
    List<Lane> lanes = new ArrayList<>();
    for (WorkerKind kind : kinds(spec)) {
      Optional<String> absence = absence(kind, participants, skipped);
      if (absence.isPresent()) {
        continue;
      }
      try {
        lanes.addAll(worker(kind, spec).prepare(spec, participants, skipped));
      } catch (LaneFailure failure) {
        skipped.put(kind.label(), String.valueOf(failure.getMessage()));
        stop(kind);
      }
    }
    RaceSettings lengths = spec.threads() > 1 ? settings.pausing(THREADS_PAUSE_SECONDS) : settings;
    RaceResult result = new Race(lengths).run(lanes);
    skipped.putAll(result.failures());
    return new Outcome(spec, result, skipped);
  }

  private static List<WorkerKind> kinds(RaceSpec spec) {
    return spec.operation() == RaceOperation.TRAINING_STEP
        ? List.of(WorkerKind.values())
        : List.of(WorkerKind.KERNELS, WorkerKind.ND4J, WorkerKind.PYTORCH);
  }

  /** Notes absent opponents; says why the whole process is not needed, if it is not. */
  private Optional<String> absence(
      WorkerKind kind, Participants participants, Map<String, String> skipped) {
    Optional<String> last = Optional.empty();
    int absent = 0;
    for (String opponent : kind.opponents()) {
      if (!participants.has(opponent)) {
        absent++;
        last = last.or(() -> Optional.of("not asked for"));
        continue;
      }
      Optional<String> reason =
          opponent.equals("sparse4j") ? Optional.empty() : folders.absence(opponent);
      if (reason.isPresent()) {
        skipped.put(opponent, reason.get());
        absent++;
        last = reason;
      }
    }
    return absent == kind.opponents().size() ? last : Optional.empty();
  }

  private WorkerProcess worker(WorkerKind kind, RaceSpec spec) {
    String key =
        kind == WorkerKind.KERNELS ? spec.shape() + " " + spec.threads() : "" + spec.threads();
    Worker present = workers.get(kind);
    if (present != null && present.key().equals(key) && present.process().isAlive()) {
      return present.process();
    }
    stop(kind);
    try {
      Path writable =
          kind == WorkerKind.KERNELS
              ? Path.of(System.getProperty("java.io.tmpdir"))
              : folders.writable(kind.opponents().getFirst());
      WorkerProcess process =
          WorkerProcess.start(
              kind.label(),
              kind.command(folders, spec.threads(), writable),
              kind.environment(System.getenv(), spec.threads(), writable),
              ANSWER_SECONDS);
      workers.put(kind, new Worker(process, key));
      return process;
    } catch (IOException failure) {
      throw new LaneFailure(kind.label() + ": " + failure);
    }
  }

  private void stop(WorkerKind kind) {
    Worker worker = workers.remove(kind);
    if (worker != null) {
      worker.process().close();
    }
  }

  /** Ends all processes. */
  @Override
  public void close() {
    for (WorkerKind kind : WorkerKind.values()) {
      stop(kind);
    }
  }
}
