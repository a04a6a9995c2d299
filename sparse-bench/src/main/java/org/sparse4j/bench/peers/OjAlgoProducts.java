package org.sparse4j.bench.peers;

import java.util.List;
import org.ojalgo.OjAlgoUtils;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064CSR;
import org.ojalgo.matrix.store.R064Store;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.LaneFailure;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Role;

/** Products with ojAlgo's matrices; apart from {@link OjAlgo}, which must link without its jar. */
final class OjAlgoProducts {
  /** About three seconds of them: it does 10^8 a second. */
  private static final long MOST_MULTIPLICATIONS = 1L << 28;

  private OjAlgoProducts() {}

  static List<Contender> of(Problem problem, int threads) {
    long multiplications = (long) problem.nnz() * problem.n();
    if (multiplications > MOST_MULTIPLICATIONS) {
      throw new LaneFailure(
          "multiplications (%d) must be at most %d, or a call takes seconds"
              .formatted(multiplications, MOST_MULTIPLICATIONS));
    }
    OjAlgoUtils.limitThreadsTo(threads);
    return switch (problem.spec().operation()) {
      case SPMM, SPMV ->
          List.of(
              contender(
                  problem,
                  "R064CSR.multiply",
                  rows(problem),
                  store(problem.inputs(), problem.k(), problem.n()),
                  problem.m()));
      case SPMM_TRANSPOSED ->
          List.of(
              contender(
                  problem,
                  "R064CSR.transpose().multiply",
                  rows(problem).transpose(),
                  store(problem.gradients(), problem.m(), problem.n()),
                  problem.k()));
      case SDDMM, LINEAR, GEMM, GEMM_LEFT_TRANSPOSED, GEMM_RIGHT_TRANSPOSED, MASK, TRAINING_STEP ->
          List.of();
    };
  }

  private static Contender contender(
      Problem problem, String kernel, MatrixStore<Double> a, R064Store b, int rows) {
    R064Store c = R064Store.FACTORY.make(rows, problem.n());
    return problem.contender(
        Entry.of("ojalgo", kernel + ", fp64", Role.SPARSE, problem.sparseFlops()),
        () -> a.multiply(b, c),
        (row, column) -> (float) c.doubleValue(row, column));
  }

  private static R064CSR rows(Problem problem) {
    return new R064CSR(
        problem.m(),
        problem.k(),
        Doubles.of(problem.values()),
        problem.columnIndices().clone(),
        problem.rowPointers().clone());
  }

  private static R064Store store(float[] numbers, int rows, int columns) {
    R064Store matrix = R064Store.FACTORY.make(rows, columns);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        matrix.set(row, column, numbers[row * columns + column]);
      }
    }
    return matrix;
  }
}
