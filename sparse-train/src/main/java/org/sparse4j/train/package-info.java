/**
 * Assembles and runs sparse training.
 *
 * <p>A {@link org.sparse4j.train.Sparsifier} says how a network becomes and stays sparse, a {@link
 * org.sparse4j.train.Trainer} collects the settings of a training, a {@link
 * org.sparse4j.train.Training} is one at work: it can be cancelled, watched, saved and resumed. The
 * parts (distributions, schedules, saliencies, update rules, layers, optimizers) live in packages
 * of their own; with {@link org.sparse4j.train.SparsifierState} they also serve a training loop of
 * your own. Nothing here prunes a trained network in one shot.
 *
 * <pre>{@code
 * Sequential model =
 *     Sequential.of(SparseLinear.of(784, 300), relu(), SparseLinear.of(300, 100), relu(), SparseLinear.of(100, 10));
 * Sparsifier rigL =
 *     Sparsifier.builder()
 *         .distribution(ErdosRenyiKernel.sparsity(0.9))
 *         .updates(Every.steps(100).until(0.75))
 *         .rule(RigL.dropFraction(Cosine.from(0.3)))
 *         .seed(42)
 *         .build();
 * Report report =
 *     Trainer.of(model).sparsifier(rigL).optimizer(AdamW.rate(1e-3)).epochs(20).seed(42).fit(train, test);
 * Weights.save(model, Path.of("model.safetensors"));
 * }</pre>
 */
@NullMarked
package org.sparse4j.train;

import org.jspecify.annotations.NullMarked;
