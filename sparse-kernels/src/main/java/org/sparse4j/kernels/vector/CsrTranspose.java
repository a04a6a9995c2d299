package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes batch-major samples into a feature-major panel and back, in square blocks of vectors;
 * what does not fill a block goes through a strip of one block.
 */
final class CsrTranspose {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();

  /** Rows and columns of a block. */
  static final int LANES = F.length();

  private static final int S = 4 * LANES;

  private CsrTranspose() {}

  /**
   * Copies features of samples into the rows of a panel; samples that are missing to a multiple of
   * 16 become zeros.
   *
   * @param x address of the first sample
   * @param xRow bytes from sample to sample
   * @param xColumn bytes from feature to feature
   * @param samples number of samples
   * @param first first feature, a multiple of 16
   * @param end end of the features
   * @param panel address of the panel's row 0; rows up to the next multiple of 16 are written
   * @param stride bytes from row to row
   * @param strip address of one block of scratch
   */
  static void in(
      long x,
      long xRow,
      long xColumn,
      int samples,
      int first,
      int end,
      long panel,
      long stride,
      long strip) {
    int width = (samples + 15) & -16;
    for (int f = first; f < end; f += LANES) {
      int features = Math.min(LANES, end - f);
      for (int t = 0; t < width; t += LANES) {
        int count = Math.clamp(samples - t, 0, LANES);
        long from = x + t * xRow + f * xColumn;
        long to = panel + f * stride + 4L * t;
        if (xColumn == 4 && count == LANES && features == LANES) {
          DenseTranspose.block(from, xRow, to, stride);
        } else {
          fill(from, xRow, xColumn, count, features, strip);
          DenseTranspose.block(strip, S, to, stride);
        }
      }
    }
  }

  /** Copies a part of a block into a strip, with zeros around it. */
  private static void fill(long x, long xRow, long xColumn, int count, int features, long strip) {
    for (int t = 0; t < LANES; t++) {
      long to = strip + (long) t * S;
      if (t < count && features == LANES && xColumn == 4) {
        copy(x + t * xRow, to);
        continue;
      }
      zero(to);
      for (int f = 0; f < features && t < count; f++) {
        DenseMemory.set(to + 4L * f, DenseMemory.get(x + t * xRow + f * xColumn));
      }
    }
  }

  /**
   * Copies rows of a panel into batch-major samples, with zeros in the padding.
   *
   * @param panel address of the panel's row 0; rows up to a multiple of 16 may be read
   * @param stride bytes from row to row
   * @param samples number of samples
   * @param first first output, a multiple of 16
   * @param end end of the outputs
   * @param y address of the first sample
   * @param yRow bytes from sample to sample
   * @param strip address of one block of scratch
   */
  static void out(
      long panel, long stride, int samples, int first, int end, long y, long yRow, long strip) {
    int padded = (end + 15) & -16;
    for (int i = end; i < padded; i++) {
      for (int t = 0; t < samples; t += LANES) {
        zero(panel + i * stride + 4L * t);
      }
    }
    for (int t = 0; t < samples; t += LANES) {
      int count = Math.min(LANES, samples - t);
      for (int i = first; i < padded; i += LANES) {
        long from = panel + i * stride + 4L * t;
        long to = y + t * yRow + 4L * i;
        if (count == LANES) {
          DenseTranspose.block(from, stride, to, yRow);
        } else {
          DenseTranspose.block(from, stride, strip, S);
          for (int s = 0; s < count; s++) {
            copy(strip + (long) s * S, to + s * yRow);
          }
        }
      }
    }
  }

  private static void copy(long from, long to) {
    FloatVector.fromMemorySegment(F, ALL, from & ADDRESS, ORDER)
        .intoMemorySegment(ALL, to & ADDRESS, ORDER);
  }

  private static void zero(long to) {
    FloatVector.zero(F).intoMemorySegment(ALL, to & ADDRESS, ORDER);
  }
}
