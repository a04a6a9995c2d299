package org.sparse4j.train.parameter;

import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;

/** Every weight from N(0, deviation^2), however many its row stores. */
record DeviationInitializer(double deviation) implements Initializer {

  DeviationInitializer {
    if (!(deviation >= 0 && deviation < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Initializer.deviation: deviation (" + deviation + ") must be finite and not negative");
    }
  }

  @Override
  public void fill(long seed, DenseMatrix weights) {
    for (int i = 0; i < weights.rows(); i++) {
      for (int j = 0; j < weights.columns(); j++) {
        weights.set(i, j, NormalInitializer.draw(seed, i, j, weights.columns(), deviation));
      }
    }
  }

  @Override
  public void fill(long seed, CsrMatrix weights) {
    float[] values = weights.floatValues().array();
    int columns = weights.columns();
    weights
        .pattern()
        .forEach((index, row, column) ->
            values[index] = NormalInitializer.draw(seed, row, column, columns, deviation));
    weights.values().markChanged();
  }
}
