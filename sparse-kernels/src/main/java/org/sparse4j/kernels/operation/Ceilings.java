package org.sparse4j.kernels.operation;

import java.util.Locale;

/**
 * What a machine can do at most: the two ceilings of the roofline model (Williams, Waterman and
 * Patterson, 2009).
 *
 * @param peakFlops floating-point operations per second of multiply-adds in registers; above 0
 * @param bandwidth bytes per second of reading operands from where they lie; above 0
 */
public record Ceilings(double peakFlops, double bandwidth) {

  /**
   * Takes two ceilings.
   *
   * @throws IllegalArgumentException if one is not a finite number above 0
   */
  public Ceilings {
    if (!(peakFlops > 0 && Double.isFinite(peakFlops))
        || !(bandwidth > 0 && Double.isFinite(bandwidth))) {
      throw new IllegalArgumentException(
          "Ceilings: peakFlops ("
              + peakFlops
              + ") and bandwidth ("
              + bandwidth
              + ") must be finite and above 0");
    }
  }

  /**
   * Returns the least time of a call: {@code max(flops / peakFlops, bytes / bandwidth)}.
   *
   * @param info what the call costs
   * @return seconds
   */
  public double seconds(KernelInfo info) {
    return info.rooflineSeconds(peakFlops, bandwidth);
  }

  /**
   * Says which ceiling the least time of a call comes from.
   *
   * @param info what the call costs
   * @return {@code flops}, or {@code bytes} if reading takes longer or as long
   */
  public String limit(KernelInfo info) {
    return info.flops() / peakFlops > info.bytes() / bandwidth ? "flops" : "bytes";
  }

  /**
   * Says how fast a call can be and which of the two holds it back.
   *
   * @param info what the call costs
   * @return for example {@code at least 94.4 us by flops: flops 94.4 us at 100.0 GFLOP/s, bytes
   *     21.0 us at 50.0 GB/s}
   */
  public String explain(KernelInfo info) {
    return String.format(
        Locale.ROOT,
        "at least %.1f us by %s: flops %.1f us at %.1f GFLOP/s, bytes %.1f us at %.1f GB/s",
        1e6 * seconds(info),
        limit(info),
        1e6 * info.flops() / peakFlops,
        peakFlops / 1e9,
        1e6 * info.bytes() / bandwidth,
        bandwidth / 1e9);
  }
}
