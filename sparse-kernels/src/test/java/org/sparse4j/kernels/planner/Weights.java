package org.sparse4j.kernels.planner;

import java.util.SplittableRandom;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.mask.Mask;

/** Matrices to plan for. */
final class Weights {

  private Weights() {}

  /** Positions that are kept hold numbers from -1 to 1, none of them 0. */
  static CsrMatrix of(Mask mask, long seed) {
    return CsrMatrix.fromDense(numbers(mask.rows(), mask.columns(), seed), mask);
  }

  static DenseMatrix numbers(int rows, int columns, long seed) {
    DenseMatrix dense = DenseMatrix.zeros(rows, columns);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double number = random.nextDouble(0.1, 1);
        dense.set(i, j, (float) (random.nextBoolean() ? number : -number));
      }
    }
    return dense;
  }

  static Mask random(int rows, int columns, double density, long seed) {
    return Mask.random(rows, columns, Math.round(density * rows * columns), seed);
  }
}
