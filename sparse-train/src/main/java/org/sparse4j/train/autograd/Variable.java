package org.sparse4j.train.autograd;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.train.parameter.DenseParameter;

/**
 * A matrix on a tape: a value and, where a loss depends on it, a gradient.
 *
 * <p>It belongs to the step that made it. Afterwards the tape reuses the object and its matrices
 * for another variable; copy what should outlive the step.
 */
public final class Variable {

  private final Tape tape;
  private @Nullable DenseMatrix value;
  private @Nullable DenseParameter parameter;
  private @Nullable DenseMatrix gradient;
  private @Nullable DenseMatrix addend;
  private boolean leaf;
  private boolean needed;
  private boolean retained;
  private boolean filled;

  Variable(Tape tape) {
    this.tape = tape;
  }

  /** Becomes a leaf. */
  void reuse(DenseMatrix newValue, boolean needsGradient) {
    begin(needsGradient);
    value = newValue;
    leaf = true;
    retained = true;
  }

  void reuse(DenseParameter newParameter, boolean needsGradient) {
    reuse(newParameter.value(), needsGradient);
    parameter = newParameter;
  }

  /** Becomes a result whose value is not there yet. */
  void begin(boolean needsGradient) {
    value = null;
    parameter = null;
    gradient = null;
    addend = null;
    leaf = false;
    needed = needsGradient;
    retained = false;
    filled = false;
  }

  void setValue(DenseMatrix newValue) {
    value = newValue;
  }

  Tape tape() {
    return tape;
  }

  /**
   * Returns the value.
   *
   * @return the live matrix, features x batch
   */
  public DenseMatrix value() {
    DenseMatrix result = value;
    if (result == null) {
      throw new IllegalStateException("Variable: has no value");
    }
    return result;
  }

  /**
   * Returns the number of rows.
   *
   * @return features
   */
  public int rows() {
    return value().rows();
  }

  /**
   * Returns the number of columns.
   *
   * @return samples
   */
  public int columns() {
    return value().columns();
  }

  /**
   * Returns the value of a {@code 1 x 1} variable, such as a loss.
   *
   * @return the number
   * @throws IllegalStateException if the shape is another
   */
  public float scalar() {
    if (rows() != 1 || columns() != 1) {
      throw new IllegalStateException("scalar: the variable must be 1x1, it is " + shape());
    }
    return value().get(0, 0);
  }

  /**
   * Tells whether a backward pass computes a gradient here.
   *
   * @return true if it depends on a parameter or on a leaf made by {@code Tape.variable}, and the
   *     step is a training step
   */
  public boolean needsGradient() {
    return needed;
  }

  /**
   * Asks for the gradient of an intermediate result to be kept; without it the backward pass works
   * in place and overwrites it. Call it before {@code backward}.
   *
   * @return this variable
   */
  public Variable retainGradient() {
    retained = true;
    return this;
  }

  boolean isRetained() {
    return retained;
  }

  boolean isFilled() {
    return parameter == null ? filled : parameter.hasGradient();
  }

  /**
   * Returns the gradient of the loss, after {@code backward}: of a leaf, or of a result that was
   * {@link #retainGradient() retained}. For a parameter it includes what earlier steps have added.
   *
   * @return the live matrix; zeros if the loss does not depend on this variable
   * @throws IllegalStateException if no gradient was wanted, or it was not retained
   */
  public DenseMatrix gradient() {
    if (!needed || !retained) {
      throw new IllegalStateException(
          "gradient: "
              + (needed
                  ? "not kept for an intermediate result; call retainGradient() before backward"
                  : "not computed; the variable is an input or the step is an evaluation")
              + "; the variable is "
              + shape());
    }
    return parameter == null ? accumulator(tape.dense(), tape.workspace()) : parameter.gradient();
  }

  /** Returns the gradient to add to, zeros at first. */
  DenseMatrix accumulator(DenseKernels dense, Workspace workspace) {
    if (parameter != null) {
      DenseMatrix result = parameter.gradient();
      parameter.claimGradient();
      return result;
    }
    DenseMatrix result = memory();
    if (!filled) {
      dense.fill(workspace, 0, result);
      filled = true;
    }
    return result;
  }

  /** Returns where to write a whole contribution; {@link #written} completes it. */
  DenseMatrix target() {
    addend = null;
    if (parameter != null) {
      if (parameter.claimGradient()) {
        return parameter.gradient();
      }
    } else if (!filled) {
      filled = true;
      return memory();
    }
    DenseMatrix result = tape.take(rows(), columns());
    addend = result;
    return result;
  }

  void written(DenseKernels dense, Workspace workspace) {
    DenseMatrix more = addend;
    if (more != null) {
      dense.addScaled(workspace, 1, more, parameter == null ? memory() : parameter.gradient());
      addend = null;
    }
  }

  /** Takes over a gradient matrix that nobody needs any more, if this variable has none yet. */
  boolean adopt(DenseMatrix spare) {
    if (leaf || filled || spare.rows() != rows() || spare.columns() != columns()) {
      return false;
    }
    gradient = spare;
    filled = true;
    return true;
  }

  private DenseMatrix memory() {
    DenseMatrix result = gradient;
    if (result == null) {
      result = tape.take(rows(), columns());
      gradient = result;
    }
    return result;
  }

  String shape() {
    return value == null ? "empty" : rows() + "x" + columns();
  }

  /** Returns shape and kind. */
  @Override
  public String toString() {
    return "Variable "
        + shape()
        + (parameter == null ? "" : " of " + parameter.name())
        + (needed ? ", needs gradient" : "");
  }
}
