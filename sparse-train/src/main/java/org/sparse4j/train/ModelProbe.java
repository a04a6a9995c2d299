package org.sparse4j.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.Remap;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;
import org.sparse4j.train.data.Batches;
import org.sparse4j.train.initial.Probe;
import org.sparse4j.train.initial.Target;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.RuleState;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;

/** Experiments with a model whose managed layers store all positions meanwhile. */
final class ModelProbe implements Probe {

  private final Layer model;
  private final List<SparseParameter> managed;
  private final List<Target> targets;
  private final long weightSeed;
  private final boolean given;
  private final Optional<ProbeData> data;
  private final Kernels kernels;
  private final Workspace workspace;
  private final Tape tape;
  private final Map<Integer, RuleState> remembered = new HashMap<>();
  private boolean dense;

  ModelProbe(
      Layer model,
      List<SparseParameter> managed,
      List<Target> targets,
      long weightSeed,
      boolean given,
      Optional<ProbeData> data) {
    this.model = model;
    this.managed = managed;
    this.targets = targets;
    this.weightSeed = weightSeed;
    this.given = given;
    this.data = data;
    this.kernels = data.map(ProbeData::kernels).orElseGet(Kernels::best);
    this.workspace = data.map(ProbeData::workspace).orElseGet(Workspace::create);
    this.tape = Tape.of(kernels, workspace);
  }

  @Override
  public List<Target> targets() {
    return targets;
  }

  /** Tells whether the managed layers store all positions now, with drawn weights. */
  boolean isDense() {
    return dense;
  }

  private void makeDense() {
    if (!dense) {
      for (SparseParameter parameter : managed) {
        CsrPattern full = CsrPattern.of(Mask.full(parameter.rows(), parameter.columns()));
        if (given) {
          parameter.replace(Remap.between(parameter.pattern(), full));
        } else {
          parameter.restart(full);
        }
      }
      if (!given) {
        model.initialise(weightSeed);
      }
      dense = true;
    }
  }

  @Override
  public float[] weights(int layer) {
    makeDense();
    return managed.get(layer).values().array();
  }

  @Override
  public void weightsChanged() {
    makeDense();
    managed.forEach(parameter -> parameter.values().markChanged());
  }

  @Override
  public float[] gradient(int layer) {
    makeDense();
    return managed.get(layer).gradient().array();
  }

  private ProbeData samples() {
    return data.orElseThrow(() ->
        new IllegalStateException(
            "Sparsifier: the first masks need samples; give them to start, as Trainer does"));
  }

  @Override
  public void lossGradient(int batches) {
    ProbeData known = samples();
    Batches source =
        Batches.shuffled(
            known.data(), known.batchSize(), Streams.derive(known.seed(), "first masks"));
    gradient(source, batches, known.loss());
  }

  @Override
  public void balancedGradient(int samples, double temperature) {
    ProbeData known = samples();
    var chosen = known.data().balanced(samples, Streams.derive(known.seed(), "first masks"));
    Batches source = Batches.inOrder(chosen, chosen.size());
    gradient(source, 1, known.loss().ofScaledOutput((float) (1 / temperature)));
  }

  private void gradient(Batches source, int batches, Loss loss) {
    makeDense();
    zeroGradients();
    List<Runnable> restore = keepOthers();
    try {
      for (int b = 0; b < batches; b++) {
        Batch batch = source.next(kernels, workspace);
        tape.startTraining(Streams.derive(samples().seed(), b));
        Variable output = model.forward(tape, tape.input(batch.inputs()));
        tape.backward(loss.of(tape, output, batch));
      }
    } finally {
      tape.end();
      restore.forEach(Runnable::run);
    }
  }

  private void zeroGradients() {
    model.parameters().forEach(Parameter::zeroGradient);
  }

  @Override
  public double outputGradient() {
    makeDense();
    zeroGradients();
    OptionalInt inputs = model.inputs();
    int features = inputs.isPresent() ? inputs.getAsInt() : samples().data().features();
    DenseMatrix ones = DenseMatrix.zeros(features, 1);
    for (int f = 0; f < features; f++) {
      ones.set(f, 0, 1);
    }
    List<Runnable> restore = keepOthers();
    takeMagnitudes();
    try {
      tape.startTraining(weightSeed);
      Variable sum = tape.sum(model.forward(tape, tape.input(ones)));
      double result = sum.scalar();
      tape.backward(sum);
      return result;
    } finally {
      tape.end();
      restore.forEach(Runnable::run);
    }
  }

  /**
   * Copies what is not managed, and says how to put it back: batch norm moves its running numbers.
   */
  private List<Runnable> keepOthers() {
    List<Runnable> restore = new ArrayList<>();
    for (Parameter parameter : model.parameters()) {
      switch (parameter) {
        case SparseParameter sparse when managed.contains(sparse) -> {}
        case DenseParameter matrix -> {
          float[] before = matrix.value().toArray();
          restore.add(() -> copy(before, matrix));
        }
        case FlatParameter flat -> {
          float[] values = flat.values().array();
          float[] before = values.clone();
          restore.add(() -> {
            System.arraycopy(before, 0, values, 0, values.length);
            flat.values().markChanged();
          });
        }
      }
    }
    return restore;
  }

  /** Replaces what is not managed by its magnitude. */
  private void takeMagnitudes() {
    for (Parameter parameter : model.parameters()) {
      switch (parameter) {
        case SparseParameter sparse when managed.contains(sparse) -> {}
        case DenseParameter matrix -> {
          float[] values = matrix.value().toArray();
          takeMagnitudes(values);
          copy(values, matrix);
        }
        case FlatParameter flat -> {
          takeMagnitudes(flat.values().array());
          flat.values().markChanged();
        }
      }
    }
  }

  private static void takeMagnitudes(float[] values) {
    for (int p = 0; p < values.length; p++) {
      values[p] = Math.abs(values[p]);
    }
  }

  private static void copy(float[] source, DenseParameter parameter) {
    DenseMatrix target = parameter.value();
    for (int i = 0; i < target.rows(); i++) {
      target.setRow(i, source, i * target.columns());
    }
    parameter.markChanged();
  }

  @Override
  public void remember(int layer, String name, float[] array) {
    remembered.computeIfAbsent(layer, key -> new RuleState()).put(name, array);
  }

  @Override
  public void remember(int layer, String name, double... numbers) {
    remembered.computeIfAbsent(layer, key -> new RuleState()).put(name, numbers);
  }

  /** What was left for the rule of a layer. */
  RuleState remembered(int layer) {
    return remembered.getOrDefault(layer, new RuleState());
  }
}
