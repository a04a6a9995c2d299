package org.sparse4j.train.update;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Remap;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.Scores;
import org.sparse4j.mask.Selection;
import org.sparse4j.train.initial.RandomMasks;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.saliency.GradientRows;
import org.sparse4j.train.saliency.TopK;
import org.sparse4j.train.schedule.DropFraction;
import org.sparse4j.train.traits.Granularity;

/**
 * Structured RigL: every active neuron keeps equally many inputs, and neurons with too few salient
 * weights are removed; Lasby, Golubeva, Evci, Nica and Ioannou, Dynamic sparse training with
 * structured sparsity, 2024 (arXiv 2305.02299), section 3 and reference code.
 *
 * <p>For a layer of N neurons with F inputs and a budget of B weights, after the step, with n
 * weights stored, d = trunc(n f) to exchange and G the mean gradient of the last batches:
 *
 * <ol>
 *   <li>Salient are the n - d largest weights and the d largest gradients, whether stored or not.
 *   <li>A neuron with fewer salient weights than a threshold is ablated. The threshold is {@code
 *       max(1, trunc(gamma (B div N)))}, or gamma itself from 1 on; it is lowered so far that
 *       {@code B div F + 1} neurons survive.
 *   <li>Each of the A active neurons gets {@code k = B div A} inputs: first those of its weights
 *       that are among the n - d largest of the layer without ablated neurons, at most k by
 *       magnitude, then the positions of its largest gradients.
 * </ol>
 *
 * <p>A weight that was stored before keeps its value and optimizer state even if it was dropped in
 * between; new weights are 0. Ablated neurons may come back. Deviations: where the reference code
 * cuts a neuron down to k it does so in arbitrary order; it fills up with positions without weight
 * if fewer than n - d weights are left, here growth does; the moments of Adam are carried like
 * everything else, there they keep what was dropped. Start with {@code
 * RandomMasks.constantFanIn()}, and update with {@code Multiples.of(100).until(0.75).endLeftOut()}.
 */
public final class Srigl implements UpdateRule {

  private static final String GRADIENT = "gradient sum";

  private final DropFraction fraction;
  private final double gamma;
  private final int batches;
  private final Set<String> whole;

  private Srigl(DropFraction fraction, double gamma, int batches, Set<String> whole) {
    this.fraction = fraction;
    this.gamma = gamma;
    this.batches = batches;
    this.whole = whole;
  }

  /**
   * Names the fraction to exchange; gamma is 0.3, the gradient that of one batch.
   *
   * @param fraction of the stored weights at each update; the paper's is {@code Cosine.from(0.3)}
   * @return the rule
   */
  public static Srigl dropFraction(DropFraction fraction) {
    return new Srigl(fraction, 0.3, 1, Set.of());
  }

  /**
   * Sets how many salient weights a neuron needs.
   *
   * @param gamma fraction of the fan-in, or from 1 on a number of weights; 0 ablates neurons
   *     without salient weights only. The paper uses 0.3 for convolutions and 0.95 for transformers
   * @return a new rule
   * @throws IllegalArgumentException if {@code gamma} is negative
   */
  public Srigl gamma(double gamma) {
    if (!(gamma >= 0)) {
      throw new IllegalArgumentException("Srigl: gamma (" + gamma + ") must not be negative");
    }
    return new Srigl(fraction, gamma, batches, whole);
  }

  /**
   * Averages the gradient over the last batches before an update; one number a position meanwhile.
   *
   * @param batches number of batches, at least 1
   * @return a new rule
   * @throws IllegalArgumentException if {@code batches} is below 1
   */
  public Srigl averaging(int batches) {
    if (batches < 1) {
      throw new IllegalArgumentException("Srigl: batches (" + batches + ") must be at least 1");
    }
    return new Srigl(fraction, gamma, batches, whole);
  }

  /**
   * Says in which layers no neuron is ablated; unless told, in the last one that has this rule.
   *
   * @param layers names of weights
   * @return a new rule
   */
  public Srigl withoutAblation(String... layers) {
    return new Srigl(fraction, gamma, batches, new TreeSet<>(Arrays.asList(layers)));
  }

  @Override
  public Granularity granularity() {
    return Granularity.FAN_IN;
  }

  @Override
  public Timing timing() {
    return Timing.AFTER_STEP;
  }

  @Override
  public int lookback() {
    return batches == 1 ? 0 : batches;
  }

  @Override
  public void observe(NetworkView network, UpdatePoint point) {
    for (LayerView layer : network.layers()) {
      int columns = layer.pattern().columns();
      float[] sum = layer.state().floats(GRADIENT, Positions.size(layer.pattern()));
      GradientRows.forEach(
          layer,
          (i, row) -> {
            for (int j = 0; j < columns; j++) {
              sum[i * columns + j] += row[j] / batches;
            }
          });
    }
  }

  @Override
  public List<Change> update(NetworkView network, UpdatePoint point) {
    double exchanged = fraction.at(point.step(), point.begin(), point.end());
    List<Change> changes = new ArrayList<>();
    for (int l = 0; l < network.layers().size(); l++) {
      LayerView layer = network.layers().get(l);
      boolean last = l == network.layers().size() - 1;
      boolean ablates = whole.isEmpty() ? !last : !whole.contains(layer.shape().name());
      changes.add(Change.of(update(layer, exchanged, ablates)));
    }
    if (batches > 1) {
      network.layers().forEach(layer -> layer.state().remove(GRADIENT));
    }
    return changes;
  }

  private Remap update(LayerView layer, double exchanged, boolean ablates) {
    CsrPattern from = layer.pattern();
    int rows = from.rows();
    int columns = from.columns();
    int stored = (int) from.nnz();
    long budget =
        layer.state().contains(RandomMasks.BUDGET)
            ? (long) layer.state().numbers(RandomMasks.BUDGET, 1)[0]
            : stored;
    if (stored == 0 || stored == (long) rows * columns) {
      return Remap.between(from, from);
    }
    float[] weights = layer.weights().array();
    int dropped = (int) (stored * exchanged);
    int nonZero = 0;
    for (float weight : weights) {
      nonZero += weight != 0 ? 1 : 0;
    }
    int keeps = Math.min(stored - dropped, nonZero);
    dropped = stored - keeps;
    int[] positions = Positions.of(from);
    float[] magnitudes = Positions.magnitudes(weights);
    int[] salient = salient(layer, positions, magnitudes, keeps, dropped);
    boolean[] active = active(salient, rows, columns, budget, ablates);
    int neurons = 0;
    for (boolean one : active) {
      neurons += one ? 1 : 0;
    }
    long fanIn = budget / Math.max(1, neurons);
    if (neurons == 0 || fanIn == 0 || fanIn > columns) {
      throw new IllegalStateException(
          "Srigl: "
              + neurons
              + " active neurons cannot share "
              + budget
              + " weights of "
              + layer.shape());
    }
    boolean[] kept = kept(positions, magnitudes, columns, keeps, (int) fanIn, active);
    return Remap.between(from, grow(layer, kept, active, (int) fanIn));
  }

  /** Counts the salient weights of each neuron. */
  private int[] salient(
      LayerView layer, int[] positions, float[] magnitudes, int keeps, int dropped) {
    int columns = layer.pattern().columns();
    int[] salient = new int[layer.pattern().rows()];
    boolean[] counted = new boolean[Positions.size(layer.pattern())];
    long[] order = order(positions, magnitudes);
    Selection.smallest(order, 0, order.length, keeps);
    for (int k = 0; k < keeps; k++) {
      counted[(int) order[k]] = true;
      salient[(int) order[k] / columns]++;
    }
    TopK largest = TopK.of(dropped);
    gradient(
        layer,
        (i, row) -> {
          for (int j = 0; j < columns; j++) {
            largest.offer(Math.abs(row[j]), (long) i * columns + j);
          }
        });
    for (long position : largest.bestFirst()) {
      if (!counted[(int) position]) {
        salient[(int) position / columns]++;
      }
    }
    return salient;
  }

  private static long[] order(int[] positions, float[] magnitudes) {
    long[] order = new long[positions.length];
    for (int p = 0; p < order.length; p++) {
      order[p] = Scores.descendingKey(magnitudes[p], positions[p]);
    }
    return order;
  }

  private boolean[] active(int[] salient, int rows, int columns, long budget, boolean ablates) {
    boolean[] active = new boolean[rows];
    int threshold = 0;
    if (ablates) {
      long fanIn = budget / rows;
      threshold = gamma >= 1 ? (int) gamma : Math.max(1, (int) (gamma * fanIn));
      int[] ascending = salient.clone();
      Arrays.sort(ascending);
      int rank = (int) (budget / columns);
      threshold = Math.min(threshold, ascending[rows - 1 - rank]);
    }
    for (int i = 0; i < rows; i++) {
      active[i] = salient[i] >= threshold;
    }
    return active;
  }

  private static boolean[] kept(
      int[] positions, float[] magnitudes, int columns, int keeps, int fanIn, boolean[] active) {
    boolean[] kept = new boolean[active.length * columns];
    int[] counts = new int[active.length];
    long[] order = order(positions, magnitudes);
    Arrays.sort(order);
    int taken = 0;
    for (long key : order) {
      int position = (int) key;
      int row = position / columns;
      if (taken < keeps && active[row]) {
        taken++;
        if (counts[row] < fanIn) {
          counts[row]++;
          kept[position] = true;
        }
      }
    }
    return kept;
  }

  /** Fills every active neuron up to its fan-in with the positions of its largest gradients. */
  private CsrPattern grow(LayerView layer, boolean[] kept, boolean[] active, int fanIn) {
    int columns = layer.pattern().columns();
    long[] keys = new long[columns];
    gradient(
        layer,
        (i, row) -> {
          if (!active[i]) {
            return;
          }
          int free = 0;
          for (int j = 0; j < columns; j++) {
            if (!kept[i * columns + j]) {
              keys[free++] = Scores.descendingKey(Math.abs(row[j]), j);
            }
          }
          int missing = fanIn - (columns - free);
          Selection.smallest(keys, 0, free, missing);
          for (int k = 0; k < missing; k++) {
            kept[i * columns + (int) keys[k]] = true;
          }
        });
    return CsrPattern.of(Mask.of(active.length, columns, (i, j) -> kept[i * columns + j]));
  }

  /** The mean gradient of the last batches, row by row. */
  private void gradient(LayerView layer, GradientRows.Visitor visitor) {
    if (batches == 1) {
      GradientRows.forEach(layer, visitor);
      return;
    }
    int columns = layer.pattern().columns();
    float[] mean = layer.state().floats(GRADIENT, Positions.size(layer.pattern()));
    for (int i = 0; i < layer.pattern().rows(); i++) {
      visitor.row(i, Arrays.copyOfRange(mean, i * columns, (i + 1) * columns));
    }
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "SRigL, "
        + fraction
        + ", gamma "
        + gamma
        + (batches == 1 ? "" : ", " + batches + " batches")
        + (whole.isEmpty() ? "" : ", without ablation in " + whole);
  }
}
