package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.BatchNorm;
import org.sparse4j.train.layer.Dropout;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.schedule.Every;

class WeightAverageTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);

  @TempDir Path folder;

  private static Sequential small() {
    Sequential model =
        Sequential.of(
            SparseLinear.of(Mask.of(2, 3, (i, j) -> i + j < 3 && j > 0)), Linear.of(2, 1));
    model.initialise(1);
    return model;
  }

  private static void set(Sequential model, float... numbers) {
    SparseParameter weight = model.sparseParameters().getFirst();
    System.arraycopy(numbers, 0, weight.values().array(), 0, 3);
    weight.values().markChanged();
    ((DenseParameter) model.parameters().get(2)).value().set(0, 1, numbers[3]);
  }

  private static float[] numbers(Sequential model) {
    float[] numbers = new float[4];
    System.arraycopy(model.sparseParameters().getFirst().values().array(), 0, numbers, 0, 3);
    numbers[3] = ((DenseParameter) model.parameters().get(2)).value().get(0, 1);
    return numbers;
  }

  @Test
  void meansAreThoseOfTheFormulas() {
    Sequential model = small();
    WeightAverage uniform = WeightAverage.uniform();
    WeightAverage exponential = WeightAverage.exponential(.5);
    List<Snapshot> snapshots = new ArrayList<>();
    for (float k : new float[] {1, 2, 6}) {
      set(model, k, -k, 4 * k, 10 * k);
      uniform.add(model);
      exponential.add(model);
      snapshots.add(Snapshot.take(model));
    }
    uniform.load(model);
    assertArrayEquals(new float[] {3, -3, 12, 30}, numbers(model));
    exponential.load(model); // (1 + 2) / 2 = 1.5, (1.5 + 6) / 2 = 3.75
    assertArrayEquals(new float[] {3.75f, -3.75f, 15, 37.5f}, numbers(model));
    WeightAverage ofSnapshots = WeightAverage.uniform();
    snapshots.forEach(ofSnapshots::add);
    ofSnapshots.load(model);
    assertArrayEquals(new float[] {3, -3, 12, 30}, numbers(model));
    assertEquals("mean of 3 models", ofSnapshots.toString());
    ofSnapshots.clear();
    assertEquals(0, ofSnapshots.count());
  }

  @Test
  void averageOfEqualModelsIsThatModel() {
    Sequential model = Examples.model();
    Examples.trainer(model, Examples.rule("RigL")).fit(TRAIN);
    String before = Examples.bits(model.parameters());
    WeightAverage uniform = WeightAverage.uniform();
    WeightAverage exponential = WeightAverage.exponential(.9);
    for (int copy = 0; copy < 7; copy++) {
      uniform.add(model);
      exponential.add(Snapshot.take(model));
    }
    uniform.load(model);
    assertEquals(before, Examples.bits(model.parameters()));
    exponential.load(model);
    assertEquals(before, Examples.bits(model.parameters()));
    Sequential fresh = Examples.model();
    uniform.load(fresh); // positions too
    assertEquals(before, Examples.bits(fresh.parameters()));
  }

  @Test
  void snapshotsGoThroughFiles() throws IOException {
    Sequential model = small();
    Snapshot snapshot = Snapshot.take(model);
    String before = Examples.bits(model.parameters());
    Path file = folder.resolve("numbers");
    snapshot.save(file);
    set(model, 7, 7, 7, 7);
    Snapshot.read(file, model).load(model);
    assertEquals(before, Examples.bits(model.parameters()));
    set(model, 7, 7, 7, 7);
    snapshot.restore(model);
    assertEquals(before, Examples.bits(model.parameters()));
  }

  @Test
  void rejectsModelsThatDoNotFit() {
    Sequential model = small();
    WeightAverage average = WeightAverage.uniform();
    assertMessage(
        IllegalStateException.class,
        "WeightAverage: nothing was added yet",
        () -> average.load(model));
    average.add(model);
    Sequential other =
        Sequential.of(
            SparseLinear.of(Mask.of(2, 3, (i, j) -> i + j < 3 && j < 2)), Linear.of(2, 1));
    other.initialise(1);
    assertMessage(
        IllegalArgumentException.class,
        "WeightAverage: 0.weight stores "
            + other.sparseParameters().getFirst().pattern()
            + ", the models before stored other positions, "
            + model.sparseParameters().getFirst().pattern()
            + "; start averaging after the last change of masks",
        () -> average.add(other));
    assertMessage(
        IllegalArgumentException.class,
        "WeightAverage: a model of 2 parameters does not fit those before, of 4",
        () -> average.add(Sequential.of(Linear.of(3, 2))));
    assertMessage(
        IllegalArgumentException.class,
        "WeightAverage: 1.weight of 4 numbers does not fit the models before, of 2",
        () ->
            average.add(
                Sequential.of(
                    SparseLinear.of(Mask.of(2, 3, (i, j) -> i + j < 3 && j > 0)),
                    Linear.of(2, 2))));
    assertMessage(
        IllegalArgumentException.class,
        "WeightAverage: 0.weight of 6 numbers does not fit the models before, of 3",
        () -> average.load(Sequential.of(Linear.of(3, 2), Linear.of(2, 1))));
    assertEquals(1, average.count());
    assertMessage(
        IllegalArgumentException.class,
        "WeightAverage: decay (1.0) must be in [0, 1)",
        () -> WeightAverage.exponential(1));
    assertMessage(
        IllegalArgumentException.class,
        "Snapshot: holds no 0.weight",
        () -> new Snapshot().load(model));
  }

  /** Sparse layers without numbers store nothing, and dense ones zeros. */
  @Test
  void rejectsModelsWithoutNumbers() {
    Sequential fresh = Examples.model();
    assertMessage(
        IllegalArgumentException.class,
        "Snapshot: 0.weight has no numbers yet; call initialise(seed) or load them",
        () -> Snapshot.take(fresh));
    WeightAverage average = WeightAverage.uniform();
    assertMessage(
        IllegalArgumentException.class,
        "WeightAverage: 0.weight has no numbers yet; call initialise(seed) or load them",
        () -> average.add(fresh));
    assertEquals(0, average.count());
    Sequential model = Examples.model();
    model.initialise(1);
    Snapshot drawn = Snapshot.take(model);
    assertMessage(
        IllegalArgumentException.class,
        "Snapshot: 0.weight has no numbers yet; call initialise(seed) or load them",
        () -> drawn.restore(fresh));
    // To load is to give numbers.
    drawn.load(fresh);
    assertEquals(1, average.add(fresh).count());
  }

  private static Trainer swa(Sequential model, Averaging averaging) {
    return Examples.trainer(model, Examples.rule("SET"))
        .optimizer(n -> Sgd.rate(LearningRate.cosine(.1, .05, n / 2)).momentum(.9))
        .averaging(averaging);
  }

  /** The last quarter of 6 epochs of 12 batches ends epochs 5 and 6. */
  @Test
  void trainingEndsWithTheMeanOfItsLastEpochs() {
    Sequential model = Examples.model();
    WeightAverage want = WeightAverage.uniform();
    TrainingListener look =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            if (step.batch() == 59 || step.batch() == 71) {
              want.add(model);
            }
          }
        };
    Training training = swa(model, Averaging.everyEpoch()).listener(look).prepare(TRAIN, TEST);
    Report report = training.run();
    assertEquals(2, training.average().orElseThrow().count());
    assertEquals(report.test().orElseThrow(), training.evaluate(TEST));
    Sequential averaged = Examples.model();
    want.load(averaged);
    assertEquals(Examples.bits(averaged.parameters()), Examples.bits(model.parameters()));
  }

  /** The last update, after step 49, forgets what was averaged since step 36. */
  @Test
  void averagesStartAgainWhenMasksChange() {
    Sequential model = Examples.model();
    Training training =
        swa(model, Averaging.everyBatches(3).from(.5))
            .sparsifier(
                Sparsifier.builder()
                    .distribution(Uniform.sparsity(.5))
                    .rule(Examples.rule("SET"))
                    .updates(Every.steps(16).untilStep(50))
                    .seed(1)
                    .build())
            .prepare(TRAIN);
    training.run();
    assertEquals(8, training.average().orElseThrow().count()); // after batches 51, 54, ..., 72
  }

  /** A training has 72 batches. */
  @Test
  void trainingsThatEndBeforeAnyWeightsCountAreRefused() {
    for (Averaging never :
        List.of(Averaging.everyBatches(73), Averaging.everyBatches(40).from(.6))) {
      assertMessage(
          IllegalArgumentException.class,
          "Trainer: no weights count for the " + never + " in a training of 72 batches",
          () -> swa(Examples.model(), never).prepare(TRAIN));
    }
    swa(Examples.model(), Averaging.everyBatches(40).from(.5)).prepare(TRAIN);
  }

  @Test
  void settingsAreChecked() {
    assertMessage(
        IllegalArgumentException.class,
        "Averaging: batches (0) must be at least 1",
        () -> Averaging.everyBatches(0));
    assertMessage(
        IllegalArgumentException.class,
        "Averaging: start (1.0) must be a fraction of the training in [0, 1)",
        () -> Averaging.everyEpoch().from(1));
    assertEquals(
        "mean of every epoch from 0.75, mean of every 3 batches from 0.5, exponential mean, decay"
            + " 0.9 from 0.75",
        Averaging.everyEpoch()
            + ", "
            + Averaging.everyBatches(3).from(.5)
            + ", "
            + Averaging.exponential(.9));
  }

  @Test
  void aCheckpointBelongsToOneWayOfAveraging() {
    Path path = folder.resolve("checkpoint");
    swa(Examples.model(), Averaging.everyEpoch()).listener(new SaveAndStop(path, 65)).fit(TRAIN);
    assertMessage(
        IllegalArgumentException.class,
        "resume: averaging of "
            + path
            + " is mean of every epoch from 0.75, that of this training is exponential mean, decay"
            + " 0.5 from 0.75",
        () -> swa(Examples.model(), Averaging.exponential(.5)).resume(path, TRAIN));
  }

  /** Batches of 80, 80 and 40: every one counts by its samples. */
  @Test
  void statisticsAreMeansOverTheSamples() {
    Sequential model =
        Sequential.of(
            new Dropout(.5f), BatchNorm.of(Examples.FEATURES), Linear.of(Examples.FEATURES, 4));
    model.initialise(1);
    String before = Examples.bits(model.parameters().subList(4, 6));
    BatchStatistics.recompute(model, TRAIN, 200, 80, 5, Kernels.best(), Workspace.create());
    float[] mean = ((DenseParameter) model.parameters().get(2)).value().toArray();
    for (int f = 0; f < Examples.FEATURES; f++) {
      double sum = 0;
      for (int s = 0; s < 200; s++) {
        sum += TRAIN.samples().get(s, f);
      }
      assertEquals(sum / 200, mean[f], 1e-6);
    }
    BatchStatistics.recompute(model, TRAIN, 200, 200, 5, Kernels.best(), Workspace.create());
    float[] variance = ((DenseParameter) model.parameters().get(3)).value().toArray();
    for (int f = 0; f < Examples.FEATURES; f++) {
      double squares = 0;
      for (int s = 0; s < 200; s++) {
        double difference = TRAIN.samples().get(s, f) - mean[f];
        squares += difference * difference;
      }
      assertEquals(squares / 199, variance[f], 1e-5);
    }
    assertEquals(before, Examples.bits(model.parameters().subList(4, 6)));
    assertMessage(
        IllegalArgumentException.class,
        "BatchStatistics: samples (201) must be between 1 and those of " + TRAIN,
        () ->
            BatchStatistics.recompute(
                model, TRAIN, 201, 80, 5, Kernels.best(), Workspace.create()));
  }

  /** A later layer sees its input as the weights of now make it, normalised by the batch. */
  @Test
  void averagedModelsMeasureTheirBatchNormsAgain() {
    Sequential model =
        Sequential.of(
            SparseLinear.of(Examples.FEATURES, 20),
            BatchNorm.of(20),
            ActivationLayer.relu(),
            SparseLinear.of(20, Examples.CLASSES));
    Training training =
        Examples.trainer(model, Examples.rule("static"))
            .averaging(Averaging.everyEpoch().from(.5))
            .prepare(TRAIN, TEST);
    Evaluation test = training.run().test().orElseThrow();
    String before = Examples.bits(model.parameters());
    training.recomputeStatistics(TRAIN, .2);
    assertEquals(before, Examples.bits(model.parameters()));
    training.average().orElseThrow().load(model); // statistics that were averaged
    Evaluation other = training.evaluate(TEST);
    assertNotEquals(test.loss(), other.loss());
    assertMessage(
        IllegalArgumentException.class,
        "recomputeStatistics: fraction (0.0) must be above 0 and at most 1",
        () -> training.recomputeStatistics(TRAIN, 0));
    DenseMatrix mean = ((DenseParameter) model.parameters().get(4)).value();
    assertEquals(20, mean.columns());
  }

  private static void assertMessage(
      Class<? extends Exception> type, String message, Executable call) {
    assertEquals(message, assertThrows(type, call).getMessage());
  }
}
