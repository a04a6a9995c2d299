package org.sparse4j.kernels.operation;

import java.util.Locale;

/**
 * Which kernel serves a call and what the call costs.
 *
 * @param provider {@code scalar}, {@code vector} or the name of a user's provider
 * @param kernel the kernel, for example {@code csr-l1-tiles-96x128}
 * @param vectorBits bits of the vector registers it uses, 0 without vectors
 * @param flops floating-point operations of one call; a multiply-add counts as two
 * @param bytes bytes the call must move at least: operands read once, results written once
 */
public record KernelInfo(String provider, String kernel, int vectorBits, long flops, long bytes) {

  /**
   * Describes a dense product of float32 matrices: {@code 2 m k n} operations, and 4 bytes an
   * element of {@code A}, {@code B} and {@code C}.
   *
   * @param provider who computes it
   * @param kernel the kernel
   * @param vectorBits bits of the vector registers it uses, 0 without vectors
   * @param m rows of C
   * @param k products summed
   * @param n columns of C
   * @return the description
   */
  public static KernelInfo gemm(
      String provider, String kernel, int vectorBits, long m, long k, long n) {
    return new KernelInfo(provider, kernel, vectorBits, 2 * m * k * n, 4 * (m * k + k * n + m * n));
  }

  /**
   * Returns {@code flops / bytes}, the arithmetic intensity of the roofline model (Williams,
   * Waterman and Patterson, 2009).
   *
   * @return operations per byte; 0 if nothing is moved
   */
  public double intensity() {
    return bytes == 0 ? 0 : (double) flops / bytes;
  }

  /**
   * Returns the least time a machine can need: {@code max(flops / peak, bytes / bandwidth)}.
   *
   * @param peakFlops floating-point operations per second
   * @param bandwidth bytes per second from the memory level that holds the operands
   * @return seconds
   */
  public double rooflineSeconds(double peakFlops, double bandwidth) {
    return Math.max(flops / peakFlops, bytes / bandwidth);
  }

  /**
   * Returns the cost of several equal calls, with their number before the kernel's name.
   *
   * @param count how many, at least 0
   * @return for example {@code 8 x gemm-AB}; this object for one call
   * @throws IllegalArgumentException if count is negative
   * @throws ArithmeticException if a product does not fit a long
   */
  public KernelInfo times(int count) {
    if (count < 0) {
      throw new IllegalArgumentException(
          "KernelInfo: count (" + count + ") must not be negative; the kernel is " + kernel);
    }
    return count == 1
        ? this
        : new KernelInfo(
            provider,
            count + " x " + kernel,
            vectorBits,
            Math.multiplyExact(count, flops),
            Math.multiplyExact(count, bytes));
  }

  /**
   * Explains the call with the least time a machine can need by the roofline model.
   *
   * @param ceilings what the machine can do, see {@code Kernels.measureCeilings}
   * @return one line: {@link #toString}, and {@link Ceilings#explain}
   */
  public String explain(Ceilings ceilings) {
    return this + ", " + ceilings.explain(this);
  }

  /** Returns all of it on one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s/%s, %d bits, %d flops, %d bytes, %.2f flops a byte",
        provider,
        kernel,
        vectorBits,
        flops,
        bytes,
        intensity());
  }
}
