package org.sparse4j.train.update;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Remap;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.saliency.GradientRows;
import org.sparse4j.train.saliency.TopK;
import org.sparse4j.train.schedule.DropFraction;

/**
 * Sparse momentum: every layer drops its smallest weights, and the freed budget goes to the layers
 * with the largest mean momentum, where it grows the positions of largest momentum; Dettmers and
 * Zettlemoyer, Sparse networks from scratch: faster training without losing performance, 2019
 * (arXiv 1907.04840), section 3 and reference code.
 *
 * <p>An update with rate f and L layers, after the step:
 *
 * <ol>
 *   <li>{@code p_l} is the mean magnitude of the momentum of stored weights, divided by the sum
 *       over layers; for Adam the momentum is {@code m / (sqrt(v) + 1e-8)}.
 *   <li>Layer l drops {@code ceil(f nnz_l)} weights; if its sparsity s is below 0.2 and {@code p_l
 *       > 1 / L}, {@code ceil(min(s, f) nnz_l)}.
 *   <li>It asks for {@code ceil(p_l (dropped + a))} positions, at most 0.99 of those that are free.
 *       What exceeds the limits is shared out equally, until nothing does.
 *   <li>It grows the rounded-down number of positions of largest momentum. New weights are 0 and
 *       keep their momentum; one that was just dropped keeps its value.
 *   <li>With e the first total minus the new one, {@code a = a / 4 + 3 e / 4 + mean of all e}: a
 *       controller that holds the total number of weights near where it was.
 * </ol>
 *
 * <p>The momentum of positions that are not stored needs the dense gradient of every batch until
 * the last update, before any clipping, and one number a position (two for Adam). Use {@code
 * Every.steps(batches of an epoch)} and, as the paper, {@code new CosineBetween(0.5, 0.005)}.
 */
public final class SparseMomentum implements UpdateRule {

  /** Steps of sharing out what exceeds limits; the reference code gives up as late. */
  private static final int MOST_ROUNDS = 1000;

  private static final double MOST_FREE = 0.99;
  private static final double ALMOST_DENSE = 0.2;
  private static final String CONTROLLER = "controller";

  private final DropFraction fraction;
  private final boolean adam;
  private final float first;
  private final float second;

  private SparseMomentum(DropFraction fraction, boolean adam, double first, double second) {
    this.fraction = fraction;
    this.adam = adam;
    this.first = (float) first;
    this.second = (float) second;
  }

  /**
   * For {@code Sgd} with momentum.
   *
   * @param fraction of the stored weights to drop at each update
   * @param momentum the optimizer's momentum factor, in (0, 1)
   * @return the rule
   * @throws IllegalArgumentException if {@code momentum} is not in (0, 1)
   */
  public static SparseMomentum sgd(DropFraction fraction, double momentum) {
    if (!(momentum > 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "SparseMomentum: momentum (" + momentum + ") must be in (0, 1)");
    }
    return new SparseMomentum(fraction, false, momentum, 0);
  }

  /**
   * For {@code Adam} and {@code AdamW}.
   *
   * @param fraction of the stored weights to drop at each update
   * @param beta1 the optimizer's decay of the first moment, in [0, 1)
   * @param beta2 the optimizer's decay of the second moment, in [0, 1)
   * @return the rule
   * @throws IllegalArgumentException if a decay is not in [0, 1)
   */
  public static SparseMomentum adam(DropFraction fraction, double beta1, double beta2) {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "SparseMomentum: betas (" + beta1 + ", " + beta2 + ") must be in [0, 1)");
    }
    return new SparseMomentum(fraction, true, beta1, beta2);
  }

  @Override
  public Timing timing() {
    return Timing.AFTER_STEP;
  }

  /** Every batch before the last update moves the momentum. */
  @Override
  public int lookback() {
    return Integer.MAX_VALUE;
  }

  private List<String> slots() {
    return adam ? List.of("first", "second") : List.of("velocity");
  }

  private static float[] dense(LayerView layer, String slot) {
    return layer.state().floats("dense " + slot, Positions.size(layer.pattern()));
  }

  /** Moves the momentum of positions that are not stored as the optimizer moves that of others. */
  @Override
  public void observe(NetworkView network, UpdatePoint point) {
    for (LayerView layer : network.layers()) {
      int columns = layer.pattern().columns();
      float[] moment = dense(layer, slots().getFirst());
      if (adam) {
        float[] square = dense(layer, slots().getLast());
        GradientRows.forEach(
            layer,
            (i, row) -> {
              for (int j = 0; j < columns; j++) {
                int p = i * columns + j;
                moment[p] = first * moment[p] + (1 - first) * row[j];
                square[p] = second * square[p] + (1 - second) * row[j] * row[j];
              }
            });
      } else {
        GradientRows.forEach(
            layer,
            (i, row) -> {
              for (int j = 0; j < columns; j++) {
                int p = i * columns + j;
                moment[p] = first * moment[p] + row[j];
              }
            });
      }
    }
  }

  @Override
  public List<Change> update(NetworkView network, UpdatePoint point) {
    List<LayerView> layers = network.layers();
    double rate = fraction.at(point.step(), point.begin(), point.end());
    List<float[]> momentum = new ArrayList<>();
    double[] means = new double[layers.size()];
    long[] stored = new long[layers.size()];
    long[] positions = new long[layers.size()];
    for (int l = 0; l < stored.length; l++) {
      CsrPattern pattern = layers.get(l).pattern();
      stored[l] = pattern.nnz();
      positions[l] = Positions.size(pattern);
      takeStored(layers.get(l));
      momentum.add(momentum(layers.get(l)));
      means[l] = meanStored(pattern, momentum.get(l));
    }
    double[] controller = network.state().numbers(CONTROLLER, 4);
    long total = Arrays.stream(stored).sum();
    if (controller[3] == 0) {
      controller[3] = total;
    }
    double[] shares = shares(means);
    long[] dropped = dropped(shares, stored, positions, rate);
    double[] wanted = wanted(shares, stored, positions, dropped, controller[0]);
    List<Change> changes = new ArrayList<>();
    long next = 0;
    for (int l = 0; l < stored.length; l++) {
      Change change = change(layers.get(l), momentum.get(l), dropped[l], (int) wanted[l]);
      changes.add(change);
      next += change.remap().to().nnz();
    }
    double error = controller[3] - next;
    controller[1] += error;
    controller[2]++;
    controller[0] = controller[0] / 4 + 3 * error / 4 + controller[1] / controller[2];
    return changes;
  }

  /** Copies the optimizer's state of stored weights beside that of the others. */
  private void takeStored(LayerView layer) {
    int[] at = Positions.of(layer.pattern());
    for (String slot : slots()) {
      float[] all = dense(layer, slot);
      float[] own = layer.optimizerState(slot);
      for (int p = 0; p < at.length; p++) {
        all[at[p]] = own[p];
      }
    }
  }

  /** The magnitude of the momentum of all positions. */
  private float[] momentum(LayerView layer) {
    float[] magnitudes = Positions.magnitudes(dense(layer, slots().getFirst()));
    if (adam) {
      float[] square = dense(layer, slots().getLast());
      for (int p = 0; p < magnitudes.length; p++) {
        magnitudes[p] = (float) (magnitudes[p] / (Math.sqrt(square[p]) + 1e-8));
      }
    }
    return magnitudes;
  }

  private static double meanStored(CsrPattern pattern, float[] momentum) {
    int[] at = Positions.of(pattern);
    double sum = 0;
    for (int position : at) {
      sum += momentum[position];
    }
    return at.length == 0 ? 0 : sum / at.length;
  }

  /** Step 1; equal shares if nothing moves yet. */
  static double[] shares(double[] momentum) {
    double sum = Arrays.stream(momentum).sum();
    double[] shares = new double[momentum.length];
    for (int l = 0; l < shares.length; l++) {
      shares[l] = sum == 0 ? 1.0 / shares.length : momentum[l] / sum;
    }
    return shares;
  }

  /** Step 2. */
  static long[] dropped(double[] shares, long[] stored, long[] positions, double rate) {
    long[] dropped = new long[shares.length];
    for (int l = 0; l < dropped.length; l++) {
      double sparsity = positions[l] == 0 ? 0 : 1 - (double) stored[l] / positions[l];
      boolean careful = sparsity < ALMOST_DENSE && shares[l] > 1.0 / shares.length;
      double own = careful ? Math.min(sparsity, rate) : rate;
      dropped[l] = Math.min(stored[l], (long) Math.ceil(own * stored[l]));
    }
    return dropped;
  }

  /** Step 3. */
  static double[] wanted(
      double[] shares, long[] stored, long[] positions, long[] dropped, double adjustment) {
    int layers = shares.length;
    long freed = Arrays.stream(dropped).sum();
    double[] wanted = new double[layers];
    for (int l = 0; l < layers; l++) {
      wanted[l] = Math.max(0, Math.ceil(shares[l] * (freed + adjustment)));
    }
    double each = 0;
    double excess = 1;
    for (int round = 0; round < MOST_ROUNDS && excess > 0; round++) {
      excess = 0;
      for (int l = 0; l < layers; l++) {
        double limit = MOST_FREE * (positions[l] - stored[l] + dropped[l]);
        wanted[l] += each;
        if (wanted[l] > limit) {
          excess += wanted[l] - limit;
          wanted[l] = limit;
        }
      }
      each = excess / layers;
    }
    return wanted;
  }

  private Change change(LayerView layer, float[] momentum, long dropped, int wanted) {
    CsrPattern from = layer.pattern();
    float[] scores = Positions.magnitudes(layer.weights().array());
    CsrPattern kept = Exchange.keepLargest(from, scores, (int) (scores.length - dropped));
    TopK best = TopK.of(wanted);
    boolean[] taken = Positions.flags(kept);
    for (int p = 0; p < taken.length; p++) {
      if (!taken[p]) {
        best.offer(momentum[p], p);
      }
    }
    Remap remap = Remap.between(from, Exchange.join(kept, best.ascending()));
    Change change = Change.of(remap);
    for (String slot : slots()) {
      change = change.grownState(slot, Positions.atGrown(remap, dense(layer, slot)));
    }
    return change;
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "sparse momentum, "
        + fraction
        + (adam ? ", betas " + first + " " + second : ", momentum " + first);
  }
}
