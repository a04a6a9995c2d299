package org.sparse4j.bench.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.sparse4j.train.TrainingListener;
import org.sparse4j.train.data.Dataset;

/**
 * Trains networks with paired seeds and checks how the methods compare. The bounds come from
 * reference runs of another implementation; they are about 99 % prediction bounds, so of many
 * checks a correct library may miss one.
 */
final class ReferenceSuite {

  private static final double[] SPARSITIES = {.9, .95, .98};

  /** How far below dense a method may end, in points at 90, 95 and 98 %. */
  private static final double[] STATIC_GAP = {1.5, 2.0, 3.6};

  private static final double[] DYNAMIC_GAP = {1.1, 1.7, 2.9};

  private final List<ReferenceRun> runs = new ArrayList<>();
  private final List<Long> seeds;

  private ReferenceSuite(List<Long> seeds) {
    this.seeds = List.copyOf(seeds);
  }

  /** Dense, and static, SET and RigL at 98 % (and uniform 98 %: static, RigL), a seed at a time. */
  static ReferenceSuite fast(
      Dataset train,
      Dataset test,
      List<Long> seeds,
      TrainingListener listener,
      Consumer<ReferenceRun> done) {
    ReferenceSuite suite = new ReferenceSuite(seeds);
    for (long seed : seeds) {
      for (ReferenceMethod method : ReferenceMethod.values()) {
        double sparsity = method == ReferenceMethod.DENSE ? 0 : .98;
        suite.add(
            ReferenceRecipe.FAST.run(method, false, sparsity, seed, train, test, listener), done);
      }
      for (ReferenceMethod method : List.of(ReferenceMethod.STATIC, ReferenceMethod.RIGL)) {
        suite.add(ReferenceRecipe.FAST.run(method, true, .98, seed, train, test, listener), done);
      }
    }
    return suite;
  }

  /** Dense, and static, SET and RigL at 90, 95 and 98 %, a seed at a time. */
  static ReferenceSuite full(
      Dataset train,
      Dataset test,
      List<Long> seeds,
      TrainingListener listener,
      Consumer<ReferenceRun> done) {
    ReferenceSuite suite = new ReferenceSuite(seeds);
    ReferenceRecipe recipe = ReferenceRecipe.FULL;
    for (long seed : seeds) {
      suite.add(recipe.run(ReferenceMethod.DENSE, false, 0, seed, train, test, listener), done);
      for (double sparsity : SPARSITIES) {
        for (ReferenceMethod method :
            List.of(ReferenceMethod.STATIC, ReferenceMethod.SET, ReferenceMethod.RIGL)) {
          suite.add(recipe.run(method, false, sparsity, seed, train, test, listener), done);
        }
      }
    }
    return suite;
  }

  private void add(ReferenceRun run, Consumer<ReferenceRun> done) {
    runs.add(run);
    done.accept(run);
  }

  List<ReferenceRun> runs() {
    return List.copyOf(runs);
  }

  /** Bounds on every seed alone, for 8,000 training images. */
  List<ReferenceCheck> fastChecks() {
    List<ReferenceCheck> checks = new ArrayList<>();
    for (long seed : seeds) {
      ReferenceRun dense = run(ReferenceMethod.DENSE, false, 0, seed);
      ReferenceRun fixed = run(ReferenceMethod.STATIC, false, .98, seed);
      ReferenceRun set = run(ReferenceMethod.SET, false, .98, seed);
      ReferenceRun rigL = run(ReferenceMethod.RIGL, false, .98, seed);
      ReferenceRun uniform = run(ReferenceMethod.STATIC, true, .98, seed);
      ReferenceRun repaired = run(ReferenceMethod.RIGL, true, .98, seed);
      String of = "seed " + seed + ": ";
      checks.add(
          ReferenceCheck.atLeast(
              of + "RigL - static, training accuracy", rigL.train() - fixed.train(), 3.5));
      checks.add(
          ReferenceCheck.atLeast(
              of + "SET - static, training accuracy", set.train() - fixed.train(), 1.3));
      checks.add(
          ReferenceCheck.atLeast(
              of + "RigL - SET, training accuracy", rigL.train() - set.train(), 1.2));
      checks.add(ReferenceCheck.atLeast(of + "dense, training accuracy", dense.train(), 98.5));
      checks.add(ReferenceCheck.atLeast(of + "dense, test accuracy", dense.test(), 84.8));
      checks.add(
          ReferenceCheck.atMost(of + "dense - RigL, test accuracy", dense.test() - rigL.test(), 4));
      checks.add(
          ReferenceCheck.atMost(of + "dense - SET, test accuracy", dense.test() - set.test(), 4));
      checks.add(
          ReferenceCheck.atLeast(
              of + "uniform 98 %: RigL - static, training accuracy",
              repaired.train() - uniform.train(),
              5));
      checks.add(
          ReferenceCheck.atLeast(
              of + "uniform 98 %: RigL, training accuracy", repaired.train(), 88));
      checks.add(
          ReferenceCheck.atLeast(
              of + "coverage, SET - RigL", 100 * (set.coverage() - rigL.coverage()), 0));
    }
    return checks;
  }

  /** Bounds on the mean over all seeds, for 60,000 training images. */
  List<ReferenceCheck> fullChecks() {
    List<ReferenceCheck> checks = new ArrayList<>();
    double dense = mean(ReferenceMethod.DENSE, 0, ReferenceRun::test);
    checks.add(ReferenceCheck.atLeast("dense, test accuracy", dense, 89.7));
    double rigLGain = 0;
    double setGain = 0;
    for (int s = 0; s < SPARSITIES.length; s++) {
      double sparsity = SPARSITIES[s];
      String at = String.format(Locale.ROOT, " at %.0f %%, test accuracy", 100 * sparsity);
      double fixed = mean(ReferenceMethod.STATIC, sparsity, ReferenceRun::test);
      double set = mean(ReferenceMethod.SET, sparsity, ReferenceRun::test);
      double rigL = mean(ReferenceMethod.RIGL, sparsity, ReferenceRun::test);
      checks.add(ReferenceCheck.atMost("dense - static" + at, dense - fixed, STATIC_GAP[s]));
      checks.add(ReferenceCheck.atMost("dense - SET" + at, dense - set, DYNAMIC_GAP[s]));
      checks.add(ReferenceCheck.atMost("dense - RigL" + at, dense - rigL, DYNAMIC_GAP[s]));
      double least = sparsity == .98 ? .3 : -.1;
      checks.add(ReferenceCheck.atLeast("SET - static" + at, set - fixed, least));
      checks.add(ReferenceCheck.atLeast("RigL - static" + at, rigL - fixed, least));
      checks.add(ReferenceCheck.atMost("|RigL - SET|" + at, Math.abs(rigL - set), .7));
      if (sparsity == .98) {
        checks.add(ReferenceCheck.atLeast("dense - static" + at, dense - fixed, 2.5));
      }
      checks.add(
          ReferenceCheck.atLeast(
              String.format(Locale.ROOT, "coverage at %.0f %%, SET - RigL", 100 * sparsity),
              100
                  * (mean(ReferenceMethod.SET, sparsity, ReferenceRun::coverage)
                      - mean(ReferenceMethod.RIGL, sparsity, ReferenceRun::coverage)),
              0));
      rigLGain += (rigL - fixed) / SPARSITIES.length;
      setGain += (set - fixed) / SPARSITIES.length;
    }
    checks.add(ReferenceCheck.atLeast("RigL - static, mean of all, test accuracy", rigLGain, .3));
    checks.add(ReferenceCheck.atLeast("SET - static, mean of all, test accuracy", setGain, .25));
    return checks;
  }

  private ReferenceRun run(ReferenceMethod method, boolean uniform, double sparsity, long seed) {
    return runs.stream()
        .filter(run ->
            run.method() == method
                && run.uniform() == uniform
                && run.sparsity() == sparsity
                && run.seed() == seed)
        .findFirst()
        .orElseThrow();
  }

  private double mean(
      ReferenceMethod method, double sparsity, ToDoubleFunction<ReferenceRun> figure) {
    return seeds.stream()
        .mapToDouble(seed -> figure.applyAsDouble(run(method, false, sparsity, seed)))
        .average()
        .orElseThrow();
  }
}
