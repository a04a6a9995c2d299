package org.sparse4j.kernels.scalar;

import org.sparse4j.kernels.operation.Activation;

/** Activations and their derivatives, one number at a time. */
final class ScalarActivations {

  private ScalarActivations() {}

  static float apply(Activation activation, float x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0);
      case GELU -> x * ElementwiseMath.normal(x);
      case SILU -> x / (1 + ElementwiseMath.exp(-x));
      case TANH -> ElementwiseMath.tanh(x);
      case SIGMOID -> ElementwiseMath.sigmoid(x);
    };
  }

  static float derivative(Activation activation, float x) {
    return switch (activation) {
      case IDENTITY -> 1;
      case RELU -> x <= 0 ? 0 : 1;
      case GELU -> {
        float gauss = ElementwiseMath.exp(x * x * -0.5f);
        yield Math.fma(x * gauss, ElementwiseMath.NORMAL_DENSITY, ElementwiseMath.normal(x, gauss));
      }
      case SILU -> {
        float s = ElementwiseMath.sigmoid(x);
        yield s * Math.fma(x, 1 - s, 1);
      }
      case TANH -> {
        float t = ElementwiseMath.tanh(x);
        yield Math.fma(-t, t, 1);
      }
      case SIGMOID -> {
        float s = ElementwiseMath.sigmoid(x);
        yield s * (1 - s);
      }
    };
  }
}
