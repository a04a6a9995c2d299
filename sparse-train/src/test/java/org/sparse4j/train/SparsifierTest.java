package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.Remap;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.distribution.SparsityDistribution;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.initial.Snip;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.BatchNorm;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.OptimizerState;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.schedule.Constant;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.update.LayerRule;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.Set;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdatePoint;
import org.sparse4j.train.update.UpdateRule;

class SparsifierTest {

  private static Sequential leNet() {
    return Sequential.of(
        SparseLinear.of(784, 300),
        ActivationLayer.relu(),
        SparseLinear.of(300, 100),
        ActivationLayer.relu(),
        SparseLinear.of(100, 10));
  }

  private static Sparsifier.Builder uniform(double sparsity) {
    return Sparsifier.builder().distribution(Uniform.sparsity(sparsity)).seed(1);
  }

  private static long[] stored(SparsifierState state) {
    return state.layers().stream().mapToLong(LayerStatus::stored).toArray();
  }

  @Test
  void firstMasksHaveTheExactCountOfTheDistribution() {
    SparsifierState state =
        Sparsifier.builder()
            .distribution(ErdosRenyiKernel.sparsity(.9))
            .seed(1)
            .build()
            .start(leNet(), 100, 2);
    // n - floor((1 - d) n) for the densities .079568, .230189 and 1.
    assertArrayEquals(new long[] {18715, 6906, 1000}, stored(state));
  }

  @Test
  void firstMasksDependOnTheSeedAndTheLayerAlone() {
    Sequential one = leNet();
    Sequential two = leNet();
    uniform(.9).build().start(one, 100, 2);
    uniform(.9).rule(RigL.dropFraction(Cosine.from(.3))).build().start(two, 500, 9);
    for (int l = 0; l < 3; l++) {
      assertEquals(
          one.sparseParameters().get(l).pattern(), two.sparseParameters().get(l).pattern());
    }
    Sequential three = leNet();
    uniform(.9).seed(2).build().start(three, 100, 2);
    assertNotEquals(
        one.sparseParameters().get(0).pattern(), three.sparseParameters().get(0).pattern());
  }

  @Test
  void weightsAreTheDrawsOfTheDenseModelScaledToTheRow() {
    Sequential dense =
        Sequential.of(Linear.of(784, 300), ActivationLayer.relu(), Linear.of(300, 9));
    dense.initialise(2);
    Sequential sparse =
        Sequential.of(SparseLinear.of(784, 300), ActivationLayer.relu(), SparseLinear.of(300, 9));
    uniform(.9).build().start(sparse, 100, 2);
    SparseParameter weight = sparse.sparseParameters().get(0);
    CsrPattern pattern = weight.pattern();
    DenseMatrix full = ((DenseParameter) dense.parameters().get(0)).value();
    pattern.forEach((p, i, j) -> {
      int row = pattern.rowStart(i + 1) - pattern.rowStart(i);
      double scale = Math.sqrt(784.0 / row);
      assertEquals(full.get(i, j) * scale, weight.values().get(p), 1e-5);
    });
  }

  @Test
  void layersLeftOutStayAsTheyAreAndDensityOneIsManaged() {
    Sequential model = leNet();
    SparsifierState state =
        uniform(.9).leaveOut("0.weight").sparsity("4.weight", 0).build().start(model, 100, 2);
    assertEquals(
        List.of("2.weight", "4.weight"), state.layers().stream().map(LayerStatus::name).toList());
    assertArrayEquals(new long[] {3000, 1000}, stored(state));
    assertEquals(235200, model.sparseParameters().get(0).size());
  }

  @Test
  void distributionDealsWithTheLayersThatHaveNoSparsityOfTheirOwn() {
    List<LayerShape> seen = new ArrayList<>();
    SparsityDistribution spy =
        new SparsityDistribution() {
          @Override
          public double[] densities(List<LayerShape> layers) {
            seen.addAll(layers);
            return Uniform.sparsity(.5).densities(layers);
          }

          @Override
          public double sparsity() {
            return .5;
          }
        };
    SparsifierState state =
        Sparsifier.builder()
            .distribution(spy)
            .sparsity("2.weight", .98)
            .seed(1)
            .build()
            .start(leNet(), 100, 2);
    assertEquals(
        List.of(LayerShape.of("0.weight", 300, 784), LayerShape.of("4.weight", 10, 100)), seen);
    assertArrayEquals(new long[] {117600, 600, 500}, stored(state));
  }

  @Test
  void keepsPatternsAndWeightsIfAskedTo() {
    Sequential model = Sequential.of(SparseLinear.of(Mask.random(6, 8, 20, 3)));
    model.initialise(4);
    String before = Examples.bits(model.parameters());
    SparsifierState state =
        Sparsifier.builder().keepPatterns().seed(1).build().start(model, 100, 2);
    assertEquals(before, Examples.bits(model.parameters()));
    assertArrayEquals(new long[] {20}, stored(state));
  }

  private static Sequential zeroed() {
    return Sequential.of(
        SparseLinear.of(
            CsrMatrix.copyOf(
                2, 3, new int[] {0, 2, 4}, new int[] {0, 2, 0, 1}, new float[] {3, 0, -0f, -2})));
  }

  /** Both zeros go, the negative one too; what was not stored does not come. */
  @Test
  void locksThePatternOfNonZeros() {
    Sequential model = zeroed();
    Sparsifier lock = Sparsifier.builder().keepNonZeros().seed(1).build();
    lock.start(model, 100, 2);
    SparseParameter weight = model.sparseParameters().getFirst();
    assertEquals(Mask.of(2, 3, (i, j) -> i == j), weight.pattern().mask());
    assertArrayEquals(new float[] {3, -2}, weight.values().array());
    lock.start(model, 100, 2);
    assertArrayEquals(new float[] {3, -2}, weight.values().array());
    assertEquals("given non-zeros; static; seed 1", lock.toString());
    Sequential left = zeroed();
    Sparsifier.builder().keepNonZeros().leaveOut("0.weight").seed(1).build().start(left, 100, 2);
    assertEquals(4, left.sparseParameters().getFirst().size());
  }

  @Test
  void storesAllPositionsForDenseFineTuning() {
    Sequential model = zeroed();
    Sparsifier dense = Sparsifier.builder().densify().seed(1).build();
    SparsifierState state = dense.start(model, 100, 2);
    assertArrayEquals(new long[] {6}, stored(state));
    assertArrayEquals(
        new float[] {3, 0, 0, -0f, -2, 0}, model.sparseParameters().getFirst().values().array());
    assertEquals("given masks made dense; static; seed 1", dense.toString());
  }

  @Test
  void lockingAndDensifyingNeedWeights() {
    assertMessage(
        IllegalArgumentException.class,
        "Sparsifier: 0.weight holds no weights; given non-zeros needs a model that was trained or"
            + " loaded",
        () -> Sparsifier.builder().keepNonZeros().seed(1).build().start(leNet(), 100, 2));
    assertMessage(
        IllegalArgumentException.class,
        "Sparsifier: 0.weight holds no weights; given masks made dense needs a model that was"
            + " trained or loaded",
        () -> Sparsifier.builder().densify().seed(1).build().start(leNet(), 100, 2));
  }

  /** One linear layer, whose dense gradient is known: dY X^T. */
  private static final class OneLayer {
    final Sequential model =
        Sequential.of(
            SparseLinear.of(
                CsrMatrix.copyOf(
                    1, 8, new int[] {0, 4}, new int[] {0, 2, 4, 6}, new float[] {3, -1, 2, -.5f})));
    final SparseParameter weight = model.sparseParameters().get(0);
    final OptimizerState optimizer = Sgd.rate(.125).momentum(.5).start(model.parameters());
    final SparsifierState state;
    final Workspace workspace = Workspace.create();
    final Tape tape = Tape.of(Kernels.best(), workspace);

    OneLayer(UpdateRule rule) {
      state =
          Sparsifier.builder()
              .keepPatterns()
              .updates(Every.steps(2))
              .rule(rule)
              .seed(1)
              .build()
              .start(model, 10, 2);
    }

    /** The loss is the output, so the gradient is the input. */
    void backward(float... input) {
      tape.startTraining(0);
      DenseMatrix x = DenseMatrix.copyOf(8, 1, input);
      Variable loss = tape.sum(model.forward(tape, tape.input(x)));
      tape.backward(loss);
    }
  }

  /**
   * Worked out by hand. Weights 3, -1, 2, -.5 at columns 0, 2, 4, 6 with velocity 0, 5, 0, 7. Half
   * of the weights go: columns 2 and 6. Of columns 1, 2, 3, 5, 6, 7 the largest dense gradients are
   * those of 2 (-.9) and 3 (.4, which ties with 7): column 2 stays with its value and its velocity,
   * column 3 starts with nothing.
   */
  @Test
  void rigLOnOneRowOfEightByHand() {
    OneLayer layer = new OneLayer(RigL.dropFraction(Constant.of(.5)));
    layer.optimizer.slots(layer.weight).array("velocity")[1] = 5;
    layer.optimizer.slots(layer.weight).array("velocity")[3] = 7;
    layer.backward(9, .1f, -.9f, .4f, 9, .3f, .2f, -.4f);
    assertTrue(layer.state.isDue(UpdateRule.Timing.INSTEAD_OF_STEP, 0));
    MaskUpdate update = layer.state.update(layer.optimizer, layer.workspace);
    assertEquals(new MaskUpdate.Layer("0.weight", 3, 1, 1, 8), update.layers().get(0));
    assertEquals(
        CsrPattern.copyOf(1, 8, new int[] {0, 4}, new int[] {0, 2, 3, 4}), layer.weight.pattern());
    assertArrayEquals(new float[] {3, -1, 0, 2}, layer.weight.values().array());
    assertArrayEquals(
        new float[] {0, 5, 0, 0}, layer.optimizer.slots(layer.weight).array("velocity"));
    assertEquals(0, layer.optimizer.steps());
    assertFalse(layer.weight.hasGradient());
    assertFalse(layer.state.isDue(UpdateRule.Timing.INSTEAD_OF_STEP, 1));
    assertTrue(layer.state.isDue(UpdateRule.Timing.INSTEAD_OF_STEP, 2));
    assertEquals(5, layer.state.layers().get(0).everStored());
  }

  @Test
  void whatIsNotStoredContributesNothing() {
    OneLayer layer = new OneLayer(StaticMask.instance());
    layer.tape.startEvaluation();
    DenseMatrix x = DenseMatrix.copyOf(8, 1, new float[] {1, 1e9f, 1, 1e9f, 1, 1e9f, 1, 1e9f});
    assertEquals(3.5f, layer.model.forward(layer.tape, layer.tape.input(x)).value().get(0, 0));
  }

  @Test
  void nothingIsChangedIfARuleCannotDecide() {
    Sequential model = leNet();
    SparsifierState state =
        uniform(.9).rule(RigL.dropFraction(Cosine.from(.3))).build().start(model, 100, 2);
    String before = Examples.bits(model.parameters());
    OptimizerState optimizer = Sgd.rate(.1).start(model.parameters());
    Throwable thrown =
        assertThrows(
            IllegalStateException.class, () -> state.update(optimizer, Workspace.create()));
    assertTrue(thrown.getMessage().startsWith("gradientRows: "), thrown.getMessage());
    assertEquals(before, Examples.bits(model.parameters()));
    assertEquals(0, state.updates());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SET", "RigL"})
  void hundredUpdatesKeepTheInvariants(String name) {
    Sequential model = Examples.model();
    UpdateRule rule =
        name.equals("SET") ? Set.dropFraction(Constant.of(.3)) : RigL.dropFraction(Constant.of(.3));
    SparsifierState state =
        uniform(.8).rule(rule).updates(Every.steps(1)).build().start(model, 1000, 2);
    OptimizerState optimizer = Sgd.rate(.01).momentum(.9).start(model.parameters());
    Workspace workspace = Workspace.create();
    Tape tape = Tape.of(Kernels.best(), workspace);
    long[] stored = stored(state);
    long[] ever = stored.clone();
    for (int update = 0; update < 100; update++) {
      tape.startTraining(update);
      DenseMatrix x = DenseMatrix.zeros(Examples.FEATURES, 5);
      for (int f = 0; f < Examples.FEATURES; f++) {
        for (int s = 0; s < 5; s++) {
          x.set(f, s, (float) Streams.normal(update, f * 5L + s));
        }
      }
      Variable output = model.forward(tape, tape.input(x));
      tape.backward(tape.crossEntropy(output, new int[] {0, 1, 2, 3, update % 4}, 0));
      if (rule.timing() == UpdateRule.Timing.AFTER_STEP) {
        optimizer.step(Kernels.best(), workspace);
      }
      List<CsrPattern> before = patterns(model);
      MaskUpdate done = state.update(optimizer, workspace);
      assertEquals(update + 1, done.number());
      assertArrayEquals(stored, stored(state));
      for (int l = 0; l < 3; l++) {
        SparseParameter weight = model.sparseParameters().get(l);
        Remap remap = Remap.between(before.get(l), weight.pattern());
        assertEquals(remap.grown(), done.layers().get(l).grown());
        float[] velocity = optimizer.slots(weight).array("velocity");
        for (int p = 0; p < weight.size(); p++) {
          if (remap.source(p) < 0) {
            assertEquals(0, weight.values().get(p));
            assertEquals(0, velocity[p]);
          }
        }
        LayerStatus status = state.layers().get(l);
        assertTrue(status.everStored() >= ever[l]);
        assertTrue(status.coverage() >= status.density() && status.coverage() <= 1);
        ever[l] = status.everStored();
      }
    }
    assertTrue(ever[0] > 2 * stored[0], "coverage " + ever[0]);
  }

  private static List<CsrPattern> patterns(Sequential model) {
    return model.sparseParameters().stream().map(SparseParameter::pattern).toList();
  }

  @Test
  void rulesMayDifferButNotTheirTime() {
    UpdateRule rigL = RigL.dropFraction(Cosine.from(.3));
    Sparsifier mixed = uniform(.9).rule(rigL).rule("4.weight", StaticMask.instance()).build();
    assertEquals(UpdateRule.Timing.INSTEAD_OF_STEP, mixed.timing());
    assertEquals(
        UpdateRule.Timing.INSTEAD_OF_STEP, uniform(.9).rule("0.weight", rigL).build().timing());
    assertMessage(
        IllegalStateException.class,
        "Sparsifier: the rules of all layers must act at the same time; some act INSTEAD_OF_STEP,"
            + " SET, Cosine[first=0.3] acts AFTER_STEP",
        uniform(.9).rule("0.weight", rigL).rule(Set.dropFraction(Cosine.from(.3)))::build);
  }

  @Test
  void everyUpdateOfEveryLayerHasASeedOfItsOwn() {
    List<Long> seeds = new ArrayList<>();
    UpdateRule spy =
        new LayerRule() {
          @Override
          public Timing timing() {
            return Timing.AFTER_STEP;
          }

          @Override
          public Remap update(LayerView layer, UpdatePoint point) {
            seeds.add(layer.seed());
            return Remap.between(layer.pattern(), layer.pattern());
          }
        };
    Sequential model = leNet();
    SparsifierState state = uniform(.9).rule(spy).build().start(model, 100, 2);
    OptimizerState optimizer = Sgd.rate(.1).start(model.parameters());
    state.update(optimizer, Workspace.create());
    state.update(optimizer, Workspace.create());
    assertEquals(6, seeds.stream().distinct().count());
  }

  /** Ten steps, updates at 2, 4 and 6: batch number 6 is the first that none can follow. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, Integer.MAX_VALUE})
  void rulesObserveUntilTheLastUpdateThatMayFollow(int lookback) {
    List<Long> seen = new ArrayList<>();
    UpdateRule spy =
        new LayerRule() {
          @Override
          public Timing timing() {
            return Timing.AFTER_STEP;
          }

          @Override
          public int lookback() {
            return lookback;
          }

          @Override
          public void observe(NetworkView network, UpdatePoint point) {
            seen.add(point.step());
          }

          @Override
          public Remap update(LayerView layer, UpdatePoint point) {
            return Remap.between(layer.pattern(), layer.pattern());
          }
        };
    Sequential model = leNet();
    SparsifierState state =
        uniform(.9)
            .rule(spy)
            .updates(Every.steps(2).from(2).untilStep(6))
            .build()
            .start(model, 10, 2);
    OptimizerState optimizer = Sgd.rate(.1).start(model.parameters());
    Workspace workspace = Workspace.create();
    for (int step = 0; step < 10; step++) {
      state.observe(optimizer, workspace);
      optimizer.step(Kernels.scalar(), workspace);
      if (state.isDue(UpdateRule.Timing.AFTER_STEP, optimizer.steps())) {
        state.update(optimizer, workspace);
      }
    }
    assertEquals(3, state.updates());
    assertEquals(
        switch (lookback) {
          case 0 -> List.<Long>of();
          case 1 -> List.of(1L, 3L, 5L);
          default -> List.of(0L, 1L, 2L, 3L, 4L, 5L);
        },
        seen);
  }

  @Test
  void firstMasksThatLookAtDataLeaveRunningNumbersAlone() {
    Sequential model =
        Sequential.of(
            SparseLinear.of(Examples.FEATURES, 20),
            BatchNorm.of(20),
            ActivationLayer.relu(),
            SparseLinear.of(20, Examples.CLASSES));
    ProbeData data =
        new ProbeData(
            Examples.samples(200, 1),
            16,
            3,
            Loss.crossEntropy(),
            Kernels.best(),
            Workspace.create());
    SparsifierState state =
        uniform(.8).firstMasks(Snip.batches(2)).build().start(model, 100, 2, data);
    assertEquals(112, stored(state)[0] + stored(state)[1]);
    for (Parameter parameter : model.parameters()) {
      assertFalse(parameter.hasGradient());
      if (parameter instanceof DenseParameter dense && dense.name().contains("running")) {
        float start = dense.name().contains("var") ? 1 : 0;
        for (float number : dense.value().toArray()) {
          assertEquals(start, number, dense.name());
        }
      }
    }
  }

  @Test
  void describesItself() {
    assertEquals(
        "Erdos-Renyi-Kernel 0.9; RigL, Cosine[first=0.3], every 100 steps from 0 until 0.75 of the"
            + " training; seed 42",
        Sparsifier.builder()
            .distribution(ErdosRenyiKernel.sparsity(.9))
            .rule(RigL.dropFraction(Cosine.from(.3)))
            .seed(42)
            .build()
            .toString());
    assertEquals("given masks; static; seed 0", Sparsifier.none().toString());
  }

  @Test
  void rejectsWhatIsIncomplete() {
    assertMessage(
        IllegalStateException.class,
        "Sparsifier: distribution is missing; give one, or keepPatterns() to start from the"
            + " positions that the layers have",
        Sparsifier.builder().seed(1)::build);
    assertMessage(
        IllegalStateException.class,
        "Sparsifier: seed is missing",
        Sparsifier.builder().distribution(Uniform.sparsity(.9))::build);
    assertMessage(
        IllegalArgumentException.class,
        "Sparsifier: sparsity (90.0) of 0.weight must be between 0 and 1",
        () -> uniform(.9).sparsity("0.weight", 90));
  }

  @Test
  void rejectsLayersThatDoNotExist() {
    assertMessage(
        IllegalArgumentException.class,
        "Sparsifier: the model has no sparse layer fc1; it has [0.weight, 2.weight, 4.weight]",
        () -> uniform(.9).leaveOut("fc1").build().start(leNet(), 100, 2));
  }

  @Test
  void refusesToDiscardWeights() {
    Sequential model = leNet();
    model.initialise(1);
    assertMessage(
        IllegalArgumentException.class,
        "Sparsifier: 0.weight holds weights, which drawing a mask would discard; use"
            + " keepPatterns() or a model that was neither initialised nor loaded",
        () -> uniform(.9).build().start(model, 100, 2));
    Sequential mixed = leNet();
    mixed.sparseParameters().get(0).initialise(1);
    assertMessage(
        IllegalArgumentException.class,
        "Sparsifier: 0.weight holds weights, 4.weight does not; initialise or load the whole"
            + " model, or none of it",
        () -> Sparsifier.none().start(mixed, 100, 2));
  }

  @Test
  void rejectsADistributionOfAnotherLength() {
    SparsityDistribution broken =
        new SparsityDistribution() {
          @Override
          public double[] densities(List<LayerShape> layers) {
            return new double[] {.5};
          }

          @Override
          public double sparsity() {
            return .5;
          }

          @Override
          public String toString() {
            return "broken";
          }
        };
    assertMessage(
        IllegalArgumentException.class,
        "Sparsifier: broken returned 1 densities for 3 layers",
        () -> Sparsifier.builder().distribution(broken).seed(1).build().start(leNet(), 100, 2));
  }

  private static void assertMessage(
      Class<? extends Throwable> type, String message, Executable executable) {
    assertEquals(message, assertThrows(type, executable).getMessage());
  }
}
