package org.sparse4j.train.schedule;

/**
 * Sparsity that goes from a first to a last value, fast at first: {@code last + (first - last) (1 -
 * progress)^power} with progress {@code (t - begin) / (end - begin)}, clamped to [0, 1]. Power 3 is
 * gradual magnitude pruning of Zhu and Gupta, To prune, or not to prune, 2017 (arXiv 1710.01878),
 * equation 1; power 1 is a straight line.
 *
 * @param first sparsity at the begin, in [0, 1]
 * @param last sparsity from the end on, in [0, 1]
 * @param power exponent, at least 0
 * @param ahead steps that progress is ahead of t, at least 0; 1 in the jax port of the RigL authors
 */
public record Polynomial(double first, double last, double power, int ahead)
    implements SparsitySchedule {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public Polynomial {
    if (!(first >= 0 && first <= 1 && last >= 0 && last <= 1)) {
      throw new IllegalArgumentException(
          "Polynomial: sparsities (" + first + ", " + last + ") must be between 0 and 1");
    }
    if (!(power >= 0) || ahead < 0) {
      throw new IllegalArgumentException(
          "Polynomial: power (" + power + ") and steps ahead (" + ahead + ") must be at least 0");
    }
  }

  /**
   * Starts dense and follows a cubic curve.
   *
   * @param last sparsity from the end on, in [0, 1]
   * @return the schedule
   * @throws IllegalArgumentException if {@code last} is out of range
   */
  public static Polynomial cubicTo(double last) {
    return new Polynomial(0, last, 3, 0);
  }

  /**
   * Starts dense and follows a straight line.
   *
   * @param last sparsity from the end on, in [0, 1]
   * @return the schedule
   * @throws IllegalArgumentException if {@code last} is out of range
   */
  public static Polynomial linearTo(double last) {
    return new Polynomial(0, last, 1, 0);
  }

  /**
   * Sets the sparsity at the begin.
   *
   * @param sparsity sparsity before and at the begin, in [0, 1]
   * @return a new schedule
   * @throws IllegalArgumentException if {@code sparsity} is out of range
   */
  public Polynomial from(double sparsity) {
    return new Polynomial(sparsity, last, power, ahead);
  }

  /**
   * Counts steps from 1: progress is {@code (t + 1 - begin) / (end - begin)}.
   *
   * @return a new schedule
   */
  public Polynomial countingFromOne() {
    return new Polynomial(first, last, power, 1);
  }

  @Override
  public double at(long step, long begin, long end) {
    if (end <= begin) {
      return step + ahead < begin ? first : last;
    }
    double progress = DropFraction.progress(step + ahead, begin, end);
    return last + (first - last) * StrictMath.pow(1 - progress, power);
  }
}
