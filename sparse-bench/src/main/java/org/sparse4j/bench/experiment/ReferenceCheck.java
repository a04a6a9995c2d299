package org.sparse4j.bench.experiment;

/**
 * A figure and the bound it must keep.
 *
 * @param what what is measured
 * @param value what came out
 * @param bound the bound
 * @param atLeast whether the bound is the lowest allowed value; the highest otherwise
 */
record ReferenceCheck(String what, double value, double bound, boolean atLeast) {

  static ReferenceCheck atLeast(String what, double value, double bound) {
    return new ReferenceCheck(what, value, bound, true);
  }

  static ReferenceCheck atMost(String what, double value, double bound) {
    return new ReferenceCheck(what, value, bound, false);
  }

  boolean holds() {
    return atLeast ? value >= bound : value <= bound;
  }
}
