package org.sparse4j.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/**
 * The numbers and positions of a model at some moment, to be put back into it or into a model of
 * the same structure later.
 *
 * <p>Memory is that of the parameters. Immutable.
 */
public final class Snapshot {

  private final Map<String, CsrMatrix> sparse = new HashMap<>();
  private final Map<String, DenseMatrix> dense = new HashMap<>();
  private final Map<String, float[]> values = new HashMap<>();

  Snapshot() {}

  /**
   * Copies all numbers of a model.
   *
   * @param model the model, initialised
   * @return the copy
   * @throws IllegalArgumentException if a parameter was neither drawn nor loaded
   */
  public static Snapshot take(Layer model) {
    requireDrawn("Snapshot", model);
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

  /** Refuses models without numbers, whose sparse parameters store nothing yet. */
  static void requireDrawn(String operation, Layer model) {
    for (Parameter parameter : model.parameters()) {
      if (!parameter.isInitialised()) {
        throw new IllegalArgumentException(
            operation
                + ": "
                + parameter.name()
                + " has no numbers yet; call initialise(seed) or load them");
      }
    }
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

  Map<String, CsrMatrix> sparse() {
    return sparse;
  }

  Map<String, DenseMatrix> dense() {
    return dense;
  }

  Map<String, float[]> values() {
    return values;
  }

  void put(SparseParameter parameter, CsrPattern pattern, float[] numbers) {
    sparse.put(parameter.name(), CsrMatrix.of(pattern, FloatValues.wrap(numbers)));
  }

  void put(DenseParameter parameter, float[] numbers) {
    DenseMatrix value = parameter.value();
    dense.put(parameter.name(), DenseMatrix.copyOf(value.rows(), value.columns(), numbers));
  }

  void put(ValuesParameter parameter, float[] numbers) {
    values.put(parameter.name(), numbers);
  }

  /**
   * Writes a file that {@link #read} and {@link Weights#load} read.
   *
   * @param path the file; replaced as a whole if it exists
   * @throws IOException if the file cannot be written; an existing one is unchanged
   */
  public void save(Path path) throws IOException {
    writer().write(path);
  }

  /** Writes what {@link #read} reads, with a line of metadata. */
  void save(Path path, String key, String value) throws IOException {
    writer().metadata(key, value).write(path);
  }

  private SafetensorsWriter writer() {
    SafetensorsWriter writer = Safetensors.writer();
    sparse.forEach(writer::add);
    dense.forEach(writer::add);
    values.forEach(writer::add);
    return writer;
  }

  /**
   * Reads what {@link #save(Path)} or {@link Weights#save} wrote.
   *
   * @param path the file
   * @param model a model of the same structure; unchanged
   * @return the numbers of the file
   * @throws IOException if the file cannot be read or is damaged
   * @throws IllegalArgumentException if the file does not fit the model
   */
  public static Snapshot read(Path path, Layer model) throws IOException {
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

  /**
   * Puts the numbers back where the model stores something; the rest of them is passed over, and
   * positions that were not stored get 0.
   *
   * @param model a model of the same structure, initialised
   * @throws IllegalArgumentException if a parameter of the model is missing here, or was neither
   *     drawn nor loaded
   */
  public void restore(Layer model) {
    requireDrawn("Snapshot", model);
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
        case DenseParameter matrix -> {
          matrix.value().copyFrom(known(dense, name));
          matrix.markChanged();
        }
        case ValuesParameter numbers -> copy(known(values, name), numbers);
      }
      parameter.zeroGradient();
    }
  }

  /**
   * Puts the numbers back together with their positions; the model counts as initialised then.
   *
   * @param model a model of the same structure
   * @throws IllegalArgumentException if a parameter of the model is missing here, or has another
   *     shape
   */
  public void load(Layer model) {
    for (Parameter parameter : model.parameters()) {
      switch (parameter) {
        case SparseParameter matrix -> {
          CsrMatrix source = known(sparse, matrix.name());
          matrix.load(source.withValues(FloatValues.copyOf(source.floatValues().array())));
        }
        case DenseParameter matrix -> matrix.load(known(dense, matrix.name()));
        case ValuesParameter numbers -> copy(known(values, numbers.name()), numbers);
      }
    }
  }

  private static void copy(float[] source, ValuesParameter target) {
    if (source.length != target.values().length()) {
      throw new IllegalArgumentException(
          "Snapshot: holds " + source.length + " numbers of " + target);
    }
    System.arraycopy(source, 0, target.values().array(), 0, source.length);
    target.values().markChanged();
    target.zeroGradient();
  }

  private static <T> T known(Map<String, T> numbers, String name) {
    T known = numbers.get(name);
    if (known == null) {
      throw new IllegalArgumentException("Snapshot: holds no " + name);
    }
    return known;
  }

  /** Returns how many parameters there are. */
  @Override
  public String toString() {
    return "Snapshot of " + (sparse.size() + dense.size() + values.size()) + " parameters";
  }
}
