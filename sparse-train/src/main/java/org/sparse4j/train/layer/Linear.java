package org.sparse4j.train.layer;

import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.Affine;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;

/** A dense layer {@code y = W x + b}. */
public final class Linear extends AffineLayer {

  private final DenseParameter weight;
  private final @Nullable FollowingInitializer initializer;

  private Linear(Affine map, DenseParameter weight, @Nullable FollowingInitializer initializer) {
    super(map);
    this.weight = weight;
    this.initializer = initializer;
  }

  /**
   * Makes a layer with bias. Weights are drawn by {@code initialise} from N(0, gain / inputs), gain
   * 2 if a rectifier follows in a {@link Sequential}, else 1; biases start at 0.
   *
   * @param inputs number of inputs, at least 0
   * @param outputs number of outputs, at least 0
   * @return a new layer, to be initialised or loaded
   */
  public static Linear of(int inputs, int outputs) {
    FollowingInitializer initializer = new FollowingInitializer();
    DenseParameter weight = weight(inputs, outputs, initializer);
    return new Linear(withBias(weight), weight, initializer);
  }

  /**
   * Makes a layer with bias and a rule of your own for its first weights.
   *
   * @param inputs number of inputs, at least 0
   * @param outputs number of outputs, at least 0
   * @param initializer how the weights start; biases start at 0
   * @return a new layer, to be initialised or loaded
   */
  public static Linear of(int inputs, int outputs, Initializer initializer) {
    DenseParameter weight = weight(inputs, outputs, initializer);
    return new Linear(withBias(weight), weight, null);
  }

  /**
   * Makes a layer without bias.
   *
   * @param inputs number of inputs, at least 0
   * @param outputs number of outputs, at least 0
   * @return a new layer, to be initialised or loaded
   */
  public static Linear withoutBias(int inputs, int outputs) {
    FollowingInitializer initializer = new FollowingInitializer();
    DenseParameter weight = weight(inputs, outputs, initializer);
    return new Linear(Affine.dense(weight), weight, initializer);
  }

  /**
   * Makes a layer of parameters, for example to share weights between layers.
   *
   * @param weight outputs x inputs
   * @param bias 1 x outputs
   * @return a new layer on the parameters
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Linear of(DenseParameter weight, DenseParameter bias) {
    return new Linear(Affine.dense(weight).bias(bias), weight, null);
  }

  private static DenseParameter weight(int inputs, int outputs, Initializer initializer) {
    return DenseParameter.create("weight", outputs, inputs, true, initializer);
  }

  private static Affine withBias(DenseParameter weight) {
    return Affine.dense(weight).bias(DenseParameter.bias("bias", weight.value().rows()));
  }

  /**
   * Returns the weights.
   *
   * @return outputs x inputs
   */
  public DenseParameter weight() {
    return weight;
  }

  @Override
  void followedBy(Activation function) {
    if (initializer != null) {
      initializer.followedBy(function);
    }
  }
}
