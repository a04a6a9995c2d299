package org.sparse4j.kernels.planner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.mask.Mask;

/**
 * Chooses how to multiply with a matrix: in its own format, in another that holds exactly its
 * positions, or densely.
 *
 * <p>Considered are, in this order, the dense product, the matrix's own format (unless that is CSC
 * or COO), CSR, block, V:N:M, N:M and bitmap. A format counts only if it stores the positions of
 * the matrix and no others, so no number is changed, dropped or added; the dense product only up to
 * 1 GiB. Formats whose kernel and data are those of an earlier one are left out.
 *
 * <ul>
 *   <li>{@link #rules}: by a fixed table of how kernels compare. Nothing is measured, so equal
 *       matrices get equal choices in every run: what training wants.
 *   <li>{@link #timed}: by measuring the candidates here and now, in rounds of a few milliseconds
 *       that take turns; medians are compared, and where they differ by no more than the noise the
 *       earlier format wins.
 * </ul>
 *
 * <p>Immutable and safe to share; methods that set something return another planner. Do not measure
 * in two threads at a time.
 */
public final class Planner {

  private static final long MOST_DENSE_BYTES = 1L << 30;
  private static final int STEPS_OF_CROSSOVER = 6;

  private final Kernels kernels;
  private final boolean timed;
  private final Operation operation;
  private final Epilogue epilogue;
  private final boolean dense;
  private final long nanos;
  private final @Nullable PlanMemory memory;

  private Planner(
      Kernels kernels,
      boolean timed,
      Operation operation,
      Epilogue epilogue,
      boolean dense,
      long nanos,
      @Nullable PlanMemory memory) {
    this.kernels = kernels;
    this.timed = timed;
    this.operation = operation;
    this.epilogue = epilogue;
    this.dense = dense;
    this.nanos = nanos;
    this.memory = memory;
  }

  /**
   * Returns a planner that goes by rules and measures nothing; for {@code Y = A X}.
   *
   * @param kernels makes the plans
   * @return a planner
   */
  public static Planner rules(Kernels kernels) {
    Objects.requireNonNull(kernels, "kernels");
    return new Planner(kernels, false, Operation.SPMM, Epilogue.none(), true, 0, null);
  }

  /**
   * Returns a planner that measures on this machine, for at most about two seconds a matrix; for
   * {@code Y = A X}.
   *
   * @param kernels makes the plans
   * @return a planner
   */
  public static Planner timed(Kernels kernels) {
    Objects.requireNonNull(kernels, "kernels");
    long nanos = Duration.ofSeconds(2).toNanos();
    return new Planner(kernels, true, Operation.SPMM, Epilogue.none(), true, nanos, null);
  }

  /**
   * Says which product is wanted.
   *
   * @param wanted SPMM, LINEAR or SPMV
   * @return another planner
   * @throws IllegalArgumentException if it is another operation
   */
  public Planner operation(Operation wanted) {
    if (wanted == Operation.SDDMM || wanted == Operation.SPMM_TRANSPOSED) {
      throw new IllegalArgumentException(
          "Planner: operation must be spmm, linear or spmv, got " + wanted.label());
    }
    return new Planner(kernels, timed, wanted, epilogue, dense, nanos, memory);
  }

  /**
   * Fuses a bias and a function into the product.
   *
   * @param wanted what to do to the result
   * @return another planner
   */
  public Planner epilogue(Epilogue wanted) {
    return new Planner(kernels, timed, operation, wanted, dense, nanos, memory);
  }

  /**
   * Leaves the dense product out, which takes the memory of all zeros and lets infinities and NaN
   * of inputs reach every output.
   *
   * @return another planner
   */
  public Planner withoutDense() {
    return new Planner(kernels, timed, operation, epilogue, false, nanos, memory);
  }

  /**
   * Limits the time that measuring a matrix takes.
   *
   * @param most time for one matrix, or for one step of {@link #crossover}; above 0. One round of
   *     all candidates is always finished, so slow ones take longer
   * @return another planner
   * @throws IllegalArgumentException if it is not above 0, or this planner does not measure
   */
  public Planner within(Duration most) {
    requireTimed("within");
    if (most.isNegative() || most.isZero()) {
      throw new IllegalArgumentException("Planner: time to measure must be above 0, got " + most);
    }
    return new Planner(kernels, true, operation, epilogue, dense, most.toNanos(), memory);
  }

  /**
   * Takes choices and crossovers from a memory where it has them for this machine, and puts new
   * ones there.
   *
   * @param known the memory; shared
   * @return another planner
   * @throws IllegalArgumentException if this planner does not measure
   */
  public Planner remembering(PlanMemory known) {
    requireTimed("remembering");
    return new Planner(kernels, true, operation, epilogue, dense, nanos, known);
  }

  private void requireTimed(String method) {
    if (!timed) {
      throw new IllegalArgumentException(
          "Planner: " + method + " is for a planner that measures; start with Planner.timed");
    }
  }

  /**
   * Chooses a product; O(nnz) and the copies that candidates take, plus the time to measure.
   *
   * @param matrix the matrix; shared with the choice
   * @param n number of samples of a call, at least 1; 1 for SPMV
   * @param threads what calls will run on; measured with, not kept
   * @return the choice
   * @throws IllegalArgumentException if n is out of range or the epilogue does not fit
   */
  public Choice plan(SparseMatrix matrix, int n, Threads threads) {
    Objects.requireNonNull(matrix, "matrix");
    Objects.requireNonNull(threads, "threads");
    requireSamples(n, describe(matrix));
    long version = matrix.values().version();
    Forms forms = new Forms(kernels, matrix, operation, epilogue, n);
    PlanKey key = null;
    if (memory != null) {
      key = PlanKey.of(kernels, matrix, operation, epilogue, n, threads.count());
      Findings known = memory.find(key, dense);
      Optional<? extends Product> product =
          known == null ? Optional.empty() : product(forms, matrix, known.best().format());
      if (known != null && product.isPresent()) {
        return choice(matrix, n, threads, Choice.Origin.REMEMBERED, product.get(), known, version);
      }
    }
    List<Product> products = new ArrayList<>(forms.all());
    boolean withDense = dense && denseBytes(matrix) <= MOST_DENSE_BYTES;
    if (timed && withDense) {
      products.addFirst(new DenseProduct(kernels, matrix, epilogue));
    }
    List<Candidate> estimated = new ArrayList<>();
    if (!timed && withDense) {
      KernelInfo info = DenseProduct.info(kernels, matrix.rows(), matrix.columns(), n);
      estimated.add(new Candidate(Product.DENSE, info, 1, Optional.empty()));
    }
    products.forEach(product -> estimated.add(candidate(product, matrix, n)));
    Findings findings =
        timed
            ? new Measurement(kernels, matrix, operation, n, threads).of(products, estimated, nanos)
            : new Findings(estimated, 0, 0);
    String best = findings.best().format();
    Product chosen =
        products.stream()
            .filter(product -> product.format().equals(best))
            .findFirst()
            .orElseGet(() -> new DenseProduct(kernels, matrix, epilogue));
    if (memory != null && key != null) {
      memory.put(key, dense, findings);
    }
    Choice.Origin origin = timed ? Choice.Origin.MEASURED : Choice.Origin.RULES;
    return choice(matrix, n, threads, origin, chosen, findings, version);
  }

  private Choice choice(
      SparseMatrix matrix,
      int n,
      Threads threads,
      Choice.Origin origin,
      Product product,
      Findings findings,
      long version) {
    return new Choice(matrix, operation, n, threads.count(), origin, product, findings, version);
  }

  private Optional<? extends Product> product(Forms forms, SparseMatrix matrix, String format) {
    return format.equals(Product.DENSE)
        ? Optional.of(new DenseProduct(kernels, matrix, epilogue))
        : forms.product(format);
  }

  private static Candidate candidate(Product product, SparseMatrix matrix, int n) {
    KernelInfo info = product.info(n);
    double estimate =
        product instanceof DenseProduct
            ? 1
            : Rules.estimate(info.kernel(), n, matrix.density(), denseBytes(matrix));
    return new Candidate(product.format(), info, estimate, Optional.empty());
  }

  /**
   * Finds the sparsity below which the dense product is faster than CSR with random positions, by
   * bisection: six small races where this planner measures, else by its rules.
   *
   * @param rows rows of the matrix, at least 1
   * @param columns columns of the matrix, at least 1
   * @param n number of samples of a call, at least 1; 1 for SPMV
   * @param threads what calls will run on; measured with, not kept
   * @return a sparsity in [0, 1], exact to 1/128
   * @throws IllegalArgumentException if a size is out of range or the dense matrix takes more than
   *     1 GiB
   */
  public double crossover(int rows, int columns, int n, Threads threads) {
    String shape = rows + "x" + columns;
    if (rows < 1 || columns < 1 || 4L * rows * columns > MOST_DENSE_BYTES) {
      throw new IllegalArgumentException(
          "crossover: rows and columns must be at least 1 and their product at most "
              + MOST_DENSE_BYTES / 4
              + "; A is "
              + shape);
    }
    requireSamples(n, shape);
    String key = PlanKey.crossover(kernels, operation, rows, columns, n, threads.count());
    OptionalDouble known = memory == null ? OptionalDouble.empty() : memory.crossover(key);
    if (known.isPresent()) {
      return known.getAsDouble();
    }
    DenseMatrix full = timed ? random(rows, columns) : DenseMatrix.zeros(0, 0);
    double low = 0;
    double high = 1;
    for (int step = 0; step < STEPS_OF_CROSSOVER; step++) {
      double middle = (low + high) / 2;
      boolean denseWins =
          timed
              ? denseWins(full, middle, n, threads, step)
              : Rules.estimate(rowKernel(), n, 1 - middle, 4L * rows * columns) >= 1;
      low = denseWins ? middle : low;
      high = denseWins ? high : middle;
    }
    double found = (low + high) / 2;
    if (memory != null) {
      memory.putCrossover(key, found);
    }
    return found;
  }

  private String rowKernel() {
    return kernels.vectorBits() == 0 ? "positions of CSR" : "csr";
  }

  private boolean denseWins(DenseMatrix full, double sparsity, int n, Threads threads, int step) {
    long kept = Math.round((1 - sparsity) * full.rows() * full.columns());
    Mask mask = Mask.random(full.rows(), full.columns(), kept, step);
    CsrMatrix sparse = CsrMatrix.fromDense(full, mask);
    Forms forms = new Forms(kernels, sparse, operation, Epilogue.none(), n);
    List<Product> products =
        List.of(
            new DenseProduct(kernels, sparse, Epilogue.none(), full),
            forms.product("CSR").orElseThrow());
    List<Candidate> candidates =
        products.stream().map(product -> candidate(product, sparse, n)).toList();
    // The first race compiles the kernels; what follows needs a fraction of the time.
    long most = step == 0 ? nanos : nanos / 4;
    List<Candidate> measured =
        new Measurement(kernels, sparse, operation, n, threads)
            .of(products, candidates, most)
            .candidates();
    return Findings.time(measured.getFirst()) < Findings.time(measured.getLast());
  }

  private static DenseMatrix random(int rows, int columns) {
    DenseMatrix full = DenseMatrix.zeros(rows, columns);
    SplittableRandom random = new SplittableRandom(rows * 31L + columns);
    float[] row = new float[columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) random.nextDouble(0.1, 1);
      }
      full.setRow(i, row, 0);
    }
    return full;
  }

  private void requireSamples(int n, String shape) {
    if (n < 1 || (operation == Operation.SPMV && n != 1)) {
      throw new IllegalArgumentException(
          operation.label()
              + ": n ("
              + n
              + ") must be "
              + (operation == Operation.SPMV ? "1" : "at least 1")
              + "; A is "
              + shape);
    }
  }

  private static long denseBytes(SparseMatrix matrix) {
    return 4L * matrix.rows() * matrix.columns();
  }

  static String describe(SparseMatrix a) {
    return a.rows() + "x" + a.columns() + " " + a.format() + " (nnz " + a.nnz() + ")";
  }

  /** Returns what it plans and how. */
  @Override
  public String toString() {
    return "Planner " + operation.label() + ", " + epilogue + (timed ? ", timed" : ", by rules");
  }
}
