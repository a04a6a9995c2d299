package org.sparse4j.kernels.vector;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;

/**
 * {@code Y = A^T X} where neighbouring rows of A share their columns, but its columns share no
 * rows: rows of X stay in registers and are added to the rows of Y that the shared columns name.
 */
final class SharedSpread implements PreparedKernel.Product {

  /** Columns of A in a range: their rows of Y, 128 bytes at a time, stay in L1. */
  private static final int RANGE = 192;

  private final SharedRows shared;
  private final int pieceLength;
  private final int[] starts;
  private final int[] cuts;
  private final int ranges;

  /**
   * Cuts the columns into ranges.
   *
   * @param shared rows of A; missing rows are zero
   */
  SharedSpread(SharedRows shared) {
    this.shared = shared;
    this.pieceLength = shared.pieceLength();
    ranges = Math.max(1, (shared.columns + RANGE - 1) / RANGE);
    starts = new int[ranges + 1];
    cuts = new int[Math.multiplyExact(ranges + 1, shared.tiles)];
    for (int c = 0; c <= ranges; c++) {
      starts[c] = (int) ((long) shared.columns * c / ranges);
      for (int t = 0; t < shared.tiles; t++) {
        int k = c == 0 ? shared.tileStep[t] : cuts[(c - 1) * shared.tiles + t];
        while (k < shared.tileStep[t + 1] && shared.steps[k] < starts[c]) {
          k++;
        }
        cuts[c * shared.tiles + t] = k;
      }
    }
  }

  @Override
  public void refresh(Values values) {
    shared.refresh(values);
  }

  @Override
  public long packedBytes() {
    return shared.bytes() + 4L * cuts.length;
  }

  @Override
  public KernelInfo info(int n) {
    return shared.info(
        "shared-rows-spread-" + shared.height + shared.packed().suffix(), n, packedBytes());
  }

  @Override
  public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    if (y.columns() == 0) {
      return;
    }
    Call call = workspace.state(Call.class, Call::new);
    call.spread = this;
    call.x = x.address();
    call.xStride = 4L * x.stride();
    call.y = y.address();
    call.yStride = 4L * y.stride();
    call.n = y.columns();
    Threads threads = workspace.threads();
    call.parts = CsrSpmm.parts(ranges, threads.count());
    call.pieces.reserve(call.parts, pieceLength);
    threads.run(call.parts, call);
    call.spread = null;
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable SharedSpread spread;
    private long x;
    private long xStride;
    private long y;
    private long yStride;
    private int n;
    private int parts;
    private final Pieces pieces = new Pieces();

    @Override
    public void run(int part) {
      SharedSpread a = spread;
      if (a != null) {
        int first = (int) ((long) a.ranges * part / parts);
        int end = (int) ((long) a.ranges * (part + 1) / parts);
        SharedTiles.spread(
            a.shared, a.cuts, a.starts, first, end, x, xStride, n, y, yStride, pieces.of(part));
        int row = a.starts[first];
        CsrEpilogue.clearPadding(y + row * yStride, yStride, a.starts[end] - row, n);
      }
    }
  }
}
