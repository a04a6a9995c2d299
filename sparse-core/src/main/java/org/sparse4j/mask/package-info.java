/**
 * Which positions of a matrix are kept, and the rules such a choice may have to obey.
 *
 * <p>A {@link org.sparse4j.mask.Mask} is one bit a position, set where a weight is kept; a {@link
 * org.sparse4j.mask.Structure} is a rule (any positions, N of every M along a row, whole blocks)
 * with its check and its projection; {@link org.sparse4j.mask.GlobalTopK} selects over several
 * layers at once. Nothing here knows about values or storage.
 *
 * <pre>{@code
 * Mask mask = Mask.random(300, 784, 23_520, 42);            // exactly 23,520 positions
 * mask.count();                                             // 23520
 * Mask half = new NmStructure(2, 4).keepLargest(4, 8, scores);
 * new NmStructure(2, 4).check(half);                        // throws where the rule is broken
 * }</pre>
 */
@NullMarked
package org.sparse4j.mask;

import org.jspecify.annotations.NullMarked;
