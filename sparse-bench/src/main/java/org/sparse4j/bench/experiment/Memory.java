package org.sparse4j.bench.experiment;

import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.train.optim.OptimizerState;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * Bytes that the weight matrices of a network took at the end of its training; biases and factors
 * of norms are not counted.
 *
 * @param stored weights that are stored; of dense weights that are pruned for products, those that
 *     are kept
 * @param weights bytes of their numbers
 * @param gradients bytes of their gradients
 * @param slots bytes of what the optimizer remembers of them
 * @param expected {@code 4 (2 + slots) stored}
 * @param positions bytes that say where sparse weights lie
 * @param plans bytes of the kernels' own copies for the products of a step
 */
record Memory(
    long stored,
    long weights,
    long gradients,
    long slots,
    long expected,
    long positions,
    long plans) {

  static Memory of(OptimizerState state, Kernels kernels, int batch) {
    long stored = 0;
    long weights = 0;
    long gradients = 0;
    long slots = 0;
    long positions = 0;
    long plans = 0;
    for (Parameter parameter : state.parameters()) {
      switch (parameter) {
        case SparseParameter sparse -> {
          stored += sparse.size();
          weights += 4L * sparse.values().length();
          gradients += 4L * sparse.gradient().length();
          slots += state.slots(sparse).bytes();
          positions += sparse.bytes() - 4L * sparse.values().length();
          plans += packed(sparse, kernels, batch);
        }
        case DenseParameter dense when dense.decays() -> {
          stored += dense.forward().map(rule -> rule.mask().count()).orElse(dense.size());
          weights += 4 * dense.size();
          gradients += 4 * dense.size();
          slots += state.slots(dense).bytes();
        }
        default -> {
          // A bias, a factor of a norm, or numbers of an operator.
        }
      }
    }
    long expected = 4L * (2 + state.optimizer().slots().size()) * stored;
    return new Memory(stored, weights, gradients, slots, expected, positions, plans);
  }

  private static long packed(SparseParameter weight, Kernels kernels, int batch) {
    if (weight.size() == 0) {
      return 0;
    }
    long bytes = 0;
    for (Operation operation :
        new Operation[] {Operation.SPMM, Operation.SPMM_TRANSPOSED, Operation.SDDMM}) {
      bytes += kernels.plan(operation, weight.matrix()).batch(batch, batch).build().packedBytes();
    }
    return bytes;
  }
}
