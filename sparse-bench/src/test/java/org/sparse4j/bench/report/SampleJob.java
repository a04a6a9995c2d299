package org.sparse4j.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.mask.Mask;

/** A job with made-up figures. */
final class SampleJob {
  private SampleJob() {}

  static JobResult of(String dataName, int testImages) {
    List<RunResult> runs = new ArrayList<>();
    runs.add(run("dense", "dense", 0, testImages, .8605, 1, 1));
    double[] accuracies = {.8496, .8502, .8471, .8425, .8467, .8357};
    int next = 0;
    for (double sparsity : new double[] {.9, .95}) {
      for (String method : List.of("static", "SET", "RigL")) {
        String key = method.toLowerCase(java.util.Locale.ROOT) + "-" + Math.round(100 * sparsity);
        double share = 1.6 * (1 - sparsity);
        runs.add(run(key, method, sparsity, testImages, accuracies[next++], share, 1 - sparsity));
      }
    }
    JobResult.Setting setting =
        new JobResult.Setting(
            "0.1.0",
            "0123456789ab",
            "sparse4j train",
            "2025-11-25 12:00 +00:00",
            "some processor, 2 cores",
            "25.0.3",
            "vector, 512 bits",
            2,
            1,
            List.of("784-300-100-10, ReLU", "SGD with Nesterov momentum 0.9"),
            40,
            128,
            .1,
            new JobResult.Images(
                dataName, 8_000, testImages, 28, 28, "(pixel / 255 - 0.2860) / 0.3530"));
    return new JobResult(setting, runs, 31.4);
  }

  private static RunResult run(
      String key,
      String method,
      double sparsity,
      int testImages,
      double accuracy,
      double timeShare,
      double weightShare) {
    List<RunResult.Epoch> curve = new ArrayList<>();
    for (int epoch = 1; epoch <= 40; epoch++) {
      double left = Math.exp(-epoch / 9.0) + sparsity / 40;
      curve.add(
          new RunResult.Epoch(
              epoch, 1.1 * left, accuracy - .12 * left + .004 * Math.sin(epoch * accuracy * 9)));
    }
    double[] densities =
        sparsity == 0
            ? new double[] {1, 1, 1}
            : sparsity == .9 ? new double[] {.0796, .2302, 1} : new double[] {.0385, .1113, .9185};
    Mask mask =
        sparsity == 0
            ? Mask.full(300, 784)
            : Mask.random(300, 784, Math.round(densities[0] * 300 * 784), key.hashCode());
    return new RunResult(
        key,
        method,
        sparsity,
        7_900,
        (int) Math.round(accuracy * testImages),
        curve,
        new RunResult.Times(3620 * timeShare, 41 * timeShare, 1290 * timeShare),
        Math.round(1_066_440 * weightShare * (sparsity == 0 ? 1 : 2)),
        Math.round(1_066_440 * weightShare),
        new RunResult.Updates(
            sparsity == 0 || method.equals("static") ? 0 : 18,
            3620 * timeShare,
            method.equals("RigL") ? 9000 : 2 * 3620 * timeShare),
        List.of(
            new RunResult.Layer("0.weight", 300, 784, Math.round(densities[0] * 300 * 784)),
            new RunResult.Layer("2.weight", 100, 300, Math.round(densities[1] * 100 * 300)),
            new RunResult.Layer("4.weight", 10, 100, Math.round(densities[2] * 1_000))),
        mask,
        key + ".safetensors");
  }
}
