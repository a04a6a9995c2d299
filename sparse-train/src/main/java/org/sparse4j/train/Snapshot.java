package org.sparse4j.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Remap;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.parameter.ValuesParameter;

/** The numbers of a model at some moment, to be put back into the patterns of a later one. */
final class Snapshot {

  private final Map<String, CsrMatrix> sparse = new HashMap<>();
  private final Map<String, DenseMatrix> dense = new HashMap<>();
  private final Map<String, float[]> values = new HashMap<>();

  private Snapshot() {}

  static Snapshot take(Layer model) {
    Snapshot snapshot = new Snapshot();
    for (Parameter parameter : model.parameters()) {
      switch (parameter) {
        case SparseParameter matrix ->
            snapshot.sparse.put(
                parameter.name(),
                CsrMatrix.of(matrix.pattern(), FloatValues.copyOf(matrix.values().array())));
        case DenseParameter matrix -> {
          DenseMatrix copy = DenseMatrix.zeros(matrix.value().rows(), matrix.value().columns());
          copy.copyFrom(matrix.value());
          snapshot.dense.put(parameter.name(), copy);
        }
        case ValuesParameter numbers ->
            snapshot.values.put(parameter.name(), numbers.values().array().clone());
      }
    }
    return snapshot;
  }

  /** The numbers of a model without those of sparse parameters that are not kept. */
  static Snapshot pruned(Layer model, List<int[]> kept) {
    Snapshot snapshot = take(model);
    List<SparseParameter> weights = model.sparseParameters();
    for (int l = 0; l < weights.size(); l++) {
      CsrMatrix matrix = weights.get(l).matrix();
      Mask.Builder mask = Mask.builder(matrix.rows(), matrix.columns());
      int[] indices = kept.get(l);
      int[] next = new int[1];
      matrix
          .pattern()
          .forEach((p, i, j) -> {
            if (next[0] < indices.length && indices[next[0]] == p) {
              mask.keep(i, j);
              next[0]++;
            }
          });
      CsrPattern pattern = CsrPattern.of(mask.build());
      float[] numbers =
          Remap.between(matrix.pattern(), pattern).apply(matrix.floatValues().array());
      snapshot.sparse.put(weights.get(l).name(), CsrMatrix.of(pattern, FloatValues.wrap(numbers)));
    }
    return snapshot;
  }

  /** Writes what {@link #read} reads. */
  void save(Path path, String key, String value) throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    sparse.forEach(writer::add);
    dense.forEach(writer::add);
    values.forEach(writer::add);
    writer.metadata(key, value);
    writer.write(path);
  }

  /** Reads what {@link Weights#save} wrote for a model of the same structure. */
  static Snapshot read(Path path, Layer model) throws IOException {
    Snapshot snapshot = new Snapshot();
    try (SafetensorsFile file = Safetensors.open(path)) {
      Weights.read(file, model); // checks names and shapes
      for (Parameter parameter : model.parameters()) {
        String name = parameter.name();
        switch (parameter) {
          case SparseParameter matrix -> snapshot.sparse.put(name, file.sparse(name).toCsr());
          case DenseParameter matrix -> snapshot.dense.put(name, file.dense(name));
          case ValuesParameter numbers -> snapshot.values.put(name, file.floats(name));
        }
      }
    }
    return snapshot;
  }

  /** Puts the numbers back where the model stores something; the rest of them is passed over. */
  void restore(Layer model) {
    for (Parameter parameter : model.parameters()) {
      String name = parameter.name();
      switch (parameter) {
        case SparseParameter matrix -> {
          CsrMatrix source = known(sparse, name);
          Remap remap = Remap.between(source.pattern(), matrix.pattern());
          float[] numbers = remap.apply(source.floatValues().array());
          System.arraycopy(numbers, 0, matrix.values().array(), 0, numbers.length);
          matrix.values().markChanged();
        }
        case DenseParameter matrix -> matrix.value().copyFrom(known(dense, name));
        case ValuesParameter numbers -> {
          float[] source = known(values, name);
          System.arraycopy(source, 0, numbers.values().array(), 0, source.length);
          numbers.values().markChanged();
        }
      }
      parameter.zeroGradient();
    }
  }

  /** Puts the numbers back together with their patterns. */
  void load(Layer model) {
    for (SparseParameter parameter : model.sparseParameters()) {
      parameter.load(known(sparse, parameter.name()));
    }
    restore(model);
  }

  private static <T> T known(Map<String, T> numbers, String name) {
    return Objects.requireNonNull(numbers.get(name), name);
  }
}
