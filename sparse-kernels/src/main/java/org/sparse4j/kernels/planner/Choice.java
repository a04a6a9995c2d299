package org.sparse4j.kernels.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Ceilings;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.Operation;

/**
 * The product that a {@link Planner} chose for a matrix: a plan in some format, or the dense
 * product.
 *
 * <p>Like a plan it is safe to share between threads, each with a workspace of its own, as long as
 * nobody calls {@link #refresh()} meanwhile; a call allocates nothing once warm. It keeps a copy of
 * the values and refuses to run after {@code values().markChanged()} until it is refreshed.
 *
 * <p>The dense product multiplies zeros too: an infinity or NaN in an input then reaches every
 * output. {@link Planner#withoutDense()} keeps to stored positions.
 */
public final class Choice {

  /** How a choice came about. */
  public enum Origin {
    /** By rules, without measuring. */
    RULES,
    /** By measuring just now. */
    MEASURED,
    /** Measured before and taken from a {@link PlanMemory}. */
    REMEMBERED
  }

  private final SparseMatrix matrix;
  private final Operation operation;
  private final int n;
  private final int threads;
  private final Origin origin;
  private final Product product;
  private final Findings findings;
  private volatile long version;

  Choice(
      SparseMatrix matrix,
      Operation operation,
      int n,
      int threads,
      Origin origin,
      Product product,
      Findings findings,
      long version) {
    this.matrix = matrix;
    this.operation = operation;
    this.n = n;
    this.threads = threads;
    this.origin = origin;
    this.product = product;
    this.findings = findings;
    this.version = version;
  }

  /**
   * Returns the matrix the choice was made for.
   *
   * @return the caller's matrix
   */
  public SparseMatrix matrix() {
    return matrix;
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
   * Returns the format whose kernel runs.
   *
   * @return {@code dense}, or a format's name such as {@code CSR}
   */
  public String format() {
    return product.format();
  }

  /**
   * Tells whether the dense product runs.
   *
   * @return true if no sparse format was better
   */
  public boolean isDense() {
    return product instanceof DenseProduct;
  }

  /**
   * Tells how the choice came about.
   *
   * @return by rules, measured or remembered
   */
  public Origin origin() {
    return origin;
  }

  /**
   * Returns what was considered, from the simplest format on.
   *
   * @return the candidates, the chosen one among them
   */
  public List<Candidate> candidates() {
    return findings.candidates();
  }

  /**
   * Returns the chosen candidate.
   *
   * @return the one of {@link #candidates()} whose format is {@link #format()}
   */
  public Candidate chosen() {
    return findings.of(format());
  }

  /**
   * Returns how many times as fast as the dense product the choice was measured, or by the rules
   * where nothing was.
   *
   * @return the ratio, 1 if the dense product was chosen; empty if that was not considered
   */
  public OptionalDouble speedup() {
    return findings.speedup(chosen());
  }

  /**
   * Tells whether values changed since they were copied.
   *
   * @return true if {@link #refresh()} is due
   */
  public boolean isStale() {
    return version != matrix.values().version();
  }

  /** Copies the matrix's values anew; O(nnz). */
  public void refresh() {
    long now = matrix.values().version();
    product.refresh();
    version = now;
  }

  /**
   * Computes {@code Y = f(A X + b)} (SPMM) or, of operands that lie row by row, {@code Y = f(X A^T
   * + b)} (LINEAR).
   *
   * @param workspace scratch and threads
   * @param x input
   * @param y receives the result; must not overlap x or the bias
   * @throws IllegalArgumentException if the shapes do not fit or y overlaps x or the bias; y is
   *     untouched
   * @throws IllegalStateException if the values changed, memory is closed, or the operation is SPMV
   */
  public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    requireFresh();
    if (operation == Operation.LINEAR) {
      product.run(workspace, x.view(), y);
      return;
    }
    requireOperation(Operation.SPMM, "run(Workspace, DenseMatrix, DenseMatrix)");
    product.run(workspace, x, y);
  }

  /**
   * Computes {@code Y = f(X A^T + b)}, batch-major (LINEAR): a row is a sample.
   *
   * @param workspace scratch and threads
   * @param x input of any strides
   * @param y receives the result; must not overlap x or the bias
   * @throws IllegalArgumentException if the shapes do not fit or y overlaps x or the bias; y is
   *     untouched
   * @throws IllegalStateException if the values changed, memory is closed, or the operation is
   *     another
   */
  public void run(Workspace workspace, DenseView x, DenseMatrix y) {
    requireFresh();
    requireOperation(Operation.LINEAR, "run(Workspace, DenseView, DenseMatrix)");
    product.run(workspace, x, y);
  }

  /**
   * Computes {@code y = f(A x + b)} (SPMV).
   *
   * @param workspace scratch and threads
   * @param x input
   * @param y receives the result; must not overlap x or the bias
   * @throws IllegalArgumentException if the lengths do not fit or y overlaps x or the bias; y is
   *     untouched
   * @throws IllegalStateException if the values changed, memory is closed, or the operation is
   *     another
   */
  public void run(Workspace workspace, DenseVector x, DenseVector y) {
    requireFresh();
    requireOperation(Operation.SPMV, "run(Workspace, DenseVector, DenseVector)");
    product.run(workspace, x, y);
  }

  private void requireFresh() {
    if (isStale()) {
      throw new IllegalStateException(
          operation.label()
              + ": values changed since the choice copied them (version "
              + version
              + ", now "
              + matrix.values().version()
              + "); call refresh() first; A is "
              + Planner.describe(matrix));
    }
  }

  private void requireOperation(Operation wanted, String method) {
    if (operation != wanted) {
      throw new IllegalStateException(
          operation.label() + ": " + method + " does not take the operands of this operation");
    }
  }

  /**
   * Explains the choice: a line that says what won and by how much, a table of the candidates, and
   * the ceilings that the bounds come from.
   *
   * @return several lines, without a line break at the end
   */
  public String explain() {
    List<String> lines = new ArrayList<>();
    lines.add(
        operation.label()
            + " "
            + Planner.describe(matrix)
            + ", n "
            + n
            + (threads == 1 ? ", 1 thread: " : ", " + threads + " threads: ")
            + format()
            + switch (origin) {
              case RULES -> " by rules, nothing measured";
              case MEASURED -> ", measured";
              case REMEMBERED -> ", remembered, measured before on this machine";
            }
            + margin());
    lines.addAll(findings.table(format()));
    return String.join("\n", lines);
  }

  /**
   * Explains the choice as {@link #explain()} does, and for each candidate kernel, lanes, cost and
   * the least time a machine can need by the roofline model, measured or not.
   *
   * @param ceilings what the machine can do, see {@code Kernels.measureCeilings}
   * @return several lines, without a line break at the end
   */
  public String explain(Ceilings ceilings) {
    Objects.requireNonNull(ceilings, "ceilings");
    List<String> lines = new ArrayList<>(List.of(explain()));
    for (Candidate candidate : candidates()) {
      KernelInfo info = candidate.info();
      lines.add(candidate.format() + ": " + info + ", " + ceilings.explain(info));
    }
    return String.join("\n", lines);
  }

  private String margin() {
    Candidate next = null;
    for (Candidate other : candidates()) {
      if (!other.format().equals(format())
          && (next == null || Findings.time(other) < Findings.time(next))) {
        next = other;
      }
    }
    if (next == null) {
      return "; nothing else fits";
    }
    double ratio = Findings.time(next) / Findings.time(chosen());
    return Findings.tie(next, chosen())
        ? "; a tie with " + next.format() + ", the simpler one wins"
        : String.format(Locale.ROOT, "; %.2f times as fast as %s", ratio, next.format());
  }

  /** Returns the first line of {@link #explain()}. */
  @Override
  public String toString() {
    return explain().lines().findFirst().orElse("");
  }
}
