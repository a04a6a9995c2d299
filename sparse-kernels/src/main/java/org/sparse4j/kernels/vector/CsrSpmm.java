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

/**
 * {@code Y = f(A X + b)} and {@code Y = A^T X} by rows of A: register tiles over {@link CsrQuads},
 * the transposed product with a copy of A in column order.
 */
final class CsrSpmm extends PanelProduct {

  private final CsrQuads quads;
  private final String label;
  private final int outputs;
  private final int inputs;
  private final int nnz;
  private final Activation activation;
  private final @Nullable DenseVector bias;

  /**
   * Lays out rows.
   *
   * @param a rows of A, or of its transpose
   * @param epilogue f and b
   * @param batch columns that calls usually have
   */
  CsrSpmm(RowStream a, Epilogue epilogue, int batch) {
    this.quads = CsrQuads.narrow(a, batch);
    this.label = a.label;
    this.outputs = a.pattern.rows();
    this.inputs = a.pattern.columns();
    this.nnz = a.nnz();
    this.activation = epilogue.activation();
    this.bias = epilogue.bias().orElse(null);
  }

  @Override
  public void refresh(Values values) {
    quads.refresh(values);
  }

  @Override
  public long packedBytes() {
    return quads.bytes();
  }

  @Override
  KernelInfo info(int n, boolean transposing) {
    String name = transposing ? "csr-transposed-quads-" : "csr-quads-";
    return new KernelInfo(
        "vector",
        label + name + quads.tileColumns + quads.suffix(),
        CsrTiles.vectorBits(),
        2L * nnz * n,
        4L * n * (inputs + (long) outputs) + quads.bytes());
  }

  @Override
  void run(Workspace workspace, long x, long xStride, long y, long yStride, int n) {
    if (n == 0 || outputs == 0) {
      return;
    }
    Call call = workspace.state(Call.class, Call::new);
    call.quads = quads;
    call.x = x;
    call.narrow = CsrTiles8.AVAILABLE && n <= CsrTiles8.COLUMNS;
    if (call.narrow) {
      // Slot 0 may be the caller's: it is larger than this and so stays where it is.
      workspace.reserve(2, (long) CsrTiles8.ROW * Math.max(1, inputs));
      call.x = workspace.address(1);
      CsrTiles8.pack(x, xStride, inputs, call.x);
    }
    call.xStride = xStride;
    call.y = y;
    call.yStride = yStride;
    call.n = n;
    call.bias = bias == null ? 0 : bias.asRow().address();
    call.activation = activation;
    Threads threads = workspace.threads();
    call.parts = parts(quads.blocks, threads.count());
    call.pieces.reserve(call.parts, quads.pieceLength);
    threads.run(call.parts, call);
    call.quads = null;
  }

  /** Two parts a thread even out what else the machine is doing. */
  static int parts(int blocks, int threads) {
    return threads == 1 ? 1 : Math.min(blocks, 2 * threads);
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable CsrQuads quads;
    private long x;
    private long xStride;
    private long y;
    private long yStride;
    private long bias;
    private Activation activation = Activation.IDENTITY;
    private int n;
    private boolean narrow;
    private int parts;
    private final Pieces pieces = new Pieces();

    @Override
    public void run(int part) {
      CsrQuads a = quads;
      if (a != null) {
        int first = (int) ((long) a.blocks * part / parts);
        int end = (int) ((long) a.blocks * (part + 1) / parts);
        float[] piece = pieces.of(part);
        if (narrow) {
          CsrTiles8.multiply(a, first, end, x, n, y, yStride, bias, activation, piece);
        } else {
          CsrTiles.multiply(a, first, end, x, xStride, n, y, yStride, bias, activation, piece);
        }
      }
    }
  }
}
