package org.sparse4j.bench.experiment;

import java.util.Collections;
import java.util.List;
import org.sparse4j.train.RandomSearch;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.Training;
import org.sparse4j.train.TrainingException;
import org.sparse4j.train.autograd.ScalarFunction;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.layer.ScaledActivation;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.search.ActivationSearch;

/** LeNet-300-100 with static masks, whose functions or masks a search has chosen. */
final class SearchVariants {

  /** Figure: accuracy of the control of a search, which trained as long without searching. */
  static final String CONTROL = "control";

  /** Figure: what the search found less its control. */
  static final String GAIN = "found less control";

  /** Figure: 1 if the numbers of the functions could be trained. */
  static final String TRAINED = "numbers trained";

  private static final double SPARSITY = .98;
  private static final int CANDIDATES = 8;

  private final ImageVariants make;

  SearchVariants(ImageVariants make) {
    this.make = make;
  }

  private static Sparsifier masks(long seed) {
    return Sparsifier.builder()
        .distribution(ErdosRenyiKernel.sparsity(SPARSITY))
        .seed(seed)
        .build();
  }

  private Trainer trainer(
      Notes notes, List<ScalarFunction> functions, boolean trained, int epochs, long seed) {
    Dataset data = notes.lab().train();
    List<ScaledActivation> layers =
        functions.stream()
            .map(f -> trained ? ScaledActivation.of(f) : ScaledActivation.fixed(f))
            .toList();
    Sequential model =
        Sequential.of(
            SparseLinear.of(data.features(), 300),
            layers.get(0),
            SparseLinear.of(300, 100),
            layers.get(1),
            SparseLinear.of(100, data.classes()));
    return make.trainer(notes, model, epochs, seed).sparsifier(masks(seed));
  }

  /** ReLU from the same layers, so that first weights are drawn alike. */
  Variant rectified() {
    return new Variant(
        "static, ReLU",
        Variant.percent(SPARSITY),
        make.words("static masks by " + ErdosRenyiKernel.sparsity(SPARSITY) + "; max(x, 0)"),
        (notes, seed) -> {
          List<ScalarFunction> functions = Collections.nCopies(2, ScalarFunction.RELU);
          Training training =
              trainer(notes, functions, false, make.epochs(), seed).prepare(notes.lab().train());
          notes.reported(training.run());
          return training.model();
        });
  }

  /** Trains, and tells whether that came to an end: false if numbers broke it down. */
  private static boolean ends(Notes notes, Training training) {
    try {
      notes.reported(training.run());
      return true;
    } catch (TrainingException failure) {
      if (!failure.brokeDown()) {
        throw failure;
      }
      notes.brokeDown();
      return false;
    }
  }

  /** Functions found by a search of the training samples alone, then their numbers trained. */
  Variant functions() {
    int epochs = Math.max(1, make.epochs() / 10);
    return new Variant(
        "static, found functions",
        Variant.percent(SPARSITY),
        make.words(
            "static masks by "
                + ErdosRenyiKernel.sparsity(SPARSITY)
                + "; functions by late acceptance among 14, 12 candidates judged after a tenth of"
                + " the epochs on an eighth of the training samples kept apart, then their numbers"
                + " trained, or left as they are if that breaks down"),
        (notes, seed) -> {
          Dataset all = notes.lab().train();
          int kept = all.size() * 7 / 8;
          Dataset judges = all.range(kept, all.size());
          List<ScalarFunction> best =
              ActivationSearch.of(
                      2,
                      functions -> {
                        Training training =
                            trainer(notes, functions, false, epochs, seed)
                                .prepare(all.range(0, kept));
                        if (!ends(notes, training)) {
                          return Double.MAX_VALUE;
                        }
                        double loss = training.evaluate(judges).loss();
                        return Double.isFinite(loss) ? loss : Double.MAX_VALUE;
                      })
                  .run(12, seed)
                  .best();
          Training training = trainer(notes, best, true, make.epochs(), seed).prepare(all);
          boolean trained = ends(notes, training);
          if (!trained) {
            training = trainer(notes, best, false, make.epochs(), seed).prepare(all);
            notes.reported(training.run());
          }
          notes.figure(TRAINED, trained ? 1 : 0);
          for (int layer = 0; layer < best.size(); layer++) {
            notes.figure("function " + (layer + 1) + " is " + best.get(layer), 1);
          }
          return training.model();
        });
  }

  /** The best of some random masks, beside one that trains as long as all of them together. */
  Variant masks() {
    int epochs = Math.max(1, make.epochs() / 10);
    return new Variant(
        "best of " + CANDIDATES + " masks",
        Variant.percent(SPARSITY),
        make.words(
            "static masks by "
                + ErdosRenyiKernel.sparsity(SPARSITY)
                + "; the best of 8 after a tenth of the epochs each, judged by an eighth of the"
                + " training samples kept apart; its control is another mask trained as long as"
                + " all together"),
        (notes, seed) -> {
          Dataset all = notes.lab().train();
          int kept = all.size() * 7 / 8;
          Sequential[] made = new Sequential[CANDIDATES + 2];
          int[] count = new int[1];
          RandomSearch.Result result =
              RandomSearch.of(
                      mask -> {
                        Sequential model = ImageVariants.sparseNetwork(notes);
                        made[count[0]++] = model;
                        return make.trainer(notes, model, 1, seed).sparsifier(masks(mask));
                      })
                  .candidates(CANDIDATES)
                  .epochs(epochs, make.epochs())
                  .seed(seed)
                  .run(all.range(0, kept), all.range(kept, all.size()), notes.lab().test());
          notes.reported(result.found());
          double found = notes.lab().metric().of(result.found().test().orElseThrow());
          double control = notes.lab().metric().of(result.control().test().orElseThrow());
          notes.figure(CONTROL, control);
          notes.figure(GAIN, found - control);
          // The best one is trained last but one.
          return made[CANDIDATES];
        });
  }
}
