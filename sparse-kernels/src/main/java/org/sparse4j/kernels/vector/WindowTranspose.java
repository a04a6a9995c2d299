package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes eight columns into eight rows and back, in blocks of 8 x 8: {@link CsrTranspose} works
 * on sixteen columns, half of which would be padding (2:4, n = 8, with both: 768x3072 261 instead
 * of 287 microseconds, 3072x768 259 instead of 275).
 */
final class WindowTranspose {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_256;

  /** Rows and columns of a block. */
  private static final int SIZE = F.length();

  private static final long S = F.vectorByteSize();

  private static final VectorShuffle<Float> BY1 = DenseSpecies.swap(F, 1);
  private static final VectorShuffle<Float> BY2 = DenseSpecies.swap(F, 2);
  private static final VectorShuffle<Float> BY4 = DenseSpecies.swap(F, 4);
  private static final VectorMask<Float> BIT1 = DenseSpecies.having(F, 1);
  private static final VectorMask<Float> BIT2 = DenseSpecies.having(F, 2);
  private static final VectorMask<Float> BIT4 = DenseSpecies.having(F, 4);

  private WindowTranspose() {}

  /**
   * Copies eight columns into eight rows.
   *
   * @param x address of the first of the columns
   * @param xs bytes between rows of x
   * @param rows rows of x, a multiple of 8
   * @param y address of the first of the rows
   * @param ys bytes between rows of y
   */
  static void columns(long x, long xs, int rows, long y, long ys) {
    for (int i = 0; i < rows; i += SIZE) {
      block(x + i * xs, xs, y + 4L * i, ys);
    }
  }

  /**
   * Copies eight rows into eight columns.
   *
   * @param x address of the first of the rows
   * @param xs bytes between rows of x
   * @param columns columns of x, a multiple of 8
   * @param y address of the first of the columns
   * @param ys bytes between rows of y
   * @param clear whether the eight columns after these become zero
   */
  static void rows(long x, long xs, int columns, long y, long ys, boolean clear) {
    for (int j = 0; j < columns; j += SIZE) {
      long to = y + j * ys;
      block(x + 4L * j, xs, to, ys);
      for (int r = 0; r < SIZE && clear; r++) {
        FloatVector.zero(F).intoMemorySegment(ALL, (to + r * ys + S) & ADDRESS, ORDER);
      }
    }
  }

  private static void block(long x, long xs, long y, long ys) {
    near(x, xs, y, ys);
    near(x + 4 * xs, xs, y + 4 * ys, ys);
    for (int i = 0; i < 4; i++) {
      pair(y + i * ys, 4 * ys);
    }
  }

  /** Exchanges lanes one and two apart of four rows: see {@link DenseTranspose}. */
  private static void near(long x, long xs, long y, long ys) {
    FloatVector a = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(F, ALL, (x + xs) & ADDRESS, ORDER);
    FloatVector c = FloatVector.fromMemorySegment(F, ALL, (x + 2 * xs) & ADDRESS, ORDER);
    FloatVector d = FloatVector.fromMemorySegment(F, ALL, (x + 3 * xs) & ADDRESS, ORDER);
    FloatVector e = a.blend(b.rearrange(BY1), BIT1);
    FloatVector f = a.rearrange(BY1).blend(b, BIT1);
    FloatVector g = c.blend(d.rearrange(BY1), BIT1);
    FloatVector h = c.rearrange(BY1).blend(d, BIT1);
    e.blend(g.rearrange(BY2), BIT2).intoMemorySegment(ALL, y & ADDRESS, ORDER);
    f.blend(h.rearrange(BY2), BIT2).intoMemorySegment(ALL, (y + ys) & ADDRESS, ORDER);
    e.rearrange(BY2).blend(g, BIT2).intoMemorySegment(ALL, (y + 2 * ys) & ADDRESS, ORDER);
    f.rearrange(BY2).blend(h, BIT2).intoMemorySegment(ALL, (y + 3 * ys) & ADDRESS, ORDER);
  }

  /** Exchanges lanes four apart of rows y and y + stride, in place. */
  private static void pair(long y, long stride) {
    FloatVector a = FloatVector.fromMemorySegment(F, ALL, y & ADDRESS, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(F, ALL, (y + stride) & ADDRESS, ORDER);
    a.blend(b.rearrange(BY4), BIT4).intoMemorySegment(ALL, y & ADDRESS, ORDER);
    a.rearrange(BY4).blend(b, BIT4).intoMemorySegment(ALL, (y + stride) & ADDRESS, ORDER);
  }
}
