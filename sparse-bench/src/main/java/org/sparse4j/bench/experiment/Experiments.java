package org.sparse4j.bench.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparse4j.train.initial.Grasp;
import org.sparse4j.train.initial.MagnitudeMasks;
import org.sparse4j.train.initial.Snip;
import org.sparse4j.train.initial.SynFlow;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.StaticMask;

/** All experiments, and what is expected of them. */
final class Experiments {

  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private Experiments() {}

  /**
   * Lists the experiments.
   *
   * @param full whether images are all 60,000 of the training set, which have a recipe of their own
   */
  static List<Experiment> all(boolean full) {
    List<Experiment> all = new ArrayList<>();
    all.add(full ? fullImages() : images());
    all.add(recipes(full));
    all.add(firstMasks(full));
    all.add(schedules(full));
    all.add(regularizers(full));
    all.add(rounds(full));
    all.add(anytime(full));
    all.add(sniper());
    all.add(text());
    all.add(gpt());
    all.add(maskedImages(full));
    all.add(soups(full));
    all.add(teachers(full));
    all.add(scopes(full));
    all.add(wide(full));
    all.add(convolution());
    all.add(searches(full));
    all.add(starts(full));
    all.add(locked(full));
    return all;
  }

  static Optional<Experiment> find(String name, boolean full) {
    return all(full).stream().filter(one -> one.name().equals(name)).findFirst();
  }

  private static ImageVariants variants(boolean full) {
    return new ImageVariants(full ? ReferenceRecipe.FULL : ReferenceRecipe.FAST);
  }

  /** How far below dense a method may end, in points at 90, 95 and 98 %. */
  private record Gap(String method, List<Double> most) {}

  private static Experiment fullImages() {
    ImageVariants make = variants(true);
    double[] sparsities = {.98, .95, .9};
    List<Variant> variants = new ArrayList<>();
    variants.add(make.dense());
    for (double s : sparsities) {
      variants.add(make.fixedRandom(s));
      variants.add(make.set(s));
      variants.add(make.rigL(s));
      variants.add(make.gmp(s));
      variants.add(make.snfs(s));
      variants.add(make.srigl(s, .3));
      if (s == .98) {
        variants.add(make.srigl(s, .9));
        variants.add(make.constantFanIn(s));
        variants.add(make.dstEe(s));
        variants.add(make.rarely(s));
        variants.add(make.uniform("static, uniform", s, StaticMask.instance()));
        variants.add(make.uniform("RigL, uniform", s, RigL.dropFraction(Cosine.from(.3))));
      } else {
        variants.add(make.small(s));
      }
    }
    List<Claim> claims = new ArrayList<>();
    claims.add(Claim.of("dense", Claim.VALUE, 89.7, INFINITY));
    List<Gap> gaps =
        List.of(
            new Gap("static", List.of(1.5, 2.0, 3.6)),
            new Gap("SET", List.of(1.1, 1.7, 2.9)),
            new Gap("RigL", List.of(1.1, 1.7, 2.9)),
            new Gap("SNFS", List.of(1.0, 1.6, 2.7)),
            new Gap("SRigL 0.3", List.of(1.4, 2.1, 3.7)),
            new Gap("GMP", List.of(.7, 1.2, 1.4)));
    for (Gap gap : gaps) {
      for (int s = 0; s < 3; s++) {
        String label = gap.method() + List.of(" 90 %", " 95 %", " 98 %").get(s);
        claims.add(Claim.difference("dense", label, Claim.VALUE, -INFINITY, gap.most().get(s)));
      }
    }
    claims.add(below("dense", "static 98 %", 2.5));
    claims.add(below("RigL 98 %", "static 98 %", .3));
    claims.add(below("SET 98 %", "static 98 %", .3));
    for (String s : List.of(" 90 %", " 95 %")) {
      claims.add(below("RigL" + s, "static" + s, -.1));
      claims.add(below("SET" + s, "static" + s, -.1));
    }
    claims.add(below("SNFS 98 %", "static 98 %", .4));
    claims.add(below("GMP 98 %", "static 98 %", 1.5));
    claims.add(below("GMP 98 %", "RigL 98 %", .8));
    claims.add(Claim.difference("dense", "SRigL 0.9 98 %", Claim.VALUE, -INFINITY, 2.9));
    claims.add(below("SRigL 0.9 98 %", "static 98 %", .2));
    claims.add(below("SRigL 0.9 98 %", "static, constant fan-in 98 %", .3));
    claims.add(below("static 90 %", "small dense 90 %", 0));
    claims.add(below("static 95 %", "small dense 95 %", .8));
    for (String s : List.of(" 90 %", " 95 %", " 98 %")) {
      claims.add(Claim.difference("RigL" + s, "SET" + s, Claim.VALUE, -.7, .7));
      claims.add(Claim.difference("SET" + s, "RigL" + s, Claim.COVERAGE, 0, INFINITY));
    }
    for (String s : List.of(" 90 %", " 95 %", " 98 %")) {
      claims.add(Claim.order("RigL" + s, "SET" + s, "Evci et al., 2020"));
      claims.add(Claim.order("SNFS" + s, "RigL" + s, "Dettmers and Zettlemoyer, 2019"));
      claims.add(Claim.order("GMP" + s, "RigL" + s, "Evci et al., 2020, for equal steps"));
    }
    claims.add(Claim.order("SRigL 0.3 98 %", "static 98 %", "Lasby et al., 2024"));
    claims.add(
        Claim.order("RigL 98 %", "RigL, rare updates 98 %", Claim.COVERAGE, "Liu et al., 2021"));
    claims.add(
        Claim.order("RigL 98 %", "RigL, rare updates 98 %", "that more updates explore more"));
    claims.add(Claim.order("RigL 98 %", "RigL, uniform 98 %", "Evci et al., 2020"));
    claims.add(
        Claim.order("RigL, uniform 98 %", "static, uniform 98 %", "repair of empty outputs"));
    claims.add(Claim.order("DST-EE 98 %", "RigL 98 %", "Huang et al., 2023"));
    claims.add(Claim.order("DST-EE 98 %", "RigL 98 %", Claim.COVERAGE, "Huang et al., 2023"));
    return new Experiment(
        "images",
        "Which rule of constant sparsity comes nearest to dense training?",
        Experiment.Source.IMAGES,
        "dense",
        variants,
        claims);
  }

  /** The left one is ahead of the right one by so much at least. */
  private static Claim below(String left, String right, double least) {
    return Claim.difference(left, right, Claim.VALUE, least, INFINITY);
  }

  private static Experiment images() {
    ImageVariants make = variants(false);
    double s = .98;
    List<Variant> variants =
        List.of(
            make.dense(),
            make.fixedRandom(s),
            make.set(s),
            make.rigL(s),
            make.snfs(s),
            make.srigl(s, .3),
            make.srigl(s, .9),
            make.constantFanIn(s),
            make.dstEe(s),
            make.gmp(s),
            make.uniform("static, uniform", s, StaticMask.instance()),
            make.uniform("RigL, uniform", s, RigL.dropFraction(Cosine.from(.3))));
    List<Claim> claims =
        List.of(
            Claim.of("dense", Claim.TRAIN, 98.5, INFINITY),
            Claim.of("dense", Claim.VALUE, 84.8, INFINITY),
            Claim.difference("RigL 98 %", "static 98 %", Claim.TRAIN, 3.5, INFINITY),
            Claim.difference("SET 98 %", "static 98 %", Claim.TRAIN, 1.3, INFINITY),
            Claim.difference("RigL 98 %", "SET 98 %", Claim.TRAIN, 1.2, INFINITY),
            Claim.difference("dense", "RigL 98 %", Claim.VALUE, -INFINITY, 4),
            Claim.difference("dense", "SET 98 %", Claim.VALUE, -INFINITY, 4),
            Claim.difference(
                "RigL, uniform 98 %", "static, uniform 98 %", Claim.TRAIN, 5, INFINITY),
            Claim.of("RigL, uniform 98 %", Claim.TRAIN, 88, INFINITY),
            Claim.difference("SET 98 %", "RigL 98 %", Claim.COVERAGE, 0, INFINITY),
            Claim.order("RigL 98 %", "SET 98 %", "Evci et al., 2020"),
            Claim.order("SNFS 98 %", "RigL 98 %", "Dettmers and Zettlemoyer, 2019"),
            Claim.order("DST-EE 98 %", "RigL 98 %", "Huang et al., 2023"),
            Claim.order("DST-EE 98 %", "RigL 98 %", Claim.COVERAGE, "Huang et al., 2023"));
    return new Experiment(
        "images",
        "Which rule of constant sparsity comes nearest to dense training?",
        Experiment.Source.IMAGES,
        "dense",
        variants,
        claims);
  }

  private static Experiment recipes(boolean full) {
    ImageVariants make = variants(full);
    SearchedRecipes search = new SearchedRecipes(make.l2());
    double s = .98;
    List<Variant> variants = new ArrayList<>();
    List<Claim> claims = new ArrayList<>();
    for (Variant fixed :
        List.of(make.dense(), make.fixedRandom(s), make.set(s), make.rigL(s), make.gmp(s))) {
      Variant searched = search.of(fixed);
      variants.add(fixed);
      variants.add(searched);
      claims.add(Claim.order(searched.label(), fixed.label(), "that a search pays"));
    }
    claims.add(Claim.order("RigL, searched 98 %", "static, searched 98 %", "Evci et al., 2020"));
    claims.add(Claim.order("SET, searched 98 %", "static, searched 98 %", "Mocanu et al., 2018"));
    claims.add(Claim.order("RigL, searched 98 %", "SET, searched 98 %", "Evci et al., 2020"));
    claims.add(
        Claim.order(
            "GMP, searched 98 %", "RigL, searched 98 %", "Evci et al., 2020, for equal steps"));
    return new Experiment(
        "recipes",
        "Does the order of methods change with recipes that were looked for on validation data?",
        Experiment.Source.IMAGES,
        "dense",
        variants,
        claims);
  }

  private static Experiment firstMasks(boolean full) {
    ImageVariants make = variants(full);
    List<Variant> variants = new ArrayList<>();
    variants.add(make.dense());
    for (double s : new double[] {.98, .95}) {
      variants.add(make.fixedRandom(s));
      variants.add(make.chosen("SNIP", s, Snip.batches(10)));
      variants.add(make.chosen("GraSP", s, Grasp.samplesPerClass(10)));
      variants.add(make.chosen("SynFlow", s, SynFlow.rounds(100)));
      variants.add(make.chosen("magnitude at the start", s, MagnitudeMasks.within(Scope.layer())));
    }
    List<Claim> claims = new ArrayList<>();
    for (String s : List.of(" 98 %", " 95 %")) {
      claims.add(Claim.order("SNIP" + s, "static" + s, "Lee et al., 2019"));
      claims.add(Claim.order("GraSP" + s, "SNIP" + s, "Wang et al., 2020"));
      claims.add(Claim.order("SynFlow" + s, "SNIP" + s, "Tanaka et al., 2020"));
    }
    return new Experiment(
        "first-masks",
        "Does it pay to choose masks by a score before training?",
        Experiment.Source.IMAGES,
        "dense",
        variants,
        claims);
  }

  private static Experiment schedules(boolean full) {
    ImageVariants make = variants(full);
    List<Variant> variants = new ArrayList<>();
    variants.add(make.dense());
    variants.add(make.densified(.75));
    for (double s : new double[] {.98, .95}) {
      variants.add(make.fixedRandom(s));
      variants.add(make.rigL(s));
      variants.add(make.gmp(s));
      variants.add(make.acdc(s));
      variants.add(make.movement(s));
      variants.add(make.blocks(s));
    }
    List<Claim> claims = new ArrayList<>();
    for (String s : List.of(" 98 %", " 95 %")) {
      claims.add(Claim.order("AC/DC" + s, "RigL" + s, "Peste et al., 2021"));
      claims.add(Claim.order("AC/DC" + s, "GMP" + s, "Peste et al., 2021"));
      claims.add(
          Claim.order(
              "GMP" + s, "movement" + s, "Sanh et al., 2020, for training from" + " scratch"));
      claims.add(Claim.order("GMP" + s, "blocks 4x4" + s, "fewer free positions"));
    }
    // All three have a mean density of 0.364.
    String recipe = "GMP 25/50/25 80 %";
    variants.add(make.shares(.8, .25, .5));
    variants.add(make.shares(.8, 0, .9));
    variants.add(make.shares(.8, .5625, 0));
    for (String other : List.of("GMP 0/90/10 80 %", "GMP 56/0/44 80 %")) {
      claims.add(Claim.difference(recipe, other, Claim.VALUE, -1, 1));
      claims.add(Claim.order(recipe, other, "Jin et al., 2025"));
    }
    claims.add(Claim.order("dense", "sparse, then dense 75 %", "Thangarasa et al., 2023"));
    claims.add(Claim.order("sparse, then dense 75 %", "static 95 %", "Thangarasa et al., 2023"));
    return new Experiment(
        "schedules",
        "What is gained by being dense for a part of the training?",
        Experiment.Source.IMAGES,
        "dense",
        variants,
        claims);
  }

  private static Experiment regularizers(boolean full) {
    ImageVariants make = variants(full);
    double s = .98;
    return new Experiment(
        "regularizers",
        "Does a term that presses small weights to 0 make pruning cheaper?",
        Experiment.Source.IMAGES,
        "dense",
        List.of(
            make.dense(),
            make.plainPruned(s),
            make.l1Pruned(s),
            make.hyperSparse(s),
            make.gmp(s),
            make.gmpIrrelevant(s)),
        List.of(
            Claim.order("HyperSparse 98 %", "one-shot 98 %", "Glandorf et al., 2023"),
            Claim.order("HyperSparse 98 %", "one-shot after L1 98 %", "Glandorf et al., 2023"),
            Claim.order("GMP, irrelevant decay 98 %", "GMP 98 %", "Bonetta et al., 2022")));
  }

  private static Experiment rounds(boolean full) {
    ImageVariants make = variants(full);
    double s = .98;
    return new Experiment(
        "rounds",
        "Which weights should go on after a pruning: the first ones, early ones, or the trained?",
        Experiment.Source.IMAGES,
        "dense",
        List.of(
            make.dense(),
            make.fixedRandom(s),
            make.rounds(
                "lottery ticket", s, (rounds, early) -> rounds.rewindTo(0), "back to the start"),
            make.rounds(
                "rewinding",
                s,
                (rounds, early) -> rounds.rewindTo(early),
                "back to step 100 of the first round, or the end of its first epoch"),
            make.rounds(
                "IMP", s, (rounds, early) -> rounds, "weights go on, learning rates restart")),
        List.of(
            Claim.order("lottery ticket 98 %", "static 98 %", "Frankle and Carbin, 2019"),
            Claim.order("rewinding 98 %", "lottery ticket 98 %", "Frankle et al., 2020"),
            Claim.order("IMP 98 %", "lottery ticket 98 %", "Renda et al., 2020")));
  }

  private static Experiment anytime(boolean full) {
    ImageVariants make = variants(full);
    Variant pruned = make.anytime("APP", true);
    return new Experiment(
        "anytime",
        "When samples arrive in parts, does pruning a little with each part help?",
        Experiment.Source.IMAGES,
        "dense, anytime",
        List.of(make.anytime("dense, anytime", false), pruned),
        List.of(Claim.order(pruned.label(), "dense, anytime", "Misra et al., 2022")));
  }

  private static Experiment sniper() {
    return new Experiment(
        "sniper",
        "Does a network that starts sparse and ends dense learn as well as a dense one?",
        Experiment.Source.IMAGES,
        "dense",
        List.of(
            ImageVariants.sniper("dense", "", 0),
            ImageVariants.sniper("SNIP", "80 %", 1),
            ImageVariants.sniper("SNIPER", "80 to 0 %", 2)),
        List.of(
            Claim.order("SNIPER 80 to 0 %", "SNIP 80 %", "Lam et al., 2022"),
            Claim.order("SNIPER 80 to 0 %", "dense", "Lam et al., 2022")));
  }

  private static Experiment text() {
    String of = " 2:4";
    List<Claim> claims = new ArrayList<>();
    claims.add(Claim.of("dense", Claim.VALUE, 0, 2.35));
    for (String method : List.of("SR-STE 2e-04", "S-STE", "STE")) {
      claims.add(Claim.difference(method + of, "dense", Claim.VALUE, .01, .05));
    }
    claims.add(Claim.of("dense", TextVariants.JUMP, .12, INFINITY));
    claims.add(
        Claim.difference("one-shot, 1,000 steps" + of, "dense", Claim.VALUE, -INFINITY, .06));
    claims.add(Claim.of("AdamS 1e-03" + of, TextVariants.JUMP, -INFINITY, .005));
    claims.add(Claim.difference("AdamS 1e-03" + of, "dense, AdamS", Claim.VALUE, -INFINITY, .03));
    claims.add(Claim.difference("SR-STE 2e-04" + of, "STE" + of, Claim.VALUE, -INFINITY, .003));
    claims.add(Claim.difference("S-STE" + of, "STE" + of, Claim.VALUE, -INFINITY, .006));
    claims.add(Claim.ratio("SR-STE 2e-04" + of, "STE" + of, Notes.LATE_FLIPS, 0, .75));
    claims.add(Claim.ratio("SR-STE 2e-04" + of, "STE" + of, Notes.LAST_FLIPS, 0, .75));
    claims.add(Claim.order("SR-STE 2e-04" + of, "STE" + of, "Zhou et al., 2021"));
    claims.add(Claim.order("S-STE" + of, "SR-STE 2e-04" + of, "Hu et al., 2024"));
    for (String method : List.of("SR-STE 2e-04", "S-STE", "STE", "fixed random")) {
      claims.add(Claim.beatsPruned(method + of, "dense", "Zhou et al., 2021"));
    }
    claims.add(Claim.order("STE" + of, "fixed random" + of, "that choosing masks pays"));
    claims.add(
        Claim.order(
            "S-STE" + of,
            "S-STE, moving scale" + of,
            "Hu et al., 2024, a moving scale" + " diverges"));
    for (String method : List.of("transposable", "STEP", "S-STE, MVUE", "S-STE, MVUE, FP8")) {
      trained(method + of, claims);
    }
    trained("STE 16:2:4", claims);
    claims.add(Claim.order("STE" + of, "STE 16:2:4", "fewer free positions"));
    claims.add(
        Claim.order(
            "S-STE, MVUE" + of, "SR-STE 2e-04" + of, "Hu et al., 2024, of S-STE with its samples"));
    claims.add(Claim.order("STEP" + of, "SR-STE 2e-04" + of, "Lu et al., 2023"));
    scratchAndFurther(", 1,000 steps", claims);
    return new Experiment(
        "text",
        "What does 2:4 cost a character model, by method?",
        Experiment.Source.WINDOWS,
        "dense",
        List.of(
            TextVariants.dense(),
            TextVariants.straightThrough(),
            TextVariants.regularized(2e-4),
            TextVariants.softThreshold(),
            TextVariants.fineTuned(),
            TextVariants.adams(1e-3),
            TextVariants.denseAdams(),
            TextVariants.random(),
            TextVariants.regularized(2e-3),
            TextVariants.regularized(2e-5),
            TextVariants.movingThreshold(),
            TextVariants.sampledSoftThreshold(),
            TextVariants.float8SoftThreshold(),
            TextVariants.transposable(),
            TextVariants.transposableThenDense(),
            TextVariants.frozen(),
            TextVariants.denseFurther(),
            TextVariants.adaptive(),
            TextVariants.adaptiveWithSums(),
            TextVariants.continuous(),
            TextVariants.shared()),
        claims);
  }

  /** Where every trained 2:4 network belongs: behind dense, before dense and pruned. */
  private static void trained(String label, List<Claim> claims) {
    trained(label, "dense", claims);
  }

  /** The same of a network that is compared with another dense one, trained for as long. */
  private static void trained(String label, String dense, List<Claim> claims) {
    claims.add(Claim.order(dense, label, "that 2:4 costs something"));
    claims.add(Claim.beatsPruned(label, "dense", "Zhou et al., 2021, of trained 2:4"));
  }

  /** What the papers of 2:4 say, of characters and of sequences. */
  private static void scratchAndFurther(String steps, List<Claim> claims) {
    String of = " 2:4";
    String fineTuned = "one-shot" + steps + of;
    trained(fineTuned, "dense" + steps, claims);
    String denseEnd = "transposable 2:4, dense at the end";
    claims.add(Claim.order("S-STE" + of, "S-STE, MVUE" + of, "that samples cost something"));
    claims.add(
        Claim.order("S-STE, MVUE" + of, "S-STE, MVUE, FP8" + of, "that rounding costs something"));
    claims.add(Claim.order("S-STE, MVUE" + of, denseEnd, "Hu et al., 2024, of S-STE"));
    claims.add(Claim.order("S-STE, MVUE" + of, "STEP" + of, "Hu et al., 2024, of S-STE"));
    claims.add(
        Claim.order(denseEnd, "transposable" + of, "Hu et al., 2024, of transposable masks"));
    claims.add(Claim.order("dense", denseEnd, "that 2:4 costs something"));
    claims.add(Claim.order("STEP" + of, "STE" + of, "Lu et al., 2023"));
    for (String method : List.of("AST", "AST, SLoRB", "CAST")) {
      trained(method + of, "dense" + steps, claims);
      String source = method.equals("CAST") ? "Huang et al., 2025" : "Huang et al., 2024";
      claims.add(Claim.order(method + of, fineTuned, source));
    }
    claims.add(Claim.order("AST, SLoRB" + of, "AST" + of, "Huang et al., 2024"));
    claims.add(Claim.of("CAST" + of, TextVariants.JUMP, -INFINITY, .005));
  }

  private static Experiment gpt() {
    String of = " 2:4";
    List<Claim> claims = new ArrayList<>();
    claims.add(Claim.of("dense", TextVariants.JUMP, .02, INFINITY));
    for (String method : List.of("STE", "SR-STE", "S-STE")) {
      claims.add(Claim.order("dense", method + of, "that 2:4 costs something"));
      claims.add(Claim.beatsPruned(method + of, "dense", "Zhou et al., 2021"));
    }
    claims.add(Claim.order("SR-STE" + of, "STE" + of, "Zhou et al., 2021"));
    claims.add(Claim.order("S-STE" + of, "SR-STE" + of, "Hu et al., 2024"));
    List<String> more =
        List.of("S-STE, MVUE", "S-STE, MVUE, FP8", "transposable", "STEP", "MdGf", "SdGf", "AdamS");
    for (String method : more) {
      trained(method + of, claims);
    }
    claims.add(
        Claim.order(
            "S-STE, MVUE" + of, "SR-STE" + of, "Hu et al., 2024, of S-STE with its samples"));
    claims.add(Claim.order("STEP" + of, "SR-STE" + of, "Lu et al., 2023"));
    for (String method : List.of("MdGf", "SdGf")) {
      claims.add(
          Claim.order(
              method + of, "SR-STE" + of, "Bambhaniya et al., 2024, for higher sparsities"));
    }
    claims.add(Claim.order("dense, AdamS", "AdamS" + of, "that 2:4 costs something"));
    claims.add(Claim.of("AdamS" + of, TextVariants.JUMP, -INFINITY, .005));
    scratchAndFurther(", 135 steps", claims);
    List<String> scratch = new ArrayList<>(List.of("STE", "SR-STE", "S-STE"));
    scratch.addAll(more);
    claims.add(
        Claim.bestRatio(
            "best from scratch",
            scratch.stream().map(method -> method + of).toList(),
            "dense",
            0,
            1.02));
    for (String s : List.of(" 80 %", " 90 %")) {
      claims.add(Claim.order("RigL" + s, "static" + s, "Evci et al., 2020"));
      claims.add(Claim.order("GMP" + s, "RigL" + s, "Evci et al., 2020, for equal steps"));
    }
    List<Variant> variants = new ArrayList<>();
    variants.add(GptVariants.dense());
    variants.add(GptVariants.straightThrough());
    variants.add(GptVariants.regularized());
    variants.add(GptVariants.softThreshold());
    variants.add(GptVariants.sampledSoftThreshold());
    variants.add(GptVariants.float8SoftThreshold());
    variants.add(GptVariants.transposable());
    variants.add(GptVariants.transposableThenDense());
    variants.add(GptVariants.frozen());
    variants.add(GptVariants.maskDecay());
    variants.add(GptVariants.structureDecay());
    variants.add(GptVariants.adams());
    variants.add(GptVariants.denseAdams());
    variants.add(GptVariants.denseFurther());
    variants.add(GptVariants.fineTuned());
    variants.add(GptVariants.adaptive());
    variants.add(GptVariants.adaptiveWithSums());
    variants.add(GptVariants.continuous());
    for (double s : new double[] {.8, .9}) {
      variants.add(GptVariants.fixed(s));
      variants.add(GptVariants.rigL(s));
      variants.add(GptVariants.gmp(s));
    }
    return new Experiment(
        "gpt",
        "What does sparsity cost a small transformer, and does trained 2:4 beat pruned 2:4?",
        Experiment.Source.SEQUENCES,
        "dense",
        variants,
        claims);
  }

  private static Experiment maskedImages(boolean full) {
    ImageVariants make = variants(full);
    MaskedVariants masked = new MaskedVariants(make);
    List<Variant> variants = new ArrayList<>();
    variants.add(make.dense());
    variants.add(masked.straightThrough(2, 4));
    variants.add(masked.regularized(2, 4));
    List<Claim> claims = new ArrayList<>();
    claims.add(Claim.ratio("SR-STE 2:4", "STE 2:4", Notes.LAST_FLIPS, 0, 1));
    for (int m : new int[] {4, 8, 16}) {
      variants.add(masked.straightThrough(1, m));
      variants.add(masked.maskDecay(1, m));
      variants.add(masked.structureDecay(1, m));
      claims.add(Claim.order("MdGf 1:" + m, "STE 1:" + m, "Bambhaniya et al., 2024"));
      claims.add(Claim.order("SdGf 1:" + m, "STE 1:" + m, "Bambhaniya et al., 2024"));
    }
    return new Experiment(
        "n-m",
        "Does decaying masks or structures make N:M training better?",
        Experiment.Source.IMAGES,
        "dense",
        variants,
        claims);
  }

  private static Experiment soups(boolean full) {
    ImageVariants make = variants(full);
    PruningVariants pruning = new PruningVariants(make);
    return new Experiment(
        "soups",
        "Is the average of members that were trained from one pruned network better than they are?",
        Experiment.Source.IMAGES,
        "dense",
        List.of(
            make.dense(),
            pruning.soup("IMP", 1),
            pruning.soup("soup of 3", 3),
            pruning.swamp("rewinding, averaged", 1),
            pruning.swamp("SWAMP of 3", 3)),
        List.of(
            Claim.of("soup of 3 90 %", PruningVariants.GAIN, 0, INFINITY),
            Claim.order("soup of 3 90 %", "IMP 90 %", "Zimmer et al., 2024"),
            Claim.order("SWAMP of 3 90 %", "rewinding, averaged 90 %", "Choi et al., 2024")));
  }

  private static Experiment teachers(boolean full) {
    ImageVariants make = variants(full);
    PruningVariants pruning = new PruningVariants(make);
    double s = .98;
    return new Experiment(
        "teachers",
        "Does the dense network help as a teacher of its pruned copy?",
        Experiment.Source.IMAGES,
        "dense",
        List.of(
            make.dense(),
            pruning.taught("GMP of trained", s, 0, 0),
            pruning.taught("with outputs", s, .5, 0),
            pruning.taught("with outputs and features", s, .5, .1)),
        List.of(
            Claim.order("with outputs 98 %", "GMP of trained 98 %", "Zafrir et al., 2021"),
            Claim.order(
                "with outputs and features 98 %", "with outputs 98 %", "Kurtic et al., 2023")));
  }

  private static Experiment scopes(boolean full) {
    ImageVariants make = variants(full);
    PruningVariants pruning = new PruningVariants(make);
    List<Variant> variants = new ArrayList<>();
    variants.add(make.dense());
    variants.add(pruning.sweep());
    List<Claim> claims = new ArrayList<>();
    for (double s : new double[] {.8, .98}) {
      variants.add(pruning.scoped("class-blind", s, Scope.network()));
      variants.add(pruning.scoped("class-uniform", s, Scope.layer()));
      variants.add(pruning.scoped("class-distribution", s, Scope.networkStandardised()));
      String at = " " + Variant.percent(s);
      claims.add(Claim.order("class-blind" + at, "class-uniform" + at, "See et al., 2016"));
      claims.add(Claim.order("class-blind" + at, "class-distribution" + at, "See et al., 2016"));
    }
    return new Experiment(
        "scopes",
        "Should magnitudes compete in each layer or in the network, and how much is free to go?",
        Experiment.Source.IMAGES,
        "dense",
        variants,
        claims);
  }

  private static Experiment wide(boolean full) {
    WideVariants wide = new WideVariants(variants(full));
    List<Variant> variants = new ArrayList<>();
    variants.add(wide.dense());
    List<Claim> claims = new ArrayList<>();
    for (double s : new double[] {.75, .9}) {
      variants.add(wide.fixed(s));
      variants.add(wide.rigL(s));
      String at = " " + Variant.percent(s);
      claims.add(Claim.order("wide, RigL" + at, "dense", "Saxena et al., 2023"));
      claims.add(Claim.order("wide, RigL" + at, "wide, static" + at, "Saxena et al., 2023"));
    }
    claims.add(Claim.order("wide, RigL 90 %", "wide, RigL 75 %", "Saxena et al., 2023"));
    return new Experiment(
        "wide",
        "Is a wider sparse network better than a dense one with as many weights?",
        Experiment.Source.IMAGES,
        "dense",
        variants,
        claims);
  }

  private static Experiment convolution() {
    return new Experiment(
        "convolution",
        "Do the methods compare in a convolutional network as they do in a chain of layers?",
        Experiment.Source.IMAGES,
        "dense",
        List.of(
            ConvolutionVariants.dense(),
            ConvolutionVariants.fixed(),
            ConvolutionVariants.set(),
            ConvolutionVariants.rigL(),
            ConvolutionVariants.gmp(),
            ConvolutionVariants.fixedByChannels(),
            ConvolutionVariants.rigLByChannels()),
        List.of(
            Claim.order("static 90 %", "static, by channels 90 %", "Evci et al., 2020"),
            Claim.order("RigL 90 %", "RigL, by channels 90 %", "Evci et al., 2020"),
            Claim.order("RigL 90 %", "static 90 %", "Evci et al., 2020"),
            Claim.order("SET 90 %", "static 90 %", "Mocanu et al., 2018"),
            Claim.order("GMP 90 %", "RigL 90 %", "Evci et al., 2020, for equal steps")));
  }

  private static Experiment starts(boolean full) {
    ImageVariants make = variants(full);
    StartVariants start = new StartVariants(make);
    double s = .98;
    List<Variant> variants = new ArrayList<>();
    variants.add(make.dense());
    variants.add(make.fixedRandom(s));
    variants.add(start.fixed(s));
    variants.add(make.rigL(s));
    variants.add(start.rigL(s));
    variants.add(start.base());
    List<Claim> claims = new ArrayList<>();
    claims.add(Claim.order("static 98 %", "static, dense start 98 %", "Evci et al., 2022"));
    claims.add(Claim.order("RigL 98 %", "RigL, dense start 98 %", "Evci et al., 2022"));
    int width = 256;
    for (double sparsity : new double[] {0, .75, .95}) {
      variants.add(start.standard(width, sparsity));
      variants.add(start.maximalUpdate(width, sparsity));
      String at = sparsity == 0 ? " 256" : " 256 " + Variant.percent(sparsity);
      claims.add(Claim.difference("SmuPar" + at, "standard 64", StartVariants.BEST_RATE, -1, 1));
      claims.add(
          Claim.difference("SmuPar" + at, "standard" + at, StartVariants.EXCESS, -INFINITY, 0));
      if (sparsity > 0) {
        claims.add(
            Claim.difference("SmuPar" + at, "standard" + at, StartVariants.MOVED, -INFINITY, 0));
        claims.add(Claim.order("SmuPar" + at, "standard" + at, "Dey et al., 2024"));
      }
    }
    return new Experiment(
        "starts",
        "Should first weights and learning rates follow sparsity and width?",
        Experiment.Source.IMAGES,
        "dense",
        variants,
        claims);
  }

  private static Experiment locked(boolean full) {
    LockedVariants make = new LockedVariants(variants(full));
    return new Experiment(
        "locked",
        "Does the pattern that one task left serve another?",
        Experiment.Source.IMAGES,
        "dense, tuned",
        List.of(make.dense(), make.locked(), make.pruned(), make.random()),
        List.of(
            Claim.order("dense, tuned", "pattern lock 95 %", "that sparsity costs something"),
            Claim.order("pattern lock 95 %", "pruned while tuned 95 %", "Zafrir et al., 2021"),
            Claim.order("pattern lock 95 %", "random pattern 95 %", "that choosing masks pays")));
  }

  private static Experiment searches(boolean full) {
    SearchVariants search = new SearchVariants(variants(full));
    return new Experiment(
        "searches",
        "What does searching for functions or masks add to static masks?",
        Experiment.Source.IMAGES,
        "static, ReLU 98 %",
        List.of(search.rectified(), search.functions(), search.masks()),
        List.of(
            Claim.order("static, found functions 98 %", "static, ReLU 98 %", "Loni et al., 2023"),
            Claim.of("best of 8 masks 98 %", SearchVariants.GAIN, -1, 1)));
  }
}
