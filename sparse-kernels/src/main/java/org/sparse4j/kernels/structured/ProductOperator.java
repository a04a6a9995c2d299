package org.sparse4j.kernels.structured;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.structured.ProductMatrix;

/** {@code Y = A_0 (A_1 (... X))}; the gradient computes what lies between the parts again. */
final class ProductOperator extends MatrixOperator {

  private final Parts parts;

  /** Element i is what part i + 1 writes and part i reads. */
  private final Widths<DenseMatrix[]> between;

  ProductOperator(ProductMatrix matrix, Parts parts) {
    super(matrix, parts.parameters());
    this.parts = parts;
    this.between = new Widths<>(this::buffers);
  }

  private DenseMatrix[] buffers(int n) {
    DenseMatrix[] made = new DenseMatrix[parts.count() - 1];
    for (int i = 0; i < made.length; i++) {
      made[i] = DenseMatrix.zeros(parts.get(i + 1).rows(), n);
    }
    return made;
  }

  @Override
  public void apply(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseMatrix[] inner = between.of(x.columns());
    parts.get(0).apply(workspace, inputOfFirst(workspace, inner, x), y);
  }

  /** Runs all parts but the first. */
  private DenseMatrix inputOfFirst(Workspace workspace, DenseMatrix[] inner, DenseMatrix x) {
    DenseMatrix input = x;
    for (int i = parts.count() - 1; i > 0; i--) {
      parts.get(i).apply(workspace, input, inner[i - 1]);
      input = inner[i - 1];
    }
    return input;
  }

  @Override
  public void applyTransposed(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseMatrix[] inner = between.of(x.columns());
    DenseMatrix input = x;
    for (int i = 0; i < inner.length; i++) {
      parts.get(i).applyTransposed(workspace, input, inner[i]);
      input = inner[i];
    }
    parts.get(inner.length).applyTransposed(workspace, input, y);
  }

  @Override
  public List<KernelInfo> calls(int n) {
    List<KernelInfo> calls = new ArrayList<>();
    for (int i = parts.count() - 1; i >= 0; i--) {
      calls.addAll(parts.get(i).calls(n));
    }
    return List.copyOf(calls);
  }

  @Override
  public void parameterGradient(
      Workspace workspace, DenseMatrix x, DenseMatrix dy, List<FloatValues> gradients) {
    DenseMatrix[] inner = between.of(x.columns());
    inputOfFirst(workspace, inner, x);
    DenseMatrix slope = dy;
    for (int i = 0; i < parts.count(); i++) {
      DenseMatrix input = i < inner.length ? inner[i] : x;
      if (parts.trains(i)) {
        parts.get(i).parameterGradient(workspace, input, slope, parts.window(i, gradients));
      }
      if (i < inner.length) {
        // The input has been read for the last time: the slope takes its place.
        parts.get(i).applyTransposed(workspace, slope, inner[i]);
        slope = inner[i];
      }
    }
  }
}
