package org.sparse4j.train.schedule;

/**
 * A drop fraction that falls as a power of the time left: {@code first (1 - (t - begin) / (end -
 * begin))^power}; called exponential in the reference code of Evci et al., 2020 (arXiv 1911.11134).
 *
 * @param first the fraction at the first update, in [0, 1]
 * @param power exponent, at least 0; 1 falls in a straight line
 */
public record Exponential(double first, double power) implements DropFraction {

  /**
   * Creates the schedule.
   *
   * @throws IllegalArgumentException if {@code first} is not in [0, 1] or {@code power} is below 0
   */
  public Exponential {
    Fractions.checked("Exponential", first);
    if (!(power >= 0)) {
      throw new IllegalArgumentException("Exponential: power (" + power + ") must be at least 0");
    }
  }

  /**
   * Names first fraction and power.
   *
   * @param first the fraction at the first update, in [0, 1]
   * @param power exponent, at least 0
   * @return the schedule
   * @throws IllegalArgumentException if {@code first} is not in [0, 1] or {@code power} is below 0
   */
  public static Exponential from(double first, double power) {
    return new Exponential(first, power);
  }

  @Override
  public double at(long step, long begin, long end) {
    return first * StrictMath.pow(1 - DropFraction.progress(step, begin, end), power);
  }
}
