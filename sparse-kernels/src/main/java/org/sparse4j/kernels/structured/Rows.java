package org.sparse4j.kernels.structured;

import java.lang.foreign.MemorySegment;
import org.sparse4j.format.DenseMatrix;

/** Copies of rows between matrices of one width, padding included. */
final class Rows {

  private Rows() {}

  static void copy(DenseMatrix from, int row, DenseMatrix to, int target) {
    if (from.columns() == 0) {
      return; // such rows take no memory, not even an offset into it
    }
    MemorySegment.copy(
        from.segment(),
        4L * row * from.stride(),
        to.segment(),
        4L * target * to.stride(),
        4L * from.paddedColumns());
  }

  static void copy(DenseMatrix from, int row, DenseMatrix to, int target, int count) {
    for (int i = 0; i < count; i++) {
      copy(from, row + i, to, target + i);
    }
  }
}
