package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;
import org.sparse4j.train.data.Batches;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.layer.Gpt;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.LinearFactory;
import org.sparse4j.train.layer.MaskedLinear;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.AdamW;
import org.sparse4j.train.optim.OptimizerState;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.update.RigL;

/** Language models in whole trainings. */
class GptTrainingTest {

  private static final int TIME = 12;

  @TempDir Path folder;

  /** Sequences that count up by 1, 2 or 3 modulo 10: two tokens tell what follows. */
  private static Dataset counting(int samples) {
    DenseMatrix tokens = DenseMatrix.zeros(samples, TIME);
    for (int s = 0; s < samples; s++) {
      int step = 1 + Streams.below(1, s, 3);
      int start = Streams.below(2, s, 10);
      for (int t = 0; t < TIME; t++) {
        tokens.set(s, t, (start + step * t) % 10);
      }
    }
    return Dataset.of(tokens, new int[samples], 1);
  }

  private static Gpt model() {
    return Gpt.builder()
        .vocabulary(10)
        .context(TIME)
        .width(24)
        .heads(3)
        .layers(2)
        .dropout(0.05)
        .weights(LinearFactory.sparse())
        .build();
  }

  private static Trainer trainer(Layer model, Threads threads) {
    return Trainer.of(model)
        .sparsifier(
            Sparsifier.builder()
                .distribution(Uniform.sparsity(0.5))
                .updates(Every.steps(5).until(0.75))
                .rule(RigL.dropFraction(Cosine.from(0.3)))
                .seed(5)
                .build())
        .optimizer(AdamW.rate(1e-2))
        .loss(Loss.nextToken())
        .threads(threads)
        .batchSize(16)
        .seed(3);
  }

  @Tag("kernels")
  @Test
  void learnsToCount() {
    Gpt model = model();
    Report report =
        trainer(model, Threads.caller())
            .evaluationBatch(30)
            .epochs(30)
            .fit(counting(320), counting(100));
    Evaluation test = report.test().orElseThrow();
    assertEquals(100 * (TIME - 1), test.samples(), "a token each but the last of a sequence");
    // The second token cannot be told from the first: a loss of ln(3) / 11 is left.
    assertTrue(test.loss() < 0.25 && test.accuracy() > 0.9, test.toString());
    Tape tape = Tape.of(Kernels.best(), Workspace.create());
    tape.startEvaluation();
    int[] prompt = {3, 5, 7};
    DenseMatrix logits = model.forward(tape, prompt, 1, 3).value();
    int[] best = new int[3];
    Kernels.best().dense().argmax(tape.workspace(), logits, best);
    assertEquals(9, best[2]);
  }

  /** S-STE in the feed-forward parts alone, gradients sampled along the tokens. */
  @Tag("kernels")
  @Test
  void feedForwardPartsLearnWithHalfOfTheirWeights() {
    ForwardRule rule =
        ForwardRule.softThreshold()
            .sampleGradient(new GroupSampling(GroupSampling.Method.TWO_DRAWS, 2, 4));
    LinearFactory masked = MaskedLinear.where(rule);
    Gpt model =
        Gpt.builder()
            .vocabulary(10)
            .context(TIME)
            .width(24)
            .heads(3)
            .layers(2)
            .weights((name, inputs, outputs, start) ->
                (name.startsWith("feed_forward") ? masked : LinearFactory.dense())
                    .create(name, inputs, outputs, start))
            .build();
    Report report =
        Trainer.of(model)
            .optimizer(AdamW.rate(1e-2))
            .loss(Loss.nextToken())
            .batchSize(16)
            .seed(3)
            .epochs(30)
            .fit(counting(320), counting(100));
    Evaluation test = report.test().orElseThrow();
    assertTrue(test.loss() < 0.3 && test.accuracy() > 0.9, test.toString());
    List<String> half =
        report.layers().stream()
            .filter(layer -> layer.density() < .51)
            .map(LayerStatus::name)
            .toList();
    assertEquals(4, half.size(), half.toString());
  }

  @Test
  void theTargetOfATokenIsTheNextOne() {
    Dataset data =
        Dataset.of(DenseMatrix.copyOf(new float[][] {{3, 1, 2}, {0, 2, 1}}), new int[2], 1);
    Workspace workspace = Workspace.create();
    Batch batch = Batches.inOrder(data, 2).next(Kernels.best(), workspace);
    Loss loss = Loss.nextToken();
    assertArrayEquals(new int[] {1, 2, -1, 2, 1, -1}, loss.targets(batch));
    DenseMatrix logits = DenseMatrix.zeros(4, 6);
    logits.set(1, 0, 1);
    Tape tape = Tape.of(Kernels.best(), workspace);
    tape.startEvaluation();
    double better = Math.log(3 + Math.E) - 1;
    assertEquals(
        (better + 3 * Math.log(4)) / 4, loss.of(tape, tape.input(logits), batch).scalar(), 1e-6);
    assertEquals(
        "nextToken: columns of the output (5) must equal time * batch (3 * 2)",
        assertThrows(
                IllegalArgumentException.class,
                () -> loss.of(tape, tape.input(DenseMatrix.zeros(4, 5)), batch))
            .getMessage());
  }

  @Tag("kernels")
  @Test
  void oneTwoAndFourThreadsGiveTheSameBits() {
    Gpt one = model();
    trainer(one, Threads.caller()).epochs(2).fit(counting(64));
    for (int threads : new int[] {2, 4}) {
      try (WorkerTeam team = WorkerTeam.of(threads)) {
        Gpt many = model();
        trainer(many, team).epochs(2).fit(counting(64));
        assertEquals(
            Examples.bits(one.parameters()),
            Examples.bits(many.parameters()),
            threads + " threads");
      }
    }
  }

  @Tag("kernels")
  @Test
  void resumedRunEqualsAnUninterruptedOne() throws IOException {
    Gpt whole = model();
    trainer(whole, Threads.caller()).epochs(3).fit(counting(64));
    Path path = folder.resolve("gpt.safetensors");
    trainer(model(), Threads.caller())
        .epochs(3)
        .listener(new SaveAndStop(path, 7))
        .fit(counting(64));
    Gpt resumed = model();
    trainer(resumed, Threads.caller()).epochs(3).resume(path, counting(64)).run();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
    Path weights = folder.resolve("weights.safetensors");
    Weights.save(whole, weights);
    Gpt loaded = model();
    Weights.load(loaded, weights);
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(loaded.parameters()));
  }

  /** One model on its way through training, with everything that allocates left outside. */
  private static final class Run {
    private final Gpt model;
    private final OptimizerState state;
    private final Tape tape = Tape.of(Kernels.best(), Workspace.create());
    private final int[] tokens = new int[4 * TIME];
    private final int[] targets = new int[4 * TIME];

    Run(boolean gated) {
      LinearFactory half =
          (name, inputs, outputs, start) ->
              SparseLinear.of(
                  SparseParameter.create(
                      "weight",
                      CsrPattern.of(Mask.random(outputs, inputs, (long) outputs * inputs / 2, 3)),
                      start),
                  DenseParameter.bias("bias", outputs));
      Gpt.Builder builder =
          Gpt.builder().vocabulary(10).context(TIME).width(16).heads(2).layers(1).weights(half);
      model = gated ? builder.swiGlu().rmsNorm().build() : builder.dropout(0.1).build();
      model.initialise(1);
      state = AdamW.rate(1e-3).start(model.parameters());
      for (int j = 0; j < tokens.length; j++) {
        tokens[j] = j % 10;
        targets[j] = j % TIME == TIME - 1 ? -1 : (j + 1) % 10;
      }
    }

    void step() {
      tape.startTraining(Streams.derive(7, state.steps()));
      Variable logits = model.forward(tape, tokens, 4, TIME);
      tape.backward(tape.crossEntropy(logits, targets, 0, -1));
      state.step(tape.kernels(), tape.workspace());
    }
  }

  @Tag("allocation")
  @Test
  void aSteadyStepAllocatesNextToNothing() {
    var bean =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    for (boolean gated : new boolean[] {false, true}) {
      Run run = new Run(gated);
      long best = Long.MAX_VALUE;
      for (int round = 0; round < 400 && best > 400; round++) {
        long before = bean.getCurrentThreadAllocatedBytes();
        for (int step = 0; step < 100; step++) {
          run.step();
        }
        best = Math.min(best, (bean.getCurrentThreadAllocatedBytes() - before) / 100);
      }
      assertTrue(best <= 400, best + " bytes a step, gated " + gated);
    }
  }
}
