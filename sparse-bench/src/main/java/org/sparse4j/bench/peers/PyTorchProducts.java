package org.sparse4j.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Role;

/** Products with DJL's arrays; apart from {@link PyTorch}, which must link without its jars. */
final class PyTorchProducts {
  private PyTorchProducts() {}

  static List<Contender> of(Problem problem, String name) {
    NDManager manager = NDManager.newBaseManager("PyTorch");
    problem.onClose(manager::close);
    List<Contender> contenders = new ArrayList<>();
    for (DenseForm form : DenseForm.of(problem)) {
      NDArray a = operand(manager, form.a(), form.transposeA(), form.rows(), form.inner());
      NDArray b = operand(manager, form.b(), form.transposeB(), form.inner(), form.columns());
      NDArray[] result = {a.matMul(b)};
      Entry entry =
          Entry.of(
              form.name(name, contenders.isEmpty()),
              "NDArray.matMul, " + form.layout(),
              Role.DENSE,
              problem.denseFlops());
      Runnable body =
          () -> {
            result[0].close();
            result[0] = a.matMul(b);
          };
      contenders.add(
          new Contender(
              entry,
              body,
              () -> {
                body.run();
                float[] numbers = result[0].toFloatArray();
                return problem.check((row, column) -> numbers[form.index(row, column)]);
              }));
    }
    return contenders;
  }

  private static NDArray operand(
      NDManager manager, float[] stored, boolean transpose, int rows, int columns) {
    NDArray array =
        manager.create(stored, transpose ? new Shape(columns, rows) : new Shape(rows, columns));
    return transpose ? array.transpose() : array;
  }
}
