package org.sparse4j.kernels.vector;

import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;

/** Chooses a kernel for a matrix of ours: that of its format where there is one, else its rows. */
final class SparseProvider {

  private SparseProvider() {}

  /**
   * Makes an operation ready.
   *
   * @param request what is wanted, for a format of ours
   * @return the kernel
   */
  static PreparedKernel prepare(PlanRequest request) {
    return rows(request);
  }

  /** Every format can be read row by row. */
  private static PreparedKernel rows(PlanRequest request) {
    RowStream a = RowStream.of(request.matrix());
    int batch = request.maxBatch();
    PreparedKernel kernel =
        switch (request.operation()) {
          case SPMM -> CsrSpmm.product(a, request.epilogue(), batch);
          case SPMM_TRANSPOSED -> CsrSpmm.transposed(a, batch);
          case SDDMM -> new CsrSddmm(a, batch);
          case SPMV -> new CsrSpmv(a, request.epilogue());
          case LINEAR -> new CsrLinear(a, request.epilogue(), batch);
        };
    kernel.refresh(request.matrix().values());
    return kernel;
  }
}
