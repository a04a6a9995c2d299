package org.sparse4j.train.layer;

import java.util.Locale;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;

/**
 * An element-wise function between layers: {@code import static
 * org.sparse4j.train.layer.ActivationLayer.relu}.
 *
 * @param function f
 */
public record ActivationLayer(Activation function) implements Layer {

  /**
   * {@code max(x, 0)}.
   *
   * @return the layer
   */
  public static ActivationLayer relu() {
    return new ActivationLayer(Activation.RELU);
  }

  /**
   * {@code x (1 + erf(x / sqrt(2))) / 2}.
   *
   * @return the layer
   */
  public static ActivationLayer gelu() {
    return new ActivationLayer(Activation.GELU);
  }

  /**
   * {@code x / (1 + exp(-x))}.
   *
   * @return the layer
   */
  public static ActivationLayer silu() {
    return new ActivationLayer(Activation.SILU);
  }

  /**
   * {@code tanh(x)}.
   *
   * @return the layer
   */
  public static ActivationLayer tanh() {
    return new ActivationLayer(Activation.TANH);
  }

  /**
   * {@code 1 / (1 + exp(-x))}.
   *
   * @return the layer
   */
  public static ActivationLayer sigmoid() {
    return new ActivationLayer(Activation.SIGMOID);
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    return tape.activate(function, x);
  }

  /** Returns the function's name. */
  @Override
  public String toString() {
    return function.name().toLowerCase(Locale.ROOT);
  }
}
