/**
 * How the positions of sparse layers change during training.
 *
 * <pre>{@code
 * LayerRule rule = RigL.dropFraction(Cosine.from(0.3));
 * Remap remap = rule.update(LayerView.of(weight, workspace, seed), new UpdatePoint(100, 0, 7020));
 * weight.replace(remap);
 * slots.remap(remap);
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.update;

import org.jspecify.annotations.NullMarked;
