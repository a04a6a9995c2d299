package org.sparse4j.kernels;

import java.lang.ref.Reference;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.LinearOperator;

/** Checks operands once, at the outermost operator. */
final class CheckedOperator implements LinearOperator {

  private final LinearOperator unchecked;
  private final String matrix;

  CheckedOperator(LinearOperator unchecked, String matrix) {
    this.unchecked = unchecked;
    this.matrix = matrix;
  }

  @Override
  public int rows() {
    return unchecked.rows();
  }

  @Override
  public int columns() {
    return unchecked.columns();
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    require("apply", "X", x, "columns of A", columns(), "Y", y, "rows of A", rows());
    Operands.requireApart("apply", "Y", y, "X", x);
    try {
      unchecked.apply(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    require("applyTransposed", "X", x, "rows of A", rows(), "Y", y, "columns of A", columns());
    Operands.requireApart("applyTransposed", "Y", y, "X", x);
    try {
      unchecked.applyTransposed(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void apply(Workspace workspace, DenseVector x, DenseVector y) {
    Operands.requireAlive("apply", x);
    Operands.requireAlive("apply", y);
    Operands.requireApart("apply", "y", y.asRow(), "x", x.asRow());
    LinearOperator.super.apply(workspace, x, y);
  }

  @Override
  public void linear(Workspace workspace, DenseView x, DenseMatrix y) {
    Operands.requireAlive("linear", x);
    y.requireAlive("linear");
    Operands.requireApart("linear", "Y", y, "X", x);
    LinearOperator.super.linear(workspace, x, y);
  }

  @Override
  public List<FloatValues> parameters() {
    return unchecked.parameters();
  }

  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
    require("parameterGradient", "X", x, "columns of A", columns(), "dY", dy, "rows of A", rows());
    List<FloatValues> parameters = unchecked.parameters();
    Operands.requireEqual(
        "parameterGradient",
        "number of gradients",
        gradients.size(),
        "number of parameters",
        parameters.size(),
        matrix);
    for (int k = 0; k < parameters.size(); k++) {
      if (gradients.get(k).length() != parameters.get(k).length()) {
        Operands.requireEqual(
            "parameterGradient",
            "length of gradient " + k,
            gradients.get(k).length(),
            "length of its parameter",
            parameters.get(k).length(),
            matrix);
      }
    }
    try {
      unchecked.parameterGradient(workspace, x, dy, gradients);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(dy);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public List<KernelInfo> calls(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("calls: n (" + n + ") must be at least 1; " + matrix);
    }
    return unchecked.calls(n);
  }

  private void require(
      String operation,
      String inputName,
      DenseMatrix input,
      String inputRule,
      int inputRows,
      String outputName,
      DenseMatrix output,
      String outputRule,
      int outputRows) {
    if (input.rows() != inputRows
        || output.rows() != outputRows
        || input.columns() != output.columns()) {
      String shapes =
          matrix
              + ", "
              + inputName
              + " is "
              + Operands.describe(input)
              + ", "
              + outputName
              + " is "
              + Operands.describe(output);
      Operands.requireEqual(
          operation, "rows of " + inputName, input.rows(), inputRule, inputRows, shapes);
      Operands.requireEqual(
          operation, "rows of " + outputName, output.rows(), outputRule, outputRows, shapes);
      Operands.requireEqual(
          operation,
          "columns of " + outputName,
          output.columns(),
          "columns of " + inputName,
          input.columns(),
          shapes);
    }
    input.requireAlive(operation);
    output.requireAlive(operation);
  }

  @Override
  public String toString() {
    return unchecked.toString();
  }
}
