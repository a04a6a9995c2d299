package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;
import org.sparse4j.memory.Padding;

/**
 * {@code Y = f(X A^T + b)} and, transposing X and Y on the way, {@code Y = f(A X + b)} over {@link
 * WindowRows} for few samples.
 */
final class WindowProduct implements PreparedKernel.BatchMajor, PreparedKernel.Product {

  /** Most samples that plans should expect: from 32 on, entries of {@link CsrTiles} share more. */
  static final int BATCH = 16;

  /** Entries that stay in a cache while eight samples after the other go by. */
  private static final int CACHED = 1 << 22;

  /** Groups of rows that are worth a part. */
  private static final int PART_GROUPS = 4;

  private final WindowRows windows;
  private final boolean transposing;
  private final Activation activation;
  private final @Nullable DenseVector bias;

  /**
   * Keeps a layout.
   *
   * @param windows rows of A
   * @param transposing whether samples are columns of X and Y
   * @param epilogue f and b
   */
  WindowProduct(WindowRows windows, boolean transposing, Epilogue epilogue) {
    this.windows = windows;
    this.transposing = transposing;
    this.activation = epilogue.activation();
    this.bias = epilogue.bias().orElse(null);
  }

  /**
   * Tells whether samples are so few, or the matrix so small, that reading it once for every eight
   * is no loss.
   */
  static boolean suits(int nnz, int batch) {
    return batch <= WindowTiles.SAMPLES || (batch <= BATCH && nnz <= CACHED);
  }

  @Override
  public void refresh(Values values) {
    windows.refresh(values);
  }

  @Override
  public long packedBytes() {
    return windows.bytes();
  }

  @Override
  public KernelInfo info(int n) {
    return new KernelInfo(
        "vector",
        windows.label + (transposing ? "transposed-windows-16" : "windows-16"),
        CsrTiles.vectorBits(),
        2L * windows.nnz * n,
        4L * n * (windows.columns + (long) windows.rows) + windows.bytes());
  }

  /** Columns of X that a tile lacks are its padding, which is zero. */
  @Override
  public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    int n = y.columns();
    Call call = prepare(workspace);
    long ys = 4L * y.stride();
    for (int first = 0; first < n; first += WindowTiles.SAMPLES) {
      int samples = Math.min(WindowTiles.SAMPLES, n - first);
      long from = x.address() + 4L * first;
      long to = y.address() + 4L * first;
      WindowTranspose.columns(from, 4L * x.stride(), windows.columns, call.xCopy, call.xCopyStride);
      multiply(workspace.threads(), call, call.yCopy, call.yCopyStride);
      finish(call.yCopy, call.yCopyStride, samples);
      // The padding of a row of Y ends at a multiple of sixteen columns.
      boolean clear = first % 16 == 0 && n - first <= WindowTiles.SAMPLES;
      WindowTranspose.rows(call.yCopy, call.yCopyStride, windows.rows, to, ys, clear);
    }
    if (n % WindowTiles.SAMPLES != 0) {
      CsrEpilogue.clearPadding(y.address(), ys, windows.rows, n);
    }
  }

  @Override
  public void run(Workspace workspace, DenseView x, DenseMatrix y) {
    Call call = prepare(workspace);
    MemorySegment memory = workspace.scratch(0);
    int n = x.rows();
    long ys = 4L * y.stride();
    for (int first = 0; first < n; first += WindowTiles.SAMPLES) {
      int samples = Math.min(WindowTiles.SAMPLES, n - first);
      BatchMajorProduct.copyRows(x, first, samples, memory, 0, call.xCopyStride);
      clearMissing(call, samples);
      long to = y.address() + first * ys;
      if (samples == WindowTiles.SAMPLES) {
        multiply(workspace.threads(), call, to, ys);
      } else {
        multiply(workspace.threads(), call, call.yCopy, call.yCopyStride);
        for (int t = 0; t < samples; t++) {
          ElementwiseKernels.copy(call.yCopy + t * call.yCopyStride, to + t * ys, rowBytes());
        }
      }
      finish(to, ys, samples);
    }
  }

  private int rowBytes() {
    return 4 * windows.rows;
  }

  private Call prepare(Workspace workspace) {
    Call call = workspace.state(Call.class, Call::new);
    call.xCopyStride = 4L * Padding.stride(windows.columns);
    call.yCopyStride = 4L * Padding.stride(windows.rows);
    workspace.reserve(1, WindowTiles.SAMPLES * (call.xCopyStride + call.yCopyStride));
    call.xCopy = workspace.address(0);
    call.yCopy = call.xCopy + WindowTiles.SAMPLES * call.xCopyStride;
    return call;
  }

  /** Sets samples that a tile lacks to zero: they are multiplied, but nobody reads the result. */
  private void clearMissing(Call call, int samples) {
    for (int t = samples; t < WindowTiles.SAMPLES; t++) {
      long row = call.xCopy + t * call.xCopyStride;
      for (int j = 0; j < windows.columns; j++) {
        DenseMemory.set(row + 4L * j, 0);
      }
    }
  }

  private void multiply(Threads threads, Call call, long y, long ys) {
    call.windows = windows;
    call.x = call.xCopy;
    call.y = y;
    call.yStride = ys;
    int groups = windows.rows / WindowRows.SIZE;
    call.parts = CsrSpmm.parts(Math.max(1, groups / PART_GROUPS), threads.count());
    threads.run(call.parts, call);
    call.windows = null;
  }

  private void finish(long y, long ys, int samples) {
    for (int t = 0; t < samples; t++) {
      long row = y + t * ys;
      if (bias != null) {
        ElementwiseKernels.add(row, bias.asRow().address(), row, rowBytes());
      }
      if (activation != Activation.IDENTITY) {
        ElementwiseActivations.row(activation, row, 0, row, rowBytes());
      }
    }
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable WindowRows windows;
    private long xCopy;
    private long xCopyStride;
    private long yCopy;
    private long yCopyStride;
    private long x;
    private long y;
    private long yStride;
    private int parts;

    @Override
    public void run(int part) {
      WindowRows a = windows;
      if (a != null) {
        long groups = a.rows / WindowRows.SIZE;
        int first = (int) (groups * part / parts);
        int end = (int) (groups * (part + 1) / parts);
        WindowTiles.multiply(a, first, end, x, xCopyStride, y, yStride);
      }
    }
  }
}
