package org.sparse4j.kernels.masks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.kernels.operation.Scoring;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.mask.VnmStructure;

/** Warm mask kernels allocate nothing: a boxed vector would show as megabytes a call. */
@Tag("allocation")
class MaskAllocationTest {

  private static final long DEADLINE_NANOS = 120_000_000_000L;
  private static final int CALLS = 20;

  @Test
  void warmKernelsAllocateNothing() {
    MaskKernels masks = Kernels.best().masks();
    Workspace workspace = Workspace.create();
    Random random = new Random(3);
    DenseMatrix x = DenseMatrix.zeros(48, 200);
    for (int i = 0; i < 48; i++) {
      for (int j = 0; j < 200; j++) {
        x.set(i, j, (float) random.nextGaussian());
      }
    }
    float[] scores = x.toArray();
    DenseMatrix y = DenseMatrix.zeros(48, 200);
    long[] words = new long[48 * 4];
    int[] columns = new int[200];
    Map<String, Runnable> operations = new LinkedHashMap<>();
    int widest = Kernels.best().vectorBits() / 32;
    List<Structure> rules = new ArrayList<>();
    rules.add(new NmStructure(1, 2));
    rules.add(new NmStructure(2, 4));
    if (widest >= 8) {
      rules.add(new NmStructure(4, 8));
      rules.add(new TransposableNm(2, 4));
    }
    if (widest >= 16) {
      rules.add(new NmStructure(3, 16));
    }
    rules.add(new VnmStructure(8, 2, 8));
    rules.add(new Unstructured(960));
    for (Structure rule : rules) {
      operations.put(
          rule.toString(), () -> masks.keepLargest(workspace, rule, Scoring.MAGNITUDE, x, words));
      operations.put(
          rule + " array",
          () -> masks.keepLargest(workspace, rule, Scoring.VALUE, 48, 200, scores, words));
    }
    operations.put("soft", () -> masks.softThreshold(workspace, 1.1f, x, y));
    GroupSampling exact = GroupSampling.minimumVariance(2, 4);
    GroupSampling any = GroupSampling.minimumVariance(3, 8);
    GroupSampling drawn = new GroupSampling(GroupSampling.Method.TWO_DRAWS, 2, 4);
    operations.put("exact", () -> masks.sample(workspace, exact, 1, x, y));
    operations.put("any", () -> masks.sample(workspace, any, 1, x, y));
    operations.put("drawn", () -> masks.sample(workspace, drawn, 1, x, y));
    operations.put("atLeast", () -> masks.atLeast(x, 7, 1.5f, columns));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<String> left = new ArrayList<>(operations.keySet());
    Map<String, Long> bytes = new LinkedHashMap<>();
    long start = System.nanoTime();
    // Compiling takes as long as it takes: whoever reaches zero once is done.
    while (!left.isEmpty() && System.nanoTime() - start < DEADLINE_NANOS) {
      bytes.clear();
      for (String name : left) {
        Runnable operation = operations.get(name);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int call = 0; call < CALLS; call++) {
          operation.run();
        }
        bytes.put(name, (threads.getCurrentThreadAllocatedBytes() - before) / CALLS);
      }
      left.removeIf(name -> bytes.get(name) == 0);
    }
    assertEquals(List.of(), left, () -> "bytes a call: " + bytes);
  }
}
