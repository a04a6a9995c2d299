package org.sparse4j.bench.peers;

import java.util.List;
import org.apache.sysds.runtime.data.SparseBlockCSR;
import org.apache.sysds.runtime.matrix.data.LibMatrixMult;
import org.apache.sysds.runtime.matrix.data.MatrixBlock;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Role;

/**
 * Products with SystemDS's blocks; apart from {@link SystemDs}, which must link without its jars.
 * Its other entry points look for a configuration of Hadoop first; this one is what they call.
 */
final class SystemDsProducts {
  private SystemDsProducts() {}

  static List<Contender> of(Problem problem, int threads) {
    return switch (problem.spec().operation()) {
      case SPMM, SPMV -> List.of(contender(problem, threads));
      case SPMM_TRANSPOSED,
          SDDMM,
          LINEAR,
          GEMM,
          GEMM_LEFT_TRANSPOSED,
          GEMM_RIGHT_TRANSPOSED,
          MASK,
          TRAINING_STEP ->
          List.of();
    };
  }

  private static Contender contender(Problem problem, int threads) {
    int n = problem.n();
    SparseBlockCSR rows =
        new SparseBlockCSR(
            problem.rowPointers().clone(),
            problem.columnIndices().clone(),
            Doubles.of(problem.values()),
            problem.nnz());
    MatrixBlock w = new MatrixBlock(problem.m(), problem.k(), problem.nnz(), rows);
    MatrixBlock x = new MatrixBlock(problem.k(), n, Doubles.of(problem.inputs()));
    MatrixBlock y = new MatrixBlock(problem.m(), n, false);
    return problem.contender(
        Entry.of(
            "systemds", "LibMatrixMult.matrixMult, CSR, fp64", Role.SPARSE, problem.sparseFlops()),
        () -> LibMatrixMult.matrixMult(w, x, y, /* fixedRet= */ true, threads),
        (row, column) -> (float) y.get(row, column));
  }
}
