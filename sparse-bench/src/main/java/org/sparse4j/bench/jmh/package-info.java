/**
 * The raced products as JMH benchmarks, one class per operation.
 *
 * <p>Methods of one class do the same work on the same operands; the contestant is a parameter, and
 * its result is checked before it is timed. Where ratios matter, a race is the better instrument:
 * JMH runs contestants one after the other, and a shared machine changes its speed meanwhile.
 */
@NullMarked
package org.sparse4j.bench.jmh;

import org.jspecify.annotations.NullMarked;
