package org.sparse4j.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.memory.Padding;

/**
 * A matrix in the middle of NaN: the rows above and below, the columns before it and the gap behind
 * its padding. Whoever reads outside gets NaN, and whoever writes outside is found by {@link
 * #check}.
 */
final class Guarded {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  final DenseMatrix matrix;
  private final DenseMatrix parent;

  private Guarded(DenseMatrix parent, DenseMatrix matrix) {
    this.parent = parent;
    this.matrix = matrix;
  }

  static Guarded of(int rows, int columns, DoubleSupplier values) {
    // At least one more unit than the width, so that the stride leaves a gap.
    DenseMatrix memory = DenseMatrix.zeros(rows + 2, columns + 2 * Padding.UNIT);
    for (long i = 0; i < memory.segment().byteSize() / 4; i++) {
      memory.segment().setAtIndex(FLOAT, i, Float.NaN);
    }
    DenseMatrix matrix =
        DenseMatrix.wrap(cleared(memory, rows, columns), rows, columns, memory.stride());
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, (float) values.getAsDouble());
      }
    }
    return new Guarded(memory, matrix);
  }

  private static MemorySegment cleared(DenseMatrix memory, int rows, int columns) {
    long start = memory.stride() + (long) Padding.UNIT;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < Padding.width(columns); j++) {
        memory.segment().setAtIndex(FLOAT, start + (long) i * memory.stride() + j, 0);
      }
    }
    return memory.segment().asSlice(4 * start);
  }

  /** Small integers: sums of products are exact in float32 whatever the order. */
  static Guarded integers(int rows, int columns, Random random) {
    return of(rows, columns, () -> random.nextInt(9) - 4);
  }

  static Guarded normal(int rows, int columns, Random random) {
    return of(rows, columns, random::nextGaussian);
  }

  DenseVector vector() {
    return DenseVector.ofRow(matrix, 0);
  }

  /** Fails unless the padding is zero and everything around is as it was. */
  void check() {
    for (int i = 0; i < parent.rows(); i++) {
      for (int j = 0; j < parent.stride(); j++) {
        float value = parent.segment().getAtIndex(FLOAT, (long) i * parent.stride() + j);
        int row = i - 1;
        int column = j - Padding.UNIT;
        boolean inside = row >= 0 && row < matrix.rows() && column >= 0;
        if (inside && column >= matrix.columns() && column < matrix.paddedColumns()) {
          assertEquals(0f, value, "padding of row " + row + " at column " + column);
        } else if (!inside || column >= matrix.paddedColumns()) {
          assertTrue(Float.isNaN(value), "written at row " + row + ", column " + column);
        }
      }
    }
  }
}
