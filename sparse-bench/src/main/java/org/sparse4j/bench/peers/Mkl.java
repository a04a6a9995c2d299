package org.sparse4j.bench.peers;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Elements;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.RaceOperation;
import org.sparse4j.bench.race.Role;
import org.sparse4j.bench.race.Site;

/**
 * Intel MKL's inspector-executor products: the matrix is created, told what it will be used for,
 * optimized, and then multiplied. Square blocks are raced as such (BSR) beside the same positions
 * as CSR; every other format is CSR. Threads are set by {@code MKL_NUM_THREADS} when its process
 * starts.
 */
public final class Mkl implements Opponent {
  /** Loads nothing yet. */
  public Mkl() {}

  @Override
  public String name() {
    return "mkl";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    RaceOperation operation = problem.spec().operation();
    if (operation.isDense()
        || (operation.arithmetic() != RaceOperation.SPMM
            && operation.arithmetic() != RaceOperation.SPMM_TRANSPOSED)) {
      return List.of();
    }
    MklLibrary library = MklLibrary.load(site.folder());
    List<Contender> contenders = new ArrayList<>();
    contenders.add(contender(library, problem, library.csr(problem), name(), "CSR"));
    Blocks.of(problem)
        .ifPresent(blocks ->
            contenders.add(
                contender(
                    library,
                    problem,
                    library.bsr(problem, blocks),
                    name() + "-bsr",
                    "BSR, blocks of " + blocks.side())));
    return contenders;
  }

  private static Contender contender(
      MklLibrary library, Problem problem, MemorySegment matrix, String name, String storage) {
    int m = problem.m();
    int k = problem.k();
    int n = problem.n();
    return switch (problem.spec().operation()) {
      case SPMM -> {
        MemorySegment y = problem.result(m * n);
        Runnable body =
            library.product(
                matrix,
                MklLibrary.PLAIN,
                MklLibrary.ROW_MAJOR,
                n,
                problem.segment(problem.inputs()),
                n,
                y,
                n);
        yield of(problem, name, storage, body, rowMajor(y, n));
      }
      case SPMM_TRANSPOSED -> {
        MemorySegment dx = problem.result(k * n);
        Runnable body =
            library.product(
                matrix,
                MklLibrary.TRANSPOSED,
                MklLibrary.ROW_MAJOR,
                n,
                problem.segment(problem.gradients()),
                n,
                dx,
                n);
        yield of(problem, name, storage + ", transposed", body, rowMajor(dx, n));
      }
      case LINEAR -> {
        // A row is a sample: the same memory read by columns is X and Y with a column as a sample.
        MemorySegment y = problem.result(n * m);
        Runnable body =
            library.product(
                matrix,
                MklLibrary.PLAIN,
                MklLibrary.COLUMN_MAJOR,
                n,
                problem.segment(Problem.transposed(problem.inputs(), k, n)),
                k,
                y,
                m);
        yield of(
            problem,
            name,
            storage + ", column-major",
            body,
            (row, column) -> y.getAtIndex(JAVA_FLOAT, (long) column * m + row));
      }
      case SPMV -> {
        MemorySegment y = problem.result(m);
        Runnable body = library.product(matrix, problem.segment(problem.inputs()), y);
        Entry entry =
            Entry.of(name, "mkl_sparse_s_mv, " + storage, Role.SPARSE, problem.sparseFlops());
        yield problem.contender(entry, body, rowMajor(y, 1));
      }
      case SDDMM, GEMM, GEMM_LEFT_TRANSPOSED, GEMM_RIGHT_TRANSPOSED, MASK, TRAINING_STEP ->
          throw new IllegalArgumentException(problem.spec().line() + " is not offered");
    };
  }

  private static Contender of(
      Problem problem, String name, String storage, Runnable body, Elements output) {
    Entry entry = Entry.of(name, "mkl_sparse_s_mm, " + storage, Role.SPARSE, problem.sparseFlops());
    return problem.contender(entry, body, output);
  }

  private static Elements rowMajor(MemorySegment matrix, int columns) {
    return (row, column) -> matrix.getAtIndex(JAVA_FLOAT, (long) row * columns + column);
  }
}
