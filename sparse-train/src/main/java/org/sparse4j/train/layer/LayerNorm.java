package org.sparse4j.train.layer;

import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * Normalises every sample over its features, then scales and shifts every feature (Ba, Kiros and
 * Hinton, 2016, arXiv 1607.06450). Both start as the identity and take no weight decay.
 */
public final class LayerNorm implements Layer {

  private final DenseParameter gamma;
  private final DenseParameter beta;
  private final float epsilon;

  private LayerNorm(int features, float epsilon) {
    this.gamma = DenseParameter.create("weight", 1, features, false, Initializer.constant(1));
    this.beta = DenseParameter.bias("bias", features);
    this.epsilon = epsilon;
    gamma.initialise(0);
  }

  /**
   * Makes the layer with epsilon 1e-5.
   *
   * @param features number of features
   * @return a new layer
   */
  public static LayerNorm of(int features) {
    return of(features, 1e-5);
  }

  /**
   * Makes the layer.
   *
   * @param features number of features
   * @param epsilon added to the variance, above 0
   * @return a new layer
   * @throws IllegalArgumentException if {@code epsilon} is not above 0
   */
  public static LayerNorm of(int features, double epsilon) {
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("LayerNorm: epsilon (" + epsilon + ") must be above 0");
    }
    return new LayerNorm(features, (float) epsilon);
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    return tape.layerNorm(x, tape.parameter(gamma), tape.parameter(beta), epsilon);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(gamma, beta);
  }

  @Override
  public OptionalInt inputs() {
    return OptionalInt.of(gamma.value().columns());
  }

  /** Returns the number of features. */
  @Override
  public String toString() {
    return "LayerNorm " + gamma.value().columns();
  }
}
