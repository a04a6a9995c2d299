/**
 * Laws of loss, and the recipe that follows from them: how good a network of so many weights gets
 * with so much data, how sparse it should be for a given training cost, when to prune.
 *
 * <pre>{@code
 * SparseScalingLaw law = SparseScalingLaw.textTransformers();
 * law.loss(0.75, 84.9, 10);                            // 85 million weights left of 340
 * law.optimalSparsity(84.9, 10);                       // 0.69 at this training cost
 * PruningRecipe recipe = PruningRecipe.cubic(0.8);     // dense 25 % of the cost, pruning 50 %
 * recipe.meanDensity();                                // 0.36
 * }</pre>
 *
 * <p>Constants of published laws hold for their models and data. Others are fitted from runs of
 * one's own with {@code fit}.
 */
@NullMarked
package org.sparse4j.train.law;

import org.jspecify.annotations.NullMarked;
