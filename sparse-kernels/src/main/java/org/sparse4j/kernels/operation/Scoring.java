package org.sparse4j.kernels.operation;

/** What of a number is its score when a mask is chosen. */
public enum Scoring {
  /** {@code |x|}: the usual score of a weight. */
  MAGNITUDE,
  /** {@code x} itself: numbers that are scores already. */
  VALUE
}
