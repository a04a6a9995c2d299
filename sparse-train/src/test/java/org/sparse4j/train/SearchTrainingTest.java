package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.autograd.ScalarFunction;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.initial.MagnitudeMasks;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Mixture;
import org.sparse4j.train.layer.ScaledActivation;
import org.sparse4j.train.layer.ScoredLinear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.AdamW;
import org.sparse4j.train.optim.RateFactor;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.search.ActivationSearch;
import org.sparse4j.train.search.SearchResult;

/** Searches whose candidates are trainings, and layers that training chooses. */
class SearchTrainingTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);

  @TempDir Path folder;

  private static Sequential network(List<ScalarFunction> functions, boolean trained) {
    return Sequential.of(
        SparseLinear.of(Examples.FEATURES, 20),
        layer(functions.get(0), trained),
        SparseLinear.of(20, 12),
        layer(functions.get(1), trained),
        Linear.of(12, Examples.CLASSES));
  }

  private static ScaledActivation layer(ScalarFunction function, boolean trained) {
    return trained ? ScaledActivation.of(function) : ScaledActivation.fixed(function);
  }

  private static Trainer trainer(Sequential model) {
    return Examples.trainer(model, Examples.rule("static"));
  }

  /** Dense for two epochs, then 97 % pruned at once and trained on. */
  private static double loss(List<ScalarFunction> functions) {
    Sequential model = network(functions, false);
    trainer(model).sparsifier(Sparsifier.none()).epochs(2).fit(TRAIN);
    Sparsifier pruning =
        Sparsifier.builder()
            .distribution(Uniform.sparsity(.9))
            .firstMasks(MagnitudeMasks.within(Scope.network().leaving(.02)))
            .pruneWeights()
            .seed(1)
            .build();
    return trainer(model)
        .sparsifier(pruning)
        .epochs(2)
        .fit(TRAIN, TEST)
        .test()
        .orElseThrow()
        .loss();
  }

  @Test
  void findsFunctionsForAPrunedNetwork() {
    SearchResult<List<ScalarFunction>> found =
        ActivationSearch.of(2, SearchTrainingTest::loss).run(12, 1);
    assertTrue(found.history().size() > 5);
    assertTrue(found.cost() <= found.history().getFirst().cost());
    assertEquals(found.cost(), loss(found.best()));
  }

  @Test
  void numbersOfFunctionsTrainAndResume() throws IOException {
    List<ScalarFunction> functions = List.of(ScalarFunction.SYMMETRIC_LOG, ScalarFunction.ACON);
    Sequential whole = network(functions, true);
    Report report = trainer(whole).fit(TRAIN);
    assertTrue(report.epochs().getLast().loss() < .5 * report.epochs().getFirst().loss());
    ScaledActivation first = (ScaledActivation) whole.layers().get(1);
    assertNotEquals(1, first.numbers()[0]);
    Path path = folder.resolve("checkpoint");
    trainer(network(functions, true)).listener(new SaveAndStop(path, 29)).fit(TRAIN);
    Sequential resumed = network(functions, true);
    trainer(resumed).resume(path, TRAIN).run();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
  }

  private static Sequential cells() {
    return Sequential.of(
        ScoredLinear.of(Examples.FEATURES, 20),
        Mixture.of(
            ActivationLayer.relu(),
            ActivationLayer.tanh(),
            Sequential.of(ScoredLinear.of(20, 20), ActivationLayer.relu())),
        Linear.of(20, Examples.CLASSES));
  }

  private static List<ScoredLinear> scored(Sequential model) {
    Sequential inner = (Sequential) ((Mixture) model.layers().get(1)).candidates().get(2);
    return List.of((ScoredLinear) model.layers().get(0), (ScoredLinear) inner.layers().get(0));
  }

  private static Trainer search(Sequential model) {
    return Trainer.of(model)
        .optimizer(AdamW.rate(.01).rates(RateFactor.named(Map.of("1.architecture", 5.0))))
        .batchSize(16)
        .epochs(4)
        .seed(3);
  }

  private static void enter(Sequential model, ScoredLinear.Phase phase, double density) {
    scored(model).forEach(layer -> layer.enter(phase, density));
  }

  /** Dense, then scores, then kept weights: the search of DASS in small, each phase resumed. */
  @Test
  void choosesLayersAndWeights() throws IOException {
    Sequential model = cells();
    search(model).fit(TRAIN);
    scored(model).forEach(ScoredLinear::startScores);
    enter(model, ScoredLinear.Phase.SCORES, .3);
    String before = weights(model);
    search(model).fit(TRAIN);
    assertEquals(before, weights(model));
    enter(model, ScoredLinear.Phase.KEPT_WEIGHTS, .3);
    Path path = folder.resolve("checkpoint");
    Report end = search(model).checkpoint(path, 20).fit(TRAIN, TEST);
    assertTrue(end.test().orElseThrow().accuracy() > .7, end.test().toString());
    assertNotEquals(before, weights(model));
    long kept = scored(model).getFirst().mask(Kernels.best(), Workspace.create()).count();
    assertEquals(144, kept);
    double[] shares = ((Mixture) model.layers().get(1)).shares();
    assertTrue(shares[((Mixture) model.layers().get(1)).chosen()] > .34);

    Sequential resumed = cells();
    Trainer again = search(resumed);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> again.resume(path, TRAIN, TEST));
    assertTrue(refused.getMessage().contains("KEPT_WEIGHTS 0.3"), refused.getMessage());
    enter(resumed, ScoredLinear.Phase.KEPT_WEIGHTS, .3);
    again.resume(path, TRAIN, TEST).run();
    assertEquals(Examples.bits(model.parameters()), Examples.bits(resumed.parameters()));
  }

  private static String weights(Sequential model) {
    return Examples.bits(scored(model).stream().map(l -> l.parameters().getFirst()).toList());
  }

  @Test
  void resultsDoNotDependOnThreads() {
    List<ScalarFunction> functions = List.of(ScalarFunction.SWISH, ScalarFunction.SOFT_ROOT_SIGN);
    Sequential activated = network(functions, true);
    trainer(activated).epochs(2).fit(TRAIN);
    Sequential chosen = cells();
    search(chosen).epochs(2).fit(TRAIN);
    for (int threads : new int[] {2, 4}) {
      try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
        Threads team = Threads.of(pool, threads);
        Sequential more = network(functions, true);
        trainer(more).epochs(2).threads(team).fit(TRAIN);
        assertEquals(Examples.bits(activated.parameters()), Examples.bits(more.parameters()));
        Sequential again = cells();
        search(again).epochs(2).threads(team).fit(TRAIN);
        assertEquals(Examples.bits(chosen.parameters()), Examples.bits(again.parameters()));
      }
    }
  }
}
