/**
 * Floating-point operations of networks and trainings, counted as the papers on sparse training
 * count them: multiplications and additions of products, a backward pass costing two forward ones.
 *
 * <p>What was spent is in {@code Report.flops}; what a method would cost follows from the network:
 *
 * <pre>{@code
 * Sequential model = Sequential.of(Linear.of(784, 300), ActivationLayer.relu(), Linear.of(300, 10));
 * model.initialise(42);
 * NetworkFlops dense = NetworkFlops.of(model, 784);
 * NetworkFlops sparse = dense.withDensity("0.weight", 0.1);
 * RunFlops run = sparse.training(MethodFlops.rigL(100), 60_000 * 20.0);
 * run.ratio();                                        // of a dense training on as many samples
 * }</pre>
 *
 * <p>Not for run times: those depend on kernels, shapes and machine.
 */
@NullMarked
package org.sparse4j.train.flops;

import org.jspecify.annotations.NullMarked;
