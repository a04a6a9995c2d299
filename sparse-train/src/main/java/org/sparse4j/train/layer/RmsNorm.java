package org.sparse4j.train.layer;

import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * Divides every sample by its root mean square, then scales every feature (Zhang and Sennrich, Root
 * mean square layer normalization, 2019, arXiv 1910.07467). The factors start at 1 and take no
 * weight decay.
 */
public final class RmsNorm implements Layer {

  private final DenseParameter gamma;
  private final float epsilon;

  private RmsNorm(int features, float epsilon) {
    this.gamma = DenseParameter.create("weight", 1, features, false, Initializer.constant(1));
    this.epsilon = epsilon;
    gamma.initialise(0);
  }

  /**
   * Makes the layer with epsilon 1e-5.
   *
   * @param features number of features
   * @return a new layer
   */
  public static RmsNorm of(int features) {
    return of(features, 1e-5);
  }

  /**
   * Makes the layer.
   *
   * @param features number of features
   * @param epsilon added to the mean square, above 0
   * @return a new layer
   * @throws IllegalArgumentException if {@code epsilon} is not above 0
   */
  public static RmsNorm of(int features, double epsilon) {
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("RmsNorm: epsilon (" + epsilon + ") must be above 0");
    }
    return new RmsNorm(features, (float) epsilon);
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    return tape.rmsNorm(x, tape.parameter(gamma), epsilon);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(gamma);
  }

  @Override
  public OptionalInt inputs() {
    return OptionalInt.of(gamma.value().columns());
  }

  /** Returns the number of features. */
  @Override
  public String toString() {
    return "RmsNorm " + gamma.value().columns();
  }
}
