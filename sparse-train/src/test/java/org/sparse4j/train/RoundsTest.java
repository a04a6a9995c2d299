package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.initial.MagnitudeMasks;
import org.sparse4j.train.initial.RandomMasks;
import org.sparse4j.train.initial.Snip;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.BatchNorm;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.saliency.Scope;

class RoundsTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);

  @TempDir Path folder;

  private static Trainer trainer(Sequential model, int round) {
    return Trainer.of(model)
        .optimizer(Sgd.rate(.05).momentum(.9))
        .batchSize(16)
        .epochs(2)
        .seed(3 + round);
  }

  private static Rounds rounds(Sequential model, String method) {
    Rounds rounds = Rounds.of(model).densities(Rounds.remaining(.5, 4)).seed(9);
    return switch (method) {
      case "tickets" -> rounds.rewindTo(0);
      case "rewinding" -> rounds.rewindTo(5);
      case "anytime" ->
          rounds.densities(Rounds.anytime(.8, 4.5, 4)).masks(Snip.batches(2)).carryBest();
      default -> rounds.masks(MagnitudeMasks.within(Scope.layer()));
    };
  }

  @Test
  void densitiesAreThoseOfThePapers() {
    assertArrayEquals(new double[] {1, .8, .64}, Rounds.remaining(.8, 3), 1e-12);
    assertArrayEquals(
        new double[] {.8, .71554, .64, .57243, .512, .45795, .4096, .36636},
        Rounds.anytime(.8, 4.5, 8),
        5e-6);
    assertArrayEquals(
        new double[] {.53584, .78456, .9},
        DoubleStream.of(Rounds.reaching(.9, 3)).map(density -> 1 - density).toArray(),
        5e-6);
  }

  /** With a rate of 0 in the last round, its weights are those it started with. */
  private static Trainer still(Sequential model, int round) {
    return trainer(model, round).optimizer(Sgd.rate(0)).epochs(1);
  }

  @Test
  void ticketsAreTheFirstWeightsOfWhatIsLeft() throws IOException {
    Sequential untouched = Examples.model();
    untouched.initialise(Streams.derive(3, "weights"));
    Sequential model = Examples.model();
    List<Report> reports =
        Rounds.of(model)
            .densities(Rounds.remaining(.5, 3))
            .rewindTo(0)
            .run(
                round -> round == 2 ? still(model, 2) : trainer(model, round),
                round -> TRAIN,
                TEST);
    assertEquals(List.of(1., .5, .25), reports.stream().map(Report::density).toList());
    for (int l = 0; l < 3; l++) {
      CsrMatrix full = untouched.sparseParameters().get(l).matrix();
      CsrMatrix kept = model.sparseParameters().get(l).matrix();
      kept.pattern().forEach((p, i, j) -> assertEquals(full.get(i, j), kept.floatValues().get(p)));
    }
  }

  @Test
  void numbersAreRewoundToAStepOfTheFirstRound() throws IOException {
    Sequential model = Examples.model();
    List<Snapshot> atFive = new ArrayList<>();
    TrainingListener look =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            if (step.step() == 4) {
              atFive.add(Snapshot.take(model));
            }
          }
        };
    Rounds.of(model)
        .densities(1, .4)
        .rewindTo(5)
        .run(
            round -> round == 1 ? still(model, 1) : trainer(model, 0).listener(look),
            round -> TRAIN,
            TEST);
    String after = Examples.bits(model.parameters());
    atFive.getFirst().restore(model);
    assertEquals(Examples.bits(model.parameters()), after);
  }

  @ParameterizedTest
  @CsvSource({
    "tickets, 0, 7",
    "tickets, 2, 7",
    "rewinding, 0, 3",
    "rewinding, 0, 9",
    "rewinding, 3, 20",
    "anytime, 1, 20",
    "anytime, 2, 23",
    "magnitude, 1, 1"
  })
  void interruptedRoundsEndAsUninterruptedOnes(String method, int inRound, int afterBatches)
      throws IOException {
    Sequential whole = Examples.model();
    List<Report> expected =
        rounds(whole, method).run(round -> trainer(whole, round), round -> TRAIN, TEST);
    assertEquals(4, expected.size());
    Sequential model = Examples.model();
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            if (step.batch() + 1 == afterBatches) {
              training.cancel();
            }
          }
        };
    List<Report> first =
        rounds(model, method)
            .folder(folder, 4)
            .run(
                round ->
                    round == inRound ? trainer(model, round).listener(stop) : trainer(model, round),
                round -> TRAIN,
                TEST);
    assertEquals(inRound, first.size());
    Sequential resumed = Examples.model();
    List<Report> rest =
        rounds(resumed, method)
            .folder(folder, 4)
            .run(round -> trainer(resumed, round), round -> TRAIN, TEST);
    assertEquals(4 - inRound, rest.size());
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
    assertTrue(Files.exists(folder.resolve("weights-4.safetensors")));
    assertEquals(
        List.of(),
        rounds(Examples.model(), method)
            .folder(folder, 4)
            .run(round -> trainer(resumed, round), round -> TRAIN, TEST));
  }

  private static Rounds soups(Sequential model, String method) {
    Rounds rounds = Rounds.of(model).densities(Rounds.remaining(.5, 3)).seed(9);
    return switch (method) {
      case "SWAMP" -> rounds.rewindTo(5).members(3);
      case "SWAMP+" -> rounds.rewindTo(0).members(round -> round < 1 ? 1 : 2);
      case "greedy" ->
          rounds.members(round -> round == 0 ? 1 : 3).soup(Soup.greedy(), Examples.samples(60, 4));
      default -> rounds.members(round -> round == 0 ? 1 : 3).carryBest();
    };
  }

  /** Members differ in their seed, the third one also in rate and length. */
  private static Trainer member(Sequential model, String method, int round, int member) {
    Trainer trainer =
        trainer(model, round)
            .seed(Streams.derive(round, member))
            .optimizer(Sgd.rate(member == 2 ? .02 : .05).momentum(.9))
            .epochs(member == 2 ? 3 : 2);
    return method.startsWith("SWAMP")
        ? trainer.averaging(Averaging.everyBatches(2).from(.5))
        : trainer;
  }

  @ParameterizedTest
  @CsvSource({
    "SWAMP, 0, 0, 3",
    "SWAMP, 0, 1, 9",
    "SWAMP, 2, 2, 7",
    "SWAMP+, 1, 1, 1",
    "greedy, 1, 2, 20",
    "uniform, 2, 0, 13"
  })
  void interruptedSoupsEndAsUninterruptedOnes(
      String method, int inRound, int inMember, int afterBatches) throws IOException {
    Sequential whole = Examples.model();
    Rounds straight = soups(whole, method);
    List<Report> expected =
        straight.run((round, i) -> member(whole, method, round, i), round -> TRAIN, TEST);
    assertTrue(expected.getLast().epochs().getLast().loss() < .7);
    SoupReport last = straight.soups().getLast();
    assertEquals(2, last.round());
    assertEquals(last.test(), Evaluation.of(whole, TEST, Kernels.best(), Workspace.create()));
    Sequential model = Examples.model();
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            if (step.batch() + 1 == afterBatches) {
              training.cancel();
            }
          }
        };
    List<Report> first =
        soups(model, method)
            .folder(folder, 4)
            .run(
                (round, i) -> {
                  Trainer trainer = member(model, method, round, i);
                  return round == inRound && i == inMember ? trainer.listener(stop) : trainer;
                },
                round -> TRAIN,
                TEST);
    Sequential resumed = Examples.model();
    Rounds again = soups(resumed, method).folder(folder, 4);
    List<Report> rest =
        again.run((round, i) -> member(resumed, method, round, i), round -> TRAIN, TEST);
    assertEquals(expected.size(), first.size() + rest.size());
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
    assertEquals(last, again.soups().getLast());
    try (var files = Files.list(folder)) {
      assertEquals(
          List.of(),
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("(member|start|checkpoint)-.*"))
              .toList());
    }
  }

  @Test
  void soupsAreTheMeansOfMembersOfOneMask() throws IOException {
    Sequential model = Examples.model();
    trainer(model, 0).fit(TRAIN, TEST);
    List<WeightAverage> means = List.of(WeightAverage.uniform(), WeightAverage.uniform());
    Rounds rounds = Rounds.of(model).densities(Rounds.reaching(.8, 2)).members(3).seed(2);
    List<Report> reports =
        rounds.run(
            (round, i) ->
                trainer(model, round)
                    .seed(i)
                    .listener(
                        new TrainingListener() {
                          @Override
                          public void epochEnded(Training training, EpochReport epoch) {
                            if (epoch.epoch() == 1) {
                              means.get(round).add(model); // refuses other positions
                            }
                          }
                        }),
            round -> TRAIN,
            TEST);
    assertEquals(6, reports.size());
    assertEquals(.2, reports.getLast().density(), 2e-3);
    assertEquals(List.of(0, 1, 2), rounds.soups().getFirst().chosen());
    Sequential mean = Examples.model();
    means.getLast().load(mean);
    assertEquals(Examples.bits(mean.parameters()), Examples.bits(model.parameters()));
  }

  /** Greedy soups of a network with batch norm, whose statistics decide. */
  @Test
  void soupsDoNotDependOnThreads() throws IOException {
    List<String> results = new ArrayList<>();
    for (int threads : new int[] {1, 2, 4}) {
      try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
        Sequential model =
            Sequential.of(
                SparseLinear.of(Examples.FEATURES, 20),
                BatchNorm.of(20),
                ActivationLayer.relu(),
                SparseLinear.of(20, Examples.CLASSES));
        Rounds rounds = soups(model, "greedy");
        rounds.run(
            (round, i) -> member(model, "greedy", round, i).threads(Threads.of(pool, threads)),
            round -> TRAIN,
            TEST);
        results.add(rounds.soups() + Examples.bits(model.parameters()));
      }
    }
    assertEquals(1, results.stream().distinct().count());
  }

  /** With a rate of 0 every member is what all of them start from, after the first round too. */
  @Test
  void membersStartFromTheSameWeights() throws IOException {
    for (String method : List.of("SWAMP", "uniform")) {
      Sequential model = Examples.model();
      List<String> starts = new ArrayList<>();
      soups(model, method)
          .run(
              (round, i) ->
                  trainer(model, round)
                      .seed(i)
                      .optimizer(Sgd.rate(round == 0 && i == 0 ? .05 : 0))
                      .listener(
                          new TrainingListener() {
                            @Override
                            public void epochEnded(Training training, EpochReport epoch) {
                              if (round > 0 && epoch.epoch() == 1) {
                                starts.add(round + Examples.bits(model.parameters()));
                              }
                            }
                          }),
              round -> TRAIN,
              TEST);
      assertEquals(6, starts.size());
      assertEquals(2, starts.stream().distinct().count());
    }
  }

  @Test
  void theBestEpochIsCarriedOn() throws IOException {
    Sequential model = Examples.model();
    // The second epoch climbs: the first one is the best.
    List<Report> reports =
        Rounds.of(model)
            .carryBest()
            .run(
                round -> trainer(model, round).optimizer(Sgd.rate(step -> step < 12 ? .05 : -.05)),
                round -> TRAIN,
                TEST);
    List<EpochReport> epochs = reports.getFirst().epochs();
    Evaluation best = epochs.getFirst().test().orElseThrow();
    assertTrue(best.accuracy() > epochs.getLast().test().orElseThrow().accuracy());
    assertEquals(best, Evaluation.of(model, TEST, Kernels.best(), Workspace.create()));
  }

  @Test
  void masksMayLookAtOtherSamplesThanTraining() {
    Dataset few = Examples.samples(40, 6);
    Sparsifier snip =
        Sparsifier.builder()
            .distribution(Uniform.sparsity(.8))
            .firstMasks(Snip.batches(2))
            .seed(1)
            .build();
    Sequential model = Examples.model();
    trainer(model, 0).sparsifier(snip).probe(few).prepare(TRAIN);
    Sequential direct = Examples.model();
    ProbeData data =
        new ProbeData(few, 16, 3, Loss.crossEntropy(), Kernels.best(), Workspace.create());
    snip.start(direct, 100, Streams.derive(3, "weights"), data);
    assertEquals(Examples.bits(direct.parameters()), Examples.bits(model.parameters()));
    Sequential other = Examples.model();
    trainer(other, 0).sparsifier(snip).prepare(TRAIN);
    assertNotEquals(Examples.bits(other.parameters()), Examples.bits(model.parameters()));
  }

  @Test
  void oneShotPruningKeepsTheLargestWeightsOfTheNetworkOrOfEachLayer() {
    for (Scope scope : List.of(Scope.network(), Scope.layer(), Scope.networkStandardised())) {
      Sequential model = Examples.model();
      trainer(model, 0).fit(TRAIN, TEST);
      CsrMatrix before = model.sparseParameters().get(0).matrix();
      float[] bias = ((DenseParameter) model.parameters().get(1)).value().toArray();
      Sparsifier.builder()
          .distribution(Uniform.sparsity(.8))
          .firstMasks(MagnitudeMasks.within(scope))
          .pruneWeights()
          .seed(1)
          .build()
          .start(model, 100, 2);
      long stored = model.sparseParameters().stream().mapToLong(SparseParameter::size).sum();
      assertTrue(Math.abs(stored - 154) <= 2, "stored " + stored);
      SparseParameter weight = model.sparseParameters().get(0);
      float smallest = Float.POSITIVE_INFINITY;
      for (float value : weight.values().array()) {
        smallest = Math.min(smallest, Math.abs(value));
      }
      float largest = 0;
      for (int i = 0; i < before.rows(); i++) {
        for (int j = 0; j < before.columns(); j++) {
          int at = weight.pattern().indexOf(i, j);
          if (at < 0) {
            largest = Math.max(largest, Math.abs(before.get(i, j)));
          } else {
            assertEquals(before.get(i, j), weight.values().get(at));
          }
        }
      }
      assertTrue(smallest >= largest, smallest + " " + largest);
      assertArrayEquals(bias, ((DenseParameter) model.parameters().get(1)).value().toArray());
    }
  }

  @Test
  void pruningNeedsWeightsAndAChoiceThatLooksAtThem() {
    Sparsifier.Builder builder =
        Sparsifier.builder().distribution(Uniform.sparsity(.8)).pruneWeights().seed(1);
    assertMessage(
        IllegalArgumentException.class,
        "Sparsifier: 0.weight holds no weights that could be pruned",
        () -> builder.build().start(Examples.model(), 100, 2));
    Sequential model = Examples.model();
    model.initialise(1);
    assertMessage(
        IllegalArgumentException.class,
        "Sparsifier: random does not look at the weights that it should prune",
        () -> builder.firstMasks(RandomMasks.exact()).build().start(model, 100, 2));
    assertMessage(
        IllegalStateException.class,
        "Sparsifier: pruneWeights() goes with a distribution, and without redraw()",
        builder.redraw()::build);
    assertMessage(
        IllegalStateException.class,
        "Sparsifier: the first masks need samples; give them to start, as Trainer does",
        () ->
            Sparsifier.builder()
                .distribution(Uniform.sparsity(.8))
                .firstMasks(Snip.batches(1))
                .seed(1)
                .build()
                .start(Examples.model(), 100, 2));
  }

  @Test
  void rejectsWhatMakesNoRounds() {
    Rounds rounds = Rounds.of(Examples.model());
    assertMessage(
        IllegalArgumentException.class, "Rounds: needs at least one round", rounds::densities);
    assertMessage(
        IllegalArgumentException.class,
        "Rounds: density (1.5) of round 1 must be between 0 and 1",
        () -> rounds.densities(1, 1.5));
    assertMessage(
        IllegalArgumentException.class,
        "Rounds: rounds (0) must be at least 1",
        () -> Rounds.reaching(.9, 0));
    assertMessage(
        IllegalArgumentException.class,
        "Rounds: sparsity (-0.1) must be in [0, 1)",
        () -> Rounds.reaching(-.1, 3));
    assertMessage(
        IllegalArgumentException.class,
        "Rounds: ratio (NaN) must be in (0, 1]",
        () -> Rounds.remaining(Double.NaN, 3));
    assertMessage(
        IllegalArgumentException.class,
        "Rounds: base (0.0) must be in (0, 1]",
        () -> Rounds.anytime(0, 4.5, 8));
    assertMessage(
        IllegalArgumentException.class,
        "Rounds: step (-1) must not be negative",
        () -> rounds.rewindTo(-1));
    assertMessage(
        IllegalArgumentException.class,
        "Rounds: members (0) must be at least 1",
        () -> rounds.members(0));
    Sequential model = Examples.model();
    assertMessage(
        IllegalArgumentException.class,
        "Rounds: members (0) of round 0 must be at least 1",
        () ->
            Rounds.of(model)
                .members(round -> round)
                .run((round, i) -> trainer(model, i), round -> TRAIN, TEST));
    assertMessage(
        IllegalStateException.class,
        "Rounds: member 1 of round 0 needs a trainer of its own; call run with (round, member) ->"
            + " trainer",
        () -> Rounds.of(model).members(2).run(round -> trainer(model, 0), round -> TRAIN, TEST));
    Sequential late = Examples.model();
    assertMessage(
        IllegalStateException.class,
        "Rounds: the first round took fewer steps than 100000",
        () ->
            Rounds.of(late)
                .densities(1, .5)
                .rewindTo(100_000)
                .folder(folder, 50)
                .run(round -> trainer(late, round), round -> TRAIN, TEST));
    assertMessage(
        IllegalArgumentException.class,
        "Rounds: the folder must exist; it is " + folder.resolve("no"),
        () -> rounds.folder(folder.resolve("no"), 1));
  }

  private static void assertMessage(
      Class<? extends Throwable> type, String message, Executable executable) {
    assertEquals(message, assertThrows(type, executable).getMessage());
  }
}
