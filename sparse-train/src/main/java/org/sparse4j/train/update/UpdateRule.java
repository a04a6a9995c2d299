package org.sparse4j.train.update;

import org.sparse4j.format.Remap;
import org.sparse4j.train.layer.LayerView;

/**
 * How the positions of a sparse layer change during training.
 *
 * <p>The interface is open. Implementations are immutable; what changes during training is held by
 * the caller.
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
   * Decides on the next positions of a layer.
   *
   * @param layer the layer after a backward pass
   * @param point where in the training the update takes place
   * @return from the layer's pattern to the next one
   */
  Remap update(LayerView layer, UpdatePoint point);
}
