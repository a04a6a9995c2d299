package org.sparse4j.kernels.scalar;

import java.util.Optional;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.spi.KernelProvider;
import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;

/** The complete provider in plain Java. */
public final class ScalarProvider implements KernelProvider {

  /** The one instance. */
  public static final ScalarProvider INSTANCE = new ScalarProvider();

  private final DenseKernels dense = new ScalarDenseKernels();

  private ScalarProvider() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public Optional<PreparedKernel> prepare(PlanRequest request) {
    if (!(request.matrix() instanceof CsrMatrix matrix)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (request.operation()) {
          case SPMM -> new ScalarCsrKernels.Spmm(matrix, request.epilogue());
          case SPMM_TRANSPOSED -> new ScalarCsrKernels.SpmmTransposed(matrix);
          case SDDMM -> new ScalarCsrKernels.Sddmm(matrix);
          case SPMV -> new ScalarCsrKernels.Spmv(matrix, request.epilogue());
          case LINEAR -> new ScalarCsrKernels.Linear(matrix, request.epilogue());
        });
  }

  @Override
  public int vectorBits() {
    return 0;
  }

  @Override
  public DenseKernels dense() {
    return dense;
  }
}
