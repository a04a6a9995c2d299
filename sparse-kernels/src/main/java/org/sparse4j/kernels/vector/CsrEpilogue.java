package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** What is left to do to finished rows of Y while they are still in cache. */
final class CsrEpilogue {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final int LANES = F.length();
  private static final int S = F.vectorByteSize();

  private CsrEpilogue() {}

  /**
   * Sets each row of a panel to one number.
   *
   * @param bias address of the first row's number
   * @param y address of the panel's first row
   * @param ys bytes between rows
   * @param rows number of rows
   * @param bytes bytes of a row of the panel, a multiple of a vector
   */
  static void fill(long bias, long y, long ys, int rows, int bytes) {
    for (int i = 0; i < rows; i++, y += ys) {
      fillRow(DenseMemory.get(bias + 4L * i), y, bytes);
    }
  }

  private static void fillRow(float value, long y, int bytes) {
    FloatVector v = FloatVector.broadcast(F, value);
    for (int j = 0; j < bytes; j += S) {
      v.intoMemorySegment(ALL, (y & ADDRESS) + j, ORDER);
    }
  }

  /**
   * Applies {@code max(y, 0)} to rows of a panel; NaN stays.
   *
   * @param y address of the panel's first row
   * @param ys bytes between rows
   * @param rows number of rows
   * @param bytes bytes of a row of the panel, a multiple of a vector
   */
  static void relu(long y, long ys, int rows, int bytes) {
    for (int i = 0; i < rows; i++, y += ys) {
      reluRow(y, bytes);
    }
  }

  private static void reluRow(long y, int bytes) {
    for (int j = 0; j < bytes; j += S) {
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, (y & ADDRESS) + j, ORDER);
      v.max(0).intoMemorySegment(ALL, (y & ADDRESS) + j, ORDER);
    }
  }

  /**
   * Sets the padding of rows to zero.
   *
   * @param y address of the first row
   * @param ys bytes between rows
   * @param rows number of rows
   * @param columns columns that are not padding
   */
  static void zeroPadding(long y, long ys, int rows, int columns) {
    int first = columns & -LANES;
    int kept = columns - first;
    int width = (columns + 15) & -16;
    for (int i = 0; i < rows; i++, y += ys) {
      if (kept > 0) {
        zeroAfter(y + 4L * first, kept);
      }
      for (int j = kept > 0 ? first + LANES : first; j < width; j += LANES) {
        FloatVector.zero(F).intoMemorySegment(ALL, (y & ADDRESS) + 4L * (j & 0x7fffffff), ORDER);
      }
    }
  }

  private static void zeroAfter(long y, int kept) {
    VectorMask<Float> mask = VectorMask.fromLong(F, (1L << kept) - 1);
    FloatVector v = FloatVector.fromMemorySegment(F, ALL, y & ADDRESS, ORDER);
    // Blended, not multiplied: what is in the padding may be NaN.
    FloatVector.zero(F).blend(v, mask).intoMemorySegment(ALL, y & ADDRESS, ORDER);
  }

  /**
   * Adds a bias to elements of a vector and applies {@code max(y, 0)}.
   *
   * @param y address of the vector
   * @param first first element
   * @param end end of the elements
   * @param bias address of the bias, or 0 for none
   * @param relu whether to cut off at zero
   */
  static void finish(long y, int first, int end, long bias, boolean relu) {
    if (bias == 0 && !relu) {
      return;
    }
    for (int i = first; i < end; i++) {
      float v = DenseMemory.get(y + 4L * i);
      if (bias != 0) {
        v += DenseMemory.get(bias + 4L * i);
      }
      DenseMemory.set(y + 4L * i, relu ? Math.max(v, 0) : v);
    }
  }
}
