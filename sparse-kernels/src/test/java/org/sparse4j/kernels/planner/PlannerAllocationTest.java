package org.sparse4j.kernels.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;

/** A chosen product is for inner loops. */
@Tag("allocation")
class PlannerAllocationTest {

  private static final long MOST_NANOS = 120_000_000_000L;

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1})
  void runAllocatesNothingOnceWarm(double density) {
    CsrMatrix a = Weights.of(Weights.random(128, 128, density, 5), 5);
    Choice choice = Planner.rules(Kernels.best()).plan(a, 64, Threads.caller());
    assertEquals(density == 1, choice.isDense());
    Workspace workspace = Workspace.create();
    DenseMatrix x = Weights.numbers(128, 64, 6);
    DenseMatrix y = DenseMatrix.zeros(128, 64);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long least = Long.MAX_VALUE;
    while (least != 0 && System.nanoTime() - start < MOST_NANOS) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int repeat = 0; repeat < 20; repeat++) {
        choice.run(workspace, x, y);
      }
      least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / 20);
    }
    assertEquals(0, least, choice.format() + ": bytes allocated per call");
  }
}
