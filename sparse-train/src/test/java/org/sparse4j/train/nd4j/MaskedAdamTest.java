package org.sparse4j.train.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparse4j.train.nd4j.Nd4jExamples.CLASSES;
import static org.sparse4j.train.nd4j.Nd4jExamples.FEATURES;
import static org.sparse4j.train.nd4j.Nd4jExamples.data;
import static org.sparse4j.train.nd4j.Nd4jExamples.normal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.sparse4j.mask.Mask;

class MaskedAdamTest {
  private static final int HIDDEN = 24;

  @TempDir Path folder;

  /** Start 0.5, rate 0.01; values after every update, as worked out in float64. */
  static Stream<Arguments> sequences() {
    MaskedAdam adamS = MaskedAdam.adamS(.01, .01, 10);
    MaskedAdam ast = MaskedAdam.afterMomentum(.01, .1, 0);
    MaskedAdam ste = MaskedAdam.throughGradient(.01, .1);
    return Stream.of(
        Arguments.of(
            adamS, false, 0f, new float[] {.5f, .425587f, .368445f, .321841f, .281991f, .246774f}),
        Arguments.of(adamS, false, .02f, new float[] {.4f, .332199f, .281467f, .240793f, .206748f}),
        Arguments.of(adamS, true, .02f, new float[] {.4f, .334144f, .284061f, .243064f, .207967f}),
        Arguments.of(ast, false, .02f, new float[] {.4f, .3520467f, .3192609f, .2936703f}),
        Arguments.of(ast, true, .02f, new float[] {.4000005f, .3341436f, .2840611f, .2430642f}),
        Arguments.of(ste, false, .02f, new float[] {.49f, .480004f, .4700148f, .4600351f}));
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void takesTheStepsOfTheMethods(MaskedAdam config, boolean kept, float gradient, float[] values) {
    float other = kept ? 0 : 2;
    INDArray weights = Nd4j.createFromArray(.5f, other, other, 0f).reshape(4, 1);
    INDArray state = Nd4j.zeros(DataType.FLOAT, 1, 12);
    MaskedAdamUpdater updater = (MaskedAdamUpdater) config.instantiate(state, true);
    updater.bind(weights, new MaskedAdamUpdater.Part(0, 4, 1));
    for (int t = 0; t < values.length; t++) {
      INDArray step = Nd4j.createFromArray(gradient, 0f, 0f, 0f).reshape(4, 1);
      updater.applyUpdater(step, t, 0);
      weights.putScalar(0, 0, weights.getFloat(0, 0) - step.getFloat(0, 0));
      assertEquals(values[t], weights.getFloat(0, 0), 1e-6f, config + " after update " + t);
    }
    updater.prune();
    assertEquals(kept ? values[values.length - 1] : 0, weights.getFloat(0, 0), 1e-6f);
  }

  /** Groups lie along the inputs, ties go to the lower one. */
  @Test
  void masksKeepTheLargestOfEveryGroup() {
    float[] columns = {1, -2, 3, -4, 9, -7, 5, 3, .5f, -.4f, .3f, -.2f, 1, 1, -1, 1};
    INDArray weights = Nd4j.createFromArray(columns).reshape('f', 8, 2);
    MaskedAdamUpdater updater =
        (MaskedAdamUpdater)
            MaskedAdam.adamS(0, 1, 10).instantiate(Nd4j.zeros(DataType.FLOAT, 1, 48), true);
    updater.bind(weights, new MaskedAdamUpdater.Part(0, 8, 2));
    updater.applyUpdater(Nd4j.zeros(DataType.FLOAT, 8, 2), 0, 0);
    assertArrayEquals(
        new float[] {0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0},
        updater.getState().get("MASK").dup('f').data().asFloat());
  }

  private static SameDiff graph(MaskedAdam updater) {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, FEATURES);
    SDVariable labels = graph.placeHolder("labels", DataType.FLOAT, -1, CLASSES);
    SDVariable first = graph.var("first", normal(2, .4, FEATURES, HIDDEN));
    SDVariable bias = graph.var("bias", Nd4j.zeros(DataType.FLOAT, HIDDEN));
    SDVariable last = graph.var("last", normal(3, .3, HIDDEN, CLASSES));
    SDVariable hidden = graph.nn().relu(x.mmul(first).add(bias), 0);
    graph.loss().softmaxCrossEntropy("loss", labels, hidden.mmul("logits", last), null);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        TrainingConfig.builder()
            .updater(updater)
            .dataSetFeatureMapping("x")
            .dataSetLabelMapping("labels")
            .build());
    return graph;
  }

  private static double loss(SameDiff graph) {
    DataSet data = data();
    return graph
        .output(Map.of("x", data.getFeatures(), "labels", data.getLabels()), "loss")
        .get("loss")
        .getDouble(0);
  }

  private static void train(SameDiff graph, int steps) {
    DataSet data = data();
    for (int step = 0; step < steps; step++) {
      graph.fit(data, MaskedAdam.binder("first"));
    }
  }

  /** CAST: dense to the end, and yet pruning 2:4 changes the loss by next to nothing. */
  @Test
  void adamSMakesPruningFreeInSameDiff() {
    SameDiff graph = graph(MaskedAdam.adamS(.01, .01, 100));
    double before = loss(graph);
    train(graph, 100);
    double trained = loss(graph);
    assertTrue(trained < .5 * before, trained + " of " + before);
    ((MaskedAdamUpdater) graph.getUpdaterMap().get("first")).prune();
    assertEquals(trained, loss(graph), .1);
    assertEquals(FEATURES * HIDDEN / 2, nonZero(graph.getVariable("first").getArr()));
  }

  @Test
  void resumesFromSameDiffsFiles() {
    SameDiff whole = graph(MaskedAdam.adamS(.01, .01, 40));
    train(whole, 30);
    SameDiff first = graph(MaskedAdam.adamS(.01, .01, 40));
    train(first, 13);
    File file = folder.resolve("graph.fb").toFile();
    first.save(file, true);
    SameDiff second = SameDiff.load(file, true);
    assertEquals(MaskedAdam.adamS(.01, .01, 40), second.getTrainingConfig().getUpdater());
    train(second, 17);
    assertEquals(whole.getVariable("first").getArr(), second.getVariable("first").getArr());
  }

  private static long nonZero(INDArray array) {
    long count = 0;
    for (float number : array.dup().data().asFloat()) {
      count += number == 0 ? 0 : 1;
    }
    return count;
  }

  private static MultiLayerNetwork network(MaskedAdam updater) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(updater)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(FEATURES)
                        .nOut(HIDDEN)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(HIDDEN)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }

  /** All layers share one updater: weights of the first layer, its biases, and so on. */
  private static MaskedAdamUpdater bind(MultiLayerNetwork network) {
    UpdaterBlock block =
        ((BaseMultiLayerUpdater<?>) network.getUpdater()).getUpdaterBlocks().getFirst();
    MaskedAdamUpdater updater = (MaskedAdamUpdater) block.getGradientUpdater();
    updater.bind(network.params(), new MaskedAdamUpdater.Part(0, FEATURES, HIDDEN));
    return updater;
  }

  private static void fit(MultiLayerNetwork network, int steps) {
    DataSet data = data();
    for (int step = 0; step < steps; step++) {
      network.fit(data);
    }
  }

  private static MultiLayerNetwork sparse() {
    MultiLayerNetwork network = network(MaskedAdam.fixedMask(.01).decay(1e-3));
    Mask mask = Mask.random(FEATURES, HIDDEN, 76, 5);
    INDArray weights = network.getParam("0_W");
    for (int i = 0; i < FEATURES; i++) {
      for (int j = 0; j < HIDDEN; j++) {
        weights.putScalar(i, j, mask.get(i, j) ? weights.getFloat(i, j) : 0);
      }
    }
    bind(network);
    return network;
  }

  @Test
  void fixedMasksHoldInDeepLearning4J() throws IOException {
    MultiLayerNetwork whole = sparse();
    double before = whole.score(data());
    fit(whole, 80);
    assertEquals(76, nonZero(whole.getParam("0_W")));
    assertTrue(whole.score(data()) < .6 * before, whole.score(data()) + " of " + before);
    MultiLayerNetwork first = sparse();
    fit(first, 33);
    File file = folder.resolve("network.zip").toFile();
    ModelSerializer.writeModel(first, file, true);
    MultiLayerNetwork second = ModelSerializer.restoreMultiLayerNetwork(file, true);
    bind(second);
    fit(second, 47);
    assertEquals(whole.params(), second.params());
  }

  @Test
  void adamSMakesPruningFreeInDeepLearning4J() {
    MultiLayerNetwork network = network(MaskedAdam.adamS(.01, .01, 100));
    MaskedAdamUpdater updater = bind(network);
    fit(network, 100);
    double trained = network.score(data());
    updater.prune();
    assertEquals(FEATURES * HIDDEN / 2, nonZero(network.getParam("0_W")));
    assertEquals(trained, network.score(data()), .1);
  }

  @Test
  void takesSchedules() {
    MaskedAdam updater = MaskedAdam.fixedMask(.5);
    MaskedAdam other = updater.clone();
    assertEquals(updater, other);
    assertEquals(.5, updater.getLearningRate(3, 0));
    updater.setLrAndSchedule(0, new MapSchedule(ScheduleType.ITERATION, Map.of(0, .1, 10, .01)));
    assertEquals(.01, updater.getLearningRate(12, 0));
    assertNotEquals(updater, other);
    assertEquals(updater, updater.decay(0));
  }

  @Test
  void rejectsWhatDoesNotFit() {
    MaskedAdam config = MaskedAdam.adamS(.01, .01, 10);
    GradientUpdater<?> unbound = config.instantiate(Nd4j.zeros(DataType.FLOAT, 1, 12), true);
    assertTrue(
        assertThrows(
                IllegalStateException.class,
                () -> unbound.applyUpdater(Nd4j.zeros(DataType.FLOAT, 1, 4), 0, 0))
            .getMessage()
            .startsWith("MaskedAdam: does not know its weights"));
    MaskedAdamUpdater updater = (MaskedAdamUpdater) unbound;
    assertMessage(
        "MaskedAdam: Part[offset=0, inputs=2, outputs=2] must lie within 4 parameters, its inputs"
            + " be a multiple of m (4)",
        () -> updater.bind(Nd4j.zeros(DataType.FLOAT, 2, 2), new MaskedAdamUpdater.Part(0, 2, 2)));
    updater.bind(Nd4j.zeros(DataType.FLOAT, 4, 1));
    assertMessage(
        "MaskedAdam: number of gradients (3) must be that of the weights (4)",
        () -> updater.applyUpdater(Nd4j.zeros(DataType.FLOAT, 1, 3), 0, 0));
    assertMessage(
        "MaskedAdam: n (5) must be between 1 and m (4), the interval (1) at least 1",
        () -> config.structure(5, 4, 1));
    assertMessage(
        "MaskedAdam: learning rate (-1.0), lambda (0.0) and steps (1) must not be negative",
        () -> MaskedAdam.fixedMask(-1));
    assertMessage(
        "MaskedAdam: betas (1.0, 0.9) must be in [0, 1), epsilon (1.0E-8) above 0",
        () -> config.numbers(1, .9, 1e-8));
    assertMessage("MaskedAdam: decay (-0.1) must not be negative", () -> config.decay(-.1));
    SameDiff graph = graph(config);
    assertMessage(
        "MaskedAdam: the graph has no variable missing",
        () -> graph.fit(data(), MaskedAdam.binder("missing")));
  }

  private static void assertMessage(String expected, Runnable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
