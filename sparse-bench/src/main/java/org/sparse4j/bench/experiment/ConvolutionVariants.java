package org.sparse4j.bench.experiment;

import java.util.function.IntFunction;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.distribution.ErdosRenyi;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.distribution.SparsityDistribution;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.layer.ImageModels;
import org.sparse4j.train.layer.ImageShape;
import org.sparse4j.train.layer.LinearFactory;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.Polynomial;
import org.sparse4j.train.update.GradualMagnitude;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.Set;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdateRule;

/** Ways to train a small convolutional network on images. */
final class ConvolutionVariants {

  private static final int BATCH = 128;
  private static final int FILTERS = 16;
  private static final int EPOCHS = 8;
  private static final double SPARSITY = .9;

  private ConvolutionVariants() {}

  private static String words(String more) {
    return "two 3x3 convolutions of 16 and 32 filters with batch norm, ReLU and pools, mean of"
        + " every channel, 32-10; 8 epochs of batches of 128; SGD, Nesterov momentum 0.9,"
        + " learning rate 0.1 along a cosine to 0, L2 5e-4; "
        + more;
  }

  private static Trial.Prepared prepared(Notes notes, long seed, LinearFactory weights) {
    int side = (int) Math.round(Math.sqrt(notes.lab().train().features()));
    Sequential model =
        ImageModels.convolutional(
            ImageShape.of(1, side, side), notes.lab().train().classes(), FILTERS, weights);
    Trainer trainer =
        notes
            .trainer(model, BATCH, seed)
            .evaluationBatch(256)
            .optimizer(steps ->
                Sgd.rate(LearningRate.cosine(.1, steps)).momentum(.9).withNesterov().l2(5e-4))
            .epochs(EPOCHS);
    return new Trial.Prepared(model, trainer);
  }

  static Variant dense() {
    return new Variant(
        "dense",
        "",
        words("dense"),
        Trial.of((notes, seed) -> prepared(notes, seed, LinearFactory.dense())));
  }

  private static Variant sparse(
      String method, String more, IntFunction<Sparsifier.Builder> sparsifier) {
    return new Variant(
        method,
        Variant.percent(SPARSITY),
        words(more),
        Trial.of((notes, seed) -> {
          Trial.Prepared prepared = prepared(notes, seed, LinearFactory.sparse());
          prepared
              .trainer()
              .sparsifier(
                  sparsifier.apply(notes.lab().perEpoch(BATCH) * EPOCHS).seed(seed).build());
          return prepared;
        }));
  }

  private static Variant constant(String method, UpdateRule rule) {
    return constant(method, ErdosRenyiKernel.sparsity(SPARSITY), rule);
  }

  private static Variant constant(
      String method, SparsityDistribution distribution, UpdateRule rule) {
    Every updates = Every.steps(20).until(.75);
    return sparse(
        method,
        "convolutions by " + distribution + "; " + rule + ", " + updates,
        steps -> Sparsifier.builder().distribution(distribution).rule(rule).updates(updates));
  }

  static Variant fixed() {
    return constant("static", StaticMask.instance());
  }

  /** Densities that do not count the height and width of kernels. */
  static Variant fixedByChannels() {
    return constant("static, by channels", ErdosRenyi.sparsity(SPARSITY), StaticMask.instance());
  }

  /** RigL with densities that do not count the height and width of kernels. */
  static Variant rigLByChannels() {
    return constant(
        "RigL, by channels", ErdosRenyi.sparsity(SPARSITY), RigL.dropFraction(Cosine.from(.3)));
  }

  static Variant set() {
    return constant("SET", Set.dropFraction(Cosine.from(.3)));
  }

  static Variant rigL() {
    return constant("RigL", RigL.dropFraction(Cosine.from(.3)));
  }

  static Variant gmp() {
    GradualMagnitude rule =
        GradualMagnitude.schedule(Polynomial.cubicTo(SPARSITY))
            .distribution(ErdosRenyiKernel::sparsity);
    return sparse(
        "GMP",
        "dense at first; " + rule + ", every 20 steps from 10 to 75 % of the training",
        steps ->
            Sparsifier.builder()
                .distribution(Uniform.sparsity(0))
                .rule(rule)
                .updates(Every.steps(20).from(steps / 10).until(.75)));
  }
}
