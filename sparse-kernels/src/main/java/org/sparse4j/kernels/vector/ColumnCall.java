package org.sparse4j.kernels.vector;

import java.lang.foreign.ValueLayout;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.scalar.ElementwiseMath;

/**
 * One operation in flight that treats columns one by one, a vector's width at a time; parts are
 * ranges of columns.
 *
 * <p>Fields are set by the caller; one object lives in each workspace.
 */
final class ColumnCall implements PartBody {

  /** What happens to a column. */
  enum Kind {
    SOFTMAX,
    SOFTMAX_GRADIENT,
    LOG_SOFTMAX,
    LOG_SOFTMAX_GRADIENT,
    CROSS_ENTROPY,
    ARGMAX,
    LAYER_NORM,
    LAYER_NORM_GRADIENT,
    RMS_NORM,
    RMS_NORM_GRADIENT
  }

  private static final int LANES = GemmKernels.LANES;

  /** Floats below which a second thread costs more than it brings. */
  private static final long WORTH_A_PART = 1 << 12;

  private static final int[] NO_INTS = {};

  Kind kind = Kind.SOFTMAX;
  int[] ints = NO_INTS;
  float scalar;
  long gamma;
  long beta;
  long mean;
  long inverse;
  long losses;

  private int rows;
  private int columns;
  private int width;
  private int parts;
  private long x;
  private long xStride;
  private long y;
  private long yStride;
  private long out;
  private long outStride;
  private long first;
  private long second;
  private long third;

  /** Runs the operation on one or two inputs and an output of one shape. */
  void run(Workspace workspace, DenseMatrix input, DenseMatrix other, DenseMatrix output) {
    rows = output.rows();
    columns = output.columns();
    width = output.paddedColumns();
    x = input.address();
    xStride = 4L * input.stride();
    y = other.address();
    yStride = 4L * other.stride();
    out = output.address();
    outStride = 4L * output.stride();
    if (columns == 0) {
      return;
    }
    workspace.reserve(1, 12L * width);
    first = workspace.address(0);
    second = first + 4L * width;
    third = second + 4L * width;
    long most = Math.max(1, Math.min(width / 16, (long) rows * width / WORTH_A_PART));
    parts = (int) Math.min(workspace.threads().count(), most);
    workspace.threads().run(parts, this);
    ints = NO_INTS; // do not keep the caller's array
    if (columns % 16 != 0 && kind != Kind.ARGMAX) {
      ElementwiseKernels.clearPadding(out, outStride, rows, columns);
    }
  }

  @Override
  public void run(int part) {
    int from = (int) ((long) (width / 16) * part / parts) * 16;
    int to = (int) ((long) (width / 16) * (part + 1) / parts) * 16;
    if (kind == Kind.CROSS_ENTROPY) {
      for (int j = from; j < Math.min(to, columns); j++) {
        DenseMemory.set(third + 4L * j, DenseMemory.get(x + ints[j] * xStride + 4L * j));
      }
    }
    for (int j = from; j < to; j += LANES) {
      columns(4L * j);
    }
    if (kind == Kind.CROSS_ENTROPY) {
      for (int j = from; j < Math.min(to, columns); j++) {
        finishSample(j);
      }
    } else if (kind == Kind.ARGMAX) {
      for (int j = from; j < Math.min(to, columns); j++) {
        ints[j] = DenseMemory.ALL.get(ValueLayout.JAVA_INT_UNALIGNED, first + 4L * j);
      }
    }
  }

  /** One vector of columns, {@code o} bytes from the first. */
  private void columns(long o) {
    long a = x + o;
    long b = y + o;
    long c = out + o;
    long s = first + o;
    long t = second + o;
    switch (kind) {
      case SOFTMAX -> {
        SoftmaxKernels.max(a, xStride, rows, s);
        SoftmaxKernels.exponentials(a, xStride, rows, s, c, outStride, t);
        SoftmaxKernels.divide(c, outStride, rows, t, 0);
      }
      case SOFTMAX_GRADIENT -> {
        SoftmaxKernels.dot(a, xStride, b, yStride, rows, s);
        SoftmaxKernels.gradient(a, xStride, b, yStride, rows, s, c, outStride);
      }
      case LOG_SOFTMAX -> {
        SoftmaxKernels.max(a, xStride, rows, s);
        SoftmaxKernels.exponentialSum(a, xStride, rows, s, t);
        ElementwiseKernels.log(t, t, 4 * LANES);
        SoftmaxKernels.shiftTwice(a, xStride, rows, s, t, c, outStride);
      }
      case LOG_SOFTMAX_GRADIENT -> {
        SoftmaxKernels.sum(b, yStride, rows, s);
        SoftmaxKernels.logGradient(a, xStride, b, yStride, rows, s, c, outStride);
      }
      case CROSS_ENTROPY -> crossEntropy(a, c, s, t, third + o);
      case ARGMAX -> SoftmaxKernels.argmax(a, xStride, rows, s);
      case LAYER_NORM -> {
        LayerNormKernels.mean(a, xStride, rows, mean + o);
        LayerNormKernels.inverse(a, xStride, rows, mean + o, scalar, inverse + o);
        LayerNormKernels.normalize(
            a, xStride, rows, gamma, beta, mean + o, inverse + o, c, outStride);
      }
      case LAYER_NORM_GRADIENT -> {
        LayerNormKernels.gradientSums(
            a, xStride, b, yStride, rows, gamma, mean + o, inverse + o, s, t);
        LayerNormKernels.gradient(
            a, xStride, b, yStride, rows, gamma, mean + o, inverse + o, s, t, c, outStride);
      }
      case RMS_NORM -> {
        RmsNormKernels.inverse(a, xStride, rows, scalar, inverse + o);
        RmsNormKernels.normalize(a, xStride, rows, gamma, inverse + o, c, outStride);
      }
      case RMS_NORM_GRADIENT -> {
        RmsNormKernels.gradientDot(a, xStride, b, yStride, rows, gamma, inverse + o, s);
        RmsNormKernels.gradient(a, xStride, b, yStride, rows, gamma, inverse + o, s, c, outStride);
      }
    }
  }

  /**
   * Leaves {@code -sum_i target_i (x_i - max)} in the third scratch vector, which holds the label's
   * logit before, and the sum of the exponentials in the second.
   */
  private void crossEntropy(long a, long c, long max, long sum, long picked) {
    SoftmaxKernels.max(a, xStride, rows, max);
    ElementwiseKernels.subtract(picked, max, picked, 4 * LANES);
    ElementwiseKernels.scale(scalar - 1, picked, picked, 4 * LANES);
    if (scalar > 0) {
      SoftmaxKernels.shiftedSum(a, xStride, rows, max, sum);
      ElementwiseKernels.addScaled(-scalar / rows, sum, picked, 4 * LANES);
    }
    SoftmaxKernels.exponentials(a, xStride, rows, max, c, outStride, sum);
    SoftmaxKernels.divide(c, outStride, rows, sum, scalar / rows);
  }

  private void finishSample(int j) {
    float sum = DenseMemory.get(second + 4L * j);
    DenseMemory.set(losses + 4L * j, ElementwiseMath.log(sum) + DenseMemory.get(third + 4L * j));
    long at = out + ints[j] * outStride + 4L * j;
    DenseMemory.set(at, DenseMemory.get(at) - (1 - scalar));
  }
}
