/**
 * Optimizers, learning rates and gradient clipping.
 *
 * <p>An {@link org.sparse4j.train.optim.Optimizer} is configuration: immutable and shareable.
 * {@link org.sparse4j.train.optim.OptimizerState} is an optimizer at work on the parameters of one
 * model: step count and slots, the part that a checkpoint saves. A sparse parameter's slots have
 * one number a stored position and move with its pattern.
 *
 * <pre>{@code
 * Optimizer sgd = Sgd.rate(LearningRate.cosine(0.1, 9360)).momentum(0.9).withNesterov().l2(5e-4);
 * OptimizerState state = sgd.start(model.parameters());
 * state.clip(GradientClipping.norm(1));
 * // after tape.backward(loss):
 * state.step(tape.kernels(), tape.workspace());
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.optim;

import org.jspecify.annotations.NullMarked;
