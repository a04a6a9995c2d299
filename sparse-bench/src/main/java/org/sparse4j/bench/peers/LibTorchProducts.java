package org.sparse4j.bench.peers;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.LayoutOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Role;

/** Products with PyTorch's tensors; apart from {@link LibTorch}, which must link without jars. */
final class LibTorchProducts {
  private LibTorchProducts() {}

  static List<Contender> of(Problem problem, int threads) {
    torch.set_num_threads(threads);
    int m = problem.m();
    int k = problem.k();
    int n = problem.n();
    return switch (problem.spec().operation()) {
      case SPMM -> {
        Tensor w = weights(problem);
        Tensor x = matrix(problem, problem.inputs(), k, n);
        Tensor y = owned(problem, torch.empty(m, n));
        yield List.of(contender(problem, "mm_out, CSR", () -> torch.mm_out(y, w, x).close(), y, n));
      }
      case SPMV -> {
        Tensor w = weights(problem);
        Tensor x = owned(problem, torch.tensor(problem.inputs()));
        Tensor y = owned(problem, torch.empty(m));
        yield List.of(contender(problem, "mv_out, CSR", () -> torch.mv_out(y, w, x).close(), y, 1));
      }
      case SPMM_TRANSPOSED -> {
        Tensor w = owned(problem, weights(problem).t());
        Tensor dy = matrix(problem, problem.gradients(), m, n);
        Tensor dx = owned(problem, torch.empty(k, n));
        yield List.of(
            contender(
                problem, "mm_out, CSR transposed", () -> torch.mm_out(dx, w, dy).close(), dx, n));
      }
      case LINEAR -> List.of(linear(problem));
      case SDDMM, GEMM, GEMM_LEFT_TRANSPOSED, GEMM_RIGHT_TRANSPOSED, MASK, TRAINING_STEP ->
          List.of();
    };
  }

  private static Contender contender(
      Problem problem, String kernel, Runnable body, Tensor output, int columns) {
    FloatPointer numbers = output.data_ptr_float();
    return problem.contender(
        Entry.of("libtorch", kernel, Role.SPARSE, problem.sparseFlops()),
        body,
        (row, column) -> numbers.get((long) row * columns + column));
  }

  private static Contender linear(Problem problem) {
    Tensor w = weights(problem);
    Tensor x =
        matrix(
            problem,
            Problem.transposed(problem.inputs(), problem.k(), problem.n()),
            problem.n(),
            problem.k());
    Tensor[] y = {torch.linear(x, w)};
    problem.onClose(() -> y[0].close());
    Runnable body =
        () -> {
          y[0].close();
          y[0] = torch.linear(x, w);
        };
    return new Contender(
        Entry.of("libtorch", "linear, CSR", Role.SPARSE, problem.sparseFlops()),
        body,
        () -> {
          body.run();
          try (Tensor rows = y[0].contiguous()) {
            FloatPointer numbers = rows.data_ptr_float();
            return problem.check((row, column) -> numbers.get((long) column * problem.m() + row));
          }
        });
  }

  private static Tensor weights(Problem problem) {
    Tensor pointers = owned(problem, torch.tensor(problem.rowPointers()));
    Tensor columns = owned(problem, torch.tensor(problem.columnIndices()));
    Tensor values = owned(problem, torch.tensor(problem.values()));
    return owned(
        problem,
        torch.sparse_csr_tensor(
            pointers,
            columns,
            values,
            new long[] {problem.m(), problem.k()},
            new ScalarTypeOptional(torch.ScalarType.Float),
            new LayoutOptional(torch.Layout.SparseCsr),
            new DeviceOptional(),
            new BoolOptional(false)));
  }

  private static Tensor matrix(Problem problem, float[] numbers, int rows, int columns) {
    return owned(problem, owned(problem, torch.tensor(numbers)).view(rows, columns));
  }

  private static Tensor owned(Problem problem, Tensor tensor) {
    problem.onClose(tensor::close);
    return tensor;
  }
}
