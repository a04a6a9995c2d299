package org.sparse4j.kernels.execution;

import java.util.concurrent.Executor;

/**
 * Where the parts of one operation run.
 *
 * <p>The library starts no threads on its own: the calling thread by default, else a {@link
 * WorkerTeam} or any executor of the caller's. Results do not depend on the number of threads.
 */
public interface Threads {

  /**
   * Returns how many parts can run at a time, the calling thread included.
   *
   * @return at least 1
   */
  int count();

  /**
   * Runs parts 0 to {@code parts - 1} and returns when all are done; their writes are visible then.
   *
   * <p>If parts throw, the others still finish and one of the exceptions is rethrown.
   *
   * @param parts number of parts, at least 0
   * @param body runs a part; called from several threads
   */
  void run(int parts, PartBody body);

  /**
   * Runs everything on the calling thread, part after part, without allocation.
   *
   * @return the one such object
   */
  static Threads caller() {
    return CallerThread.INSTANCE;
  }

  /**
   * Runs parts on an executor; the calling thread takes part too, so a busy executor delays
   * nothing.
   *
   * <p>Allocates a little per call; a {@link WorkerTeam} does not and starts sooner.
   *
   * @param executor runs tasks; shared, not closed
   * @param count how many parts may run at a time, at least 1
   * @return threads on the executor
   * @throws IllegalArgumentException if {@code count} is below 1
   */
  static Threads of(Executor executor, int count) {
    return new ExecutorThreads(executor, count);
  }
}
