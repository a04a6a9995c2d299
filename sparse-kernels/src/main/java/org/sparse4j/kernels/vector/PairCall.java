package org.sparse4j.kernels.vector;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;

/** One factor of a butterfly in flight; parts are ranges of pairs, which nobody else touches. */
final class PairCall implements PartBody {

  /** Floats below which a second thread costs more than it brings. */
  private static final long WORTH_A_PART = 1 << 14;

  private static final float[] NONE = {};

  private boolean gradient;
  private boolean transposed;
  private int stride = 1;
  private float[] blocks = NONE;
  private int offset;
  private int pairs;
  private int parts;
  private int bytes;
  private long x;
  private long xStride;
  private long y;
  private long yStride;

  void mix(
      Workspace workspace,
      int distance,
      float[] numbers,
      int start,
      boolean turned,
      DenseMatrix from,
      DenseMatrix to) {
    gradient = false;
    transposed = turned;
    run(workspace, distance, numbers, start, from, to);
  }

  void gradient(
      Workspace workspace,
      int distance,
      DenseMatrix from,
      DenseMatrix slope,
      float[] numbers,
      int start) {
    gradient = true;
    run(workspace, distance, numbers, start, from, slope);
  }

  private void run(
      Workspace workspace,
      int distance,
      float[] numbers,
      int start,
      DenseMatrix from,
      DenseMatrix to) {
    stride = distance;
    blocks = numbers;
    offset = start;
    pairs = from.rows() / 2;
    bytes = 4 * from.paddedColumns();
    x = from.address();
    xStride = 4L * from.stride();
    y = to.address();
    yStride = 4L * to.stride();
    long floats = (long) from.rows() * from.paddedColumns();
    long most = Math.max(1, Math.min(pairs, floats / WORTH_A_PART));
    parts = (int) Math.min(workspace.threads().count(), most);
    workspace.threads().run(parts, this);
    // A workspace that lives on must not keep somebody's weights alive.
    blocks = NONE;
  }

  @Override
  public void run(int part) {
    int from = (int) ((long) pairs * part / parts);
    int to = (int) ((long) pairs * (part + 1) / parts);
    for (int pair = from; pair < to; pair++) {
      long low = pair / stride * 2L * stride + pair % stride;
      long high = low + stride;
      int k = offset + 4 * pair;
      if (gradient) {
        PairKernels.gradient(
            x + low * xStride,
            x + high * xStride,
            y + low * yStride,
            y + high * yStride,
            bytes,
            blocks,
            k);
      } else {
        PairKernels.mix(
            blocks[k],
            blocks[transposed ? k + 2 : k + 1],
            blocks[transposed ? k + 1 : k + 2],
            blocks[k + 3],
            x + low * xStride,
            x + high * xStride,
            y + low * yStride,
            y + high * yStride,
            bytes);
      }
    }
  }
}
