package org.sparse4j.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.sparse4j.kernels.operation.Activation;

/** Functions in double, written to be obviously right. */
final class Reference {

  private Reference() {}

  static double apply(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0);
      case GELU -> x * normal(x);
      case SILU -> x / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
    };
  }

  /**
   * Fails unless two numbers are of one kind and at most {@code tolerance * (1 + |want|)} apart.
   */
  static void close(double want, double got, double tolerance) {
    boolean same = Double.compare(want + 0.0, got + 0.0) == 0;
    assertTrue(
        same || Math.abs(want - got) <= tolerance * (1 + Math.abs(want)),
        () -> "expected " + want + ", got " + got);
  }

  /** Central difference. */
  static double derivative(Activation activation, double x) {
    double h = 1e-4;
    return (apply(activation, x + h) - apply(activation, x - h)) / (2 * h);
  }

  /** The standard normal distribution function: Simpson's rule from 0, to about 1e-15. */
  static double normal(double x) {
    int steps = 2000;
    double to = Math.max(-9, Math.min(9, x));
    double h = to / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double t = i * h;
      int weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-t * t / 2);
    }
    return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
  }
}
