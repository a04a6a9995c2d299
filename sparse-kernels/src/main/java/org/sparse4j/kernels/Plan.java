package org.sparse4j.kernels;

import java.lang.ref.Reference;
import java.time.Duration;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Ceilings;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.spi.PreparedKernel;

/**
 * One operation on one matrix, packed in kernel order: made once, run many times.
 *
 * <p>Safe to share between threads, each with a workspace of its own, as long as nobody calls
 * {@link #refresh()} meanwhile. A call checks its operands, allocates nothing once warm, and gives
 * the same bits for any number of threads. A plan keeps a copy of the values: after {@code
 * values().markChanged()} it refuses to run until {@link #refresh()} has copied them anew.
 */
public final class Plan {

  private final Operation operation;
  private final SparseMatrix matrix;
  private final Epilogue epilogue;
  private final Kernels.Served served;
  private final boolean converted;
  private final int rows;
  private final int columns;
  private volatile long version;

  Plan(
      Operation operation,
      SparseMatrix matrix,
      Epilogue epilogue,
      Kernels.Served served,
      boolean converted) {
    this.operation = operation;
    this.matrix = matrix;
    this.epilogue = epilogue;
    this.served = served;
    this.converted = converted;
    this.rows = matrix.rows();
    this.columns = matrix.columns();
    this.version = matrix.values().version();
  }

  /**
   * Returns the operation.
   *
   * @return what {@code run} computes
   */
  public Operation operation() {
    return operation;
  }

  /**
   * Returns the matrix the plan was made for.
   *
   * @return the caller's matrix
   */
  public SparseMatrix matrix() {
    return matrix;
  }

  /**
   * Tells whether values changed since they were copied; SDDMM reads no values and is never stale.
   *
   * @return true if {@link #refresh()} is due
   */
  public boolean isStale() {
    return operation != Operation.SDDMM && version != matrix.values().version();
  }

  /** Copies the matrix's values into kernel order; O(nnz), no allocation for our own formats. */
  public void refresh() {
    long now = matrix.values().version();
    if (operation != Operation.SDDMM) {
      served.kernel().refresh(converted ? matrix.toCsr().values() : matrix.values());
    }
    version = now;
  }

  /**
   * Says which kernel runs and what a call costs.
   *
   * @param n number of samples, at least 1
   * @return the description
   * @throws IllegalArgumentException if {@code n} is below 1
   */
  public KernelInfo info(int n) {
    Operands.requireSamples("info", n, matrix);
    return served.kernel().info(n);
  }

  /**
   * Returns the size of the kernel's own copy of the matrix, which a call reads.
   *
   * @return bytes; 0 if there is no copy, or the kernel does not say
   */
  public long packedBytes() {
    return served.kernel().packedBytes();
  }

  /**
   * Explains a call in words: operation, operands, kernel, cost, the bytes of the matrix and of the
   * copy that the kernel reads, and whether the format was converted.
   *
   * @param n number of samples, at least 1
   * @return one line
   * @throws IllegalArgumentException if {@code n} is below 1
   */
  public String explain(int n) {
    Operands.requireSamples("explain", n, matrix);
    return operation.label()
        + " "
        + Operands.describe(matrix)
        + ", n "
        + n
        + (epilogue == Epilogue.none() ? "" : ", " + epilogue)
        + ": "
        + info(n)
        + sizes()
        + (converted ? ", converted from " + matrix.format() + " to CSR" : "");
  }

  /**
   * Explains a call as {@link #explain(int)} does, with the least time a machine can need by the
   * roofline model.
   *
   * @param n number of samples, at least 1
   * @param ceilings what the machine can do, see {@link Kernels#measureCeilings(long)}
   * @return one line
   * @throws IllegalArgumentException if {@code n} is below 1
   */
  public String explain(int n, Ceilings ceilings) {
    return explain(n) + ", " + ceilings.explain(info(n));
  }

  /**
   * Runs the plan on operands of its own until the JVM has compiled its kernel: until no call was 5
   * % faster than all before for 500 ms, or the time is over. The first call of a kernel runs
   * interpreted and takes many times as long as later ones; call this before the first request.
   * Reads the plan's values and bias, writes nothing of the caller's but the workspace.
   *
   * @param workspace scratch and threads of later calls
   * @param n number of samples that later calls have; ignored by SPMV
   * @param most how long to run at most; overrun by one call
   * @return the time of the fastest call
   * @throws IllegalArgumentException if {@code n} is negative
   * @throws IllegalStateException if the plan is stale
   */
  public Duration warmUp(Workspace workspace, int n, Duration most) {
    if (n < 0) {
      throw new IllegalArgumentException("warmUp: n (" + n + ") must not be negative");
    }
    Runnable call =
        switch (operation) {
          case SPMM -> {
            DenseMatrix x = DenseMatrix.zeros(columns, n);
            DenseMatrix y = DenseMatrix.zeros(rows, n);
            yield () -> run(workspace, x, y);
          }
          case SPMM_TRANSPOSED -> {
            DenseMatrix x = DenseMatrix.zeros(rows, n);
            DenseMatrix y = DenseMatrix.zeros(columns, n);
            yield () -> run(workspace, x, y);
          }
          case LINEAR -> {
            DenseView x = DenseMatrix.zeros(n, columns).view();
            DenseMatrix y = DenseMatrix.zeros(n, rows);
            yield () -> run(workspace, x, y);
          }
          case SPMV -> {
            DenseVector x = DenseVector.zeros(columns);
            DenseVector y = DenseVector.zeros(rows);
            yield () -> run(workspace, x, y);
          }
          case SDDMM -> {
            DenseMatrix g = DenseMatrix.zeros(rows, n);
            DenseMatrix x = DenseMatrix.zeros(columns, n);
            FloatValues sampled = FloatValues.zeros((int) matrix.nnz());
            yield () -> sample(workspace, g, x, sampled);
          }
        };
    return Duration.ofNanos(WarmUp.run(call, most.toNanos()));
  }

  private String sizes() {
    long packed = packedBytes();
    return packed == 0
        ? ""
        : ", "
            + matrix.bytes()
            + " bytes stored ("
            + matrix.values().dtype()
            + "), "
            + packed
            + " packed";
  }

  /**
   * Computes {@code Y = f(A X + b)} (SPMM: X is k x n, Y is m x n), {@code Y = A^T X}
   * (SPMM_TRANSPOSED: X is m x n, Y is k x n) or {@code Y = f(X A^T + b)} (LINEAR: X is n x k, Y is
   * n x m).
   *
   * @param workspace scratch and threads
   * @param x input
   * @param y receives the result; must not overlap x or the bias
   * @throws IllegalArgumentException if the shapes do not fit or y overlaps x or the bias; y is
   *     untouched
   * @throws IllegalStateException if the plan is stale, memory is closed, or this is a plan for
   *     another kind of operands
   */
  public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    if (operation == Operation.LINEAR) {
      run(workspace, x.view(), y);
      return;
    }
    if (!(served.kernel() instanceof PreparedKernel.Product product)) {
      throw otherOperands("run(Workspace, DenseMatrix, DenseMatrix)");
    }
    boolean transposed = operation == Operation.SPMM_TRANSPOSED;
    int inputs = transposed ? rows : columns;
    int outputs = transposed ? columns : rows;
    String name = operation.label();
    if (x.rows() != inputs || y.rows() != outputs || x.columns() != y.columns()) {
      String shapes = shapes("X", Operands.describe(x), "Y", Operands.describe(y));
      String inputRule = transposed ? "rows of A" : "columns of A";
      String outputRule = transposed ? "columns of A" : "rows of A";
      Operands.requireEqual(name, "rows of X", x.rows(), inputRule, inputs, shapes);
      Operands.requireEqual(name, "rows of Y", y.rows(), outputRule, outputs, shapes);
      Operands.requireEqual(name, "columns of Y", y.columns(), "columns of X", x.columns(), shapes);
    }
    x.requireAlive(name);
    y.requireAlive(name);
    Operands.requireApart(name, "Y", y, "X", x);
    Operands.requireApart(name, "Y", y, epilogue);
    requireReady();
    try {
      product.run(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(epilogue);
      Reference.reachabilityFence(workspace);
      Reference.reachabilityFence(served); // kernels may own native memory
    }
  }

  /**
   * Computes {@code Y = f(X A^T + b)}, batch-major (LINEAR): X is n x k, Y is n x m, a row is a
   * sample.
   *
   * @param workspace scratch and threads
   * @param x input of any strides
   * @param y receives the result; must not overlap x or the bias
   * @throws IllegalArgumentException if the shapes do not fit or y overlaps x or the bias; y is
   *     untouched
   * @throws IllegalStateException if the plan is stale, memory is closed, or this is a plan for
   *     another kind of operands
   */
  public void run(Workspace workspace, DenseView x, DenseMatrix y) {
    if (!(served.kernel() instanceof PreparedKernel.BatchMajor layer)) {
      throw otherOperands("run(Workspace, DenseView, DenseMatrix)");
    }
    String name = operation.label();
    if (x.columns() != columns || y.columns() != rows || x.rows() != y.rows()) {
      String shapes = shapes("X", Operands.describe(x), "Y", Operands.describe(y));
      Operands.requireEqual(name, "columns of X", x.columns(), "columns of A", columns, shapes);
      Operands.requireEqual(name, "columns of Y", y.columns(), "rows of A", rows, shapes);
      Operands.requireEqual(name, "rows of Y", y.rows(), "rows of X", x.rows(), shapes);
    }
    Operands.requireAlive(name, x);
    y.requireAlive(name);
    Operands.requireApart(name, "Y", y, "X", x);
    Operands.requireApart(name, "Y", y, epilogue);
    requireReady();
    try {
      layer.run(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(epilogue);
      Reference.reachabilityFence(workspace);
      Reference.reachabilityFence(served); // kernels may own native memory
    }
  }

  /**
   * Computes {@code y = f(A x + b)} (SPMV).
   *
   * @param workspace scratch and threads
   * @param x k elements
   * @param y receives m elements; must not overlap x or the bias
   * @throws IllegalArgumentException if the lengths do not fit or y overlaps x or the bias; y is
   *     untouched
   * @throws IllegalStateException if the plan is stale, memory is closed, or this is a plan for
   *     another kind of operands
   */
  public void run(Workspace workspace, DenseVector x, DenseVector y) {
    if (!(served.kernel() instanceof PreparedKernel.SingleSample product)) {
      throw otherOperands("run(Workspace, DenseVector, DenseVector)");
    }
    String name = operation.label();
    if (x.length() != columns || y.length() != rows) {
      String shapes = shapes("x", x.length() + " elements", "y", y.length() + " elements");
      Operands.requireEqual(name, "length of x", x.length(), "columns of A", columns, shapes);
      Operands.requireEqual(name, "length of y", y.length(), "rows of A", rows, shapes);
    }
    Operands.requireAlive(name, x);
    Operands.requireAlive(name, y);
    Operands.requireApart(name, "y", y.asRow(), "x", x.asRow());
    Operands.requireApart(name, "y", y.asRow(), epilogue);
    requireReady();
    try {
      product.run(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(epilogue);
      Reference.reachabilityFence(workspace);
      Reference.reachabilityFence(served); // kernels may own native memory
    }
  }

  /**
   * Computes {@code s_ij = sum_t G_it X_jt} at the stored positions (SDDMM).
   *
   * @param workspace scratch and threads
   * @param g m x n
   * @param x k x n
   * @param sampled receives one number a stored position, in pattern order; marked as changed
   * @throws IllegalArgumentException if the shapes do not fit; sampled is untouched
   * @throws IllegalStateException if memory is closed, or this is a plan for another operation
   */
  public void sample(Workspace workspace, DenseMatrix g, DenseMatrix x, FloatValues sampled) {
    if (!(served.kernel() instanceof PreparedKernel.Sampled product)) {
      throw otherOperands("sample");
    }
    String name = operation.label();
    if (g.rows() != rows
        || x.rows() != columns
        || g.columns() != x.columns()
        || sampled.length() != matrix.nnz()) {
      String shapes = shapes("G", Operands.describe(g), "X", Operands.describe(x));
      Operands.requireEqual(name, "rows of G", g.rows(), "rows of A", rows, shapes);
      Operands.requireEqual(name, "rows of X", x.rows(), "columns of A", columns, shapes);
      Operands.requireEqual(name, "columns of G", g.columns(), "columns of X", x.columns(), shapes);
      Operands.requireEqual(
          name, "length of the result", sampled.length(), "nnz of A", (int) matrix.nnz(), shapes);
    }
    g.requireAlive(name);
    x.requireAlive(name);
    try {
      product.run(workspace, g, x, sampled);
      sampled.markChanged();
    } finally {
      Reference.reachabilityFence(g);
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(workspace);
      Reference.reachabilityFence(served); // kernels may own native memory
    }
  }

  private void requireReady() {
    if (isStale()) {
      throw new IllegalStateException(
          operation.label()
              + ": values changed since the plan copied them (version "
              + version
              + ", now "
              + matrix.values().version()
              + "); call refresh() first; A is "
              + Operands.describe(matrix));
    }
    // Not ifPresent: its lambda would be 16 bytes a call wherever C2 does not inline it.
    if (epilogue.bias().isPresent()) {
      Operands.requireAlive(operation.label(), epilogue.bias().get());
    }
  }

  private IllegalStateException otherOperands(String method) {
    return new IllegalStateException(
        operation.label() + ": " + method + " does not take the operands of this operation");
  }

  private String shapes(String first, String firstShape, String second, String secondShape) {
    return "A is "
        + Operands.describe(matrix)
        + ", "
        + first
        + " is "
        + firstShape
        + ", "
        + second
        + " is "
        + secondShape;
  }

  /** Returns operation, matrix and epilogue. */
  @Override
  public String toString() {
    return "Plan " + operation.label() + " " + Operands.describe(matrix) + ", " + epilogue;
  }
}
