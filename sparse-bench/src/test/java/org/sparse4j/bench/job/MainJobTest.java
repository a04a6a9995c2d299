package org.sparse4j.bench.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.bench.console.Progress;
import org.sparse4j.bench.data.ImageData;
import org.sparse4j.bench.data.PixelScale;
import org.sparse4j.bench.network.Network;
import org.sparse4j.bench.race.RaceSettings;
import org.sparse4j.bench.report.RunResult;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;

/** One epoch of the main job on the bundled images, on one thread and on two. */
class MainJobTest {
  private static final Recipe RECIPE = new Recipe(1, 128, .1, 5e-4, 20, 11);
  private static final int ROUNDS = RaceSettings.LEAST_ROUNDS;

  @TempDir private static Path folder;
  private static ImageData images;
  private static List<RunResult> alone;
  private static List<RunResult> together;

  @BeforeAll
  static void train() throws IOException {
    images = ImageData.bundled();
    alone = job(Threads.caller(), Files.createDirectory(folder.resolve("one")));
    try (WorkerTeam team = WorkerTeam.of(2)) {
      together = job(team, Files.createDirectory(folder.resolve("two")));
    }
  }

  private static List<RunResult> job(Threads threads, Path out) {
    RaceSettings quick = new RaceSettings(ROUNDS, .001, .001, .01, 0);
    MainJob job =
        new MainJob(
            images,
            PixelScale.FASHION_MNIST,
            RECIPE,
            List.of(Method.values()),
            List.of(.95),
            threads,
            out,
            quick);
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    try (Progress progress = Progress.start(nowhere, false, "", job.steps())) {
      return job.run(progress);
    }
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() throws IOException {
    assertEquals(4, alone.size());
    for (int r = 0; r < alone.size(); r++) {
      RunResult one = alone.get(r);
      RunResult two = together.get(r);
      assertEquals(one.testCorrect(), two.testCorrect(), one.key());
      assertEquals(one.trainCorrect(), two.trainCorrect(), one.key());
      assertEquals(one.curve(), two.curve(), one.key());
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("one").resolve(one.model())),
          Files.readAllBytes(folder.resolve("two").resolve(two.model())),
          one.key());
    }
  }

  @Test
  void oneEpochLearnsSomething() {
    for (RunResult run : alone) {
      double accuracy = (double) run.testCorrect() / images.test().count();
      assertTrue(accuracy > .65, run.key() + ": " + accuracy);
    }
  }

  @Test
  void savedModelsClassifyAsTheTableSays() throws IOException {
    for (RunResult run : alone) {
      try (SafetensorsFile file = Safetensors.open(folder.resolve("one").resolve(run.model()))) {
        int correct =
            Network.read(file)
                .countCorrect(
                    Kernels.best(),
                    Workspace.create(),
                    images.test(),
                    PixelScale.FASHION_MNIST,
                    images.classes());
        assertEquals(run.testCorrect(), correct, run.key());
      }
    }
  }

  @Test
  void bytesFollowTheStoredWeights() {
    RunResult dense = alone.getFirst();
    assertEquals(4L * (784 * 300 + 300 * 100 + 100 * 10 + 410), dense.weightBytes());
    for (RunResult run : alone.subList(1, alone.size())) {
      assertEquals(.95, run.actualSparsity(), 1e-4, run.key());
      long stored = run.layers().stream().mapToLong(RunResult.Layer::stored).sum();
      // A value and a column a stored weight, row pointers, biases; one velocity a weight and bias.
      assertEquals(4 * (2 * stored + 413 + 410), run.weightBytes(), run.key());
      assertEquals(4 * (stored + 410), run.optimizerBytes(), run.key());
      assertEquals(run.layers().getFirst().stored(), run.firstMask().count(), run.key());
    }
  }

  @Test
  void everyRunHasTimes() {
    for (RunResult run : alone) {
      assertTrue(run.times().step() > 0, run.key());
      assertTrue(run.times().single() > 0, run.key());
      assertTrue(run.times().batch() > 0, run.key());
      assertEquals(
          run.method().equals("SET") || run.method().equals("RigL"),
          run.updates().count() > 0,
          run.key());
    }
  }
}
