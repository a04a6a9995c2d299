package org.sparse4j.train.layer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.ScalarFunction;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * An element-wise function whose numbers are trained, {@code p1 f(p2 x)} in most cases; see {@link
 * ScalarFunction}. One set of numbers serves all features; weight decay leaves them alone.
 */
public final class ScaledActivation implements Layer {

  private final ScalarFunction function;
  private final float[] start;
  private final DenseParameter numbers;
  private final boolean trained;

  private ScaledActivation(ScalarFunction function, float[] start, boolean trained) {
    if (start.length != function.numbers()) {
      throw new IllegalArgumentException(
          "ScaledActivation: "
              + function
              + " has "
              + function.numbers()
              + " numbers, "
              + start.length
              + " are given");
    }
    for (float number : start) {
      if (!Float.isFinite(number)) {
        throw new IllegalArgumentException(
            "ScaledActivation: numbers of "
                + function
                + " must be finite, not "
                + Arrays.toString(start));
      }
    }
    this.function = function;
    this.start = start.clone();
    this.trained = trained;
    numbers =
        DenseParameter.create("numbers", 1, start.length, false, new RowInitializer(this.start));
    numbers.initialise(0);
  }

  /**
   * Makes a layer whose numbers are trained from the function's own start.
   *
   * @param function f
   * @return a new layer
   */
  public static ScaledActivation of(ScalarFunction function) {
    return new ScaledActivation(function, function.start(), true);
  }

  /**
   * Makes a layer whose numbers are trained from a start of one's own.
   *
   * @param function f
   * @param start p1, p2, ...; copied
   * @return a new layer
   * @throws IllegalArgumentException if the function has another number of them, or one is not
   *     finite
   */
  public static ScaledActivation of(ScalarFunction function, float... start) {
    return new ScaledActivation(function, start, true);
  }

  /**
   * Makes a layer whose numbers stay as they start.
   *
   * @param function f
   * @return a new layer without parameters
   */
  public static ScaledActivation fixed(ScalarFunction function) {
    return new ScaledActivation(function, function.start(), false);
  }

  /** The numbers as a row. */
  private static final class RowInitializer implements Initializer {
    private final float[] row;

    RowInitializer(float[] row) {
      this.row = row;
    }

    @Override
    public void fill(long seed, DenseMatrix weights) {
      weights.setRow(0, row, 0);
    }

    @Override
    public void fill(long seed, CsrMatrix weights) {
      throw new UnsupportedOperationException("the numbers of a function are dense");
    }
  }

  /**
   * Returns the function.
   *
   * @return f
   */
  public ScalarFunction function() {
    return function;
  }

  /**
   * Returns the numbers.
   *
   * @return a copy of p1, p2, ... as they are now
   */
  public float[] numbers() {
    return numbers.value().toArray();
  }

  /** What the function is like, for the first weights of the layer before it. */
  Activation likeness() {
    return switch (function) {
      case RELU, RELU6, HARD_SWISH, SWISH, GELU, ELU, SOFTPLUS, TANH_SOFT, ACON -> Activation.RELU;
      case TANH, LOG_SIGMOID, SYMMETRIC_LOG, SYMMETRIC_EXP, SOFT_ROOT_SIGN -> Activation.IDENTITY;
    };
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable p = trained ? tape.parameter(numbers) : tape.input(numbers.value());
    return tape.activate(function, x, p);
  }

  @Override
  public List<Parameter> parameters() {
    return trained ? List.of(numbers) : List.of();
  }

  /** Returns the function and what it started with. */
  @Override
  public String toString() {
    return (trained ? "" : "fixed ")
        + function.name().toLowerCase(Locale.ROOT)
        + " "
        + Arrays.toString(start);
  }
}
