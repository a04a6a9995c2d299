package org.sparse4j.kernels.execution;

import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A small team of threads for kernels: workers spin for some tens of microseconds between calls,
 * then park.
 *
 * <p>The caller of {@link #run} is a member of the team, so {@code WorkerTeam.of(2)} starts one
 * thread. One call at a time: a second caller meanwhile does its parts alone. A call allocates
 * nothing. As an {@link Executor} the team also takes ordinary tasks, which wait while a call is
 * running.
 *
 * <p>Why not a pool of the JDK: starting an empty task took 0.1 to 0.4 microseconds here against 5
 * to 39 there, which decides for kernels of 50 microseconds.
 */
public final class WorkerTeam implements Threads, Executor, AutoCloseable {

  /**
   * How long a worker spins before it parks: longer than the gaps between the kernels of a layer.
   */
  private static final long SPIN_NANOS = 50_000;

  /** Parts of one round fit into 16 bits of {@link #state}; more run on the calling thread. */
  private static final int MOST_PARTS = 0xffff;

  /** What {@link #state} loses when its last part is claimed. */
  private static final long ONE_AT_END = 1L << 16;

  private final Thread[] workers;
  private final AtomicInteger callers = new AtomicInteger();
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /**
   * Round (32 bits), end of the unclaimed parts (16), the first of them (16), in one word: whoever
   * swaps it has claimed a part of exactly that round, however late it read {@link #body}. A round
   * cannot end while one of its parts is unclaimed, so a successful swap proves that {@code body}
   * did not change since the word was read.
   *
   * <p>The caller claims from the front and workers from the end, so that in call after call a part
   * tends to run on the core whose caches hold what it reads and writes.
   */
  private final AtomicLong state = new AtomicLong();

  private @Nullable PartBody body;
  private volatile boolean closed;

  private WorkerTeam(int size) {
    workers = new Thread[size - 1];
    for (int w = 0; w < workers.length; w++) {
      workers[w] = new Thread(this::work, "sparse4j-worker-" + (w + 1));
      workers[w].setDaemon(true);
      workers[w].start();
    }
  }

  /**
   * Starts a team.
   *
   * @param size number of members, the calling thread included, at least 1
   * @return a team, owned by the caller
   * @throws IllegalArgumentException if {@code size} is below 1
   */
  public static WorkerTeam of(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("WorkerTeam: size (" + size + ") must be at least 1");
    }
    return new WorkerTeam(size);
  }

  @Override
  public int count() {
    return workers.length + 1;
  }

  @Override
  public void run(int parts, PartBody body) {
    Objects.requireNonNull(body, "body");
    if (closed) {
      throw new IllegalStateException("WorkerTeam: already closed");
    }
    if (parts <= 1 || parts > MOST_PARTS || workers.length == 0 || !callers.compareAndSet(0, 1)) {
      CallerThread.INSTANCE.run(parts, body);
      return;
    }
    Throwable thrown;
    try {
      this.body = body;
      unfinished.set(parts);
      state.set((((state.get() >>> 32) + 1) << 32) | ((long) parts << 16));
      for (int w = 0; w < Math.min(workers.length, parts - 1); w++) {
        LockSupport.unpark(workers[w]);
      }
      while (claimOne(true)) {
        // Each call has run a part.
      }
      awaitOthers();
      this.body = null;
      thrown = failure.getAndSet(null);
    } finally {
      callers.set(0);
    }
    rethrow(thrown);
  }

  /** Spins at first; gives way to a worker that wants this very core if that takes long. */
  @SuppressWarnings("ThreadPriorityCheck") // a hint, for machines with fewer cores than threads
  private void awaitOthers() {
    long since = System.nanoTime();
    while (unfinished.get() != 0) {
      if (System.nanoTime() - since < SPIN_NANOS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** Claims and runs the first or last part left of the current round; false if none is. */
  private boolean claimOne(boolean front) {
    long seen = state.get();
    int next = (int) (seen & 0xffff);
    int end = (int) ((seen >>> 16) & 0xffff);
    if (next >= end) {
      return false;
    }
    PartBody current = body;
    if (current == null || !state.compareAndSet(seen, front ? seen + 1 : seen - ONE_AT_END)) {
      return true;
    }
    try {
      current.run(front ? next : end - 1);
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    } finally {
      unfinished.decrementAndGet();
    }
    return true;
  }

  private void work() {
    long idleSince = System.nanoTime();
    while (!closed) {
      if (claimOne(false)) {
        idleSince = System.nanoTime();
        continue;
      }
      Runnable task = tasks.poll();
      if (task != null) {
        runTask(task);
        idleSince = System.nanoTime();
      } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
        idleSince = System.nanoTime();
      }
    }
  }

  private static void runTask(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  /**
   * Runs a task on a worker, some time later; on the calling thread if the team has no other.
   *
   * @param task the task
   * @throws RejectedExecutionException if the team is closed
   */
  @Override
  public void execute(Runnable task) {
    if (closed) {
      throw new RejectedExecutionException("WorkerTeam: already closed");
    }
    if (workers.length == 0) {
      task.run();
      return;
    }
    tasks.add(task);
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  /** Ends the workers and waits for them; tasks not yet started are dropped. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
      while (worker.isAlive() && worker != Thread.currentThread()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    tasks.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static void rethrow(@Nullable Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  @Override
  public String toString() {
    return "WorkerTeam of " + count();
  }
}
