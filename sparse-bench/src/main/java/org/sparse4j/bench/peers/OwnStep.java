package org.sparse4j.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.bench.race.StepProblem;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.OptimizerState;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.parameter.DenseParameter;

/** A training step as a user of ours writes it: layers, tape, optimizer. */
final class OwnStep {
  private final boolean sparse;
  private final Tape tape;
  private final Sequential model;
  private final OptimizerState state;
  private final DenseMatrix inputs;
  private final int[] labels;
  private final int[] columns;
  private final List<Linear> dense = new ArrayList<>();
  private final List<SparseLinear> masked = new ArrayList<>();

  OwnStep(StepProblem problem, Kernels kernels, Workspace workspace, boolean sparse) {
    this.sparse = sparse;
    tape = Tape.of(kernels, workspace);
    labels = problem.labels();
    inputs =
        DenseMatrix.copyOf(
            DenseMatrix.copyOf(problem.batch(), problem.inputs(0), problem.samples())
                .view()
                .transposed());
    columns = new int[problem.layers()];
    List<Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < problem.layers(); layer++) {
      int rows = problem.outputs(layer);
      columns[layer] = problem.inputs(layer);
      DenseMatrix weights = DenseMatrix.copyOf(rows, columns[layer], problem.weights(layer));
      if (sparse) {
        masked.add(SparseLinear.of(CsrMatrix.fromDense(weights, mask(problem, layer))));
        layers.add(masked.getLast());
      } else {
        dense.add(
            Linear.of(
                DenseParameter.of("weight", weights, true), DenseParameter.bias("bias", rows)));
        layers.add(dense.getLast());
      }
      if (layer < problem.layers() - 1) {
        layers.add(ActivationLayer.relu());
      }
    }
    model = Sequential.of(layers);
    state = Sgd.rate(StepProblem.RATE).momentum(StepProblem.MOMENTUM).start(model.parameters());
  }

  private static Mask mask(StepProblem problem, int layer) {
    boolean[] kept = problem.mask(layer);
    int inputs = problem.inputs(layer);
    return Mask.of(problem.outputs(layer), inputs, (row, column) -> kept[row * inputs + column]);
  }

  void run() {
    tape.startTraining(state.steps());
    Variable logits = model.forward(tape, tape.input(inputs));
    tape.backward(tape.crossEntropy(logits, labels, 0));
    state.step(tape.kernels(), tape.workspace());
  }

  /** A weight by its position in the row-major matrix. */
  float weight(int layer, int index) {
    int row = index / columns[layer];
    int column = index % columns[layer];
    return sparse
        ? masked.get(layer).weight().matrix().get(row, column)
        : dense.get(layer).weight().value().get(row, column);
  }
}
