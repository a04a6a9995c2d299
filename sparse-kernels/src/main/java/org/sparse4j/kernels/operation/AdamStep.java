package org.sparse4j.kernels.operation;

/**
 * One step of Adam (Kingma and Ba, 2014, arXiv 1412.6980, algorithm 1): {@code g' = g + l2 w; m =
 * beta1 m + (1 - beta1) g'; v = beta2 v + (1 - beta2) g'^2; w -= rate (m / c1) / (sqrt(v / c2) +
 * epsilon)} with {@code c = 1 - beta^step}; before it, decoupled decay {@code w -= rate decay w}
 * (Loshchilov and Hutter, 2017, arXiv 1711.05101).
 *
 * @param rate learning rate
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root
 * @param l2 factor added to the gradient (Adam with L2)
 * @param decay decoupled weight decay (AdamW)
 * @param step number of this step, from 1, for the bias corrections
 */
public record AdamStep(
    float rate, float beta1, float beta2, float epsilon, float l2, float decay, long step) {}
