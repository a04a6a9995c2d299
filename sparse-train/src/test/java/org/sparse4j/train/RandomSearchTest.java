package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.io.Safetensors;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.random.Streams;

class RandomSearchTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset VALIDATION = Examples.samples(60, 4);
  private static final Dataset TEST = Examples.samples(100, 2);

  private static Trainer trainer(Sequential model, long seed) {
    return Trainer.of(model)
        .sparsifier(Sparsifier.builder().distribution(Uniform.sparsity(.9)).seed(seed).build())
        .optimizer(n -> Sgd.rate(LearningRate.cosine(.05, n)).momentum(.9))
        .batchSize(16)
        .seed(3);
  }

  @Test
  void trainsTheBestCandidateAnewAndAControlAtEqualCost() {
    List<Long> seeds = new ArrayList<>();
    RandomSearch search =
        RandomSearch.of(
                seed -> {
                  seeds.add(seed);
                  return trainer(Examples.model(), seed);
                })
            .candidates(4)
            .epochs(1, 3)
            .seed(7);
    RandomSearch.Result result = search.run(TRAIN, VALIDATION, TEST);
    assertEquals(4, result.candidates().size());
    double most = 0;
    for (Evaluation candidate : result.candidates()) {
      assertEquals(60, candidate.samples());
      most = Math.max(most, candidate.accuracy());
    }
    assertEquals(most, result.candidates().get(result.best()).accuracy());
    for (int earlier = 0; earlier < result.best(); earlier++) {
      assertTrue(result.candidates().get(earlier).accuracy() < most);
    }
    List<Long> want = new ArrayList<>();
    for (int number : new int[] {0, 1, 2, 3, result.best(), 4}) {
      want.add(Streams.derive(7, number));
    }
    assertEquals(want, seeds);
    assertEquals(3, result.found().epochs().size());
    assertEquals(7, result.control().epochs().size());
    assertEquals(7, result.epochs());
    // The best one starts anew: the same as without a search.
    Report alone =
        trainer(Examples.model(), Streams.derive(7, result.best())).epochs(3).fit(TRAIN, TEST);
    assertEquals(alone.test(), result.found().test());
    assertEquals(result.candidates(), search.run(TRAIN, VALIDATION, TEST).candidates());
  }

  /** 2 candidates of 12 batches, 24 batches of the best one and 48 of the control. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 13, 18, 25, 30, 47, 60, 95})
  void anInterruptedSearchEndsWithTheSameBits(int batches, @TempDir Path folder)
      throws IOException {
    RandomSearch.Result want = stopping(-1).run(TRAIN, VALIDATION, TEST);
    RandomSearch interrupted = stopping(batches).folder(folder, 5);
    assertThrows(IllegalStateException.class, () -> interrupted.run(TRAIN, VALIDATION, TEST));
    int[] trained = new int[1];
    RandomSearch again = counting(trained).folder(folder, 5);
    RandomSearch.Result got = again.run(TRAIN, VALIDATION, TEST);
    assertEquals(96 - batches, trained[0]);
    assertSame(want, got);
    assertSame(want, again.run(TRAIN, VALIDATION, TEST));
    assertEquals(96 - batches, trained[0]);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("candidates.safetensors", "control.safetensors", "found.safetensors"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    Path results = folder.resolve("candidates.safetensors");
    assertEquals(
        "RandomSearch: "
            + results
            + " is of another search, random search, 2 candidates of 1 epochs, best of 2 epochs,"
            + " seed 0; not random search, 2 candidates of 1 epochs, best of 2 epochs, seed 1",
        assertThrows(
                IllegalArgumentException.class, () -> again.seed(1).run(TRAIN, VALIDATION, TEST))
            .getMessage());
  }

  @Test
  void damagedResultsAreInputErrors(@TempDir Path folder) throws IOException {
    RandomSearch search = stopping(-1).folder(folder, 5);
    Path results = folder.resolve("candidates.safetensors");
    for (long[] odd : new long[][] {{1L << 40, 3, 0}, {60, 61, 0}, {0, 0, 0}, {60, -1, 0}}) {
      Safetensors.writer()
          .add("results", odd)
          .metadata("sparse4j.search", search.toString())
          .write(results);
      assertEquals(
          "RandomSearch: candidate 0 of "
              + results
              + " has "
              + odd[1]
              + " of "
              + odd[0]
              + " samples correct",
          assertThrows(UncheckedIOException.class, () -> search.run(TRAIN, VALIDATION, TEST))
              .getCause()
              .getMessage());
    }
  }

  private static void assertSame(RandomSearch.Result want, RandomSearch.Result got) {
    assertEquals(want.candidates(), got.candidates());
    assertEquals(want.best(), got.best());
    assertEquals(want.epochs(), got.epochs());
    for (boolean control : new boolean[] {false, true}) {
      Report wanted = control ? want.control() : want.found();
      Report report = control ? got.control() : got.found();
      assertEquals(wanted.test(), report.test());
      assertEquals(
          wanted.epochs().stream().map(EpochReport::loss).toList(),
          report.epochs().stream().map(EpochReport::loss).toList());
    }
  }

  /** A search that stops after so many batches of all its trainings. */
  private static RandomSearch stopping(int batches) {
    int[] trained = new int[1];
    return search(training -> {
      trained[0]++;
      if (trained[0] == batches) {
        training.cancel();
      }
    });
  }

  private static RandomSearch counting(int[] trained) {
    return search(training -> trained[0]++);
  }

  private static RandomSearch search(Consumer<Training> watch) {
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            watch.accept(training);
          }
        };
    return RandomSearch.of(seed -> trainer(Examples.model(), seed).listener(listener))
        .candidates(2)
        .epochs(1, 2);
  }

  @Test
  void tiesGoToTheLowerNumber() {
    RandomSearch.Result result =
        RandomSearch.of(seed -> trainer(Examples.model(), 1))
            .candidates(3)
            .epochs(1, 1)
            .run(TRAIN, VALIDATION, TEST);
    assertEquals(0, result.best());
  }

  @Test
  void rejectsWhatIsNoSearch() {
    RandomSearch search = RandomSearch.of(seed -> trainer(Examples.model(), seed));
    assertEquals(
        "RandomSearch: candidates (0) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> search.candidates(0)).getMessage());
    assertEquals(
        "RandomSearch: epochs of the best (0) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> search.epochs(1, 0)).getMessage());
    assertEquals(
        "RandomSearch: checkpoint interval (0) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> search.folder(Path.of("."), 0))
            .getMessage());
    assertEquals(
        "RandomSearch: the folder must exist; it is no-folder",
        assertThrows(IllegalArgumentException.class, () -> search.folder(Path.of("no-folder"), 1))
            .getMessage());
    assertEquals(
        "random search, 8 candidates of 1 epochs, best of 10 epochs, seed 0", search.toString());
    RandomSearch stopped =
        RandomSearch.of(seed ->
            trainer(Examples.model(), seed)
                .listener(
                    new TrainingListener() {
                      @Override
                      public void stepped(Training training, StepReport step) {
                        training.cancel();
                      }
                    }));
    assertEquals(
        "RandomSearch: a training was cancelled after 1 of 12 batches",
        assertThrows(IllegalStateException.class, () -> stopped.run(TRAIN, VALIDATION, TEST))
            .getMessage());
  }
}
