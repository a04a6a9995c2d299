package org.sparse4j.kernels.vector;

import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.kernels.scalar.OwnFormats;
import org.sparse4j.kernels.spi.KernelProvider;
import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;
import org.sparse4j.kernels.spi.SpeedProbe;

/** The provider with the Vector API; loaded by name. */
public final class VectorProvider implements KernelProvider {

  private final DenseKernels dense = new VectorDenseKernels();
  private final MaskKernels masks = new VectorMaskKernels();

  private final VectorProbe probe = new VectorProbe();

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
    return OwnFormats.include(request.matrix())
        ? Optional.of(SparseProvider.prepare(request))
        : Optional.empty();
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
