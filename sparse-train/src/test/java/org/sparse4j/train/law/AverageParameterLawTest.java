package org.sparse4j.train.law;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.train.flops.MethodFlops;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.schedule.Every;

class AverageParameterLawTest {

  @Test
  void predictsTheSumOfItsTerms() {
    AverageParameterLaw law = new AverageParameterLaw(1.5, 4, .5, 8, 1);
    assertEquals(1.5 + 4 / 5.0 + 8 / 16.0, law.loss(25, 16), 1e-12);
  }

  /** Thirty noisy runs, as many as the authors have: the law is found to within the noise. */
  @Test
  void findsALawInNoisyRuns() {
    AverageParameterLaw law = new AverageParameterLaw(1.7, 400, .34, 410, .28);
    List<AverageParameterLaw.Run> runs = new ArrayList<>();
    for (double size : new double[] {58e6, 162e6, 468e6}) {
      for (double sparsity : new double[] {0, .2, .4, .6, .8}) {
        for (double tokens : new double[] {10 * size * 20, 20 * size * 20}) {
          double mean = size * PruningRecipe.cubic(sparsity).meanDensity();
          double noise = .005 * Streams.normal(7, runs.size());
          runs.add(new AverageParameterLaw.Run(mean, tokens, law.loss(mean, tokens) * (1 + noise)));
        }
      }
    }
    AverageParameterLaw.Fit fit = AverageParameterLaw.fit(runs, Residuals.ofLogarithms(), 1);
    assertTrue(fit.meanHuber() < 5e-6, fit.toString());
    for (AverageParameterLaw.Run run : runs) {
      assertEquals(run.loss(), fit.law().loss(run.meanParameters(), run.data()), .06);
    }
    assertEquals(fit, AverageParameterLaw.fit(runs, Residuals.ofLogarithms(), 1));
    assertEquals(law.loss(1e9, 1e11), fit.law().loss(1e9, 1e11), .1);
  }

  @ParameterizedTest
  @CsvSource({".8, cubic, .3636", ".8, linear, .4286", "0, cubic, 1", ".5, linear, .705882"})
  void meanDensityOfAQuarterAHalfAndAQuarterOfTheCost(double s, String curve, double expected) {
    PruningRecipe recipe = curve.equals("cubic") ? PruningRecipe.cubic(s) : PruningRecipe.linear(s);
    assertEquals(expected, recipe.meanDensity(), 5e-5);
  }

  /** The schedule spends its cost as it was told to, and ends at its sparsity. */
  @ParameterizedTest
  @CsvSource({".8, 3", ".8, 1", ".5, 3", ".9, 2"})
  void theScheduleKeepsTheShares(double sparsity, double power) {
    PruningRecipe recipe = new PruningRecipe(.25, .5, sparsity, power);
    int steps = 100_000;
    Every updates = recipe.updates(steps, 10);
    double mean = 1 - MethodFlops.meanSparsity(recipe.curve(), updates, steps);
    assertEquals(recipe.meanDensity(), mean, 1e-4);
    assertEquals(.25, updates.begin() / (steps * mean), 1e-3);
    long end = updates.end(steps);
    assertEquals(.25, (steps - end) * (1 - sparsity) / (steps * mean), 1e-3);
    assertEquals(sparsity, recipe.curve().at(end, updates.begin(), end));
    assertTrue(updates.fires(end, end - 10, steps));
  }

  @Test
  void rejectsWhatDoesNotFit() {
    assertMessage(
        "PruningRecipe: shares of the cost (0.6 dense, 0.5 pruning) must be at least 0 and at most"
            + " 1 together",
        () -> new PruningRecipe(.6, .5, .5, 3));
    assertMessage("PruningRecipe: sparsity (1.0) must be in [0, 1)", () -> PruningRecipe.cubic(1));
    assertMessage(
        "PruningRecipe: power (0.0) must be finite and above 0",
        () -> new PruningRecipe(.25, .5, .5, 0));
    assertMessage(
        "PruningRecipe: steps (0) must be at least 1",
        () -> PruningRecipe.cubic(.5).updates(0, 10));
    assertMessage(
        "AverageParameterLaw: number of runs (4) must be at least 5",
        () ->
            AverageParameterLaw.fit(
                Collections.nCopies(4, new AverageParameterLaw.Run(1, 1, 1)),
                Residuals.plain(),
                1));
    assertMessage(
        "AverageParameterLaw: meanParameters (0.0) must be finite and above 0",
        () -> new AverageParameterLaw.Run(0, 1, 1));
  }

  private static void assertMessage(String expected, Runnable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
