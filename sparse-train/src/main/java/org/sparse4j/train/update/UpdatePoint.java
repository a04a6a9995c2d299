package org.sparse4j.train.update;

/**
 * Where in the training an update takes place.
 *
 * @param step weight steps taken so far
 * @param begin first step at which positions may change
 * @param end last step at which positions may change
 * @param isLast whether no update follows: true before {@code end} if the interval of updates does
 *     not divide what is left
 */
public record UpdatePoint(long step, long begin, long end, boolean isLast) {

  /**
   * An update that is the last one if it takes place at the end.
   *
   * @param step weight steps taken so far
   * @param begin first step at which positions may change
   * @param end last step at which positions may change
   */
  public UpdatePoint(long step, long begin, long end) {
    this(step, begin, end, step >= end);
  }
}
