package org.sparse4j.train.flops;

/**
 * Floating-point operations of a training.
 *
 * @param forward of all forward passes
 * @param backward of all gradients, those that rules looked at for positions to grow included
 * @param dense what the same passes would cost with dense weights, {@code 3 f_D} a sample
 */
public record RunFlops(double forward, double backward, double dense) {

  /** Forward passes that a dense forward and backward pass cost together. */
  public static final int DENSE_PASSES = 3;

  /** Nothing was done yet. */
  public static final RunFlops NONE = new RunFlops(0, 0, 0);

  /**
   * Returns all of them.
   *
   * @return forward and backward operations
   */
  public double total() {
    return forward + backward;
  }

  /**
   * Returns the cost in terms of the dense network.
   *
   * @return {@code total / dense}; 1 if nothing was done
   */
  public double ratio() {
    return dense == 0 ? 1 : total() / dense;
  }

  /**
   * Adds another part of a training.
   *
   * @param other the part
   * @return the sums
   */
  public RunFlops plus(RunFlops other) {
    return new RunFlops(forward + other.forward, backward + other.backward, dense + other.dense);
  }
}
