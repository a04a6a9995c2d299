package org.sparse4j.kernels.operation;

/** Element-wise functions f of activations, fused into products or applied on their own. */
public enum Activation {
  /** {@code f(x) = x}. */
  IDENTITY,
  /** {@code f(x) = max(x, 0)}; NaN stays NaN. */
  RELU,
  /** {@code f(x) = x (1 + erf(x / sqrt(2))) / 2} (Hendrycks and Gimpel, 2016, arXiv 1606.08415). */
  GELU,
  /** {@code f(x) = x / (1 + exp(-x))}. */
  SILU,
  /** {@code f(x) = tanh(x)}. */
  TANH,
  /** {@code f(x) = 1 / (1 + exp(-x))}. */
  SIGMOID
}
