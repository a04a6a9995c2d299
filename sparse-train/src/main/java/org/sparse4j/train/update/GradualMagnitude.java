package org.sparse4j.train.update;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Remap;
import org.sparse4j.train.distribution.SparsityDistribution;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.SparsitySchedule;

/**
 * Gradual magnitude pruning: training starts dense, and at every update the smallest weights go
 * until the schedule's sparsity is reached; Zhu and Gupta, To prune, or not to prune, 2017 (arXiv
 * 1710.01878).
 *
 * <p>Give it a sparsifier whose distribution starts dense ({@code Uniform.sparsity(0)}). What is
 * dropped is gone from memory with its optimizer state, so time and memory fall with the density,
 * and masks only shrink. With {@link #remembering()} dropped weights keep their last value, one
 * number a position, and come back with it if kept ones fall below them: the variant that
 * multiplies by a mask; their optimizer state starts at 0 then. Counts are exact, ties go to the
 * lower position.
 */
public final class GradualMagnitude implements UpdateRule {

  /** A step behind every end. */
  private static final long LATE = Long.MAX_VALUE / 2;

  private static final String DROPPED = "dropped weights";

  private final SparsitySchedule schedule;
  private final DoubleFunction<? extends SparsityDistribution> distribution;
  private final Scope scope;
  private final boolean remembering;

  private GradualMagnitude(
      SparsitySchedule schedule,
      DoubleFunction<? extends SparsityDistribution> distribution,
      Scope scope,
      boolean remembering) {
    this.schedule = schedule;
    this.distribution = distribution;
    this.scope = scope;
    this.remembering = remembering;
  }

  /**
   * Names the sparsity over time, equal in all layers.
   *
   * @param schedule dropped fraction after an update, usually {@code Polynomial.cubicTo(0.9)}
   * @return the rule
   */
  public static GradualMagnitude schedule(SparsitySchedule schedule) {
    return new GradualMagnitude(schedule, Uniform::sparsity, Scope.layer(), false);
  }

  /**
   * Shares out the weights of each moment, for example by {@code ErdosRenyiKernel::sparsity}.
   *
   * @param distribution from a sparsity to the distribution over the layers
   * @return a new rule
   */
  public GradualMagnitude distribution(
      DoubleFunction<? extends SparsityDistribution> distribution) {
    return new GradualMagnitude(schedule, distribution, scope, remembering);
  }

  /**
   * Says where magnitudes compete: {@code Scope.network().leaving(0.01)} prunes globally and leaves
   * every layer something.
   *
   * @param scope who competes
   * @return a new rule
   */
  public GradualMagnitude within(Scope scope) {
    return new GradualMagnitude(schedule, distribution, scope, remembering);
  }

  /**
   * Keeps the values of dropped weights, which may come back.
   *
   * @return a new rule
   */
  public GradualMagnitude remembering() {
    return new GradualMagnitude(schedule, distribution, scope, true);
  }

  @Override
  public Timing timing() {
    return Timing.AFTER_STEP;
  }

  @Override
  public List<Change> update(NetworkView network, UpdatePoint point) {
    List<LayerView> layers = network.layers();
    long[] counts = counts(layers.stream().map(LayerView::shape).toList(), point);
    List<int[]> kept = Positions.kept(scope, layers, counts, this::scores);
    List<Change> changes = new ArrayList<>();
    for (int l = 0; l < counts.length; l++) {
      changes.add(change(layers.get(l), kept.get(l)));
    }
    return changes;
  }

  @Override
  public void requireFeasible(
      List<LayerShape> layers, long[] stored, Iterable<UpdatePoint> updates) {
    long[] positions = Positions.sizes(layers);
    for (UpdatePoint point : updates) {
      scope.requireRoom(counts(layers, point), remembering ? positions : stored, positions);
    }
  }

  /** How many weights each layer would keep by itself. */
  private long[] counts(List<LayerShape> layers, UpdatePoint point) {
    double sparsity = schedule.at(point.step(), point.begin(), point.end());
    double[] densities = distribution.apply(sparsity).densities(layers);
    long[] counts = new long[densities.length];
    for (int l = 0; l < counts.length; l++) {
      counts[l] = layers.get(l).stored(densities[l]);
    }
    return counts;
  }

  /** Magnitudes of the stored positions, or of all if dropped ones are remembered. */
  private float[] scores(LayerView layer) {
    float[] stored = Positions.magnitudes(layer.weights().array());
    if (!remembering) {
      return stored;
    }
    float[] all = Positions.magnitudes(dropped(layer));
    int[] positions = Positions.of(layer.pattern());
    for (int p = 0; p < positions.length; p++) {
      all[positions[p]] = stored[p];
    }
    return all;
  }

  private static float[] dropped(LayerView layer) {
    return layer.state().floats(DROPPED, Positions.size(layer.pattern()));
  }

  private Change change(LayerView layer, int[] kept) {
    if (remembering) {
      return Positions.remembering(layer, kept, dropped(layer));
    }
    CsrPattern from = layer.pattern();
    return Change.of(Remap.between(from, Positions.subset(from, kept)));
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "gradual magnitude pruning, "
        + schedule
        + ", "
        + distribution.apply(schedule.at(LATE, 0, 1))
        + ", "
        + scope
        + (remembering ? ", remembering" : "");
  }
}
