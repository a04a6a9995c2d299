package org.sparse4j.train.flops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.mask.Mask;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Convolution;
import org.sparse4j.train.layer.Gpt;
import org.sparse4j.train.layer.ImageShape;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.LinearFactory;
import org.sparse4j.train.layer.OperatorLinear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.Phases;
import org.sparse4j.train.schedule.Polynomial;

class NetworkFlopsTest {

  private static Sequential initialised(Sequential model) {
    model.initialise(1);
    return model;
  }

  private static NetworkFlops lenet() {
    return NetworkFlops.of(
        initialised(
            Sequential.of(
                SparseLinear.of(Mask.random(300, 784, 20_000, 5)),
                ActivationLayer.relu(),
                Linear.of(300, 100),
                ActivationLayer.relu(),
                Linear.of(100, 10))),
        784);
  }

  @Test
  void linearLayersTakeTwoOperationsAStoredWeight() {
    NetworkFlops flops = lenet();
    assertEquals(
        List.of(
            new LayerFlops("0.weight", 470_400, 40_000),
            new LayerFlops("2.weight", 60_000, 60_000),
            new LayerFlops("4.weight", 2_000, 2_000)),
        flops.layers());
    assertEquals(532_400, flops.dense());
    assertEquals(102_000, flops.forward());
    assertEquals(40_000 / 470_400.0, flops.layers().getFirst().density());
  }

  @Test
  void convolutionsTakeAProductAPosition() {
    Convolution first =
        Convolution.of(ImageShape.of(1, 9, 9), 6, 3)
            .padding(1)
            .stride(2)
            .weights((name, in, out, start) -> SparseLinear.of(Mask.random(out, in, 27, 5)))
            .build();
    Convolution grouped = Convolution.of(first.output(), 4, 3).groups(2).build();
    NetworkFlops flops =
        NetworkFlops.of(
            initialised(Sequential.of(first, ActivationLayer.relu(), grouped, Linear.of(36, 2))),
            81);
    assertEquals(new LayerFlops("0.weight", 2 * 54 * 25, 2 * 27 * 25), flops.layers().getFirst());
    // Two groups of 2 filters on 3 channels each, at 3 x 3 positions.
    assertEquals(2 * (2 * 2 * 27 * 9) + 2 * 72 + 2 * 54 * 25, flops.dense());
  }

  @Test
  void sequencesTakeAProductATokenAndAttention() {
    Gpt model =
        Gpt.builder()
            .vocabulary(11)
            .context(8)
            .width(12)
            .heads(3)
            .layers(2)
            .weights(LinearFactory.sparse())
            .build();
    model.initialise(1);
    NetworkFlops flops = NetworkFlops.of(model, 8);
    double weights = 2 * (4 * 12 * 12 + 2 * 12 * 48) + 12 * 11;
    double attention = 2 * 4.0 * 8 * 12 * 8;
    assertEquals(2 * weights * 8 + attention, flops.dense());
    assertEquals(
        attention,
        flops.layers().stream()
            .filter(layer -> layer.name().equals("attention"))
            .findFirst()
            .orElseThrow()
            .dense());
  }

  /** A low-rank map costs its two factors. */
  @Test
  void operatorsSayWhatTheyCost() {
    LowRankMatrix map = LowRankMatrix.random(40, 30, 5, 7);
    NetworkFlops flops = NetworkFlops.of(OperatorLinear.of(Kernels.best().operator(map)), 30);
    assertEquals(2 * 40 * 30, flops.dense());
    assertEquals(2 * 5 * 70, flops.forward());
  }

  @ParameterizedTest
  @CsvSource({
    "dense,    3000", // 3 f_D
    "static,   300", // 3 f_S
    "rigl,     308.910891", // (3 f_S 100 + 2 f_S + f_D) / 101
    "snfs,     1200", // 2 f_S + f_D
    "gradual,  1312.5", // 3 f_D (1 - .5625)
    "phases,   1650", // half of the steps sparse
    "rest,     306.683168" // RigL for three quarters
  })
  void methodsCostWhatTheirFormulasSay(String method, double expected) {
    Sequential model = initialised(Sequential.of(SparseLinear.of(Mask.random(25, 20, 50, 5))));
    NetworkFlops flops = NetworkFlops.of(model, 20); // f_D 1000, f_S 100
    MethodFlops cost =
        switch (method) {
          case "dense" -> MethodFlops.dense();
          case "static" -> MethodFlops.sparse();
          case "rigl" -> MethodFlops.rigL(100);
          case "snfs" -> MethodFlops.sparseWithDenseWeightGradient();
          case "gradual" -> MethodFlops.gradual(.5625);
          case "phases" -> MethodFlops.phases(.5);
          default -> MethodFlops.rigL(100).then(MethodFlops.sparse(), .75);
        };
    RunFlops run = flops.training(cost, 7);
    assertEquals(7 * expected, run.total(), 1e-5);
    assertEquals(21_000, run.dense());
    assertEquals(expected / 3000, run.ratio(), 1e-9);
  }

  /** Pruned from a quarter to three quarters of the training: 1 - .625 S and 1 - .5 S are left. */
  @ParameterizedTest
  @CsvSource({".8, 3, .5", ".8, 1, .4", ".5, 3, .3125"})
  void meanSparsityFollowsTheSchedule(double sparsity, double power, double expected) {
    Every updates = Every.steps(1).from(25_000).until(.75);
    Polynomial schedule = new Polynomial(0, sparsity, power, 0);
    assertEquals(expected, MethodFlops.meanSparsity(schedule, updates, 100_000), 2e-5);
  }

  @Test
  void meanSparsityOfPhasesIsTheirShare() {
    Phases phases = Phases.alternating(10, 5, 5, 40);
    double mean =
        MethodFlops.meanSparsity((step, begin, end) -> phases.isSparse(step) ? .9 : 0, phases, 100);
    assertEquals(.9 * (15 + 60) / 100, mean, 1e-12);
  }

  @Test
  void densitiesCanBeGiven() {
    NetworkFlops flops = lenet().withDensity("0.weight", .5).withDensity("4.weight", 0);
    assertEquals(235_200 + 60_000, flops.forward());
    assertEquals(532_400, flops.dense());
    assertTrue(flops.toString().startsWith("NetworkFlops 295200.0 of 532400.0"), flops.toString());
  }

  @Test
  void rejectsWhatDoesNotFit() {
    assertMessage(
        "NetworkFlops: the network has no product head; it has [0.weight, 2.weight, 4.weight]",
        () -> lenet().withDensity("head", .5));
    assertMessage(
        "NetworkFlops: density (1.5) of 0.weight must be between 0 and 1",
        () -> lenet().withDensity("0.weight", 1.5));
    assertMessage("MethodFlops: interval (0) must be at least 1 step", () -> MethodFlops.rigL(0));
    assertMessage(
        "MethodFlops: mean sparsity (-0.1) must be between 0 and 1",
        () -> MethodFlops.gradual(-.1));
    assertMessage(
        "MethodFlops: passes (1.0, 0.0, -2.0, 0.0) must not be negative",
        () -> new MethodFlops(1, 0, -2, 0));
    assertMessage(
        "MethodFlops: steps (0) must be at least 1",
        () -> MethodFlops.meanSparsity(Polynomial.cubicTo(.5), Every.steps(1), 0));
    Sequential model = Sequential.of(Linear.of(2, 2));
    assertThrows(IllegalStateException.class, () -> NetworkFlops.of(model, 2));
    model.initialise(1);
    assertMessage(
        "NetworkFlops: samples (-1.0) must be finite and not negative",
        () -> NetworkFlops.of(model, 2).training(MethodFlops.dense(), -1));
  }

  private static void assertMessage(String expected, Runnable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
