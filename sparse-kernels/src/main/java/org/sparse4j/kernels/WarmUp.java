package org.sparse4j.kernels;

/** Runs a call until the compiler has done what it will. */
final class WarmUp {

  /** Without a faster call for so long, C2 is done; it takes some 100 ms for most kernels. */
  private static final long QUIET_NANOS = 500_000_000;

  /** A call counts for this at most: a process that had to wait has compiled nothing meanwhile. */
  private static final long MOST_OF_A_CALL = 10_000_000;

  /** What counts as faster. */
  private static final double FASTER = 0.95;

  private WarmUp() {}

  /**
   * Runs a call again and again.
   *
   * @param call what to run
   * @param most nanoseconds to spend; overrun by one call
   * @return nanoseconds of the fastest call
   */
  static long run(Runnable call, long most) {
    long start = System.nanoTime();
    long best = Long.MAX_VALUE;
    long quiet = 0;
    long now = start;
    do {
      call.run();
      long end = System.nanoTime();
      long nanos = end - now;
      quiet = nanos < FASTER * best ? 0 : quiet + Math.min(nanos, MOST_OF_A_CALL);
      best = Math.min(best, nanos);
      now = end;
    } while (now - start < most && quiet < QUIET_NANOS);
    return best;
  }
}
