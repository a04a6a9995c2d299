package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;

/** A vector that C2 boxes shows up as megabytes a call; nothing else finds it so surely. */
@Tag("allocation")
class CsrAllocationTest {

  /** C2 has had its time by then, or never will. */
  private static final long MOST_NANOS = 120_000_000_000L;

  private final Kernels kernels = Kernels.best();
  private final Workspace workspace = Workspace.create();
  private final CsrMatrix a = new CsrCase(256, 300, 128, 0.1, 3).matrix(CsrCase::real);

  static void requireNoAllocation(String name, Runnable call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long least = Long.MAX_VALUE;
    while (least != 0 && System.nanoTime() - start < MOST_NANOS) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int repeat = 0; repeat < 20; repeat++) {
        call.run();
      }
      least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / 20);
    }
    assertEquals(0, least, name + ": bytes allocated per call");
  }

  @Test
  void productsAllocateNothingOnceWarm() {
    // Widths that reach every register tile: 128 + 32 + 16 floats.
    for (int n : new int[] {128, 8, 170}) {
      DenseMatrix x = CsrCase.filled(a.columns(), n, new CsrCase(1, 1, n, 1, 1).random(), u -> u);
      DenseMatrix y = DenseMatrix.zeros(a.rows(), n);
      DenseMatrix dx = DenseMatrix.zeros(a.columns(), n);
      FloatValues sampled = FloatValues.zeros((int) a.nnz());
      DenseVector bias = DenseVector.zeros(a.rows());
      Plan forward =
          kernels
              .plan(Operation.SPMM, a)
              .epilogue(Epilogue.biasThen(bias, Activation.RELU))
              .batch(n, n)
              .build();
      Plan backward = kernels.plan(Operation.SPMM_TRANSPOSED, a).batch(n, n).build();
      Plan gradient = kernels.plan(Operation.SDDMM, a).batch(n, n).build();
      requireNoAllocation("spmm, n " + n, () -> forward.run(workspace, x, y));
      requireNoAllocation("spmmTransposed, n " + n, () -> backward.run(workspace, y, dx));
      requireNoAllocation("sddmm, n " + n, () -> gradient.sample(workspace, y, x, sampled));
      requireNoAllocation("refresh of spmm", forward::refresh);
      requireNoAllocation("refresh of spmmTransposed", backward::refresh);
    }
  }

  @Test
  void batchMajorAndSingleProductsAllocateNothingOnceWarm() {
    DenseVector x = DenseVector.zeros(a.columns());
    DenseVector y = DenseVector.zeros(a.rows());
    Plan single = kernels.plan(Operation.SPMV, a).build();
    requireNoAllocation("spmv", () -> single.run(workspace, x, y));
    Plan layer = kernels.plan(Operation.LINEAR, a).build();
    for (int n : new int[] {1, 7, 128}) {
      DenseView rows = DenseMatrix.zeros(n, a.columns()).view();
      DenseMatrix out = DenseMatrix.zeros(n, a.rows());
      requireNoAllocation("linear, n " + n, () -> layer.run(workspace, rows, out));
    }
  }

  @Test
  void fewSamplesOfEvenRowsAllocateNothingOnceWarm() {
    DenseMatrix dense = DenseMatrix.zeros(128, 160);
    for (int i = 0; i < 128; i++) {
      for (int j = 0; j < 160; j += 2) {
        dense.set(i, j + (i * 3 + j / 2) % 2, 1);
      }
    }
    CsrMatrix even = CsrMatrix.fromDense(dense);
    Plan product = kernels.plan(Operation.SPMM, even).batch(1, 8).build();
    Plan layer = kernels.plan(Operation.LINEAR, even).batch(1, 8).build();
    for (int n : new int[] {8, 3, 16}) {
      DenseMatrix x = DenseMatrix.zeros(160, n);
      DenseMatrix y = DenseMatrix.zeros(128, n);
      requireNoAllocation("spmm, n " + n, () -> product.run(workspace, x, y));
      DenseView rows = DenseMatrix.zeros(n, 160).view();
      DenseMatrix out = DenseMatrix.zeros(n, 128);
      requireNoAllocation("linear, n " + n, () -> layer.run(workspace, rows, out));
    }
    requireNoAllocation("refresh", product::refresh);
  }

  @Test
  void fewSamplesOfSharedRowsAllocateNothingOnceWarm() {
    DenseMatrix dense = DenseMatrix.zeros(64, 90);
    for (int i = 0; i < 64; i++) {
      for (int j = 0; j < 90; j++) {
        dense.set(i, j, (i / 16 + j) % 3 == 0 ? 1 : 0);
      }
    }
    for (DType dtype : DType.values()) {
      SparseMatrix shared = CsrMatrix.fromDense(dense).to(dtype);
      Epilogue epilogue = Epilogue.biasThen(DenseVector.zeros(64), Activation.RELU);
      Plan product = kernels.plan(Operation.SPMM, shared).epilogue(epilogue).batch(1, 8).build();
      Plan layer = kernels.plan(Operation.LINEAR, shared).batch(1, 8).build();
      for (int n : new int[] {8, 3, 13}) {
        String of = dtype + ", n " + n;
        DenseMatrix x = DenseMatrix.zeros(90, n);
        DenseMatrix y = DenseMatrix.zeros(64, n);
        requireNoAllocation("spmm, " + of, () -> product.run(workspace, x, y));
        DenseView rows = DenseMatrix.zeros(n, 90).view();
        DenseMatrix out = DenseMatrix.zeros(n, 64);
        requireNoAllocation("linear, " + of, () -> layer.run(workspace, rows, out));
      }
      requireNoAllocation("refresh, " + dtype, product::refresh);
    }
  }
}
