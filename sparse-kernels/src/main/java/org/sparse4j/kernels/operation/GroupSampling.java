package org.sparse4j.kernels.operation;

import java.util.Objects;

/**
 * How n of every m neighbouring numbers of a row are kept at random so that the result equals the
 * input on average: a kept number x is divided by the probability p of being kept.
 *
 * @param method which probabilities
 * @param n numbers kept in a group, at most
 * @param m numbers of a group
 */
public record GroupSampling(Method method, int n, int m) {

  /** The longest group: a row of scratch has to hold it, and sampling costs up to m^2. */
  private static final int LONGEST_GROUP = 64;

  /** Which probabilities. */
  public enum Method {
    /**
     * The smallest variance there is: {@code p_i = min(1, c |x_i|)} with c such that the p sum to
     * n. For 2:4 pairs are drawn as Chmiel et al., Minimum Variance Unbiased N:M Sparsity for the
     * Neural Gradients, 2022 (arXiv 2203.10991), define them; for any other n and m one uniform
     * number selects systematically (Madow, 1949), in the order of the positions.
     */
    MINIMUM_VARIANCE,
    /**
     * Two draws without replacement, each with probability proportional to |x|, divided by the
     * exact probability of being drawn: the approximation that S-STE (Hu et al., 2024, arXiv
     * 2409.09099) trains with; n must be 2. Nothing is added to denominators, as the authors' code
     * does: groups where one would be zero keep their only number unchanged.
     */
    TWO_DRAWS
  }

  /**
   * Creates the rule.
   *
   * @throws IllegalArgumentException unless {@code 1 <= n <= m <= 64}, and n is 2 for two draws
   */
  public GroupSampling {
    Objects.requireNonNull(method, "method");
    if (n < 1 || n > m || m > LONGEST_GROUP) {
      throw new IllegalArgumentException(
          "GroupSampling: n (" + n + ") must be between 1 and m (" + m + "), m at most 64");
    }
    if (method == Method.TWO_DRAWS && n != 2) {
      throw new IllegalArgumentException("GroupSampling: n (" + n + ") must be 2 for two draws");
    }
  }

  /**
   * Returns the rule of smallest variance.
   *
   * @param n numbers kept in a group
   * @param m numbers of a group
   * @return the rule
   * @throws IllegalArgumentException unless {@code 1 <= n <= m <= 64}
   */
  public static GroupSampling minimumVariance(int n, int m) {
    return new GroupSampling(Method.MINIMUM_VARIANCE, n, m);
  }
}
