package org.sparse4j.kernels.planner;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;

/** The product by a plan, of the matrix itself or of its positions in another format. */
final class SparseProduct implements Product {

  private final Plan plan;
  private final Values original;
  private final int @Nullable [] sources;
  private final float[] scratch;

  /**
   * A plan and where its numbers come from.
   *
   * @param plan the plan
   * @param original numbers of the caller's matrix
   * @param sources where in them each number of the plan's matrix is; null if they are shared
   */
  SparseProduct(Plan plan, Values original, int @Nullable [] sources) {
    this.plan = plan;
    this.original = original;
    this.sources = sources;
    this.scratch = new float[sources == null ? 0 : sources.length];
  }

  @Override
  public String format() {
    return plan.matrix().format();
  }

  @Override
  public KernelInfo info(int n) {
    return plan.info(n);
  }

  @Override
  public String layout() {
    String kernel = plan.info(1).kernel();
    // "rows of N:M, csr-quads-96" is the code and the data of "csr-quads-96".
    return kernel.substring(kernel.startsWith("rows of ") ? kernel.indexOf(", ") + 2 : 0)
        + " "
        + plan.packedBytes();
  }

  @Override
  public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    plan.run(workspace, x, y);
  }

  @Override
  public void run(Workspace workspace, DenseView x, DenseMatrix y) {
    plan.run(workspace, x, y);
  }

  @Override
  public void run(Workspace workspace, DenseVector x, DenseVector y) {
    plan.run(workspace, x, y);
  }

  @Override
  public void refresh() {
    SparseMatrix matrix = plan.matrix();
    if (sources != null && matrix.values() instanceof FloatValues moved) {
      original.copyTo(scratch);
      arrange(scratch, sources, moved.array());
      moved.markChanged();
    }
    plan.refresh();
  }

  static void arrange(float[] numbers, int[] sources, float[] target) {
    for (int k = 0; k < sources.length; k++) {
      target[k] = numbers[sources[k]];
    }
  }
}
