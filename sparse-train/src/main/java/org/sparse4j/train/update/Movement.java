package org.sparse4j.train.update;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.saliency.GradientRows;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.SparsitySchedule;

/**
 * Movement pruning: keeps the weights that training moves away from 0, by the score {@code S = -
 * sum over batches of (dL/dw) w}; Sanh, Wolf and Rush, Movement pruning: adaptive sparsity by
 * fine-tuning, 2020 (arXiv 2005.07683), equation 5, the form with an exact count.
 *
 * <p>Gradients are those of the masked weights at all positions, so a pruned weight goes on
 * collecting score with the value it had, and comes back with it if its score rises. Needs the
 * dense gradient of every batch until the last update, in tiles of rows, and two numbers a
 * position. The scores' own learning rate is one factor for all of them if it is constant, which
 * changes no order. Deviation: the optimizer's state of a weight that comes back starts at 0.
 */
public final class Movement implements UpdateRule {

  private static final String SCORES = "movement";
  private static final String DROPPED = "dropped weights";

  private final SparsitySchedule schedule;
  private final Scope scope;

  private Movement(SparsitySchedule schedule, Scope scope) {
    this.schedule = schedule;
    this.scope = scope;
  }

  /**
   * Names the sparsity over time; scores compete inside each layer.
   *
   * @param schedule dropped fraction after an update, usually {@code Polynomial.cubicTo(0.9)}
   * @return the rule
   */
  public static Movement schedule(SparsitySchedule schedule) {
    return new Movement(schedule, Scope.layer());
  }

  /**
   * Says where scores compete.
   *
   * @param scope who competes
   * @return a new rule
   */
  public Movement within(Scope scope) {
    return new Movement(schedule, scope);
  }

  @Override
  public Timing timing() {
    return Timing.AFTER_STEP;
  }

  /** Every batch before the last update moves the scores. */
  @Override
  public int lookback() {
    return Integer.MAX_VALUE;
  }

  private static float[] array(LayerView layer, String name) {
    return layer.state().floats(name, Positions.size(layer.pattern()));
  }

  @Override
  public void observe(NetworkView network, UpdatePoint point) {
    for (LayerView layer : network.layers()) {
      CsrPattern pattern = layer.pattern();
      int columns = pattern.columns();
      float[] scores = array(layer, SCORES);
      float[] values = array(layer, DROPPED).clone();
      float[] weights = layer.weights().array();
      pattern.forEach((p, i, j) -> values[i * columns + j] = weights[p]);
      GradientRows.forEach(
          layer,
          (i, row) -> {
            for (int j = 0; j < columns; j++) {
              scores[i * columns + j] -= row[j] * values[i * columns + j];
            }
          });
    }
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
            scope, layers, shape -> shape.stored(density), layer -> array(layer, SCORES));
    List<Change> changes = new ArrayList<>();
    for (int l = 0; l < kept.size(); l++) {
      LayerView layer = layers.get(l);
      changes.add(Positions.remembering(layer, kept.get(l), array(layer, DROPPED)));
    }
    return changes;
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "movement pruning, " + schedule + ", " + scope;
  }
}
