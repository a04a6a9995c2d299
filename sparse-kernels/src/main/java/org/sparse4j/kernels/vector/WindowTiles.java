package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.OFFSET;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code Y = X A^T} over {@link WindowRows} for eight samples, batch-major: sixteen elements of
 * each sample wait in a register, and a permute takes to sixteen rows what each of them reads.
 *
 * <p>Sums go in ascending order of the columns with fused multiply-adds, as those of {@link
 * CsrTiles} do.
 *
 * <p>The loop over the entries of a window counts by shifting a bit out. C2 unrolls a loop that
 * counts as usual, in some runs and not in others, computes all its permutes first and spills them:
 * 31 to 34 GFLOP/s instead of 70 to 78 (2:4, 3072x768, Zen 4), and so did the steps written out.
 */
final class WindowTiles {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;

  /** Samples of a tile. */
  static final int SAMPLES = 8;

  /** Whether this machine has registers for sixteen floats. */
  static final boolean AVAILABLE = DenseSpecies.floats().length() == WindowRows.SIZE;

  private static final int S = 64;

  /** Keeps every bit of a stride and shows that eight of them cannot overflow. */
  private static final long STRIDE = (1L << 40) - 1;

  private WindowTiles() {}

  /**
   * Computes some outputs of eight samples.
   *
   * @param a the layout
   * @param first first group of rows
   * @param end end of the groups
   * @param x address of the first sample
   * @param xs bytes between samples
   * @param y address of the first sample's outputs
   * @param ys bytes between samples
   */
  static void multiply(WindowRows a, int first, int end, long x, long xs, long y, long ys) {
    int windows = a.columns / WindowRows.SIZE;
    int bit = 1 << (a.steps - 1);
    for (int g = first; g < end; g++) {
      long places = a.places.address() + (long) S * g * windows;
      long values = a.values.address() + (long) S * g * windows * a.steps;
      tile(windows, bit, places, values, x, xs, y + (long) S * g, ys);
    }
  }

  private static void tile(
      int windows, int bit, long places, long values, long x, long xs, long y, long ys) {
    places &= ADDRESS;
    x &= ADDRESS;
    y &= ADDRESS;
    xs &= STRIDE;
    ys &= STRIDE;
    FloatVector a0 = FloatVector.zero(F),
        a1 = a0,
        a2 = a0,
        a3 = a0,
        a4 = a0,
        a5 = a0,
        a6 = a0,
        a7 = a0;
    for (int c = 0; c < windows; c++) {
      long o = S * (long) (c & OFFSET);
      long p = x + o;
      IntVector at = IntVector.fromMemorySegment(I, ALL, places + o, ORDER);
      IntVector x0 = IntVector.fromMemorySegment(I, ALL, p, ORDER);
      IntVector x1 = IntVector.fromMemorySegment(I, ALL, p + xs, ORDER);
      IntVector x2 = IntVector.fromMemorySegment(I, ALL, p + 2 * xs, ORDER);
      IntVector x3 = IntVector.fromMemorySegment(I, ALL, p + 3 * xs, ORDER);
      IntVector x4 = IntVector.fromMemorySegment(I, ALL, p + 4 * xs, ORDER);
      IntVector x5 = IntVector.fromMemorySegment(I, ALL, p + 5 * xs, ORDER);
      IntVector x6 = IntVector.fromMemorySegment(I, ALL, p + 6 * xs, ORDER);
      IntVector x7 = IntVector.fromMemorySegment(I, ALL, p + 7 * xs, ORDER);
      for (int left = bit; left != 0; left >>>= 1) {
        FloatVector w = FloatVector.fromMemorySegment(F, ALL, values & ADDRESS, ORDER);
        a0 = at.selectFrom(x0).reinterpretAsFloats().fma(w, a0);
        a1 = at.selectFrom(x1).reinterpretAsFloats().fma(w, a1);
        a2 = at.selectFrom(x2).reinterpretAsFloats().fma(w, a2);
        a3 = at.selectFrom(x3).reinterpretAsFloats().fma(w, a3);
        a4 = at.selectFrom(x4).reinterpretAsFloats().fma(w, a4);
        a5 = at.selectFrom(x5).reinterpretAsFloats().fma(w, a5);
        a6 = at.selectFrom(x6).reinterpretAsFloats().fma(w, a6);
        a7 = at.selectFrom(x7).reinterpretAsFloats().fma(w, a7);
        at = at.lanewise(VectorOperators.LSHR, 4);
        values += S;
      }
    }
    a0.intoMemorySegment(ALL, y, ORDER);
    a1.intoMemorySegment(ALL, y + ys, ORDER);
    a2.intoMemorySegment(ALL, y + 2 * ys, ORDER);
    a3.intoMemorySegment(ALL, y + 3 * ys, ORDER);
    a4.intoMemorySegment(ALL, y + 4 * ys, ORDER);
    a5.intoMemorySegment(ALL, y + 5 * ys, ORDER);
    a6.intoMemorySegment(ALL, y + 6 * ys, ORDER);
    a7.intoMemorySegment(ALL, y + 7 * ys, ORDER);
  }
}
