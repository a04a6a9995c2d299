package org.sparse4j.bench.experiment;

import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.layer.Gpt;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.LinearFactory;
import org.sparse4j.train.layer.MaskedLinear;
import org.sparse4j.train.optim.AdamW;
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

  private static final int BATCH = 16;
  private static final NmStructure HALF = new NmStructure(2, 4);

  private GptVariants() {}

  private static String words(String more) {
    return "GPT, 64 characters, 3 blocks of width 192 with 4 heads, 1.3 M weights; 540 steps of 16"
        + " sequences; AdamW, learning rate 2e-3 after 50 steps of warm-up, along a cosine to 0,"
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
        "2:4",
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
