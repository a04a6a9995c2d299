package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;

/**
 * {@code y_tj = sum_k x_tk w_kj} for so few t that W is hardly used again: rows of W, each times a
 * number, are added to those of Y.
 *
 * <p>Every W passes once, eight rows side by side as eight ascending streams, and is read where it
 * lies; tiles would pack it first, or fill a vector with one column. An element is summed in the
 * order of k with fused multiply-adds, whatever the range of columns it is computed in.
 */
final class GemmFewRows implements PartBody {

  /**
   * Most columns of B in {@code A^T B}: 768x12, k = 768 takes 210 us, 233 in tiles, which fill
   * vectors.
   */
  static final int MOST_COLUMNS = 12;

  /** Most rows of A in {@code A B}: 8x768, k = 768 takes 142 us, 187 in tiles, which pack B. */
  static final int MOST_ROWS = 8;

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int STEP = F.vectorByteSize();

  /** Rows of W that pass side by side. */
  private static final int GROUP = 8;

  /** Bytes of a row of W that are multiplied for every row of Y while they are in L1. */
  private static final int BLOCK = 2048;

  /** Bytes in which columns are shared out. */
  private static final int UNIT = 64;

  /** Operations below which a second thread costs more than it brings. */
  private static final double WORTH_A_PART = 1 << 18;

  private long x;
  private long xRow;
  private long xColumn;
  private int rows;
  private int depth;
  private long w;
  private long wStride;
  private int units;
  private long y;
  private long yStride;
  private boolean add;
  private int parts;

  /** Computes {@code C = A B} or {@code C += A B} for few rows of A. */
  void run(
      Workspace workspace,
      DenseMatrix left,
      DenseMatrix right,
      DenseMatrix result,
      boolean adding) {
    x = left.address();
    xRow = 4L * left.stride();
    xColumn = 4;
    rows = left.rows();
    y = result.address();
    yStride = 4L * result.stride();
    add = adding;
    run(workspace, right);
  }

  /** Computes {@code C = A^T B} or {@code C += A^T B} for few columns of B. */
  void runTransposed(
      Workspace workspace,
      DenseMatrix left,
      DenseMatrix right,
      DenseMatrix result,
      boolean adding) {
    x = right.address();
    xRow = 4;
    xColumn = 4L * right.stride();
    rows = right.columns();
    yStride = 4L * left.paddedColumns();
    workspace.reserve(1, rows * yStride);
    y = workspace.address(0);
    add = false;
    run(workspace, left);
    long c = result.address();
    long cStride = 4L * result.stride();
    for (int i = 0; i < result.rows(); i++) {
      for (int t = 0; t < rows; t++) {
        long to = c + i * cStride + 4L * t;
        float sum = DenseMemory.get(y + t * yStride + 4L * i);
        DenseMemory.set(to, adding ? DenseMemory.get(to) + sum : sum);
      }
    }
  }

  private void run(Workspace workspace, DenseMatrix weights) {
    depth = weights.rows();
    w = weights.address();
    wStride = 4L * weights.stride();
    units = 4 * weights.paddedColumns() / UNIT;
    double most = 2.0 * rows * depth * weights.columns() / WORTH_A_PART;
    parts = (int) Math.min(workspace.threads().count(), Math.max(1, Math.min(units, most)));
    workspace.threads().run(parts, this);
  }

  @Override
  public void run(int part) {
    int from = (int) ((long) units * part / parts) * UNIT;
    int to = (int) ((long) units * (part + 1) / parts) * UNIT;
    int block = rows == 1 ? to - from : BLOCK;
    for (int j = from; j < to; j += block) {
      columns(j, Math.min(block, to - j));
    }
  }

  private void columns(int first, int bytes) {
    long to = y + first;
    if (!add) {
      for (int t = 0; t < rows; t++) {
        ElementwiseKernels.fill(0, to + t * yStride, bytes);
      }
    }
    long from = w + first;
    int k = 0;
    for (; k + GROUP <= depth; k += GROUP) {
      for (int t = 0; t < rows; t++) {
        long factors = x + t * xRow + k * xColumn;
        addEight(factors, xColumn, from + k * wStride, wStride, to + t * yStride, bytes);
      }
    }
    for (; k < depth; k++) {
      for (int t = 0; t < rows; t++) {
        float factor = DenseMemory.get(x + t * xRow + k * xColumn);
        addOne(factor, from + k * wStride, to + t * yStride, bytes);
      }
    }
  }

  private static void addEight(long x, long xColumn, long w, long wStride, long y, int bytes) {
    FloatVector a = FloatVector.broadcast(F, DenseMemory.get(x));
    FloatVector b = FloatVector.broadcast(F, DenseMemory.get(x + xColumn));
    FloatVector c = FloatVector.broadcast(F, DenseMemory.get(x + 2 * xColumn));
    FloatVector d = FloatVector.broadcast(F, DenseMemory.get(x + 3 * xColumn));
    FloatVector e = FloatVector.broadcast(F, DenseMemory.get(x + 4 * xColumn));
    FloatVector f = FloatVector.broadcast(F, DenseMemory.get(x + 5 * xColumn));
    FloatVector g = FloatVector.broadcast(F, DenseMemory.get(x + 6 * xColumn));
    FloatVector h = FloatVector.broadcast(F, DenseMemory.get(x + 7 * xColumn));
    long w0 = w & ADDRESS;
    long w1 = (w + wStride) & ADDRESS;
    long w2 = (w + 2 * wStride) & ADDRESS;
    long w3 = (w + 3 * wStride) & ADDRESS;
    long w4 = (w + 4 * wStride) & ADDRESS;
    long w5 = (w + 5 * wStride) & ADDRESS;
    long w6 = (w + 6 * wStride) & ADDRESS;
    long w7 = (w + 7 * wStride) & ADDRESS;
    long to = y & ADDRESS;
    for (int j = 0; j < bytes; j += STEP) {
      long o = j & OFFSET;
      FloatVector sum = FloatVector.fromMemorySegment(F, ALL, to + o, ORDER);
      sum = a.fma(FloatVector.fromMemorySegment(F, ALL, w0 + o, ORDER), sum);
      sum = b.fma(FloatVector.fromMemorySegment(F, ALL, w1 + o, ORDER), sum);
      sum = c.fma(FloatVector.fromMemorySegment(F, ALL, w2 + o, ORDER), sum);
      sum = d.fma(FloatVector.fromMemorySegment(F, ALL, w3 + o, ORDER), sum);
      sum = e.fma(FloatVector.fromMemorySegment(F, ALL, w4 + o, ORDER), sum);
      sum = f.fma(FloatVector.fromMemorySegment(F, ALL, w5 + o, ORDER), sum);
      sum = g.fma(FloatVector.fromMemorySegment(F, ALL, w6 + o, ORDER), sum);
      sum = h.fma(FloatVector.fromMemorySegment(F, ALL, w7 + o, ORDER), sum);
      sum.intoMemorySegment(ALL, to + o, ORDER);
    }
  }

  private static void addOne(float factor, long w, long y, int bytes) {
    FloatVector a = FloatVector.broadcast(F, factor);
    long from = w & ADDRESS;
    long to = y & ADDRESS;
    for (int j = 0; j < bytes; j += STEP) {
      long o = j & OFFSET;
      FloatVector sum = FloatVector.fromMemorySegment(F, ALL, to + o, ORDER);
      a.fma(FloatVector.fromMemorySegment(F, ALL, from + o, ORDER), sum)
          .intoMemorySegment(ALL, to + o, ORDER);
    }
  }
}
