package org.sparse4j.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which differences of accuracy a test set can tell from chance.
 *
 * <p>One accuracy p of n images has a binomial standard error of {@code sqrt(p (1 - p) / n)}. Two
 * networks tested on the same images share part of it, but each also depends on its seed: on 2,000
 * images of this set, the difference of two sparse methods, seed by seed, had a standard deviation
 * of 0.6 to 0.9 points over five seeds, so that one run of each tells differences from about 2
 * points on, which is 2.5 standard errors of one accuracy.
 */
public final class Resolution {
  private static final double STANDARD_ERRORS = 2.5;

  private final JobResult job;

  /**
   * Looks at a job.
   *
   * @param job its networks
   */
  public Resolution(JobResult job) {
    this.job = job;
  }

  /**
   * Returns the binomial standard error of the dense network's accuracy.
   *
   * @return as a fraction
   */
  public double standardError() {
    double p = job.testAccuracy(job.dense());
    return Math.sqrt(p * (1 - p) / job.setting().data().test());
  }

  /**
   * Returns the smallest difference between two single runs that is not mere chance.
   *
   * @return as a fraction
   */
  public double smallestDifference() {
    return STANDARD_ERRORS * standardError();
  }

  /**
   * Says it in words.
   *
   * @return sentences, in order
   */
  public List<String> sentences() {
    int n = job.setting().data().test();
    double error = 100 * standardError();
    double smallest = 100 * smallestDifference();
    List<String> text = new ArrayList<>();
    text.add(
        String.format(
            Locale.ROOT,
            "With %,d test images, one accuracy has a standard error of %.1f points; differences"
                + " below about %.1f points between two networks trained once may be chance.",
            n,
            error,
            smallest));
    if (n <= 2_500) {
      text.add(
          "On 2,000 of these images, the difference between two sparse methods varied by 0.6 to 0.9"
              + " points (standard deviation) from seed to seed: this job cannot rank static, SET"
              + " and RigL.");
    }
    text.add(differences());
    return text;
  }

  private String differences() {
    List<String> seen = new ArrayList<>();
    double dense = job.testAccuracy(job.dense());
    for (RunResult run : job.runs()) {
      double difference = dense - job.testAccuracy(run);
      if (Math.abs(difference) >= smallestDifference()) {
        seen.add(
            String.format(
                Locale.ROOT,
                "%s at %s (%+.2f)",
                run.method(),
                Numbers.percent(run.sparsity()),
                -100 * difference));
      }
    }
    return seen.isEmpty()
        ? "No network here differs from the dense one by that much."
        : "By that much differ from the dense network: " + String.join(", ", seen) + ".";
  }
}
