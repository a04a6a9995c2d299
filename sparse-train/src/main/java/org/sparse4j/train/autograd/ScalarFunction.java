package org.sparse4j.train.autograd;

import java.util.Arrays;

/**
 * Element-wise functions with numbers of their own that can be trained: the candidates of Loni,
 * Mohan, Asadi and Lindauer, Learning activation functions for sparse neural networks, 2023 (arXiv
 * 2305.10964).
 *
 * <p>Most are {@code p1 f(p2 x)} of a known f, with both numbers 1 at first. They are computed in
 * double on the calling thread, which is slow beside the functions of {@code Activation}.
 */
public enum ScalarFunction {
  /** {@code p1 max(u, 0)}, {@code u = p2 x} here and below. */
  RELU(1, 1),
  /** {@code p1 min(max(u, 0), 6)}. */
  RELU6(1, 1),
  /** {@code p1 u min(max(u + 3, 0), 6) / 6}. */
  HARD_SWISH(1, 1),
  /** {@code p1 u sigma(u)}, sigma being the logistic function. */
  SWISH(1, 1),
  /** {@code p1 u (1 + erf(u / sqrt(2))) / 2}, with an error of erf below 1.5e-7. */
  GELU(1, 1),
  /** {@code p1 u} above 0, {@code p1 (exp(u) - 1)} below. */
  ELU(1, 1),
  /** {@code p1 tanh(u)}. */
  TANH(1, 1),
  /** {@code p1 ln(1 + exp(u))}. */
  SOFTPLUS(1, 1),
  /** {@code p1 ln(sigma(u))}. */
  LOG_SIGMOID(1, 1),
  /** {@code p1 sign(u) ln(|u| + 1)}. */
  SYMMETRIC_LOG(1, 1),
  /** {@code p1 sign(u) (exp(|u|) - 1)}. */
  SYMMETRIC_EXP(1, 1),
  /** {@code tanh(p1 x) ln(1 + exp(x))}: TanhSoft-1. */
  TANH_SOFT(1),
  /** {@code (p1 - p2) x sigma(p3 (p1 - p2) x) + p2 x}: ACON; swish at first. */
  ACON(1, 0, 1),
  /** {@code x / (x / p1 + exp(-x / p2))}: soft root sign, with 5 and 3 at first. */
  SOFT_ROOT_SIGN(5, 3);

  private static final double[] ERF = {
    .254829592, -.284496736, 1.421413741, -1.453152027, 1.061405429
  };
  private static final double ERF_SCALE = .3275911;
  private static final int MOST_NUMBERS = 3;

  private final int numbers;
  private final float first;
  private final float second;
  private final float third;

  ScalarFunction(float... start) {
    numbers = start.length;
    first = start[0];
    second = numbers > 1 ? start[1] : 0;
    third = numbers > 2 ? start[2] : 0;
  }

  /**
   * Returns the numbers that the function starts with.
   *
   * @return a new array of p1, p2, ...
   */
  public float[] start() {
    return Arrays.copyOf(new float[] {first, second, third}, numbers);
  }

  /**
   * Returns how many numbers the function has.
   *
   * @return 1 to 3
   */
  public int numbers() {
    return numbers;
  }

  /**
   * Computes the function and its derivatives.
   *
   * @param x where
   * @param p its numbers
   * @param slopes receives the derivative by x, then those by the numbers; at a kink the one of its
   *     left side
   * @return f(x)
   */
  double value(double x, double[] p, double[] slopes) {
    return switch (this) {
      case TANH_SOFT -> tanhSoft(x, p[0], slopes);
      case ACON -> acon(x, p, slopes);
      case SOFT_ROOT_SIGN -> softRootSign(x, p[0], p[1], slopes);
      default -> scaled(x, p[0], p[1], slopes);
    };
  }

  static double[] slopes() {
    return new double[1 + MOST_NUMBERS];
  }

  private double scaled(double x, double outer, double inner, double[] slopes) {
    double u = inner * x;
    double value = base(u);
    double slope = baseSlope(u);
    slopes[0] = outer * slope * inner;
    slopes[1] = value;
    slopes[2] = outer * slope * x;
    return outer * value;
  }

  private double base(double u) {
    return switch (this) {
      case RELU -> Math.max(u, 0);
      case RELU6 -> Math.min(Math.max(u, 0), 6);
      case HARD_SWISH -> u * Math.min(Math.max(u + 3, 0), 6) / 6;
      case SWISH -> u * sigmoid(u);
      case GELU -> u * normal(u);
      case ELU -> u > 0 ? u : Math.expm1(u);
      case TANH -> Math.tanh(u);
      case SOFTPLUS -> softplus(u);
      case LOG_SIGMOID -> -softplus(-u);
      case SYMMETRIC_LOG -> Math.signum(u) * Math.log1p(Math.abs(u));
      case SYMMETRIC_EXP -> Math.signum(u) * Math.expm1(Math.abs(u));
      case TANH_SOFT, ACON, SOFT_ROOT_SIGN -> throw notScaled();
    };
  }

  private double baseSlope(double u) {
    return switch (this) {
      case RELU -> u > 0 ? 1 : 0;
      case RELU6 -> u > 0 && u <= 6 ? 1 : 0;
      case HARD_SWISH -> u <= -3 ? 0 : u <= 3 ? (2 * u + 3) / 6 : 1;
      case SWISH -> {
        double s = sigmoid(u);
        yield s + u * s * (1 - s);
      }
      case GELU -> normal(u) + u * Math.exp(-u * u / 2) / Math.sqrt(2 * Math.PI);
      case ELU -> u > 0 ? 1 : Math.exp(u);
      case TANH -> 1 - Math.tanh(u) * Math.tanh(u);
      case SOFTPLUS -> sigmoid(u);
      case LOG_SIGMOID -> sigmoid(-u);
      case SYMMETRIC_LOG -> 1 / (1 + Math.abs(u));
      case SYMMETRIC_EXP -> Math.exp(Math.abs(u));
      case TANH_SOFT, ACON, SOFT_ROOT_SIGN -> throw notScaled();
    };
  }

  private IllegalStateException notScaled() {
    return new IllegalStateException(this + " is no scaled function");
  }

  private static double tanhSoft(double x, double p, double[] slopes) {
    double t = Math.tanh(p * x);
    double soft = softplus(x);
    double sech = 1 - t * t;
    slopes[0] = p * sech * soft + t * sigmoid(x);
    slopes[1] = x * sech * soft;
    return t * soft;
  }

  private static double acon(double x, double[] p, double[] slopes) {
    double d = p[0] - p[1];
    double s = sigmoid(p[2] * d * x);
    double bend = d * x * s * (1 - s);
    double byDifference = x * s + bend * p[2] * x;
    slopes[0] = d * s + bend * p[2] * d + p[1];
    slopes[1] = byDifference;
    slopes[2] = x - byDifference;
    slopes[3] = bend * d * x;
    return d * x * s + p[1] * x;
  }

  private static double softRootSign(double x, double a, double b, double[] slopes) {
    double e = Math.exp(-x / b);
    double q = x / a + e;
    double value = x / q;
    // e / q, also where e is too large for a double, as is q then.
    double part = 1 / (1 + x / a / e);
    slopes[0] = 1 / q - value * (1 / (a * q) - part / b);
    slopes[1] = value / a * (value / a);
    slopes[2] = -value * part * x / (b * b);
    return value;
  }

  private static double sigmoid(double u) {
    return 1 / (1 + Math.exp(-u));
  }

  private static double softplus(double u) {
    return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
  }

  /** Distribution function of the normal law; Abramowitz and Stegun, 7.1.26. */
  private static double normal(double u) {
    double z = Math.abs(u) / Math.sqrt(2);
    double t = 1 / (1 + ERF_SCALE * z);
    double sum = 0;
    for (int k = ERF.length - 1; k >= 0; k--) {
      sum = (sum + ERF[k]) * t;
    }
    double tail = sum * Math.exp(-z * z) / 2;
    return u > 0 ? 1 - tail : tail;
  }
}
