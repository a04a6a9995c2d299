package org.sparse4j.train.schedule;

/**
 * The same drop fraction at every update.
 *
 * @param fraction the fraction, in [0, 1]
 */
public record Constant(double fraction) implements DropFraction {

  /**
   * Creates the schedule.
   *
   * @throws IllegalArgumentException if {@code fraction} is not in [0, 1]
   */
  public Constant {
    Fractions.checked("Constant", fraction);
  }

  /**
   * Names the fraction.
   *
   * @param fraction the fraction, in [0, 1]
   * @return the schedule
   * @throws IllegalArgumentException if {@code fraction} is not in [0, 1]
   */
  public static Constant of(double fraction) {
    return new Constant(fraction);
  }

  @Override
  public double at(long step, long begin, long end) {
    return fraction;
  }
}
