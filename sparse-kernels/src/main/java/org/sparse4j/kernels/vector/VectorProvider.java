package org.sparse4j.kernels.vector;

import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.scalar.ScalarProvider;
import org.sparse4j.kernels.spi.KernelProvider;
import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;

/** The provider with the Vector API; loaded by name. */
public final class VectorProvider implements KernelProvider {

  private final DenseKernels dense = new VectorDenseKernels();

  private VectorProvider() {}

  /**
   * Makes the provider; fails where the JVM lacks what it needs.
   *
   * @return a provider
   */
  public static VectorProvider create() {
    if (NativeMemory.ALL.byteSize() == 0) {
      throw new IllegalStateException("the address space is not reachable");
    }
    return new VectorProvider();
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public int vectorBits() {
    return Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize());
  }

  @Override
  public Optional<PreparedKernel> prepare(PlanRequest request) {
    return request.matrix() instanceof CsrMatrix csr
        ? Optional.of(CsrProvider.prepare(request, csr))
        : ScalarProvider.INSTANCE.prepare(request);
  }

  @Override
  public DenseKernels dense() {
    return dense;
  }
}
