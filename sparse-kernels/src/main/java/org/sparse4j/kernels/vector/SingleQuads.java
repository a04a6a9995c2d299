package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.FLOAT;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.format.Values;

/**
 * {@code y = A x} over {@link CsrQuads}: the four rows of a slice are the lanes of a 128-bit
 * vector, into which four elements of x are inserted one by one.
 *
 * <p>For machines and matrices that {@link PermutedRows} does not suit. Four rows share one chain
 * of additions, one word holds four columns, and one load brings four values: a step of four
 * entries takes seven loads, where row by row it takes twelve. Sums are those of {@link CsrTiles},
 * but that columns from 2^16 on are summed apart.
 */
final class SingleQuads implements SingleLayout {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_128;

  private final CsrQuads quads;

  /**
   * Lays out rows.
   *
   * @param a any rows
   */
  SingleQuads(RowStream a) {
    quads = CsrQuads.single(a);
  }

  @Override
  public String kernel() {
    return "csr-quads-" + quads.tileColumns + quads.suffix();
  }

  @Override
  public int blocks() {
    return quads.blocks;
  }

  @Override
  public long scratchBytes() {
    return F.vectorByteSize();
  }

  @Override
  public long bytes() {
    return quads.bytes();
  }

  @Override
  public void refresh(Values changed) {
    quads.refresh(changed);
  }

  @Override
  public void multiply(int first, int end, long x, long y, long scratch) {
    CsrQuads a = quads;
    for (int t = 0; t < a.tiles; t++) {
      long tile = x + 4L * t * a.tileColumns;
      for (int b = first; b < end; b++) {
        int at = t * a.blocks + b;
        long to = y + 4L * a.blockStart[b];
        slices(a, a.sliceStart[at], a.sliceStart[at + 1], a.wordStart[at], tile, to, t, scratch);
      }
    }
  }

  private static void slices(
      CsrQuads a, int s, int sEnd, int k, long x, long y, int t, long scratch) {
    for (; s < sEnd; s++) {
      int end = k + a.counts[s];
      switch (a.packed().dtype) {
        case F32 -> slice(a.words, a.values, k, end, x, scratch);
        case BF16 -> halves(a.words, a.packed().halves, k, end, x, scratch);
        case I8 -> codes(a.words, a.packed().codes, a.packed().scales, 4 * s, k, end, x, scratch);
      }
      long rows = a.rows[s];
      long to0 = y + 4 * (rows & 0xffff);
      long to1 = y + 4 * (rows >>> 16 & 0xffff);
      long to2 = y + 4 * (rows >>> 32 & 0xffff);
      long to3 = y + 4 * (rows >>> 48);
      // All four are read before the first is written: a row that is repeated is stored twice.
      float sum0 = DenseMemory.get(scratch);
      float sum1 = DenseMemory.get(scratch + 4);
      float sum2 = DenseMemory.get(scratch + 8);
      float sum3 = DenseMemory.get(scratch + 12);
      if (t > 0) {
        sum0 += DenseMemory.get(to0);
        sum1 += DenseMemory.get(to1);
        sum2 += DenseMemory.get(to2);
        sum3 += DenseMemory.get(to3);
      }
      DenseMemory.set(to0, sum0);
      DenseMemory.set(to1, sum1);
      DenseMemory.set(to2, sum2);
      DenseMemory.set(to3, sum3);
      k = end;
    }
  }

  private static void slice(long[] words, float[] values, int k, int end, long x, long sums) {
    x &= ADDRESS;
    FloatVector a = FloatVector.zero(F);
    for (; k < end; k++) {
      long w = words[k];
      a =
          FloatVector.broadcast(F, ALL.get(FLOAT, x + ((w & 0xffff) << 2)))
              .withLane(1, ALL.get(FLOAT, x + ((w >>> 16 & 0xffff) << 2)))
              .withLane(2, ALL.get(FLOAT, x + ((w >>> 32 & 0xffff) << 2)))
              .withLane(3, ALL.get(FLOAT, x + ((w >>> 48) << 2)))
              .fma(FloatVector.fromArray(F, values, 4 * k), a);
    }
    a.intoMemorySegment(ALL, sums & ADDRESS, ORDER);
  }

  /** The same with bfloat16: the upper halves of the numbers. */
  private static void halves(long[] words, short[] values, int k, int end, long x, long sums) {
    x &= ADDRESS;
    FloatVector a = FloatVector.zero(F);
    for (; k < end; k++) {
      long w = words[k];
      a =
          FloatVector.broadcast(F, ALL.get(FLOAT, x + ((w & 0xffff) << 2)))
              .withLane(1, ALL.get(FLOAT, x + ((w >>> 16 & 0xffff) << 2)))
              .withLane(2, ALL.get(FLOAT, x + ((w >>> 32 & 0xffff) << 2)))
              .withLane(3, ALL.get(FLOAT, x + ((w >>> 48) << 2)))
              .fma(
                  ((IntVector)
                          ShortVector.fromArray(ShortVector.SPECIES_64, values, 4 * k)
                              .convertShape(
                                  VectorOperators.ZERO_EXTEND_S2I, IntVector.SPECIES_128, 0))
                      .lanewise(VectorOperators.LSHL, 16)
                      .reinterpretAsFloats(),
                  a);
    }
    a.intoMemorySegment(ALL, sums & ADDRESS, ORDER);
  }

  /** The same with bytes and a scale for each of the four rows. */
  private static void codes(
      long[] words, byte[] values, float[] scales, int scale, int k, int end, long x, long sums) {
    FloatVector factor = FloatVector.fromArray(F, scales, scale);
    x &= ADDRESS;
    FloatVector a = FloatVector.zero(F);
    for (; k < end; k++) {
      long w = words[k];
      a =
          FloatVector.broadcast(F, ALL.get(FLOAT, x + ((w & 0xffff) << 2)))
              .withLane(1, ALL.get(FLOAT, x + ((w >>> 16 & 0xffff) << 2)))
              .withLane(2, ALL.get(FLOAT, x + ((w >>> 32 & 0xffff) << 2)))
              .withLane(3, ALL.get(FLOAT, x + ((w >>> 48) << 2)))
              .fma(
                  ((FloatVector)
                          ByteVector.fromArray(ByteVector.SPECIES_64, values, 4 * k)
                              .convertShape(VectorOperators.B2F, F, 0))
                      .mul(factor),
                  a);
    }
    a.intoMemorySegment(ALL, sums & ADDRESS, ORDER);
  }
}
