package org.sparse4j.train.law;

import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.Polynomial;

/**
 * When to prune: some of the training's cost dense, some while the sparsity rises, the rest at the
 * last sparsity. A quarter, a half and a quarter are near the best for sparsities from 20 to 80 %
 * in Jin, Humayun, Evci and others, The journey matters, 2025 (arXiv 2501.12486), who name shares
 * of the cost, not of the steps: sparse steps are cheaper, so there are more of them.
 *
 * <p>With cost shares c and mean densities w of the three parts, a part takes {@code c / w} of the
 * steps up to a common factor, and the mean density of all steps is {@code 1 / sum(c / w)}.
 *
 * @param dense share of the cost before pruning, in [0, 1]
 * @param pruning share of the cost while the sparsity rises, in [0, 1 - dense]
 * @param sparsity the last sparsity, in [0, 1)
 * @param power exponent of the curve, see {@link Polynomial}; 3 in gradual magnitude pruning
 */
public record PruningRecipe(double dense, double pruning, double sparsity, double power) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public PruningRecipe {
    if (!(dense >= 0 && pruning >= 0 && dense + pruning <= 1)) {
      throw new IllegalArgumentException(
          "PruningRecipe: shares of the cost ("
              + dense
              + " dense, "
              + pruning
              + " pruning) must be at least 0 and at most 1 together");
    }
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "PruningRecipe: sparsity (" + sparsity + ") must be in [0, 1)");
    }
    if (!(power > 0) || power == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "PruningRecipe: power (" + power + ") must be finite and above 0");
    }
  }

  /**
   * A quarter of the cost dense, a half pruning on a cubic curve, a quarter at the last sparsity.
   *
   * @param sparsity the last sparsity, in [0, 1)
   * @return the recipe
   * @throws IllegalArgumentException if the sparsity is out of range
   */
  public static PruningRecipe cubic(double sparsity) {
    return new PruningRecipe(.25, .5, sparsity, 3);
  }

  /**
   * A quarter of the cost dense, a half pruning on a straight line, a quarter at the last sparsity.
   *
   * @param sparsity the last sparsity, in [0, 1)
   * @return the recipe
   * @throws IllegalArgumentException if the sparsity is out of range
   */
  public static PruningRecipe linear(double sparsity) {
    return new PruningRecipe(.25, .5, sparsity, 1);
  }

  /** Mean density while the sparsity rises: that of {@code 1 - (1 - t)^power} is known. */
  private double pruningDensity() {
    return 1 - sparsity * power / (power + 1);
  }

  /**
   * Returns Nbar / N.
   *
   * @return mean density of all steps
   */
  public double meanDensity() {
    return 1 / (dense + pruning / pruningDensity() + (1 - dense - pruning) / (1 - sparsity));
  }

  /**
   * Returns how much of the steps comes before pruning.
   *
   * @return share of the steps, in [0, 1]
   */
  public double denseSteps() {
    return dense * meanDensity();
  }

  /**
   * Returns how much of the steps the sparsity rises in.
   *
   * @return share of the steps, in [0, 1]
   */
  public double pruningSteps() {
    return pruning / pruningDensity() * meanDensity();
  }

  /**
   * Returns when masks change.
   *
   * @param steps weight steps of the training, at least 1
   * @param interval steps between two changes, at least 1
   * @return the schedule of updates; give it to a sparsifier that starts dense, with {@code
   *     GradualMagnitude.schedule(recipe.curve())}
   * @throws IllegalArgumentException if a number is below 1
   */
  public Every updates(long steps, int interval) {
    if (steps < 1) {
      throw new IllegalArgumentException("PruningRecipe: steps (" + steps + ") must be at least 1");
    }
    long begin = Math.round(denseSteps() * steps);
    long end = Math.round((denseSteps() + pruningSteps()) * steps);
    // The last sparsity is reached by an update at the end, or else by none.
    long intervals = Math.max(1, Math.round((double) (end - begin) / interval));
    return Every.steps(interval).from(begin).untilStep(begin + intervals * interval);
  }

  /**
   * Returns the sparsity over time.
   *
   * @return from 0 to the last sparsity
   */
  public Polynomial curve() {
    return new Polynomial(0, sparsity, power, 0);
  }
}
