package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Gpt;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.MaskedLinear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.saliency.Scope;

class SparsitySweepTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);

  /** A sparse 2 x 4 matrix of 6 stored weights, and a dense 2 x 2 one. */
  private static Sequential small() {
    Sequential model =
        Sequential.of(
            SparseLinear.of(
                CsrMatrix.copyOf(
                    2,
                    4,
                    new int[] {0, 4, 6},
                    new int[] {0, 1, 2, 3, 0, 2},
                    new float[] {4, -3, 1, 2, -8, 7})),
            Linear.of(2, 2));
    model.initialise(1);
    float[] sparse = {4, -3, 1, 2, -8, 7};
    System.arraycopy(sparse, 0, model.sparseParameters().getFirst().values().array(), 0, 6);
    model.sparseParameters().getFirst().values().markChanged();
    ((DenseParameter) model.parameters().get(2))
        .load(DenseMatrix.copyOf(2, 2, new float[] {.1f, -.4f, .3f, .2f}));
    return model;
  }

  /** What a sweep saw: sparse weights, dense weights. */
  private static Function<Layer, Evaluation> seeing(List<float[]> seen) {
    return model -> {
      seen.add(model.sparseParameters().getFirst().values().array().clone());
      seen.add(((DenseParameter) model.parameters().get(2)).value().toArray());
      return new Evaluation(10, 5, 1);
    };
  }

  /** 12 positions; half of them are 6 weights of 10 stored ones. */
  @Test
  void dropsTheSmallestOfTheNetwork() {
    Sequential model = small();
    String before = Examples.bits(model.parameters());
    List<float[]> seen = new ArrayList<>();
    SparsitySweep.Curve curve =
        SparsitySweep.of(model).unstructured(new double[] {0, .5, .75, 1}, seeing(seen));
    assertEquals(before, Examples.bits(model.parameters()));
    float[] sparse = {4, -3, 1, 2, -8, 7};
    float[] dense = {.1f, -.4f, .3f, .2f};
    assertArrayEquals(sparse, seen.get(0)); // the whole model
    assertArrayEquals(sparse, seen.get(2)); // nothing is dropped that is stored
    assertArrayEquals(dense, seen.get(3));
    assertArrayEquals(sparse, seen.get(4)); // 6 of 12 are left
    assertArrayEquals(new float[4], seen.get(5));
    assertArrayEquals(new float[] {4, 0, 0, 0, -8, 7}, seen.get(6));
    assertArrayEquals(new float[6], seen.get(8));
    assertEquals(
        List.of(1 / 6., .5, .75, 1.),
        curve.points().stream().map(point -> Math.round(point.sparsity() * 6e9) / 6e9).toList());
    assertEquals("0.5", curve.points().get(1).rule());
  }

  @Test
  void dropsTheSameFractionOfEveryMatrix() {
    List<float[]> seen = new ArrayList<>();
    SparsitySweep.of(small()).within(Scope.layer()).unstructured(new double[] {.5}, seeing(seen));
    assertArrayEquals(new float[] {4, -3, 0, 0, -8, 7}, seen.get(2));
    assertArrayEquals(new float[] {0, -.4f, .3f, 0}, seen.get(3));
  }

  @Test
  void keepsWhatAStructureAllows() {
    List<float[]> seen = new ArrayList<>();
    SparsitySweep.Curve curve =
        SparsitySweep.of(small())
            .structured(List.of(new NmStructure(2, 4), new NmStructure(1, 2)), seeing(seen));
    assertArrayEquals(new float[] {4, -3, 0, 0, -8, 7}, seen.get(2));
    assertArrayEquals(new float[] {.1f, -.4f, .3f, .2f}, seen.get(3)); // two columns
    assertArrayEquals(new float[] {4, 0, 0, 2, -8, 7}, seen.get(4));
    assertArrayEquals(new float[] {0, -.4f, .3f, 0}, seen.get(5));
    assertEquals(1 - 8 / 12., curve.points().get(0).sparsity(), 1e-12);
    assertEquals("2:4", curve.points().get(0).rule());
  }

  private static SparsitySweep.Point point(double sparsity, int correct, double loss) {
    return new SparsitySweep.Point("", sparsity, new Evaluation(1000, correct, loss));
  }

  @Test
  void kneeIsTheLargestSparsityThatIsGoodEnough() {
    SparsitySweep.Curve curve =
        new SparsitySweep.Curve(
            new Evaluation(1000, 900, 1),
            List.of(
                point(.1, 900, 1),
                point(.2, 880, 1.005),
                point(.3, 891, 1.011),
                point(.4, 890, 1.0099)));
    assertEquals(.3, curve.knee(.01)); // 0.99 * 900 = 891
    assertEquals(.1, curve.knee(0));
    assertEquals(.4, curve.kneeOfLoss(.01));
    assertEquals(0, new SparsitySweep.Curve(curve.whole(), List.of()).knee(.01));
    assertMessage("SparsitySweep: loss (1.0) must be in [0, 1)", () -> curve.knee(1));
  }

  /** Any trained network: flat at first, chance in the end. */
  @Test
  void trainedNetworksHaveAKnee() {
    Sequential model =
        Sequential.of(
            Linear.of(Examples.FEATURES, 40),
            ActivationLayer.relu(),
            Linear.of(40, Examples.CLASSES));
    Training training =
        Trainer.of(model)
            .optimizer(Sgd.rate(.05).momentum(.9))
            .batchSize(16)
            .epochs(6)
            .seed(3)
            .prepare(TRAIN);
    training.run();
    SparsitySweep.Curve curve =
        SparsitySweep.of(model).unstructured(.05, m -> training.evaluate(TEST));
    assertEquals(20, curve.points().size());
    assertEquals(.15, curve.points().get(3).sparsity(), 1e-3);
    assertEquals(curve.whole(), curve.points().getFirst().evaluation());
    double knee = curve.knee(.01);
    assertTrue(knee >= .5 && knee < .95, "knee " + knee);
    assertTrue(curve.points().getLast().evaluation().accuracy() < .9 * curve.whole().accuracy());
    assertEquals(curve.whole(), Evaluation.of(model, TEST, Kernels.best(), Workspace.create()));
  }

  @Test
  void leavesEmbeddingsAndNamedMatricesOut() {
    Gpt gpt = Gpt.builder().vocabulary(10).context(6).width(8).heads(2).layers(1).build();
    gpt.initialise(1);
    List<String> kept = new ArrayList<>();
    SparsitySweep.of(gpt)
        .leaveOut("blocks.0.feed_forward.up.weight")
        .unstructured(
            new double[] {1},
            model -> {
              kept.clear();
              for (var parameter : model.parameters()) {
                if (parameter.decays()
                    && parameter instanceof DenseParameter dense
                    && dense.value().get(0, 0) != 0) {
                  kept.add(dense.name());
                }
              }
              return new Evaluation(1, 1, 1);
            });
    assertEquals(
        List.of("tokens.weight", "positions.weight", "blocks.0.feed_forward.up.weight"), kept);
  }

  /** Layers that keep pruned copies of their weights notice that those changed. */
  @Test
  void sweepsWeightsThatProductsSeePruned() {
    Sequential model =
        Sequential.of(
            MaskedLinear.of(
                Examples.FEATURES, Examples.CLASSES, ForwardRule.prune(new NmStructure(2, 4))));
    model.initialise(1);
    Workspace workspace = Workspace.create();
    SparsitySweep.Curve curve =
        SparsitySweep.of(model)
            .unstructured(
                new double[] {0, 1, 0}, m -> Evaluation.of(m, TEST, Kernels.best(), workspace));
    assertEquals(curve.whole(), curve.points().get(0).evaluation());
    assertEquals(Math.log(4), curve.points().get(1).evaluation().loss(), 1e-6);
    assertEquals(curve.whole(), curve.points().get(2).evaluation());
  }

  /** Numbers of sums of inputs stand for several weights each: they are no matrix to prune. */
  @Test
  void numbersOfSumsOfInputsAreLeftAlone() {
    ForwardRule rule = ForwardRule.prune(new NmStructure(2, 4)).blockSums(6);
    Sequential model = Sequential.of(MaskedLinear.of(Examples.FEATURES, Examples.CLASSES, rule));
    model.initialise(1);
    DenseParameter blocks =
        model.parameters().stream()
            .filter(parameter -> parameter.name().endsWith("blocks"))
            .map(DenseParameter.class::cast)
            .findFirst()
            .orElseThrow();
    blocks.value().fill(.001f);
    blocks.markChanged();
    float[] before = blocks.value().toArray();
    SparsitySweep.of(model)
        .unstructured(
            new double[] {.5, 1},
            m -> {
              assertArrayEquals(before, blocks.value().toArray());
              return new Evaluation(10, 5, 1);
            });
    assertTrue(blocks.decays());
  }

  @Test
  void restoresTheModelIfAnEvaluationFails() {
    Sequential model = small();
    String before = Examples.bits(model.parameters());
    int[] calls = new int[1];
    assertMessage(
        "second",
        () ->
            SparsitySweep.of(model)
                .unstructured(
                    .5,
                    m -> {
                      if (calls[0]++ == 2) {
                        throw new IllegalArgumentException("second");
                      }
                      return new Evaluation(1, 1, 1);
                    }));
    assertEquals(before, Examples.bits(model.parameters()));
  }

  @Test
  void rejectsWhatCannotBeSwept() {
    SparsitySweep sweep = SparsitySweep.of(small());
    assertMessage(
        "SparsitySweep: step (0.0) must be above 0 and below 1",
        () -> sweep.unstructured(0, m -> new Evaluation(1, 1, 1)));
    assertMessage(
        "LayerShape: sparsity (1.5) of 0.weight must be between 0 and 1",
        () -> sweep.unstructured(new double[] {1.5}, m -> new Evaluation(1, 1, 1)));
    assertMessage(
        "SparsitySweep: the model has no [fc1]; it has [0.weight, 0.bias, 1.weight, 1.bias]",
        () -> sweep.leaveOut("fc1").unstructured(.5, m -> new Evaluation(1, 1, 1)));
    assertMessage(
        "SparsitySweep: the model has no weight matrix to sweep; it has [0.weight, 0.bias,"
            + " 1.weight, 1.bias]",
        () ->
            sweep.leaveOut("0.weight", "1.weight").unstructured(.5, m -> new Evaluation(1, 1, 1)));
    assertEquals(
        "sparsity sweep, in each layer, without [0.weight]",
        sweep.within(Scope.layer()).leaveOut("0.weight").toString());
  }

  private static void assertMessage(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
