package org.sparse4j.kernels.vector;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;

/**
 * Several factors of a butterfly in flight; parts are ranges of independent sets of rows.
 *
 * <p>Factors whose strides are s, 2s, 4s, ... (or fall like that) mix rows s apart: g of them leave
 * sets of 2^g rows that have nothing to do with each other. A set goes through all g factors in a
 * buffer that stays in L1; the first pass reads the set's rows where they lie, the last writes them
 * there. Two factors mix the same four rows and share a pass.
 */
final class FactorCall implements PartBody {

  /** Most factors at a time: 64 rows. */
  private static final int MOST = 6;

  /**
   * Most bytes of a row at a time: 64 rows are 32 KiB. Half of it means loading the blocks twice as
   * often (4096 rows, n = 128: 402 us instead of 301), twice or four times as much gains nothing.
   */
  private static final int ROW_BYTES = 512;

  /** Floats times factors below which a second thread costs more than it brings. */
  private static final long WORTH_A_PART = 1 << 15;

  private static final float[] NONE = {};
  private static final int[] NO_STRIDES = {};

  private int[] strides = NO_STRIDES;
  private float[] blocks = NONE;
  private int offset;
  private boolean transposed;
  private int rows;
  private int bytes;
  private long x;
  private long xStride;
  private long y;
  private long yStride;
  private int parts;
  private long buffers;

  /**
   * The present factors, in the order in which they multiply, and the smallest of their strides.
   */
  private int first;

  private int end;
  private int smallest = 1;

  void run(
      Workspace workspace,
      int[] distances,
      float[] numbers,
      int start,
      boolean turned,
      DenseMatrix from,
      DenseMatrix to) {
    strides = distances;
    blocks = numbers;
    offset = start;
    transposed = turned;
    rows = from.rows();
    bytes = 4 * from.paddedColumns();
    x = from.address();
    xStride = 4L * from.stride();
    y = to.address();
    yStride = 4L * to.stride();
    if (rows > 0 && bytes > 0) {
      int threads = workspace.threads().count();
      workspace.reserve(1, (long) threads * (ROW_BYTES << MOST));
      buffers = workspace.address(0);
      for (first = 0; first < strides.length; first = end) {
        choose();
        long floats = (long) rows * (bytes / 4) * (end - first);
        long most = Math.max(1, Math.min(rows >> (end - first), floats / WORTH_A_PART));
        parts = (int) Math.min(threads, most);
        workspace.threads().run(parts, this);
        x = y;
        xStride = yStride;
      }
    }
    // A workspace that lives on must not keep somebody's weights alive.
    blocks = NONE;
    strides = NO_STRIDES;
  }

  /** Takes factors while their strides go on doubling, or halving. */
  private void choose() {
    int stride = stride(first);
    smallest = stride;
    end = first + 1;
    if (end == strides.length) {
      return;
    }
    boolean grows = stride(end) > stride;
    while (end < strides.length && end - first < MOST) {
      int next = stride(end);
      if (grows ? next != 2 * stride : 2 * next != stride) {
        break;
      }
      stride = next;
      smallest = Math.min(smallest, next);
      end++;
    }
  }

  private int factor(int step) {
    return transposed ? strides.length - 1 - step : step;
  }

  private int stride(int step) {
    return strides[factor(step)];
  }

  @Override
  public void run(int part) {
    int sets = rows >> (end - first);
    int to = (int) ((long) sets * (part + 1) / parts);
    long buffer = buffers + (long) part * (ROW_BYTES << MOST);
    for (int set = (int) ((long) sets * part / parts); set < to; set++) {
      int remainder = set % smallest;
      int lowest = ((set - remainder) << (end - first)) + remainder;
      int pair = ((set - remainder) << (end - first - 1)) + remainder;
      for (int column = 0; column < bytes; column += ROW_BYTES) {
        set(lowest, pair, column, Math.min(ROW_BYTES, bytes - column), buffer);
      }
    }
  }

  /**
   * Multiplies some columns of a set.
   *
   * @param lowest its first row
   * @param pair the number of that row's pair, which is the same for every factor
   */
  private void set(int lowest, int pair, int column, int count, long buffer) {
    int step = first;
    while (step < end) {
      int next = Math.min(step + 2, end);
      boolean reads = step == first;
      boolean writes = next == end;
      long in = reads ? x + lowest * xStride + column : buffer;
      long inStride = reads ? smallest * xStride : ROW_BYTES;
      long out = writes ? y + lowest * yStride + column : buffer;
      long outStride = writes ? smallest * yStride : ROW_BYTES;
      if (next == step + 2) {
        quads(step, pair, in, inStride, out, outStride, count);
      } else {
        pairs(step, pair, in, inStride, out, outStride, count);
      }
      step = next;
    }
  }

  private void pairs(
      int step, int pair, long in, long inStride, long out, long outStride, int count) {
    int stride = stride(step);
    int start = offset + 2 * factor(step) * rows + 4 * pair;
    int distance = stride / smallest;
    int size = 1 << (end - first);
    int flip = transposed ? 1 : 0;
    for (int low = 0; low < size; low += 2 * distance) {
      for (int i = low; i < low + distance; i++) {
        int k = start + 4 * smallest * pair(i, distance);
        PairKernels.mix(
            blocks[k],
            blocks[k + 1 + flip],
            blocks[k + 2 - flip],
            blocks[k + 3],
            in + i * inStride,
            in + (i + distance) * inStride,
            out + i * outStride,
            out + (i + distance) * outStride,
            count);
      }
    }
  }

  /** Two factors: the first mixes rows 0, 1 and 2, 3 of four, the second 0, 2 and 1, 3. */
  private void quads(
      int step, int pair, long in, long inStride, long out, long outStride, int count) {
    int start = offset + 2 * factor(step) * rows + 4 * pair;
    int again = offset + 2 * factor(step + 1) * rows + 4 * pair;
    int near = stride(step) / smallest;
    int far = stride(step + 1) / smallest;
    int apart = 4 * smallest;
    int run = Math.min(near, far);
    int size = 1 << (end - first);
    int flip = transposed ? 1 : 0;
    for (int low = 0; low < size; low += 4 * run) {
      for (int i = low; i < low + run; i++) {
        QuadKernels.mix(
            blocks,
            start + apart * pair(i, near),
            start + apart * pair(i + far, near),
            again + apart * pair(i, far),
            again + apart * pair(i + near, far),
            flip,
            in + i * inStride,
            near * inStride,
            far * inStride,
            out + i * outStride,
            near * outStride,
            far * outStride,
            count);
      }
    }
  }

  /** The number within a set of the pair whose lower row this is; distances are powers of two. */
  private static int pair(int low, int distance) {
    return ((low & -(2 * distance)) >> 1) + (low & (distance - 1));
  }
}
