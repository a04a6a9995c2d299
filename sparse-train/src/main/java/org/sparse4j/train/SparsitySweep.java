package org.sparse4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.Structure;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.parameter.ValuesParameter;
import org.sparse4j.train.saliency.Scope;

/**
 * How good a trained model stays when its smallest weights are set to 0 at once, without training
 * on: the curve over sparsity and its knee, the essential sparsity of Jaiswal, Liu, Chen and Wang,
 * The emergence of essential sparsity in large pre-trained models, 2023 (arXiv 2306.03805).
 *
 * <p>Swept are the weight matrices, sparse and dense ones, that decay applies to, but not
 * embeddings or numbers of sums of inputs; positions that a sparse one does not store count as
 * dropped. Weights are set to 0 in place for the time of an evaluation, so a point costs that and a
 * pass over the weights; the model is as before in the end. Batch norms keep their running numbers.
 * For one thread at a time.
 *
 * <pre>{@code
 * SparsitySweep.Curve curve =
 *     SparsitySweep.of(model).unstructured(0.05, m -> Evaluation.of(m, test, kernels, workspace));
 * double essential = curve.knee(0.01);
 * }</pre>
 */
public final class SparsitySweep {

  private final Layer model;
  private final Scope scope;
  private final Set<String> leftOut;

  private SparsitySweep(Layer model, Scope scope, Set<String> leftOut) {
    this.model = model;
    this.scope = scope;
    this.leftOut = leftOut;
  }

  /** A weight matrix that is swept, with the magnitudes of what it stores. */
  private static final class Swept {
    private final Parameter parameter;
    private final int rows;
    private final int columns;
    private final float[] magnitudes;

    Swept(Parameter parameter, int rows, int columns, float[] values) {
      this.parameter = parameter;
      this.rows = rows;
      this.columns = columns;
      this.magnitudes = new float[values.length];
      for (int p = 0; p < values.length; p++) {
        magnitudes[p] = Math.abs(values[p]);
      }
    }

    long size() {
      return (long) rows * columns;
    }
  }

  /**
   * One point of a curve.
   *
   * @param rule what was asked for: a sparsity, or a structure
   * @param sparsity fraction of the swept weights that were dropped
   * @param evaluation how good the model was
   */
  public record Point(String rule, double sparsity, Evaluation evaluation) {}

  /**
   * A curve.
   *
   * @param whole how good the model was untouched
   * @param points in the order of the sweep
   */
  public record Curve(Evaluation whole, List<Point> points) {

    /** Copies the list. */
    public Curve {
      points = List.copyOf(points);
    }

    /**
     * Returns the largest sparsity whose accuracy is at least {@code 1 - loss} times that of the
     * whole model; smaller ones may be worse.
     *
     * @param loss relative loss that is endured, in [0, 1); 0.01 as a rule
     * @return the sparsity, 0 if no point is good enough
     * @throws IllegalArgumentException if {@code loss} is out of range
     */
    public double knee(double loss) {
      requireFraction("loss", loss);
      return largest(point -> point.accuracy() >= (1 - loss) * whole.accuracy());
    }

    /**
     * Returns the largest sparsity whose loss is at most {@code 1 + rise} times that of the whole
     * model, for language models.
     *
     * @param rise relative rise of the loss that is endured, in [0, 1)
     * @return the sparsity, 0 if no point is good enough
     * @throws IllegalArgumentException if {@code rise} is out of range
     */
    public double kneeOfLoss(double rise) {
      requireFraction("rise", rise);
      return largest(point -> point.loss() <= (1 + rise) * whole.loss());
    }

    private double largest(Predicate<Evaluation> goodEnough) {
      return points.stream()
          .filter(point -> goodEnough.test(point.evaluation()))
          .mapToDouble(Point::sparsity)
          .max()
          .orElse(0);
    }

    private static void requireFraction(String name, double value) {
      if (!(value >= 0 && value < 1)) {
        throw new IllegalArgumentException(
            "SparsitySweep: " + name + " (" + value + ") must be in [0, 1)");
      }
    }
  }

  /**
   * Sweeps a model, all layers in competition.
   *
   * @param model a trained model
   * @return a sweep
   */
  public static SparsitySweep of(Layer model) {
    return new SparsitySweep(model, Scope.network(), Set.of());
  }

  /**
   * Says where magnitudes compete in unstructured sweeps: {@code Scope.layer()} drops the same
   * fraction of every matrix.
   *
   * @param scope who competes
   * @return a new sweep
   */
  public SparsitySweep within(Scope scope) {
    return new SparsitySweep(model, scope, leftOut);
  }

  /**
   * Leaves matrices alone, for example the last layer's.
   *
   * @param weights their names
   * @return a new sweep
   */
  public SparsitySweep leaveOut(String... weights) {
    Set<String> more = new HashSet<>(leftOut);
    more.addAll(Arrays.asList(weights));
    return new SparsitySweep(model, scope, Set.copyOf(more));
  }

  /**
   * Drops the smallest weights, sparsities 0, step, 2 step and so on below 1.
   *
   * @param step distance of two sparsities, above 0 and below 1; 0.05 as a rule
   * @param evaluate evaluates the model as it is
   * @return the curve
   * @throws IllegalArgumentException if {@code step} is out of range, a matrix left out does not
   *     exist or nothing is left to sweep
   */
  public Curve unstructured(double step, Function<Layer, Evaluation> evaluate) {
    if (!(step > 0 && step < 1)) {
      throw new IllegalArgumentException(
          "SparsitySweep: step (" + step + ") must be above 0 and below 1");
    }
    int count = (int) Math.ceil(1 / step - 1e-9);
    double[] sparsities = new double[count];
    for (int p = 0; p < count; p++) {
      // 20 times 0.05 is not 1, and 3 times 0.05 is not 0.15.
      sparsities[p] = Math.round(p * step * 1e12) / 1e12;
    }
    return unstructured(sparsities, evaluate);
  }

  /**
   * Drops the smallest weights.
   *
   * @param sparsities dropped fractions, in [0, 1]
   * @param evaluate evaluates the model as it is
   * @return the curve
   * @throws IllegalArgumentException if a sparsity is out of range, a matrix left out does not
   *     exist or nothing is left to sweep
   */
  public Curve unstructured(double[] sparsities, Function<Layer, Evaluation> evaluate) {
    List<Swept> swept = swept();
    List<Masked> points = new ArrayList<>();
    for (double sparsity : sparsities) {
      points.add(new Masked(Double.toString(sparsity), largest(swept, sparsity)));
    }
    return run(swept, points, evaluate);
  }

  /**
   * Keeps the largest weights that a structure allows, such as 2:4, in every matrix by itself.
   *
   * @param structures the rules
   * @param evaluate evaluates the model as it is
   * @return the curve
   * @throws IllegalArgumentException if a matrix left out does not exist or nothing is left to
   *     sweep
   */
  public Curve structured(
      List<? extends Structure> structures, Function<Layer, Evaluation> evaluate) {
    List<Swept> swept = swept();
    List<Masked> points = new ArrayList<>();
    for (Structure structure : structures) {
      List<Mask> masks = new ArrayList<>();
      for (Swept matrix : swept) {
        masks.add(structure.keepLargest(matrix.rows, matrix.columns, scattered(matrix)));
      }
      points.add(new Masked(structure.toString(), masks));
    }
    return run(swept, points, evaluate);
  }

  private record Masked(String rule, List<Mask> masks) {}

  private List<Swept> swept() {
    List<Swept> swept = new ArrayList<>();
    Set<String> missing = new HashSet<>(leftOut);
    for (Parameter parameter : model.parameters()) {
      if (missing.remove(parameter.name()) || !parameter.decays()) {
        continue;
      }
      if (parameter instanceof SparseParameter sparse) {
        swept.add(new Swept(sparse, sparse.rows(), sparse.columns(), sparse.values().array()));
      } else if (parameter instanceof DenseParameter dense && dense.isMatrix()) {
        DenseMatrix value = dense.value();
        swept.add(new Swept(dense, value.rows(), value.columns(), value.toArray()));
      }
    }
    if (!missing.isEmpty() || swept.isEmpty()) {
      throw new IllegalArgumentException(
          "SparsitySweep: "
              + (missing.isEmpty()
                  ? "the model has no weight matrix to sweep"
                  : "the model has no " + missing)
              + "; it has "
              + model.parameters().stream().map(Parameter::name).toList());
    }
    return swept;
  }

  /** Masks of all positions that keep what is largest. */
  private List<Mask> largest(List<Swept> swept, double sparsity) {
    long[] counts = new long[swept.size()];
    long[] positions = new long[counts.length];
    List<float[]> scores = new ArrayList<>();
    for (int l = 0; l < counts.length; l++) {
      Swept matrix = swept.get(l);
      LayerShape shape = LayerShape.of(matrix.parameter.name(), matrix.rows, matrix.columns);
      positions[l] = matrix.size();
      counts[l] = shape.size() - shape.dropped(sparsity);
      scores.add(matrix.magnitudes);
    }
    List<int[]> kept = scope.keep(scores, counts, positions);
    List<Mask> masks = new ArrayList<>();
    for (int l = 0; l < counts.length; l++) {
      Mask.Builder mask = Mask.builder(swept.get(l).rows, swept.get(l).columns);
      int[] indices = kept.get(l);
      int[] next = new int[1];
      forEach(
          swept.get(l),
          (p, i, j) -> {
            if (next[0] < indices.length && indices[next[0]] == p) {
              mask.keep(i, j);
              next[0]++;
            }
          });
      masks.add(mask.build());
    }
    return masks;
  }

  @FunctionalInterface
  private interface Visitor {
    void visit(int index, int row, int column);
  }

  private static void forEach(Swept matrix, Visitor visitor) {
    if (matrix.parameter instanceof SparseParameter sparse) {
      sparse.pattern().forEach((p, i, j) -> visitor.visit(Math.toIntExact(p), i, j));
    } else {
      for (int p = 0; p < matrix.magnitudes.length; p++) {
        visitor.visit(p, p / matrix.columns, p % matrix.columns);
      }
    }
  }

  private static float[] scattered(Swept matrix) {
    float[] all = new float[Math.toIntExact(matrix.size())];
    forEach(matrix, (p, i, j) -> all[i * matrix.columns + j] = matrix.magnitudes[p]);
    return all;
  }

  private Curve run(List<Swept> swept, List<Masked> wanted, Function<Layer, Evaluation> evaluate) {
    Evaluation whole = evaluate.apply(model);
    long size = swept.stream().mapToLong(Swept::size).sum();
    List<Point> points = new ArrayList<>();
    Snapshot before = Snapshot.take(model);
    for (Masked one : wanted) {
      try {
        long kept = 0;
        for (int l = 0; l < swept.size(); l++) {
          kept += apply(swept.get(l), one.masks().get(l));
        }
        points.add(new Point(one.rule(), 1 - (double) kept / size, evaluate.apply(model)));
      } finally {
        before.restore(model);
      }
    }
    return new Curve(whole, points);
  }

  /** Sets to 0 what a mask does not keep; tells how many weights are left. */
  private static long apply(Swept matrix, Mask mask) {
    long[] kept = new long[1];
    switch (matrix.parameter) {
      case SparseParameter sparse -> {
        float[] values = sparse.values().array();
        forEach(
            matrix,
            (p, i, j) -> {
              boolean keeps = mask.get(i, j);
              values[p] = keeps ? values[p] : 0;
              kept[0] += keeps ? 1 : 0;
            });
        sparse.values().markChanged();
      }
      case DenseParameter dense -> {
        DenseMatrix value = dense.value();
        forEach(
            matrix,
            (p, i, j) -> {
              boolean keeps = mask.get(i, j);
              if (!keeps) {
                value.set(i, j, 0);
              }
              kept[0] += keeps ? 1 : 0;
            });
        dense.markChanged();
      }
      case ValuesParameter values ->
          throw new IllegalStateException("SparsitySweep: " + values + " is no matrix");
    }
    return kept[0];
  }

  /** Returns scope and what is left out. */
  @Override
  public String toString() {
    return "sparsity sweep, "
        + scope
        + (leftOut.isEmpty() ? "" : ", without " + new TreeSet<>(leftOut));
  }
}
