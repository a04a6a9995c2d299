package org.sparse4j.train;

/**
 * Watches a training, on the thread that trains.
 *
 * <p>A listener may call {@link Training#cancel}, {@link Training#save} and the training's queries.
 * If it throws, the training stops: the step or epoch it was told of is complete, the training can
 * be saved or run on, and the caller gets a {@link TrainingException} that names the step.
 */
public interface TrainingListener {

  /**
   * A batch was dealt with.
   *
   * @param training the training
   * @param step what happened
   */
  default void stepped(Training training, StepReport step) {}

  /**
   * An epoch ended and was evaluated.
   *
   * @param training the training
   * @param epoch what it achieved
   */
  default void epochEnded(Training training, EpochReport epoch) {}
}
