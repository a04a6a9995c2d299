package org.sparse4j.train;

import org.sparse4j.train.autograd.OperationSink;
import org.sparse4j.train.flops.RunFlops;

/** Adds up the operations of one batch. */
final class OperationTally implements OperationSink {

  private double forward;
  private double backward;
  private double dense;

  void clear() {
    forward = 0;
    backward = 0;
    dense = 0;
  }

  @Override
  public void product(String name, double full, double ahead, double back) {
    forward += ahead;
    backward += back;
    dense += back > 0 ? RunFlops.DENSE_PASSES * full : full;
  }

  /** Positions that a rule looked at besides the stored ones. */
  void search(double operations) {
    backward += operations;
  }

  RunFlops addTo(RunFlops sum) {
    return sum.plus(new RunFlops(forward, backward, dense));
  }
}
