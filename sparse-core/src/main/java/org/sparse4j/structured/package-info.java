/**
 * Structured matrices: block-diagonal, low-rank, butterfly, Monarch, permutations, sums and
 * products of these with each other and with sparse ones, and weights quantised with outliers
 * apart.
 *
 * <p>A {@link org.sparse4j.structured.StructuredMatrix} is computed from few numbers. Here are the
 * numbers, their order, how they start and how they are fitted to a dense matrix; products with
 * batches and their gradients belong to {@code org.sparse4j.kernels}. Matrices that list positions
 * and a number for each are in {@link org.sparse4j.format}.
 *
 * <pre>{@code
 * DenseMatrix w = DenseMatrix.zeros(64, 32);
 * w.set(3, 5, 2);
 * LowRankMatrix near = LowRankMatrix.fromDense(w, 1);       // best of rank 1
 * near.parameterCount();                                    // 96
 * MonarchMatrix monarch = MonarchMatrix.random(64, 32, 4, 42);
 * PermutationMatrix shuffle = PermutationMatrix.transposition(4, 8);
 * BlockDiagonalMatrix blocks = BlockDiagonalMatrix.random(64, 32, 4, 42);
 * ProductMatrix shuffled = ProductMatrix.of(blocks, shuffle);
 * SumMatrix sum = SumMatrix.of(monarch, near, shuffled);
 * sum.toDense();                                            // 64 x 32
 * }</pre>
 */
@NullMarked
package org.sparse4j.structured;

import org.jspecify.annotations.NullMarked;
