package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.forward.StructureSchedule;
import org.sparse4j.train.initial.MagnitudeMasks;
import org.sparse4j.train.initial.RandomMasks;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.MaskedLinear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.Phases;
import org.sparse4j.train.schedule.Polynomial;
import org.sparse4j.train.schedule.Stairs;
import org.sparse4j.train.traits.Aim;
import org.sparse4j.train.traits.Course;
import org.sparse4j.train.traits.Granularity;
import org.sparse4j.train.traits.Moment;
import org.sparse4j.train.traits.Motion;
import org.sparse4j.train.traits.Subject;
import org.sparse4j.train.traits.Traits;
import org.sparse4j.train.update.AcDc;
import org.sparse4j.train.update.BlockPruneAndGrow;
import org.sparse4j.train.update.GradualMagnitude;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.Sniper;
import org.sparse4j.train.update.Srigl;

class TraitsTest {
  private static final Dataset TRAIN = Examples.samples(64, 1);

  private static Sparsifier.Builder uniform(double sparsity) {
    return Sparsifier.builder().distribution(Uniform.sparsity(sparsity)).seed(1);
  }

  private static Sparsifier sparsifier(String method) {
    Stairs stairs = Stairs.of(Map.of(0L, .8, 9L, 0.));
    Sparsifier.Builder builder =
        switch (method) {
          case "none" -> Sparsifier.builder().keepPatterns().seed(1);
          case "static" -> uniform(.9);
          case "RigL" -> uniform(.9).rule(RigL.dropFraction(Cosine.from(.3)));
          case "SRigL" -> uniform(.9).rule(Srigl.dropFraction(Cosine.from(.3)));
          case "fan-in" -> uniform(.9).firstMasks(RandomMasks.constantFanIn());
          case "blocks" -> uniform(0).rule(BlockPruneAndGrow.of(Polynomial.cubicTo(.6), 2, 4));
          case "GMP" -> uniform(0).rule(GradualMagnitude.schedule(Polynomial.cubicTo(.9)));
          case "AC/DC" -> uniform(0).rule(AcDc.of(Phases.alternating(8, 8, 8, 44), .8));
          case "one-shot" ->
              uniform(.9).firstMasks(MagnitudeMasks.within(Scope.network())).pruneWeights();
          case "SNIPER" -> uniform(.8).rule(Sniper.of(stairs, Scope.network()));
          case "densified" -> Sparsifier.builder().densify().seed(1);
          default -> throw new IllegalArgumentException(method);
        };
    return builder.build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none | 1 | 0 | dense",
        "none | 1 | 1 | dense",
        "none | .1 | .1 | weights, unstructured, sparse training, sparse to sparse; static, chosen"
            + " before training",
        "static | .1 | .1 | weights, unstructured, sparse training, sparse to sparse; static,"
            + " chosen before training",
        "RigL | .1 | .3 | weights, unstructured, sparse training, sparse to sparse; dynamic, chosen"
            + " during training",
        "SRigL | .1 | .3 | weights, constant fan-in, sparse training, sparse to sparse; dynamic,"
            + " chosen during training",
        "fan-in | .1 | .1 | weights, constant fan-in, sparse training, sparse to sparse; static,"
            + " chosen before training",
        "blocks | .4 | 1 | weights, blocks, pruning, dense to sparse; dynamic, chosen during"
            + " training",
        "GMP | .1 | 1 | weights, unstructured, pruning, dense to sparse; dynamic, chosen during"
            + " training",
        "AC/DC | .2 | 1 | weights, unstructured, pruning, dense to sparse; dynamic, chosen during"
            + " training",
        "one-shot | .1 | .1 | weights, unstructured, pruning, dense to sparse; static, chosen after"
            + " training",
        "SNIPER | 1 | 1 | weights, unstructured, sparse training, sparse to dense; dynamic, chosen"
            + " during training",
        "densified | 1 | 1 | weights, unstructured, sparse training, sparse to dense; static,"
            + " chosen before training"
      })
  void sparsifiersKnowTheirKind(String method, double density, double coverage, String traits) {
    assertEquals(traits, sparsifier(method).traits(density, coverage).toString());
  }

  @Test
  void reportsSayWhatKindOfMethodItWas() {
    Sequential model = Examples.model();
    Trainer trainer = Examples.trainer(model, Examples.rule("RigL")).epochs(1);
    assertEquals(
        "weights, unstructured, sparse training, sparse to sparse",
        trainer.fit(TRAIN).traits().kind());
    Traits own =
        Traits.dense()
            .with(Course.DENSE_TO_SPARSE)
            .with(Granularity.N_M)
            .with(Aim.SPARSE_TRAINING)
            .with(Motion.DYNAMIC)
            .with(Moment.DURING)
            .with(Subject.ACTIVATIONS);
    assertEquals(
        "activations, N:M, sparse training, dense to sparse; dynamic, chosen during training",
        own.toString());
    assertEquals(
        own,
        Examples.trainer(Examples.model(), Examples.rule("static"))
            .epochs(1)
            .traits(own)
            .fit(TRAIN)
            .traits());
    assertEquals(
        Traits.dense(),
        Examples.trainer(Examples.model(), Examples.rule("static"))
            .sparsifier(Sparsifier.none())
            .epochs(1)
            .fit(TRAIN)
            .traits());
  }

  private static Traits following(ForwardRule rule) {
    Sequential model =
        Sequential.of(MaskedLinear.of(Examples.FEATURES, 8, rule), Linear.of(8, Examples.CLASSES));
    return Trainer.of(model)
        .optimizer(Sgd.rate(.01))
        .batchSize(16)
        .epochs(1)
        .seed(1)
        .fit(TRAIN)
        .traits();
  }

  @Test
  void rulesOfProductsTellTheirKind() {
    assertEquals(
        "weights, N:M, sparse training, sparse to sparse; dynamic, chosen during training",
        following(ForwardRule.prune(new NmStructure(2, 4))).toString());
    assertEquals(
        "weights, N:M, pruning, dense to sparse; dynamic, chosen during training",
        following(ForwardRule.dense(new NmStructure(2, 4))).toString());
    assertEquals(
        "weights, N:M, pruning, dense to sparse; dynamic, chosen during training",
        following(ForwardRule.prune(StructureSchedule.between(new NmStructure(2, 4), .5, 1)))
            .toString());
  }

  @Test
  void labelsAreDifferentWords() {
    Set<String> labels = new TreeSet<>();
    Stream<String> all =
        Stream.of(
                Stream.of(Course.values()).map(Course::label),
                Stream.of(Granularity.values()).map(Granularity::label),
                Stream.of(Aim.values()).map(Aim::label),
                Stream.of(Motion.values()).map(Motion::label),
                Stream.of(Moment.values()).map(Moment::label),
                Stream.of(Subject.values()).map(Subject::label))
            .flatMap(axis -> axis);
    all.forEach(labels::add);
    assertEquals(4 + 5 + 2 + 2 + 3 + 3, labels.size());
  }
}
