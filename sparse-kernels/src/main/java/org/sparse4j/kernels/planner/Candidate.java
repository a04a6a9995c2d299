package org.sparse4j.kernels.planner;

import java.util.Optional;
import org.sparse4j.kernels.operation.KernelInfo;

/**
 * One way to run a product.
 *
 * @param format {@code dense}, or the format whose kernel runs
 * @param info kernel and cost of a call
 * @param estimate time by the rules, as a multiple of the dense product's; at least 0
 * @param timing what was measured; empty where nothing was
 */
public record Candidate(String format, KernelInfo info, double estimate, Optional<Timing> timing) {

  /**
   * Times of a call, from rounds that took turns with the other candidates.
   *
   * @param micros median, in microseconds
   * @param low lower quartile of the rounds
   * @param high upper quartile of the rounds
   * @param bound least time by the roofline: {@code max(flops / peak, bytes / bandwidth)}, both
   *     ceilings the best of the same rounds
   */
  public record Timing(double micros, double low, double high, double bound) {

    /**
     * Returns the spread of the middle half of the rounds.
     *
     * @return {@code (high - low) / micros}; 0 if no time was seen to pass
     */
    public double spread() {
      return micros == 0 ? 0 : (high - low) / micros;
    }

    /** Whether a difference from another candidate is within the noise of the measurement. */
    boolean ties(Timing other) {
      double least = Math.min(micros, other.micros);
      double most = Math.max(micros, other.micros);
      return most <= least * 1.03
          || (low <= other.high && other.low <= high && most <= least * 1.1);
    }
  }

  /**
   * Returns the speed.
   *
   * @return flops a nanosecond of the median; 0 where nothing was measured
   */
  public double gigaflops() {
    return timing.map(t -> t.micros() == 0 ? 0 : info.flops() / t.micros() / 1e3).orElse(0.0);
  }
}
