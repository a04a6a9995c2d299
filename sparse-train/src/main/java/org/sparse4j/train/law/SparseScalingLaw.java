package org.sparse4j.train.law;

import java.util.ArrayList;
import java.util.List;

/**
 * Loss of sparse networks: {@code L(S, N, D) = (a (1 - S)^b + c) N^-d + e D^-f + g} with sparsity
 * S, N weights that are not zero and D units of data. Frantar, Riquelme, Houlsby, Alistarh and
 * Evci, Scaling laws for sparsely-connected foundation models, 2023 (arXiv 2309.08520).
 *
 * <p>The constants of a fit are not unique: sets that differ in the second digit fit nearly equally
 * well. All of them are at least 0.
 *
 * @param a how much sparsity costs
 * @param b exponent of the density
 * @param c capacity of dense weights
 * @param d exponent of the weights
 * @param e factor of the data, in the form {@code e D^-f}
 * @param f exponent of the data
 * @param g loss that neither weights nor data lower
 */
public record SparseScalingLaw(
    double a, double b, double c, double d, double e, double f, double g) {

  private static final int CONSTANTS = 7;

  /**
   * Checks the constants.
   *
   * @throws IllegalArgumentException if one is negative or not finite
   */
  public SparseScalingLaw {
    Constants.requireNotNegative("SparseScalingLaw", a, b, c, d, e, f, g);
  }

  /**
   * A measured run.
   *
   * @param sparsity dropped fraction, in [0, 1)
   * @param parameters weights left, above 0, in a unit of one's choice
   * @param data amount of training data, above 0, in a unit of one's choice
   * @param loss loss that was reached, above 0
   */
  public record Run(double sparsity, double parameters, double data, double loss) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Run {
      requireSettings(sparsity, parameters, data);
      Constants.requirePositive("SparseScalingLaw", "loss", loss);
    }
  }

  /**
   * A law with how well it fits.
   *
   * @param law the law, in the units of the runs
   * @param meanHuber mean Huber loss of its residuals
   */
  public record Fit(SparseScalingLaw law, double meanHuber) {}

  /**
   * The authors' law of T5 encoder-decoders on C4, pruned gradually from 25 to 75 % of the
   * training: N in millions, D in 100,000 steps of 65,536 tokens.
   *
   * @return the law
   */
  public static SparseScalingLaw textTransformers() {
    return new SparseScalingLaw(
        .56778512, .72161276, 1.52265016, .24513173, .63361517, .20270772, .65074219);
  }

  /**
   * The authors' law of vision transformers on JFT: N in millions, D in billions of images.
   *
   * @return the law
   */
  public static SparseScalingLaw visionTransformers() {
    return new SparseScalingLaw(
        1.30485411, .82101251, 2.07506343, .39222675, .27818217, .88979104, 4.51669257);
  }

  /**
   * Predicts the loss.
   *
   * @param sparsity dropped fraction, in [0, 1)
   * @param parameters weights left, above 0
   * @param data amount of training data, above 0
   * @return the loss
   * @throws IllegalArgumentException if a number is out of range
   */
  public double loss(double sparsity, double parameters, double data) {
    requireSettings(sparsity, parameters, data);
    return value(sparsity, parameters, data);
  }

  private double value(double sparsity, double parameters, double data) {
    double capacity = a * Math.pow(1 - sparsity, b) + c;
    return capacity * Math.pow(parameters, -d) + e * Math.pow(data, -f) + g;
  }

  /**
   * Returns what a training costs that starts with {@code N / (1 - S)} dense weights, keeps them
   * for a quarter of the steps and prunes them on a cubic curve to N until three quarters, in terms
   * of N weights trained on the same data: {@code (1 - 0.625 S) / (1 - S)}.
   *
   * @param sparsity S, in [0, 1)
   * @return the factor, at least 1
   * @throws IllegalArgumentException if the sparsity is out of range
   */
  public static double costFactor(double sparsity) {
    requireSettings(sparsity, 1, 1);
    return (1 - .625 * sparsity) / (1 - sparsity);
  }

  /**
   * Finds the sparsity of least loss for a training cost: more of it costs more per unit of data,
   * so that less data is seen, {@code D = budget / costFactor(S)}.
   *
   * @param parameters weights left, above 0
   * @param budget data that the cost pays for with N dense weights, above 0
   * @return S in [0, 1), to 1e-9
   * @throws IllegalArgumentException if a number is out of range
   */
  public double optimalSparsity(double parameters, double budget) {
    requireSettings(0, parameters, budget);
    double ratio = (Math.sqrt(5) - 1) / 2;
    // In the density, on a logarithmic scale: the optimum comes close to S = 1.
    double low = Math.log(1e-9);
    double high = 0;
    double left = high - ratio * (high - low);
    double right = low + ratio * (high - low);
    double leftLoss = atCost(left, parameters, budget);
    double rightLoss = atCost(right, parameters, budget);
    while (high - low > 1e-10) {
      if (leftLoss < rightLoss) {
        high = right;
        right = left;
        rightLoss = leftLoss;
        left = high - ratio * (high - low);
        leftLoss = atCost(left, parameters, budget);
      } else {
        low = left;
        left = right;
        leftLoss = rightLoss;
        right = low + ratio * (high - low);
        rightLoss = atCost(right, parameters, budget);
      }
    }
    return 1 - Math.exp((low + high) / 2);
  }

  private double atCost(double logarithmOfDensity, double parameters, double budget) {
    double sparsity = -Math.expm1(logarithmOfDensity);
    return value(sparsity, parameters, budget / costFactor(sparsity));
  }

  /**
   * Fits a law to runs: BFGS from random starts on the mean Huber loss of the residuals, as the
   * authors do. Takes a fraction of a second for 50 runs.
   *
   * @param runs at least 7, of several sparsities, sizes and amounts of data
   * @param residuals what is compared; {@link Residuals#ofLogarithms} for language models
   * @param seed of the starts; equal seeds give equal laws
   * @return the best law found
   * @throws IllegalArgumentException if there are fewer runs than constants
   */
  public static Fit fit(List<Run> runs, Residuals residuals, long seed) {
    Constants.requireEnough("SparseScalingLaw", runs.size(), CONSTANTS);
    double size = Constants.geometricMean(runs.stream().mapToDouble(Run::parameters).toArray());
    double amount = Constants.geometricMean(runs.stream().mapToDouble(Run::data).toArray());
    double scale = runs.stream().mapToDouble(Run::loss).min().orElseThrow();
    List<double[]> settings = new ArrayList<>();
    double[] losses = new double[runs.size()];
    for (int r = 0; r < losses.length; r++) {
      Run run = runs.get(r);
      settings.add(
          new double[] {
            Math.log(1 - run.sparsity()),
            Math.log(run.parameters() / size),
            Math.log(run.data() / amount)
          });
      losses[r] = run.loss();
    }
    double[] low =
        Constants.logarithms(.02 * scale, .2, .05 * scale, .05, .02 * scale, .05, .05 * scale);
    double[] high = Constants.logarithms(scale, 3, scale, 1, scale, 1.5, scale);
    HuberFit.Result best =
        new HuberFit(SparseScalingLaw::formula, CONSTANTS, settings, losses, residuals)
            .run(low, high, seed);
    double[] k = Constants.exponentials(best.constants());
    double weights = Math.pow(size, k[3]);
    SparseScalingLaw law =
        new SparseScalingLaw(
            k[0] * weights, k[1], k[2] * weights, k[3], k[4] * Math.pow(amount, k[5]), k[5], k[6]);
    return new Fit(law, best.loss());
  }

  /** The loss of logarithms of density, size and data, and its derivatives. */
  private static double formula(double[] logarithms, double[] settings, double[] gradient) {
    double[] k = Constants.exponentials(logarithms);
    double sparse = k[0] * Math.exp(k[1] * settings[0] - k[3] * settings[1]);
    double capacity = k[2] * Math.exp(-k[3] * settings[1]);
    double data = k[4] * Math.exp(-k[5] * settings[2]);
    gradient[0] = sparse;
    gradient[1] = sparse * settings[0] * k[1];
    gradient[2] = capacity;
    gradient[3] = -(sparse + capacity) * settings[1] * k[3];
    gradient[4] = data;
    gradient[5] = -data * settings[2] * k[5];
    gradient[6] = k[6];
    return sparse + capacity + data + k[6];
  }

  /**
   * Measures how well this law fits runs.
   *
   * @param runs the runs, in this law's units, at least one
   * @param residuals what is compared
   * @return mean Huber loss of the residuals
   * @throws IllegalArgumentException if there is no run
   */
  public double meanHuber(List<Run> runs, Residuals residuals) {
    Constants.requireEnough("SparseScalingLaw", runs.size(), 1);
    double sum = 0;
    for (Run run : runs) {
      double predicted = value(run.sparsity(), run.parameters(), run.data());
      sum += residuals.huber(residuals.residual(predicted, run.loss()));
    }
    return sum / runs.size();
  }

  private static void requireSettings(double sparsity, double parameters, double data) {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "SparseScalingLaw: sparsity (" + sparsity + ") must be in [0, 1)");
    }
    Constants.requirePositive("SparseScalingLaw", "parameters", parameters);
    Constants.requirePositive("SparseScalingLaw", "data", data);
  }
}
