package org.sparse4j.kernels.spi;

import org.sparse4j.format.DenseMatrix;

/**
 * Work of known size that does nothing else: timed, it gives the two ceilings of the roofline model
 * (Williams, Waterman and Patterson, 2009) for the registers a provider uses.
 *
 * <p>Stateless and safe to share; allocates nothing once warm.
 */
public interface SpeedProbe {

  /**
   * Multiplies and adds in registers, in chains that do not wait for each other.
   *
   * @param steps length of each chain
   * @return what the chains come to, so that no compiler drops them
   */
  float multiplyAdds(int steps);

  /**
   * Returns the size of a step of all chains.
   *
   * @return floating-point operations; a multiply-add counts as two
   */
  long flopsPerStep();

  /**
   * Adds up rows of a matrix and so reads them from wherever they are.
   *
   * @param x the matrix
   * @param from first row
   * @param to row after the last
   * @return the sum, in no particular order
   */
  float read(DenseMatrix x, int from, int to);
}
