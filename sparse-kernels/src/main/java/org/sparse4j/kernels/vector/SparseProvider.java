package org.sparse4j.kernels.vector;

import java.util.Optional;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.processor.Processor;
import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;

/**
 * Chooses a kernel for a matrix of ours by what it offers: bits to expand, rows that share their
 * columns, else rows one by one.
 */
final class SparseProvider {

  /** Bytes that the third-level cache of a few cores does not hold. */
  private static final long BEYOND_CACHES = 40_000_000;

  /** Share of bits from which reading a byte more for each entry takes longer than expanding. */
  private static final double MANY_BITS = 0.45;

  private SparseProvider() {}

  /**
   * Makes an operation ready.
   *
   * @param request what is wanted, for a format of ours
   * @return the kernel
   */
  static PreparedKernel prepare(PlanRequest request) {
    PreparedKernel kernel =
        request.operation() == Operation.SPMV
                && request.matrix() instanceof BitmapMatrix bitmap
                && BitmapSpmv.suits(bitmap)
            ? bits(bitmap, request.epilogue())
            : rows(request);
    kernel.refresh(request.matrix().values());
    return kernel;
  }

  /**
   * Entries in the lanes of vectors are faster than expanded bits (4096x4096, 50 % sparse, Zen 4:
   * bfloat16 1172 against 1453 microseconds, bytes 1083 against 1317; 70 %: 676 against 1224, 688
   * against 1319), but want rows of about equal lengths. They read a byte more for each entry,
   * which on Zen 5 is what counts in matrices of many bits that do not fit into the third-level
   * cache (11008x4096, 50 %: float32 3614 by bits against 3956, bfloat16 2062 against 2281).
   */
  private static PreparedKernel bits(BitmapMatrix a, Epilogue epilogue) {
    long positions = (long) a.rows() * a.columns();
    return expanding(Processor.current(), positions, a.nnz(), a.values().dtype())
        ? BitmapSpmv.of(a, epilogue)
        : permuted(a, epilogue);
  }

  /**
   * Tells whether bits are read faster than entries in lanes.
   *
   * @param processor that runs the kernel
   * @param positions rows times columns
   * @param nnz bits that are set
   * @param dtype how values are kept
   */
  static boolean expanding(Processor processor, long positions, long nnz, DType dtype) {
    return processor.fromZen5()
        && nnz * (1L + dtype.bytes()) >= BEYOND_CACHES
        && nnz >= MANY_BITS * positions;
  }

  private static PreparedKernel permuted(BitmapMatrix a, Epilogue epilogue) {
    return SingleSpmv.permuted(RowStream.of(a), epilogue)
        .orElseGet(() -> BitmapSpmv.of(a, epilogue));
  }

  private static PreparedKernel rows(PlanRequest request) {
    RowStream a = RowStream.of(request.matrix());
    int batch = request.maxBatch();
    Epilogue epilogue = request.epilogue();
    return switch (request.operation()) {
      case SPMM -> {
        Optional<PanelProduct> shared = sharing(a, epilogue, batch);
        Optional<WindowRows> few = few(a, shared, batch);
        yield few.isPresent()
            ? new WindowProduct(few.get(), true, epilogue)
            : shared.orElseGet(() -> new CsrSpmm(a, epilogue, batch));
      }
      case SPMM_TRANSPOSED -> transposed(a, batch);
      case SDDMM -> sampled(a, batch);
      case SPMV -> single(a, epilogue);
      case LINEAR -> {
        int most = Math.min(batch, BatchMajorProduct.SAMPLES);
        Optional<PanelProduct> shared = sharing(a, epilogue, most);
        Optional<WindowRows> few = few(a, shared, batch);
        if (few.isPresent()) {
          yield new WindowProduct(few.get(), false, epilogue);
        }
        PanelProduct product = shared.orElseGet(() -> new CsrSpmm(a, epilogue, most));
        yield new BatchMajorProduct(product, a.pattern.rows(), a.pattern.columns());
      }
    };
  }

  /** Few samples and equally many entries in every window, as in N:M; but sharing is better. */
  private static Optional<WindowRows> few(RowStream a, Optional<PanelProduct> shared, int batch) {
    return shared.isEmpty() && WindowProduct.suits(a.nnz(), batch)
        ? WindowRows.of(a)
        : Optional.empty();
  }

  /** Rows that share their columns: in lanes for few samples if there are enough of them. */
  private static Optional<PanelProduct> sharing(RowStream a, Epilogue epilogue, int batch) {
    return SharedFew.of(a, epilogue, batch)
        .or(() -> SharedRows.of(a, true).map(shared -> new SharedSpmm(shared, epilogue)));
  }

  private static PreparedKernel.Sampled sampled(RowStream a, int batch) {
    Optional<SharedRows> shared = SharedRows.samples(a);
    return shared.isPresent() ? new SharedSddmm(shared.get()) : new CsrSddmm(a, batch);
  }

  private static PreparedKernel.SingleSample single(RowStream a, Epilogue epilogue) {
    Optional<SharedRows> shared = SharedRows.lanes(a);
    return shared.isPresent() ? new SharedSpmv(shared.get(), epilogue) : SingleSpmv.of(a, epilogue);
  }

  private static PreparedKernel.Product transposed(RowStream a, int batch) {
    RowStream columns = a.transposed();
    Optional<PanelProduct> shared = sharing(columns, Epilogue.none(), batch);
    if (shared.isPresent()) {
      return shared.get();
    }
    Optional<SharedRows> spread = SharedRows.of(a, false);
    return spread.isPresent()
        ? new SharedSpread(spread.get())
        : new CsrSpmm(columns, Epilogue.none(), batch);
  }
}
