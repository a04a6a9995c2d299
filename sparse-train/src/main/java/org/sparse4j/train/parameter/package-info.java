/**
 * What training changes: parameters with their gradients, how they start, and the state an
 * optimizer keeps for them.
 *
 * <p>A {@link org.sparse4j.train.parameter.DenseParameter} is a matrix. A {@link
 * org.sparse4j.train.parameter.SparseParameter} is a sparse matrix whose gradient and optimizer
 * state have one number a stored position; when its pattern changes, one {@code Remap} is applied
 * to all of them. A {@link org.sparse4j.train.parameter.ValuesParameter} holds the numbers of a
 * linear operator of your own. The package knows nothing of layers, tapes or optimizers.
 *
 * <pre>{@code
 * SparseParameter weight = SparseParameter.of("fc1.weight", matrix);
 * Slots slots = Slots.of(weight, "momentum");
 * Remap remap = Remap.between(weight.pattern(), newPattern);
 * weight.replace(remap);                    // kept weights stay, grown ones are 0
 * slots.remap(remap);                       // so does their momentum
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.parameter;

import org.jspecify.annotations.NullMarked;
