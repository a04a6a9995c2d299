package org.sparse4j.bench.experiment;

import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.forward.Fade;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.forward.Frames;
import org.sparse4j.train.forward.StructureSchedule;
import org.sparse4j.train.layer.Gpt;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.LinearFactory;
import org.sparse4j.train.layer.MaskedLinear;
import org.sparse4j.train.optim.AdamS;
import org.sparse4j.train.optim.AdamW;
import org.sparse4j.train.optim.AdamWMaskedDecay;
import org.sparse4j.train.optim.FrozenAdam;
import org.sparse4j.train.optim.GradientClipping;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.MaskedDecay;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.Polynomial;
import org.sparse4j.train.update.GradualMagnitude;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdateRule;

/** Ways to train a small GPT on characters; all matrices of its blocks follow the method. */
final class GptVariants {

  /** Sequences of a step. */
  static final int BATCH = 16;

  private static final NmStructure HALF = new NmStructure(2, 4);
  private static final String SETTING = "2:4";

  /** AdamS takes larger steps than AdamW at an equal rate. */
  private static final double ADAMS_RATE = 1e-3;

  /** What makes pruned weights 0 in AdamS; below 1e-4 it is too weak for small networks. */
  private static final double FORCE = 1e-3;

  /** Further steps of a network that was trained dense, a quarter of its first ones. */
  private static final int FURTHER = 135;

  /** A quarter of the first rate. */
  private static final double FURTHER_RATE = 5e-4;

  private GptVariants() {}

  private static String words(String more) {
    return words("2e-3", more);
  }

  private static String words(String rate, String more) {
    return "GPT, 64 characters, 3 blocks of width 192 with 4 heads, 1.3 M weights; 540 steps of 16"
        + " sequences; AdamW, learning rate "
        + rate
        + " after 50 steps of warm-up, along a cosine to 0,"
        + " decay 0.01, gradients clipped to norm 1; "
        + more;
  }

  private static Trial.Prepared prepared(Notes notes, long seed, LinearFactory weights) {
    Gpt model = model(notes, weights);
    Trainer trainer =
        notes
            .trainer(model, BATCH, seed)
            .optimizer(steps -> AdamW.rate(LearningRate.cosine(2e-3, steps).warmUp(50)).decay(.01))
            .clip(GradientClipping.norm(1))
            .epochs(1);
    return new Trial.Prepared(model, trainer);
  }

  private static Gpt model(Notes notes, LinearFactory weights) {
    return Gpt.builder()
        .vocabulary(notes.lab().symbols())
        .context(Laboratory.LENGTH)
        .width(192)
        .heads(4)
        .layers(3)
        .weights(weights)
        .build();
  }

  /** Dense; what pruning it to 2:4 after training costs is noted. */
  static Variant dense() {
    Trial trial =
        new Trial() {
          @Override
          public Layer run(Notes notes, long seed) throws IOException {
            Prepared prepared = prepared(notes, seed, LinearFactory.dense());
            notes.fit(prepared.trainer(), notes.lab().train());
            TextVariants.noteJump(
                notes,
                prepared.model(),
                GptVariants.model(notes, MaskedLinear.where(ForwardRule.prune(HALF))));
            return prepared.model();
          }

          @Override
          public Optional<Setup> setup() {
            return Optional.of((notes, seed) -> prepared(notes, seed, LinearFactory.dense()));
          }
        };
    return new Variant("dense", "", words("dense"), trial);
  }

  private static Variant masked(
      String method, ForwardRule rule, UnaryOperator<Trainer> changes, String more) {
    return new Variant(
        method,
        SETTING,
        words(rule + more),
        Trial.of((notes, seed) -> {
          Trial.Prepared prepared = prepared(notes, seed, MaskedLinear.where(rule));
          return new Trial.Prepared(prepared.model(), changes.apply(prepared.trainer()));
        }));
  }

  static Variant straightThrough() {
    return masked("STE", ForwardRule.prune(HALF), UnaryOperator.identity(), "");
  }

  static Variant regularized() {
    MaskedDecay decay = new MaskedDecay(2e-4);
    return masked(
        "SR-STE", ForwardRule.prune(HALF), trainer -> trainer.regularizer(decay), ", " + decay);
  }

  static Variant softThreshold() {
    return masked("S-STE", ForwardRule.softThreshold(), UnaryOperator.identity(), "");
  }

  /** S-STE as its authors have it: the gradient of the weights is of sampled 2:4 gradients. */
  static Variant sampledSoftThreshold() {
    return masked(
        "S-STE, MVUE",
        ForwardRule.softThreshold().sampleGradient(TextVariants.TWO_DRAWS),
        UnaryOperator.identity(),
        "");
  }

  static Variant float8SoftThreshold() {
    return masked(
        "S-STE, MVUE, FP8",
        ForwardRule.softThreshold().sampleGradient(TextVariants.TWO_DRAWS).float8(),
        UnaryOperator.identity(),
        "");
  }

  /** Masks that are 2:4 along rows and columns, and sampled gradients: all three products 2:4. */
  static Variant transposable() {
    return transposable(SETTING, 1);
  }

  /** The same with a last sixth without masks, as the authors have it: the result is dense. */
  static Variant transposableThenDense() {
    return transposable("2:4, dense at the end", 5.0 / 6);
  }

  private static Variant transposable(String setting, double until) {
    ForwardRule rule = TextVariants.transposable(until, 10);
    MaskedDecay decay = new MaskedDecay(2e-4);
    Variant variant =
        masked(
            "transposable",
            rule,
            trainer -> trainer.regularizerAfterClipping(decay),
            ", " + decay + " after clipping");
    return new Variant(variant.method(), setting, variant.recipe(), variant.trial());
  }

  /**
   * Dense for a quarter of the training, then STE with the second moment of that time, which is not
   * kept before the warm-up is over: of a few steps it would be 0 in places.
   */
  static Variant frozen() {
    return masked(
        "STEP",
        ForwardRule.prune(StructureSchedule.between(HALF, .25, 1)),
        trainer ->
            trainer.optimizer(steps ->
                FrozenAdam.of(
                    LearningRate.cosine(2e-3, steps).warmUp(50), Math.max(50, steps / 4))),
        ", Adam without decay in place of AdamW, its second moment kept from there on");
  }

  static Variant maskDecay() {
    return masked(
        "MdGf",
        ForwardRule.prune(HALF).fading(Fade.exponential(1e-2).between(0, .1)),
        UnaryOperator.identity(),
        "");
  }

  static Variant structureDecay() {
    return masked("SdGf", ForwardRule.prune(Frames.stepwise(2, 4)), UnaryOperator.identity(), "");
  }

  /** Products see all weights, and a force makes the pruned ones 0 until the end. */
  static Variant adams() {
    ForwardRule rule = ForwardRule.dense(HALF).every(10);
    Trial trial =
        (notes, seed) -> {
          Trial.Prepared prepared = adams(notes, seed, rule, FORCE);
          notes.fit(prepared.trainer(), notes.lab().train());
          Layer twin = model(notes, LinearFactory.dense());
          TextVariants.copy(prepared.model(), twin);
          noteLoss(notes, prepared.model(), twin);
          return prepared.model();
        };
    return new Variant(
        "AdamS",
        SETTING,
        words("1e-3", rule + ", AdamS without decay in place of AdamW, force " + FORCE),
        trial);
  }

  /** The rule of AdamS where no weight is masked: what its larger steps alone do. */
  static Variant denseAdams() {
    return new Variant(
        "dense, AdamS",
        "",
        words(
            "1e-3",
            "dense, AdamS without decay in place of AdamW for weights of blocks, none" + " masked"),
        Trial.of((notes, seed) -> adams(notes, seed, ForwardRule.dense(new NmStructure(4, 4)), 0)));
  }

  private static Trial.Prepared adams(Notes notes, long seed, ForwardRule rule, double force) {
    Trial.Prepared prepared = prepared(notes, seed, MaskedLinear.where(rule));
    prepared
        .trainer()
        .optimizer(
            steps -> AdamS.of(LearningRate.cosine(ADAMS_RATE, steps).warmUp(50), force, steps));
    return prepared;
  }

  /** What pruning took from a network that was dense in training. */
  private static void noteLoss(Notes notes, Layer pruned, Layer dense) {
    notes.figure(
        TextVariants.JUMP,
        notes.metric(pruned, notes.lab().test()) - notes.metric(dense, notes.lab().test()));
  }

  /** How a network is trained on that was trained dense. */
  @FunctionalInterface
  private interface Second {
    Trainer settings(Trainer trainer, Layer teacher, Notes notes);
  }

  /** Trains dense, makes another network of the numbers, and trains that for a quarter more. */
  private static Variant further(
      String method,
      LinearFactory weights,
      Second second,
      @Nullable ForwardRule dense,
      String more) {
    Trial trial =
        (notes, seed) -> {
          Trial.Prepared first = prepared(notes, seed, LinearFactory.dense());
          notes.fit(first.trainer(), notes.lab().train());
          Trial.Prepared next = prepared(notes, seed + 1000, weights);
          Retraining.start(first.model(), next.model(), seed + 1000);
          int sequences = Math.min(FURTHER * BATCH, notes.lab().train().size());
          notes.fit(
              second.settings(next.trainer(), first.model(), notes),
              notes.lab().train().range(0, sequences));
          if (dense != null) {
            Layer twin = model(notes, MaskedLinear.where(dense));
            TextVariants.copy(next.model(), twin);
            noteLoss(notes, next.model(), twin);
          }
          return next.model();
        };
    return new Variant(
        method,
        SETTING,
        words("dense, then " + FURTHER + " steps from a quarter of that rate: " + more),
        trial);
  }

  /** What the further steps alone do. */
  static Variant denseFurther() {
    Variant variant =
        further(
            "dense, 135 steps",
            LinearFactory.dense(),
            (trainer, teacher, notes) -> slower(trainer),
            null,
            "dense, 10 steps of warm-up");
    return new Variant(variant.method(), "", variant.recipe(), variant.trial());
  }

  private static Trainer slower(Trainer trainer) {
    return trainer.optimizer(
        steps -> AdamW.rate(LearningRate.cosine(FURTHER_RATE, steps).warmUp(10)).decay(.01));
  }

  /** Pruned by magnitude after dense training, and trained on with the mask fixed. */
  static Variant fineTuned() {
    return further(
        "one-shot, 135 steps",
        LinearFactory.sparse(),
        (trainer, teacher, notes) ->
            slower(trainer).sparsifier(Sparsifier.builder().keepPatterns().seed(0).build()),
        null,
        "pruned by magnitude, the mask fixed, 10 steps of warm-up");
  }

  static Variant adaptive() {
    return adaptive("AST", ForwardRule.prune(HALF).byInputs());
  }

  static Variant adaptiveWithSums() {
    return adaptive("AST, SLoRB", ForwardRule.prune(HALF).byInputs().blockSums(16));
  }

  private static Variant adaptive(String method, ForwardRule rule) {
    return further(
        method,
        MaskedLinear.where(rule),
        (trainer, teacher, notes) ->
            trainer
                .loss(TextVariants.adaptiveLoss(teacher, notes))
                .optimizer(steps ->
                    AdamWMaskedDecay.of(
                            Retraining.adaptive(FURTHER_RATE, steps),
                            TextVariants.STRENGTH,
                            steps / 4)
                        .decay(.01)),
        null,
        rule + TextVariants.ADAPTIVE);
  }

  /** CAST: AdamS from a trained network, with factors of half rows and the network as a teacher. */
  static Variant continuous() {
    ForwardRule rule = ForwardRule.dense(HALF).every(10).scaled(2);
    return further(
        "CAST",
        MaskedLinear.where(rule),
        (trainer, teacher, notes) ->
            trainer
                .loss(TextVariants.continuousLoss(teacher, notes))
                .optimizer(steps ->
                    AdamS.of(LearningRate.cosine(FURTHER_RATE, steps).warmUp(10), FORCE, steps)),
        ForwardRule.dense(new NmStructure(4, 4)).scaled(2),
        rule
            + ", AdamS without decay in place of AdamW, force "
            + FORCE
            + ", 10 steps of warm-up"
            + TextVariants.CONTINUOUS);
  }

  private static Variant sparse(
      String method, double sparsity, String more, UnaryOperator<Sparsifier.Builder> settings) {
    return new Variant(
        method,
        Variant.percent(sparsity),
        words(more),
        Trial.of((notes, seed) -> {
          Trial.Prepared prepared = prepared(notes, seed, LinearFactory.sparse());
          prepared.trainer().sparsifier(settings.apply(Sparsifier.builder()).seed(seed).build());
          return prepared;
        }));
  }

  private static Variant constant(String method, double sparsity, UpdateRule rule) {
    Every updates = Every.steps(25).until(.75);
    return sparse(
        method,
        sparsity,
        Uniform.sparsity(sparsity) + "; " + rule + ", " + updates,
        builder -> builder.distribution(Uniform.sparsity(sparsity)).rule(rule).updates(updates));
  }

  static Variant fixed(double sparsity) {
    return constant("static", sparsity, StaticMask.instance());
  }

  static Variant rigL(double sparsity) {
    return constant("RigL", sparsity, RigL.dropFraction(Cosine.from(.3)));
  }

  static Variant gmp(double sparsity) {
    GradualMagnitude rule = GradualMagnitude.schedule(Polynomial.cubicTo(sparsity));
    Every updates = Every.steps(25).from(50).until(.75);
    return sparse(
        "GMP",
        sparsity,
        "dense at first; " + rule + ", " + updates,
        builder -> builder.distribution(Uniform.sparsity(0)).rule(rule).updates(updates));
  }
}
