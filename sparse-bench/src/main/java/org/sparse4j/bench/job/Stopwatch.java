package org.sparse4j.bench.job;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.bench.console.Progress;
import org.sparse4j.bench.network.Inference;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Lane;
import org.sparse4j.bench.race.Race;
import org.sparse4j.bench.race.RaceResult;
import org.sparse4j.bench.race.RaceSettings;
import org.sparse4j.bench.report.RunResult;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.data.Dataset;

/**
 * Measures trained networks against each other: after warm-up each gets a short slice, round after
 * round, so that a change of the machine's speed meets all of them and ratios stay fair.
 */
final class Stopwatch {
  private static final int BATCH = 128;

  private final RaceSettings settings;
  private final Threads threads;

  Stopwatch(RaceSettings settings, Threads threads) {
    this.settings = settings;
    this.threads = threads;
  }

  /** One entry a network, in their order. The networks' weights change a little. */
  List<RunResult.Times> measure(
      List<TrainedNetwork> networks,
      Recipe recipe,
      Dataset data,
      Progress progress,
      long done,
      long part) {
    progress.at(done, "measuring inference, 1 image");
    List<Double> single = inference(networks, 1);
    progress.at(done + part, "measuring inference, " + BATCH + " images");
    List<Double> batch = inference(networks, BATCH);
    // Last, because steps change weights.
    progress.at(done + 2 * part, "measuring training steps");
    List<Double> step = steps(networks, recipe, data);
    List<RunResult.Times> times = new ArrayList<>();
    for (int n = 0; n < networks.size(); n++) {
      times.add(new RunResult.Times(step.get(n), single.get(n), batch.get(n)));
    }
    return times;
  }

  private List<Double> inference(List<TrainedNetwork> networks, int batch) {
    List<Lane> lanes = new ArrayList<>();
    for (TrainedNetwork network : networks) {
      Inference inference =
          network.network().inference(Kernels.best(), Workspace.on(threads), batch);
      inference.fill(1);
      double flops =
          network.network().layers().stream().mapToDouble(layer -> 2.0 * layer.stored()).sum();
      lanes.add(Lane.of(Contender.of(network.key(), flops * batch, inference::run)));
    }
    return race(lanes);
  }

  private List<Double> steps(List<TrainedNetwork> networks, Recipe recipe, Dataset data) {
    List<Lane> lanes = new ArrayList<>();
    for (TrainedNetwork network : networks) {
      Trainer trainer = recipe.stepper(network.model(), threads).sparsifier(Sparsifier.none());
      lanes.add(new StepLane(network.key(), trainer, data));
    }
    return race(lanes);
  }

  /** Medians in microseconds, in the order of the lanes. */
  private List<Double> race(List<Lane> lanes) {
    RaceResult result = new Race(settings).run(lanes);
    if (!result.failures().isEmpty()) {
      throw new IllegalStateException("measurement failed: " + result.failures());
    }
    return result.timings().stream().map(timing -> timing.median() * 1e6).toList();
  }
}
