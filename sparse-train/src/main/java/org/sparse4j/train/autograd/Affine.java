package org.sparse4j.train.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.ForwardWeight;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * {@code Y = f(A X + b)} with trainable A and b: dense, sparse, or any linear operator.
 *
 * <p>Make it once and apply it every step. Bias and function run inside the product where the
 * gradient allows it: always in an evaluation, and for no function and RELU (whose gradient needs
 * only the result) in training too; other functions keep {@code A X + b} for the backward pass. The
 * gradient of X is computed only where it is wanted.
 *
 * <pre>{@code
 * Affine layer = Affine.sparse(weight).bias(bias).activation(Activation.RELU);
 * Variable y = tape.affine(layer, x);
 * }</pre>
 */
public final class Affine implements Operator {

  private final LinearPart linear;
  private final @Nullable DenseParameter bias;
  private final Activation function;
  private final Epilogue shift;
  private final Epilogue whole;

  private Affine(LinearPart linear, @Nullable DenseParameter bias, Activation function) {
    this.linear = linear;
    this.bias = bias;
    this.function = function;
    this.shift = bias == null ? Epilogue.none() : Epilogue.bias(bias.vector());
    this.whole =
        function == Activation.IDENTITY
            ? shift
            : bias == null
                ? Epilogue.activation(function)
                : Epilogue.biasThen(bias.vector(), function);
  }

  /**
   * {@code Y = W X} with a dense matrix.
   *
   * @param weight outputs x inputs
   * @return the map, without bias and function
   */
  public static Affine dense(DenseParameter weight) {
    return new Affine(new LinearPart.Dense(weight), null, Activation.IDENTITY);
  }

  /**
   * {@code Y = W X} with a sparse matrix, whose gradient is computed at the stored positions alone.
   *
   * @param weight outputs x inputs
   * @return the map, without bias and function
   */
  public static Affine sparse(SparseParameter weight) {
    return new Affine(new LinearPart.Sparse(weight), null, Activation.IDENTITY);
  }

  /**
   * {@code Y = W~ X} with weights that follow a rule: the straight-through gradient {@code dY X^T}
   * goes to all elements of the dense weights.
   *
   * @param weight outputs x inputs
   * @return the map, without bias and function
   */
  public static Affine of(ForwardWeight weight) {
    return new Affine(new LinearPart.Ruled(weight), null, Activation.IDENTITY);
  }

  /**
   * {@code Y = A X} with a linear operator of your own.
   *
   * @param operator A
   * @param parameters one for each of {@code operator.parameters()}, in that order, on the same
   *     values; none to keep the operator as it is
   * @return the map, without bias and function
   * @throws IllegalArgumentException if the parameters are not those of the operator
   */
  public static Affine of(LinearOperator operator, List<? extends FlatParameter> parameters) {
    return new Affine(
        new LinearPart.Open(operator, List.copyOf(parameters)), null, Activation.IDENTITY);
  }

  /**
   * Adds a bias.
   *
   * @param parameter 1 x outputs
   * @return a new map on the same parameters
   * @throws IllegalArgumentException if the shape is another
   */
  public Affine bias(DenseParameter parameter) {
    DenseMatrix value = parameter.value();
    if (value.rows() != 1 || value.columns() != rows()) {
      throw new IllegalArgumentException(
          "affine: bias "
              + parameter
              + " must be 1x"
              + rows()
              + ", one element an output of "
              + linear);
    }
    return new Affine(linear, parameter, function);
  }

  /**
   * Applies a function to the result.
   *
   * @param next f
   * @return a new map on the same parameters
   */
  public Affine activation(Activation next) {
    return new Affine(linear, bias, next);
  }

  /**
   * Returns the number of outputs.
   *
   * @return rows of A
   */
  public int rows() {
    return linear.rows();
  }

  /**
   * Returns the number of inputs.
   *
   * @return columns of A
   */
  public int columns() {
    return linear.columns();
  }

  /**
   * Returns the function.
   *
   * @return f, {@link Activation#IDENTITY} if there is none
   */
  public Activation activation() {
    return function;
  }

  /**
   * Returns the bias.
   *
   * @return the parameter, or empty
   */
  public Optional<DenseParameter> bias() {
    return Optional.ofNullable(bias);
  }

  /**
   * Returns what is trained.
   *
   * @return the parameters of A, then the bias
   */
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(linear.parameters());
    if (bias != null) {
      all.add(bias);
    }
    return List.copyOf(all);
  }

  void requireReady() {
    linear.requireReady();
  }

  @Override
  public String label() {
    return "affine";
  }

  @Override
  public boolean trains() {
    return linear.trains() || bias != null;
  }

  private boolean keepsInner(Entry e) {
    return e.needsBackward() && function != Activation.IDENTITY && function != Activation.RELU;
  }

  @Override
  public void forward(Entry e) {
    DenseMatrix y = e.output();
    if (keepsInner(e)) {
      DenseMatrix inner = e.saved(0, y.rows(), y.columns());
      linear.apply(e, shift, inner);
      e.dense().activate(e.workspace(), function, inner, y);
    } else {
      linear.apply(e, whole, y);
    }
  }

  @Override
  public void backward(Entry e) {
    DenseMatrix dz = e.outputGradient();
    if (function != Activation.IDENTITY) {
      DenseMatrix y = e.output();
      // For RELU the result tells as much as the input of the function: y > 0 where z > 0.
      DenseMatrix z = keepsInner(e) ? e.saved(0, y.rows(), y.columns()) : y;
      DenseMatrix dy = dz;
      dz = e.innerGradient(1);
      e.dense().activateGradient(e.workspace(), function, z, dy, dz);
    }
    if (bias != null) {
      if (bias.claimGradient()) {
        e.dense().rowSums(e.workspace(), dz, bias.gradientVector());
      } else {
        DenseMatrix sums = e.saved(2, 1, rows());
        e.dense().rowSums(e.workspace(), dz, e.vector(2, sums));
        e.dense().addScaled(e.workspace(), 1, sums, bias.gradient());
      }
    }
    linear.addGradients(e, dz);
  }

  @Override
  public void countOperations(Entry e, OperationSink sink) {
    double samples = e.output().columns();
    double dense = 2.0 * rows() * columns() * samples;
    double forward = linear.operations() * samples;
    double backward = e.needsBackward() ? linear.backwardOperations() * samples : 0;
    sink.product(linear.name(), dense, forward, backward);
  }

  /** Returns the formula. */
  @Override
  public String toString() {
    String inner = linear + (bias == null ? "" : " + " + bias.name());
    return function == Activation.IDENTITY ? inner : function + "(" + inner + ")";
  }
}
