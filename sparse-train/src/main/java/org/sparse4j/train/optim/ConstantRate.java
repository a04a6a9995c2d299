package org.sparse4j.train.optim;

/** One rate for all steps; a record, so that optimizers print and compare well. */
record ConstantRate(double rate) implements LearningRate {

  @Override
  public double at(long step) {
    return rate;
  }

  @Override
  public String toString() {
    return Double.toString(rate);
  }
}
