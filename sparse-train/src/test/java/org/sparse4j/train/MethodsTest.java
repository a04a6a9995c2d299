package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.CondensedMatrix;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.initial.Grasp;
import org.sparse4j.train.initial.RandomMasks;
import org.sparse4j.train.initial.Snip;
import org.sparse4j.train.initial.SynFlow;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.optim.AdamW;
import org.sparse4j.train.optim.HyperSparse;
import org.sparse4j.train.optim.IrrelevantDecay;
import org.sparse4j.train.optim.L1;
import org.sparse4j.train.optim.RateFactor;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.CosineBetween;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.Multiples;
import org.sparse4j.train.schedule.Phases;
import org.sparse4j.train.schedule.Polynomial;
import org.sparse4j.train.schedule.Stairs;
import org.sparse4j.train.update.AcDc;
import org.sparse4j.train.update.BlockPruneAndGrow;
import org.sparse4j.train.update.DstEe;
import org.sparse4j.train.update.GradualMagnitude;
import org.sparse4j.train.update.Movement;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.Sniper;
import org.sparse4j.train.update.SparseMomentum;
import org.sparse4j.train.update.Srigl;
import org.sparse4j.train.update.UpdateRule;

/** What every training method must do: learn, not depend on threads, and resume exactly. */
@Tag("kernels")
class MethodsTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);

  private static final Scope LEAVING = Scope.network().leaving(.05);
  private static final Every FOUR = Every.steps(4).until(.75);
  private static final SparseMomentum MOMENTUM =
      SparseMomentum.sgd(new CosineBetween(.5, .005), .9);

  @TempDir Path folder;

  private static Sparsifier.Builder uniform(double sparsity) {
    return Sparsifier.builder().distribution(Uniform.sparsity(sparsity)).seed(5);
  }

  /** Every method on the shared task of 6 epochs of 12 batches. */
  private static Map<String, Supplier<Trainer>> methods(Sequential model) {
    Map<String, Supplier<Trainer>> methods = new LinkedHashMap<>();
    methods.put("SNIP", () -> with(model, uniform(.8).firstMasks(Snip.batches(2))));
    methods.put(
        "SNIP redrawn", () -> with(model, uniform(.8).firstMasks(Snip.batches(2)).redraw()));
    methods.put("GraSP", () -> with(model, uniform(.7).firstMasks(Grasp.samplesPerClass(5))));
    methods.put("SynFlow", () -> with(model, uniform(.8).firstMasks(SynFlow.rounds(10))));
    methods.put("Bernoulli", () -> with(model, uniform(.8).firstMasks(RandomMasks.bernoulli())));
    methods.put(
        "constant fan-in", () -> with(model, uniform(.8).firstMasks(RandomMasks.constantFanIn())));
    methods.put("GMP", () -> pruned(model, gradual()));
    methods.put("GMP in the network", () -> pruned(model, gradual().within(LEAVING)));
    methods.put("GMP remembering", () -> pruned(model, gradual().remembering()));
    methods.put(
        "GMP to Erdos-Renyi",
        () -> pruned(model, gradual().distribution(ErdosRenyiKernel::sparsity)));
    methods.put("sparse momentum", () -> with(model, momentum(MOMENTUM)));
    methods.put(
        "sparse momentum with Adam",
        () ->
            with(model, momentum(SparseMomentum.adam(new CosineBetween(.5, .005), .9, .999)))
                .optimizer(AdamW.rate(.01)));
    methods.put(
        "DST-EE",
        () -> with(model, uniform(.8).rule(DstEe.of(Cosine.from(.3), .01, 1)).updates(FOUR)));
    methods.put(
        "SRigL",
        () ->
            with(
                model,
                uniform(.7)
                    .firstMasks(RandomMasks.constantFanIn())
                    .rule(Srigl.dropFraction(Cosine.from(.3)).averaging(3))
                    .updates(Multiples.of(5).until(.75).endLeftOut())));
    Stairs stairs = Stairs.of(Map.of(0L, .8, 12L, .4, 24L, .2, 36L, 0.));
    methods.put(
        "SNIPER",
        () ->
            with(
                    model,
                    uniform(.8)
                        .firstMasks(Snip.batches(2).remembered().within(LEAVING))
                        .rule(Sniper.of(stairs, LEAVING))
                        .updates(stairs.updates()))
                .optimizer(Sgd.rate(.03).momentum(.9).rates(RateFactor.inverseDensity(100))));
    methods.put("blocks", () -> pruned(model, BlockPruneAndGrow.of(Polynomial.cubicTo(.6), 2, 4)));
    Phases phases = Phases.alternating(8, 8, 8, 44);
    methods.put("AC/DC", () -> with(model, uniform(0).rule(AcDc.of(phases, .8)).updates(phases)));
    Phases fineTuned = Phases.of(new long[0], new long[] {54});
    methods.put(
        "sparse, then dense",
        () -> with(model, uniform(.75).rule(AcDc.of(fineTuned, .75)).updates(fineTuned)));
    methods.put("movement", () -> pruned(model, Movement.schedule(Polynomial.cubicTo(.7))));
    methods.put(
        "HyperSparse", () -> dense(model).regularizer(new HyperSparse(.8, 1e-4, 1.05, 2, 12)));
    methods.put("L1", () -> dense(model).regularizer(new L1(1e-4)));
    methods.put(
        "irrelevant decay", () -> pruned(model, gradual()).regularizer(new IrrelevantDecay(1e-3)));
    methods.put(
        "SWA",
        () ->
            with(model, uniform(.8).rule(DstEe.of(Cosine.from(.3), .01, 1)).updates(FOUR))
                .averaging(Averaging.everyBatches(3).from(.4)));
    methods.put(
        "exponential mean",
        () -> pruned(model, gradual()).averaging(Averaging.exponential(.8).from(0)));
    methods.put(
        "distillation",
        () ->
            pruned(model, gradual())
                .loss(
                    Distillation.from(teacher())
                        .task(.5)
                        .outputs(.5, 2)
                        .addedTo(Loss.crossEntropy())));
    methods.put(
        "prune once for all: pruning",
        () ->
            with(
                    trained(model),
                    Sparsifier.builder()
                        .keepPatterns()
                        .rule(
                            GradualMagnitude.schedule(Polynomial.cubicTo(.7).endingAt(30))
                                .remembering())
                        .updates(Every.steps(4).until(.75))
                        .seed(5))
                .loss(
                    Distillation.from(teacher())
                        .task(.5)
                        .outputs(.5, 2)
                        .addedTo(Loss.crossEntropy())));
    methods.put(
        "prune once for all: locked",
        () ->
            with(zeroed(model), Sparsifier.builder().keepNonZeros().seed(5))
                .optimizer(Sgd.rate(.03)));
    methods.put(
        "dense after sparse",
        () -> with(zeroed(model), Sparsifier.builder().densify().seed(5)).optimizer(Sgd.rate(.03)));
    return methods;
  }

  /** A teacher's weights, the small ones of the first layer set to 0, before its best days. */
  private static Sequential zeroed(Sequential model) {
    Sequential trained = trained(model);
    float[] weights = trained.sparseParameters().getFirst().values().array();
    for (int p = 0; p < weights.length; p++) {
      weights[p] = Math.abs(weights[p]) < .3f ? 0 : weights[p];
    }
    trained.sparseParameters().getFirst().values().markChanged();
    return trained;
  }

  private static Sequential trained(Sequential model) {
    Snapshot.take(teacher()).load(model);
    return model;
  }

  private static Sequential teacher() {
    Sequential teacher = Examples.model();
    Examples.trainer(teacher, Examples.rule("static")).sparsifier(Sparsifier.none()).fit(TRAIN);
    return teacher;
  }

  private static GradualMagnitude gradual() {
    return GradualMagnitude.schedule(Polynomial.cubicTo(.8));
  }

  private static Trainer dense(Sequential model) {
    return Examples.trainer(model, Examples.rule("static")).sparsifier(Sparsifier.none());
  }

  /** Of 72 steps, the last update at 54, 52, 53, 42 and 12; without an end at 70 and 72. */
  @ParameterizedTest
  @CsvSource({"7, .75", "4, .75", "41, .75", "30, .75", "61, .75", "29, 1", "5, 1"})
  void blocksEndWithTheirSparsity(int interval, double until) {
    Sequential model = Examples.model();
    Every updates = Every.steps(interval).from(12).until(until);
    with(
            model,
            uniform(0).rule(BlockPruneAndGrow.of(Polynomial.cubicTo(.6), 2, 4)).updates(updates))
        .fit(TRAIN);
    for (SparseParameter weight : model.sparseParameters()) {
      int across = Math.ceilDiv(weight.columns(), 4);
      Set<Integer> stored = new HashSet<>();
      weight.pattern().forEach((p, i, j) -> stored.add(i / 2 * across + j / 4));
      long blocks = (long) across * Math.ceilDiv(weight.rows(), 2);
      assertEquals(Math.round(.4 * blocks), stored.size(), weight + ", " + updates);
    }
  }

  /** What would fail in the last update, or after samples were looked at, is refused before. */
  @Test
  void refusesWhatLeavesNoRoom() {
    Stairs stairs = Stairs.of(Map.of(0L, .5, 12L, .98));
    Phases phases = Phases.alternating(8, 8, 8, 44);
    List<Sparsifier.Builder> sparsifiers =
        List.of(
            uniform(0).rule(GradualMagnitude.schedule(Polynomial.cubicTo(.98)).within(LEAVING)),
            uniform(0).rule(Movement.schedule(Polynomial.cubicTo(.98)).within(LEAVING)),
            uniform(.5)
                .firstMasks(Snip.batches(2).remembered().within(LEAVING))
                .rule(Sniper.of(stairs, LEAVING)),
            uniform(.98).firstMasks(Snip.batches(2).within(LEAVING)),
            uniform(.98).firstMasks(Grasp.samplesPerClass(5).within(LEAVING)),
            uniform(0).rule(AcDc.of(phases, .98).within(LEAVING)));
    // The first update that leaves too little counts, not the last one.
    int[] left = {28, 28, 16, 16, 16, 16};
    for (int s = 0; s < left.length; s++) {
      Sequential model = Examples.model();
      Trainer trainer = with(model, sparsifiers.get(s).updates(FOUR));
      assertEquals(
          "Scope: what leaving 0.05 takes of all layers (39 weights) must not exceed what should be"
              + " left ("
              + left[s]
              + ")",
          assertThrows(IllegalArgumentException.class, () -> trainer.prepare(TRAIN)).getMessage());
      model
          .parameters()
          .forEach(parameter -> assertFalse(parameter.decays() && parameter.isInitialised()));
    }
    GradualMagnitude fits = GradualMagnitude.schedule(Polynomial.cubicTo(.95)).within(LEAVING);
    with(Examples.model(), uniform(0).rule(fits).updates(FOUR)).fit(TRAIN);
  }

  /** Nothing is done, nor kept, for each of the updates that there could be. */
  @Test
  void trainingsUntilPatienceRunsOutBeginAtOnce() {
    for (String rule : List.of("SET", "RigL")) {
      Trainer trainer =
          Examples.trainer(Examples.model(), Examples.rule(rule))
              .epochs(Integer.MAX_VALUE)
              .patience(1);
      Training training =
          assertTimeoutPreemptively(Duration.ofSeconds(20), () -> trainer.prepare(TRAIN, TEST));
      assertEquals(12L * Integer.MAX_VALUE, training.totalBatches());
    }
  }

  private static Trainer pruned(Sequential model, UpdateRule rule) {
    return with(model, uniform(0).rule(rule).updates(Every.steps(4).from(12).until(.75)));
  }

  private static Sparsifier.Builder momentum(UpdateRule rule) {
    return uniform(.8).rule(rule).updates(Every.steps(12).until(.9));
  }

  private static Trainer with(Sequential model, Sparsifier.Builder sparsifier) {
    return Examples.trainer(model, Examples.rule("static")).sparsifier(sparsifier.build());
  }

  private static Trainer trainer(String method, Sequential model) {
    return methods(model).get(method).get();
  }

  static Stream<Arguments> places() {
    List<Arguments> places = new ArrayList<>();
    for (String method : methods(Examples.model()).keySet()) {
      for (int batches : new int[] {1, 29, 60}) {
        places.add(Arguments.of(method, batches));
      }
    }
    return places.stream();
  }

  static Stream<String> names() {
    return methods(Examples.model()).keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("places")
  void resumedRunEqualsAnUninterruptedOne(String method, int batches) throws IOException {
    Sequential whole = Examples.model();
    Training straight = trainer(method, whole).prepare(TRAIN, TEST);
    Report expected = straight.run();
    Path path = folder.resolve("checkpoint");
    trainer(method, Examples.model()).listener(new SaveAndStop(path, batches)).fit(TRAIN, TEST);
    Sequential resumed = Examples.model();
    Training second = trainer(method, resumed).resume(path, TRAIN, TEST);
    Report report = second.run();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
    assertEquals(expected.layers(), report.layers());
    assertEquals(expected.updates(), report.updates());
    assertEquals(expected.flops(), report.flops());
    assertEquals(expected.meanParameters(), report.meanParameters());
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    straight.save(one);
    second.save(two);
    assertEquals(CheckpointTest.contents(one), CheckpointTest.contents(two));
  }

  @ParameterizedTest
  @MethodSource("names")
  void resultsDoNotDependOnThreads(String method) {
    Sequential one = Examples.model();
    Report alone = trainer(method, one).fit(TRAIN, TEST);
    // A method that starts from trained weights has little to learn.
    double enough = Math.max(.05, .8 * alone.epochs().getFirst().loss());
    assertTrue(alone.epochs().getLast().loss() < enough, "loss " + alone.epochs());
    for (int threads : new int[] {2, 4}) {
      // A pool parks at once; a team's spinning workers would fight for the processors of a small
      // machine.
      try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
        Sequential more = Examples.model();
        trainer(method, more).threads(Threads.of(pool, threads)).fit(TRAIN, TEST);
        assertEquals(Examples.bits(one.parameters()), Examples.bits(more.parameters()));
      }
    }
  }

  /** Trained by SRigL, every layer has one fan-in for all rows that are not empty. */
  @Test
  void sriglEndsInCondensedMatrices() {
    Sequential model = Examples.model();
    trainer("SRigL", model).fit(TRAIN, TEST);
    for (SparseParameter weight : model.sparseParameters()) {
      CondensedMatrix condensed = CondensedMatrix.fromCsr(weight.matrix());
      assertEquals(weight.size(), condensed.nnz());
      assertEquals(weight.matrix(), condensed.toCsr());
    }
  }

  @Test
  void sparseMomentumKeepsTheTotalNearItsStart() {
    Sequential model = Examples.model();
    Training training = trainer("sparse momentum", model).prepare(TRAIN, TEST);
    long start = training.sparsifier().layers().stream().mapToLong(LayerStatus::stored).sum();
    training.run();
    long end = training.sparsifier().layers().stream().mapToLong(LayerStatus::stored).sum();
    assertTrue(Math.abs(end - start) <= start / 20, end + " of " + start);
    assertTrue(training.sparsifier().ruleBytes() >= 4 * 768);
  }

  /** Exploration covers more positions than RigL does in as many updates of equal size. */
  @Test
  void explorationCoversMore() {
    double rigL = coverage(RigL.dropFraction(Cosine.from(.3)));
    double curious = coverage(DstEe.of(Cosine.from(.3), 1, 1));
    assertTrue(curious > rigL, curious + " of " + rigL);
    assertTrue(rigL > .2 && curious < 1, curious + " of " + rigL);
  }

  /** The listener sees it rise, and the flip rate of every update. */
  private static double coverage(UpdateRule rule) {
    double[] last = new double[1];
    TrainingListener watch =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            double now = training.sparsifier().coverage();
            assertTrue(now >= last[0]);
            last[0] = now;
            step.maskUpdate()
                .ifPresent(update -> {
                  long flips = 2 * update.grown();
                  assertEquals(flips / 768.0, update.flipRate(), 1e-12);
                });
          }
        };
    with(Examples.model(), uniform(.8).rule(rule).updates(FOUR)).listener(watch).fit(TRAIN, TEST);
    return last[0];
  }
}
