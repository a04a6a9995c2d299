package org.sparse4j.train.parameter;

import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.random.Streams;

/** Row i from N(0, gain / stored positions of row i). */
record NormalInitializer(double gain) implements Initializer {

  NormalInitializer {
    if (!(gain > 0)) {
      throw new IllegalArgumentException("Initializer.normal: gain (" + gain + ") must be above 0");
    }
  }

  @Override
  public void fill(long seed, DenseMatrix weights) {
    double deviation = Math.sqrt(gain / weights.columns());
    for (int i = 0; i < weights.rows(); i++) {
      for (int j = 0; j < weights.columns(); j++) {
        weights.set(i, j, draw(seed, i, j, weights.columns(), deviation));
      }
    }
  }

  @Override
  public void fill(long seed, CsrMatrix weights) {
    CsrPattern pattern = weights.pattern();
    float[] values = weights.floatValues().array();
    pattern.forEach((index, row, column) -> {
      int stored = pattern.rowStart(row + 1) - pattern.rowStart(row);
      values[index] = draw(seed, row, column, pattern.columns(), Math.sqrt(gain / stored));
    });
    weights.values().markChanged();
  }

  /** The draw at a position does not depend on the mask, only its scale does. */
  static float draw(long seed, int row, int column, int columns, double deviation) {
    return (float) (deviation * Streams.normal(seed, (long) row * columns + column));
  }
}
