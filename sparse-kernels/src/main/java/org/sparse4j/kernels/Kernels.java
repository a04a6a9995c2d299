package org.sparse4j.kernels;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Ceilings;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.spi.FormatProvider;
import org.sparse4j.kernels.spi.KernelProvider;
import org.sparse4j.kernels.spi.OperatorProvider;
import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;
import org.sparse4j.kernels.spi.SpeedProbe;
import org.sparse4j.kernels.structured.StructuredOperators;

/**
 * The entry point: a set of kernels, chosen once, that makes plans for sparse products and offers
 * the dense operations.
 *
 * <p>Stateless and safe to share. {@link #best()} follows {@code
 * -Dsparse4j.kernels=auto|vector|scalar}: {@code auto} takes the vector kernels where the JVM
 * offers them and else the scalar ones, with one log line that says why; {@code vector} fails at
 * first use where it cannot be honoured.
 *
 * <p>Vector kernels for rows of CSR come with three kinds of register tiles that give the same
 * sums; {@code -Dsparse4j.csr.values=auto|registers|memory|lanes} says which one plans get, {@code
 * auto} goes by the processor, and with anything else a plan for such rows is an {@link
 * IllegalStateException}.
 */
public final class Kernels {

  /** Most time for each ceiling. */
  private static final long PROBE_NANOS = 3_000_000_000L;

  private final KernelProvider provider;
  private final List<FormatProvider> formats;
  private final List<OperatorProvider> operators;
  private final boolean strict;

  /** Whether the caller named the provider, so that it is no fallback. */
  private final boolean named;

  private final DenseKernels dense;
  private final MaskKernels masks;

  private Kernels(
      KernelProvider provider,
      List<FormatProvider> formats,
      List<OperatorProvider> operators,
      boolean strict,
      boolean named) {
    this.provider = provider;
    this.formats = formats;
    this.operators = operators;
    this.strict = strict;
    this.named = named;
    this.dense = new CheckedDenseKernels(provider.dense());
    this.masks = new CheckedMaskKernels(provider.masks());
  }

  /** Loaded on first use, so that {@link #scalar()} works where the choice fails. */
  private static final class Best {
    static final Kernels INSTANCE =
        new Kernels(
            ProviderChoice.chosen(),
            ProviderChoice.formats(),
            ProviderChoice.operators(),
            ProviderChoice.strict(),
            false);
  }

  private static final class Scalar {
    static final Kernels INSTANCE =
        new Kernels(
            ProviderChoice.scalar(),
            ProviderChoice.formats(),
            ProviderChoice.operators(),
            false,
            true);
  }

  /**
   * Returns the kernels that {@code -Dsparse4j.kernels} asks for, the best available by default.
   *
   * @return the shared kernels of this JVM
   * @throws IllegalStateException if {@code vector} was asked for and cannot be had; the message
   *     says why
   */
  public static Kernels best() {
    try {
      return Best.INSTANCE;
    } catch (ExceptionInInitializerError e) {
      throw new IllegalStateException(ProviderChoice.failure(), e);
    } catch (NoClassDefFoundError e) {
      // Every later attempt after a failed first one ends here.
      throw new IllegalStateException(ProviderChoice.failure(), e);
    }
  }

  /**
   * Returns the kernels in plain Java: complete, and what the others are compared with.
   *
   * @return the shared scalar kernels
   */
  public static Kernels scalar() {
    return Scalar.INSTANCE;
  }

  /**
   * Returns these kernels with a format of the caller's; it is asked first.
   *
   * @param format kernels for a format
   * @return new kernels; this object is unchanged
   */
  public Kernels with(FormatProvider format) {
    List<FormatProvider> more = new ArrayList<>();
    more.add(Objects.requireNonNull(format, "format"));
    more.addAll(formats);
    return new Kernels(provider, List.copyOf(more), operators, strict, named);
  }

  /**
   * Returns these kernels with operators of the caller's; they are asked first, for parts of sums
   * and products too.
   *
   * @param operator operators for a kind of matrix
   * @return new kernels; this object is unchanged
   */
  public Kernels with(OperatorProvider operator) {
    List<OperatorProvider> more = new ArrayList<>();
    more.add(Objects.requireNonNull(operator, "operator"));
    more.addAll(operators);
    return new Kernels(provider, formats, List.copyOf(more), strict, named);
  }

  /**
   * Returns these kernels without their fallbacks: making a plan is an {@link
   * IllegalArgumentException} where the vector kernels would convert the matrix to CSR (which
   * {@link PlanBuilder#allowConversion()} permits otherwise), read another format by its rows
   * because it has no kernel of its own, or decode narrow values to float32. {@code
   * -Dsparse4j.strict=true} makes {@link #best()} strict from the start, and then a JVM that cannot
   * run the vector kernels is an error too unless {@code -Dsparse4j.kernels=scalar} asked for the
   * scalar ones.
   *
   * @return new kernels; this object is unchanged
   * @throws IllegalStateException if these are the best kernels, and they are the scalar ones
   *     without having been asked for; the message says why
   */
  public Kernels strict() {
    if (!named) {
      ProviderChoice.requireNoFallback(provider);
    }
    return new Kernels(provider, formats, operators, true, named);
  }

  /**
   * Tells whether fallbacks are errors.
   *
   * @return true after {@link #strict()} or with {@code -Dsparse4j.strict=true}
   */
  public boolean isStrict() {
    return strict;
  }

  /**
   * Measures what this machine can do at most, for {@link Plan#explain(int, Ceilings)}: multiplies
   * and adds in registers and reads memory, half a second each, at most three if the compiler has
   * much to do, on the calling thread. Nothing measures unless it is called; keep the result.
   *
   * @param workingSet bytes to read again and again: as many as a call touches, so that they come
   *     from the same cache or memory; from 4096 to 1 GiB
   * @return the ceilings of one thread
   * @throws IllegalArgumentException if {@code workingSet} is out of range
   */
  public Ceilings measureCeilings(long workingSet) {
    if (workingSet < 4096 || workingSet > 1 << 30) {
      throw new IllegalArgumentException(
          "measureCeilings: workingSet (" + workingSet + ") must be between 4096 and " + (1 << 30));
    }
    SpeedProbe probe = probe();
    int steps = 2_000;
    int rows = (int) Math.max(1, workingSet >> 16);
    DenseMatrix x = DenseMatrix.zeros(rows, (int) (Math.min(workingSet, 1 << 16) / 4));
    long bytes = 4L * x.rows() * x.columns();
    float[] sink = new float[1];
    long flopNanos = WarmUp.run(() -> sink[0] += probe.multiplyAdds(steps), PROBE_NANOS);
    // Calls of some 50 microseconds or more, whatever the size, or the clock would tell.
    int passes = (int) Math.max(1, (1 << 22) / bytes);
    long readNanos =
        WarmUp.run(
            () -> {
              for (int pass = 0; pass < passes; pass++) {
                sink[0] += probe.read(x, 0, x.rows());
              }
            },
            PROBE_NANOS);
    return new Ceilings(
        1e9 * steps * probe.flopsPerStep() / flopNanos, 1e9 * passes * bytes / readNanos);
  }

  /**
   * Runs a dense product on operands of its own until the JVM has compiled its kernel, as {@link
   * Plan#warmUp} does for a plan: until no call was 5 % faster than all before for 500 ms, or the
   * time is over.
   *
   * @param workspace scratch and threads of later calls
   * @param form which operands are transposed
   * @param m rows of C
   * @param k products summed
   * @param n columns of C, at least 1
   * @param most how long to run at most; overrun by one call
   * @return the time of the fastest call
   * @throws IllegalArgumentException if m or k is negative or n below 1
   */
  public Duration warmUp(Workspace workspace, GemmForm form, int m, int k, int n, Duration most) {
    dense.gemmInfo(form, m, k, n); // checks the sizes
    boolean turnedA = form == GemmForm.ATB;
    boolean turnedB = form == GemmForm.ABT;
    DenseMatrix a = DenseMatrix.zeros(turnedA ? k : m, turnedA ? m : k);
    DenseMatrix b = DenseMatrix.zeros(turnedB ? n : k, turnedB ? k : n);
    DenseMatrix c = DenseMatrix.zeros(m, n);
    return Duration.ofNanos(
        WarmUp.run(() -> dense.gemm(workspace, form, a, b, Epilogue.none(), c), most.toNanos()));
  }

  /**
   * Returns the provider's name.
   *
   * @return {@code vector} or {@code scalar}
   */
  public String provider() {
    return provider.name();
  }

  /**
   * Returns the width of the vector registers in use.
   *
   * @return bits, 0 for the scalar kernels
   */
  public int vectorBits() {
    return provider.vectorBits();
  }

  /**
   * Returns the dense operations; operands are checked.
   *
   * @return one object, safe to share
   */
  public DenseKernels dense() {
    return dense;
  }

  /**
   * Returns work of known size, to measure what this machine can do at most.
   *
   * @return one object, safe to share
   */
  public SpeedProbe probe() {
    return provider.probe();
  }

  /**
   * Returns the kernels that make masks, threshold and sample; operands are checked.
   *
   * @return one object, safe to share
   */
  public MaskKernels masks() {
    return masks;
  }

  /**
   * Starts a plan for one operation on one matrix.
   *
   * @param operation the product
   * @param matrix the sparse matrix; shared with the plan
   * @return a builder
   */
  public PlanBuilder plan(Operation operation, SparseMatrix matrix) {
    return new PlanBuilder(
        this,
        Objects.requireNonNull(operation, "operation"),
        Objects.requireNonNull(matrix, "matrix"));
  }

  /**
   * Returns a matrix as a linear map: product, transposed product and gradient of its float32
   * numbers. Numbers of other types are frozen: they are no parameters of the map. Plans, buffers
   * and native copies of the numbers are made on first use and refreshed by themselves when the
   * numbers changed.
   *
   * <p>Serves sparse matrices, all structured matrices of {@code org.sparse4j.structured}, sums and
   * products of either, and whatever an {@link OperatorProvider} knows.
   *
   * @param matrix the matrix; shared
   * @return the operator, for one thread at a time
   * @throws IllegalArgumentException if the matrix, or a part of it, is of a kind that nobody knows
   */
  public LinearOperator operator(CompressedMatrix matrix) {
    LinearOperator operator = unchecked(Objects.requireNonNull(matrix, "matrix"));
    return operator instanceof SparseOperator
        ? operator
        : new CheckedOperator(
            operator, "A is " + matrix.rows() + "x" + matrix.columns() + " " + matrix.format());
  }

  private LinearOperator unchecked(CompressedMatrix matrix) {
    for (OperatorProvider own : operators) {
      Optional<LinearOperator> operator = own.operator(matrix, this::unchecked);
      if (operator.isPresent()) {
        return operator.get();
      }
    }
    if (matrix instanceof SparseMatrix sparse) {
      return new SparseOperator(this, sparse);
    }
    return StructuredOperators.of(matrix, dense, this::unchecked)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "operator: no operator for a "
                    + matrix.format()
                    + " matrix; give an OperatorProvider to Kernels.with; A is "
                    + matrix.rows()
                    + "x"
                    + matrix.columns()));
  }

  /**
   * Explains {@code Y = A X} by an operator: a line with the sums of all calls, and one for each
   * call inside, in the order in which they run.
   *
   * @param operator made by {@link #operator}, or one of the caller's
   * @param n number of samples, at least 1
   * @return several lines, without a line break at the end
   * @throws IllegalArgumentException if {@code n} is below 1
   */
  public String explain(LinearOperator operator, int n) {
    return OperatorText.explain(operator, n, null);
  }

  /**
   * Explains as {@link #explain(LinearOperator, int)} does, with the least time a machine can need
   * by the roofline model. As calls run one after the other, the least time of all is the sum of
   * theirs.
   *
   * @param operator made by {@link #operator}, or one of the caller's
   * @param n number of samples, at least 1
   * @param ceilings what the machine can do, see {@link #measureCeilings(long)}
   * @return several lines, without a line break at the end
   * @throws IllegalArgumentException if {@code n} is below 1
   */
  public String explain(LinearOperator operator, int n, Ceilings ceilings) {
    return OperatorText.explain(operator, n, Objects.requireNonNull(ceilings, "ceilings"));
  }

  /**
   * Computes {@code Y = A X} once: plans, runs and forgets the plan. Where the same matrix
   * multiplies again, make a {@link #plan} and keep it.
   *
   * @param a m x k
   * @param x k x n
   * @param y receives m x n; must not overlap x
   * @throws IllegalArgumentException if the shapes do not fit or y overlaps x; y is untouched
   */
  public void spmm(SparseMatrix a, DenseMatrix x, DenseMatrix y) {
    Objects.requireNonNull(a, "a");
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(y, "y");
    plan(Operation.SPMM, a).batch(x.columns(), x.columns()).build().run(Workspace.create(), x, y);
  }

  /**
   * Computes {@code Y = A^T X} once.
   *
   * @param a m x k
   * @param x m x n
   * @param y receives k x n; must not overlap x
   * @throws IllegalArgumentException if the shapes do not fit or y overlaps x; y is untouched
   */
  public void spmmTransposed(SparseMatrix a, DenseMatrix x, DenseMatrix y) {
    Objects.requireNonNull(a, "a");
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(y, "y");
    plan(Operation.SPMM_TRANSPOSED, a)
        .batch(x.columns(), x.columns())
        .build()
        .run(Workspace.create(), x, y);
  }

  /**
   * Computes {@code y = A x} once.
   *
   * @param a m x k
   * @param x k elements
   * @param y receives m elements; must not overlap x
   * @throws IllegalArgumentException if the lengths do not fit or y overlaps x; y is untouched
   */
  public void spmv(SparseMatrix a, DenseVector x, DenseVector y) {
    Objects.requireNonNull(a, "a");
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(y, "y");
    plan(Operation.SPMV, a).batch(1, 1).build().run(Workspace.create(), x, y);
  }

  /**
   * Computes {@code Y = X A^T} once, batch-major.
   *
   * @param a m x k
   * @param x n x k, any strides
   * @param y receives n x m; must not overlap x
   * @throws IllegalArgumentException if the shapes do not fit or y overlaps x; y is untouched
   */
  public void linear(SparseMatrix a, DenseView x, DenseMatrix y) {
    Objects.requireNonNull(a, "a");
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(y, "y");
    plan(Operation.LINEAR, a).batch(x.rows(), x.rows()).build().run(Workspace.create(), x, y);
  }

  /**
   * Computes {@code s_ij = sum_t G_it X_jt} at the stored positions of a, once.
   *
   * @param a m x k; its values are not read
   * @param g m x n
   * @param x k x n
   * @param sampled receives one number a stored position, in pattern order
   * @throws IllegalArgumentException if the shapes do not fit; sampled is untouched
   */
  public void sddmm(SparseMatrix a, DenseMatrix g, DenseMatrix x, FloatValues sampled) {
    Objects.requireNonNull(a, "a");
    Objects.requireNonNull(g, "g");
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(sampled, "sampled");
    plan(Operation.SDDMM, a)
        .batch(x.columns(), x.columns())
        .build()
        .sample(Workspace.create(), g, x, sampled);
  }

  /**
   * Finds the entries of {@code G X^T} outside a pattern with the largest magnitudes, best first:
   * what grows where a gradient is large (Evci et al., Rigging the Lottery, 2020, arXiv
   * 1911.11134).
   *
   * <p>Ties go to the lower position, NaN counts as largest. The product is computed some rows at a
   * time, so memory, kept in the workspace, is {@code O(count + nnz)} and one tile; {@code 2 m k n}
   * operations. Results do not depend on the number of threads.
   *
   * @param workspace scratch and threads
   * @param pattern m x k, positions that are taken; m k is at most 2^32
   * @param g m x n
   * @param x k x n
   * @param count how many to find
   * @param positions receives the row-major positions, at least count of them
   * @param magnitudes receives the magnitudes, at least count of them
   * @return how many were found: count, or all there are outside the pattern
   * @throws IllegalArgumentException if shapes or lengths do not fit; outputs are untouched then
   */
  public int sddmmTopK(
      Workspace workspace,
      CsrPattern pattern,
      DenseMatrix g,
      DenseMatrix x,
      int count,
      long[] positions,
      float[] magnitudes) {
    Objects.requireNonNull(workspace, "workspace");
    Objects.requireNonNull(pattern, "pattern");
    Objects.requireNonNull(g, "g");
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(positions, "positions");
    Objects.requireNonNull(magnitudes, "magnitudes");
    String operands =
        "the pattern is "
            + pattern
            + ", G is "
            + Operands.describe(g)
            + ", X is "
            + Operands.describe(x);
    Operands.requireEqual(
        "sddmmTopK", "rows of G", g.rows(), "rows of the pattern", pattern.rows(), operands);
    Operands.requireEqual(
        "sddmmTopK", "rows of X", x.rows(), "columns of the pattern", pattern.columns(), operands);
    Operands.requireEqual(
        "sddmmTopK", "columns of G", g.columns(), "columns of X", x.columns(), operands);
    if (count < 0 || positions.length < count || magnitudes.length < count) {
      throw new IllegalArgumentException(
          "sddmmTopK: count ("
              + count
              + ") must be between 0 and the lengths of positions ("
              + positions.length
              + ") and magnitudes ("
              + magnitudes.length
              + "); "
              + operands);
    }
    if ((long) pattern.rows() * pattern.columns() > 1L << 32) {
      throw new IllegalArgumentException("sddmmTopK: m k must be at most 2^32; " + operands);
    }
    return workspace
        .state(GradientSearch.class, GradientSearch::new)
        .search(this, workspace, pattern, g, x, count, positions, magnitudes);
  }

  /** Asks the caller's formats, then the provider. */
  Optional<Served> prepare(PlanRequest request) {
    for (FormatProvider format : formats) {
      Optional<PreparedKernel> kernel = format.prepare(request);
      if (kernel.isPresent()) {
        return Optional.of(new Served(format, kernel.get()));
      }
    }
    return provider.prepare(request).map(kernel -> new Served(provider, kernel));
  }

  /** Whether a provider is the one behind all formats of ours. */
  boolean isBuiltIn(FormatProvider candidate) {
    return candidate.equals(provider);
  }

  /** A kernel and who brought it. */
  record Served(FormatProvider provider, PreparedKernel kernel) {}

  /** Returns provider and width. */
  @Override
  public String toString() {
    return provider.name() + (vectorBits() == 0 ? "" : ", " + vectorBits() + " bits");
  }
}
