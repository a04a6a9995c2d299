package org.sparse4j.kernels.vector;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;

/** {@code Y = f(A X + b)} where neighbouring rows of A share their columns. */
final class SharedSpmm extends PanelProduct {

  private final SharedRows shared;
  private final int pieceLength;
  private final Activation activation;
  private final @Nullable DenseVector bias;

  /**
   * Keeps a layout.
   *
   * @param shared rows of A, or of its transpose; missing rows repeat the last one
   * @param epilogue f and b
   */
  SharedSpmm(SharedRows shared, Epilogue epilogue) {
    this.shared = shared;
    this.pieceLength = shared.pieceLength();
    this.activation = epilogue.activation();
    this.bias = epilogue.bias().orElse(null);
  }

  @Override
  public void refresh(Values values) {
    shared.refresh(values);
  }

  @Override
  public long packedBytes() {
    return shared.bytes();
  }

  @Override
  KernelInfo info(int n, boolean transposing) {
    return shared.info(
        (transposing ? "transposed-" : "")
            + "shared-rows-"
            + shared.height
            + shared.packed().suffix(),
        n,
        shared.bytes());
  }

  @Override
  void run(Workspace workspace, long x, long xStride, long y, long yStride, int n) {
    if (n == 0) {
      return;
    }
    Call call = workspace.state(Call.class, Call::new);
    call.shared = shared;
    call.x = x;
    call.xStride = xStride;
    call.y = y;
    call.yStride = yStride;
    call.n = n;
    call.bias = bias == null ? 0 : bias.asRow().address();
    call.activation = activation;
    Threads threads = workspace.threads();
    call.parts = CsrSpmm.parts(shared.blocks, threads.count());
    call.pieces.reserve(call.parts, pieceLength);
    threads.run(call.parts, call);
    call.shared = null;
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable SharedRows shared;
    private long x;
    private long xStride;
    private long y;
    private long yStride;
    private long bias;
    private Activation activation = Activation.IDENTITY;
    private int n;
    private int parts;
    private final Pieces pieces = new Pieces();

    @Override
    public void run(int part) {
      SharedRows a = shared;
      if (a != null) {
        int first = (int) ((long) a.blocks * part / parts);
        int end = (int) ((long) a.blocks * (part + 1) / parts);
        SharedTiles.multiply(
            a, first, end, x, xStride, n, y, yStride, bias, activation, pieces.of(part));
      }
    }
  }
}
