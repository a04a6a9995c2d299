package org.sparse4j.kernels.execution;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Parts on a caller's executor; parts are claimed one by one, so that the caller can do them all.
 */
final class ExecutorThreads implements Threads {

  private final Executor executor;
  private final int count;

  ExecutorThreads(Executor executor, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("Threads: count (" + count + ") must be at least 1");
    }
    this.executor = executor;
    this.count = count;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public void run(int parts, PartBody body) {
    if (parts <= 1) {
      CallerThread.INSTANCE.run(parts, body);
      return;
    }
    Job job = new Job(parts, body);
    for (int helper = 1; helper < Math.min(count, parts); helper++) {
      try {
        executor.execute(job);
      } catch (RejectedExecutionException e) {
        // A full or closed executor only costs parallelism: the caller does what is left.
        break;
      }
    }
    job.run();
    job.await();
  }

  @Override
  public String toString() {
    return count + " threads of " + executor;
  }

  private static final class Job implements Runnable {
    private final int parts;
    private final PartBody body;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch done;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Job(int parts, PartBody body) {
      this.parts = parts;
      this.body = body;
      this.done = new CountDownLatch(parts);
    }

    @Override
    public void run() {
      for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
        try {
          body.run(part);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          done.countDown();
        }
      }
    }

    void await() {
      boolean interrupted = false;
      while (true) {
        try {
          done.await();
          break;
        } catch (InterruptedException e) {
          // Parts still write into the caller's memory, so leaving early is not an option.
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      WorkerTeam.rethrow(failure.get());
    }
  }
}
