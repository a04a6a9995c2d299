package org.sparse4j.bench.peers;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.FMatrixSparseCSC;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.sparse.csc.CommonOps_FSCC;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Role;

/** Products with EJML's matrices; apart from {@link Ejml}, which must link without its jars. */
final class EjmlProducts {
  private static final String NAME = "ejml";

  private EjmlProducts() {}

  static List<Contender> of(Problem problem) {
    return switch (problem.spec().operation()) {
      case SPMM, SPMV -> List.of(multiply(problem));
      case SPMM_TRANSPOSED -> List.of(multiplyTransposed(problem));
      case GEMM -> List.of(dense(problem));
      case SDDMM, LINEAR, GEMM_LEFT_TRANSPOSED, GEMM_RIGHT_TRANSPOSED, MASK, TRAINING_STEP ->
          List.of();
    };
  }

  private static Contender multiply(Problem problem) {
    FMatrixSparseCSC a = compressed(problem);
    FMatrixRMaj x = matrix(problem.inputs(), problem.k(), problem.n());
    FMatrixRMaj y = new FMatrixRMaj(problem.m(), problem.n());
    return problem.contender(
        Entry.of(NAME, "CommonOps_FSCC.mult, CSC", Role.SPARSE, problem.sparseFlops()),
        () -> CommonOps_FSCC.mult(a, x, y),
        y::get);
  }

  private static Contender multiplyTransposed(Problem problem) {
    FMatrixSparseCSC a = compressed(problem);
    FMatrixRMaj dy = matrix(problem.gradients(), problem.m(), problem.n());
    FMatrixRMaj dx = new FMatrixRMaj(problem.k(), problem.n());
    return problem.contender(
        Entry.of(NAME, "CommonOps_FSCC.multTransA, CSC", Role.SPARSE, problem.sparseFlops()),
        () -> CommonOps_FSCC.multTransA(a, dy, dx, null),
        dx::get);
  }

  private static Contender dense(Problem problem) {
    FMatrixRMaj w = matrix(problem.weights(), problem.m(), problem.k());
    FMatrixRMaj x = matrix(problem.inputs(), problem.k(), problem.n());
    FMatrixRMaj y = new FMatrixRMaj(problem.m(), problem.n());
    return problem.contender(
        Entry.of(NAME, "CommonOps_FDRM.mult", Role.DENSE, problem.denseFlops()),
        () -> CommonOps_FDRM.mult(w, x, y),
        y::get);
  }

  private static FMatrixRMaj matrix(float[] numbers, int rows, int columns) {
    return new FMatrixRMaj(rows, columns, true, numbers.clone());
  }

  /** The same positions and values, column by column. */
  private static FMatrixSparseCSC compressed(Problem problem) {
    Columns columns = Columns.of(problem);
    FMatrixSparseCSC matrix = new FMatrixSparseCSC(problem.m(), problem.k(), problem.nnz());
    matrix.col_idx = columns.columnPointers();
    matrix.nz_rows = columns.rowIndices();
    matrix.nz_values = columns.values();
    matrix.nz_length = problem.nnz();
    matrix.indicesSorted = true;
    return matrix;
  }
}
