package org.sparse4j.kernels.vector;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;

/** {@code y = f(A x + b)} for one sample where neighbouring rows of A share their columns. */
final class SharedSpmv implements PreparedKernel.SingleSample {

  private final SharedRows shared;

  private final LaneValues values;
  private final Activation activation;
  private final @Nullable DenseVector bias;

  /**
   * Keeps a layout.
   *
   * @param shared rows in tiles of {@link SharedLanes#HEIGHT}; missing rows repeat the last one
   * @param epilogue f and b
   */
  SharedSpmv(SharedRows shared, Epilogue epilogue) {
    this.shared = shared;
    this.values = new LaneValues(shared);
    this.activation = epilogue.activation();
    this.bias = epilogue.bias().orElse(null);
  }

  @Override
  public void refresh(Values changed) {
    values.refresh(changed);
  }

  @Override
  public long packedBytes() {
    return shared.bytes();
  }

  @Override
  public KernelInfo info(int n) {
    return shared.info(
        "shared-rows-lanes-" + shared.height + shared.packed().suffix(), n, shared.bytes());
  }

  @Override
  public void run(Workspace workspace, DenseVector x, DenseVector y) {
    DenseMatrix row = y.asRow();
    Threads threads = workspace.threads();
    int parts = CsrSpmm.parts(shared.blocks, threads.count());
    workspace.reserve(1, 64L * parts);
    Call call = workspace.state(Call.class, Call::new);
    call.shared = shared;
    call.values = values.values();
    call.scales = values.scales();
    call.x = x.asRow().address();
    call.y = row.address();
    call.scratch = workspace.address(0);
    call.parts = parts;
    threads.run(parts, call);
    call.shared = null;
    long shift = bias == null ? 0 : bias.asRow().address();
    CsrEpilogue.vector(activation, shift, row.address(), y.length());
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable SharedRows shared;
    private long values;
    private long scales;
    private long x;
    private long y;
    private long scratch;
    private int parts;

    @Override
    public void run(int part) {
      SharedRows a = shared;
      if (a != null) {
        int first = a.blockTile[(int) ((long) a.blocks * part / parts)];
        int end = a.blockTile[(int) ((long) a.blocks * (part + 1) / parts)];
        SharedLanes.multiply(a, values, scales, first, end, x, y, scratch + 64L * part);
      }
    }
  }
}
