package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.data.Batch;
import org.sparse4j.train.data.Batches;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.layer.ImageModels;
import org.sparse4j.train.layer.ImageShape;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.LinearFactory;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.optim.AdamW;
import org.sparse4j.train.optim.OptimizerState;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.update.Set;

/** Networks for images in whole trainings. */
class ImageTrainingTest {

  private static final ImageShape IMAGE = ImageShape.of(1, 8, 8);

  @TempDir Path folder;

  /** A bright bar in noise, lying, standing or slanting; its place is random. */
  private static Dataset bars(int count, long seed) {
    DenseMatrix samples = DenseMatrix.zeros(count, IMAGE.size());
    int[] labels = new int[count];
    for (int s = 0; s < count; s++) {
      labels[s] = Streams.below(Streams.derive(seed, "label"), s, 3);
      int place = Streams.below(Streams.derive(seed, "place"), s, 8);
      for (int p = 0; p < 64; p++) {
        int y = p / 8;
        int x = p % 8;
        boolean bright =
            switch (labels[s]) {
              case 0 -> y == place;
              case 1 -> x == place;
              default -> (x + y) % 8 == place;
            };
        double noise = 0.3 * Streams.normal(Streams.derive(seed, s), p);
        samples.set(s, p, (float) ((bright ? 1 : 0) + noise));
      }
    }
    return Dataset.of(samples, labels, 3);
  }

  private static Sequential network() {
    return model("convolutional");
  }

  private static Sequential model(String name) {
    LinearFactory sparse = LinearFactory.sparse();
    return switch (name) {
      case "convolutional" -> ImageModels.convolutional(IMAGE, 3, 6, sparse);
      case "mixer" -> ImageModels.mixer(IMAGE, 3, 2, 16, 1, sparse);
      case "visionTransformer" -> ImageModels.visionTransformer(IMAGE, 3, 2, 16, 2, 1, sparse);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Trainer trainer(Layer model, Threads threads) {
    return Trainer.of(model)
        .sparsifier(
            Sparsifier.builder()
                .distribution(Uniform.sparsity(0.4))
                .updates(Every.steps(6).until(0.75))
                .rule(Set.dropFraction(Cosine.from(0.3)))
                .seed(5)
                .build())
        .optimizer(AdamW.rate(1e-2))
        .threads(threads)
        .batchSize(16)
        .seed(3);
  }

  @Tag("kernels")
  @ParameterizedTest
  @ValueSource(strings = {"convolutional", "mixer", "visionTransformer"})
  void learnsToTellBarsApart(String name) {
    Report report =
        trainer(model(name), Threads.caller()).epochs(12).fit(bars(320, 1), bars(200, 2));
    double accuracy = report.test().orElseThrow().accuracy();
    assertTrue(accuracy > 0.8, name + ": " + accuracy);
  }

  @Tag("kernels")
  @Test
  void oneTwoAndFourThreadsGiveTheSameBits() {
    Sequential one = network();
    trainer(one, Threads.caller()).epochs(2).fit(bars(64, 1));
    for (int threads : new int[] {2, 4}) {
      try (WorkerTeam team = WorkerTeam.of(threads)) {
        Sequential many = network();
        trainer(many, team).epochs(2).fit(bars(64, 1));
        assertEquals(
            Examples.bits(one.parameters()),
            Examples.bits(many.parameters()),
            threads + " threads");
      }
    }
  }

  /** Running means and variances are in the checkpoint and in files of weights. */
  @Tag("kernels")
  @Test
  void resumedRunEqualsAnUninterruptedOne() throws IOException {
    Sequential whole = network();
    trainer(whole, Threads.caller()).epochs(3).fit(bars(64, 1));
    Path path = folder.resolve("cnn.safetensors");
    trainer(network(), Threads.caller())
        .epochs(3)
        .listener(new SaveAndStop(path, 7))
        .fit(bars(64, 1));
    Sequential resumed = network();
    trainer(resumed, Threads.caller()).epochs(3).resume(path, bars(64, 1)).run();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
    DenseParameter running = (DenseParameter) whole.parameters().get(4);
    assertEquals("1.running_mean", running.name());
    assertTrue(Math.abs(running.value().get(0, 0)) > 1e-3, "moved");
    Path weights = folder.resolve("weights.safetensors");
    Weights.save(whole, weights);
    Sequential loaded = network();
    Weights.load(loaded, weights);
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(loaded.parameters()));
  }

  @Tag("allocation")
  @Test
  void aSteadyStepAllocatesNextToNothing() {
    var bean =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    for (String name : List.of("convolutional", "mixer", "visionTransformer")) {
      Sequential model = model(name);
      long best = allocated(bean, model);
      assertTrue(best <= 400, best + " bytes a step of " + model);
    }
  }

  private static long allocated(com.sun.management.ThreadMXBean bean, Sequential model) {
    model.initialise(1);
    OptimizerState state = AdamW.rate(1e-3).start(model.parameters());
    Tape tape = Tape.of(Kernels.best(), Workspace.create());
    Batches batches = Batches.shuffled(bars(64, 1), 16, 7);
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 400 && best > 400; round++) {
      long before = bean.getCurrentThreadAllocatedBytes();
      for (int step = 0; step < 100; step++) {
        Batch batch = batches.next(tape.kernels(), tape.workspace());
        tape.startTraining(step);
        tape.backward(
            tape.crossEntropy(model.forward(tape, tape.input(batch.inputs())), batch.labels(), 0));
        state.step(tape.kernels(), tape.workspace());
      }
      best = Math.min(best, (bean.getCurrentThreadAllocatedBytes() - before) / 100);
    }
    return best;
  }
}
