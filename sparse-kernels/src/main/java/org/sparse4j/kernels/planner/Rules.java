package org.sparse4j.kernels.planner;

/**
 * Times of kernels without measuring, as multiples of the dense product's time: the same answer on
 * every machine and in every run.
 *
 * <p>The figures are medians of races on one processor with 512-bit registers: how many stored
 * numbers a kernel handles in the time in which the dense product handles one of its own. They fall
 * with the sparsity, because shorter rows leave less to share.
 */
final class Rules {

  /** Dense operands above this size come from memory and no longer from a cache. */
  private static final long LARGE = 32L << 20;

  private Rules() {}

  /**
   * Estimates a kernel.
   *
   * @param kernel its name
   * @param n number of samples
   * @param density stored share of all positions
   * @param denseBytes bytes of the dense matrix
   */
  static double estimate(String kernel, int n, double density, long denseBytes) {
    boolean large = denseBytes > LARGE;
    if (kernel.contains("bitmap-expand")) {
      return bitmap(kernel, density, large);
    }
    if (kernel.contains("shared-rows-lanes")) {
      return density / (n == 1 ? 1.1 : n <= 4 ? 0.8 : 1.2);
    }
    if (kernel.contains("shared-rows")) {
      return density / (n <= 8 ? 0.55 : n < 32 ? 0.9 : 0.8);
    }
    if (kernel.contains("positions of")) {
      return density / 0.5;
    }
    if (kernel.contains("csr-permuted")) {
      return large ? 0.02 + 1.1 * density : 0.15 + 1.6 * density;
    }
    if (kernel.contains("windows-16")) {
      return density / 0.8;
    }
    if (n == 1) {
      return density / (large ? 0.5 : 0.14);
    }
    return density / (n < 16 ? 0.38 : n < 64 ? 0.36 + 0.1 * density : 0.36 + 0.38 * density);
  }

  /** It expands every register of a row, whatever the sparsity; narrow values are fewer bytes. */
  private static double bitmap(String kernel, double density, boolean large) {
    if (kernel.endsWith("BF16")) {
      return large ? 0.39 : 1.2;
    }
    if (kernel.endsWith("I8")) {
      return large ? 0.27 : 1.05;
    }
    return large ? 0.55 + 0.24 * density : 1.9;
  }
}
