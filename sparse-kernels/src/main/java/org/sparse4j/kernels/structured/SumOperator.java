package org.sparse4j.kernels.structured;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.KernelInfo;

/** {@code Y = sum_i c_i A_i X}: one part writes, the others add. */
final class SumOperator extends MatrixOperator {

  private final Parts parts;
  private final float[] coefficients;
  private final DenseKernels dense;
  private final Costs costs;

  /** The first part that cannot add by itself, else part 0. */
  private final int writer;

  private final Widths<DenseMatrix> outputs;
  private final Widths<DenseMatrix> inputs;

  SumOperator(CompressedMatrix matrix, Parts parts, float[] coefficients, DenseKernels dense) {
    super(matrix, parts.parameters());
    this.parts = parts;
    this.coefficients = coefficients;
    this.dense = dense;
    this.costs = new Costs(dense);
    this.writer = writer(parts);
    this.outputs = new Widths<>(n -> DenseMatrix.zeros(matrix.rows(), n));
    this.inputs = new Widths<>(n -> DenseMatrix.zeros(matrix.columns(), n));
  }

  private static int writer(Parts parts) {
    for (int i = 0; i < parts.count(); i++) {
      if (!(parts.get(i) instanceof AddingOperator)) {
        return i;
      }
    }
    return 0;
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    run(workspace, false, x, y);
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    run(workspace, true, x, y);
  }

  private void run(Workspace workspace, boolean transposed, DenseMatrix x, DenseMatrix y) {
    multiply(writer, workspace, transposed, x, y);
    if (coefficients[writer] != 1) {
      dense.scale(workspace, coefficients[writer], y, y);
    }
    for (int i = 0; i < parts.count(); i++) {
      if (i == writer) {
        continue;
      }
      if (parts.get(i) instanceof AddingOperator adding) {
        adding.add(workspace, transposed, coefficients[i], x, y);
      } else {
        DenseMatrix summand = (transposed ? inputs : outputs).of(x.columns());
        multiply(i, workspace, transposed, x, summand);
        dense.addScaled(workspace, coefficients[i], summand, y);
      }
    }
  }

  private void multiply(
      int part, Workspace workspace, boolean transposed, DenseMatrix x, DenseMatrix y) {
    if (transposed) {
      parts.get(part).applyTransposed(workspace, x, y);
    } else {
      parts.get(part).apply(workspace, x, y);
    }
  }

  @Override
  public List<KernelInfo> calls(int n) {
    long elements = (long) rows() * n;
    List<KernelInfo> calls = new ArrayList<>(parts.get(writer).calls(n));
    if (coefficients[writer] != 1) {
      calls.add(costs.call("scale", elements, 8 * elements));
    }
    for (int i = 0; i < parts.count(); i++) {
      if (i == writer) {
        continue;
      }
      if (parts.get(i) instanceof AddingOperator adding) {
        calls.addAll(adding.addCalls(coefficients[i], n));
      } else {
        calls.addAll(parts.get(i).calls(n));
        calls.add(costs.call("add-scaled", 2 * elements, 12 * elements));
      }
    }
    return List.copyOf(calls);
  }

  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
    for (int i = 0; i < parts.count(); i++) {
      if (parts.trains(i)) {
        List<FloatValues> own = parts.window(i, gradients);
        parts.get(i).parameterGradient(workspace, x, dy, own);
        scale(own, coefficients[i]);
      }
    }
  }

  private static void scale(List<FloatValues> gradients, float factor) {
    if (factor == 1) {
      return;
    }
    for (int k = 0; k < gradients.size(); k++) {
      float[] numbers = gradients.get(k).array();
      for (int e = 0; e < numbers.length; e++) {
        numbers[e] *= factor;
      }
      gradients.get(k).markChanged();
    }
  }
}
