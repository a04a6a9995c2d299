package org.sparse4j.train.autograd;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.DenseKernels;

/** Operators on one or two matrices of the result's shape. */
enum Elementwise implements Operator {
  ADD("add"),
  SUBTRACT("subtract"),
  MULTIPLY("multiply"),
  DIVIDE("divide"),
  SWIGLU("swiGlu"),
  SCALE("scale"),
  EXP("exp"),
  LOG("log"),
  SQRT("sqrt"),
  SQUARE("square"),
  DROPOUT("dropout");

  private final String label;

  Elementwise(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public void forward(Entry e) {
    DenseKernels dense = e.dense();
    Workspace workspace = e.workspace();
    DenseMatrix x = e.value(0);
    DenseMatrix y = e.output();
    switch (this) {
      case ADD -> dense.add(workspace, x, e.value(1), y);
      case SUBTRACT -> dense.subtract(workspace, x, e.value(1), y);
      case MULTIPLY -> dense.multiply(workspace, x, e.value(1), y);
      case DIVIDE -> dense.divide(workspace, x, e.value(1), y);
      case SWIGLU -> {
        dense.activate(workspace, Activation.SILU, x, y);
        dense.multiply(workspace, y, e.value(1), y);
      }
      case SCALE -> dense.scale(workspace, e.number, x, y);
      case EXP -> dense.exp(workspace, x, y);
      case LOG -> dense.log(workspace, x, y);
      case SQRT -> dense.sqrt(workspace, x, y);
      case SQUARE -> dense.multiply(workspace, x, x, y);
      case DROPOUT -> dense.dropout(workspace, e.number, e.seed, x, y);
    }
  }

  @Override
  public void backward(Entry e) {
    // The second operand first: the first one may take over the result's gradient.
    if (e.inputs() == 2 && e.needsGradient(1)) {
      backwardSecond(e);
    }
    if (e.needsGradient(0)) {
      backwardFirst(e);
    }
  }

  private void backwardFirst(Entry e) {
    DenseKernels dense = e.dense();
    Workspace workspace = e.workspace();
    DenseMatrix dy = e.outputGradient();
    DenseMatrix dx = e.gradientTargetInPlace(0);
    switch (this) {
      case ADD, SUBTRACT -> copy(e, dy, dx);
      case MULTIPLY -> dense.multiply(workspace, dy, e.value(1), dx);
      case DIVIDE -> dense.divide(workspace, dy, e.value(1), dx);
      case SWIGLU -> {
        dense.multiply(workspace, dy, e.value(1), dx);
        dense.activateGradient(workspace, Activation.SILU, e.value(0), dx, dx);
      }
      case SCALE -> dense.scale(workspace, e.number, dy, dx);
      case EXP -> dense.multiply(workspace, dy, e.output(), dx);
      case LOG -> dense.divide(workspace, dy, e.value(0), dx);
      case SQRT -> {
        dense.divide(workspace, dy, e.output(), dx);
        dense.scale(workspace, 0.5f, dx, dx);
      }
      case SQUARE -> {
        dense.multiply(workspace, dy, e.value(0), dx);
        dense.scale(workspace, 2, dx, dx);
      }
      case DROPOUT -> dense.dropout(workspace, e.number, e.seed, dy, dx);
    }
    e.gradientWritten(0);
  }

  private void backwardSecond(Entry e) {
    DenseKernels dense = e.dense();
    Workspace workspace = e.workspace();
    DenseMatrix dy = e.outputGradient();
    DenseMatrix dx = e.gradientTarget(1);
    switch (this) {
      case ADD -> dense.copy(workspace, dy, dx);
      case SUBTRACT -> dense.scale(workspace, -1, dy, dx);
      case MULTIPLY -> dense.multiply(workspace, dy, e.value(0), dx);
      case DIVIDE -> {
        dense.multiply(workspace, dy, e.output(), dx);
        dense.divide(workspace, dx, e.value(1), dx);
        dense.scale(workspace, -1, dx, dx);
      }
      case SWIGLU -> {
        dense.activate(workspace, Activation.SILU, e.value(0), dx);
        dense.multiply(workspace, dx, dy, dx);
      }
      case SCALE, EXP, LOG, SQRT, SQUARE, DROPOUT ->
          throw new IllegalStateException(label + ": has one input");
    }
    e.gradientWritten(1);
  }

  @SuppressWarnings("ReferenceEquality") // in place means this very matrix
  static void copy(Entry e, DenseMatrix from, DenseMatrix to) {
    if (from != to) {
      e.dense().copy(e.workspace(), from, to);
    }
  }
}
