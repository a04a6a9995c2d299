package org.sparse4j.bench.experiment;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.sparse4j.train.Art;
import org.sparse4j.train.Report;
import org.sparse4j.train.Rounds;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.initial.FirstMasks;
import org.sparse4j.train.initial.MagnitudeMasks;
import org.sparse4j.train.initial.RandomMasks;
import org.sparse4j.train.initial.Snip;
import org.sparse4j.train.law.PruningRecipe;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.HyperSparse;
import org.sparse4j.train.optim.IrrelevantDecay;
import org.sparse4j.train.optim.L1;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.RateFactor;
import org.sparse4j.train.optim.Regularizer;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.CosineBetween;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.Multiples;
import org.sparse4j.train.schedule.Phases;
import org.sparse4j.train.schedule.Polynomial;
import org.sparse4j.train.schedule.Stairs;
import org.sparse4j.train.update.AcDc;
import org.sparse4j.train.update.BlockPruneAndGrow;
import org.sparse4j.train.update.DstEe;
import org.sparse4j.train.update.GradualMagnitude;
import org.sparse4j.train.update.Movement;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.Set;
import org.sparse4j.train.update.Sniper;
import org.sparse4j.train.update.SparseMomentum;
import org.sparse4j.train.update.Srigl;
import org.sparse4j.train.update.UpdateRule;

/** Ways to train LeNet-300-100 on images, all with one recipe. */
final class ImageVariants {

  static final int BATCH = 128;
  private static final String NETWORK = "LeNet-300-100, ReLU; ";

  /** Hidden widths of dense networks that have as many weights as sparse ones. */
  private static final Map<Double, int[]> SMALL =
      Map.of(.9, new int[] {33, 11}, .95, new int[] {17, 6});

  private final ReferenceRecipe recipe;

  ImageVariants(ReferenceRecipe recipe) {
    this.recipe = recipe;
  }

  int epochs() {
    return recipe.epochs();
  }

  double l2() {
    return recipe.l2();
  }

  int interval() {
    return recipe.interval();
  }

  String words(String more) {
    return NETWORK
        + String.format(
            Locale.ROOT,
            "%d epochs of batches of 128; SGD, Nesterov momentum 0.9, learning rate 0.1 along a"
                + " cosine to 0, L2 %s; ",
            recipe.epochs(),
            recipe.l2())
        + more;
  }

  Trainer trainer(Notes notes, Layer model, int epochs, long seed) {
    return notes
        .trainer(model, BATCH, seed)
        .optimizer(steps ->
            Sgd.rate(LearningRate.cosine(.1, steps)).momentum(.9).withNesterov().l2(recipe.l2()))
        .epochs(epochs);
  }

  static Sequential network(Notes notes, int first, int second) {
    Dataset data = notes.lab().train();
    return Sequential.of(
        Linear.of(data.features(), first),
        ActivationLayer.relu(),
        Linear.of(first, second),
        ActivationLayer.relu(),
        Linear.of(second, data.classes()));
  }

  static Sequential sparseNetwork(Notes notes) {
    Dataset data = notes.lab().train();
    return Sequential.of(
        SparseLinear.of(data.features(), 300),
        ActivationLayer.relu(),
        SparseLinear.of(300, 100),
        ActivationLayer.relu(),
        SparseLinear.of(100, data.classes()));
  }

  Variant dense() {
    return new Variant(
        "dense",
        "",
        words("dense"),
        Trial.of((notes, seed) -> {
          Sequential model = network(notes, 300, 100);
          return new Trial.Prepared(model, trainer(notes, model, recipe.epochs(), seed));
        }));
  }

  /** A dense network with as many weights as a sparse one has. */
  Variant small(double sparsity) {
    int[] widths = SMALL.getOrDefault(sparsity, new int[] {7, 2});
    return new Variant(
        "small dense",
        Variant.percent(sparsity),
        words("dense with hidden widths " + widths[0] + " and " + widths[1]),
        Trial.of((notes, seed) -> {
          Sequential model = network(notes, widths[0], widths[1]);
          return new Trial.Prepared(model, trainer(notes, model, recipe.epochs(), seed));
        }));
  }

  private Variant sparse(
      String method,
      double sparsity,
      String more,
      UnaryOperator<Trainer> changes,
      IntFunction<Sparsifier.Builder> sparsifier) {
    return new Variant(
        method,
        Variant.percent(sparsity),
        words(more),
        Trial.of((notes, seed) -> {
          Sequential model = sparseNetwork(notes);
          Trainer trainer =
              trainer(notes, model, recipe.epochs(), seed)
                  .sparsifier(sparsifier.apply(notes.lab().perEpoch(BATCH)).seed(seed).build());
          return new Trial.Prepared(model, changes.apply(trainer));
        }));
  }

  /** Random first masks by the Erdos-Renyi-Kernel rule, and a rule that keeps the density. */
  private Variant moving(String method, double sparsity, UpdateRule rule) {
    return moving(method, sparsity, rule, recipe.interval());
  }

  private Variant moving(String method, double sparsity, UpdateRule rule, int interval) {
    Every updates = Every.steps(interval).until(.75);
    return sparse(
        method,
        sparsity,
        ErdosRenyiKernel.sparsity(sparsity) + "; " + rule + ", " + updates,
        UnaryOperator.identity(),
        perEpoch ->
            Sparsifier.builder()
                .distribution(ErdosRenyiKernel.sparsity(sparsity))
                .rule(rule)
                .updates(updates));
  }

  Variant set(double sparsity) {
    return moving("SET", sparsity, Set.dropFraction(Cosine.from(.3)));
  }

  Variant rigL(double sparsity) {
    return moving("RigL", sparsity, RigL.dropFraction(Cosine.from(.3)));
  }

  /** RigL with ten times the interval between updates. */
  Variant rarely(double sparsity) {
    return moving(
        "RigL, rare updates", sparsity, RigL.dropFraction(Cosine.from(.3)), 10 * recipe.interval());
  }

  Variant dstEe(double sparsity) {
    return moving("DST-EE", sparsity, DstEe.of(Cosine.from(.3), 1e-3, 1));
  }

  /** Masks that are chosen once. */
  private Variant fixed(String method, double sparsity, boolean byLayer, FirstMasks masks) {
    var distribution = byLayer ? ErdosRenyiKernel.sparsity(sparsity) : Uniform.sparsity(sparsity);
    return sparse(
        method,
        sparsity,
        distribution + "; " + masks + ", kept",
        UnaryOperator.identity(),
        perEpoch -> Sparsifier.builder().distribution(distribution).firstMasks(masks));
  }

  Variant fixedRandom(double sparsity) {
    return fixed("static", sparsity, true, RandomMasks.exact());
  }

  Variant constantFanIn(double sparsity) {
    return fixed("static, constant fan-in", sparsity, true, RandomMasks.constantFanIn());
  }

  Variant chosen(String method, double sparsity, FirstMasks masks) {
    return fixed(method, sparsity, false, masks);
  }

  /** Uniformly sparse, where some outputs start without a weight. */
  Variant uniform(String method, double sparsity, UpdateRule rule) {
    Every updates = Every.steps(recipe.interval()).until(.75);
    return sparse(
        method,
        sparsity,
        Uniform.sparsity(sparsity) + "; " + rule + ", " + updates,
        UnaryOperator.identity(),
        perEpoch ->
            Sparsifier.builder()
                .distribution(Uniform.sparsity(sparsity))
                .rule(rule)
                .updates(updates));
  }

  Variant snfs(double sparsity) {
    UpdateRule rule = SparseMomentum.sgd(new CosineBetween(.5, .005), .9);
    return sparse(
        "SNFS",
        sparsity,
        Uniform.sparsity(sparsity) + ", Bernoulli; " + rule + " after every epoch but the last",
        UnaryOperator.identity(),
        perEpoch ->
            Sparsifier.builder()
                .distribution(Uniform.sparsity(sparsity))
                .firstMasks(RandomMasks.bernoulli())
                .rule(rule)
                .updates(Multiples.of(perEpoch).endLeftOut()));
  }

  Variant srigl(double sparsity, double gamma) {
    UpdateRule rule = Srigl.dropFraction(Cosine.from(.3)).gamma(gamma).withoutAblation("4.weight");
    Multiples updates = Multiples.of(recipe.interval()).until(.75).endLeftOut();
    return sparse(
        "SRigL " + gamma,
        sparsity,
        ErdosRenyiKernel.sparsity(sparsity) + ", constant fan-in; " + rule + ", " + updates,
        UnaryOperator.identity(),
        perEpoch ->
            Sparsifier.builder()
                .distribution(ErdosRenyiKernel.sparsity(sparsity))
                .firstMasks(RandomMasks.constantFanIn())
                .rule(rule)
                .updates(updates));
  }

  /** Starts dense and becomes sparse between 10 and 75 % of the training. */
  private Variant gradual(
      String method,
      double sparsity,
      UpdateRule rule,
      UnaryOperator<Trainer> changes,
      String more) {
    return sparse(
        method,
        sparsity,
        String.format(
            Locale.ROOT,
            "dense at first; %s, every %d steps from 10 to 75 %% of the training%s",
            rule,
            recipe.interval(),
            more),
        changes,
        perEpoch ->
            Sparsifier.builder()
                .distribution(Uniform.sparsity(0))
                .rule(rule)
                .updates(
                    Every.steps(recipe.interval())
                        .from((long) perEpoch * recipe.epochs() / 10)
                        .until(.75)));
  }

  private static GradualMagnitude cubic(double sparsity) {
    return GradualMagnitude.schedule(Polynomial.cubicTo(sparsity))
        .distribution(ErdosRenyiKernel::sparsity);
  }

  Variant gmp(double sparsity) {
    return gradual("GMP", sparsity, cubic(sparsity), UnaryOperator.identity(), "");
  }

  /**
   * Shares of the cost before pruning and in it, as {@link PruningRecipe} has them; with equal mean
   * densities the costs of whole trainings are equal.
   */
  Variant shares(double sparsity, double dense, double pruning) {
    PruningRecipe shares = new PruningRecipe(dense, pruning, sparsity, 3);
    return sparse(
        String.format(
            Locale.ROOT,
            "GMP %.0f/%.0f/%.0f",
            100 * dense,
            100 * pruning,
            100 * (1 - dense - pruning)),
        sparsity,
        String.format(
            Locale.ROOT,
            "gradual magnitude pruning by shares of the cost: %s dense, %s while the sparsity rises"
                + " along a cubic curve, the rest at the end; mean density %.3f; layers by the"
                + " Erdos-Renyi-Kernel rule, every %d steps",
            dense,
            pruning,
            shares.meanDensity(),
            recipe.interval()),
        UnaryOperator.identity(),
        perEpoch ->
            Sparsifier.builder()
                .distribution(Uniform.sparsity(0))
                .rule(
                    GradualMagnitude.schedule(shares.curve())
                        .distribution(ErdosRenyiKernel::sparsity))
                .updates(
                    shares.updates(
                        Math.max(1, (long) perEpoch * recipe.epochs()), recipe.interval())));
  }

  Variant gmpIrrelevant(double sparsity) {
    IrrelevantDecay decay = new IrrelevantDecay(1e-3);
    return gradual(
        "GMP, irrelevant decay",
        sparsity,
        cubic(sparsity),
        trainer -> trainer.regularizer(decay),
        "; " + decay);
  }

  Variant movement(double sparsity) {
    return gradual(
        "movement",
        sparsity,
        Movement.schedule(Polynomial.cubicTo(sparsity))
            .within(Scope.network().leaving((1 - sparsity) / 4)),
        UnaryOperator.identity(),
        "");
  }

  /** Updates are counted back from the end of the schedule, so that the last one is there. */
  Variant blocks(double sparsity) {
    int interval = recipe.interval();
    UpdateRule rule = BlockPruneAndGrow.of(Polynomial.cubicTo(sparsity), 4, 4);
    return sparse(
        "blocks 4x4",
        sparsity,
        String.format(
            Locale.ROOT,
            "dense at first; %s, every %d steps from 10 to 75 %% of the training, the last time"
                + " there",
            rule,
            interval),
        UnaryOperator.identity(),
        perEpoch -> {
          long steps = (long) perEpoch * recipe.epochs();
          long end = (long) (.75 * steps);
          long begin = end - (end - steps / 10) / interval * interval;
          return Sparsifier.builder()
              .distribution(Uniform.sparsity(0))
              .rule(rule)
              .updates(Every.steps(interval).from(begin).until(.75));
        });
  }

  Variant acdc(double sparsity) {
    return sparse(
        "AC/DC",
        sparsity,
        "dense for 10 % of the training, then sparse and dense phases of 5 %, sparse from 85 %;"
            + " magnitudes of all layers compete; the optimizer forgets where a dense phase starts",
        UnaryOperator.identity(),
        perEpoch -> {
          long twentieth = (long) perEpoch * recipe.epochs() / 20;
          Phases phases = Phases.alternating(2 * twentieth, twentieth, twentieth, 17 * twentieth);
          return Sparsifier.builder()
              .distribution(Uniform.sparsity(0))
              .rule(AcDc.of(phases, sparsity))
              .updates(phases);
        });
  }

  /** Static masks for most of the training, dense at the end. */
  Variant densified(double sparsity) {
    return sparse(
        "sparse, then dense",
        sparsity,
        Uniform.sparsity(sparsity) + ", static; dense from 90 % of the training",
        UnaryOperator.identity(),
        perEpoch -> {
          Phases phases =
              Phases.of(new long[0], new long[] {(long) perEpoch * recipe.epochs() * 9 / 10});
          return Sparsifier.builder()
              .distribution(Uniform.sparsity(sparsity))
              .rule(AcDc.of(phases, sparsity))
              .updates(phases);
        });
  }

  /** Trains dense, prunes at once and trains on; the regularizer acts before the pruning. */
  Variant regularized(String method, double sparsity, IntFunction<Regularizer> regularizer) {
    int epochs = recipe.epochs();
    Trial trial =
        (notes, seed) -> {
          Sequential model = sparseNetwork(notes);
          Regularizer term = regularizer.apply(notes.lab().perEpoch(BATCH));
          Trainer first =
              notes
                  .trainer(model, BATCH, seed)
                  .optimizer(Sgd.rate(.05).momentum(.9).withNesterov().l2(recipe.l2()))
                  .epochs(epochs)
                  .regularizer(term);
          Art art = Art.of(model, notes.lab().seen(), sparsity).warmUp(epochs / 2);
          if (term instanceof HyperSparse) {
            first.listener(art);
          }
          Report report = notes.fit(first, notes.lab().train());
          notes.figure("epochs before pruning", report.epochs().size());
          if (art.isFound()) {
            art.load();
            notes.fit(
                trainer(notes, model, epochs, seed)
                    .sparsifier(Sparsifier.builder().keepPatterns().seed(seed).build()),
                notes.lab().train());
          } else {
            notes.fit(
                trainer(notes, model, epochs, seed).sparsifier(pruning(sparsity, seed)),
                notes.lab().train());
          }
          return model;
        };
    return new Variant(
        method,
        Variant.percent(sparsity),
        words(
            "before that as many dense epochs at a rate of 0.05 with "
                + regularizer.apply(1).toString().replace(", stepsPerEpoch=1", "")
                + ", then pruned by magnitude in all layers together"),
        trial);
  }

  private static Sparsifier pruning(double sparsity, long seed) {
    return Sparsifier.builder()
        .distribution(Uniform.sparsity(sparsity))
        .firstMasks(MagnitudeMasks.within(Scope.network()))
        .pruneWeights()
        .seed(seed)
        .build();
  }

  Variant plainPruned(double sparsity) {
    return regularized("one-shot", sparsity, perEpoch -> Regularizer.none());
  }

  Variant l1Pruned(double sparsity) {
    return regularized("one-shot after L1", sparsity, perEpoch -> new L1(1e-4));
  }

  Variant hyperSparse(double sparsity) {
    return regularized(
        "HyperSparse",
        sparsity,
        perEpoch -> new HyperSparse(sparsity, 5e-4, 1.05, recipe.epochs() / 2, perEpoch));
  }

  /** Step 100, or the end of the first epoch if that comes first. */
  static int early(Notes notes) {
    return Math.min(100, notes.lab().perEpoch(BATCH));
  }

  /** Five prunings of a trained network, each followed by another training. */
  Variant rounds(
      String method, double sparsity, BiFunction<Rounds, Integer, Rounds> rewinding, String more) {
    int epochs = recipe.epochs() / 2;
    double ratio = Math.pow(1 - sparsity, .2);
    Trial trial =
        (notes, seed) -> {
          Sequential model = sparseNetwork(notes);
          List<Report> reports =
              rewinding
                  .apply(
                      Rounds.of(model).densities(Rounds.remaining(ratio, 6)).seed(seed),
                      early(notes))
                  .run(
                      round -> trainer(notes, model, epochs, seed),
                      round -> notes.lab().train(),
                      notes.lab().glance());
          reports.forEach(notes::reported);
          return model;
        };
    return new Variant(
        method,
        Variant.percent(sparsity),
        words(
            "half as many epochs a round; dense, then 5 times pruned by magnitude in all layers"
                + " together; "
                + more),
        trial);
  }

  /** Data arrive in eight parts; the network is pruned a little with each, or stays dense. */
  Variant anytime(String method, boolean pruned) {
    int epochs = Math.max(1, recipe.epochs() / 4);
    double[] densities = Rounds.anytime(.8, 4.5, 8);
    Trial trial = (notes, seed) -> anytime(notes, seed, pruned ? densities : dense(8), epochs);
    return new Variant(
        method,
        pruned ? Variant.percent(1 - densities[7]) : "",
        words(
            "a quarter as many epochs on each of 8 growing parts of the samples; "
                + (pruned ? "SNIP's masks at densities 0.8 to 0.37" : "dense")),
        trial);
  }

  private static double[] dense(int rounds) {
    double[] densities = new double[rounds];
    Arrays.fill(densities, 1);
    return densities;
  }

  private Layer anytime(Notes notes, long seed, double[] densities, int epochs) throws IOException {
    Sequential model = sparseNetwork(notes);
    Dataset all = notes.lab().train();
    // The best epoch is chosen on samples that no round trains on, not on the test set.
    int kept = all.size() * 9 / 10;
    Dataset judges = all.range(kept, all.size());
    List<Report> reports =
        Rounds.of(model)
            .densities(densities)
            .masks(Snip.batches(1))
            .carryBest()
            .seed(seed)
            .run(
                round -> trainer(notes, model, epochs, seed),
                round -> all.range(0, Math.max(BATCH, kept * (round + 1) / densities.length)),
                judges);
    reports.forEach(notes::reported);
    return model;
  }

  /** Two hidden layers of 512 and plain SGD, as SNIPER's authors have it. */
  static Variant sniper(String method, String setting, int kind) {
    int epochs = 30;
    Scope scope = Scope.network().leaving(.05);
    Trial trial =
        Trial.of((notes, seed) -> {
          Dataset data = notes.lab().train();
          Sequential model =
              Sequential.of(
                  SparseLinear.of(data.features(), 512),
                  ActivationLayer.relu(),
                  SparseLinear.of(512, 512),
                  ActivationLayer.relu(),
                  SparseLinear.of(512, data.classes()));
          Sgd sgd = Sgd.rate(.03);
          long epoch = notes.lab().perEpoch(64);
          Stairs stairs =
              Stairs.of(
                  Map.of(0L, .8, 5 * epoch, .4, 10 * epoch, .2, 15 * epoch, .1, 20 * epoch, 0.));
          Sparsifier.Builder sparsifier =
              Sparsifier.builder().distribution(Uniform.sparsity(kind == 0 ? 0 : .8)).seed(seed);
          if (kind > 0) {
            sparsifier.firstMasks(Snip.batches(20).remembered().within(scope));
          }
          if (kind == 2) {
            sparsifier.rule(Sniper.of(stairs, scope)).updates(stairs.updates());
          }
          return new Trial.Prepared(
              model,
              notes
                  .trainer(model, 64, seed)
                  .optimizer(kind == 2 ? sgd.rates(RateFactor.inverseDensity(100)) : sgd)
                  .epochs(epochs)
                  .sparsifier(sparsifier.build()));
        });
    String words =
        "784-512-512-10, ReLU; 30 epochs of batches of 64; SGD, learning rate 0.03; "
            + switch (kind) {
              case 0 -> "dense";
              case 1 -> "SNIP's masks of 20 batches, kept";
              default ->
                  "SNIP's masks of 20 batches, 80, 40, 20, 10 and 0 % sparse from epochs 0, 5, 10,"
                      + " 15 and 20, rates divided by the density";
            };
    return new Variant(method, setting, words, trial);
  }
}
