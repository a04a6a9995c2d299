package org.sparse4j.train.update;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Remap;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.SparsitySchedule;

/** Patterns as row-major positions and the other way round, and what rules make of them. */
final class Positions {

  private Positions() {}

  /** The stored positions, ascending. */
  static int[] of(CsrPattern pattern) {
    size(pattern);
    int[] positions = new int[(int) pattern.nnz()];
    pattern.forEach((p, i, j) -> positions[p] = i * pattern.columns() + j);
    return positions;
  }

  /** All positions of a layer; they must fit into an array. */
  static int size(CsrPattern pattern) {
    return Math.multiplyExact(pattern.rows(), pattern.columns());
  }

  /** How many positions layers have. */
  static long[] sizes(List<LayerShape> layers) {
    return layers.stream().mapToLong(LayerShape::size).toArray();
  }

  /** The density that a schedule of sparsities wants of each layer at an update. */
  static double density(SparsitySchedule schedule, UpdatePoint point) {
    return 1 - schedule.at(point.step(), point.begin(), point.end());
  }

  /** Requires that layers can keep what a schedule leaves them of all their positions. */
  static void requireRoom(
      Scope scope,
      List<LayerShape> layers,
      SparsitySchedule schedule,
      Iterable<UpdatePoint> updates) {
    long[] positions = sizes(layers);
    for (UpdatePoint point : updates) {
      double density = density(schedule, point);
      long[] counts = layers.stream().mapToLong(layer -> layer.stored(density)).toArray();
      scope.requireRoom(counts, positions, positions);
    }
  }

  /** Which positions are stored. */
  static boolean[] flags(CsrPattern pattern) {
    boolean[] flags = new boolean[size(pattern)];
    pattern.forEach((p, i, j) -> flags[i * pattern.columns() + j] = true);
    return flags;
  }

  /** The pattern of ascending positions. */
  static CsrPattern pattern(CsrPattern shape, int[] positions) {
    int rows = shape.rows();
    int columns = shape.columns();
    int[] pointers = new int[rows + 1];
    int[] indices = new int[positions.length];
    for (int p = 0; p < positions.length; p++) {
      pointers[positions[p] / columns + 1]++;
      indices[p] = positions[p] % columns;
    }
    for (int i = 0; i < rows; i++) {
      pointers[i + 1] += pointers[i];
    }
    return CsrPattern.copyOf(rows, columns, pointers, indices);
  }

  /** The pattern of some stored positions, given by their ascending numbers. */
  static CsrPattern subset(CsrPattern from, int[] kept) {
    int[] positions = of(from);
    return pattern(from, Arrays.stream(kept).map(p -> positions[p]).toArray());
  }

  /** What a dense array holds at the grown positions, in the order of the next pattern. */
  static float[] atGrown(Remap remap, float[] dense) {
    float[] grown = new float[remap.grown()];
    int columns = remap.to().columns();
    int[] next = new int[1];
    remap
        .to()
        .forEach((p, i, j) -> {
          if (remap.source(p) < 0) {
            grown[next[0]++] = dense[i * columns + j];
          }
        });
    return grown;
  }

  /** Copies what is stored at dropped positions into a dense array. */
  private static void saveDropped(Remap remap, float[] stored, float[] dense) {
    int[] from = of(remap.from());
    for (int p : remap.droppedPositions()) {
      dense[from[p]] = stored[p];
    }
  }

  /** What each layer keeps of its scores, so many of them, where the scope lets layers compete. */
  static List<int[]> kept(
      Scope scope,
      List<LayerView> layers,
      ToLongFunction<LayerShape> count,
      Function<LayerView, float[]> scores) {
    return kept(
        scope, layers, layers.stream().map(LayerView::shape).mapToLong(count).toArray(), scores);
  }

  /** What each layer keeps of its scores, with a count for each layer. */
  static List<int[]> kept(
      Scope scope, List<LayerView> layers, long[] counts, Function<LayerView, float[]> scores) {
    long[] positions = layers.stream().mapToLong(layer -> layer.shape().size()).toArray();
    return scope.keep(layers.stream().map(scores).toList(), counts, positions);
  }

  /** The change to kept positions; dropped weights come back with the value they had. */
  static Change remembering(LayerView layer, int[] kept, float[] dropped) {
    CsrPattern from = layer.pattern();
    Remap remap = Remap.between(from, pattern(from, kept));
    float[] grown = atGrown(remap, dropped);
    saveDropped(remap, layer.weights().array(), dropped);
    return Change.of(remap).grownWeights(grown);
  }

  /** The magnitudes of stored numbers. */
  static float[] magnitudes(float[] values) {
    float[] scores = new float[values.length];
    for (int p = 0; p < scores.length; p++) {
      scores[p] = Math.abs(values[p]);
    }
    return scores;
  }
}
