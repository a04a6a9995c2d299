package org.sparse4j.train;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.Set;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdateRule;

/** A small task that every test of training shares. */
final class Examples {
  static final int FEATURES = 24;
  static final int CLASSES = 4;

  private Examples() {}

  /** Noisy samples around one random centre a class. */
  static Dataset samples(int count, long seed) {
    float[] values = new float[count * FEATURES];
    int[] labels = new int[count];
    for (int s = 0; s < count; s++) {
      labels[s] = Streams.below(Streams.derive(seed, "labels"), s, CLASSES);
      for (int f = 0; f < FEATURES; f++) {
        double centre = Streams.normal(Streams.derive(7, labels[s]), f);
        double noise = Streams.normal(Streams.derive(seed, "noise"), (long) s * FEATURES + f);
        values[s * FEATURES + f] = (float) (centre + noise);
      }
    }
    return Dataset.of(DenseMatrix.copyOf(count, FEATURES, values), labels, CLASSES);
  }

  static Sequential model() {
    return Sequential.of(
        SparseLinear.of(FEATURES, 20),
        ActivationLayer.relu(),
        SparseLinear.of(20, 12),
        ActivationLayer.relu(),
        SparseLinear.of(12, CLASSES));
  }

  static Sparsifier sparsifier(UpdateRule rule) {
    return Sparsifier.builder()
        .distribution(ErdosRenyiKernel.sparsity(0.8))
        .updates(Every.steps(4).until(0.75))
        .rule(rule)
        .seed(5)
        .build();
  }

  static UpdateRule rule(String name) {
    return switch (name) {
      case "static" -> StaticMask.instance();
      case "SET" -> Set.dropFraction(Cosine.from(0.3));
      case "RigL" -> RigL.dropFraction(Cosine.from(0.3));
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** The recipe of the reference runs in small: 6 epochs of 12 batches. */
  static Trainer trainer(Sequential model, UpdateRule rule) {
    return Trainer.of(model)
        .sparsifier(sparsifier(rule))
        .optimizer(steps ->
            Sgd.rate(LearningRate.cosine(0.1, steps)).momentum(0.9).withNesterov().l2(5e-4))
        .batchSize(16)
        .epochs(6)
        .seed(3);
  }

  /** All numbers and positions of a model as text, bit by bit. */
  static String bits(List<Parameter> parameters) {
    StringBuilder text = new StringBuilder();
    for (Parameter parameter : parameters) {
      text.append(parameter.name());
      switch (parameter) {
        case DenseParameter dense -> append(text, dense.value().toArray());
        case FlatParameter flat -> append(text, flat.values().array());
      }
      if (parameter instanceof SparseParameter sparse) {
        sparse.pattern().forEach((p, i, j) -> text.append(' ').append(i).append(',').append(j));
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, float[] values) {
    for (float value : values) {
      text.append(' ').append(Integer.toHexString(Float.floatToRawIntBits(value)));
    }
  }
}
