package org.sparse4j.bench.experiment;

import java.util.Locale;
import java.util.Map;
import org.sparse4j.train.Loss;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.AdamW;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.RateFactor;
import org.sparse4j.train.optim.SmuPar;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdateRule;

/** First weights and learning rates that follow sparsity and width, or do not. */
final class StartVariants {

  /** Figure: binary logarithm of the rate, of those tried, that gives the least training loss. */
  static final String BEST_RATE = "log2 of the best rate";

  /** Figure: training loss at the rate of the small dense network, less the least of all rates. */
  static final String EXCESS = "loss at the base's rate above the least";

  /** Figure: how far sparsity moves the training loss at the rate of the small dense network. */
  static final String MOVED = "loss moved by sparsity";

  private static final int BASE_WIDTH = 64;

  /** Exponents of the rates that are tried. */
  private static final int SLOWEST = -10;

  private static final int FASTEST = -5;

  /** At which the small dense network learns best, of the bundled images. */
  private static final int BASE_RATE = -7;

  private static final String[] HIDDEN = {"2.weight", "4.weight"};

  private final ImageVariants make;

  StartVariants(ImageVariants make) {
    this.make = make;
  }

  Variant fixed(double sparsity) {
    return dense("static, dense start", sparsity, StaticMask.instance());
  }

  Variant rigL(double sparsity) {
    return dense("RigL, dense start", sparsity, RigL.dropFraction(Cosine.from(.3)));
  }

  /** First weights as small as those of a dense network, however few a row has. */
  private Variant dense(String method, double sparsity, UpdateRule rule) {
    Every updates = Every.steps(make.interval()).until(.75);
    ErdosRenyiKernel distribution = ErdosRenyiKernel.sparsity(sparsity);
    return new Variant(
        method,
        Variant.percent(sparsity),
        make.words(
            distribution
                + "; "
                + rule
                + ", "
                + updates
                + "; first weights with the variance of a dense network"),
        Trial.of((notes, seed) -> {
          Dataset data = notes.lab().train();
          Sequential model =
              Sequential.of(
                  SparseLinear.of(data.features(), 300, spread(2, data.features())),
                  ActivationLayer.relu(),
                  SparseLinear.of(300, 100, spread(2, 300)),
                  ActivationLayer.relu(),
                  SparseLinear.of(100, data.classes(), spread(1, 100)));
          return new Trial.Prepared(
              model,
              make.trainer(notes, model, make.epochs(), seed)
                  .sparsifier(
                      Sparsifier.builder()
                          .distribution(distribution)
                          .rule(rule)
                          .updates(updates)
                          .seed(seed)
                          .build()));
        }));
  }

  private static Initializer spread(double gain, int inputs) {
    return Initializer.deviation(Math.sqrt(gain / inputs));
  }

  Variant base() {
    return swept("standard", BASE_WIDTH, 0, false);
  }

  Variant standard(int width, double sparsity) {
    return swept("standard", width, sparsity, false);
  }

  Variant maximalUpdate(int width, double sparsity) {
    return swept("SmuPar", width, sparsity, true);
  }

  /** Trains at every rate, at the base's last, and before at that without sparsity. */
  private Variant swept(String method, int width, double sparsity, boolean scaled) {
    Trial trial =
        (notes, seed) -> {
          double dense =
              sparsity == 0 ? 0 : loss(notes, fit(notes, width, 0, scaled, BASE_RATE, seed));
          double least = Double.POSITIVE_INFINITY;
          int best = BASE_RATE;
          for (int exponent = FASTEST; exponent >= SLOWEST; exponent--) {
            if (exponent != BASE_RATE) {
              double loss = loss(notes, fit(notes, width, sparsity, scaled, exponent, seed));
              if (loss < least) {
                least = loss;
                best = exponent;
              }
            }
          }
          Sequential model = fit(notes, width, sparsity, scaled, BASE_RATE, seed);
          double own = loss(notes, model);
          notes.figure(BEST_RATE, own <= least ? BASE_RATE : best);
          notes.figure(EXCESS, own - Math.min(own, least));
          if (sparsity > 0) {
            notes.figure(MOVED, Math.abs(own - dense));
          }
          return model;
        };
    return new Variant(
        method + " " + width,
        sparsity == 0 ? "" : Variant.percent(sparsity),
        String.format(
            Locale.ROOT,
            "784-%d-%d-%d-10, ReLU; %d epochs of batches of 128; AdamW without decay, learning"
                + " rates 2^%d to 2^%d after a warm-up of a tenth, along a cosine to 0; static"
                + " masks of the two middle matrices; %s; judged at 2^%d",
            width,
            width,
            width,
            epochs(),
            FASTEST,
            SLOWEST,
            scaled
                ? "first weights, rates and outputs scaled from width 64, dense"
                : "first weights by the inputs of a dense layer, one rate",
            BASE_RATE),
        trial);
  }

  private int epochs() {
    return Math.max(1, make.epochs() / 4);
  }

  private static double loss(Notes notes, Sequential model) {
    return notes.evaluate(model, notes.lab().seen()).loss();
  }

  private Sequential fit(
      Notes notes, int width, double sparsity, boolean scaled, int exponent, long seed) {
    Dataset data = notes.lab().train();
    SmuPar scaling = new SmuPar((double) width / BASE_WIDTH, 1 - sparsity);
    Initializer hidden = scaled ? scaling.hidden(Math.sqrt(2.0 / BASE_WIDTH)) : spread(2, width);
    Sequential model =
        Sequential.of(
            Linear.of(data.features(), width),
            ActivationLayer.relu(),
            SparseLinear.of(width, width, hidden),
            ActivationLayer.relu(),
            SparseLinear.of(width, width, hidden),
            ActivationLayer.relu(),
            Linear.of(width, data.classes(), spread(1, scaled ? BASE_WIDTH : width)));
    Loss loss = notes.lab().loss();
    RateFactor factor = scaled ? scaling.rates(HIDDEN) : RateFactor.named(Map.of());
    Trainer trainer =
        notes
            .trainer(model, ImageVariants.BATCH, seed)
            .loss(scaled ? loss.ofScaledOutput(scaling.outputFactor(1)) : loss)
            .optimizer(steps ->
                AdamW.rate(
                        LearningRate.cosine(Math.scalb(1.0, exponent), steps)
                            .warmUp(Math.max(1, steps / 10)))
                    .decay(0)
                    .rates(factor))
            .epochs(epochs())
            .sparsifier(
                Sparsifier.builder().distribution(Uniform.sparsity(sparsity)).seed(seed).build());
    notes.fit(trainer, data);
    return model;
  }
}
