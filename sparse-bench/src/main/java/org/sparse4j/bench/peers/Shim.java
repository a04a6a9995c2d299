package org.sparse4j.bench.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.LaneFailure;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Role;
import org.sparse4j.bench.race.Site;

/**
 * A library that the user built behind the C interface of {@code
 * sparse-bench/peers/shims/sparse4j_shim.h}; in a process of its own, under the name that its user
 * gave it. A product whose function it lacks is one it does not offer.
 */
public final class Shim implements Opponent {
  private static final int VERSION = 1;

  private static final FunctionDescriptor NUMBER = FunctionDescriptor.of(JAVA_INT);
  private static final FunctionDescriptor CREATE =
      FunctionDescriptor.of(
          ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor PRODUCT =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

  /** Loads nothing yet. */
  public Shim() {}

  @Override
  public String name() {
    return "shim";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    NativeLibrary library = NativeLibrary.load(site.folder());
    int version = number(library, "sparse4j_shim_version");
    if (version != VERSION) {
      throw new LaneFailure("sparse4j_shim_version (" + version + ") must be " + VERSION);
    }
    int bits = number(library, "sparse4j_shim_vector_bits");
    String kept = System.getenv("SPARSE4J_VECTOR_BITS");
    if (kept != null && bits > Integer.parseInt(kept)) {
      throw new LaneFailure(
          "built for vectors of " + bits + " bits; this race keeps to " + kept + " bits");
    }
    return switch (problem.spec().operation()) {
      case SPMM ->
          contender(
              library, problem, site, bits, "sparse4j_shim_spmm", problem.inputs(), problem.m());
      case SPMV ->
          contender(
              library, problem, site, bits, "sparse4j_shim_spmv", problem.inputs(), problem.m());
      case SPMM_TRANSPOSED ->
          contender(
              library,
              problem,
              site,
              bits,
              "sparse4j_shim_spmm_transposed",
              problem.gradients(),
              problem.k());
      case SDDMM, LINEAR, GEMM, GEMM_LEFT_TRANSPOSED, GEMM_RIGHT_TRANSPOSED, MASK, TRAINING_STEP ->
          List.of();
    };
  }

  private static List<Contender> contender(
      NativeLibrary library,
      Problem problem,
      Site site,
      int bits,
      String symbol,
      float[] operand,
      int rows) {
    Optional<MethodHandle> product = library.find(symbol, PRODUCT);
    if (product.isEmpty()) {
      return List.of();
    }
    int n = problem.n();
    MemorySegment matrix = create(library, problem, site.threads());
    MemorySegment result = problem.result(rows * n);
    Entry entry =
        new Entry(
            site.name(),
            library.text("sparse4j_shim_name"),
            Role.SPARSE,
            "",
            -1,
            problem.sparseFlops(),
            bits);
    return List.of(
        problem.contender(
            entry,
            call(product.get(), symbol, matrix, problem.segment(operand), result),
            (row, column) -> result.getAtIndex(JAVA_FLOAT, (long) row * n + column)));
  }

  private static Runnable call(
      MethodHandle product, String symbol, MemorySegment matrix, MemorySegment x, MemorySegment y) {
    return () -> {
      int status;
      try {
        status = (int) product.invokeExact(matrix, x, y);
      } catch (Throwable failure) {
        throw NativeLibrary.unexpected(failure);
      }
      if (status != 0) {
        throw new IllegalStateException(symbol + ": status " + status);
      }
    };
  }

  private static MemorySegment create(NativeLibrary library, Problem problem, int threads) {
    MethodHandle create = library.function("sparse4j_shim_create", CREATE);
    MethodHandle free = library.function("sparse4j_shim_free", FunctionDescriptor.ofVoid(ADDRESS));
    MemorySegment matrix;
    try {
      matrix =
          (MemorySegment)
              create.invokeExact(
                  problem.m(),
                  problem.k(),
                  problem.segment(problem.rowPointers()),
                  problem.segment(problem.columnIndices()),
                  problem.segment(problem.values()),
                  problem.n(),
                  threads);
    } catch (Throwable failure) {
      throw NativeLibrary.unexpected(failure);
    }
    if (matrix.address() == 0) {
      throw new LaneFailure(
          "sparse4j_shim_create: refuses %dx%d with %d weights, n=%d, threads=%d"
              .formatted(problem.m(), problem.k(), problem.nnz(), problem.n(), threads));
    }
    problem.onClose(() -> {
      try {
        free.invokeExact(matrix);
      } catch (Throwable failure) {
        throw NativeLibrary.unexpected(failure);
      }
    });
    return matrix;
  }

  private static int number(NativeLibrary library, String symbol) {
    try {
      return (int) library.function(symbol, NUMBER).invokeExact();
    } catch (LaneFailure failure) {
      throw failure;
    } catch (Throwable failure) {
      throw NativeLibrary.unexpected(failure);
    }
  }
}
