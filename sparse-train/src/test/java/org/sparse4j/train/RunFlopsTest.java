package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.flops.MethodFlops;
import org.sparse4j.train.flops.NetworkFlops;
import org.sparse4j.train.flops.RunFlops;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.forward.StructureSchedule;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.MaskedLinear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.Constant;
import org.sparse4j.train.schedule.CosineBetween;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.Phases;
import org.sparse4j.train.schedule.Polynomial;
import org.sparse4j.train.update.AcDc;
import org.sparse4j.train.update.GradualMagnitude;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.Set;
import org.sparse4j.train.update.SparseMomentum;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdateRule;

/** What a training counts is what the formula of its method says. */
class RunFlopsTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final int BATCHES = 60;

  private static RunFlops counted(Sequential model, Sparsifier.Builder sparsifier) {
    return Examples.trainer(model, StaticMask.instance())
        .sparsifier(sparsifier.seed(5).build())
        .epochs(5)
        .fit(TRAIN)
        .flops();
  }

  private static Sparsifier.Builder changing(UpdateRule rule) {
    return Sparsifier.builder()
        .distribution(ErdosRenyiKernel.sparsity(.8))
        .rule(rule)
        .updates(Every.steps(4).until(1));
  }

  private static void assertClose(RunFlops expected, RunFlops actual) {
    assertEquals(expected.forward(), actual.forward(), 1e-9 * expected.forward());
    assertEquals(expected.backward(), actual.backward(), 1e-9 * expected.backward());
    assertEquals(expected.dense(), actual.dense(), 1e-9 * expected.dense());
  }

  @ParameterizedTest
  @ValueSource(strings = {"static", "SET", "RigL"})
  void methodsOfConstantDensity(String name) {
    UpdateRule rule =
        switch (name) {
          case "static" -> StaticMask.instance();
          case "SET" -> Set.dropFraction(new Constant(.3));
          default -> RigL.dropFraction(new Constant(.3));
        };
    Sequential model = Examples.model();
    RunFlops counted = counted(model, changing(rule));
    MethodFlops method = name.equals("RigL") ? MethodFlops.rigL(4) : MethodFlops.sparse();
    NetworkFlops network = NetworkFlops.of(model, Examples.FEATURES);
    assertClose(network.training(method, 16.0 * BATCHES), counted);
    assertTrue(counted.ratio() < .4, "ratio " + counted.ratio());
  }

  /** No update, so that density stays where it is, but the dense gradient of every batch. */
  @Test
  void sparseMomentumLooksAtEveryDenseGradient() {
    UpdateRule rule = SparseMomentum.sgd(new CosineBetween(.5, .005), .9);
    Sequential model = Examples.model();
    RunFlops counted =
        counted(
            model,
            changing(rule).updates(Every.steps(1000).from(BATCHES + 1).untilStep(BATCHES + 1)));
    NetworkFlops network = NetworkFlops.of(model, Examples.FEATURES);
    assertClose(
        network.training(MethodFlops.sparseWithDenseWeightGradient(), 16.0 * BATCHES), counted);
  }

  @Test
  void gradualPruningCostsItsMeanDensity() {
    Every updates = Every.steps(1).from(15).until(.75);
    Polynomial schedule = Polynomial.cubicTo(.8);
    Sparsifier.Builder sparsifier =
        Sparsifier.builder()
            .distribution(Uniform.sparsity(0))
            .rule(GradualMagnitude.schedule(schedule))
            .updates(updates);
    Sequential model = Examples.model();
    RunFlops counted = counted(model, sparsifier);
    double mean = MethodFlops.meanSparsity(schedule, updates, BATCHES);
    RunFlops expected =
        NetworkFlops.of(model, Examples.FEATURES)
            .training(MethodFlops.gradual(mean), 16.0 * BATCHES);
    // Whole weights, so a little less is dropped than the schedule says.
    assertEquals(expected.total(), counted.total(), .01 * expected.total());
    assertEquals(expected.dense(), counted.dense());
  }

  @Test
  void alternatingTrainingCostsItsPhases() {
    Phases phases = Phases.alternating(10, 5, 5, 45);
    Sparsifier.Builder sparsifier =
        Sparsifier.builder()
            .distribution(Uniform.sparsity(0))
            .rule(AcDc.of(phases, .75).within(Scope.layer()))
            .updates(phases);
    Sequential model = Examples.model();
    RunFlops counted = counted(model, sparsifier);
    NetworkFlops network = NetworkFlops.of(model, Examples.FEATURES);
    // Sparse from 10, 20, 30 and 40 for 5 steps each, and from 45 to the end.
    assertClose(network.training(MethodFlops.phases(35.0 / 60), 16.0 * BATCHES), counted);
  }

  /** Straight-through gradients are dense, sampled ones are not, and a dense rule is dense. */
  @ParameterizedTest
  @CsvSource({"STE, .6667", "MVUE, .5", "CAST, 1", "dense half, .8333", "MVUE half, .75"})
  void maskedWeightsCostWhatProductsSee(String name, double ratio) {
    NmStructure half = new NmStructure(2, 4);
    ForwardRule rule =
        switch (name) {
          case "STE" -> ForwardRule.prune(half);
          case "MVUE" ->
              ForwardRule.prune(half).sampleGradient(GroupSampling.minimumVariance(2, 4));
          case "CAST" -> ForwardRule.dense(half);
          case "MVUE half" ->
              ForwardRule.prune(StructureSchedule.between(half, 0, .5))
                  .sampleGradient(GroupSampling.minimumVariance(2, 4));
          default -> ForwardRule.prune(StructureSchedule.between(half, 0, .5));
        };
    Sequential model =
        Sequential.of(
            MaskedLinear.of(Examples.FEATURES, 16, rule),
            ActivationLayer.relu(),
            MaskedLinear.of(16, Examples.CLASSES, rule));
    RunFlops counted = counted(model, Sparsifier.builder().keepPatterns());
    assertEquals(ratio, counted.ratio(), 1e-4);
  }

  @Test
  void aDenseTrainingHasRatioOne() {
    RunFlops counted =
        Examples.trainer(Examples.model(), StaticMask.instance())
            .sparsifier(Sparsifier.none())
            .fit(TRAIN)
            .flops();
    assertEquals(1, counted.ratio());
    assertEquals(RunFlops.NONE.ratio(), counted.ratio());
  }
}
