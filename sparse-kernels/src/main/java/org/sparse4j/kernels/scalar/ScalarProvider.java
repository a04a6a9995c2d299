package org.sparse4j.kernels.scalar;

import java.util.Optional;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.kernels.spi.KernelProvider;
import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;
import org.sparse4j.kernels.spi.SpeedProbe;

/** The complete provider in plain Java. */
public final class ScalarProvider implements KernelProvider {

  /** The one instance. */
  public static final ScalarProvider INSTANCE = new ScalarProvider();

  private final DenseKernels dense = new ScalarDenseKernels();
  private final MaskKernels masks = new ScalarMaskKernels();

  private final ScalarProbe probe = new ScalarProbe();

  private ScalarProvider() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public Optional<PreparedKernel> prepare(PlanRequest request) {
    SparseMatrix matrix = request.matrix();
    if (!OwnFormats.include(matrix)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (request.operation()) {
          case SPMM -> new ScalarProducts.Spmm(matrix, request.epilogue());
          case SPMM_TRANSPOSED -> new ScalarProducts.SpmmTransposed(matrix);
          case SDDMM -> new ScalarProducts.Sddmm(matrix);
          case SPMV -> new ScalarProducts.Spmv(matrix, request.epilogue());
          case LINEAR -> new ScalarProducts.Linear(matrix, request.epilogue());
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

  @Override
  public SpeedProbe probe() {
    return probe;
  }

  @Override
  public MaskKernels masks() {
    return masks;
  }
}
