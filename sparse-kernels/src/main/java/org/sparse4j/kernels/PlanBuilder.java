package org.sparse4j.kernels;

import java.util.Objects;
import java.util.Optional;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;

/** Collects what a plan needs to know; {@link #build()} packs the matrix. */
public final class PlanBuilder {

  private final Kernels kernels;
  private final Operation operation;
  private final SparseMatrix matrix;
  private Epilogue epilogue = Epilogue.none();
  private int minBatch;
  private int maxBatch;
  private boolean conversion;

  PlanBuilder(Kernels kernels, Operation operation, SparseMatrix matrix) {
    this.kernels = kernels;
    this.operation = operation;
    this.matrix = matrix;
    this.minBatch = 1;
    this.maxBatch = operation == Operation.SPMV ? 1 : 128;
  }

  /**
   * Fuses a bias and a function into the product.
   *
   * @param epilogue what to do to the result
   * @return this builder
   */
  public PlanBuilder epilogue(Epilogue epilogue) {
    this.epilogue = Objects.requireNonNull(epilogue, "epilogue");
    return this;
  }

  /**
   * Says how many samples calls will have, so that the layout suits them; others still work.
   * Default: 1 to 128.
   *
   * @param min usual smallest n, at least 0
   * @param max usual largest n, at least min
   * @return this builder
   * @throws IllegalArgumentException if {@code min} is negative or above {@code max}
   */
  public PlanBuilder batch(int min, int max) {
    if (min < 0 || min > max) {
      throw new IllegalArgumentException(
          "Plan: batch must satisfy 0 <= min <= max; min is " + min + ", max is " + max);
    }
    this.minBatch = min;
    this.maxBatch = max;
    return this;
  }

  /**
   * Allows a copy in CSR where no kernel serves the matrix's own format; {@code explain} then says
   * so.
   *
   * @return this builder
   */
  public PlanBuilder allowConversion() {
    this.conversion = true;
    return this;
  }

  /**
   * Packs the matrix for the operation; O(nnz).
   *
   * @return a plan, immutable but for {@link Plan#refresh()}
   * @throws IllegalArgumentException if the epilogue does not fit, no kernel serves the format and
   *     conversion was not allowed, or the kernels are {@link Kernels#strict() strict} and this
   *     would be a fallback
   */
  public Plan build() {
    return buildIfServed().orElseThrow(() -> new IllegalArgumentException(notServed()));
  }

  /**
   * Packs the matrix for the operation if a kernel serves its format; O(nnz).
   *
   * @return a plan, or empty if no kernel serves the format and conversion was not allowed
   * @throws IllegalArgumentException if the epilogue does not fit, or the kernels are {@link
   *     Kernels#strict() strict} and this would be a fallback
   */
  public Optional<Plan> buildIfServed() {
    checkEpilogue();
    PlanRequest request = new PlanRequest(operation, matrix, epilogue, minBatch, maxBatch);
    Kernels.Served served = kernels.prepare(request).orElse(null);
    boolean converted = false;
    if (served == null && conversion && !(matrix instanceof CsrMatrix)) {
      if (kernels.isStrict()) {
        throw new IllegalArgumentException(
            operation.label() + ": strict, but " + matrix.format() + " would be converted to CSR");
      }
      PlanRequest csr = new PlanRequest(operation, matrix.toCsr(), epilogue, minBatch, maxBatch);
      served = kernels.prepare(csr).orElse(null);
      converted = true;
    }
    if (served == null) {
      return Optional.empty();
    }
    requireKind(served);
    if (kernels.isStrict() && kernels.vectorBits() > 0 && kernels.isBuiltIn(served.provider())) {
      requireNoFallback(served.kernel().info(1).kernel());
    }
    return Optional.of(new Plan(operation, matrix, epilogue, served, converted));
  }

  private String notServed() {
    return operation.label()
        + ": no kernel of "
        + kernels
        + " serves "
        + matrix.format()
        + " with "
        + matrix.values().dtype()
        + " values; give one to Kernels.with(FormatProvider), or call allowConversion() for a"
        + " copy in CSR; A is "
        + matrix.rows()
        + "x"
        + matrix.columns();
  }

  private void checkEpilogue() {
    boolean sampled = operation == Operation.SDDMM || operation == Operation.SPMM_TRANSPOSED;
    if (sampled && epilogue != Epilogue.none()) {
      throw new IllegalArgumentException(
          operation.label() + ": takes no epilogue, got " + epilogue);
    }
    epilogue
        .bias()
        .ifPresent(bias -> {
          if (bias.length() != matrix.rows()) {
            throw new IllegalArgumentException(
                operation.label()
                    + ": length of the bias ("
                    + bias.length()
                    + ") must equal rows of A ("
                    + matrix.rows()
                    + "); A is "
                    + Operands.describe(matrix));
          }
        });
  }

  /** A kernel's name says whether it reads rows of another format, and narrow values. */
  private void requireNoFallback(String kernel) {
    if (kernel.startsWith("rows of ")) {
      throw new IllegalArgumentException(
          operation.label()
              + ": strict, but "
              + matrix.format()
              + " has no kernel of its own ("
              + kernel
              + "); use toCsr(); A is "
              + Operands.describe(matrix));
    }
    DType dtype = matrix.values().dtype();
    if (dtype != DType.F32 && operation != Operation.SDDMM && !kernel.endsWith("-" + dtype)) {
      throw new IllegalArgumentException(
          operation.label()
              + ": strict, but "
              + kernel
              + " would decode "
              + dtype
              + " values to F32; store F32 values; A is "
              + Operands.describe(matrix));
    }
  }

  private void requireKind(Kernels.Served served) {
    Class<? extends PreparedKernel> kind =
        switch (operation) {
          case SPMM, SPMM_TRANSPOSED -> PreparedKernel.Product.class;
          case SDDMM -> PreparedKernel.Sampled.class;
          case SPMV -> PreparedKernel.SingleSample.class;
          case LINEAR -> PreparedKernel.BatchMajor.class;
        };
    if (!kind.isInstance(served.kernel())) {
      throw new IllegalArgumentException(
          operation.label()
              + ": provider "
              + served.provider().name()
              + " must return a PreparedKernel."
              + kind.getSimpleName()
              + ", got "
              + served.kernel().getClass().getName());
    }
  }
}
