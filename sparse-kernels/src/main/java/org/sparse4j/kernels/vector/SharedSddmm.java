package org.sparse4j.kernels.vector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;

/** {@code s_ij = sum_t G_it X_jt} where neighbouring rows store the same columns. */
final class SharedSddmm implements PreparedKernel.Sampled {

  private final SharedRows shared;

  /**
   * Keeps a layout.
   *
   * @param shared positions in tiles of {@link SharedLanes#HEIGHT} rows
   */
  SharedSddmm(SharedRows shared) {
    this.shared = shared;
  }

  @Override
  public void refresh(Values values) {
    // No values are read.
  }

  @Override
  public long packedBytes() {
    return shared.bytes();
  }

  @Override
  public KernelInfo info(int n) {
    return shared.info("shared-rows-sampled-" + shared.height, n, shared.bytes() + 4L * shared.nnz);
  }

  @Override
  public void run(Workspace workspace, DenseMatrix g, DenseMatrix x, FloatValues sampled) {
    if (g.columns() == 0) {
      Arrays.fill(sampled.array(), 0);
      return;
    }
    Threads threads = workspace.threads();
    int parts = CsrSpmm.parts(shared.blocks, threads.count());
    long own = SharedDots.scratch(x.paddedColumns());
    workspace.reserve(1, parts * own);
    Call call = workspace.state(Call.class, Call::new);
    call.shared = shared;
    call.x = x.address();
    call.xStride = 4L * x.stride();
    call.g = g.address();
    call.gStride = 4L * g.stride();
    call.n = x.columns();
    call.scratch = workspace.address(0);
    call.own = own;
    call.out = sampled.array();
    call.parts = parts;
    threads.run(parts, call);
    call.shared = null;
    call.out = null;
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable SharedRows shared;
    private long x;
    private long xStride;
    private long g;
    private long gStride;
    private int n;
    private long scratch;
    private long own;
    private float @Nullable [] out;
    private int parts;

    @Override
    public void run(int part) {
      SharedRows a = shared;
      float[] to = out;
      if (a != null && to != null) {
        int first = a.blockTile[(int) ((long) a.blocks * part / parts)];
        int end = a.blockTile[(int) ((long) a.blocks * (part + 1) / parts)];
        SharedDots.sample(a, first, end, x, xStride, g, gStride, n, scratch + part * own, to);
      }
    }
  }
}
