package org.sparse4j.train.law;

/**
 * How far a law is from a measured loss, and how much that counts: the Huber loss {@code r^2 / 2}
 * up to delta, {@code delta (|r| - delta / 2)} beyond.
 *
 * @param logarithmic whether r is {@code ln(predicted) - ln(measured)} or their difference
 * @param delta where outliers begin, above 0
 */
public record Residuals(boolean logarithmic, double delta) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if delta is not above 0
   */
  public Residuals {
    if (!(delta > 0)) {
      throw new IllegalArgumentException("Residuals: delta (" + delta + ") must be above 0");
    }
  }

  /**
   * Differences of logarithms with delta 0.001, as for language models.
   *
   * @return the measure
   */
  public static Residuals ofLogarithms() {
    return new Residuals(true, 1e-3);
  }

  /**
   * Plain differences with delta 0.01, as for image models.
   *
   * @return the measure
   */
  public static Residuals plain() {
    return new Residuals(false, 1e-2);
  }

  double residual(double predicted, double measured) {
    return logarithmic ? Math.log(predicted) - Math.log(measured) : predicted - measured;
  }

  double slope(double predicted) {
    return logarithmic ? 1 / predicted : 1;
  }

  double huber(double residual) {
    double size = Math.abs(residual);
    return size <= delta ? 0.5 * residual * residual : delta * (size - delta / 2);
  }

  double huberSlope(double residual) {
    return Math.clamp(residual, -delta, delta);
  }
}
