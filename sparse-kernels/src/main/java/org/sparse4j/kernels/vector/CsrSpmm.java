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
 *
 * <p>X is copied into panels first, as wide as the register tiles, unless its rows are read too
 * rarely: 128 or 256 bytes a row take their turn in the first-level cache where rows of X as it
 * lies would lie thousands apart. Where all of Y is large, sums travel between the tiles of a panel
 * in a panel of their own as well, and are copied to Y once (Zen 4, 3072x768, 98 %, n = 2048: 6.2
 * in place of 8.0 ms).
 */
final class CsrSpmm extends PanelProduct {

  /** How often a row of X has to be read to make up for the copy: which costs 4 cycles a vector. */
  private static final long READS = 8;

  /**
   * The same for tiles that read rows of X as fast where they lie: what a copy spares them are
   * misses, of which there are few if rows are short and so near each other, and many if they are
   * so long that they all take turns in a few places of a cache.
   */
  private static final long NEAR_ROW_READS = 64;

  private static final long NEAR_ROW_BYTES = 512;
  private static final long LANE_READS = 24;
  private static final long FAR_ROW_BYTES = 4096;

  /** Bytes of Y from which rows of a panel are too far apart for the caches of addresses. */
  private static final long NEAR_BYTES = 2L << 20;

  /** Bytes of copied panels, about, between two meetings of threads. */
  private static final long GROUP_BYTES = 512L << 10;

  private final CsrQuads quads;

  /** Bytes of a row of a panel; the last ones may be narrower. */
  private final int rowBytes;

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
    QuadValues broadcast = QuadValues.chosen(batch);
    this.quads = CsrQuads.many(a, batch, broadcast);
    this.rowBytes = CsrTiles.panel(broadcast);
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
    String tile = few(n) ? "" : CsrTiles.name(quads.broadcast);
    return new KernelInfo(
        "vector",
        label + name + tile + quads.tileColumns + quads.suffix(),
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
    call.rowBytes = rowBytes;
    call.x = x;
    call.xStride = xStride;
    call.y = y;
    call.yStride = yStride;
    call.n = n;
    call.bias = bias == null ? 0 : bias.asRow().address();
    call.activation = activation;
    call.inputs = inputs;
    Threads threads = workspace.threads();
    call.parts = parts(quads.blocks, threads.count());
    boolean few = few(n);
    boolean singly = few || quads.broadcast != QuadValues.REGISTERS;
    boolean asKept = singly != quads.paired && !quads.narrow();
    int steps = asKept ? 0 : quads.pieceSteps;
    call.pieces = QuadPiece.reserve(call.pieces, call.parts, steps);
    if (few) {
      runFew(workspace, call);
    } else {
      runPanels(workspace, call, steps);
    }
    call.quads = null;
  }

  /** Whether the kernel for few columns runs, whatever the plan was made for. */
  private static boolean few(int n) {
    return CsrTiles8.AVAILABLE && n <= CsrTiles8.COLUMNS;
  }

  private void runFew(Workspace workspace, Call call) {
    // A copy of X for each part: fetching one from the core of the caller took two of 30
    // microseconds (3072x768, 95 %, two threads). Slot 0 may be the caller's: it is larger than
    // these and so stays where it is.
    workspace.reserve(1 + call.parts, (long) CsrTiles8.ROW * Math.max(1, inputs));
    if (call.copies.length < call.parts) {
      call.copies = new long[call.parts];
    }
    for (int part = 0; part < call.parts; part++) {
      call.copies[part] = workspace.address(1 + part);
    }
    call.phase = Phase.FEW;
    workspace.threads().run(call.parts, call);
  }

  private void runPanels(Workspace workspace, Call call, int steps) {
    long bytes = 4L * ((call.n + 15) & -16);
    boolean panelAsItLies = bytes == width(bytes, rowBytes) && call.xStride == bytes;
    boolean rarelyRead = nnz < reads(call.xStride) * inputs && bytes % rowBytes == 0;
    call.copied = !panelAsItLies && !rarelyRead;
    long whole = bytes / rowBytes;
    int threads = workspace.threads().count();
    boolean apart = bytes > rowBytes && outputs * call.yStride > NEAR_BYTES;
    long panelBytes = (long) rowBytes * Math.max(1, inputs);
    if (call.copied && threads > 1 && whole >= threads) {
      // What a thread copied for itself need not come from another core.
      call.parts = (int) Math.min(whole, 2L * threads);
      call.to = bytes;
      long sumBytes = apart ? (long) rowBytes * outputs : 0;
      call.pieces = QuadPiece.reserve(call.pieces, call.parts, steps);
      workspace.reserve(2, call.parts * (panelBytes + sumBytes));
      call.panels = workspace.address(1);
      call.sums = apart ? call.panels + call.parts * panelBytes : 0;
      call.phase = Phase.PANELS;
      workspace.threads().run(call.parts, call);
      // Narrow panels share the padding.
      CsrEpilogue.clearPadding(call.y, call.yStride, outputs, call.n);
      return;
    }
    long most = threads == 1 ? 1 : Math.max(1, GROUP_BYTES / panelBytes);
    long group = call.copied ? Math.min(bytes, most * rowBytes) : bytes;
    long copyBytes = call.copied ? group * Math.max(1, inputs) : 0;
    workspace.reserve(2, copyBytes + (apart ? (long) rowBytes * outputs : 0));
    call.panels = workspace.address(1);
    call.sums = apart ? call.panels + copyBytes : 0;
    for (long from = 0; from < bytes; from += group) {
      call.from = from;
      call.to = Math.min(bytes, from + group);
      if (call.copied) {
        call.phase = Phase.COPY;
        workspace.threads().run(call.parts, call);
      }
      call.phase = Phase.MULTIPLY;
      workspace.threads().run(call.parts, call);
    }
  }

  private long reads(long xStride) {
    if (quads.broadcast != QuadValues.LANES || xStride > FAR_ROW_BYTES) {
      return READS;
    }
    return xStride > NEAR_ROW_BYTES ? LANE_READS : NEAR_ROW_READS;
  }

  /** Bytes of a row of the next panel: a power of two, so that addresses are shifts. */
  private static int width(long left, int most) {
    return left < most ? (int) Long.highestOneBit(left) : most;
  }

  /** Two parts a thread even out what else the machine is doing. */
  static int parts(int blocks, int threads) {
    return threads == 1 ? 1 : Math.min(blocks, 2 * threads);
  }

  /** What parts are doing. */
  private enum Phase {
    FEW,
    PANELS,
    COPY,
    MULTIPLY
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable CsrQuads quads;
    private int rowBytes;
    private Phase phase = Phase.FEW;
    private long x;
    private long xStride;
    private long y;
    private long yStride;
    private long bias;
    private Activation activation = Activation.IDENTITY;
    private int n;
    private int inputs;
    private int parts;
    private QuadPiece[] pieces = {};

    /** Where each part copies X to if there are few columns. */
    private long[] copies = {};

    /** Bytes of a row of X at which the panels start and end that this phase is about. */
    private long from;

    private long to;

    /** Address of the copies of these panels, one after the other, if X is copied. */
    private long panels;

    private boolean copied;

    /** Address of a panel of sums for all rows, or 0 if they go to Y at once. */
    private long sums;

    @Override
    public void run(int part) {
      CsrQuads a = quads;
      if (a != null) {
        int first = (int) ((long) a.blocks * part / parts);
        int end = (int) ((long) a.blocks * (part + 1) / parts);
        switch (phase) {
          case PANELS -> panels(a, part);
          case FEW -> {
            long panel = copies[part];
            CsrTiles8.pack(x, xStride, inputs, panel);
            CsrTiles8.multiply(a, first, end, panel, n, y, yStride, bias, activation, pieces[part]);
          }
          case COPY -> copy(part);
          case MULTIPLY -> multiply(a, first, end, pieces[part]);
        }
      }
    }

    /** Some panels, all rows. */
    private void panels(CsrQuads a, int part) {
      long count = (to + rowBytes - 1) / rowBytes;
      long end = Math.min(to, count * (part + 1) / parts * rowBytes);
      long panel = panels + part * (long) rowBytes * Math.max(1, inputs);
      int rows = a.blockStart[a.blocks];
      long own = sums == 0 ? 0 : sums + part * (long) rowBytes * rows;
      int width;
      for (long j = count * part / parts * rowBytes; j < end; j += width) {
        width = width(end - j, rowBytes);
        CsrTiles.copy(x + j, xStride, inputs, width, panel, width);
        long target = own == 0 ? y + j : own;
        long stride = own == 0 ? yStride : rowBytes;
        QuadPiece piece = pieces[part];
        CsrTiles.multiply(
            a, 0, a.blocks, width, panel, width, target, stride, bias, activation, piece);
        if (own != 0) {
          CsrTiles.copy(own, rowBytes, rows, width, y + j, yStride);
        }
      }
    }

    private void copy(int part) {
      int first = (int) ((long) inputs * part / parts);
      int rows = (int) ((long) inputs * (part + 1) / parts) - first;
      int width;
      for (long j = from; j < to; j += width) {
        width = width(to - j, rowBytes);
        long target = panels + (j - from) * inputs + (long) first * width;
        CsrTiles.copy(x + j + first * xStride, xStride, rows, width, target, width);
      }
    }

    private void multiply(CsrQuads a, int first, int end, QuadPiece piece) {
      int row = a.blockStart[first];
      int rows = a.blockStart[end] - row;
      int width;
      for (long j = from; j < to; j += width) {
        width = width(to - j, rowBytes);
        long panel = copied ? panels + (j - from) * inputs : x + j;
        long panelStride = copied ? width : xStride;
        if (sums == 0) {
          CsrTiles.multiply(
              a, first, end, width, panel, panelStride, y + j, yStride, bias, activation, piece);
        } else {
          // The same place for a row in wide and narrow panels: parts need not be in the same one.
          CsrTiles.multiply(
              a, first, end, width, panel, panelStride, sums, rowBytes, bias, activation, piece);
          long source = sums + (long) row * rowBytes;
          CsrTiles.copy(source, rowBytes, rows, width, y + j + row * yStride, yStride);
        }
      }
      if (to >= 4L * n) {
        CsrEpilogue.clearPadding(y + row * yStride, yStride, rows, n);
      }
    }
  }
}
