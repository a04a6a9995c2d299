package org.sparse4j.kernels.scalar;

import org.sparse4j.kernels.operation.Activation;

/** Activations and their derivatives, one number at a time. */
final class ScalarActivations {

  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double INVERSE_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

  private ScalarActivations() {}

  static float apply(Activation activation, float x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> x > 0 || Float.isNaN(x) ? x : 0;
      case GELU -> (float) (x * normalCdf(x));
      case SILU -> (float) (x / (1 + Math.exp(-x)));
      case TANH -> (float) Math.tanh(x);
      case SIGMOID -> (float) (1 / (1 + Math.exp(-x)));
    };
  }

  static float derivative(Activation activation, float x) {
    return switch (activation) {
      case IDENTITY -> 1;
      case RELU -> x > 0 ? 1 : Float.isNaN(x) ? x : 0;
      case GELU ->
          (float) (normalCdf(x) + x * INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * (double) x * x));
      case SILU -> {
        double s = 1 / (1 + Math.exp(-x));
        yield (float) (s * (1 + x * (1 - s)));
      }
      case TANH -> {
        double t = Math.tanh(x);
        yield (float) (1 - t * t);
      }
      case SIGMOID -> {
        double s = 1 / (1 + Math.exp(-x));
        yield (float) (s * (1 - s));
      }
    };
  }

  private static double normalCdf(double x) {
    return 0.5 * (1 + erf(x * SQRT_HALF));
  }

  /** Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26; |error| below 1.5e-7. */
  private static double erf(double x) {
    double a = Math.abs(x);
    double t = 1 / (1 + 0.3275911 * a);
    double polynomial =
        ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592)
            * t;
    double value = 1 - polynomial * Math.exp(-a * a);
    return x < 0 ? -value : value;
  }
}
