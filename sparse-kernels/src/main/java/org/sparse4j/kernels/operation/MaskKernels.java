package org.sparse4j.kernels.operation;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.Structure;

/**
 * Masks, and what N:M training does to numbers: soft thresholds and unbiased sampling.
 *
 * <p>Results are the same for every provider, register width and number of threads. Objects from
 * {@code Kernels.masks()} check operands: an {@code IllegalArgumentException} names what does not
 * fit, and nothing is touched then.
 */
public interface MaskKernels {

  /**
   * Sets the bits of the mask that {@link Structure#keepLargest} gives for the scores of x.
   *
   * <p>The vector provider has kernels for {@code NmStructure} with m of 2, 4, 8 or 16 (no wider
   * than a register), {@code VnmStructure}, {@code TransposableNm(2, 4)} (from 256 bits on) and
   * {@code Unstructured}. They allocate nothing once warm, where transposable tiles are whole and
   * finite and groups of V:N:M have at most 16 columns. Any other rule is asked itself, with a copy
   * of x.
   *
   * @param workspace scratch and threads
   * @param rule which positions are allowed
   * @param scoring what of a number is its score
   * @param x the numbers
   * @param words receives the bits as {@link Mask#words} holds them: {@code ceil(columns / 64)}
   *     words a row, all overwritten
   */
  void keepLargest(
      Workspace workspace, Structure rule, Scoring scoring, DenseMatrix x, long[] words);

  /**
   * Sets the bits of a mask for scores in an array.
   *
   * @param workspace scratch and threads
   * @param rule which positions are allowed
   * @param scoring what of a number is its score
   * @param rows number of rows
   * @param columns number of columns
   * @param x the numbers, row-major
   * @param words receives the bits, all words are overwritten
   */
  void keepLargest(
      Workspace workspace,
      Structure rule,
      Scoring scoring,
      int rows,
      int columns,
      float[] x,
      long[] words);

  /**
   * Says which kernel {@link #keepLargest} runs and what a call costs; {@link KernelInfo#explain}
   * makes a line of it.
   *
   * @param rule which positions are allowed
   * @param rows rows of x
   * @param columns columns of x
   * @return kernel, no operations, because comparisons are not counted, 4 bytes an element of x and
   *     8 a word of the mask
   * @throws IllegalArgumentException if rows or columns are negative
   */
  KernelInfo keepLargestInfo(Structure rule, int rows, int columns);

  /**
   * Says which kernel {@link #softThreshold} runs and what a call costs.
   *
   * @param rows rows of x
   * @param columns columns of x
   * @return kernel, 2 operations and 8 bytes an element
   * @throws IllegalArgumentException if rows or columns are negative
   */
  KernelInfo softThresholdInfo(int rows, int columns);

  /**
   * Says which kernel {@link #sample} runs and what a call costs.
   *
   * @param sampling which probabilities
   * @param rows rows of x
   * @param columns columns of x
   * @return kernel, 1 operation, the division by the probability, and 8 bytes an element
   * @throws IllegalArgumentException if rows or columns are negative
   */
  KernelInfo sampleInfo(GroupSampling sampling, int rows, int columns);

  /**
   * Returns the mask that a rule gives for the scores of x.
   *
   * @param workspace scratch and threads
   * @param rule which positions are allowed
   * @param scoring what of a number is its score
   * @param x the numbers
   * @return a new mask
   */
  default Mask mask(Workspace workspace, Structure rule, Scoring scoring, DenseMatrix x) {
    long[] words = new long[Math.multiplyExact(x.rows(), Math.ceilDiv(x.columns(), 64))];
    keepLargest(workspace, rule, scoring, x, words);
    return Mask.copyOf(x.rows(), x.columns(), words);
  }

  /**
   * Computes {@code y = scale S(x)}, the 2:4 soft threshold: of every four neighbours of a row
   * {@code S(x)_i = sign(x_i) max(|x_i| - t, 0)} with t the third largest |x|.
   *
   * <p>At most two of four stay, fewer where others tie with t; zeros are positive. A last group is
   * filled up with zeros. NaN counts as largest and stays NaN; where t is infinite or NaN,
   * arithmetic gives NaN.
   *
   * <p>Hu et al., S-STE: Continuous Pruning Function for Efficient 2:4 Sparse Pre-Training, 2024
   * (arXiv 2409.09099). The scale is computed once, at the start of training, by {@link
   * #softThresholdScale}: recomputing it makes it grow without bound.
   *
   * @param workspace threads
   * @param scale beta, finite and positive
   * @param x the numbers
   * @param y receives the result; may be x
   */
  void softThreshold(Workspace workspace, float scale, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code beta = <x, S(x)> / <S(x), S(x)>}, which minimises {@code |x - beta S(x)|}; in
   * float64, 1 where S(x) is zero and so every beta is as good.
   *
   * @param x the numbers
   * @return beta
   */
  double softThresholdScale(DenseMatrix x);

  /**
   * Keeps n of every m neighbours of a row at random, without bias; the others become zero.
   *
   * <p>Group number q, counted along rows and then down, takes its random numbers from the seed and
   * q alone: {@code mix(seed + (q' + 1) 0x9e3779b97f4a7c15)} with the finaliser of SplitMix64
   * (Steele, Lea and Flood, 2014) and {@code q' = q}, or 2 q and 2 q + 1 for two draws. Take a new
   * seed for every step. Probabilities are computed in float64; a group that holds an infinity or a
   * NaN becomes NaN.
   *
   * <p>For a gradient with a sample in each column, groups lie along the samples: the dimension
   * that the product with the inputs sums over.
   *
   * @param workspace threads
   * @param sampling which probabilities
   * @param seed of all random numbers
   * @param x the numbers
   * @param y receives the result; may be x
   */
  void sample(Workspace workspace, GroupSampling sampling, long seed, DenseMatrix x, DenseMatrix y);

  /**
   * Lists the columns of a row whose magnitude is not below a bound: {@code not |x_j| < bound}, so
   * NaN is listed.
   *
   * @param x the numbers
   * @param row a row of x
   * @param bound the least magnitude
   * @param columns receives the columns, ascending; as long as x is wide
   * @return how many there are
   */
  int atLeast(DenseMatrix x, int row, float bound, int[] columns);
}
