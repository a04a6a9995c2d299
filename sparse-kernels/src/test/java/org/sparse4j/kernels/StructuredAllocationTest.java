package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.mask.Mask;
import org.sparse4j.structured.SpqrMatrix;
import org.sparse4j.structured.SpqrSettings;

/** Operators allocate nothing once their buffers exist and C2 has compiled them. */
@Tag("allocation")
class StructuredAllocationTest {

  private static final long MOST_NANOS = 120_000_000_000L;

  private static final Set<String> NAMES =
      Set.of("three stacks", "three stacks of inputs", "nested", "sparse plus low rank");

  static List<StructuredCase> cases() {
    return StructuredCase.all().stream()
        .filter(c -> NAMES.contains(c.name()) || c.matrix().rows() == 17)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void operatorsAllocateNothingOnceWarm(StructuredCase c) {
    c.filled(CsrCase::small);
    Workspace workspace = Workspace.create();
    LinearOperator operator = Kernels.best().operator(c.matrix());
    DenseMatrix x = DenseMatrix.zeros(operator.columns(), 33);
    DenseMatrix y = DenseMatrix.zeros(operator.rows(), 33);
    DenseMatrix dx = DenseMatrix.zeros(operator.columns(), 33);
    List<FloatValues> gradients = new ArrayList<>();
    operator.parameters().forEach(values -> gradients.add(FloatValues.zeros(values.length())));
    DenseVector sample = DenseVector.zeros(operator.columns());
    DenseVector result = DenseVector.zeros(operator.rows());
    DenseView rows = DenseMatrix.zeros(5, operator.columns()).view();
    DenseMatrix out = DenseMatrix.zeros(5, operator.rows());
    requireNoAllocation(c + " apply", () -> operator.apply(workspace, x, y));
    requireNoAllocation(c + " transposed", () -> operator.applyTransposed(workspace, y, dx));
    requireNoAllocation(
        c + " gradient", () -> operator.parameterGradient(workspace, x, y, gradients));
    requireNoAllocation(c + " single", () -> operator.apply(workspace, sample, result));
    requireNoAllocation(c + " batch-major", () -> operator.linear(workspace, rows, out));
  }

  @Test
  void quantisedMatricesAllocateNothingOnceWarm() {
    Workspace workspace = Workspace.create();
    SpqrMatrix matrix =
        SpqrMatrix.encode(DenseMatrix.zeros(60, 40), SpqrSettings.standard(3), Mask.empty(60, 40));
    LinearOperator operator = Kernels.best().operator(matrix);
    DenseMatrix x = DenseMatrix.zeros(40, 33);
    DenseMatrix y = DenseMatrix.zeros(60, 33);
    DenseMatrix dx = DenseMatrix.zeros(40, 33);
    requireNoAllocation("spqr apply", () -> operator.apply(workspace, x, y));
    requireNoAllocation("spqr transposed", () -> operator.applyTransposed(workspace, y, dx));
  }

  private static void requireNoAllocation(String name, Runnable call) {
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
}
