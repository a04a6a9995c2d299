package org.sparse4j.train.saliency;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparse4j.mask.GlobalTopK;
import org.sparse4j.mask.Mask;

/**
 * Where scores compete: inside their layer, or with those of all layers.
 *
 * <p>Counts are exact: as many candidates are kept as were asked for, ties go to the earlier layer
 * and the lower position. A threshold that is exceeded strictly, as some reference codes use, would
 * drop all ties at the threshold. Immutable.
 */
public final class Scope {

  private static final Scope LAYER = new Scope(false, false, 0);
  private static final Scope NETWORK = new Scope(true, false, 0);

  private final boolean global;
  private final boolean standardised;
  private final double least;

  private Scope(boolean global, boolean standardised, double least) {
    this.global = global;
    this.standardised = standardised;
    this.least = least;
  }

  /**
   * Every layer keeps its own count (class-uniform, if the layers' densities are equal).
   *
   * @return the scope
   */
  public static Scope layer() {
    return LAYER;
  }

  /**
   * All layers compete for the sum of their counts (class-blind).
   *
   * @return the scope
   */
  public static Scope network() {
    return NETWORK;
  }

  /**
   * All layers compete, with scores divided by their root mean square in the layer
   * (class-distribution, for magnitudes).
   *
   * @return the scope
   */
  public static Scope networkStandardised() {
    return new Scope(true, true, 0);
  }

  /**
   * Leaves every layer at least a fraction of its positions, so that no layer runs empty: those
   * that would get less get that, and the others share the rest. Where that is more than what
   * should be left, nothing is chosen: see {@link #requireRoom}.
   *
   * @param density fraction of the positions of a layer, in [0, 1]; 0.01 caps sparsity at 0.99
   * @return a new scope
   * @throws IllegalArgumentException if {@code density} is not in [0, 1]
   */
  public Scope leaving(double density) {
    if (!(density >= 0 && density <= 1)) {
      throw new IllegalArgumentException(
          "Scope: least density (" + density + ") must be between 0 and 1");
    }
    return new Scope(global, standardised, density);
  }

  /**
   * Requires that layers can be left what {@link #leaving} says. Rules and first masks ask before a
   * training begins.
   *
   * @param counts how many to keep of each layer; only their sum matters if all layers compete
   * @param candidates how many there are of each layer
   * @param positions rows times columns of each layer
   * @throws IllegalArgumentException if {@link #keep} would fail for such numbers
   */
  public void requireRoom(long[] counts, long[] candidates, long[] positions) {
    long[] needed = new long[counts.length];
    long[] room = new long[counts.length];
    for (int l = 0; l < counts.length; l++) {
      needed[l] = needed(candidates[l], positions[l]);
      room[l] = global ? counts[l] : Math.min(counts[l], candidates[l]);
    }
    if (global) {
      long left = Math.min(Arrays.stream(room).sum(), Arrays.stream(candidates).sum());
      requireRoom("of all layers", Arrays.stream(needed).sum(), left);
    } else {
      for (int l = 0; l < counts.length; l++) {
        requireRoom("of layer " + l, needed[l], room[l]);
      }
    }
  }

  private void requireRoom(String what, long needed, long left) {
    if (needed > left) {
      throw new IllegalArgumentException(
          "Scope: what leaving "
              + least
              + " takes "
              + what
              + " ("
              + needed
              + " weights) must not exceed what should be left ("
              + left
              + ")");
    }
  }

  private long needed(long candidates, long positions) {
    return Math.min(candidates, (long) Math.ceil(least * positions - 1e-9));
  }

  /**
   * Chooses candidates.
   *
   * @param scores one score a candidate, an array for each layer; not changed
   * @param counts how many to keep of each layer, or all candidates if there are fewer; only their
   *     sum matters if all layers compete
   * @param positions rows times columns of each layer, of which {@link #leaving} takes a fraction
   * @return the indices of the kept candidates of each layer, ascending
   * @throws IllegalArgumentException if what {@link #leaving} needs exceeds the sum of the counts,
   *     or the count of a layer if layers do not compete
   */
  public List<int[]> keep(List<float[]> scores, long[] counts, long[] positions) {
    int layers = scores.size();
    requireRoom(counts, scores.stream().mapToLong(layer -> layer.length).toArray(), positions);
    int[][] kept = new int[layers][];
    if (!global) {
      for (int l = 0; l < layers; l++) {
        long count = Math.min(counts[l], scores.get(l).length);
        kept[l] = indices(top(List.of(scores.get(l)), count).getFirst());
      }
      return List.of(kept);
    }
    long candidates = scores.stream().mapToLong(layer -> layer.length).sum();
    long count = Math.min(Arrays.stream(counts).sum(), candidates);
    boolean[] fixed = new boolean[layers];
    boolean again = true;
    while (again) {
      again = false;
      List<float[]> competing = new ArrayList<>();
      for (int l = 0; l < layers; l++) {
        if (!fixed[l]) {
          competing.add(standardised ? standardised(scores.get(l)) : scores.get(l));
        }
      }
      List<Mask> masks = top(competing, count);
      int next = 0;
      for (int l = 0; l < layers; l++) {
        if (!fixed[l]) {
          kept[l] = indices(masks.get(next++));
        }
      }
      for (int l = 0; l < layers; l++) {
        long needed = needed(scores.get(l).length, positions[l]);
        if (!fixed[l] && kept[l].length < needed) {
          kept[l] = indices(top(List.of(scores.get(l)), needed).getFirst());
          fixed[l] = true;
          count -= needed;
          again = true;
        }
      }
    }
    return List.of(kept);
  }

  private static List<Mask> top(List<float[]> scores, long count) {
    GlobalTopK selection = new GlobalTopK();
    for (float[] layer : scores) {
      selection.add(1, layer.length, layer);
    }
    return selection.keepLargest(count);
  }

  private static int[] indices(Mask mask) {
    int[] indices = new int[Math.toIntExact(mask.count())];
    int at = mask.rows() == 0 ? -1 : mask.next(0, 0);
    for (int k = 0; k < indices.length; k++) {
      indices[k] = at;
      at = mask.next(0, at + 1);
    }
    return indices;
  }

  private static float[] standardised(float[] scores) {
    double squares = 0;
    for (float score : scores) {
      squares += (double) score * score;
    }
    double scale = squares == 0 ? 1 : Math.sqrt(squares / scores.length);
    float[] result = new float[scores.length];
    for (int p = 0; p < result.length; p++) {
      result[p] = (float) (scores[p] / scale);
    }
    return result;
  }

  /** Returns who competes. */
  @Override
  public String toString() {
    return (global ? "in the network" : "in each layer")
        + (standardised ? ", standardised" : "")
        + (least == 0 ? "" : ", leaving " + least);
  }
}
