package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;

/**
 * One batch-major product {@code Y = f(X W^T + b)} in flight.
 *
 * <p>X is copied into padded rows first. Few samples are dot products; from {@link #DOT_SAMPLES} on
 * the transpose of X is packed into panels, blocks of {@code W X^T} are computed as any dense
 * product, and each block is transposed into Y while it is in L1.
 */
final class LinearCall implements PartBody {

  /** Most samples for which dot products are faster. */
  static final int DOT_SAMPLES = 12;

  /** Samples in a block of the product: four panels of 32. */
  private static final int BATCH_BLOCK = 128;

  /** Rows of W in a part's range: a multiple of the tiles and of the transposed blocks. */
  private static final int ROW_UNIT = 48;

  private static final int LANES = GemmKernels.LANES;
  private static final long BLOCK_BYTES = 4L * GemmKernels.ROW_BLOCK * BATCH_BLOCK;
  private static final long TASK_MEMORY = GemmKernels.TASK_SCRATCH + BLOCK_BYTES + 4L * 16 * 16;
  private static final double WORTH_A_PART = 1 << 18;

  private enum Phase {
    DOTS,
    PACK,
    PRODUCT
  }

  private Phase phase = Phase.DOTS;
  private int samples;
  private int rows;
  private int depth;
  private long w;
  private long wStride;
  private long y;
  private long yStride;
  private long sampleStride;
  private long rowStride;
  private boolean add;
  private int parts;
  private long x;
  private long xStride;
  private int xBytes;
  private long panelMemory;
  private long panelStride;
  private long taskMemory;

  /** Computes {@code Y = f(X W^T + b)}. */
  void run(
      Workspace workspace,
      DenseView view,
      DenseMatrix weights,
      Epilogue epilogue,
      DenseMatrix result) {
    samples = view.rows();
    prepare(workspace, weights, result);
    if (samples == 0 || rows == 0) {
      return;
    }
    boolean dots = samples <= DOT_SAMPLES;
    xStride = 4L * ((depth + 15) & -16);
    panelStride = xStride / 4 * GemmKernels.PANEL_BYTES;
    long panels = dots ? 0 : (samples + GemmKernels.PANEL - 1) / GemmKernels.PANEL * panelStride;
    workspace.reserve(1, samples * xStride + panels + parts * TASK_MEMORY);
    x = workspace.address(0);
    panelMemory = x + samples * xStride;
    taskMemory = panelMemory + panels;
    copy(view, workspace.scratch(0));
    phase = dots ? Phase.DOTS : Phase.PACK;
    workspace.threads().run(parts, this);
    if (!dots) {
      phase = Phase.PRODUCT;
      workspace.threads().run(parts, this);
    }
    finish(epilogue, result);
  }

  /** Computes {@code y = f(W x + b)} for one sample, read where it lies. */
  void run(
      Workspace workspace,
      DenseVector vector,
      DenseMatrix weights,
      Epilogue epilogue,
      DenseVector result) {
    samples = 1;
    prepare(workspace, weights, result.asRow());
    if (rows == 0) {
      return;
    }
    workspace.reserve(1, parts * TASK_MEMORY);
    taskMemory = workspace.address(0);
    x = vector.asRow().address();
    xStride = 4L * vector.asRow().paddedColumns();
    phase = Phase.DOTS;
    workspace.threads().run(parts, this);
    finish(epilogue, result.asRow());
  }

  /**
   * Computes {@code C = A B} or {@code C += A B} for few columns of B, as dot products with the
   * rows of B's transpose: a vector of 16 columns would be half empty.
   */
  void runFewColumns(
      Workspace workspace,
      DenseMatrix left,
      DenseMatrix right,
      DenseMatrix result,
      boolean adding) {
    samples = right.columns();
    prepare(workspace, left, result);
    sampleStride = 4;
    rowStride = yStride;
    add = adding;
    xStride = 4L * ((depth + 15) & -16);
    long corner = 4L * LANES * LANES;
    workspace.reserve(1, corner + 16 * xStride + parts * TASK_MEMORY);
    x = workspace.address(0) + corner;
    taskMemory = x + 16 * xStride;
    long b = right.address();
    long bStride = 4L * right.stride();
    for (int k = 0; k < depth; k += LANES) {
      for (int t = 0; t < samples; t += LANES) {
        long source = b + k * bStride + 4L * t;
        long sourceStride = bStride;
        if (depth - k < LANES) {
          // One block at a time: of 128-bit vectors, eight columns are two blocks.
          long last = workspace.address(0);
          GemmKernels.copyBlock(source, bStride, depth - k, last);
          source = last;
          sourceStride = 4L * LANES;
        }
        DenseTranspose.block(source, sourceStride, x + t * xStride + 4L * k, xStride);
      }
    }
    if (depth % 16 != 0) {
      ElementwiseKernels.clearPadding(x, xStride, samples, depth);
    }
    phase = Phase.DOTS;
    workspace.threads().run(parts, this);
  }

  /**
   * Computes {@code C = A B^T} or {@code C += A B^T} for few rows of A, both read where they lie.
   */
  void runFewRows(
      Workspace workspace,
      DenseMatrix left,
      DenseMatrix right,
      DenseMatrix result,
      boolean adding) {
    samples = left.rows();
    prepare(workspace, right, result);
    add = adding;
    workspace.reserve(1, parts * TASK_MEMORY);
    taskMemory = workspace.address(0);
    x = left.address();
    xStride = 4L * left.stride();
    xBytes = 4 * left.paddedColumns();
    phase = Phase.DOTS;
    workspace.threads().run(parts, this);
  }

  private void prepare(Workspace workspace, DenseMatrix weights, DenseMatrix result) {
    rows = weights.rows();
    depth = weights.columns();
    w = weights.address();
    wStride = 4L * weights.stride();
    y = result.address();
    yStride = 4L * result.stride();
    sampleStride = yStride;
    rowStride = 4;
    add = false;
    xBytes = 4 * weights.paddedColumns();
    double most =
        Math.max(1, Math.min((rows + 7) >> 3, 2.0 * samples * rows * depth / WORTH_A_PART));
    parts = (int) Math.min(workspace.threads().count(), most);
  }

  /** Copies the view into rows padded with zeros. */
  private void copy(DenseView view, MemorySegment target) {
    if (depth == 0) {
      // The start of a row may lie behind the end of a segment without numbers.
      return;
    }
    MemorySegment source = view.segment();
    for (int t = 0; t < samples; t++) {
      long row = t * xStride;
      if (view.columnStride() == 1) {
        MemorySegment.copy(source, 4L * t * view.rowStride(), target, row, 4L * depth);
      } else {
        for (int k = 0; k < depth; k++) {
          long at = 4 * (t * view.rowStride() + k * view.columnStride());
          DenseMemory.set(x + row + 4L * k, source.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at));
        }
      }
    }
    if (depth % 16 != 0) {
      ElementwiseKernels.clearPadding(x, xStride, samples, depth);
    }
  }

  @Override
  public void run(int part) {
    switch (phase) {
      case DOTS -> dots(part);
      case PACK -> pack(part);
      case PRODUCT -> product(part);
    }
  }

  private void dots(int part) {
    int units = (rows + 7) / 8;
    int from = (int) ((long) units * part / parts) * 8;
    int to = Math.min(rows, (int) ((long) units * (part + 1) / parts) * 8);
    DenseDots.rows(
        x,
        xStride,
        samples,
        xBytes,
        w,
        wStride,
        from,
        to,
        y,
        sampleStride,
        rowStride,
        add,
        taskMemory + part * TASK_MEMORY);
  }

  private void pack(int part) {
    int panels = (samples + GemmKernels.PANEL - 1) / GemmKernels.PANEL;
    for (int p = part; p < panels; p += parts) {
      int first = p * GemmKernels.PANEL;
      int vectors = samples - first > LANES || LANES < 16 ? 2 : 1;
      GemmKernels.packTransposed(
          x + first * xStride,
          xStride,
          samples - first,
          depth,
          vectors,
          panelMemory + p * panelStride,
          taskMemory + part * TASK_MEMORY);
    }
  }

  private void product(int part) {
    int units = (rows + ROW_UNIT - 1) / ROW_UNIT;
    int from = (int) ((long) units * part / parts) * ROW_UNIT;
    int to = Math.min(rows, (int) ((long) units * (part + 1) / parts) * ROW_UNIT);
    long scratch = taskMemory + part * TASK_MEMORY;
    for (int first = 0; first < samples; first += BATCH_BLOCK) {
      int batch = Math.min(BATCH_BLOCK, samples - first);
      for (int i = from; i < to; i += GemmKernels.ROW_BLOCK) {
        block(first, batch, i, Math.min(to - i, GemmKernels.ROW_BLOCK), scratch);
      }
    }
  }

  private void block(int first, int batch, int row, int count, long scratch) {
    long block = scratch + GemmKernels.TASK_SCRATCH;
    long corner = block + BLOCK_BYTES;
    long blockStride = 4L * BATCH_BLOCK;
    GemmKernels.rows(
        false,
        w + row * wStride,
        wStride,
        panelMemory + first / GemmKernels.PANEL * panelStride,
        panelStride,
        block,
        blockStride,
        0,
        count,
        (batch + 15) & -16,
        depth,
        false,
        scratch);
    for (int t = 0; t < batch; t += LANES) {
      int there = Math.min(LANES, batch - t);
      for (int i = 0; i < count; i += LANES) {
        long source = block + i * blockStride + 4L * t;
        long target = y + (first + t) * yStride + 4L * (row + i);
        if (there == LANES) {
          DenseTranspose.block(source, blockStride, target, yStride);
        } else {
          DenseTranspose.block(source, blockStride, corner, 4L * LANES);
          for (int s = 0; s < there; s++) {
            ElementwiseKernels.copy(corner + 4L * s * LANES, target + s * yStride, 4 * LANES);
          }
        }
      }
    }
  }

  private void finish(Epilogue epilogue, DenseMatrix result) {
    int bytes = 4 * result.paddedColumns();
    Activation activation = epilogue.activation();
    for (int t = 0; t < samples; t++) {
      long row = y + t * yStride;
      if (epilogue.bias().isPresent()) {
        ElementwiseKernels.add(row, epilogue.bias().get().asRow().address(), row, bytes);
      }
      if (activation != Activation.IDENTITY) {
        ElementwiseActivations.row(activation, row, 0, row, bytes);
      }
    }
    if (rows % 16 != 0) {
      ElementwiseKernels.clearPadding(y, yStride, samples, rows);
    }
  }
}
