package org.sparse4j.train.update;

import java.util.List;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.traits.Granularity;

/**
 * How the positions of sparse layers change during training.
 *
 * <p>The interface is open; a rule that decides on every layer by itself implements {@link
 * LayerRule}. Implementations are immutable: what they remember from one update to the next is in
 * the state of the views, which checkpoints save.
 */
public interface UpdateRule {

  /** Where in a training step a rule acts. */
  enum Timing {
    /** Positions stay as they are. */
    NEVER,

    /** After the weights took their step on the batch. */
    AFTER_STEP,

    /** On a batch of its own: its gradient decides on positions, the weights take no step. */
    INSTEAD_OF_STEP
  }

  /**
   * Returns where in a training step the rule acts.
   *
   * @return the timing
   */
  Timing timing();

  /**
   * Returns what the rule keeps or drops as a whole.
   *
   * @return single weights unless overridden
   */
  default Granularity granularity() {
    return Granularity.UNSTRUCTURED;
  }

  /**
   * Decides on the next positions of all layers that have this rule.
   *
   * @param network the layers after a backward pass
   * @param point where in the training the update takes place
   * @return what becomes of each layer, in the order of the layers
   */
  List<Change> update(NetworkView network, UpdatePoint point);

  /**
   * Refuses updates that would fail, before a training begins.
   *
   * @param layers those that have this rule
   * @param stored how many positions each of them stores at first
   * @param updates where in the training updates will take place, in order; each one is looked for
   *     when it is asked for, as there may be very many
   * @throws IllegalArgumentException if {@link #update} cannot do at one of them what was asked
   *     for; never thrown unless overridden
   */
  default void requireFeasible(
      List<LayerShape> layers, long[] stored, Iterable<UpdatePoint> updates) {}

  /**
   * Returns how many batches before an update, its own included, the rule wants to {@link
   * #observe}.
   *
   * @return 0 if it does not observe, as unless overridden; {@link Integer#MAX_VALUE} for every
   *     batch until the last one that an update may follow, {@code UpdateSchedule.end}
   */
  default int lookback() {
    return 0;
  }

  /**
   * Looks at a batch: called after its backward pass and before the weights take their step, and
   * not any more once no update can follow.
   *
   * @param network the layers, with their gradients
   * @param point the step that is about to be taken
   */
  default void observe(NetworkView network, UpdatePoint point) {}

  /**
   * Tells whether the optimizer forgets all it remembers, of every parameter, at an update.
   *
   * @param point where in the training the update takes place
   * @return false unless overridden
   */
  default boolean resetsOptimizer(UpdatePoint point) {
    return false;
  }
}
