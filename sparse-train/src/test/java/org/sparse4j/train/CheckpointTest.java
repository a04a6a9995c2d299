package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Dropout;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.AdamW;
import org.sparse4j.train.optim.L1;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.update.StaticMask;

class CheckpointTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);

  @TempDir Path folder;

  /**
   * 12 batches an epoch: in the middle of one, before its end is dealt with, and around an update.
   */
  @Tag("kernels")
  @ParameterizedTest
  @CsvSource({
    "static, 29",
    "SET, 29",
    "RigL, 29",
    "SET, 12",
    "RigL, 12",
    "SET, 1",
    "RigL, 1",
    "RigL, 5",
    "SET, 72",
    "RigL, 71"
  })
  void resumedRunEqualsAnUninterruptedOne(String rule, int batches) throws IOException {
    Sequential whole = Examples.model();
    Training straight = Examples.trainer(whole, Examples.rule(rule)).prepare(TRAIN, TEST);
    Report expected = straight.run();
    Path path = folder.resolve("checkpoint.safetensors");
    Report first =
        Examples.trainer(Examples.model(), Examples.rule(rule))
            .listener(new SaveAndStop(path, batches))
            .fit(TRAIN, TEST);
    assertEquals(batches == 72 ? Report.Ending.FINISHED : Report.Ending.CANCELLED, first.ending());
    Sequential resumed = Examples.model();
    Training second = Examples.trainer(resumed, Examples.rule(rule)).resume(path, TRAIN, TEST);
    assertEquals(batches, second.batchesDone());
    Report report = second.run();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
    assertEquals(expected.steps(), report.steps());
    assertEquals(expected.updates(), report.updates());
    assertEquals(expected.layers(), report.layers());
    assertEquals(results(expected), results(report));
    // What a further training would start from is equal too: optimizer state, masks, coverage.
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    straight.save(one);
    second.save(two);
    assertEquals(contents(one), contents(two));
  }

  /** Everything but the time that was spent. */
  private static List<String> results(Report report) {
    return report.epochs().stream()
        .map(epoch -> epoch.loss() + " " + epoch.test() + " " + epoch.steps())
        .toList();
  }

  static String contents(Path path) throws IOException {
    StringBuilder text = new StringBuilder();
    try (SafetensorsFile file = Safetensors.open(path)) {
      text.append(file.metadata());
      for (String name : file.names()) {
        if (!name.equals("checkpoint.progress")) {
          text.append('\n').append(file.info(name));
          switch (file.info(name).dtype()) {
            case "F32" -> {
              for (float value : file.dense(name).toArray()) {
                text.append(' ').append(Float.floatToRawIntBits(value));
              }
            }
            case "I64" -> text.append(Arrays.toString(file.longs(name)));
            case "I32" -> text.append(Arrays.toString(file.ints(name)));
            default -> throw new AssertionError(name);
          }
        }
      }
    }
    return text.toString();
  }

  @Test
  void resumesDenseLayersAdamAndDropout() throws IOException {
    Path path = folder.resolve("checkpoint");
    Sequential whole = dense();
    adam(whole).fit(TRAIN, TEST);
    adam(dense()).listener(new SaveAndStop(path, 40)).fit(TRAIN, TEST);
    Sequential resumed = dense();
    adam(resumed).resume(path, TRAIN, TEST).run();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
  }

  private static Sequential dense() {
    return Sequential.of(
        Linear.of(Examples.FEATURES, 20),
        ActivationLayer.relu(),
        Dropout.rate(.2),
        SparseLinear.of(20, Examples.CLASSES));
  }

  private static Trainer adam(Sequential model) {
    return Examples.trainer(model, Examples.rule("RigL")).optimizer(AdamW.rate(1e-2));
  }

  @Test
  void earlyStoppingRemembersItsPatience() throws IOException {
    Path path = folder.resolve("checkpoint");
    Trainer first = Examples.trainer(Examples.model(), StaticMask.instance());
    first.optimizer(Sgd.rate(0)).patience(3).listener(new SaveAndStop(path, 30));
    first.fit(TRAIN, TEST);
    Trainer second = Examples.trainer(Examples.model(), StaticMask.instance());
    Report report = second.optimizer(Sgd.rate(0)).patience(3).resume(path, TRAIN, TEST).run();
    assertEquals(Report.Ending.STOPPED_EARLY, report.ending());
    assertEquals(4, report.epochs().size());
  }

  @Test
  void trainerWritesCheckpointsFromTimeToTime() throws IOException {
    Path path = folder.resolve("checkpoint");
    Sequential whole = Examples.model();
    Examples.trainer(whole, Examples.rule("RigL")).checkpoint(path, 50).fit(TRAIN);
    Sequential resumed = Examples.model();
    Training training = Examples.trainer(resumed, Examples.rule("RigL")).resume(path, TRAIN);
    assertEquals(50, training.batchesDone());
    training.run();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
  }

  @Test
  void checkpointThatCannotBeWrittenStopsTheTraining() throws IOException {
    Path gone = Files.createDirectory(folder.resolve("gone"));
    Path path = gone.resolve("checkpoint");
    Training training =
        Examples.trainer(Examples.model(), Examples.rule("SET"))
            .checkpoint(path, 20)
            .prepare(TRAIN);
    Files.delete(gone);
    TrainingException thrown = assertThrows(TrainingException.class, training::run);
    assertTrue(
        thrown
            .getMessage()
            .startsWith("Trainer: checkpoint failed at step 19 (batch 7 of epoch 1): "),
        thrown.getMessage());
    assertTrue(thrown.getMessage().contains(path.toString()), thrown.getMessage());
    assertEquals(20, training.batchesDone());
  }

  @Test
  void checkpointNamesKernelsAndPlans() throws IOException {
    Path path = saved();
    try (SafetensorsFile file = Safetensors.open(path)) {
      Map<String, String> metadata = file.metadata();
      assertEquals(Kernels.best().toString(), metadata.get("checkpoint.kernels"));
      assertEquals(3, metadata.get("checkpoint.plan.0.weight").split(" ", -1).length);
      assertEquals("10", metadata.get("checkpoint.step"));
    }
  }

  private Path saved() throws IOException {
    Path path = folder.resolve("saved");
    Training training =
        Examples.trainer(Examples.model(), StaticMask.instance())
            .listener(new SaveAndStop(path, 10))
            .prepare(TRAIN);
    training.run();
    return path;
  }

  @Test
  void rejectsACheckpointOfAnotherTraining() throws IOException {
    Path path = saved();
    assertRejected(
        "seed of " + path + " is 3, that of this training is 4", trainer().seed(4), path);
    assertRejected(
        "batches of " + path + " is 72, that of this training is 84", trainer().epochs(7), path);
    assertRejected(
        "batch_size of " + path + " is 16, that of this training is 17",
        trainer().batchSize(17).epochs(1),
        path);
    assertRejected(
        "regularizer of " + path + " is none, that of this training is L1[factor=0.5]",
        trainer().regularizer(new L1(.5)),
        path);
    assertRejected(
        "loss of "
            + path
            + " is cross-entropy, that of this training is cross-entropy, smoothing 0.1",
        trainer().loss(Loss.crossEntropy(.1f)),
        path);
    assertRejected(
        "loss of "
            + path
            + " is cross-entropy, that of this training is next token of output times 0.5",
        trainer().loss(Loss.nextToken().ofScaledOutput(.5f)),
        path);
    assertRejected(
        "sparsifier of "
            + path
            + " is Erdos-Renyi-Kernel 0.8; static; seed 5, that of this training is"
            + " Erdos-Renyi-Kernel 0.8; SET, Cosine[first=0.3], every 4 steps from 0 until 0.75 of"
            + " the training; seed 5",
        Examples.trainer(Examples.model(), Examples.rule("SET")),
        path);
    Throwable rate =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                trainer()
                    .optimizer(steps -> Sgd.rate(step -> .05).momentum(.9).withNesterov().l2(5e-4))
                    .resume(path, TRAIN));
    assertTrue(rate.getMessage().startsWith("resume: "), rate.getMessage());
    Throwable samples =
        assertThrows(
            IllegalArgumentException.class, () -> trainer().resume(path, TRAIN.range(0, 196)));
    assertEquals(
        "resume: samples of " + path + " is 200, that of this training is 196",
        samples.getMessage());
  }

  private static Trainer trainer() {
    return Examples.trainer(Examples.model(), StaticMask.instance());
  }

  private static void assertRejected(String message, Trainer trainer, Path path) {
    assertMessage(
        IllegalArgumentException.class, "resume: " + message, () -> trainer.resume(path, TRAIN));
  }

  @Test
  void otherKernelsMustBeAccepted() throws IOException {
    Path path = folder.resolve("saved");
    trainer().kernels(Kernels.scalar()).listener(new SaveAndStop(path, 10)).fit(TRAIN);
    Path other = withMetadata(path, "checkpoint.kernels", "abacus, 10 beads");
    assertRejected(
        "kernels of "
            + other
            + " is abacus, 10 beads, that of this training is "
            + Kernels.best()
            + "; see acceptOtherKernels()",
        trainer(),
        other);
    assertEquals(10, trainer().acceptOtherKernels().resume(other, TRAIN).batchesDone());
  }

  /** The same file with another text. */
  private Path withMetadata(Path path, String key, String value) throws IOException {
    Path changed = folder.resolve("changed");
    SafetensorsWriter writer = Safetensors.writer();
    try (SafetensorsFile file = Safetensors.open(path)) {
      List<String> sparse = file.sparseNames();
      for (String name : sparse) {
        writer.add(name, file.sparse(name).toCsr());
      }
      for (String name : file.names()) {
        if (sparse.stream().noneMatch(matrix -> name.startsWith(matrix + "."))) {
          if (file.info(name).dtype().equals("I64")) {
            writer.add(name, file.longs(name));
          } else if (file.info(name).shape().size() == 1) {
            writer.add(name, file.floats(name));
          } else {
            writer.add(name, file.dense(name));
          }
        }
      }
      file.metadata()
          .forEach((k, v) -> {
            if (k.startsWith("checkpoint.")) {
              writer.metadata(k, k.equals(key) ? value : v);
            }
          });
    }
    writer.write(changed);
    return changed;
  }

  @Test
  void rejectsDamage() throws IOException {
    Path path = saved();
    Path version = withMetadata(path, "checkpoint.version", "1");
    assertMessage(
        IOException.class,
        "resume: " + version + " has version 1, expected 2",
        () -> trainer().resume(version, TRAIN));
    Path step = withMetadata(path, "checkpoint.step", "ten");
    assertMessage(
        IOException.class,
        "resume: metadata checkpoint.step of " + step + " is ten, expected a number",
        () -> trainer().resume(step, TRAIN));
    Path epochs = withMetadata(path, "checkpoint.epochs", "7");
    assertMessage(
        IOException.class,
        "resume: " + epochs + " holds 9 numbers of progress, which is not what 7 epochs make",
        () -> trainer().resume(epochs, TRAIN));
    Path batches = Files.copy(path, folder.resolve("batches"));
    try (SafetensorsFile file = Safetensors.open(path);
        FileChannel channel = FileChannel.open(batches, StandardOpenOption.WRITE)) {
      // The last byte of a little-endian number: 2^56 batches were done.
      long first = file.info("checkpoint.progress").offset();
      channel.write(ByteBuffer.wrap(new byte[] {1}), first + 7);
    }
    assertMessage(
        IOException.class,
        "resume: number 0 of the progress in "
            + batches
            + " is "
            + ((1L << 56) + 10)
            + ", expected 0 to 2147483647",
        () -> trainer().resume(batches, TRAIN));
    Path weights = folder.resolve("weights");
    Sequential model = Examples.model();
    model.initialise(1);
    Weights.save(model, weights);
    assertMessage(
        IOException.class,
        "resume: " + weights + " is no checkpoint; it has no metadata checkpoint.version",
        () -> trainer().resume(weights, TRAIN));
  }

  @Test
  void failedResumptionLeavesTheModelAlone() throws IOException {
    Path path = saved();
    Sequential model = Examples.model();
    Trainer trainer = Examples.trainer(model, StaticMask.instance()).seed(9);
    assertThrows(IllegalArgumentException.class, () -> trainer.resume(path, TRAIN));
    assertFalse(model.parameters().getFirst().isInitialised());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void weightsGoThroughAFileBitByBit(boolean checkpoint) throws IOException {
    Path path = folder.resolve("model");
    Sequential model = dense();
    Training training = adam(model).prepare(TRAIN, TEST);
    training.run();
    if (checkpoint) {
      training.save(path);
    } else {
      Weights.save(model, path);
    }
    Sequential loaded = dense();
    Weights.load(loaded, path);
    assertEquals(Examples.bits(model.parameters()), Examples.bits(loaded.parameters()));
    assertEquals(
        training.evaluate(TEST), Evaluation.of(loaded, TEST, Kernels.best(), Workspace.create()));
  }

  @Test
  void loadedWeightsTrainOn() throws IOException {
    Path path = folder.resolve("model");
    Sequential model = Examples.model();
    Examples.trainer(model, Examples.rule("SET")).fit(TRAIN);
    Weights.save(model, path);
    Sequential loaded = Examples.model();
    Weights.load(loaded, path);
    Sparsifier keeping = Sparsifier.builder().keepPatterns().seed(1).build();
    Report report =
        Examples.trainer(loaded, StaticMask.instance()).sparsifier(keeping).fit(TRAIN, TEST);
    assertEquals(.2, report.density(), .005);
  }

  @Test
  void rejectsWeightsOfAnotherModel() throws IOException {
    Path path = folder.resolve("model");
    Sequential model = dense();
    model.initialise(1);
    Weights.save(model, path);
    assertWeights(
        "Weights.load: 0.weight is dense in " + path + ", in the model it is sparse",
        Examples.model(),
        path);
    assertWeights(
        "Weights.load: 0.weight is 20x24 in " + path + ", in the model it is 20x23",
        Sequential.of(
            Linear.of(23, 20), ActivationLayer.relu(), Dropout.rate(.2), SparseLinear.of(20, 4)),
        path);
    assertWeights(
        "Weights.load: "
            + path
            + " holds [3.bias, 3.weight.column_indices,"
            + " 3.weight.row_pointers, 3.weight.values], which the model does not have",
        Sequential.of(Linear.of(24, 20)),
        path);
    assertWeights(
        "Weights.load: "
            + path
            + " holds no 1.weight; what is left of it is [3.bias, 3.weight.column_indices,"
            + " 3.weight.row_pointers, 3.weight.values]",
        Sequential.of(Linear.of(24, 20), Linear.of(20, 20)),
        path);
    Throwable fresh =
        assertThrows(
            IllegalArgumentException.class,
            () -> Weights.save(Sequential.of(Linear.of(2, 3)), path));
    assertEquals(
        "Weights.save: 0.weight (3x2) was neither initialised nor loaded", fresh.getMessage());
  }

  private static void assertWeights(String message, Sequential model, Path path) {
    assertMessage(IllegalArgumentException.class, message, () -> Weights.load(model, path));
  }

  private static void assertMessage(
      Class<? extends Throwable> type, String message, Executable executable) {
    assertEquals(message, assertThrows(type, executable).getMessage());
  }
}
