package org.sparse4j.kernels.vector;

import org.sparse4j.format.CsrMatrix;
import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;

/** Makes the CSR kernels. */
final class CsrProvider {

  private CsrProvider() {}

  /**
   * Makes an operation ready.
   *
   * @param request what is wanted
   * @param a its matrix
   * @return the kernel
   */
  static PreparedKernel prepare(PlanRequest request, CsrMatrix a) {
    int batch = request.maxBatch();
    return switch (request.operation()) {
      case SPMM -> CsrSpmm.product(a, request.epilogue(), batch);
      case SPMM_TRANSPOSED -> CsrSpmm.transposed(a, batch);
      case SDDMM -> new CsrSddmm(a, batch);
      case SPMV -> new CsrSpmv(a, request.epilogue());
      case LINEAR -> new CsrLinear(a, request.epilogue(), batch);
    };
  }
}
