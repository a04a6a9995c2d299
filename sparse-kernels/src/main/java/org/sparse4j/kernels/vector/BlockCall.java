package org.sparse4j.kernels.vector;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;

/**
 * Products of the blocks of a diagonal in flight; parts are ranges of pairs of a block and a range
 * of columns.
 *
 * <p>The rows of B that a block reads are packed into panels from wherever they lie, and its rows
 * of C are written to where they belong, so a permutation that interleaves the blocks costs
 * nothing.
 */
final class BlockCall implements PartBody {

  /** Bytes of packed panels of a block at a time: they stay in the first caches. */
  private static final int PANEL_MEMORY = 32 << 10;

  /** Operations below which a second thread costs more than it brings. */
  private static final double WORTH_A_PART = 1 << 19;

  private boolean transposed;
  private boolean interleaved;
  private int blocks;
  private long a;
  private long aStride;
  private int aRows;
  private long b;
  private long bStride;
  private int bRows;
  private long c;
  private long cStride;
  private int cRows;
  private int columns;

  /** Rows of B and of C that belong to a block. */
  private int inner;

  private int outer;

  /** Columns at a time, and how often that is. */
  private int range;

  private int ranges;
  private int parts;
  private long taskMemory;
  private long taskBytes;

  void run(
      Workspace workspace,
      boolean turned,
      int count,
      boolean apart,
      DenseMatrix left,
      DenseMatrix right,
      DenseMatrix result) {
    transposed = turned;
    interleaved = apart;
    blocks = count;
    a = left.address();
    aStride = 4L * left.stride();
    aRows = left.rows() / count;
    b = right.address();
    bStride = 4L * right.stride();
    bRows = right.rows();
    c = result.address();
    cStride = 4L * result.stride();
    cRows = result.rows();
    columns = result.columns();
    inner = turned ? aRows : left.columns();
    outer = turned ? left.columns() : aRows;
    if (cRows == 0 || columns == 0) {
      return;
    }
    int width = (columns + 15) & -16;
    int panels = Math.max(1, PANEL_MEMORY / (Math.max(1, inner) * GemmKernels.PANEL_BYTES));
    range = Math.min(width, panels * GemmKernels.PANEL);
    ranges = (width + range - 1) / range;
    double operations = 2.0 * cRows * inner * columns;
    double most = Math.max(1, Math.min((double) blocks * ranges, operations / WORTH_A_PART));
    parts = (int) Math.min(workspace.threads().count(), most);
    long packed = (long) inner * 4 * range;
    taskBytes = ((packed + 63) & -64) + GemmKernels.TASK_SCRATCH;
    workspace.reserve(1, parts * taskBytes);
    taskMemory = workspace.address(0);
    workspace.threads().run(parts, this);
  }

  @Override
  public void run(int part) {
    long units = (long) blocks * ranges;
    int to = (int) (units * (part + 1) / parts);
    for (int unit = (int) (units * part / parts); unit < to; unit++) {
      block(unit / ranges, unit % ranges * range, taskMemory + part * taskBytes);
    }
  }

  private void block(int k, int column, long scratch) {
    int rows = there(k, outer, cRows);
    if (rows == 0) {
      return;
    }
    int depth = there(k, inner, bRows);
    int width = Math.min(range, ((columns + 15) & -16) - column);
    long step = interleaved ? blocks : 1;
    long x = b + (interleaved ? k : (long) k * inner) * bStride + 4L * column;
    long y = c + (interleaved ? k : (long) k * outer) * cStride + 4L * column;
    long panel = x;
    long panelStride = (long) inner * GemmKernels.PANEL_BYTES;
    if (width > GemmKernels.PANEL || step * bStride != 4L * width) {
      panel = scratch + GemmKernels.TASK_SCRATCH;
      for (int j = 0; j < width; j += GemmKernels.PANEL) {
        int vectors = Math.min(2, (width - j) / GemmKernels.LANES);
        GemmKernels.packCopy(
            x + 4L * j,
            step * bStride,
            depth,
            vectors,
            panel + j / GemmKernels.PANEL * panelStride);
      }
    }
    int block = GemmKernels.rowBlock(transposed, depth, aStride); // more do not fit into scratch
    for (int i = 0; i < rows; i += block) {
      GemmKernels.rows(
          transposed,
          a + (long) k * aRows * aStride,
          aStride,
          panel,
          panelStride,
          y,
          step * cStride,
          i,
          Math.min(rows, i + block),
          width,
          depth,
          false,
          scratch);
    }
    if (columns % 16 != 0 && column + width >= columns) {
      ElementwiseKernels.clearPadding(y - 4L * column, step * cStride, rows, columns);
    }
  }

  /** How many of a block's rows a matrix of so many rows has. */
  private int there(int k, int each, int rows) {
    int count = interleaved ? (rows - k + blocks - 1) / blocks : rows - k * each;
    return Math.clamp(count, 0, each);
  }
}
