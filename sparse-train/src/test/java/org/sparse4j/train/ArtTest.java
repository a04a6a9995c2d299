package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.optim.HyperSparse;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.parameter.SparseParameter;

class ArtTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);

  @TempDir Path folder;

  private static Trainer trainer(Sequential model) {
    return Trainer.of(model)
        .optimizer(Sgd.rate(.02).momentum(.9))
        .regularizer(new HyperSparse(.9, 1e-3, 1.3, 2, 12))
        .batchSize(16)
        .epochs(40)
        .seed(3);
  }

  private static double accuracy(Sequential model) {
    return Evaluation.of(model, TRAIN, Kernels.best(), Workspace.create()).accuracy();
  }

  private static long stored(Sequential model) {
    return model.sparseParameters().stream().mapToLong(SparseParameter::size).sum();
  }

  @Test
  void stopsWhenThePrunedCopyIsAsGoodAndLoadsIt() throws IOException {
    Sequential model = Examples.model();
    Art art = Art.of(model, TRAIN, .9).warmUp(2);
    Report report = trainer(model).listener(art).fit(TRAIN, TEST);
    assertTrue(art.isFound(), "found in " + report.epochs().size() + " epochs");
    assertEquals(Report.Ending.CANCELLED, report.ending());
    assertEquals(768, stored(model));
    double dense = accuracy(model);
    art.load();
    assertEquals(77, stored(model), "48, 24 and 5");
    double sparse = accuracy(model);
    assertTrue(sparse > dense - .1, sparse + " of " + dense);
    Report tuned =
        Trainer.of(model).optimizer(Sgd.rate(.02)).batchSize(16).epochs(2).seed(4).fit(TRAIN);
    assertEquals(77.0 / 768, tuned.density(), 1e-12);
  }

  @Test
  void copiesAreThoseOfTheEpochsAndTheModelGoesOnUnchanged() throws IOException {
    Sequential plain = Examples.model();
    trainer(plain).epochs(6).fit(TRAIN, TEST);
    Sequential watched = Examples.model();
    Art art = Art.of(watched, TRAIN, .5).warmUp(2).averaging(0).folder(folder);
    Report report = trainer(watched).epochs(6).listener(art).fit(TRAIN, TEST);
    assertFalse(Files.exists(folder.resolve("copy-1.safetensors")));
    assertTrue(Files.exists(folder.resolve("copy-2.safetensors")));
    if (report.epochs().size() == 6) {
      assertEquals(Examples.bits(plain.parameters()), Examples.bits(watched.parameters()));
    }
  }

  @Test
  void aResumedTrainingFindsTheSameCopy() throws IOException {
    Sequential whole = Examples.model();
    Art one = Art.of(whole, TRAIN, .9).warmUp(2);
    Report expected = trainer(whole).listener(one).fit(TRAIN, TEST);
    one.load();
    Path checkpoint = folder.resolve("checkpoint");
    Path copies = Files.createDirectory(folder.resolve("copies"));
    Sequential first = Examples.model();
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            if (step.batch() == 55) {
              training.cancel();
            }
          }
        };
    Art early = Art.of(first, TRAIN, .9).warmUp(2).folder(copies);
    trainer(first).listener(early).listener(stop).checkpoint(checkpoint, 20).fit(TRAIN, TEST);
    assertFalse(early.isFound());
    Sequential resumed = Examples.model();
    Art late = Art.of(resumed, TRAIN, .9).warmUp(2).folder(copies);
    Report report = trainer(resumed).listener(late).resume(checkpoint, TRAIN, TEST).run();
    assertTrue(late.isFound());
    assertEquals(expected.epochs().size(), report.epochs().size());
    late.load();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
  }

  @Test
  void rejectsWhatIsOutOfRange() {
    Sequential model = Examples.model();
    assertEquals(
        "Art: sparsity (1.0) must be in [0, 1)",
        assertThrows(IllegalArgumentException.class, () -> Art.of(model, TRAIN, 1)).getMessage());
    Art art = Art.of(model, TRAIN, .9);
    assertEquals(
        "Art: warm-up (-1) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> art.warmUp(-1)).getMessage());
    assertEquals(
        "Art: copies (-1) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> art.averaging(-1)).getMessage());
    assertEquals(
        "Art: a mean takes 3 copies, there are 0",
        assertThrows(IllegalStateException.class, art::load).getMessage());
    assertEquals(
        "Art: the folder must exist; it is " + folder.resolve("no"),
        assertThrows(IllegalArgumentException.class, () -> art.folder(folder.resolve("no")))
            .getMessage());
  }
}
