package org.sparse4j.train.layer;

import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.train.autograd.BatchNormalization;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * Normalises every channel over the batch (Ioffe and Szegedy, 2015, arXiv 1502.03167), momentum 0.1
 * and epsilon 1e-5 unless given.
 *
 * <p>The running numbers are parameters too, {@code running_mean} and {@code running_var}: files
 * and checkpoints hold them, and since they never get a gradient no optimizer moves them.
 */
public final class BatchNorm implements Layer {

  private final DenseParameter gamma;
  private final DenseParameter beta;
  private final DenseParameter mean;
  private final DenseParameter variance;
  private final BatchNormalization norm;
  private final int features;

  private BatchNorm(int channels, int features, double momentum, double epsilon) {
    this.features = features;
    gamma = ready("weight", channels, 1);
    beta = ready("bias", channels, 0);
    mean = ready("running_mean", channels, 0);
    variance = ready("running_var", channels, 1);
    norm = BatchNormalization.of(gamma, beta, mean, variance, momentum, epsilon);
  }

  private static DenseParameter ready(String name, int channels, float value) {
    DenseParameter parameter =
        DenseParameter.create(name, 1, channels, false, Initializer.constant(value));
    parameter.initialise(0);
    return parameter;
  }

  /**
   * Normalises every channel of images over positions and samples.
   *
   * @param input size of the images
   * @return a new layer
   */
  public static BatchNorm of(ImageShape input) {
    return of(input, 0.1, 1e-5);
  }

  /**
   * Normalises every channel of images over positions and samples.
   *
   * @param input size of the images
   * @param momentum share of the batch in a running number, in [0, 1]
   * @param epsilon added to the variance, above 0
   * @return a new layer
   * @throws IllegalArgumentException if a number is out of range
   */
  public static BatchNorm of(ImageShape input, double momentum, double epsilon) {
    return new BatchNorm(input.channels(), input.size(), momentum, epsilon);
  }

  /**
   * Normalises every feature over the samples.
   *
   * @param features number of features, at least 1
   * @return a new layer
   * @throws IllegalArgumentException if there is no feature
   */
  public static BatchNorm of(int features) {
    Parts.requirePositive("BatchNorm", "features", features);
    return new BatchNorm(features, features, 0.1, 1e-5);
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    return tape.batchNorm(norm, x);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(gamma, beta, mean, variance);
  }

  @Override
  public OptionalInt inputs() {
    return OptionalInt.of(features);
  }

  /** Returns channels and features. */
  @Override
  public String toString() {
    return "BatchNorm " + norm.channels() + " of " + features;
  }
}
