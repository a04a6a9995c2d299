package org.sparse4j.train.update;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.Remap;
import org.sparse4j.train.initial.Snip;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.SparsitySchedule;

/**
 * Starts very sparse by SNIP's scores and grows dense in steps, always by the same scores; grown
 * weights start with their first value. Lam, Zhang, Chen, Sisman and Herremans, SNIPER training:
 * single-shot sparse training for text-to-speech, 2022 (arXiv 2211.07283).
 *
 * <p>Start with {@code firstMasks(Snip.batches(n).remembered().within(scope))} at the first
 * sparsity, and give the optimizer {@code RateFactor.inverseDensity(100)}. The authors cap the
 * sparsity of a tensor at 0.75, which is {@code Scope.network().leaving(0.25)}. Scores and first
 * weights are remembered, two numbers a position.
 *
 * <p>Deviations: counts are exact, where the reference code keeps what exceeds a threshold
 * strictly; it computes gradients of masked weights too, which moves the optimizer's state of
 * weights before they are grown, here that starts at 0.
 */
public final class Sniper implements UpdateRule {

  private final SparsitySchedule schedule;
  private final Scope scope;

  private Sniper(SparsitySchedule schedule, Scope scope) {
    this.schedule = schedule;
    this.scope = scope;
  }

  /**
   * Names the sparsity over time.
   *
   * @param schedule falling sparsity, usually {@code Stairs}, whose {@code updates()} say when
   * @param scope where scores compete; the one that the first masks were chosen with
   * @return the rule
   */
  public static Sniper of(SparsitySchedule schedule, Scope scope) {
    return new Sniper(schedule, scope);
  }

  @Override
  public Timing timing() {
    return Timing.AFTER_STEP;
  }

  @Override
  public void requireFeasible(
      List<LayerShape> layers, long[] stored, Iterable<UpdatePoint> updates) {
    Positions.requireRoom(scope, layers, schedule, updates);
  }

  @Override
  public List<Change> update(NetworkView network, UpdatePoint point) {
    List<LayerView> layers = network.layers();
    double density = Positions.density(schedule, point);
    List<int[]> kept =
        Positions.kept(
            scope, layers, shape -> shape.stored(density), layer -> remembered(layer, Snip.SCORES));
    List<Change> changes = new ArrayList<>();
    for (int l = 0; l < kept.size(); l++) {
      LayerView layer = layers.get(l);
      Remap remap = Remap.between(layer.pattern(), Positions.pattern(layer.pattern(), kept.get(l)));
      float[] first = remembered(layer, Snip.WEIGHTS);
      changes.add(Change.of(remap).grownWeights(Positions.atGrown(remap, first)));
    }
    return changes;
  }

  private static float[] remembered(LayerView layer, String name) {
    if (!layer.state().contains(name)) {
      throw new IllegalStateException(
          "Sniper: "
              + layer.shape()
              + " has no "
              + name
              + "; choose the first masks by Snip.batches(n).remembered()");
    }
    return layer.state().floats(name, Positions.size(layer.pattern()));
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "SNIPER, " + schedule + ", " + scope;
  }
}
