/**
 * Which positions a sparse network starts with: at random, or by looking at weights and data once,
 * before training.
 *
 * <pre>{@code
 * Sparsifier snip =
 *     Sparsifier.builder()
 *         .distribution(Uniform.sparsity(0.95))     // how many weights are left in all
 *         .firstMasks(Snip.batches(1))              // which ones
 *         .seed(42)
 *         .build();
 * Report report = Trainer.of(model).sparsifier(snip).optimizer(sgd).seed(42).fit(train, test);
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.initial;

import org.jspecify.annotations.NullMarked;
