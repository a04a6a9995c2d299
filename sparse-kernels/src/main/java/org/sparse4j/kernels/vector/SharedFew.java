package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.memory.Memory;

/**
 * {@code Y = f(A X + b)} for few columns of X where neighbouring rows of A, as many as a vector has
 * lanes, share their columns.
 */
final class SharedFew extends PanelProduct {

  /**
   * Most columns that plans should expect: from 32 on the tiles of {@link SharedTiles} are as full.
   */
  static final int BATCH = 16;

  /** Bytes of the copies of a row of X. */
  private static final long COPIES = SharedFewTiles.ROW * (BATCH / SharedFewTiles.SAMPLES);

  private final SharedRows shared;
  private final LaneValues values;
  private final Activation activation;
  private final @Nullable DenseVector bias;

  private SharedFew(SharedRows shared, Epilogue epilogue) {
    this.shared = shared;
    this.values = new LaneValues(shared);
    this.activation = epilogue.activation();
    this.bias = epilogue.bias().orElse(null);
  }

  /**
   * Lays out rows.
   *
   * @param a rows of A, or of its transpose
   * @param epilogue f and b
   * @param batch most columns that calls usually have
   * @return the product, or empty where there are more columns, too few rows share theirs, values
   *     would not stay as they are stored, or the machine has too few registers
   */
  static Optional<PanelProduct> of(RowStream a, Epilogue epilogue, int batch) {
    return !SharedFewTiles.AVAILABLE || batch > BATCH
        ? Optional.empty()
        : SharedRows.few(a)
            .filter(shared -> a.dtype == DType.F32 || shared.narrow())
            .map(shared -> new SharedFew(shared, epilogue));
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
  KernelInfo info(int n, boolean transposing) {
    return shared.info(
        (transposing ? "transposed-" : "")
            + "shared-rows-lanes-"
            + shared.height
            + "x"
            + SharedFewTiles.SAMPLES
            + shared.packed().suffix(),
        n,
        shared.bytes());
  }

  @Override
  void run(Workspace workspace, long x, long xStride, long y, long yStride, int n) {
    Call call = workspace.state(Call.class, Call::new);
    Threads threads = workspace.threads();
    call.parts = CsrSpmm.parts(shared.blocks, threads.count());
    call.reserve();
    // Slot 0 may be the caller's: it is larger than this and so stays where it is.
    workspace.reserve(2, COPIES * Math.max(1, shared.columns));
    call.shared = shared;
    call.values = values;
    call.panel = workspace.address(1);
    call.yStride = yStride;
    call.bias = bias == null ? 0 : bias.asRow().address();
    call.activation = activation;
    for (int first = 0; first < n; first += BATCH) {
      call.n = Math.min(BATCH, n - first);
      call.y = y + 4L * first;
      for (int t = 0; t < call.n; t += SharedFewTiles.SAMPLES) {
        long copy = call.panel + (long) t / SharedFewTiles.SAMPLES * call.copyBytes();
        SharedFewTiles.pack(x + 4L * (first + t), xStride, shared.columns, copy);
      }
      threads.run(call.parts, call);
    }
    call.shared = null;
    call.values = null;
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable SharedRows shared;
    private @Nullable LaneValues values;
    private long panel;
    private long y;
    private long yStride;
    private long bias;
    private Activation activation = Activation.IDENTITY;
    private int n;
    private int parts;
    private MemorySegment strips = Memory.auto().allocate(SharedFewTiles.STRIP);

    private void reserve() {
      if (strips.byteSize() < parts * SharedFewTiles.STRIP) {
        strips = Memory.auto().allocate(parts * SharedFewTiles.STRIP);
      }
    }

    private long copyBytes() {
      return shared == null ? 0 : SharedFewTiles.ROW * shared.columns;
    }

    @Override
    public void run(int part) {
      SharedRows a = shared;
      LaneValues lanes = values;
      if (a != null && lanes != null) {
        int first = a.blockTile[(int) ((long) a.blocks * part / parts)];
        int end = a.blockTile[(int) ((long) a.blocks * (part + 1) / parts)];
        long strip = strips.address() + part * SharedFewTiles.STRIP;
        for (int t = first; t < end; t++) {
          tile(a, lanes, t, strip);
        }
      }
    }

    /** The values of a tile are in the first cache when its second eight columns read them. */
    private void tile(SharedRows a, LaneValues lanes, int t, long strip) {
      int row = a.tileRow[t];
      int rows = a.tileRow[t + 1] - row;
      long to = y + row * yStride;
      long copy = panel;
      boolean half = n <= SharedFewTiles.SAMPLES;
      for (int j = 0; j < n; j += SharedFewTiles.SAMPLES, copy += copyBytes()) {
        SharedFewTiles.multiply(a, lanes, t, n - j, copy, to + 4L * j, yStride, half, strip);
      }
      CsrEpilogue.rows(activation, bias == 0 ? 0 : bias + 4L * row, to, yStride, rows, 4 * BATCH);
      // Eight columns leave the half that was cleared.
      if (n % SharedFewTiles.SAMPLES != 0 || CsrEpilogue.movesZero(activation, bias)) {
        CsrEpilogue.clearPadding(to, yStride, rows, n);
      }
    }
  }
}
