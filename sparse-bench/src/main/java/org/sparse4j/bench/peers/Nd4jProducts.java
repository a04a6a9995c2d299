package org.sparse4j.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Role;

/**
 * Products with ND4J's arrays; apart from {@link Nd4jLibrary}, which must link without its jars.
 *
 * <p>Results are column-major arrays: into row-major ones the product is three times slower, for it
 * is computed elsewhere and copied.
 */
final class Nd4jProducts {
  private Nd4jProducts() {}

  static List<Contender> of(Problem problem, String name, String remark) {
    List<Contender> contenders = new ArrayList<>();
    for (DenseForm form : DenseForm.of(problem)) {
      INDArray a = operand(form.a(), form.transposeA(), form.rows(), form.inner());
      INDArray b = operand(form.b(), form.transposeB(), form.inner(), form.columns());
      INDArray c = columnMajor(form.rows(), form.columns());
      Entry entry =
          Entry.of(
              form.name(name, contenders.isEmpty()),
              "INDArray.mmuli" + remark + ", " + form.layout(),
              Role.DENSE,
              problem.denseFlops());
      contenders.add(
          problem.contender(
              entry,
              () -> a.mmuli(b, c),
              (row, column) -> {
                int index = form.index(row, column);
                return c.getFloat((long) (index / form.columns()), (long) (index % form.columns()));
              }));
    }
    return contenders;
  }

  private static INDArray operand(float[] stored, boolean transpose, int rows, int columns) {
    int[] shape = transpose ? new int[] {columns, rows} : new int[] {rows, columns};
    INDArray array = Nd4j.create(stored.clone(), shape, 'c');
    return transpose ? array.transpose() : array;
  }

  /** An uninitialised column-major matrix. */
  static INDArray columnMajor(long rows, long columns) {
    return Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, columns}, 'f');
  }
}
