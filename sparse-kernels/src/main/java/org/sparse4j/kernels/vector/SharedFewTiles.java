package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.format.DType;

/**
 * Register tiles of {@code Y = A X} over {@link SharedRows} as tall as a vector, for eight columns
 * of X: the rows of a tile are the lanes, each element of X is broadcast to all of them.
 *
 * <p>A step is one vector of values and eight broadcasts for eight multiply-adds, and no lane is
 * empty, where eight columns fill half of a 512-bit vector. Every sum goes in ascending order of
 * the columns with fused multiply-adds, as those of {@link SharedTiles} do.
 *
 * <p>Measured on Zen 4 with n = 8 (16:2:4, 3072x768, one run): 110 GFLOP/s; 16 rows as two 256-bit
 * vectors of values 90, 8 rows as one of them 83; eight columns as one 256-bit vector, values
 * broadcast, 74 with 8 rows, 64 with 16.
 *
 * <p>Loops end at an address and not at a count: C2 unrolls loops that count, loads the operands of
 * eight steps first and spills the accumulators (four columns: 46 microseconds instead of 33,
 * 768x768).
 */
final class SharedFewTiles {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final VectorSpecies<Integer> I = DenseSpecies.ints();
  private static final VectorSpecies<Float> QUARTER = FloatVector.SPECIES_128;

  /** Broadcast as ints: see {@link SharedLanes}. */
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private static final int LANES = F.length();

  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(16 * LANES));

  /** Not used where it would be a vector of four bytes. */
  private static final VectorSpecies<Byte> CODES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * LANES)));

  /** Columns of X in a tile. */
  static final int SAMPLES = 8;

  /** Bytes of a row of the copy of X: {@code 1 << SHIFT}. */
  private static final int SHIFT = 5;

  static final long ROW = 1L << SHIFT;

  /**
   * Whether this machine has registers for eight accumulators and as many broadcasts. With 16 of
   * them accumulators are spilled (8 rows of 256 bits: 30 GFLOP/s, {@link SharedTiles} 40), and
   * four columns at a time wait for themselves (37).
   */
  static final boolean AVAILABLE = DenseSpecies.manyRegisters();

  /** Bytes of a vector. */
  private static final long S = F.vectorByteSize();

  /** Bytes of eight sums of the rows of a tile, and of their exchange. */
  static final long STRIP = 2 * SAMPLES * S;

  private static final long COLUMN = (1L << 24) - 1;

  private static final VectorShuffle<Float> BY1 = DenseSpecies.swap(F, 1);
  private static final VectorShuffle<Float> BY2 = DenseSpecies.swap(F, 2);
  private static final VectorMask<Float> BIT1 = DenseSpecies.having(F, 1);
  private static final VectorMask<Float> BIT2 = DenseSpecies.having(F, 2);

  /** Keeps the bits of a row of a tile. */
  private static final int ROWS = 15;

  /** Keeps every bit of a stride and shows that products with columns cannot overflow. */
  private static final long STRIDE = (1L << 32) - 1;

  private SharedFewTiles() {}

  /**
   * Copies eight columns of X: all that is read stays close together, and a column's address is a
   * shift.
   *
   * @param x address of the first of the columns
   * @param xs bytes between rows
   * @param rows number of rows
   * @param panel receives {@link #ROW} bytes a row
   */
  static void pack(long x, long xs, int rows, long panel) {
    x &= ADDRESS;
    xs &= STRIDE;
    panel &= ADDRESS;
    for (int i = 0; i < rows; i++) {
      long from = x + (i & COLUMN) * xs;
      long to = panel + (i & COLUMN) * ROW;
      FloatVector.fromMemorySegment(QUARTER, ALL, from, ORDER).intoMemorySegment(ALL, to, ORDER);
      FloatVector.fromMemorySegment(QUARTER, ALL, from + 16, ORDER)
          .intoMemorySegment(ALL, to + 16, ORDER);
    }
  }

  /**
   * Computes eight columns of the rows of a tile.
   *
   * @param a the layout
   * @param lanes its values
   * @param t tile
   * @param n columns that are wanted; up to four are computed as four
   * @param panel address of the copy of the columns
   * @param y address of the first row of the tile, in the first of the columns
   * @param ys bytes between rows
   * @param clear whether the eight columns after these become zero
   * @param strip address of {@link #STRIP} bytes
   */
  static void multiply(
      SharedRows a,
      LaneValues lanes,
      int t,
      int n,
      long panel,
      long y,
      long ys,
      boolean clear,
      long strip) {
    int k = a.tileStep[t];
    int end = a.tileStep[t + 1];
    DType dtype = a.packed().dtype;
    long values = lanes.values() + (long) dtype.bytes() * k * LANES;
    long last = lanes.values() + (long) dtype.bytes() * end * LANES;
    switch (dtype) {
      case F32 -> {
        if (n > SAMPLES / 2) {
          tile(a.steps, k, values, last, panel, strip);
        } else {
          half(a.steps, k, values, last, panel, strip);
        }
      }
      case BF16 -> halves(a.steps, k, values, last, panel, strip);
      case I8 -> codes(a.steps, k, values, last, lanes.scales() + t * S, panel, strip);
    }
    int rows = a.tileRow[t + 1] - a.tileRow[t];
    long to = strip + SAMPLES * S;
    exchange(strip, to);
    if (n > SAMPLES / 2) {
      exchange(strip + 4 * S, to + 4 * S);
    } else {
      for (int i = 0; i < 4; i++) {
        FloatVector.zero(F).intoMemorySegment(ALL, (to + (4 + i) * S) & ADDRESS, ORDER);
      }
    }
    place(to, rows, y, ys);
    if (clear) {
      clear(rows, y + ROW, ys);
    }
  }

  /** Eight columns: eight accumulators. */
  private static void tile(int[] steps, int k, long values, long end, long x, long out) {
    values &= ADDRESS;
    x &= ADDRESS;
    out &= ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    while (values != end) {
      long p = x + ((steps[k++] & COLUMN) << SHIFT);
      FloatVector w = FloatVector.fromMemorySegment(F, ALL, values, ORDER);
      a = IntVector.broadcast(I, ALL.get(INT, p)).reinterpretAsFloats().fma(w, a);
      b = IntVector.broadcast(I, ALL.get(INT, p + 4)).reinterpretAsFloats().fma(w, b);
      c = IntVector.broadcast(I, ALL.get(INT, p + 8)).reinterpretAsFloats().fma(w, c);
      d = IntVector.broadcast(I, ALL.get(INT, p + 12)).reinterpretAsFloats().fma(w, d);
      e = IntVector.broadcast(I, ALL.get(INT, p + 16)).reinterpretAsFloats().fma(w, e);
      f = IntVector.broadcast(I, ALL.get(INT, p + 20)).reinterpretAsFloats().fma(w, f);
      g = IntVector.broadcast(I, ALL.get(INT, p + 24)).reinterpretAsFloats().fma(w, g);
      h = IntVector.broadcast(I, ALL.get(INT, p + 28)).reinterpretAsFloats().fma(w, h);
      values = (values + S) & ADDRESS;
    }
    a.intoMemorySegment(ALL, out, ORDER);
    b.intoMemorySegment(ALL, out + S, ORDER);
    c.intoMemorySegment(ALL, out + 2 * S, ORDER);
    d.intoMemorySegment(ALL, out + 3 * S, ORDER);
    e.intoMemorySegment(ALL, out + 4 * S, ORDER);
    f.intoMemorySegment(ALL, out + 5 * S, ORDER);
    g.intoMemorySegment(ALL, out + 6 * S, ORDER);
    h.intoMemorySegment(ALL, out + 7 * S, ORDER);
  }

  /** Four columns. */
  private static void half(int[] steps, int k, long values, long end, long x, long out) {
    values &= ADDRESS;
    x &= ADDRESS;
    out &= ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a;
    while (values != end) {
      long p = x + ((steps[k++] & COLUMN) << SHIFT);
      FloatVector w = FloatVector.fromMemorySegment(F, ALL, values, ORDER);
      a = IntVector.broadcast(I, ALL.get(INT, p)).reinterpretAsFloats().fma(w, a);
      b = IntVector.broadcast(I, ALL.get(INT, p + 4)).reinterpretAsFloats().fma(w, b);
      c = IntVector.broadcast(I, ALL.get(INT, p + 8)).reinterpretAsFloats().fma(w, c);
      d = IntVector.broadcast(I, ALL.get(INT, p + 12)).reinterpretAsFloats().fma(w, d);
      values = (values + S) & ADDRESS;
    }
    a.intoMemorySegment(ALL, out, ORDER);
    b.intoMemorySegment(ALL, out + S, ORDER);
    c.intoMemorySegment(ALL, out + 2 * S, ORDER);
    d.intoMemorySegment(ALL, out + 3 * S, ORDER);
  }

  /** Eight columns, values in bfloat16: the upper halves of the numbers. */
  private static void halves(int[] steps, int k, long values, long end, long x, long out) {
    values &= ADDRESS;
    x &= ADDRESS;
    out &= ADDRESS;
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    while (values != end) {
      long p = x + ((steps[k++] & COLUMN) << SHIFT);
      FloatVector w =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, ALL, values, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      a = IntVector.broadcast(I, ALL.get(INT, p)).reinterpretAsFloats().fma(w, a);
      b = IntVector.broadcast(I, ALL.get(INT, p + 4)).reinterpretAsFloats().fma(w, b);
      c = IntVector.broadcast(I, ALL.get(INT, p + 8)).reinterpretAsFloats().fma(w, c);
      d = IntVector.broadcast(I, ALL.get(INT, p + 12)).reinterpretAsFloats().fma(w, d);
      e = IntVector.broadcast(I, ALL.get(INT, p + 16)).reinterpretAsFloats().fma(w, e);
      f = IntVector.broadcast(I, ALL.get(INT, p + 20)).reinterpretAsFloats().fma(w, f);
      g = IntVector.broadcast(I, ALL.get(INT, p + 24)).reinterpretAsFloats().fma(w, g);
      h = IntVector.broadcast(I, ALL.get(INT, p + 28)).reinterpretAsFloats().fma(w, h);
      values = (values + S / 2) & ADDRESS;
    }
    a.intoMemorySegment(ALL, out, ORDER);
    b.intoMemorySegment(ALL, out + S, ORDER);
    c.intoMemorySegment(ALL, out + 2 * S, ORDER);
    d.intoMemorySegment(ALL, out + 3 * S, ORDER);
    e.intoMemorySegment(ALL, out + 4 * S, ORDER);
    f.intoMemorySegment(ALL, out + 5 * S, ORDER);
    g.intoMemorySegment(ALL, out + 6 * S, ORDER);
    h.intoMemorySegment(ALL, out + 7 * S, ORDER);
  }

  /** Eight columns, values in bytes with a scale for each row. */
  private static void codes(
      int[] steps, int k, long values, long end, long scales, long x, long out) {
    values &= ADDRESS;
    x &= ADDRESS;
    out &= ADDRESS;
    FloatVector factor = FloatVector.fromMemorySegment(F, ALL, scales & ADDRESS, ORDER);
    FloatVector a = FloatVector.zero(F), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    while (values != end) {
      long p = x + ((steps[k++] & COLUMN) << SHIFT);
      FloatVector w =
          ((FloatVector)
                  ByteVector.fromMemorySegment(CODES, ALL, values, ORDER)
                      .convertShape(VectorOperators.B2F, F, 0))
              .mul(factor);
      a = IntVector.broadcast(I, ALL.get(INT, p)).reinterpretAsFloats().fma(w, a);
      b = IntVector.broadcast(I, ALL.get(INT, p + 4)).reinterpretAsFloats().fma(w, b);
      c = IntVector.broadcast(I, ALL.get(INT, p + 8)).reinterpretAsFloats().fma(w, c);
      d = IntVector.broadcast(I, ALL.get(INT, p + 12)).reinterpretAsFloats().fma(w, d);
      e = IntVector.broadcast(I, ALL.get(INT, p + 16)).reinterpretAsFloats().fma(w, e);
      f = IntVector.broadcast(I, ALL.get(INT, p + 20)).reinterpretAsFloats().fma(w, f);
      g = IntVector.broadcast(I, ALL.get(INT, p + 24)).reinterpretAsFloats().fma(w, g);
      h = IntVector.broadcast(I, ALL.get(INT, p + 28)).reinterpretAsFloats().fma(w, h);
      values = (values + S / 4) & ADDRESS;
    }
    a.intoMemorySegment(ALL, out, ORDER);
    b.intoMemorySegment(ALL, out + S, ORDER);
    c.intoMemorySegment(ALL, out + 2 * S, ORDER);
    d.intoMemorySegment(ALL, out + 3 * S, ORDER);
    e.intoMemorySegment(ALL, out + 4 * S, ORDER);
    f.intoMemorySegment(ALL, out + 5 * S, ORDER);
    g.intoMemorySegment(ALL, out + 6 * S, ORDER);
    h.intoMemorySegment(ALL, out + 7 * S, ORDER);
  }

  /**
   * Transposes four columns of the rows of a tile in blocks of 4 x 4: block q of row i is then row
   * {@code 4 q + i} of the tile.
   */
  private static void exchange(long x, long y) {
    x &= ADDRESS;
    y &= ADDRESS;
    FloatVector a = FloatVector.fromMemorySegment(F, ALL, x, ORDER);
    FloatVector b = FloatVector.fromMemorySegment(F, ALL, x + S, ORDER);
    FloatVector c = FloatVector.fromMemorySegment(F, ALL, x + 2 * S, ORDER);
    FloatVector d = FloatVector.fromMemorySegment(F, ALL, x + 3 * S, ORDER);
    FloatVector e = a.blend(b.rearrange(BY1), BIT1);
    FloatVector f = a.rearrange(BY1).blend(b, BIT1);
    FloatVector g = c.blend(d.rearrange(BY1), BIT1);
    FloatVector h = c.rearrange(BY1).blend(d, BIT1);
    e.blend(g.rearrange(BY2), BIT2).intoMemorySegment(ALL, y, ORDER);
    f.blend(h.rearrange(BY2), BIT2).intoMemorySegment(ALL, y + S, ORDER);
    e.rearrange(BY2).blend(g, BIT2).intoMemorySegment(ALL, y + 2 * S, ORDER);
    f.rearrange(BY2).blend(h, BIT2).intoMemorySegment(ALL, y + 3 * S, ORDER);
  }

  /** Copies what {@link #exchange} has made to the rows of Y. */
  private static void place(long from, int rows, long y, long ys) {
    from &= ADDRESS;
    y &= ADDRESS;
    ys &= STRIDE;
    for (int r = 0; r < rows; r++) {
      long block = from + (r & 3) * S + (r >> 2 & 3) * 16L;
      long to = y + (r & ROWS) * ys;
      FloatVector.fromMemorySegment(QUARTER, ALL, block, ORDER).intoMemorySegment(ALL, to, ORDER);
      FloatVector.fromMemorySegment(QUARTER, ALL, block + 4 * S, ORDER)
          .intoMemorySegment(ALL, to + 16, ORDER);
    }
  }

  private static void clear(int rows, long y, long ys) {
    y &= ADDRESS;
    ys &= STRIDE;
    for (int r = 0; r < rows; r++) {
      long to = y + (r & ROWS) * ys;
      FloatVector.zero(QUARTER).intoMemorySegment(ALL, to, ORDER);
      FloatVector.zero(QUARTER).intoMemorySegment(ALL, to + 16, ORDER);
    }
  }
}
