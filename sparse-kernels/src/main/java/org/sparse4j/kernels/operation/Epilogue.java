package org.sparse4j.kernels.operation;

import java.util.Optional;
import org.sparse4j.format.DenseVector;

/**
 * What a product does to its result before storing it: {@code f(result + b)}.
 *
 * <p>The bias has one element an output and is read when the product runs, so a bias that training
 * changes needs no new plan. Immutable; the bias vector is shared.
 */
public final class Epilogue {

  private static final Epilogue NONE = new Epilogue(Optional.empty(), Activation.IDENTITY);

  /** Made once: a product asks for it on every call, which has to allocate nothing. */
  private final Optional<DenseVector> bias;

  private final Activation activation;

  private Epilogue(Optional<DenseVector> bias, Activation activation) {
    this.bias = bias;
    this.activation = activation;
  }

  /**
   * Stores the result as it is.
   *
   * @return the epilogue that does nothing
   */
  public static Epilogue none() {
    return NONE;
  }

  /**
   * Adds a bias: {@code result + b}.
   *
   * @param bias one element an output; shared
   * @return the epilogue
   */
  public static Epilogue bias(DenseVector bias) {
    return new Epilogue(Optional.of(bias), Activation.IDENTITY);
  }

  /**
   * Applies a function: {@code f(result)}.
   *
   * @param activation the function
   * @return the epilogue
   */
  public static Epilogue activation(Activation activation) {
    return new Epilogue(Optional.empty(), activation);
  }

  /**
   * Adds a bias, then applies a function: {@code f(result + b)}.
   *
   * @param bias one element an output; shared
   * @param activation the function
   * @return the epilogue
   */
  public static Epilogue biasThen(DenseVector bias, Activation activation) {
    return new Epilogue(Optional.of(bias), activation);
  }

  /**
   * Returns the bias.
   *
   * @return the shared vector, or empty
   */
  public Optional<DenseVector> bias() {
    return bias;
  }

  /**
   * Returns the function.
   *
   * @return {@link Activation#IDENTITY} if there is none
   */
  public Activation activation() {
    return activation;
  }

  /** Returns the formula. */
  @Override
  public String toString() {
    String inner = bias.isEmpty() ? "y" : "y + b";
    return activation == Activation.IDENTITY ? inner : activation + "(" + inner + ")";
  }
}
