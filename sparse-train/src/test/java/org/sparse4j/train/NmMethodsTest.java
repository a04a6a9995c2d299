package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.VnmStructure;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.forward.Fade;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.forward.Frames;
import org.sparse4j.train.forward.StructureSchedule;
import org.sparse4j.train.initial.StructureMasks;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.MaskedLinear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.Adam;
import org.sparse4j.train.optim.AdamS;
import org.sparse4j.train.optim.AdamWMaskedDecay;
import org.sparse4j.train.optim.FrozenAdam;
import org.sparse4j.train.optim.GradientClipping;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.MaskedDecay;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.ForwardWeight;
import org.sparse4j.train.traits.Granularity;

/** What every N:M method must do: learn, not depend on threads, and resume exactly. */
@Tag("kernels")
class NmMethodsTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);
  private static final NmStructure HALF = new NmStructure(2, 4);

  private static final Sequential TEACHER =
      Sequential.of(
          Linear.of(Examples.FEATURES, 32),
          ActivationLayer.relu(),
          Linear.of(32, Examples.CLASSES));

  @TempDir Path folder;

  @BeforeAll
  static void trainTeacher() {
    trainer(TEACHER).fit(TRAIN);
  }

  /** How layers see their weights, and what a trainer needs beyond that. */
  private record Method(ForwardRule rule, UnaryOperator<Trainer> settings) {

    Sequential model() {
      return NmMethodsTest.model(rule);
    }

    Trainer trainer(Sequential model) {
      return settings.apply(NmMethodsTest.trainer(model));
    }
  }

  private static Sequential model(ForwardRule rule) {
    return Sequential.of(
        MaskedLinear.of(Examples.FEATURES, 32, rule),
        ActivationLayer.relu(),
        MaskedLinear.of(32, 16, rule),
        ActivationLayer.relu(),
        Linear.of(16, Examples.CLASSES));
  }

  /** 6 epochs of 12 batches of 16. */
  private static Trainer trainer(Sequential model) {
    return Trainer.of(model)
        .optimizer(steps ->
            Sgd.rate(LearningRate.cosine(0.1, steps)).momentum(0.9).withNesterov().l2(5e-4))
        .batchSize(16)
        .epochs(6)
        .seed(3);
  }

  private static Trainer adam(Trainer trainer) {
    return trainer.optimizer(steps -> Adam.rate(LearningRate.cosine(.01, steps)));
  }

  private static Map<String, Method> methods() {
    Map<String, Method> methods = new LinkedHashMap<>();
    ForwardRule prune = ForwardRule.prune(HALF);
    methods.put("STE", new Method(prune, trainer -> trainer));
    methods.put("STE, sparse products", new Method(prune.sparseFrom(0), trainer -> trainer));
    methods.put("SR-STE", new Method(prune, t -> t.regularizer(new MaskedDecay(2e-4))));
    methods.put(
        "SR-STE with Adam", new Method(prune, t -> adam(t.regularizer(new MaskedDecay(2e-4)))));
    methods.put(
        "V:N:M", new Method(ForwardRule.prune(new VnmStructure(4, 2, 4)), trainer -> trainer));
    methods.put(
        "transposable",
        new Method(
            ForwardRule.prune(StructureSchedule.between(new TransposableNm(2, 4), 0, 5.0 / 6))
                .every(8)
                .sampleGradient(GroupSampling.minimumVariance(2, 4))
                .sparseFrom(0),
            t ->
                adam(
                    t.regularizerAfterClipping(new MaskedDecay(1e-3))
                        .clip(GradientClipping.norm(1)))));
    methods.put(
        "S-STE",
        new Method(
            ForwardRule.softThreshold()
                .sampleGradient(new GroupSampling(GroupSampling.Method.TWO_DRAWS, 2, 4)),
            NmMethodsTest::adam));
    methods.put("MdGf", new Method(prune.fading(Fade.exponential(.05).between(0, .2)), t -> t));
    methods.put(
        "SdGf", new Method(ForwardRule.prune(Frames.stepwise(1, 8).between(.1, .2)), t -> t));
    methods.put(
        "CAST",
        new Method(
            ForwardRule.dense(HALF).every(10).scaled(2),
            t -> t.optimizer(steps -> AdamS.of(LearningRate.cosine(.005, steps), 1e-3, steps))));
    methods.put(
        "AST",
        new Method(
            prune.every(10).byInputs().blockSums(8),
            t ->
                t.loss(
                        Distillation.from(TEACHER)
                            .task(.33)
                            .outputs(.67, 2)
                            .addedTo(Loss.crossEntropy()))
                    .optimizer(steps ->
                        AdamWMaskedDecay.of(LearningRate.cosine(.005, steps), 1e-3, steps / 4))));
    methods.put(
        "STEP",
        new Method(
            ForwardRule.prune(StructureSchedule.between(HALF, .25, 1)),
            t -> t.optimizer(steps -> FrozenAdam.of(LearningRate.cosine(.01, steps), steps / 4))));
    return methods;
  }

  static Stream<Arguments> places() {
    List<Arguments> places = new ArrayList<>();
    for (String method : methods().keySet()) {
      for (int batches : new int[] {1, 29, 60}) {
        places.add(Arguments.of(method, batches));
      }
    }
    return places.stream();
  }

  /** Methods whose networks are pruned weights and nothing else. */
  static Stream<String> exported() {
    return names().filter(name -> !name.equals("AST"));
  }

  static Stream<String> names() {
    return methods().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("places")
  void resumedRunEqualsAnUninterruptedOne(String name, int batches) throws IOException {
    Method method = methods().get(name);
    Sequential whole = method.model();
    Training straight = method.trainer(whole).prepare(TRAIN, TEST);
    Report expected = straight.run();
    Path path = folder.resolve("checkpoint");
    method.trainer(method.model()).listener(new SaveAndStop(path, batches)).fit(TRAIN, TEST);
    Sequential resumed = method.model();
    Training second = method.trainer(resumed).resume(path, TRAIN, TEST);
    Report report = second.run();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
    assertEquals(expected.layers(), report.layers());
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    straight.save(one);
    second.save(two);
    assertEquals(CheckpointTest.contents(one), CheckpointTest.contents(two));
  }

  @ParameterizedTest
  @MethodSource("names")
  void resultsDoNotDependOnThreads(String name) {
    Method method = methods().get(name);
    Sequential one = method.model();
    Report alone = method.trainer(one).fit(TRAIN, TEST);
    assertTrue(
        alone.epochs().getLast().loss() < .8 * alone.epochs().getFirst().loss(),
        "loss " + alone.epochs());
    for (int threads : new int[] {2, 4}) {
      try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
        Sequential more = method.model();
        method.trainer(more).threads(Threads.of(pool, threads)).fit(TRAIN, TEST);
        assertEquals(Examples.bits(one.parameters()), Examples.bits(more.parameters()));
      }
    }
  }

  /** Listeners see the flip rate of every step; the decay of pruned weights makes it smaller. */
  @Test
  void listenersSeeFlips() {
    double[] sums = new double[2];
    for (int run = 0; run < 2; run++) {
      int at = run;
      Trainer trainer = trainer(model(ForwardRule.prune(HALF)));
      if (run == 1) {
        trainer.regularizer(new MaskedDecay(.05));
      }
      Report report =
          trainer
              .listener(
                  new TrainingListener() {
                    @Override
                    public void stepped(Training training, StepReport step) {
                      MaskUpdate update = step.maskUpdate().orElseThrow();
                      assertEquals(2, update.layers().size());
                      assertEquals(step.step(), update.step());
                      assertEquals(step.step() + 1, update.number());
                      sums[at] += update.flipRate();
                    }
                  })
              .fit(TRAIN, TEST);
      assertEquals((384 + 256 + 64) / (double) (768 + 512 + 64), report.density(), 1e-12);
      assertEquals(
          "[0.weight 0.5, 2.weight 0.5, 4.weight 1.0]",
          report.layers().stream()
              .map(layer -> layer.name() + " " + layer.density())
              .toList()
              .toString());
      long parameters = 768 + 32 + 512 + 16 + 64 + 4;
      assertEquals(4 * parameters, report.optimizerBytes());
    }
    assertTrue(sums[1] < .7 * sums[0], sums[1] + " of " + sums[0]);
    assertTrue(sums[1] > 0);
  }

  /** What evaluations see is what the exported matrices hold. */
  @ParameterizedTest
  @MethodSource("exported")
  void evaluationsSeeThePrunedWeights(String name) {
    Method method = methods().get(name);
    Sequential model = method.model();
    Training training = method.trainer(model).prepare(TRAIN, TEST);
    training.run();
    Sequential exported =
        Sequential.of(
            export(model, 0),
            ActivationLayer.relu(),
            export(model, 1),
            ActivationLayer.relu(),
            last(model));
    Training other = trainer(exported).prepare(TRAIN, TEST);
    assertEquals(training.evaluate(TEST).loss(), other.evaluate(TEST).loss(), 1e-6);
  }

  private static SparseLinear export(Sequential model, int index) {
    List<DenseParameter> dense = dense(model);
    ForwardWeight weight = weights(model).get(index);
    SparseLinear layer = SparseLinear.of(weight.toCsr(Kernels.best(), Workspace.create()));
    DenseParameter bias = named(dense, 2 * index + ".bias");
    DenseParameter own = (DenseParameter) layer.parameters().get(1);
    own.load(bias.value());
    return layer;
  }

  private static Linear last(Sequential model) {
    List<DenseParameter> dense = dense(model);
    DenseParameter weight = DenseParameter.of("weight", named(dense, "4.weight").value(), true);
    DenseParameter bias = DenseParameter.of("bias", named(dense, "4.bias").value(), false);
    return Linear.of(weight, bias);
  }

  private static List<DenseParameter> dense(Sequential model) {
    return model.parameters().stream().map(DenseParameter.class::cast).toList();
  }

  private static DenseParameter named(List<DenseParameter> all, String name) {
    return all.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  /** One-shot pruning: trained weights are cut to 2:4, and stay sparse in all that follows. */
  @Test
  void trainedWeightsArePrunedToAStructure() {
    Sequential model = Examples.model();
    Trainer dense =
        Examples.trainer(model, Examples.rule("static"))
            .sparsifier(Sparsifier.builder().distribution(Uniform.sparsity(0)).seed(1).build());
    dense.fit(TRAIN, TEST);
    Sparsifier half =
        Sparsifier.builder()
            .distribution(Uniform.sparsity(.5))
            .firstMasks(StructureMasks.largest(HALF))
            .pruneWeights()
            .seed(1)
            .build();
    Training tuned =
        Examples.trainer(model, Examples.rule("static")).sparsifier(half).prepare(TRAIN, TEST);
    double pruned = tuned.evaluate(TEST).loss();
    Report report = tuned.run();
    assertTrue(report.test().orElseThrow().loss() < pruned, "loss " + pruned);
    model.sparseParameters().forEach(weight -> HALF.check(weight.matrix().mask()));
    assertEquals(.5, report.density());
    assertEquals(Granularity.N_M, report.traits().granularity());
  }

  /** After the last frame every group has one weight; the first frame keeps seven of eight. */
  @Test
  void framesEndInTheirStructure() {
    Method method = methods().get("SdGf");
    Sequential model = method.model();
    double[] density = new double[72];
    TrainingListener watch =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            density[(int) step.step()] = weights(model).getFirst().mask().density();
          }
        };
    method.trainer(model).listener(watch).fit(TRAIN, TEST);
    // 7 dense steps, then four frames in 72 - 7 - 14 = 51
    assertEquals(1, density[6]);
    assertEquals(7 / 8.0, density[7]);
    assertEquals(1 / 2.0, density[7 + 13]);
    assertEquals(1 / 4.0, density[7 + 26]);
    assertEquals(1 / 8.0, density[7 + 39]);
    for (ForwardWeight weight : weights(model)) {
      new NmStructure(1, 8).check(weight.mask());
      assertEquals(weight.weight().size() / 8, weight.mask().count());
    }
  }

  private static List<ForwardWeight> weights(Sequential model) {
    return dense(model).stream().flatMap(parameter -> parameter.forward().stream()).toList();
  }

  @Test
  void masksOfAStructureNeedItsSparsity() {
    Sparsifier wrong =
        Sparsifier.builder()
            .distribution(Uniform.sparsity(.6))
            .firstMasks(StructureMasks.random(HALF))
            .seed(1)
            .build();
    assertEquals(
        "StructureMasks: 2:4 keeps 240 of 0.weight (20x24), the distribution 192; give the sparsity"
            + " of the structure",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Examples.trainer(Examples.model(), Examples.rule("static"))
                        .sparsifier(wrong)
                        .prepare(TRAIN))
            .getMessage());
  }

  @Test
  void checkpointOfAnotherRuleIsRefused() throws IOException {
    Path path = folder.resolve("checkpoint");
    Method method = methods().get("STE");
    method.trainer(method.model()).listener(new SaveAndStop(path, 3)).fit(TRAIN, TEST);
    Trainer other = trainer(model(ForwardRule.prune(HALF).every(2)));
    String message =
        assertThrows(IllegalArgumentException.class, () -> other.resume(path, TRAIN)).getMessage();
    assertTrue(message.contains("pruned 2:4 every 2"), message);
  }
}
