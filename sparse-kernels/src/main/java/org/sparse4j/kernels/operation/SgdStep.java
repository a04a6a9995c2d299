package org.sparse4j.kernels.operation;

/**
 * One step of stochastic gradient descent: {@code g' = g + decay w; v = momentum v + g'; w -= rate
 * v}, or with Nesterov {@code w -= rate (g' + momentum v)} (Sutskever et al., On the importance of
 * initialization and momentum in deep learning, 2013, in the form all frameworks use).
 *
 * @param rate learning rate
 * @param momentum momentum factor, 0 for none (the momentum array is then neither read nor written)
 * @param nesterov whether to look ahead
 * @param decay L2 factor added to the gradient
 */
public record SgdStep(float rate, float momentum, boolean nesterov, float decay) {}
