package org.sparse4j.bench.race;

/** What became of a row of the contract. */
enum Verdict {
  /** The stretch target is reached. */
  STRETCH("stretch"),
  /** The target is reached. */
  TARGET("target"),
  /** The target is missed. */
  MISSED("missed"),
  /** A figure without a target. */
  NONE("no target"),
  /** The machine was too restless for the figure to count. */
  VOID("void"),
  /** There is no figure. */
  NOT_MEASURED("not measured");

  /** How far below a target the lower bound of a figure that reaches it may lie. */
  static final double TOLERANCE = 0.03;

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  /** The verdict as tables and files show it. */
  String words() {
    return words;
  }

  /**
   * Judges a figure of a race that counts: it reaches a target if it is not below it and its lower
   * bound is at most {@value #TOLERANCE} of the target below it.
   *
   * @param figure figure
   * @param lower its lower bound
   * @param target target, NaN for none
   * @param stretch stretch target, NaN for none
   */
  static Verdict of(double figure, double lower, double target, double stretch) {
    if (Double.isNaN(target)) {
      return NONE;
    }
    if (reaches(figure, lower, stretch)) {
      return STRETCH;
    }
    return reaches(figure, lower, target) ? TARGET : MISSED;
  }

  private static boolean reaches(double figure, double lower, double target) {
    return figure >= target && lower >= target * (1 - TOLERANCE);
  }

  /** Whether a target was there and reached. */
  boolean isReached() {
    return this == TARGET || this == STRETCH;
  }

  /** Whether a target was there and the figure counts. */
  boolean isJudged() {
    return isReached() || this == MISSED;
  }
}
