package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes square blocks of as many rows as a vector has lanes, in registers.
 *
 * <p>Stage d exchanges lanes whose numbers differ in bit d between rows whose numbers differ in the
 * same bit. Two stages at a time run on four rows; what is between them goes through the target
 * block, which is in L1. One method with all stages at once was a fifth faster where it compiled,
 * and boxed where it did not.
 */
final class DenseTranspose {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();

  /** Rows and columns of a block. */
  static final int LANES = F.length();

  private static final VectorShuffle<Float> BY1 = DenseSpecies.swap(F, 1);
  private static final VectorShuffle<Float> BY2 = DenseSpecies.swap(F, 2);
  private static final VectorShuffle<Float> BY4 = DenseSpecies.swap(F, 4);
  private static final VectorShuffle<Float> BY8 = DenseSpecies.swap(F, 8);
  private static final VectorMask<Float> BIT1 = DenseSpecies.having(F, 1);
  private static final VectorMask<Float> BIT2 = DenseSpecies.having(F, 2);
  private static final VectorMask<Float> BIT4 = DenseSpecies.having(F, 4);
  private static final VectorMask<Float> BIT8 = DenseSpecies.having(F, 8);

  private DenseTranspose() {}

  /**
   * Transposes one block: element (j, i) of the target is element (i, j) of the source.
   *
   * @param x address of the source block
   * @param xStride bytes from row to row
   * @param y address of the target block, apart from the source
   * @param yStride bytes from row to row
   */
  static void block(long x, long xStride, long y, long yStride) {
    for (int i = 0; i < LANES; i += 4) {
      near(x + i * xStride, xStride, y + i * yStride, yStride);
    }
    if (LANES == 16) {
      for (int i = 0; i < 4; i++) {
        far(y + i * yStride, 4 * yStride);
      }
    } else if (LANES == 8) {
      for (int i = 0; i < 4; i++) {
        pair(y + i * yStride, 4 * yStride);
      }
    }
  }

  /** Stages 1 and 2 on four consecutive rows. */
  private static void near(long x, long xStride, long y, long yStride) {
    FloatVector a = FloatVector.fromMemorySegment(F, ALL, x & ADDRESS, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(F, ALL, (x + xStride) & ADDRESS, ORDER);
    FloatVector c = FloatVector.fromMemorySegment(F, ALL, (x + 2 * xStride) & ADDRESS, ORDER);
    FloatVector d = FloatVector.fromMemorySegment(F, ALL, (x + 3 * xStride) & ADDRESS, ORDER);
    FloatVector e = a.blend(b.rearrange(BY1), BIT1);
    FloatVector f = a.rearrange(BY1).blend(b, BIT1);
    FloatVector g = c.blend(d.rearrange(BY1), BIT1);
    FloatVector h = c.rearrange(BY1).blend(d, BIT1);
    e.blend(g.rearrange(BY2), BIT2).intoMemorySegment(ALL, y & ADDRESS, ORDER);
    f.blend(h.rearrange(BY2), BIT2).intoMemorySegment(ALL, (y + yStride) & ADDRESS, ORDER);
    e.rearrange(BY2).blend(g, BIT2).intoMemorySegment(ALL, (y + 2 * yStride) & ADDRESS, ORDER);
    f.rearrange(BY2).blend(h, BIT2).intoMemorySegment(ALL, (y + 3 * yStride) & ADDRESS, ORDER);
  }

  /** Stages 4 and 8 on rows y, y + 4, y + 8, y + 12, in place. */
  private static void far(long y, long stride) {
    FloatVector a = FloatVector.fromMemorySegment(F, ALL, y & ADDRESS, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(F, ALL, (y + stride) & ADDRESS, ORDER);
    FloatVector c = FloatVector.fromMemorySegment(F, ALL, (y + 2 * stride) & ADDRESS, ORDER);
    FloatVector d = FloatVector.fromMemorySegment(F, ALL, (y + 3 * stride) & ADDRESS, ORDER);
    FloatVector e = a.blend(b.rearrange(BY4), BIT4);
    FloatVector f = a.rearrange(BY4).blend(b, BIT4);
    FloatVector g = c.blend(d.rearrange(BY4), BIT4);
    FloatVector h = c.rearrange(BY4).blend(d, BIT4);
    e.blend(g.rearrange(BY8), BIT8).intoMemorySegment(ALL, y & ADDRESS, ORDER);
    f.blend(h.rearrange(BY8), BIT8).intoMemorySegment(ALL, (y + stride) & ADDRESS, ORDER);
    e.rearrange(BY8).blend(g, BIT8).intoMemorySegment(ALL, (y + 2 * stride) & ADDRESS, ORDER);
    f.rearrange(BY8).blend(h, BIT8).intoMemorySegment(ALL, (y + 3 * stride) & ADDRESS, ORDER);
  }

  /** Stage 4 on rows y and y + 4, in place. */
  private static void pair(long y, long stride) {
    FloatVector a = FloatVector.fromMemorySegment(F, ALL, y & ADDRESS, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(F, ALL, (y + stride) & ADDRESS, ORDER);
    a.blend(b.rearrange(BY4), BIT4).intoMemorySegment(ALL, y & ADDRESS, ORDER);
    a.rearrange(BY4).blend(b, BIT4).intoMemorySegment(ALL, (y + stride) & ADDRESS, ORDER);
  }
}
