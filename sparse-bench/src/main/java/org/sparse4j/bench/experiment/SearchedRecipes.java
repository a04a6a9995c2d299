package org.sparse4j.bench.experiment;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.sparse4j.train.TrainingException;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.Sgd;

/**
 * The same methods on images with a learning rate and an L2 factor that were looked for on samples
 * kept apart from the training set. Test samples have no part in the choice, nor have the seeds
 * that are compared afterwards, so a method has one choice for all of them.
 */
final class SearchedRecipes {

  /** Figure: the factor of the weights that was chosen. */
  static final String DECAY = "chosen L2";

  /** Figure: the learning rate that was chosen. */
  static final String RATE = "chosen learning rate";

  /** Figure: how far the choice is ahead of the fixed recipe where it was made. */
  static final String GAIN = "chosen less fixed recipe on kept samples";

  private static final double[] RATES = {.1, .05, .2};
  private static final double[] FACTORS = {1, 1. / 3, 3};
  private static final long[] SEEDS = {101, 102};

  private final double decay;
  private final Map<String, Choice> choices = new HashMap<>();

  /** A choice, and its lead over the fixed recipe. */
  private record Choice(double rate, double decay, double gain) {}

  /**
   * Starts without choices.
   *
   * @param decay the L2 factor of the fixed recipe, whose learning rate is 0.1
   */
  SearchedRecipes(double decay) {
    this.decay = decay;
  }

  /** A variant of one training with the recipe that suits it. */
  Variant of(Variant fixed) {
    Trial.Setup setup = fixed.trial().setup().orElseThrow();
    return new Variant(
        fixed.method() + ", searched",
        fixed.setting(),
        fixed.recipe()
            + String.format(
                Locale.ROOT,
                "; in place of 0.1 and %s that learning rate of %s and L2 factor of these times %s"
                    + " with the best mean of seeds %s on the last eighth of the training samples,"
                    + " trained without it; FLOPs without the search",
                decay,
                Arrays.toString(RATES),
                "1, 1/3, 3",
                Arrays.toString(SEEDS)),
        (notes, seed) -> {
          Choice choice = choices.get(fixed.label());
          if (choice == null) {
            choice = choose(setup, notes.lab());
            choices.put(fixed.label(), choice);
          }
          notes.figure(RATE, choice.rate());
          notes.figure(DECAY, choice.decay());
          notes.figure(GAIN, choice.gain());
          return train(setup, notes, choice.rate(), choice.decay(), seed);
        });
  }

  private static Layer train(Trial.Setup setup, Notes notes, double rate, double decay, long seed) {
    Trial.Prepared prepared = setup.prepare(notes, seed);
    notes.fit(
        prepared
            .trainer()
            .optimizer(steps ->
                Sgd.rate(LearningRate.cosine(rate, steps)).momentum(.9).withNesterov().l2(decay)),
        notes.lab().train());
    return prepared.model();
  }

  private Choice choose(Trial.Setup setup, Lab lab) {
    Lab apart = keepingApart(lab);
    double fixed = 0;
    double best = Double.NEGATIVE_INFINITY;
    Choice choice = new Choice(0, 0, 0);
    for (double rate : RATES) {
      for (double factor : FACTORS) {
        double value = 0;
        for (long seed : SEEDS) {
          value += judged(setup, apart, rate, factor * decay, seed) / SEEDS.length;
        }
        if (best == Double.NEGATIVE_INFINITY) {
          fixed = value;
        }
        if (value > best) {
          best = value;
          choice = new Choice(rate, factor * decay, value - fixed);
        }
      }
    }
    return choice;
  }

  /** A training that broke down is worth nothing. */
  private static double judged(Trial.Setup setup, Lab apart, double rate, double decay, long seed) {
    Notes notes = new Notes(apart, () -> {});
    try {
      Layer model = train(setup, notes, rate, decay, seed);
      return notes.metric(model, apart.test());
    } catch (TrainingException failure) {
      if (!failure.brokeDown()) {
        throw failure;
      }
      return 0;
    }
  }

  /** The training samples alone, of which the last eighth judges. */
  private static Lab keepingApart(Lab lab) {
    Dataset all = lab.train();
    int kept = all.size() - Math.max(1, all.size() / 8);
    Dataset train = all.range(0, kept);
    Dataset judges = all.range(kept, all.size());
    return new Lab(
        lab.data(),
        lab.symbols(),
        lab.metric(),
        lab.loss(),
        train,
        judges,
        train.range(0, Math.min(train.size(), judges.size())),
        judges,
        lab.evaluationBatch(),
        lab.threads());
  }
}
