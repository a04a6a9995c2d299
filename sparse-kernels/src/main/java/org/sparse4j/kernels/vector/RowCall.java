package org.sparse4j.kernels.vector;

import java.lang.foreign.ValueLayout;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.scalar.ElementwiseMath;

/**
 * One operation in flight that treats rows one by one; parts are ranges of rows.
 *
 * <p>Where all rows lie without gaps, an operation that does not care for row numbers takes many
 * rows as one. Fields are set by the caller; one object lives in each workspace.
 */
final class RowCall implements PartBody {

  /** What happens to a row. */
  enum Kind {
    COPY,
    FILL,
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    SCALE,
    ADD_SCALED,
    EXP,
    LOG,
    SQRT,
    ACTIVATE,
    ACTIVATE_GRADIENT,
    DROPOUT,
    ADD_BIAS,
    SCALE_ROWS,
    ROW_SUMS,
    ROW_DOTS,
    RMS_NORM_PARAMETERS,
    SUM,
    SQUARES,
    LAYER_NORM_PARAMETERS,
    SGD,
    MOMENTUM,
    NESTEROV,
    ADAM
  }

  /** Floats below which a second thread costs more than it brings. */
  private static final long WORTH_A_PART = 1 << 14;

  /** Most bytes of rows taken as one. */
  private static final int MERGED_BYTES = 1 << 20;

  Kind kind = Kind.COPY;
  Activation activation = Activation.IDENTITY;
  float f0;
  float f1;
  float f2;
  float f3;
  float f4;
  float f5;
  float f6;
  long seed;
  long vector0;
  long vector1;
  long vector2;
  long vector3;

  private int rows;
  private int columns;
  private int bytes;
  private boolean merged;
  private boolean clear;
  private int parts;
  private long a;
  private long aStride;
  private long b;
  private long bStride;
  private long c;
  private long cStride;
  private long d;
  private long dStride;

  /**
   * Runs the operation on one to four matrices of one shape, the output last.
   *
   * @param clearing whether the last one's padding must be cleared
   */
  void run(
      Workspace workspace,
      boolean clearing,
      DenseMatrix operandA,
      DenseMatrix operandB,
      DenseMatrix operandC,
      DenseMatrix output) {
    rows = output.rows();
    columns = output.columns();
    bytes = 4 * output.paddedColumns();
    a = operandA.address();
    aStride = 4L * operandA.stride();
    b = operandB.address();
    bStride = 4L * operandB.stride();
    c = operandC.address();
    cStride = 4L * operandC.stride();
    d = output.address();
    dStride = 4L * output.stride();
    clear = clearing && columns % 16 != 0;
    merged =
        aStride == bytes && bStride == bytes && cStride == bytes && dStride == bytes && mergeable();
    long floats = (long) rows * output.paddedColumns();
    long most = Math.max(1, Math.min(rows, floats / WORTH_A_PART));
    parts = (int) Math.min(workspace.threads().count(), most);
    workspace.threads().run(parts, this);
  }

  private boolean mergeable() {
    return switch (kind) {
      case DROPOUT,
          ADD_BIAS,
          SCALE_ROWS,
          ROW_SUMS,
          ROW_DOTS,
          SUM,
          SQUARES,
          LAYER_NORM_PARAMETERS,
          RMS_NORM_PARAMETERS ->
          false;
      default -> true;
    };
  }

  @Override
  public void run(int part) {
    int from = (int) ((long) rows * part / parts);
    int to = (int) ((long) rows * (part + 1) / parts);
    if (bytes > 0) {
      int step = merged ? Math.max(1, MERGED_BYTES / bytes) : 1;
      for (int i = from; i < to; i += step) {
        row(i, Math.min(step, to - i) * bytes);
      }
    }
    if (clear) {
      ElementwiseKernels.clearPadding(d + from * dStride, dStride, to - from, columns);
    }
  }

  private void row(int i, int length) {
    long x = a + i * aStride;
    long y = b + i * bStride;
    long z = c + i * cStride;
    long out = d + i * dStride;
    switch (kind) {
      case COPY -> ElementwiseKernels.copy(x, out, length);
      case FILL -> ElementwiseKernels.fill(f0, out, length);
      case ADD -> ElementwiseKernels.add(x, y, out, length);
      case SUBTRACT -> ElementwiseKernels.subtract(x, y, out, length);
      case MULTIPLY -> ElementwiseKernels.multiply(x, y, out, length);
      case DIVIDE -> ElementwiseKernels.divide(x, y, out, length);
      case SCALE -> ElementwiseKernels.scale(f0, x, out, length);
      case ADD_SCALED -> ElementwiseKernels.addScaled(f0, x, out, length);
      case EXP -> ElementwiseKernels.exp(x, out, length);
      case LOG -> ElementwiseKernels.log(x, out, length);
      case SQRT -> ElementwiseKernels.sqrt(x, out, length);
      case ACTIVATE -> ElementwiseActivations.row(activation, x, 0, out, length);
      case ACTIVATE_GRADIENT -> ElementwiseGradients.row(activation, x, y, out, length);
      case DROPOUT ->
          ElementwiseKernels.dropout(
              ElementwiseMath.rowKey(seed, i), (int) (f0 * 0x1p24f), f1, x, out, length);
      case ADD_BIAS ->
          ElementwiseActivations.identity(x, DenseMemory.get(vector0 + 4L * i), out, length);
      case ROW_SUMS -> DenseMemory.set(vector0 + 4L * i, DenseReductions.sum(x, length));
      case SCALE_ROWS ->
          ElementwiseKernels.scale(DenseMemory.get(vector0 + 4L * i), x, out, length);
      case ROW_DOTS -> DenseMemory.set(vector0 + 4L * i, DenseReductions.dot(x, y, length));
      case RMS_NORM_PARAMETERS ->
          RmsNormKernels.parameterGradient(x, y, vector1, length, vector2 + 4L * i);
      case SUM -> total(i, DenseReductions.wideSum(x, length));
      case SQUARES -> total(i, DenseReductions.wideSquares(x, length));
      case LAYER_NORM_PARAMETERS ->
          LayerNormKernels.parameterGradients(
              x, y, vector0, vector1, length, vector2 + 4L * i, vector3 + 4L * i);
      case SGD -> OptimizerKernels.plain(f0, f2, x, out, length);
      case MOMENTUM -> OptimizerKernels.momentum(f0, f1, f2, x, z, out, length);
      case NESTEROV -> OptimizerKernels.nesterov(f0, f1, f2, x, z, out, length);
      case ADAM -> OptimizerKernels.adam(f0, f1, f2, f3, f4, f5, f6, x, y, z, out, length);
    }
  }

  private void total(int i, double value) {
    DenseMemory.ALL.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, vector0 + 8L * i, value);
  }
}
