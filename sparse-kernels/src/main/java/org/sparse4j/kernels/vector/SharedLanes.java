package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.format.DType;

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

  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(16 * HEIGHT));

  /** Not used where it would be a vector of four bytes. */
  private static final VectorSpecies<Byte> CODES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * HEIGHT)));

  /** Bytes of a vector. */
  private static final int S = F.vectorByteSize();

  private static final long COLUMN = (1L << 24) - 1;

  private SharedLanes() {}

  /**
   * Computes the rows of some tiles.
   *
   * @param a the layout
   * @param values address of its values, at a 64-byte boundary
   * @param scales address of the scales of bytes, at a 64-byte boundary
   * @param first first tile
   * @param end end of the tiles
   * @param x address of x
   * @param y address of y
   * @param scratch address of a vector
   */
  static void multiply(
      SharedRows a, long values, long scales, int first, int end, long x, long y, long scratch) {
    DType dtype = a.packed().dtype;
    for (int t = first; t < end; t++) {
      int row = a.tileRow[t];
      int rows = a.tileRow[t + 1] - row;
      int k = a.tileStep[t];
      int kEnd = a.tileStep[t + 1];
      long to = y + 4L * row;
      boolean whole = rows == HEIGHT;
      long result = whole ? to : scratch;
      long from = values + (long) dtype.bytes() * k * HEIGHT;
      if (dtype == DType.F32 && whole && t + 1 < end && twins(a, t)) {
        tiles(a.steps, k, kEnd, from, x, to, to + S);
        t++;
        continue;
      }
      switch (dtype) {
        case F32 -> tile(a.steps, k, kEnd, from, x, result);
        case BF16 -> halves(a.steps, k, kEnd, from, x, result);
        case I8 -> codes(a.steps, k, kEnd, from, scales + (long) t * S, x, result);
      }
      for (int r = 0; r < rows && !whole; r++) {
        DenseMemory.set(to + 4L * r, DenseMemory.get(scratch + 4L * r));
      }
    }
  }

  /** Whether the tile after a whole one is whole too, with as many steps. */
  private static boolean twins(SharedRows a, int t) {
    return a.tileRow[t + 2] - a.tileRow[t + 1] == HEIGHT
        && a.tileStep[t + 2] - a.tileStep[t + 1] == a.tileStep[t + 1] - a.tileStep[t];
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

  /** Two tiles with equally many steps at once: two streams come from memory faster than one. */
  private static void tiles(int[] steps, int k, int end, long values, long x, long y, long other) {
    values &= ADDRESS;
    x &= ADDRESS;
    int count = end - k;
    long next = values + (long) count * S & ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    int o = 0;
    for (; o <= count - 4; o += 4) {
      long v = values + (long) (o & OFFSET) * S;
      long w = next + (long) (o & OFFSET) * S;
      int p = k + o;
      int q = end + o;
      a =
          IntVector.broadcast(I, ALL.get(INT, x + 4L * (steps[p] & COLUMN)))
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, v, ORDER), a);
      b =
          IntVector.broadcast(I, ALL.get(INT, x + 4L * (steps[p + 1] & COLUMN)))
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, v + S, ORDER), b);
      c =
          IntVector.broadcast(I, ALL.get(INT, x + 4L * (steps[p + 2] & COLUMN)))
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, v + 2L * S, ORDER), c);
      d =
          IntVector.broadcast(I, ALL.get(INT, x + 4L * (steps[p + 3] & COLUMN)))
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, v + 3L * S, ORDER), d);
      e =
          IntVector.broadcast(I, ALL.get(INT, x + 4L * (steps[q] & COLUMN)))
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, w, ORDER), e);
      f =
          IntVector.broadcast(I, ALL.get(INT, x + 4L * (steps[q + 1] & COLUMN)))
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, w + S, ORDER), f);
      g =
          IntVector.broadcast(I, ALL.get(INT, x + 4L * (steps[q + 2] & COLUMN)))
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, w + 2L * S, ORDER), g);
      h =
          IntVector.broadcast(I, ALL.get(INT, x + 4L * (steps[q + 3] & COLUMN)))
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, w + 3L * S, ORDER), h);
    }
    for (; o < count; o++) {
      long v = values + (long) (o & OFFSET) * S;
      long w = next + (long) (o & OFFSET) * S;
      a =
          IntVector.broadcast(I, ALL.get(INT, x + 4L * (steps[k + o] & COLUMN)))
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, v, ORDER), a);
      e =
          IntVector.broadcast(I, ALL.get(INT, x + 4L * (steps[end + o] & COLUMN)))
              .reinterpretAsFloats()
              .fma(FloatVector.fromMemorySegment(F, ALL, w, ORDER), e);
    }
    a.add(b).add(c.add(d)).intoMemorySegment(ALL, y & ADDRESS, ORDER);
    e.add(f).add(g.add(h)).intoMemorySegment(ALL, other & ADDRESS, ORDER);
  }

  /** The same as a tile with bfloat16: the upper halves of the numbers. */
  private static void halves(int[] steps, int k, int end, long values, long x, long y) {
    values &= ADDRESS;
    x &= ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a;
    int o = 0;
    for (; k <= end - 4; k += 4, o += 4) {
      long v = values + (long) (o & OFFSET) * 2 * HEIGHT;
      int p = ALL.get(INT, x + 4L * (steps[k] & COLUMN));
      int q = ALL.get(INT, x + 4L * (steps[k + 1] & COLUMN));
      int r = ALL.get(INT, x + 4L * (steps[k + 2] & COLUMN));
      int s = ALL.get(INT, x + 4L * (steps[k + 3] & COLUMN));
      a =
          IntVector.broadcast(I, p)
              .reinterpretAsFloats()
              .fma(
                  ((IntVector)
                          ShortVector.fromMemorySegment(SHORTS, ALL, v + 0L * 2 * HEIGHT, ORDER)
                              .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                      .lanewise(VectorOperators.LSHL, 16)
                      .reinterpretAsFloats(),
                  a);
      b =
          IntVector.broadcast(I, q)
              .reinterpretAsFloats()
              .fma(
                  ((IntVector)
                          ShortVector.fromMemorySegment(SHORTS, ALL, v + 1L * 2 * HEIGHT, ORDER)
                              .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                      .lanewise(VectorOperators.LSHL, 16)
                      .reinterpretAsFloats(),
                  b);
      c =
          IntVector.broadcast(I, r)
              .reinterpretAsFloats()
              .fma(
                  ((IntVector)
                          ShortVector.fromMemorySegment(SHORTS, ALL, v + 2L * 2 * HEIGHT, ORDER)
                              .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                      .lanewise(VectorOperators.LSHL, 16)
                      .reinterpretAsFloats(),
                  c);
      d =
          IntVector.broadcast(I, s)
              .reinterpretAsFloats()
              .fma(
                  ((IntVector)
                          ShortVector.fromMemorySegment(SHORTS, ALL, v + 3L * 2 * HEIGHT, ORDER)
                              .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                      .lanewise(VectorOperators.LSHL, 16)
                      .reinterpretAsFloats(),
                  d);
    }
    for (; k < end; k++, o++) {
      long v = values + (long) (o & OFFSET) * 2 * HEIGHT;
      int p = ALL.get(INT, x + 4L * (steps[k] & COLUMN));
      a =
          IntVector.broadcast(I, p)
              .reinterpretAsFloats()
              .fma(
                  ((IntVector)
                          ShortVector.fromMemorySegment(SHORTS, ALL, v + 0L * 2 * HEIGHT, ORDER)
                              .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                      .lanewise(VectorOperators.LSHL, 16)
                      .reinterpretAsFloats(),
                  a);
    }
    a.add(b).add(c.add(d)).intoMemorySegment(ALL, y & ADDRESS, ORDER);
  }

  /** The same with bytes and a scale for each row. */
  private static void codes(int[] steps, int k, int end, long values, long scales, long x, long y) {
    values &= ADDRESS;
    x &= ADDRESS;
    FloatVector factor = FloatVector.fromMemorySegment(F, ALL, scales & ADDRESS, ORDER);
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a;
    int o = 0;
    for (; k <= end - 4; k += 4, o += 4) {
      long v = values + (long) (o & OFFSET) * HEIGHT;
      int p = ALL.get(INT, x + 4L * (steps[k] & COLUMN));
      int q = ALL.get(INT, x + 4L * (steps[k + 1] & COLUMN));
      int r = ALL.get(INT, x + 4L * (steps[k + 2] & COLUMN));
      int s = ALL.get(INT, x + 4L * (steps[k + 3] & COLUMN));
      a =
          IntVector.broadcast(I, p)
              .reinterpretAsFloats()
              .fma(
                  ((FloatVector)
                          ByteVector.fromMemorySegment(CODES, ALL, v + 0L * HEIGHT, ORDER)
                              .convertShape(VectorOperators.B2F, F, 0))
                      .mul(factor),
                  a);
      b =
          IntVector.broadcast(I, q)
              .reinterpretAsFloats()
              .fma(
                  ((FloatVector)
                          ByteVector.fromMemorySegment(CODES, ALL, v + 1L * HEIGHT, ORDER)
                              .convertShape(VectorOperators.B2F, F, 0))
                      .mul(factor),
                  b);
      c =
          IntVector.broadcast(I, r)
              .reinterpretAsFloats()
              .fma(
                  ((FloatVector)
                          ByteVector.fromMemorySegment(CODES, ALL, v + 2L * HEIGHT, ORDER)
                              .convertShape(VectorOperators.B2F, F, 0))
                      .mul(factor),
                  c);
      d =
          IntVector.broadcast(I, s)
              .reinterpretAsFloats()
              .fma(
                  ((FloatVector)
                          ByteVector.fromMemorySegment(CODES, ALL, v + 3L * HEIGHT, ORDER)
                              .convertShape(VectorOperators.B2F, F, 0))
                      .mul(factor),
                  d);
    }
    for (; k < end; k++, o++) {
      long v = values + (long) (o & OFFSET) * HEIGHT;
      int p = ALL.get(INT, x + 4L * (steps[k] & COLUMN));
      a =
          IntVector.broadcast(I, p)
              .reinterpretAsFloats()
              .fma(
                  ((FloatVector)
                          ByteVector.fromMemorySegment(CODES, ALL, v + 0L * HEIGHT, ORDER)
                              .convertShape(VectorOperators.B2F, F, 0))
                      .mul(factor),
                  a);
    }
    a.add(b).add(c.add(d)).intoMemorySegment(ALL, y & ADDRESS, ORDER);
  }
}
