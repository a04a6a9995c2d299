package org.sparse4j.bench.race;

/** Read access to what a contestant computed. */
@FunctionalInterface
public interface Elements {
  /**
   * One element of the result.
   *
   * @param row row of the result
   * @param column column of the result
   * @return the value the contestant left there
   */
  float at(int row, int column);
}
