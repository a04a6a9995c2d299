package org.sparse4j.train.layer;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.Affine;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * A layer {@code y = W x + b} with sparse weights: products, gradient and optimizer state touch the
 * stored positions alone. Biases are dense.
 */
public final class SparseLinear extends AffineLayer {

  private final SparseParameter weight;
  private final @Nullable FollowingInitializer initializer;

  private SparseLinear(
      SparseParameter weight, DenseParameter bias, @Nullable FollowingInitializer initializer) {
    super(Affine.sparse(weight).bias(bias));
    this.weight = weight;
    this.initializer = initializer;
  }

  /**
   * Makes a layer whose positions a sparsifier will choose. Row i is drawn by {@code initialise}
   * from N(0, gain / stored positions of row i), gain 2 if a rectifier follows in a {@link
   * Sequential}, else 1; biases start at 0.
   *
   * @param inputs number of inputs, at least 0
   * @param outputs number of outputs, at least 0
   * @return a new layer, to be initialised or loaded; initialised without a choice it stores all
   *     positions
   */
  public static SparseLinear of(int inputs, int outputs) {
    FollowingInitializer initializer = new FollowingInitializer();
    return new SparseLinear(
        SparseParameter.create("weight", outputs, inputs, initializer),
        DenseParameter.bias("bias", outputs),
        initializer);
  }

  /**
   * Makes a layer whose positions a sparsifier will choose, with a rule of your own for its first
   * weights.
   *
   * @param inputs number of inputs, at least 0
   * @param outputs number of outputs, at least 0
   * @param initializer how the weights start; biases start at 0
   * @return a new layer, to be initialised or loaded; initialised without a choice it stores all
   *     positions
   */
  public static SparseLinear of(int inputs, int outputs, Initializer initializer) {
    return new SparseLinear(
        SparseParameter.create("weight", outputs, inputs, initializer),
        DenseParameter.bias("bias", outputs),
        null);
  }

  /**
   * Makes a layer with given positions.
   *
   * @param pattern stored positions, outputs x inputs
   * @return a new layer, to be initialised or loaded
   */
  public static SparseLinear of(CsrPattern pattern) {
    FollowingInitializer initializer = new FollowingInitializer();
    return new SparseLinear(
        SparseParameter.create("weight", pattern, initializer),
        DenseParameter.bias("bias", pattern.rows()),
        initializer);
  }

  /**
   * Makes a layer with given positions.
   *
   * @param mask stored positions, outputs x inputs
   * @return a new layer, to be initialised or loaded
   */
  public static SparseLinear of(Mask mask) {
    return of(CsrPattern.of(mask));
  }

  /**
   * Makes a layer of given weights with a bias of zeros, ready to train.
   *
   * @param weights outputs x inputs; shared
   * @return a new layer on the matrix
   */
  public static SparseLinear of(CsrMatrix weights) {
    return of(SparseParameter.of("weight", weights), DenseParameter.bias("bias", weights.rows()));
  }

  /**
   * Makes a layer of parameters.
   *
   * @param weight outputs x inputs
   * @param bias 1 x outputs
   * @return a new layer on the parameters
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static SparseLinear of(SparseParameter weight, DenseParameter bias) {
    return new SparseLinear(weight, bias, null);
  }

  /**
   * Returns the weights.
   *
   * @return outputs x inputs
   */
  public SparseParameter weight() {
    return weight;
  }

  @Override
  void followedBy(Activation function) {
    if (initializer != null) {
      initializer.followedBy(function);
    }
  }
}
