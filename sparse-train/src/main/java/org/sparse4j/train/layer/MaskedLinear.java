package org.sparse4j.train.layer;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.Affine;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.ForwardWeight;
import org.sparse4j.train.parameter.Initializer;

/**
 * A layer {@code y = W~ x + b} whose products see pruned weights W~, while training changes dense
 * ones W, as a {@link ForwardRule} says: N:M training from scratch with a straight-through
 * estimator and what builds on it.
 *
 * <p>Weights, gradient and optimizer state are dense. Start a training step of your own loop with
 * {@link ForwardWeight#begin}; {@code Trainer} does it by itself.
 */
public final class MaskedLinear extends AffineLayer {

  private final ForwardWeight weight;
  private final @Nullable FollowingInitializer initializer;

  private MaskedLinear(
      ForwardWeight weight, DenseParameter bias, @Nullable FollowingInitializer initializer) {
    super(Affine.of(weight).bias(bias));
    this.weight = weight;
    this.initializer = initializer;
  }

  /**
   * Makes a layer with bias, whose weights start as those of a {@link Linear} layer do.
   *
   * @param inputs number of inputs, a multiple of m for N:M
   * @param outputs number of outputs, a multiple of m for transposable N:M
   * @param rule how products see the weights
   * @return a new layer, to be initialised or loaded
   * @throws IllegalArgumentException if a group of a structure would be cut
   */
  public static MaskedLinear of(int inputs, int outputs, ForwardRule rule) {
    FollowingInitializer initializer = new FollowingInitializer();
    DenseParameter weight = DenseParameter.create("weight", outputs, inputs, true, initializer);
    return new MaskedLinear(
        ForwardWeight.of(weight, rule), DenseParameter.bias("bias", outputs), initializer);
  }

  /**
   * Makes a layer with bias and a rule of your own for its first weights.
   *
   * @param inputs number of inputs, a multiple of m for N:M
   * @param outputs number of outputs, a multiple of m for transposable N:M
   * @param rule how products see the weights
   * @param initializer how the weights start; biases start at 0
   * @return a new layer, to be initialised or loaded
   * @throws IllegalArgumentException if a group of a structure would be cut
   */
  public static MaskedLinear of(
      int inputs, int outputs, ForwardRule rule, Initializer initializer) {
    DenseParameter weight = DenseParameter.create("weight", outputs, inputs, true, initializer);
    return of(ForwardWeight.of(weight, rule), DenseParameter.bias("bias", outputs));
  }

  /**
   * Makes a layer of parameters, for example of a trained dense layer.
   *
   * @param weight outputs x inputs
   * @param bias 1 x outputs
   * @return a new layer on the parameters
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static MaskedLinear of(ForwardWeight weight, DenseParameter bias) {
    return new MaskedLinear(weight, bias, null);
  }

  /**
   * Makes a layer of the numbers of a trained dense layer, to prune it in further training.
   *
   * @param trained a layer that holds numbers; not kept, and not changed later
   * @param rule how products see the weights
   * @return a new layer with a bias, of zeros if the trained one has none
   * @throws IllegalArgumentException if a group of a structure would be cut
   */
  public static MaskedLinear copyOf(Linear trained, ForwardRule rule) {
    DenseMatrix numbers = trained.weight().value();
    DenseParameter weight = DenseParameter.of("weight", DenseMatrix.copyOf(numbers.view()), true);
    DenseParameter bias = DenseParameter.bias("bias", numbers.rows());
    trained.map().bias().ifPresent(old -> bias.load(old.value()));
    return of(ForwardWeight.of(weight, rule), bias);
  }

  /**
   * Makes layers follow a rule where it fits them, and dense where groups would be cut.
   *
   * @param rule how products see the weights
   * @return the factory
   */
  public static LinearFactory where(ForwardRule rule) {
    return (name, inputs, outputs, initializer) ->
        fits(inputs, outputs, rule)
            ? of(inputs, outputs, rule, initializer)
            : Linear.of(inputs, outputs, initializer);
  }

  /**
   * Tells whether a layer of a size can follow a rule.
   *
   * @param inputs number of inputs
   * @param outputs number of outputs
   * @param rule the rule
   * @return false if a group of a structure would be cut by the end of a row
   */
  public static boolean fits(int inputs, int outputs, ForwardRule rule) {
    return ForwardWeight.misfit(outputs, inputs, rule).isEmpty();
  }

  /**
   * Returns the weights: {@code weight()} of the result are the dense ones, {@code mask()}, {@code
   * flipRate()} and {@code toNm(...)} what became of them.
   *
   * @return outputs x inputs
   */
  public ForwardWeight weight() {
    return weight;
  }

  @Override
  void followedBy(Activation function) {
    if (initializer != null) {
      initializer.followedBy(function);
    }
  }

  /** Returns kind, sizes and rule; a checkpoint compares it. */
  @Override
  public String toString() {
    return super.toString() + " (" + weight.rule() + ")";
  }
}
