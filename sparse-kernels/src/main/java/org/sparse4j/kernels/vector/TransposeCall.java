package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;

/**
 * One transposition in flight; parts are ranges of target rows.
 *
 * <p>Whole blocks of a native row-major source go through registers, a source that is itself a
 * transposed view is copied row by row, and everything else goes element by element.
 */
final class TransposeCall implements PartBody {

  private static final int LANES = DenseTranspose.LANES;
  private static final long WORTH_A_PART = 1 << 14;

  private MemorySegment source = MemorySegment.NULL;
  private long rowStride;
  private long columnStride;
  private int rows;
  private int columns;
  private long target;
  private long targetStride;
  private int parts;

  /** Computes {@code y_ij = x_ji}. */
  void run(Workspace workspace, DenseView x, DenseMatrix y) {
    source = x.segment();
    rowStride = x.rowStride();
    columnStride = x.columnStride();
    rows = y.rows();
    columns = y.columns();
    target = y.address();
    targetStride = 4L * y.stride();
    long floats = (long) rows * columns;
    long most = Math.max(1, Math.min((rows + 15L) / 16, floats / WORTH_A_PART));
    parts = (int) Math.min(workspace.threads().count(), most);
    workspace.threads().run(parts, this);
    source = MemorySegment.NULL;
  }

  @Override
  public void run(int part) {
    long units = (rows + 15L) / 16;
    int from = (int) (units * part / parts) * 16;
    int to = Math.min(rows, (int) (units * (part + 1) / parts) * 16);
    if (rowStride == 1) {
      for (int i = from; i < to; i++) {
        MemorySegment.copy(
            source,
            4L * i * columnStride,
            DenseMemory.ALL,
            target + i * targetStride,
            4L * columns);
      }
      return;
    }
    boolean blocks = source.isNative() && columnStride == 1;
    int wholeRows = blocks ? from + (to - from) / LANES * LANES : from;
    int wholeColumns = blocks ? columns / LANES * LANES : 0;
    for (int i = from; i < wholeRows; i += LANES) {
      for (int j = 0; j < wholeColumns; j += LANES) {
        DenseTranspose.block(
            source.address() + 4 * (j * rowStride + i),
            4 * rowStride,
            target + i * targetStride + 4L * j,
            targetStride);
      }
    }
    elements(from, wholeRows, wholeColumns);
    elements(wholeRows, to, 0);
  }

  private void elements(int from, int to, int firstColumn) {
    for (int i = from; i < to; i++) {
      long y = target + i * targetStride;
      for (int j = firstColumn; j < columns; j++) {
        long at = 4 * (j * rowStride + i * columnStride);
        DenseMemory.set(y + 4L * j, source.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at));
      }
    }
  }
}
