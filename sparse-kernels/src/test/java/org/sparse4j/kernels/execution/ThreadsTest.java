package org.sparse4j.kernels.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ThreadsTest {

  static Stream<Threads> kinds() {
    return Stream.of(
        Threads.caller(),
        Threads.of(task -> new Thread(task).start(), 3),
        Threads.of(
            task -> {
              throw new RejectedExecutionException("full");
            },
            4),
        WorkerTeam.of(1),
        WorkerTeam.of(2),
        WorkerTeam.of(5));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void runsEveryPartExactlyOnce(Threads threads) throws Exception {
    for (int round = 0; round < 200; round++) {
      int parts = round % 23;
      AtomicIntegerArray runs = new AtomicIntegerArray(Math.max(1, parts));
      threads.run(parts, runs::incrementAndGet);
      for (int part = 0; part < parts; part++) {
        assertEquals(1, runs.get(part), "part " + part + " of " + parts + ", round " + round);
      }
    }
    if (threads instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  /** A team once looked for the body of its parts for ever. */
  @Test
  void teamRefusesToRunNothing() {
    try (WorkerTeam team = WorkerTeam.of(2)) {
      NullPointerException thrown =
          assertTimeoutPreemptively(
              Duration.ofSeconds(20),
              () -> assertThrows(NullPointerException.class, () -> team.run(4, null)));
      assertEquals("body", thrown.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void showsThePartsWritesToTheCaller(Threads threads) throws Exception {
    int[] plain = new int[64];
    for (int round = 1; round <= 2_000; round++) {
      int value = round;
      threads.run(64, part -> plain[part] = value);
      assertEquals(64 * value, IntStream.of(plain).sum());
    }
    if (threads instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void rethrowsAndStaysUsable(Threads threads) throws Exception {
    AtomicInteger done = new AtomicInteger();
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                threads.run(
                    8,
                    part -> {
                      if (part == 5) {
                        throw new IllegalStateException("part 5 failed");
                      }
                      done.incrementAndGet();
                    }));
    assertEquals("part 5 failed", thrown.getMessage());
    AtomicInteger again = new AtomicInteger();
    threads.run(8, part -> again.incrementAndGet());
    assertEquals(8, again.get());
    if (threads.count() > 1) {
      assertEquals(7, done.get(), "the other parts finish");
    }
    if (threads instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  @Test
  void teamServesTwoCallersAtOnce() throws Exception {
    try (WorkerTeam team = WorkerTeam.of(3)) {
      AtomicInteger total = new AtomicInteger();
      Runnable caller =
          () -> {
            for (int round = 0; round < 500; round++) {
              team.run(7, part -> total.incrementAndGet());
            }
          };
      Thread other = new Thread(caller);
      other.start();
      caller.run();
      other.join();
      assertEquals(2 * 500 * 7, total.get());
    }
  }

  @Test
  void teamWakesUpAfterParking() {
    try (WorkerTeam team = WorkerTeam.of(2)) {
      for (int round = 0; round < 20; round++) {
        LockSupport.parkNanos(500_000);
        AtomicInteger runs = new AtomicInteger();
        team.run(6, part -> runs.incrementAndGet());
        assertEquals(6, runs.get());
      }
    }
  }

  @Test
  void partsMayCallTheTeamAgain() {
    try (WorkerTeam team = WorkerTeam.of(2)) {
      AtomicInteger runs = new AtomicInteger();
      team.run(4, part -> team.run(3, inner -> runs.incrementAndGet()));
      assertEquals(12, runs.get());
    }
  }

  @Test
  void teamRunsOrdinaryTasks() throws Exception {
    try (WorkerTeam team = WorkerTeam.of(2)) {
      CountDownLatch done = new CountDownLatch(3);
      for (int task = 0; task < 3; task++) {
        team.execute(done::countDown);
      }
      assertTrue(done.await(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void closedTeamRefusesWork() {
    WorkerTeam team = WorkerTeam.of(2);
    team.close();
    team.close();
    assertEquals(
        "WorkerTeam: already closed",
        assertThrows(IllegalStateException.class, () -> team.run(2, part -> {})).getMessage());
    assertThrows(RejectedExecutionException.class, () -> team.execute(() -> {}));
  }

  @Test
  void rejectsSizesBelowOne() {
    assertEquals(
        "WorkerTeam: size (0) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> WorkerTeam.of(0)).getMessage());
    assertEquals(
        "Threads: count (-1) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> Threads.of(Runnable::run, -1))
            .getMessage());
  }
}
