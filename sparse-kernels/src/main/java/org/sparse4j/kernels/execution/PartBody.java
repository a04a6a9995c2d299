package org.sparse4j.kernels.execution;

/** The body of a parallel loop over parts. */
@FunctionalInterface
public interface PartBody {

  /**
   * Does one part of the work.
   *
   * @param part number of the part, from 0
   */
  void run(int part);
}
