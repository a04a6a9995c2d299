package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code y = A x} over {@link SharedRows} as tall as a vector: the rows of a tile are its lanes,
 * and an element of x is broadcast to all of them.
 *
 * <p>Every row is four sums, of steps 0, 4, 8, ... of its tile, of 1, 5, 9, ..., and so on, with
 * fused multiply-adds, added up as {@code (a + b) + (c + d)}: a single sum would wait for itself.
 */
final class SharedLanes {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Integer> I = DenseSpecies.ints();

  /** Broadcast as ints: floats read from a segment and broadcast took a fifth longer. */
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** Rows of a tile. */
  static final int HEIGHT = F.length();

  /** Bytes of a vector. */
  private static final int S = F.vectorByteSize();

  private static final long COLUMN = (1L << 24) - 1;

  private SharedLanes() {}

  /**
   * Computes the rows of some tiles.
   *
   * @param a the layout
   * @param values address of its values, at a 64-byte boundary
   * @param first first tile
   * @param end end of the tiles
   * @param x address of x
   * @param y address of y
   * @param scratch address of a vector
   */
  static void multiply(
      SharedRows a, long values, int first, int end, long x, long y, long scratch) {
    for (int t = first; t < end; t++) {
      int row = a.tileRow[t];
      int rows = a.tileRow[t + 1] - row;
      int k = a.tileStep[t];
      long to = y + 4L * row;
      boolean whole = rows == HEIGHT;
      tile(a.steps, k, a.tileStep[t + 1], values + (long) k * S, x, whole ? to : scratch);
      for (int r = 0; r < rows && !whole; r++) {
        DenseMemory.set(to + 4L * r, DenseMemory.get(scratch + 4L * r));
      }
    }
  }

  private static void tile(int[] steps, int k, int end, long values, long x, long y) {
    values &= ADDRESS;
    x &= ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a;
    int o = 0;
    for (; k <= end - 4; k += 4, o += 4) {
      long v = values + (long) (o & OFFSET) * S;
      int p = ALL.get(INT, x + 4L * (steps[k] & COLUMN));
      int q = ALL.get(INT, x + 4L * (steps[k + 1] & COLUMN));
      int r = ALL.get(INT, x + 4L * (steps[k + 2] & COLUMN));
      int s = ALL.get(INT, x + 4L * (steps[k + 3] & COLUMN));
      a =
          IntVector.broadcast(I, p)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, v, ORDER), a);
      b =
          IntVector.broadcast(I, q)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, v + S, ORDER), b);
      c =
          IntVector.broadcast(I, r)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, v + 2L * S, ORDER), c);
      d =
          IntVector.broadcast(I, s)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, v + 3L * S, ORDER), d);
    }
    for (; k < end; k++, o++) {
      long v = values + (long) (o & OFFSET) * S;
      int p = ALL.get(INT, x + 4L * (steps[k] & COLUMN));
      a =
          IntVector.broadcast(I, p)
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, v, ORDER), a);
    }
    a.add(b).add(c.add(d)).intoMemorySegment(ALL, y & ADDRESS, ORDER);
  }
}
