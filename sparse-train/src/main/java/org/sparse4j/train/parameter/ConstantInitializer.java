package org.sparse4j.train.parameter;

import java.util.Arrays;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;

/** One number everywhere. */
record ConstantInitializer(float value) implements Initializer {

  @Override
  public void fill(long seed, DenseMatrix weights) {
    weights.fill(value);
  }

  @Override
  public void fill(long seed, CsrMatrix weights) {
    Arrays.fill(weights.floatValues().array(), value);
    weights.values().markChanged();
  }
}
