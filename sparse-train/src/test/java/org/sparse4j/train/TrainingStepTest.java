package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparse4j.train.layer.ActivationLayer.gelu;
import static org.sparse4j.train.layer.ActivationLayer.relu;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;
import org.sparse4j.train.data.Batches;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.Dropout;
import org.sparse4j.train.layer.LayerNorm;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.AdamW;
import org.sparse4j.train.optim.GradientClipping;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.Optimizer;
import org.sparse4j.train.optim.OptimizerState;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.random.Streams;

/** Whole training steps: batches, layers, tape and optimizer together. */
class TrainingStepTest {

  /** Three clouds of points that a small network can tell apart. */
  private static Dataset clouds(int size) {
    int features = 12;
    DenseMatrix samples = DenseMatrix.zeros(size, features);
    int[] labels = new int[size];
    for (int s = 0; s < size; s++) {
      labels[s] = s % 3;
      for (int f = 0; f < features; f++) {
        double centre = f % 3 == labels[s] ? 1 : 0;
        samples.set(s, f, (float) (centre + 0.4 * Streams.normal(3, (long) s * features + f)));
      }
    }
    return Dataset.of(samples, labels, 3);
  }

  private static Sequential model(long seed) {
    Sequential model =
        Sequential.of(
            SparseLinear.of(Mask.random(40, 12, 200, 1)),
            relu(),
            LayerNorm.of(40),
            SparseLinear.of(Mask.random(24, 40, 300, 2)),
            gelu(),
            Dropout.rate(0.1),
            Linear.of(24, 3));
    model.initialise(seed);
    return model;
  }

  /** One model on its way through training. */
  private static final class Run {
    private final Sequential model = model(5);
    private final Batches batches;
    private final OptimizerState state;
    private final Tape tape;
    private float loss;

    Run(Workspace workspace, Optimizer optimizer, int batch) {
      batches = Batches.shuffled(clouds(256), batch, 7);
      state = optimizer.start(model.parameters()).clip(GradientClipping.norm(5));
      tape = Tape.of(Kernels.best(), workspace);
    }

    void step() {
      Batch batch = batches.next(tape.kernels(), tape.workspace());
      tape.startTraining(Streams.derive(11, state.steps()));
      Variable logits = model.forward(tape, tape.input(batch.inputs()));
      Variable entropy = tape.crossEntropy(logits, batch.labels(), 0.05f);
      loss = entropy.scalar();
      tape.backward(entropy);
      state.step(tape.kernels(), tape.workspace());
    }

    float[] numbers(int parameter) {
      return switch (model.parameters().get(parameter)) {
        case DenseParameter dense -> dense.value().toArray();
        case FlatParameter flat -> flat.values().array().clone();
      };
    }
  }

  private static Sgd sgd() {
    return Sgd.rate(LearningRate.cosine(0.1, 1000)).momentum(0.9).withNesterov().l2(1e-4);
  }

  @Tag("kernels")
  @Test
  void learnsToTellCloudsApart() {
    Run run = new Run(Workspace.create(), AdamW.rate(3e-3), 32);
    run.tape.poisonDeadMatrices(true);
    for (int step = 0; step < 150; step++) {
      run.step();
    }
    assertTrue(run.loss < 0.45, "loss " + run.loss);
  }

  @Tag("kernels")
  @Test
  void oneAndTwoThreadsGiveTheSameBits() {
    try (WorkerTeam team = WorkerTeam.of(2)) {
      Run one = new Run(Workspace.create(), sgd(), 32);
      Run two = new Run(Workspace.on(team), sgd(), 32);
      for (int step = 0; step < 20; step++) {
        one.step();
        two.step();
      }
      for (int p = 0; p < one.model.parameters().size(); p++) {
        assertArrayEquals(one.numbers(p), two.numbers(p), one.model.parameters().get(p).name());
      }
    }
  }

  @Test
  void poisonedMatricesChangeNothing() {
    Run clean = new Run(Workspace.create(), sgd(), 32);
    Run poisoned = new Run(Workspace.create(), sgd(), 32);
    poisoned.tape.poisonDeadMatrices(true);
    for (int step = 0; step < 10; step++) {
      clean.step();
      poisoned.step();
    }
    for (int p = 0; p < clean.model.parameters().size(); p++) {
      assertArrayEquals(clean.numbers(p), poisoned.numbers(p));
    }
  }

  @Tag("allocation")
  @Test
  void aSteadyStepAllocatesNextToNothing() {
    var bean =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    Run run = new Run(Workspace.create(), sgd(), 128);
    // Vectors are boxed until the last kernel is compiled, which takes thousands of steps where a
    // kernel runs once a step.
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 400 && best > 400; round++) {
      long before = bean.getCurrentThreadAllocatedBytes();
      for (int step = 0; step < 250; step++) {
        run.step();
      }
      best = Math.min(best, (bean.getCurrentThreadAllocatedBytes() - before) / 250);
    }
    assertTrue(best <= 400, best + " bytes a step");
  }
}
