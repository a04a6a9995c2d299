package org.sparse4j.train.law;

import java.util.ArrayList;
import java.util.List;

/**
 * Loss of networks that are pruned while they are trained: {@code L = e + a / Nbar^alpha + b /
 * D^beta} with Nbar the mean over the training of the number of weights that take part, and D the
 * data. Jin, Humayun, Evci and others, The journey matters: average parameter count over
 * pre-training unifies sparse and dense scaling laws, 2025 (arXiv 2501.12486).
 *
 * <p>The authors publish no constants; fit your own. {@link PruningRecipe#meanDensity} gives the
 * Nbar of a plan, {@code Report.meanParameters} that of a run.
 *
 * @param e loss that neither weights nor data lower
 * @param a factor of the weights
 * @param alpha exponent of the weights
 * @param b factor of the data
 * @param beta exponent of the data
 */
public record AverageParameterLaw(double e, double a, double alpha, double b, double beta) {

  private static final int CONSTANTS = 5;

  /**
   * Checks the constants.
   *
   * @throws IllegalArgumentException if one is negative or not finite
   */
  public AverageParameterLaw {
    Constants.requireNotNegative("AverageParameterLaw", e, a, alpha, b, beta);
  }

  /**
   * A measured run.
   *
   * @param meanParameters Nbar, above 0, in a unit of one's choice
   * @param data amount of training data, above 0, in a unit of one's choice
   * @param loss loss that was reached, above 0
   */
  public record Run(double meanParameters, double data, double loss) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not above 0
     */
    public Run {
      requireSettings(meanParameters, data);
      Constants.requirePositive("AverageParameterLaw", "loss", loss);
    }
  }

  /**
   * A law with how well it fits.
   *
   * @param law the law, in the units of the runs
   * @param meanHuber mean Huber loss of its residuals
   */
  public record Fit(AverageParameterLaw law, double meanHuber) {}

  /**
   * Predicts the loss.
   *
   * @param meanParameters Nbar, above 0
   * @param data amount of training data, above 0
   * @return the loss
   * @throws IllegalArgumentException if a number is not above 0
   */
  public double loss(double meanParameters, double data) {
    requireSettings(meanParameters, data);
    return e + a * Math.pow(meanParameters, -alpha) + b * Math.pow(data, -beta);
  }

  /**
   * Fits a law to runs: BFGS from random starts on the mean Huber loss of the residuals.
   *
   * @param runs at least 5, of several sizes and amounts of data
   * @param residuals what is compared; the authors' is {@link Residuals#ofLogarithms}
   * @param seed of the starts; equal seeds give equal laws
   * @return the best law found
   * @throws IllegalArgumentException if there are fewer runs than constants
   */
  public static Fit fit(List<Run> runs, Residuals residuals, long seed) {
    Constants.requireEnough("AverageParameterLaw", runs.size(), CONSTANTS);
    double size = Constants.geometricMean(runs.stream().mapToDouble(Run::meanParameters).toArray());
    double amount = Constants.geometricMean(runs.stream().mapToDouble(Run::data).toArray());
    double scale = runs.stream().mapToDouble(Run::loss).min().orElseThrow();
    List<double[]> settings = new ArrayList<>();
    double[] losses = new double[runs.size()];
    for (int r = 0; r < losses.length; r++) {
      Run run = runs.get(r);
      settings.add(
          new double[] {Math.log(run.meanParameters() / size), Math.log(run.data() / amount)});
      losses[r] = run.loss();
    }
    double[] low = Constants.logarithms(.05 * scale, .02 * scale, .05, .02 * scale, .05);
    double[] high = Constants.logarithms(scale, scale, 1, scale, 1.5);
    HuberFit.Result best =
        new HuberFit(AverageParameterLaw::formula, CONSTANTS, settings, losses, residuals)
            .run(low, high, seed);
    double[] k = Constants.exponentials(best.constants());
    AverageParameterLaw law =
        new AverageParameterLaw(
            k[0], k[1] * Math.pow(size, k[2]), k[2], k[3] * Math.pow(amount, k[4]), k[4]);
    return new Fit(law, best.loss());
  }

  /** The loss of logarithms of size and data, and its derivatives. */
  private static double formula(double[] logarithms, double[] settings, double[] gradient) {
    double[] k = Constants.exponentials(logarithms);
    double weights = k[1] * Math.exp(-k[2] * settings[0]);
    double data = k[3] * Math.exp(-k[4] * settings[1]);
    gradient[0] = k[0];
    gradient[1] = weights;
    gradient[2] = -weights * settings[0] * k[2];
    gradient[3] = data;
    gradient[4] = -data * settings[1] * k[4];
    return k[0] + weights + data;
  }

  private static void requireSettings(double meanParameters, double data) {
    Constants.requirePositive("AverageParameterLaw", "meanParameters", meanParameters);
    Constants.requirePositive("AverageParameterLaw", "data", data);
  }
}
