package org.sparse4j.kernels;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.testing.Formats;

/** No product of any format allocates once it is warm, and no refresh, whatever the type. */
@Tag("allocation")
class FormatAllocationTest {

  private final Workspace workspace = Workspace.create();

  static Stream<Formats.Entry> formats() {
    return Formats.all().stream();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void productsAllocateNothingOnceWarm(Formats.Entry entry) {
    int[] shape = {96, 128, 40};
    int n = 56;
    if (!entry.takes(shape[0], shape[1])) {
      return;
    }
    SplittableRandom random = new SplittableRandom(5);
    DenseMatrix x = CsrCase.filled(shape[1], n, random, CsrCase::real);
    DenseMatrix g = CsrCase.filled(shape[0], n, random, CsrCase::real);
    DenseMatrix y = DenseMatrix.zeros(shape[0], n);
    DenseMatrix dx = DenseMatrix.zeros(shape[1], n);
    DenseMatrix rows = DenseMatrix.zeros(n, shape[0]);
    DenseView samples = DenseMatrix.copyOf(x.view().transposed()).view();
    DenseVector vector = DenseVector.zeros(shape[1]);
    DenseVector single = DenseVector.zeros(shape[0]);
    Epilogue epilogue = Epilogue.biasThen(DenseVector.zeros(shape[0]), Activation.RELU);
    for (DType dtype : DType.values()) {
      FormatCase c = FormatCase.of(entry, shape, dtype, false, random);
      FloatValues dw = FloatValues.zeros(c.numbers().length);
      for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
        String of = " of " + c + ", " + kernels;
        Plan product = kernels.plan(Operation.SPMM, c.matrix()).epilogue(epilogue).build();
        Plan back = kernels.plan(Operation.SPMM_TRANSPOSED, c.matrix()).build();
        Plan sampled = kernels.plan(Operation.SDDMM, c.matrix()).build();
        Plan one = kernels.plan(Operation.SPMV, c.matrix()).epilogue(epilogue).build();
        Plan layer = kernels.plan(Operation.LINEAR, c.matrix()).epilogue(epilogue).build();
        CsrAllocationTest.requireNoAllocation("spmm" + of, () -> product.run(workspace, x, y));
        CsrAllocationTest.requireNoAllocation(
            "spmmTransposed" + of, () -> back.run(workspace, g, dx));
        CsrAllocationTest.requireNoAllocation(
            "sddmm" + of, () -> sampled.sample(workspace, g, x, dw));
        CsrAllocationTest.requireNoAllocation(
            "spmv" + of, () -> one.run(workspace, vector, single));
        CsrAllocationTest.requireNoAllocation(
            "linear" + of, () -> layer.run(workspace, samples, rows));
        for (Plan plan : List.of(product, back, one, layer)) {
          CsrAllocationTest.requireNoAllocation("refresh of " + plan + of, plan::refresh);
        }
      }
    }
  }
}
