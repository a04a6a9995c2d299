package org.sparse4j.bench.peers;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Elements;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.RaceFormat;
import org.sparse4j.bench.race.RaceSpec;
import org.sparse4j.bench.race.Role;
import org.sparse4j.bench.race.Site;
import org.sparse4j.bench.race.StepProblem;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrOrder;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.operation.Scoring;
import org.sparse4j.mask.Structure;

/**
 * Our own kernels: the best this JVM offers and the scalar ones, through the same calls as a
 * user's.
 */
public final class OwnKernels implements Opponent {
  /** Bytes whose reading tells the bandwidth: they stay in the second-level cache. */
  private static final long READ_BYTES = 1 << 18;

  /** Measured once in a process, on first use. */
  private static final class Bandwidth {
    static final double PER_SECOND = Kernels.best().measureCeilings(READ_BYTES).bandwidth();
  }

  /** A plan, and why it is not strict where it is not. */
  private record Made(Plan plan, String note) {}

  /** Loads nothing yet. */
  public OwnKernels() {}

  @Override
  public String name() {
    return OWN;
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    List<Contender> contenders = new ArrayList<>();
    Kernels best = Kernels.best();
    Threads threads = threads(problem, site.threads());
    boolean isNarrow = RaceFormat.of(problem.spec().format()).dtype() != DType.F32;
    contenders.add(contender(best, problem, threads, "", isNarrow));
    if (isNarrow) {
      contenders.add(contender(best, problem, threads, Entry.WIDE, false));
    }
    if (site.threads() > 1) {
      contenders.add(contender(best, problem, Threads.caller(), Entry.ONE_THREAD, isNarrow));
    }
    if (site.scalar() && !best.provider().equals(Kernels.scalar().provider())) {
      contenders.add(contender(Kernels.scalar(), problem, threads, "", isNarrow));
    }
    return contenders;
  }

  private static Contender contender(
      Kernels kernels, Problem problem, Threads threads, String suffix, boolean isNarrow) {
    Workspace workspace = Workspace.on(threads);
    String name = OWN + "-" + kernels.provider() + suffix;
    int m = problem.m();
    int k = problem.k();
    int n = problem.n();
    DenseMatrix x = DenseMatrix.copyOf(k, n, problem.inputs());
    DenseMatrix dy = DenseMatrix.copyOf(m, n, problem.gradients());
    return switch (problem.spec().operation()) {
      case SPMM -> {
        DenseMatrix y = DenseMatrix.zeros(m, n);
        Made made = make(kernels, Operation.SPMM, problem, isNarrow);
        Plan plan = made.plan();
        yield sparse(name, problem, made, () -> plan.run(workspace, x, y), y::get);
      }
      case SPMM_TRANSPOSED -> {
        DenseMatrix dx = DenseMatrix.zeros(k, n);
        Made made = make(kernels, Operation.SPMM_TRANSPOSED, problem, isNarrow);
        Plan plan = made.plan();
        yield sparse(name, problem, made, () -> plan.run(workspace, dy, dx), dx::get);
      }
      case SDDMM -> {
        FloatValues dw = FloatValues.zeros(problem.nnz());
        Made made = make(kernels, Operation.SDDMM, problem, isNarrow);
        Plan plan = made.plan();
        CsrOrder order = plan.matrix().pattern().csrOrder();
        IntBuffer sources = order.sources();
        yield sparse(
            name,
            problem,
            made,
            () -> plan.sample(workspace, dy, x, dw),
            (row, column) -> dw.get(sources.get(order.pattern().indexOf(row, column))));
      }
      case SPMV -> {
        DenseVector vector = DenseVector.copyOf(problem.inputs());
        DenseVector y = DenseVector.zeros(m);
        Made made = make(kernels, Operation.SPMV, problem, isNarrow);
        Plan plan = made.plan();
        yield sparse(
            name, problem, made, () -> plan.run(workspace, vector, y), (row, column) -> y.get(row));
      }
      case LINEAR -> {
        DenseMatrix samples = DenseMatrix.copyOf(n, k, Problem.transposed(problem.inputs(), k, n));
        DenseMatrix y = DenseMatrix.zeros(n, m);
        Made made = make(kernels, Operation.LINEAR, problem, isNarrow);
        Plan plan = made.plan();
        yield sparse(
            name,
            problem,
            made,
            () -> plan.run(workspace, samples, y),
            (row, column) -> y.get(/* row= */ column, /* column= */ row));
      }
      case GEMM -> dense(kernels, name, problem, workspace, GemmForm.AB, weights(problem), x, m, n);
      case GEMM_LEFT_TRANSPOSED ->
          dense(kernels, name, problem, workspace, GemmForm.ATB, weights(problem), dy, k, n);
      case GEMM_RIGHT_TRANSPOSED ->
          dense(kernels, name, problem, workspace, GemmForm.ABT, dy, x, m, k);
      case MASK -> mask(kernels, name, problem, workspace);
      case TRAINING_STEP -> throw new IllegalArgumentException("trainingStep: not a product");
    };
  }

  @Override
  public List<Contender> steps(StepProblem problem, Site site) {
    Threads threads = site.threads() == 1 ? Threads.caller() : WorkerTeam.of(site.threads());
    return List.of(step(problem, threads, false), step(problem, threads, true));
  }

  private static Contender step(StepProblem problem, Threads threads, boolean sparse) {
    Kernels kernels = Kernels.best();
    OwnStep step = new OwnStep(problem, kernels, Workspace.on(threads), sparse);
    Entry entry =
        new Entry(
            "sparse4j-" + kernels.provider(),
            "layers, tape and optimizer, " + (sparse ? "csr" : "dense"),
            Role.OWN,
            sparse ? "csr" : "dense",
            sparse ? problem.spec().sparsity() : 0,
            problem.flops(sparse),
            kernels.vectorBits());
    return problem.contender(entry, sparse, step::run, step::weight);
  }

  private static Threads threads(Problem problem, int count) {
    if (count == 1) {
      return Threads.caller();
    }
    WorkerTeam team = WorkerTeam.of(count);
    problem.onClose(team::close);
    return team;
  }

  private static DenseMatrix weights(Problem problem) {
    return DenseMatrix.copyOf(problem.m(), problem.k(), problem.weights());
  }

  /** Strict where the vector kernels have one for the format, else with the reason why not. */
  private static Made make(
      Kernels kernels, Operation operation, Problem problem, boolean isNarrow) {
    CsrPattern pattern =
        CsrPattern.copyOf(problem.m(), problem.k(), problem.rowPointers(), problem.columnIndices());
    CsrMatrix csr = CsrMatrix.of(pattern, FloatValues.copyOf(problem.values()));
    RaceFormat format = RaceFormat.of(problem.spec().format());
    SparseMatrix matrix = isNarrow ? format.matrix(csr) : format.wideMatrix(csr);
    int n = problem.n();
    String note = "";
    if (kernels.vectorBits() > 0) {
      try {
        return new Made(kernels.strict().plan(operation, matrix).batch(n, n).build(), note);
      } catch (IllegalArgumentException e) {
        note = ", not strict: " + e.getMessage();
      }
    }
    return new Made(kernels.plan(operation, matrix).batch(n, n).build(), note);
  }

  private static Contender sparse(
      String name, Problem problem, Made made, Runnable body, Elements output) {
    KernelInfo info = made.plan().info(problem.n());
    return problem.contender(entry(name, info, made.note(), problem.sparseFlops()), body, output);
  }

  private static Entry entry(String name, KernelInfo info, String note, double flops) {
    return new Entry(
        name,
        info.kernel() + note,
        Role.OWN,
        "",
        -1,
        flops,
        info.vectorBits(),
        info.bytes(),
        Bandwidth.PER_SECOND);
  }

  /** Chooses the largest weights; its cost is reading them, so it counts no operations. */
  private static Contender mask(
      Kernels kernels, String name, Problem problem, Workspace workspace) {
    int m = problem.m();
    int k = problem.k();
    RaceSpec spec = problem.spec();
    Structure rule = RaceFormat.of(spec.format()).rule(m, k, spec.sparsity());
    DenseMatrix w = weights(problem);
    int perRow = Math.ceilDiv(k, Long.SIZE);
    long[] words = new long[Math.multiplyExact(m, perRow)];
    return problem.contender(
        new Entry(name, "mask " + rule, Role.OWN, "", -1, 0, kernels.vectorBits()),
        () -> kernels.masks().keepLargest(workspace, rule, Scoring.MAGNITUDE, w, words),
        (row, column) -> words[row * perRow + column / Long.SIZE] >>> column & 1);
  }

  private static Contender dense(
      Kernels kernels,
      String name,
      Problem problem,
      Workspace workspace,
      GemmForm form,
      DenseMatrix a,
      DenseMatrix b,
      int rows,
      int columns) {
    DenseMatrix c = DenseMatrix.zeros(rows, columns);
    int depth = form == GemmForm.ATB ? a.rows() : a.columns();
    KernelInfo info = kernels.dense().gemmInfo(form, rows, depth, columns);
    return problem.contender(
        entry(name, info, "", problem.denseFlops()),
        () -> kernels.dense().gemm(workspace, form, a, b, Epilogue.none(), c),
        c::get);
  }
}
