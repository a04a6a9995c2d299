package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.CooMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Ceilings;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.spi.FormatProvider;

/** What strict kernels refuse, what explain says with ceilings, and warming up. */
@Tag("kernels")
class StrictTest {
  private static final DenseMatrix DENSE =
      DenseMatrix.copyOf(new float[][] {{0, 2, 0}, {1, 0, 3}, {0, 0, 4}});

  private final Kernels kernels = Kernels.best();

  private Kernels strictVector() {
    assumeTrue(kernels.vectorBits() > 0, "no vector kernels here");
    return kernels.strict();
  }

  @Test
  void strictKernelsServeCsr() {
    CsrMatrix a = CsrMatrix.fromDense(DENSE);
    assertFalse(kernels.isStrict());
    assertTrue(strictVector().isStrict());
    for (Operation operation : Operation.values()) {
      assertEquals(operation, strictVector().plan(operation, a).build().operation());
    }
  }

  @Test
  void formatsReadByTheirRowsAreRefused() {
    CooMatrix a = CooMatrix.fromDense(DENSE);
    PlanBuilder builder = strictVector().plan(Operation.SPMM, a);
    String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    assertTrue(
        message.startsWith("spmm: strict, but COO has no kernel of its own (rows of COO, "),
        message);
    assertTrue(message.endsWith("use toCsr(); A is 3x3 COO (nnz 4)"), message);
  }

  @Test
  void decodingIsRefused() {
    CsrMatrix a = CsrMatrix.fromDense(DENSE).to(DType.I8);
    PlanBuilder builder = strictVector().plan(Operation.SPMM_TRANSPOSED, a);
    String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    assertTrue(message.startsWith("spmmTransposed: strict, but csr-"), message);
    assertTrue(message.contains(" would decode I8 values to F32; store F32 values;"), message);
    // Rows have their own scales, so their kernel reads codes; the gradient reads no values.
    assertEquals(Operation.SPMM, strictVector().plan(Operation.SPMM, a).build().operation());
    assertEquals(Operation.SDDMM, strictVector().plan(Operation.SDDMM, a).build().operation());
  }

  @Test
  void scalarKernelsThatNobodyAskedForAreRefused() {
    boolean asked = System.getProperty("sparse4j.kernels", "auto").equals("scalar");
    assumeTrue(kernels.vectorBits() == 0 && !asked, "vector kernels here");
    String message = assertThrows(IllegalStateException.class, kernels::strict).getMessage();
    assertTrue(
        message.startsWith("Sparse4J kernels: strict, but these are the scalar kernels: "),
        message);
  }

  @Test
  void scalarKernelsThatWereAskedForMayBeStrict() {
    FormatProvider none = request -> Optional.empty();
    assertTrue(Kernels.scalar().strict().isStrict());
    assertTrue(Kernels.scalar().strict().strict().isStrict());
    assertTrue(Kernels.scalar().with(none).strict().isStrict());
  }

  @Test
  void ceilingsBoundACall() {
    Ceilings ceilings = new Ceilings(100e9, 50e9);
    KernelInfo info = new KernelInfo("vector", "k", 512, 1_000_000, 5_000_000);
    assertEquals(
        "at least 100.0 us by bytes: flops 10.0 us at 100.0 GFLOP/s, bytes 100.0 us at 50.0 GB/s",
        ceilings.explain(info));
    Plan plan = kernels.plan(Operation.SPMM, CsrMatrix.fromDense(DENSE)).build();
    assertTrue(
        plan.explain(8, ceilings).startsWith(plan.explain(8) + ", at least "),
        plan.explain(8, ceilings));
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Ceilings(0, 1)).getMessage();
    assertEquals(
        "Ceilings: peakFlops (0.0) and bandwidth (1.0) must be finite and above 0", message);
  }

  @Test
  void ceilingsAreMeasuredOnRequest() {
    Ceilings ceilings = kernels.measureCeilings(1 << 16);
    assertTrue(ceilings.peakFlops() < 1e13, ceilings.toString());
    assertTrue(ceilings.bandwidth() < 1e13, ceilings.toString());
    String message =
        assertThrows(IllegalArgumentException.class, () -> kernels.measureCeilings(100))
            .getMessage();
    assertEquals("measureCeilings: workingSet (100) must be between 4096 and 1073741824", message);
  }

  @Test
  void warmUpRunsEveryOperationAndTouchesNothing() {
    CsrMatrix a = CsrMatrix.fromDense(DENSE);
    long version = a.values().version();
    float[] before = a.values().toFloats();
    for (Operation operation : Operation.values()) {
      Plan plan = kernels.plan(operation, a).build();
      Duration fastest = plan.warmUp(Workspace.create(), 4, Duration.ofMillis(20));
      assertTrue(fastest.toNanos() > 0, fastest.toString());
      assertFalse(plan.isStale());
    }
    assertEquals(version, a.values().version());
    assertArrayEquals(before, a.values().toFloats());
    Plan plan = kernels.plan(Operation.SPMM, a).build();
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> plan.warmUp(Workspace.create(), -1, Duration.ofMillis(1)))
            .getMessage();
    assertEquals("warmUp: n (-1) must not be negative", message);
  }
}
