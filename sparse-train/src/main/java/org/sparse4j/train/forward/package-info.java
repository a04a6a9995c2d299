/**
 * How the weights of a product follow from dense ones that are trained: pruned, soft-thresholded,
 * fading. What the field calls N:M training with a straight-through estimator is put together from
 * these parts, a decay of pruned weights and an optimizer.
 *
 * <pre>{@code
 * NmStructure half = new NmStructure(2, 4);
 * ForwardRule ste = ForwardRule.prune(half); // every forward pass prunes anew
 * ForwardRule fading = ForwardRule.prune(half).fading(Fade.exponential(2e-4));
 * ForwardRule steps = ForwardRule.prune(Frames.stepwise(1, 16));
 * Sequential model = Sequential.of(MaskedLinear.of(784, 300, ste), ActivationLayer.relu(),
 *     Linear.of(300, 10));
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.forward;

import org.jspecify.annotations.NullMarked;
