package org.sparse4j.kernels;

/** Runs a call until the compiler has done what it will. */
final class WarmUp {

  /** Without a faster call for so long, C2 is done; it takes some 100 ms for most kernels. */
  private static final long QUIET_NANOS = 300_000_000;

  /** And in so many calls: a process that the machine left waiting has not run meanwhile. */
  private static final int QUIET_CALLS = 50;

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
    long improved = start;
    long now = start;
    int calls = 0;
    do {
      call.run();
      calls++;
      long end = System.nanoTime();
      long nanos = end - now;
      if (nanos < FASTER * best) {
        improved = end;
        calls = 0;
      }
      best = Math.min(best, nanos);
      now = end;
    } while (now - start < most && (now - improved < QUIET_NANOS || calls < QUIET_CALLS));
    return best;
  }
}
