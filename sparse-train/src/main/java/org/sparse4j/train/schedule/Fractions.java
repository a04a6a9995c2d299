package org.sparse4j.train.schedule;

/** The check that all drop fractions share. */
final class Fractions {

  private Fractions() {}

  static double checked(String schedule, double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          schedule + ": drop fraction (" + fraction + ") must be between 0 and 1");
    }
    return fraction;
  }
}
