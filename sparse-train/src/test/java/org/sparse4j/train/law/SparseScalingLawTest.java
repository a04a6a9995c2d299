package org.sparse4j.train.law;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparseScalingLawTest {
  private static final SparseScalingLaw T5 = SparseScalingLaw.textTransformers();

  private static List<SparseScalingLaw.Run> published() throws IOException {
    List<SparseScalingLaw.Run> runs = new ArrayList<>();
    double[] sparsities = {0, .5, .75, .875};
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    SparseScalingLawTest.class.getResourceAsStream(
                        "/golden/t5-sparse-scaling.txt")),
                StandardCharsets.UTF_8))) {
      for (String line : reader.lines().filter(text -> !text.startsWith("#")).toList()) {
        String[] numbers = line.split(" ", -1);
        for (int s = 0; s < sparsities.length; s++) {
          runs.add(
              new SparseScalingLaw.Run(
                  sparsities[s],
                  Double.parseDouble(numbers[0]),
                  Double.parseDouble(numbers[1]),
                  Double.parseDouble(numbers[2 + s])));
        }
      }
    }
    assertEquals(48, runs.size());
    return runs;
  }

  @ParameterizedTest
  @CsvSource({
    "0,    1.327104,  2.5, 3.127287",
    ".5,   1.327104,  2.5, 2.918794",
    ".875, 84.934656, 10,  1.603194",
    ".75,  603.98,    5,   1.468301"
  })
  void predictsWhatTheAuthorsLawDoes(double sparsity, double size, double data, double loss) {
    assertEquals(loss, T5.loss(sparsity, size, data), 1e-6);
  }

  /** The constants in weights, tokens and images, as the paper prints them. */
  @Test
  void constantsInPlainUnits() {
    assertEquals(16.79, T5.a() * Math.pow(1e6, T5.d()), .005);
    assertEquals(45.02, T5.c() * Math.pow(1e6, T5.d()), .01);
    assertEquals(6.90e8, Math.pow(T5.e(), 1 / T5.f()) * 1e5 * 65_536, .01e8);
    SparseScalingLaw vit = SparseScalingLaw.visionTransformers();
    assertEquals(294.4, vit.a() * Math.pow(1e6, vit.d()), .05);
    assertEquals(468.2, vit.c() * Math.pow(1e6, vit.d()), .05);
    assertEquals(2.374e8, Math.pow(vit.e(), 1 / vit.f()) * 1e9, .001e8);
  }

  @Test
  void theAuthorsConstantsFitTheirRuns() throws IOException {
    List<SparseScalingLaw.Run> runs = published();
    assertEquals(7.6034e-6, T5.meanHuber(runs, Residuals.ofLogarithms()), 1e-10);
    double mean = 0;
    double worst = 0;
    for (SparseScalingLaw.Run run : runs) {
      double error = Math.abs(T5.loss(run.sparsity(), run.parameters(), run.data()) - run.loss());
      mean += error / runs.size();
      worst = Math.max(worst, error);
    }
    assertEquals(.01855, mean, 5e-6);
    assertEquals(.0771, worst, 5e-5);
  }

  /** As good as the authors' fit or better, and the same twice. */
  @Test
  void refitsThePublishedRuns() throws IOException {
    List<SparseScalingLaw.Run> runs = published();
    SparseScalingLaw.Fit fit = SparseScalingLaw.fit(runs, Residuals.ofLogarithms(), 1);
    assertTrue(fit.meanHuber() <= 7.61e-6, fit.toString());
    assertEquals(fit.meanHuber(), fit.law().meanHuber(runs, Residuals.ofLogarithms()), 1e-12);
    assertEquals(fit, SparseScalingLaw.fit(runs, Residuals.ofLogarithms(), 1));
    // A larger model than any of the fit: measured 1.48278.
    assertEquals(1.48278, fit.law().loss(.75, 603.98, 5), .05);
  }

  /** Runs without noise give the losses of other settings back, in whatever units. */
  @Test
  void findsALawAgain() {
    SparseScalingLaw law = new SparseScalingLaw(40, .8, 90, .3, 5e3, .4, .7);
    List<SparseScalingLaw.Run> runs = new ArrayList<>();
    for (double size : new double[] {1e6, 4e6, 16e6, 64e6}) {
      for (double data : new double[] {1e9, 3e9, 9e9}) {
        for (double sparsity : new double[] {0, .5, .8, .9}) {
          runs.add(new SparseScalingLaw.Run(sparsity, size, data, law.loss(sparsity, size, data)));
        }
      }
    }
    SparseScalingLaw.Fit fit = SparseScalingLaw.fit(runs, Residuals.plain(), 3);
    assertTrue(fit.meanHuber() < 1e-9, fit.toString());
    assertEquals(law.loss(.7, 2e6, 2e9), fit.law().loss(.7, 2e6, 2e9), 1e-4);
    assertEquals(law.loss(.6, 128e6, 20e9), fit.law().loss(.6, 128e6, 20e9), 5e-3);
  }

  @ParameterizedTest
  @CsvSource({
    "1.327104,  2.5,  .8355",
    "1.327104,  10,   .8732",
    "1.327104,  100,  .9191",
    "1.327104,  1000, .9492",
    "84.934656, 2.5,  .6051",
    "84.934656, 10,   .6864",
    "84.934656, 100,  .7900",
    "84.934656, 1000, .8626"
  })
  void optimalSparsityGrowsWithDataAndFallsWithSize(double size, double budget, double sparsity) {
    assertEquals(sparsity, T5.optimalSparsity(size, budget), 5e-5);
  }

  @Test
  void optimalSparsityIsZeroWhereSparsityOnlyCosts() {
    assertEquals(0, new SparseScalingLaw(0, 1, 1, .3, 1, .3, 1).optimalSparsity(1, 1), 1e-9);
  }

  @Test
  void rejectsWhatIsNoRunAndNoLaw() {
    assertMessage("SparseScalingLaw: sparsity (1.0) must be in [0, 1)", () -> T5.loss(1, 1, 1));
    assertMessage(
        "SparseScalingLaw: parameters (0.0) must be finite and above 0", () -> T5.loss(0, 0, 1));
    assertMessage(
        "SparseScalingLaw: data (-1.0) must be finite and above 0",
        () -> T5.optimalSparsity(1, -1));
    assertMessage(
        "SparseScalingLaw: loss (NaN) must be finite and above 0",
        () -> new SparseScalingLaw.Run(0, 1, 1, Double.NaN));
    assertMessage(
        "SparseScalingLaw: number of runs (6) must be at least 7",
        () ->
            SparseScalingLaw.fit(
                Collections.nCopies(6, new SparseScalingLaw.Run(0, 1, 1, 1)),
                Residuals.plain(),
                1));
    assertMessage(
        "SparseScalingLaw: constants [-1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0] must be finite and at"
            + " least 0",
        () -> new SparseScalingLaw(-1, 1, 1, 1, 1, 1, 1));
    assertMessage("Residuals: delta (0.0) must be above 0", () -> new Residuals(true, 0));
  }

  private static void assertMessage(String expected, Runnable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
