package org.sparse4j.train.law;

/** A loss as a function of positive constants, given by their logarithms, and of what was set. */
@FunctionalInterface
interface Formula {

  /**
   * Computes the loss.
   *
   * @param constants logarithms of the constants
   * @param settings what a run was made with
   * @param gradient receives the derivative by every logarithm
   * @return the loss
   */
  double value(double[] constants, double[] settings, double[] gradient);
}
