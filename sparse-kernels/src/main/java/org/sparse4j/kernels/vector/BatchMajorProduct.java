package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;
import org.sparse4j.memory.Padding;

/**
 * {@code Y = f(X A^T + b)} for batch-major operands: transposes some samples of X into a panel,
 * multiplies as {@link CsrSpmm} or {@link SharedSpmm} do, transposes back.
 *
 * <p>The transposes cost about 6 % of the product each at 90 % sparsity (768x768, n = 128), and
 * more above: keep activations feature-major between layers where that is possible.
 */
final class BatchMajorProduct implements PreparedKernel.BatchMajor {

  /** Samples in a panel. */
  static final int SAMPLES = 128;

  private static final int L = CsrTranspose.LANES;

  private final PanelProduct product;
  private final int outputs;
  private final int inputs;

  /**
   * Wraps a product.
   *
   * @param product the same product of panels
   * @param outputs rows of A
   * @param inputs columns of A
   */
  BatchMajorProduct(PanelProduct product, int outputs, int inputs) {
    this.product = product;
    this.outputs = outputs;
    this.inputs = inputs;
  }

  @Override
  public void refresh(Values values) {
    product.refresh(values);
  }

  @Override
  public long packedBytes() {
    return product.packedBytes();
  }

  @Override
  public KernelInfo info(int n) {
    return product.info(n, true);
  }

  @Override
  public void run(Workspace workspace, DenseView x, DenseMatrix y) {
    int n = x.rows();
    if (n == 0 || outputs == 0) {
      return;
    }
    Call call = workspace.state(Call.class, Call::new);
    int stride = Padding.stride(Math.min(n, SAMPLES));
    long panelBytes = 4L * stride * roundUp(inputs);
    long resultBytes = 4L * stride * roundUp(outputs);
    long rowBytes = 4L * roundUp(inputs);
    boolean copied = !x.segment().isNative();
    Threads threads = workspace.threads();
    int parts = threads.count() == 1 ? 1 : 2 * threads.count();
    long stripBytes = 4L * L * L;
    workspace.reserve(
        1,
        panelBytes
            + resultBytes
            + parts * stripBytes
            + (copied ? rowBytes * Math.min(n, SAMPLES) : 0));
    call.parts = parts;
    call.inputs = inputs;
    call.outputs = outputs;
    call.stride = 4L * stride;
    call.panel = workspace.address(0);
    call.result = call.panel + panelBytes;
    call.strips = call.result + resultBytes;
    long rows = call.strips + parts * stripBytes;
    for (int first = 0; first < n; first += SAMPLES) {
      int samples = Math.min(SAMPLES, n - first);
      call.samples = samples;
      if (copied) {
        copyRows(x, first, samples, workspace.scratch(0), rows - call.panel, rowBytes);
        call.x = rows;
        call.xRow = rowBytes;
        call.xColumn = 4;
      } else {
        call.x = x.segment().address() + 4L * first * x.rowStride();
        call.xRow = 4 * x.rowStride();
        call.xColumn = 4 * x.columnStride();
      }
      call.y = y.address() + 4L * first * y.stride();
      call.yRow = 4L * y.stride();
      call.back = false;
      threads.run(parts, call);
      product.run(workspace, call.panel, call.stride, call.result, call.stride, samples);
      call.back = true;
      threads.run(parts, call);
    }
  }

  private static long roundUp(int count) {
    return (count + 15L) & -16;
  }

  /** Copies rows of a heap view: kernels that have seen heap memory stay slow for good. */
  static void copyRows(
      DenseView x, int first, int samples, MemorySegment to, long offset, long rowBytes) {
    if (x.columns() == 0) {
      // The start of a row may lie behind the end of a segment without numbers.
      return;
    }
    MemorySegment from = x.segment();
    for (int t = 0; t < samples; t++) {
      long source = 4L * (first + t) * x.rowStride();
      long target = offset + t * rowBytes;
      if (x.columnStride() == 1) {
        MemorySegment.copy(from, source, to, target, 4L * x.columns());
      } else {
        for (int j = 0; j < x.columns(); j++) {
          float value = x.get(first + t, j);
          to.set(ValueLayout.JAVA_FLOAT, target + 4L * j, value);
        }
      }
    }
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private boolean back;
    private int parts;
    private int samples;
    private int inputs;
    private int outputs;
    private long x;
    private long xRow;
    private long xColumn;
    private long y;
    private long yRow;
    private long panel;
    private long result;
    private long stride;
    private long strips;

    @Override
    public void run(int part) {
      long strip = strips + part * 4L * L * L;
      int count = back ? outputs : inputs;
      int blocks = (count + 15) / 16;
      int first = 16 * (int) ((long) blocks * part / parts);
      int end = Math.min(count, 16 * (int) ((long) blocks * (part + 1) / parts));
      if (back) {
        CsrTranspose.out(result, stride, samples, first, end, y, yRow, strip);
      } else {
        CsrTranspose.in(x, xRow, xColumn, samples, first, end, panel, stride, strip);
      }
    }
  }
}
