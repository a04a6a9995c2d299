package org.sparse4j.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.parameter.ValuesParameter;

/**
 * A mean of the numbers of models whose sparse layers store the same positions, so that the mean is
 * exactly as sparse as each of them.
 *
 * <p>Two kinds: {@link #uniform()}, {@code (w_1 + ... + w_m) / m}, as stochastic weight averaging
 * (Izmailov et al., Averaging weights leads to wider optima and better generalization, 2018, arXiv
 * 1803.05407) and model soups take it, and {@link #exponential}, {@code a <- decay a + (1 - decay)
 * w} with the first w as the first a. Sums are float64, 8 bytes a number, so that the mean of equal
 * numbers is that number.
 *
 * <p>Running numbers of batch norms are averaged like all others and mean nothing then: call {@link
 * BatchStatistics#recompute} after {@link #load}. For one thread at a time.
 *
 * <pre>{@code
 * WeightAverage average = WeightAverage.uniform();
 * for (Path file : files) {
 *   average.add(Snapshot.read(file, model));
 * }
 * average.load(model);
 * }</pre>
 */
public final class WeightAverage {

  private static final double UNIFORM = -1;

  /** The decay, or {@link #UNIFORM}. */
  private final double decay;

  private final Map<String, double[]> sums = new LinkedHashMap<>();
  private final Map<String, CsrPattern> patterns = new LinkedHashMap<>();
  private float[] row = new float[0];
  private long count;

  private WeightAverage(double decay) {
    this.decay = decay;
  }

  /**
   * Every model counts the same.
   *
   * @return an empty mean
   */
  public static WeightAverage uniform() {
    return new WeightAverage(UNIFORM);
  }

  /**
   * Later models count more: {@code a <- decay a + (1 - decay) w}, the first one as it is.
   *
   * @param decay share of what was there before, in [0, 1)
   * @return an empty mean
   * @throws IllegalArgumentException if {@code decay} is out of range
   */
  public static WeightAverage exponential(double decay) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("WeightAverage: decay (" + decay + ") must be in [0, 1)");
    }
    return new WeightAverage(decay);
  }

  /**
   * Adds the numbers that a model holds now.
   *
   * @param model a model of the same structure and positions as those before; not kept
   * @return this mean
   * @throws IllegalArgumentException if structure or positions differ, or a parameter was neither
   *     drawn nor loaded; the mean is unchanged
   */
  public WeightAverage add(Layer model) {
    List<Parameter> parameters = model.parameters();
    requireAlike(parameters.size());
    for (Parameter parameter : parameters) {
      requireAlike(parameter.name(), parameter.size(), pattern(parameter));
    }
    Snapshot.requireDrawn("WeightAverage", model);
    for (Parameter parameter : parameters) {
      switch (parameter) {
        case DenseParameter dense -> add(dense.name(), dense.value());
        case FlatParameter flat ->
            add(flat.name(), flat.values().array(), Math.toIntExact(flat.size()));
      }
      pattern(parameter).ifPresent(pattern -> patterns.put(parameter.name(), pattern));
    }
    count++;
    return this;
  }

  /**
   * Adds the numbers of an earlier moment.
   *
   * @param snapshot numbers of a model of the same structure and positions as those before; not
   *     kept
   * @return this mean
   * @throws IllegalArgumentException if structure or positions differ; the mean is unchanged
   */
  public WeightAverage add(Snapshot snapshot) {
    requireAlike(snapshot.dense().size() + snapshot.sparse().size() + snapshot.values().size());
    snapshot
        .dense()
        .forEach((name, matrix) ->
            requireAlike(name, (long) matrix.rows() * matrix.columns(), Optional.empty()));
    snapshot
        .sparse()
        .forEach((name, matrix) -> requireAlike(name, matrix.nnz(), Optional.of(matrix.pattern())));
    snapshot.values().forEach((name, array) -> requireAlike(name, array.length, Optional.empty()));
    snapshot.dense().forEach(this::add);
    snapshot
        .sparse()
        .forEach((name, matrix) -> {
          add(name, matrix.floatValues().array(), Math.toIntExact(matrix.nnz()));
          patterns.put(name, matrix.pattern());
        });
    snapshot.values().forEach((name, array) -> add(name, array, array.length));
    count++;
    return this;
  }

  private static Optional<CsrPattern> pattern(Parameter parameter) {
    return parameter instanceof SparseParameter sparse
        ? Optional.of(sparse.pattern())
        : Optional.empty();
  }

  private void requireAlike(int parameters) {
    if (count > 0 && parameters != sums.size()) {
      throw new IllegalArgumentException(
          "WeightAverage: a model of "
              + parameters
              + " parameters does not fit those before, of "
              + sums.size());
    }
  }

  private void requireAlike(String name, long size, Optional<CsrPattern> pattern) {
    if (count == 0) {
      return;
    }
    CsrPattern known = patterns.get(name);
    if (pattern.isPresent() && known != null && !known.equals(pattern.get())) {
      throw new IllegalArgumentException(
          "WeightAverage: "
              + name
              + " stores "
              + pattern.get()
              + ", the models before stored other positions, "
              + known
              + "; start averaging after the last change of masks");
    }
    double[] sum = sums.get(name);
    if (sum == null || sum.length != size || pattern.isPresent() != (known != null)) {
      throw new IllegalArgumentException(
          "WeightAverage: "
              + name
              + " of "
              + size
              + " numbers does not fit the models before, of "
              + (sum == null ? "none" : sum.length));
    }
  }

  private void add(String name, DenseMatrix matrix) {
    int columns = matrix.columns();
    double[] sum = sum(name, Math.multiplyExact(matrix.rows(), columns));
    if (row.length < columns) {
      row = new float[columns];
    }
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.getRow(i, row, 0);
      add(row, columns, sum, i * columns);
    }
  }

  private void add(String name, float[] numbers, int length) {
    add(numbers, length, sum(name, length), 0);
  }

  private double[] sum(String name, int length) {
    return sums.computeIfAbsent(name, key -> new double[length]);
  }

  private void add(float[] numbers, int length, double[] sum, int at) {
    if (decay == UNIFORM || count == 0) {
      for (int k = 0; k < length; k++) {
        sum[at + k] += numbers[k];
      }
    } else {
      for (int k = 0; k < length; k++) {
        sum[at + k] = decay * sum[at + k] + (1 - decay) * numbers[k];
      }
    }
  }

  /** Forgets everything that was added. */
  public void clear() {
    sums.clear();
    patterns.clear();
    count = 0;
  }

  /**
   * Returns how many models were added.
   *
   * @return at least 0
   */
  public long count() {
    return count;
  }

  /**
   * Gives a model the mean, rounded to float32, and its positions; running numbers of batch norms
   * are to be recomputed then.
   *
   * @param model a model of the same structure as those that were added
   * @throws IllegalStateException if none was added
   * @throws IllegalArgumentException if the structure differs
   */
  public void load(Layer model) {
    if (count == 0) {
      throw new IllegalStateException("WeightAverage: nothing was added yet");
    }
    List<Parameter> parameters = model.parameters();
    requireAlike(parameters.size());
    for (Parameter parameter : parameters) {
      if (parameter instanceof SparseParameter sparse && patterns.containsKey(sparse.name())) {
        continue;
      }
      requireAlike(parameter.name(), parameter.size(), pattern(parameter));
    }
    Snapshot mean = new Snapshot();
    for (Parameter parameter : parameters) {
      float[] numbers = mean(parameter.name());
      switch (parameter) {
        case SparseParameter sparse ->
            mean.put(sparse, Objects.requireNonNull(patterns.get(sparse.name())), numbers);
        case DenseParameter dense -> mean.put(dense, numbers);
        case ValuesParameter values -> mean.put(values, numbers);
      }
    }
    mean.load(model);
  }

  private float[] mean(String name) {
    double[] sum = Objects.requireNonNull(sums.get(name));
    double divisor = decay == UNIFORM ? count : 1;
    float[] mean = new float[sum.length];
    for (int k = 0; k < mean.length; k++) {
      mean[k] = (float) (sum[k] / divisor);
    }
    return mean;
  }

  /** Everything that was added, as bits by name, for checkpoints. */
  Map<String, long[]> bits() {
    Map<String, long[]> bits = new LinkedHashMap<>();
    sums.forEach((name, sum) ->
        bits.put(name, Arrays.stream(sum).mapToLong(Double::doubleToRawLongBits).toArray()));
    return bits;
  }

  /** Takes up what {@link #bits} gave, on the positions that a model has. */
  void restore(Layer model, long models, Map<String, long[]> bits) {
    for (Parameter parameter : model.parameters()) {
      long[] sum = Objects.requireNonNull(bits.get(parameter.name()));
      sums.put(
          parameter.name(), Arrays.stream(sum).mapToDouble(Double::longBitsToDouble).toArray());
      pattern(parameter).ifPresent(pattern -> patterns.put(parameter.name(), pattern));
    }
    count = models;
  }

  /** Returns the kind and how many models were added. */
  @Override
  public String toString() {
    return (decay == UNIFORM ? "mean" : "exponential mean, decay " + decay)
        + " of "
        + count
        + " models";
  }
}
