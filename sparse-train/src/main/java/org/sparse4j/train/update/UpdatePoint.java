package org.sparse4j.train.update;

/**
 * Where in the training an update takes place.
 *
 * @param step weight steps taken so far
 * @param begin first step at which positions may change
 * @param end last step at which positions may change
 */
public record UpdatePoint(long step, long begin, long end) {}
