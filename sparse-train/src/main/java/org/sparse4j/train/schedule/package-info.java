/**
 * When masks change and by how much.
 *
 * <pre>{@code
 * UpdateSchedule updates = Every.steps(100).until(0.75);
 * DropFraction fraction = Cosine.from(0.3);
 * if (updates.fires(step, lastUpdate, totalSteps)) {
 *   double dropped = fraction.at(step, updates.begin(), updates.end(totalSteps));
 * }
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.schedule;

import org.jspecify.annotations.NullMarked;
