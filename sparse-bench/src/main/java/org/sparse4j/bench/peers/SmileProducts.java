package org.sparse4j.bench.peers;

import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.RaceOperation;
import org.sparse4j.bench.race.Role;
import smile.linalg.Transpose;
import smile.tensor.SparseMatrix;
import smile.tensor.Vector;

/** Products with Smile's matrices; apart from {@link Smile}, which must link without its jar. */
final class SmileProducts {
  private SmileProducts() {}

  static List<Contender> of(Problem problem) {
    if (problem.spec().operation() != RaceOperation.SPMV) {
      return List.of();
    }
    Columns columns = Columns.of(problem);
    SparseMatrix matrix =
        new SparseMatrix(
            problem.m(),
            problem.k(),
            Doubles.of(columns.values()),
            columns.rowIndices(),
            columns.columnPointers());
    Vector x = Vector.column(Doubles.of(problem.inputs()));
    Vector y = Vector.column(new double[problem.m()]);
    return List.of(
        problem.contender(
            Entry.of("smile", "SparseMatrix.mv, CSC, fp64", Role.SPARSE, problem.sparseFlops()),
            () -> matrix.mv(Transpose.NO_TRANSPOSE, 1, x, 0, y),
            (row, column) -> (float) y.get(row)));
  }
}
