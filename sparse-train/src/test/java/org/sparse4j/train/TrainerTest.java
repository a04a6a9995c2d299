package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Dropout;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.optim.AdamW;
import org.sparse4j.train.optim.GradientClipping;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.update.StaticMask;

class TrainerTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);

  /** Records everything it is told. */
  private static final class Recorder implements TrainingListener {
    final List<StepReport> steps = new ArrayList<>();
    final List<EpochReport> epochs = new ArrayList<>();

    @Override
    public void stepped(Training training, StepReport step) {
      steps.add(step);
    }

    @Override
    public void epochEnded(Training training, EpochReport epoch) {
      epochs.add(epoch);
    }

    @Override
    public String toString() {
      return "recorder";
    }
  }

  @Tag("kernels")
  @ParameterizedTest
  @ValueSource(strings = {"static", "SET", "RigL"})
  void learnsWithEveryRule(String name) {
    Report report =
        Examples.trainer(Examples.model(), Examples.rule(name)).epochs(20).fit(TRAIN, TEST);
    double accuracy = report.test().orElseThrow().accuracy();
    assertTrue(accuracy > .8, name + ": " + accuracy);
    assertEquals(Report.Ending.FINISHED, report.ending());
    assertEquals(.2, report.density(), .005);
    assertEquals(20, report.epochs().size());
    assertTrue(report.epochs().getLast().loss() < report.epochs().getFirst().loss() / 2);
  }

  @Tag("kernels")
  @ParameterizedTest
  @ValueSource(strings = {"static", "SET", "RigL"})
  void resultsDoNotDependOnTheNumberOfThreads(String name) {
    Sequential one = Examples.model();
    Report alone = Examples.trainer(one, Examples.rule(name)).fit(TRAIN, TEST);
    try (WorkerTeam team = WorkerTeam.of(2)) {
      Sequential two = Examples.model();
      Report together = Examples.trainer(two, Examples.rule(name)).threads(team).fit(TRAIN, TEST);
      assertEquals(Examples.bits(one.parameters()), Examples.bits(two.parameters()));
      assertEquals(losses(alone), losses(together));
      assertEquals(alone.test(), together.test());
      assertEquals(2, together.threads());
    }
  }

  private static List<Double> losses(Report report) {
    return report.epochs().stream().map(EpochReport::loss).toList();
  }

  @Test
  void equalSeedsGiveEqualResultsAndOthersDoNot() {
    Sequential one = Examples.model();
    Sequential two = Examples.model();
    Sequential three = Examples.model();
    Examples.trainer(one, Examples.rule("RigL")).fit(TRAIN);
    Examples.trainer(two, Examples.rule("RigL")).fit(TRAIN);
    Examples.trainer(three, Examples.rule("RigL")).seed(4).fit(TRAIN);
    assertEquals(Examples.bits(one.parameters()), Examples.bits(two.parameters()));
    assertNotEquals(Examples.bits(one.parameters()), Examples.bits(three.parameters()));
  }

  /** Every 4 steps until 0.75 of 72: RigL at steps 0, 4, ... 52, in the place of a step. */
  @Test
  void rigLTakesNoWeightStepOnAMaskBatch() {
    Recorder recorder = new Recorder();
    Report report =
        Examples.trainer(Examples.model(), Examples.rule("RigL")).listener(recorder).fit(TRAIN);
    assertEquals(72, recorder.steps.size());
    assertEquals(14, report.updates());
    assertEquals(72 - 14, report.steps());
    long expected = 0;
    for (StepReport step : recorder.steps) {
      assertEquals(expected, step.step());
      assertEquals(step.weightStep(), step.maskUpdate().isEmpty());
      assertEquals(step.batch() / 12, step.epoch());
      step.maskUpdate()
          .ifPresent(update -> {
            assertEquals(0, update.step() % 4);
            assertEquals(step.step(), update.step());
          });
      expected += step.weightStep() ? 1 : 0;
    }
    assertTrue(recorder.steps.get(0).maskUpdate().isPresent());
  }

  /** SET exchanges after the steps 1, 5, ... 53, which all count. */
  @Test
  void setTakesTheWeightStepFirst() {
    Recorder recorder = new Recorder();
    Report report =
        Examples.trainer(Examples.model(), Examples.rule("SET")).listener(recorder).fit(TRAIN);
    assertEquals(72, report.steps());
    assertEquals(14, report.updates());
    for (StepReport step : recorder.steps) {
      assertTrue(step.weightStep());
      assertEquals(step.batch() % 4 == 0 && step.batch() <= 53, step.maskUpdate().isPresent());
    }
  }

  @Test
  void densityIsTheSameAfterTrainingAndCoverageGrows() {
    Training training =
        Examples.trainer(Examples.model(), Examples.rule("SET")).prepare(TRAIN, TEST);
    List<LayerStatus> before = training.sparsifier().layers();
    Report report = training.run();
    for (int l = 0; l < before.size(); l++) {
      assertEquals(before.get(l).stored(), report.layers().get(l).stored());
      assertEquals(before.get(l).stored(), before.get(l).everStored());
    }
    assertTrue(report.layers().get(0).coverage() > 1.5 * report.layers().get(0).density());
  }

  @Test
  void trainsDenseLayersWithoutASparsifier() {
    Sequential model =
        Sequential.of(
            Linear.of(Examples.FEATURES, 20),
            ActivationLayer.relu(),
            Dropout.rate(.1),
            Linear.of(20, Examples.CLASSES));
    Report report =
        Trainer.of(model)
            .optimizer(AdamW.rate(1e-2))
            .clip(GradientClipping.norm(1))
            .batchSize(16)
            .epochs(10)
            .seed(1)
            .fit(TRAIN, TEST);
    assertTrue(report.test().orElseThrow().accuracy() > .9);
    assertEquals(1, report.density());
    assertEquals(2, report.layers().size());
    assertEquals(4 * (24 * 20 + 20 + 20 * 4 + 4), report.weightBytes());
    assertEquals(2 * report.weightBytes(), report.optimizerBytes());
    assertEquals(OptionalDouble.empty(), report.updateMicros());
    assertTrue(report.stepMicros().orElseThrow() > 0);
  }

  @Test
  void reportsTheBytesOfWhatIsStored() {
    Sequential model = Examples.model();
    Report report = Examples.trainer(model, Examples.rule("RigL")).epochs(1).fit(TRAIN);
    long stored = report.layers().stream().mapToLong(LayerStatus::stored).sum();
    long biases = 20 + 12 + 4;
    assertEquals(4 * (stored + biases), report.optimizerBytes());
    assertEquals(4 * (2 * stored + 21 + 13 + 5 + biases), report.weightBytes());
    assertEquals(Kernels.best().toString(), report.kernels());
    assertEquals(Optional.empty(), report.test());
  }

  @Test
  void evaluationCountsLowerLabelsInTiesAndNoNumbersAsWrong() {
    Sequential model = Sequential.of(Linear.of(1, 2));
    model.initialise(1);
    Dataset data =
        Dataset.of(DenseMatrix.copyOf(3, 1, new float[] {0, 0, Float.NaN}), new int[] {0, 1, 0}, 2);
    Evaluation result = Evaluation.of(model, data, Kernels.best(), Workspace.create());
    assertEquals(1, result.correct());
    assertEquals(1 / 3.0, result.accuracy());
  }

  @Test
  void evaluationNeedsAnOutputForEveryClass() {
    Sequential model = Sequential.of(Linear.of(Examples.FEATURES, 3));
    model.initialise(1);
    assertMessage(
        IllegalArgumentException.class,
        "evaluate: the model's output is 3x100; 100 samples of 24 features, 4 classes need at"
            + " least 4x100",
        () -> Evaluation.of(model, TEST, Kernels.best(), Workspace.create()));
  }

  @Test
  void listenerThatThrowsStopsTheTrainingAndLeavesItUsable() {
    Sequential model = Examples.model();
    IllegalStateException cause = new IllegalStateException("disk is on fire");
    boolean[] broken = {true};
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            if (step.batch() == 17 && broken[0]) {
              throw cause;
            }
          }

          @Override
          public String toString() {
            return "progress bar";
          }
        };
    Training training =
        Examples.trainer(model, Examples.rule("RigL")).listener(listener).prepare(TRAIN, TEST);
    TrainingException thrown = assertThrows(TrainingException.class, training::run);
    assertEquals(
        "Trainer: listener progress bar failed at step 13 (batch 5 of epoch 1):"
            + " java.lang.IllegalStateException: disk is on fire",
        thrown.getMessage());
    assertSame(cause, thrown.getCause());
    assertFalse(thrown.brokeDown(), "the listener did");
    assertEquals(18, training.batchesDone());
    broken[0] = false;
    Report report = training.run();
    Sequential other = Examples.model();
    Report whole = Examples.trainer(other, Examples.rule("RigL")).fit(TRAIN, TEST);
    assertEquals(Examples.bits(other.parameters()), Examples.bits(model.parameters()));
    assertEquals(losses(whole), losses(report));
  }

  @Test
  void listenerThatThrowsAtTheEndOfAnEpochDoesNotRepeatIt() {
    Recorder recorder = new Recorder();
    TrainingListener broken =
        new TrainingListener() {
          @Override
          public void epochEnded(Training training, EpochReport epoch) {
            if (epoch.epoch() == 1) {
              throw new IllegalStateException("full");
            }
          }

          @Override
          public String toString() {
            return "chart";
          }
        };
    Training training =
        Examples.trainer(Examples.model(), StaticMask.instance())
            .listener(recorder)
            .listener(broken)
            .prepare(TRAIN, TEST);
    assertMessage(
        TrainingException.class,
        "Trainer: listener chart failed at step 24 (batch 11 of epoch 1):"
            + " java.lang.IllegalStateException: full",
        training::run);
    assertEquals(6, training.run().epochs().size());
    assertEquals(6, recorder.epochs.size());
  }

  @Test
  void cancelFromAnotherThreadStopsBetweenTwoBatches() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            if (step.batch() == 30) {
              started.countDown();
              await(cancelled);
            }
          }
        };
    Sequential model = Examples.model();
    Training training =
        Examples.trainer(model, Examples.rule("SET")).listener(listener).prepare(TRAIN, TEST);
    Thread other =
        new Thread(() -> {
          await(started);
          training.cancel();
          cancelled.countDown();
        });
    other.start();
    Report report = training.run();
    other.join();
    assertEquals(Report.Ending.CANCELLED, report.ending());
    assertEquals(31, training.batchesDone());
    assertEquals(2, report.epochs().size());
    assertEquals(Report.Ending.FINISHED, training.run().ending());
    Sequential whole = Examples.model();
    Examples.trainer(whole, Examples.rule("SET")).fit(TRAIN, TEST);
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(model.parameters()));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void cancelBeforeTheRunStopsItAtOnce() {
    Training training = Examples.trainer(Examples.model(), Examples.rule("SET")).prepare(TRAIN);
    training.cancel();
    assertEquals(Report.Ending.CANCELLED, training.run().ending());
    assertEquals(0, training.batchesDone());
    assertEquals(Report.Ending.FINISHED, training.run().ending());
  }

  @Test
  void runsOnOneThreadAtATime() {
    TrainingListener nested =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            training.run();
          }

          @Override
          public String toString() {
            return "nested";
          }
        };
    String message =
        assertThrows(
                TrainingException.class,
                () ->
                    Examples.trainer(Examples.model(), StaticMask.instance())
                        .listener(nested)
                        .fit(TRAIN))
            .getMessage();
    assertTrue(message.contains("Training: is running on "), message);
  }

  @Test
  void stopsEarlyWhenTheTestLossDoesNotImprove() {
    // Without a step nothing improves: the first epoch is the best, two more are endured.
    Report report =
        Examples.trainer(Examples.model(), StaticMask.instance())
            .optimizer(Sgd.rate(0))
            .patience(2)
            .fit(TRAIN, TEST);
    assertEquals(Report.Ending.STOPPED_EARLY, report.ending());
    assertEquals(3, report.epochs().size());
    assertMessage(
        IllegalArgumentException.class,
        "Trainer: patience (2) needs a test set",
        () -> Examples.trainer(Examples.model(), StaticMask.instance()).patience(2).fit(TRAIN));
  }

  @Test
  void lossThatIsNoNumberStopsBeforeItReachesTheWeights() {
    float[] values = new float[64 * Examples.FEATURES];
    values[20 * Examples.FEATURES] = Float.NaN;
    Dataset damaged =
        Dataset.of(
            DenseMatrix.copyOf(64, Examples.FEATURES, values), new int[64], Examples.CLASSES);
    Sequential model = Examples.model();
    Training training =
        Examples.trainer(model, Examples.rule("RigL"))
            .optimizer(Sgd.rate(.125))
            .batchSize(64)
            .prepare(damaged);
    String before = Examples.bits(model.parameters());
    for (int attempt = 0; attempt < 2; attempt++) {
      assertMessage(
          TrainingException.class,
          "Trainer: loss is NaN at step 0 (batch 0 of epoch 0), learning rate 0.125; lower the"
              + " rate, clip gradients or look for such numbers in the data",
          training::run);
    }
    assertTrue(assertThrows(TrainingException.class, training::run).brokeDown());
    assertEquals(before, Examples.bits(model.parameters()));
    assertEquals(0, training.batchesDone());
  }

  @Test
  void rejectsWhatDoesNotFit() {
    Trainer bare = Trainer.of(Examples.model());
    assertMessage(
        IllegalStateException.class, "Trainer: optimizer is missing", () -> bare.fit(TRAIN));
    bare.optimizer(Sgd.rate(.1));
    assertMessage(IllegalStateException.class, "Trainer: seed is missing", () -> bare.fit(TRAIN));
    Path missing = Path.of("no", "such", "folder", "c.safetensors");
    assertMessage(
        IllegalStateException.class,
        "Trainer: the folder of the checkpoint must exist; it is "
            + missing.toAbsolutePath().getParent(),
        () ->
            Trainer.of(Examples.model())
                .optimizer(Sgd.rate(.1))
                .seed(1)
                .checkpoint(missing, 500)
                .fit(TRAIN));
    assertMessage(
        IllegalArgumentException.class,
        "Trainer: batchSize (0) must be at least 1",
        () -> bare.batchSize(0));
    bare.seed(1).batchSize(300);
    assertMessage(
        IllegalArgumentException.class,
        "Batches: 200 samples make no batch of 300",
        () -> bare.fit(TRAIN));
    Dataset other = Dataset.of(DenseMatrix.zeros(5, 7), new int[5], Examples.CLASSES);
    assertMessage(
        IllegalArgumentException.class,
        "Trainer: the test set (5 samples of 7 features, 4 classes) must fit the training set (200"
            + " samples of 24 features, 4 classes)",
        () -> bare.batchSize(10).fit(TRAIN, other));
    assertFalse(Examples.model().parameters().getFirst().isInitialised());
  }

  private static void assertMessage(
      Class<? extends Throwable> type, String message, Executable executable) {
    assertEquals(message, assertThrows(type, executable).getMessage());
  }
}
